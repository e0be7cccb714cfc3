//! Smaller sizes show the same picture, in the same place.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a test may panic"
)]

mod support;

use libjpeg_turbo_rs::Subsampling;
use pixgate_jpeg::{Output, Rounding, Scale};
use support::{decode, encode, interleaved, planes};

/// Mean of each square of `side` samples, the last ones cut.
fn average(samples: &[u8], (width, height): (usize, usize), side: usize) -> Vec<f64> {
    let mean = |x0: usize, y0: usize| {
        let (x1, y1) = ((x0 + side).min(width), (y0 + side).min(height));
        let rows = (y0..y1).map(|y| &samples[y * width + x0..y * width + x1]);
        let sum: u64 = rows.flatten().map(|&sample| u64::from(sample)).sum();
        sum as f64 / ((x1 - x0) * (y1 - y0)) as f64
    };
    let places = (0..height).step_by(side);
    places
        .flat_map(|y| (0..width).step_by(side).map(move |x| (x, y)))
        .map(|(x, y)| mean(x, y))
        .collect()
}

#[test]
fn planes_are_averages_without_displacement() {
    for progressive in [false, true] {
        let data = encode((160, 96), Subsampling::S420, |e| e.progressive(progressive));
        let full = decode(&data, planes(Scale::Full)).unwrap();
        for (scale, limit) in [
            (Scale::Half, 3.0),
            (Scale::Quarter, 3.0),
            (Scale::Eighth, 0.6),
        ] {
            let small = decode(&data, planes(scale)).unwrap();
            for (full, small) in full.parts.iter().zip(&small.parts) {
                let size = (full.0 as usize, full.1 as usize);
                let expected = average(&full.2, size, scale.divisor() as usize);
                let error = |(ours, expected): (&u8, f64)| (f64::from(*ours) - expected).abs();
                let total: f64 = small.2.iter().zip(expected).map(error).sum();
                let mean = total / small.2.len() as f64;
                assert!(mean < limit, "{scale:?} {progressive}: {mean}");
            }
        }
    }
}

#[test]
fn a_slope_stays_where_it_is() {
    let pixels: Vec<u8> = (0..64 * 64)
        .flat_map(|at| [(at % 64 * 3 + 20) as u8; 3])
        .collect();
    let format = libjpeg_turbo_rs::PixelFormat::Rgb;
    let encoder = libjpeg_turbo_rs::Encoder::new(&pixels, 64, 64, format);
    let data = encoder.quality(100).encode().unwrap();
    for scale in [Scale::Half, Scale::Quarter, Scale::Eighth] {
        let (width, _, samples) = decode(&data, planes(scale)).unwrap().parts.remove(0);
        let pixel = f64::from(scale.divisor());
        for (x, &sample) in samples[..width as usize].iter().enumerate() {
            let centre = (x as f64 + 0.5) * pixel - 0.5;
            let expected = centre * 3.0 + 20.0;
            assert!(
                (f64::from(sample) - expected).abs() < 1.7,
                "{scale:?} {x} {sample} {expected}"
            );
        }
    }
}

#[test]
fn sizes_round_as_asked() {
    let data = encode((101, 51), Subsampling::S420, |e| e);
    let sizes = [
        (Scale::Half, (51, 26), (50, 25)),
        (Scale::Eighth, (13, 7), (12, 6)),
    ];
    for (scale, up, down) in sizes {
        for (rounding, size) in [(Rounding::Up, up), (Rounding::Down, down)] {
            let mut options = interleaved(scale);
            options.output = Output::Interleaved { scale, rounding };
            let part = &decode(&data, options).unwrap().parts[0];
            assert_eq!((part.0, part.1), size);
        }
    }
}

#[test]
fn components_can_be_scaled_apart() {
    let data = encode((101, 51), Subsampling::S420, |e| e);
    let mut options = interleaved(Scale::Full);
    let scales = [Scale::Half, Scale::Full, Scale::Full, Scale::Full];
    options.output = Output::Planes { scales };
    let apart = decode(&data, options).unwrap().parts;
    assert!(apart.iter().all(|part| (part.0, part.1) == (51, 26)));
    assert_eq!(
        apart[0],
        decode(&data, planes(Scale::Half)).unwrap().parts[0]
    );
    assert_eq!(
        apart[1],
        decode(&data, planes(Scale::Full)).unwrap().parts[1]
    );
}

#[test]
fn progressive_and_sequential_files_agree_at_every_scale() {
    let sequential = encode((75, 43), Subsampling::S422, |e| e);
    let progressive = encode((75, 43), Subsampling::S422, |e| e.progressive(true));
    for scale in [Scale::Full, Scale::Half, Scale::Quarter, Scale::Eighth] {
        for options in [planes(scale), interleaved(scale)] {
            let (a, b) = (decode(&sequential, options), decode(&progressive, options));
            assert_eq!(a.unwrap(), b.unwrap(), "{scale:?}");
        }
    }
}

#[test]
fn portable_code_gives_the_same_bytes() {
    for progressive in [false, true] {
        for subsampling in [Subsampling::S420, Subsampling::S422, Subsampling::S440] {
            let data = encode((90, 61), subsampling, |e| e.progressive(progressive));
            for scale in [Scale::Full, Scale::Half, Scale::Quarter, Scale::Eighth] {
                for mut options in [planes(scale), interleaved(scale)] {
                    let vector = decode(&data, options).unwrap();
                    options.simd = false;
                    assert_eq!(vector, decode(&data, options).unwrap());
                }
            }
        }
    }
}

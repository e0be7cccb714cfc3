//! The machine's kernels and the portable ones agree.

#![allow(clippy::cast_possible_truncation, reason = "numbers made up here")]

use super::*;
use crate::Channels;
use crate::resample::Axis;

/// Under Miri, which looks at every access, a few widths and values show what there is to see.
const STRIDE: usize = if cfg!(miri) { 23 } else { 1 };
const VALUES: usize = if cfg!(miri) { 256 } else { 1 << 18 };

fn bytes(count: usize, seed: u32) -> Vec<u8> {
    let next = |state: &u32| Some(state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    std::iter::successors(Some(seed), next)
        .map(|state| (state >> 24) as u8)
        .take(count)
        .collect()
}

/// Numbers from -20,480 to 20,320.
fn wide(count: usize, seed: u32) -> Vec<i16> {
    let bytes = bytes(count, seed);
    bytes.iter().map(|&b| (i16::from(b) - 128) * 160).collect()
}

#[test]
fn machines_with_vectors_have_kernels_for_them() {
    #[cfg(target_arch = "x86_64")]
    assert_eq!(vectors().is_some(), is_x86_feature_detected!("avx2"));
    #[cfg(target_arch = "aarch64")]
    assert!(vectors().is_some());
}

#[test]
fn rows_are_weighed_as_their_twin_does() {
    for width in (1..99).step_by(STRIDE).chain([1020]) {
        let rows: Vec<_> = (0..12).map(|seed| bytes(width, seed)).collect();
        let rows: Vec<&[u8]> = rows.iter().map(Vec::as_slice).collect();
        let weights: [i16; 12] = std::array::from_fn(|i| (i as i16 - 4) * 900);
        let (mut a, mut b) = (vec![0; width], vec![0; width]);
        (Kernels::PORTABLE.vertical)(&rows, &weights, &mut a);
        (Kernels::detect().vertical)(&rows, &weights, &mut b);
        assert_eq!(a, b, "{width}");
    }
}

#[test]
fn columns_are_weighed_as_their_twin_does() {
    for (source, length) in [(1020, 512), (510, 255), (33, 10), (1, 1), (400, 103)] {
        if cfg!(miri) && source > 100 {
            continue;
        }
        let taps = Taps::new(Axis::resized(source, length), source).unwrap();
        let middle = bytes(source as usize + taps.count(), source);
        let middle: Vec<i16> = middle.iter().map(|&b| i16::from(b) << 6).collect();
        let (mut a, mut b) = (vec![0; length as usize], vec![0; length as usize]);
        (Kernels::PORTABLE.horizontal)(&middle, &taps, &mut a);
        (Kernels::detect().horizontal)(&middle, &taps, &mut b);
        assert_eq!(a, b, "{source}");
    }
}

#[test]
fn wide_rows_are_weighed_as_their_twin_does() {
    let limits = Limits {
        least: -20_000,
        most: 30_000,
        rounds: true,
    };
    for width in (1..140).step_by(STRIDE).chain([1020]) {
        let rows: Vec<_> = (0..12).map(|seed| wide(width, seed)).collect();
        let rows: Vec<&[i16]> = rows.iter().map(Vec::as_slice).collect();
        let weights: [i16; 12] = std::array::from_fn(|i| (i as i16 - 4) * 700);
        let (mut a, mut b) = (vec![0; width], vec![0; width]);
        (Kernels::PORTABLE.vertical_wide)(&rows, &weights, limits, &mut a);
        (Kernels::detect().vertical_wide)(&rows, &weights, limits, &mut b);
        assert_eq!(a, b, "{width}");
    }
}

#[test]
fn pixels_are_weighed_as_their_twin_does() {
    for (source, length) in [(1020, 512), (33, 10), (1, 1), (2, 2), (400, 103)] {
        if cfg!(miri) && source > 100 {
            continue;
        }
        let taps = Taps::new(Axis::resized(source, length), source).unwrap();
        for (channels, bits) in (1..=4).flat_map(|channels| [(channels, 14), (channels, 20)]) {
            let form = Form {
                channels,
                bits,
                rounds: bits == 20,
            };
            let middle = wide(taps.middle_samples(channels), source);
            let mut a = vec![0; length as usize * channels];
            let mut b = a.clone();
            (Kernels::PORTABLE.horizontal_pixels)(&middle, &taps, form, &mut a);
            (Kernels::detect().horizontal_pixels)(&middle, &taps, form, &mut b);
            assert_eq!(a, b, "{source} {channels}");
        }
    }
}

#[test]
fn every_sample_is_widened_as_its_twin_does() {
    // Each value beside each alpha.
    let pixels = (0..=255_u8).flat_map(|a| (0..=255).flat_map(move |v| [v, 255 - v, v ^ 85, a]));
    let row: Vec<u8> = pixels.collect();
    let row = &row[..row.len().min(VALUES) - 12];
    for channels in [
        Channels::Grey,
        Channels::GreyAlpha,
        Channels::Rgb,
        Channels::Rgba,
    ] {
        let forms = [
            Wide::plain(channels, false),
            Wide::plain(channels, true),
            Wide::linear(channels, false),
            Wide::linear(channels, true),
        ];
        for form in forms {
            let (mut a, mut b) = (vec![0; row.len()], vec![0; row.len()]);
            (Kernels::PORTABLE.widen)(form, row, &mut a);
            (Kernels::detect().widen)(form, row, &mut b);
            assert!(a == b, "{channels:?} {form:?}");
        }
    }
}

#[test]
fn alpha_is_taken_out_as_its_twin_does() {
    let row: Vec<i16> = (0..20_004_i16)
        .step_by(4 * STRIDE - 3)
        .map(|i| i.wrapping_mul(31_337))
        .collect();
    for channels in [Channels::GreyAlpha, Channels::Rgba] {
        for form in [Wide::plain(channels, true), Wide::linear(channels, true)] {
            let (mut a, mut b) = (row.clone(), row.clone());
            (Kernels::PORTABLE.divide)(form, &mut a);
            (Kernels::detect().divide)(form, &mut b);
            assert!(a == b, "{form:?}");
        }
    }
}

/// Weights of which two together reach their bounds.
const SMALL: [i8; 8] = [64, 64, -5, 120, -64, -64, 9, 0];

const FEW: [i8; 8] = [64, 60, 30, 0, 60, 40, 2, 0];

#[test]
fn rows_are_summed_as_their_twin_does() {
    for (width, count) in (1..140)
        .step_by(STRIDE)
        .flat_map(|width| (0..=8).map(move |count| (width, count)))
    {
        let mut rows: Vec<_> = (0..8).map(|seed| bytes(width, seed)).collect();
        rows[..2].fill(vec![255; width]);
        let rows: Vec<&[u8]> = rows.iter().map(Vec::as_slice).collect();
        let (rows, weights) = (&rows[..count], &SMALL[..count]);
        // The second ones are few enough for 16 bits.
        for (shift, weights) in [1, 7, 14]
            .map(|s| (s, weights))
            .into_iter()
            .chain([(8, &FEW[..count])])
        {
            let (mut a, mut b) = (vec![0; width], vec![0; width]);
            (Kernels::PORTABLE.mean_rows)(rows, weights, shift, &mut a);
            (Kernels::detect().mean_rows)(rows, weights, shift, &mut b);
            assert_eq!(a, b, "{width} {count}");
        }
        let (mut a, mut b) = (vec![-77; width], vec![-77; width]);
        (Kernels::PORTABLE.add_rows)(rows, weights, &mut a);
        (Kernels::detect().add_rows)(rows, weights, &mut b);
        assert_eq!(a, b, "{width} {count}");
        let (mut c, mut d) = (vec![0; width], vec![0; width]);
        (Kernels::PORTABLE.means)(&a, 7, &mut c);
        (Kernels::detect().means)(&b, 7, &mut d);
        assert_eq!(c, d, "{width} {count}");
    }
}

/// Pixels of all kinds, dark and light, greys among them.
fn colors(seed: u32) -> Colors {
    let bytes = bytes(4 * CHUNK, seed);
    let mut colors = [[0; 4]; CHUNK];
    for (i, (color, bytes)) in colors.iter_mut().zip(bytes.as_chunks().0).enumerate() {
        *color = *bytes;
        if i % 9 == 0 {
            *color = [bytes[0]; 4];
        }
        color[3] = 0;
    }
    colors
}

#[test]
fn colours_become_what_their_twins_make_of_them() {
    let mut shares = [[0; 4]; 256];
    for (to, bytes) in shares.iter_mut().zip(bytes(1024, 5).as_chunks::<4>().0) {
        *to = bytes.map(|b| u32::from(b) * 40_000 + 32_768);
    }
    for seed in (0..400).step_by(STRIDE * STRIDE) {
        let (mut a, mut b) = (colors(seed), colors(seed));
        let factor = seed as f32 / 50.0;
        (Kernels::PORTABLE.saturate)(factor, &mut a);
        (Kernels::detect().saturate)(factor, &mut b);
        assert_eq!(a, b, "{factor}");
        let indices = bytes(CHUNK, seed + 1000).try_into().unwrap();
        (Kernels::PORTABLE.mix_shares)(&shares, 25_536, &indices, &mut a);
        (Kernels::detect().mix_shares)(&shares, 25_536, &indices, &mut b);
        assert_eq!(a, b, "{seed}");
    }
}

#[test]
fn samples_are_blended_as_their_twin_does() {
    for width in (1..140).step_by(STRIDE) {
        let numbers = |seed| {
            let bytes = bytes(2 * width, seed);
            let numbers = bytes.as_chunks().0.iter();
            numbers.copied().map(u16::from_be_bytes).collect::<Vec<_>>()
        };
        let (mut a, kept, added) = (bytes(width, 1), numbers(2), numbers(3));
        let mut b = a.clone();
        (Kernels::PORTABLE.blend)(&mut a, &kept, &added);
        (Kernels::detect().blend)(&mut b, &kept, &added);
        assert_eq!(a, b, "{width}");
    }
}

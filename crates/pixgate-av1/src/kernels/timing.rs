//! How long the kernels take: `cargo test --release -p pixgate-av1 timing -- --ignored --nocapture`.

use std::hint::black_box;
use std::time::Instant;

use super::Side;
use super::difference::{residual, satd, sse, variance};
use super::predict::{EdgeFilter, Edges, Mode, cfl_luma, cfl_predict, predict, predict_filtered};
use super::quantize::Quantizer;
use super::testing::Numbers;
use super::transform::{TransformKind, forward, inverse_add};

/// The least time of a call out of many.
fn time(name: &str, side: Side, mut run: impl FnMut()) {
    let mut least = f64::MAX;
    for _ in 0..40 {
        let start = Instant::now();
        for _ in 0..500 {
            run();
        }
        least = least.min(start.elapsed().as_secs_f64() / 500.0);
    }
    let count = side.samples().pow(2);
    let each = least * 1e9 / f64::from(u32::try_from(count).unwrap());
    println!(
        "{name:>20} {:>2}: {:>8.1} ns, {each:.3} a sample",
        side.samples(),
        least * 1e9
    );
}

#[test]
#[ignore = "measures"]
fn timing() {
    for side in [Side::S4, Side::S8, Side::S16, Side::S32] {
        transforms(side);
        differences(side);
        predictions(side);
    }
}

fn transforms(side: Side) {
    let mut numbers = Numbers::new(1);
    let n = side.samples();
    let shorts = numbers.many(n * n, -200..200, |value| i16::try_from(value).unwrap());
    let mut whole = vec![0; n * n];
    let mut levels = vec![0; n * n];
    let mut picture = vec![100_u16; n * n];
    for kind in [
        TransformKind::DctDct,
        TransformKind::AdstAdst,
        TransformKind::Identity,
    ] {
        if n == 32 && kind == TransformKind::AdstAdst {
            continue;
        }
        time(&format!("forward {kind:?}"), side, || {
            forward(black_box(&shorts), side, kind, &mut whole);
        });
        for used in [n, n / 2] {
            time(&format!("{kind:?} from {used}"), side, || {
                inverse_add(black_box(&whole), side, kind, used, &mut picture, n, 8);
            });
        }
    }
    let quantizer = Quantizer::new(100, 120, 60, 50);
    time("quantize", side, || {
        black_box(quantizer.quantize(black_box(&whole), side, &mut levels));
    });
    time("dequantize", side, || {
        quantizer.dequantize(black_box(&levels), n, side, 8, &mut whole);
    });
}

fn differences(side: Side) {
    let mut numbers = Numbers::new(2);
    let n = side.samples();
    let mut sample = |_: usize| u16::try_from(numbers.next(0..256)).unwrap();
    let source: Vec<u16> = (0..n * (n + 16)).map(&mut sample).collect();
    let other: Vec<u16> = (0..n * n).map(&mut sample).collect();
    let mut out = vec![0; n * n];
    time("residual", side, || {
        residual(black_box(&source), n + 16, &other, side, &mut out);
    });
    time("satd", side, || {
        black_box(satd(black_box(&source), n + 16, &other, side));
    });
    time("sse", side, || {
        black_box(sse(black_box(&source), n + 16, &other, n, side));
    });
    time("variance", side, || {
        black_box(variance(black_box(&source), n + 16, side));
    });
}

fn predictions(side: Side) {
    let mut numbers = Numbers::new(3);
    let n = side.samples();
    let mut sample = |_: usize| u16::try_from(numbers.next(0..256)).unwrap();
    let edges = Edges {
        above: std::array::from_fn(&mut sample),
        left: std::array::from_fn(&mut sample),
        corner: 100,
        has_above: true,
        has_left: true,
    };
    let mut to = vec![0; n * n];
    let modes = [
        Mode::Dc,
        Mode::Vertical,
        Mode::Horizontal,
        Mode::D67,
        Mode::D135,
        Mode::D157,
        Mode::D203,
        Mode::Smooth,
        Mode::SmoothVertical,
        Mode::SmoothHorizontal,
        Mode::Paeth,
    ];
    for mode in modes {
        time(&format!("{mode:?}"), side, || {
            predict(mode, 0, black_box(&edges), side, 8, &mut to);
        });
    }
    let filter = EdgeFilter {
        is_smooth: false,
        columns: n,
        rows: n,
        bit_depth: 8,
    };
    for mode in [Mode::D67, Mode::D113, Mode::D135] {
        time(&format!("filtered {mode:?}"), side, || {
            predict_filtered(mode, 0, black_box(&edges), side, filter, &mut to);
        });
    }
    let luma: Vec<u16> = (0..4 * n * n).map(&mut sample).collect();
    let mut ac = vec![0; n * n];
    time("luma for chroma", side, || {
        cfl_luma(black_box(&luma), 2 * n, side, true, &mut ac);
    });
    time("chroma from luma", side, || {
        cfl_predict(100, black_box(&ac), 5, side, 8, &mut to);
    });
}

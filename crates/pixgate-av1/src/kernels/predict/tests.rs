#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "numbers of tests are small"
)]

use super::*;
use crate::kernels::testing::Numbers;

const SIDES: [Side; 5] = [Side::S4, Side::S8, Side::S16, Side::S32, Side::S64];

fn edges(numbers: &mut Numbers, bit_depth: u32) -> Edges {
    let mut sample = || numbers.next(0..1 << bit_depth) as u16;
    Edges {
        above: std::array::from_fn(|_| sample()),
        left: std::array::from_fn(|_| sample()),
        corner: sample(),
        has_above: true,
        has_left: true,
    }
}

/// An edge that grows by ten with each sample, and another by a hundred.
fn ramps() -> Edges {
    Edges {
        above: std::array::from_fn(|x| 100 + 10 * x as u16),
        left: std::array::from_fn(|y| 200 + 20 * y as u16),
        corner: 90,
        has_above: true,
        has_left: true,
    }
}

fn predicted(mode: Mode, delta: i32, edges: &Edges, side: Side) -> Vec<u16> {
    let mut out = vec![0; side.samples().pow(2)];
    predict(mode, delta, edges, side, 10, &mut out);
    out
}

/// Samples of a block at an angle, one at a time.
fn along(angle: i32, edges: &Edges, count: usize) -> Vec<u16> {
    let at = |edge: &[u16; 128], base: i32| match base {
        ..0 => edges.corner,
        _ => edge[usize::try_from(base).unwrap().min(2 * count - 1)],
    };
    let mix = |edge: &[u16; 128], place: i32, shift: i32| {
        let (base, part) = ((place >> 6) + shift, (place >> 1) & 31);
        let sum = i32::from(at(edge, base)) * (32 - part) + i32::from(at(edge, base + 1)) * part;
        ((sum + 16) >> 5) as u16
    };
    let slope = |degrees: i32| step(degrees) as i32;
    let mut out = Vec::new();
    for y in 0..count as i32 {
        for x in 0..count as i32 {
            out.push(match angle {
                ..=90 => mix(&edges.above, (y + 1) * slope(angle), x),
                91..180 => {
                    let place = (x << 6) - (y + 1) * slope(180 - angle);
                    if place >> 6 >= -1 {
                        mix(&edges.above, place, 0)
                    } else {
                        mix(&edges.left, (y << 6) - (x + 1) * slope(angle - 90), 0)
                    }
                }
                _ => mix(&edges.left, (x + 1) * slope(270 - angle), y),
            });
        }
    }
    out
}

#[test]
fn flat_modes_by_hand() {
    let edges = ramps();
    let dc = predicted(Mode::Dc, 0, &edges, Side::S4);
    assert_eq!(dc, [173; 16]);
    let vertical = predicted(Mode::Vertical, 0, &edges, Side::S4);
    assert_eq!(vertical, [100, 110, 120, 130].repeat(4));
    let horizontal = predicted(Mode::Horizontal, 0, &edges, Side::S4);
    assert_eq!(horizontal[4..8], [220; 4]);
    let paeth = predicted(Mode::Paeth, 0, &edges, Side::S4);
    // 200 + 100 - 90 = 210 is nearest to 200, and 260 + 130 - 90 = 300 to 260.
    assert_eq!((paeth[0], paeth[15]), (200, 260));
}

#[test]
fn smooth_modes_by_hand() {
    let edges = ramps();
    let smooth = predicted(Mode::Smooth, 0, &edges, Side::S4);
    // 255 of above and 1 of the bottom, 255 of left and 1 of the right.
    let first = (255 * 100 + 260 + 255 * 200 + 130 + 256) / 512;
    assert_eq!(smooth[0], first as u16);
    let vertical = predicted(Mode::SmoothVertical, 0, &edges, Side::S4);
    assert_eq!(vertical[5], ((149 * 110 + 107 * 260 + 128) / 256) as u16);
    let horizontal = predicted(Mode::SmoothHorizontal, 0, &edges, Side::S4);
    assert_eq!(horizontal[6], ((85 * 220 + 171 * 130 + 128) / 256) as u16);
}

#[test]
fn averages_of_the_edges_there_are() {
    let mut edges = ramps();
    edges.has_left = false;
    assert_eq!(predicted(Mode::Dc, 0, &edges, Side::S4), [115; 16]);
    edges.has_above = false;
    assert_eq!(predicted(Mode::Dc, 0, &edges, Side::S4), [512; 16]);
    edges.has_left = true;
    assert_eq!(predicted(Mode::Dc, 0, &edges, Side::S4), [230; 16]);
}

#[test]
fn diagonals_by_hand() {
    let edges = ramps();
    let right = predicted(Mode::D45, 0, &edges, Side::S4);
    assert_eq!(right[..4], [110, 120, 130, 140]);
    assert_eq!(right[15], 170);
    let corner = predicted(Mode::D135, 0, &edges, Side::S4);
    assert_eq!(corner[..8], [90, 100, 110, 120, 200, 90, 100, 110]);
}

#[test]
fn slopes_are_near_the_true_ones() {
    for degrees in [3, 6, 9, 14, 23, 36, 45, 58, 67, 76, 81, 87] {
        let slope = 64.0 / f64::from(degrees).to_radians().tan();
        let error = (step(degrees) as f64 - slope).abs();
        assert!(error < 1.0 + slope * 0.2, "{degrees}: {error}");
    }
}

#[test]
fn every_angle_as_sample_by_sample() {
    let mut numbers = Numbers::new(7);
    let modes = [
        Mode::Vertical,
        Mode::Horizontal,
        Mode::D45,
        Mode::D135,
        Mode::D113,
        Mode::D157,
        Mode::D203,
        Mode::D67,
    ];
    for side in SIDES {
        for mode in modes {
            for delta in -3..=3 {
                let angle = mode.angle().unwrap() + 3 * delta;
                if angle == 90 || angle == 180 {
                    continue;
                }
                let edges = edges(&mut numbers, 10);
                let expected = along(angle, &edges, side.samples());
                assert_eq!(
                    predicted(mode, delta, &edges, side),
                    expected,
                    "{side:?} {angle}"
                );
            }
        }
    }
}

/// An edge from two before its first sample on.
type Stretch = [i32; 300];

/// What becomes of an edge in a stream that filters them, one sample at a time.
fn filtered(edge: &mut Stretch, side: i32, distance: i32, is_long: bool, filter: EdgeFilter) {
    let known = filter.columns as i32 + if is_long { side } else { 0 } + 1;
    let all = side + if is_long { side } else { 0 };
    let wide = 2 * side;
    let strength = match (filter.is_smooth, wide, distance) {
        (false, ..=8, 56..) | (false, 9..=16, 40..) => 1,
        (false, ..=16, _) => 0,
        (false, ..=32, ..4) => 1,
        (false, ..=32, ..32) => 2,
        (true, ..=8, 64..) | (true, 9..=16, 48..) => 2,
        (true, ..=8, 40..) | (true, 9..=16, 20..) => 1,
        (true, ..=16, _) => 0,
        _ => 3,
    };
    let kernels = [
        [0, 0, 16, 0, 0],
        [0, 4, 8, 4, 0],
        [0, 5, 6, 5, 0],
        [2, 4, 4, 4, 2],
    ];
    let from = *edge;
    for i in 1..known {
        let taps = (0..5).map(|j| {
            let k = (i - 2 + j).clamp(0, known - 1);
            kernels[strength][j as usize] * from[(k + 1) as usize]
        });
        edge[(i + 1) as usize] = (taps.sum::<i32>() + 8) >> 4;
    }
    if distance < 40 && wide <= if filter.is_smooth { 8 } else { 16 } {
        let from = *edge;
        let at = |i: i32| from[(i.clamp(-1, all - 1) + 2) as usize];
        for i in 0..all {
            let sum = 9 * (at(i - 1) + at(i)) - at(i - 2) - at(i + 1);
            edge[(2 * i + 1) as usize] = ((sum + 8) >> 4).clamp(0, 1023);
            edge[(2 * i + 2) as usize] = at(i);
        }
        edge[0] = at(-1);
    }
}

#[test]
fn every_angle_with_filters_as_sample_by_sample() {
    let mut numbers = Numbers::new(9);
    for side in SIDES {
        for mode in [
            Mode::Vertical,
            Mode::D45,
            Mode::D113,
            Mode::D157,
            Mode::D203,
            Mode::D67,
        ] {
            for delta in -3..=3 {
                for is_smooth in [false, true] {
                    let known = if numbers.next(0..2) == 0 {
                        4
                    } else {
                        side.samples()
                    };
                    let filter = EdgeFilter {
                        is_smooth,
                        columns: known,
                        rows: known,
                        bit_depth: 10,
                    };
                    let angle = mode.angle().unwrap() + 3 * delta;
                    if angle != 90 {
                        check_filtered((mode, delta, angle), &mut numbers, side, filter);
                    }
                }
            }
        }
    }
}

fn check_filtered(
    (mode, delta, angle): (Mode, i32, i32),
    numbers: &mut Numbers,
    side: Side,
    filter: EdgeFilter,
) {
    let edges = edges(numbers, 10);
    let n = side.samples() as i32;
    let mut corner = i32::from(edges.corner);
    if (91..180).contains(&angle) && n >= 12 {
        let sides = i32::from(edges.left[0]) + i32::from(edges.above[0]);
        corner = (5 * sides + 6 * corner + 8) >> 4;
    }
    let stretch = |edge: &[u16; 128]| -> Stretch {
        std::array::from_fn(|i| match i {
            0 | 1 => corner,
            _ => i32::from(edge[(i - 2).min(2 * n as usize - 1)]),
        })
    };
    let (mut above, mut left) = (stretch(&edges.above), stretch(&edges.left));
    filtered(&mut above, n, (angle - 90).abs(), angle < 90, filter);
    filtered(&mut left, n, (angle - 180).abs(), angle > 180, filter);
    let fine = |distance: i32| {
        i32::from(distance.abs() < 40 && 2 * n <= if filter.is_smooth { 8 } else { 16 })
    };
    let (fine_above, fine_left) = (fine(angle - 90), fine(angle - 180));
    let mix = |edge: &Stretch, base: i32, place: i32, fine: i32| {
        let part = ((place << fine) >> 1) & 31;
        let (a, b) = (edge[(base + 2) as usize], edge[(base + 3) as usize]);
        ((a * (32 - part) + b * part + 16) >> 5) as u16
    };
    let slope = |degrees: i32| step(degrees) as i32;
    let mut expected = Vec::new();
    for y in 0..n {
        for x in 0..n {
            expected.push(if angle < 90 {
                let place = (y + 1) * slope(angle);
                let base = (place >> (6 - fine_above)) + (x << fine_above);
                let most = (2 * n - 1) << fine_above;
                match base < most {
                    true => mix(&above, base, place, fine_above),
                    false => above[(most + 2) as usize] as u16,
                }
            } else if angle < 180 {
                let place = (x << 6) - (y + 1) * slope(180 - angle);
                let base = place >> (6 - fine_above);
                if base >= -(1 << fine_above) {
                    mix(&above, base, place, fine_above)
                } else {
                    let place = (y << 6) - (x + 1) * slope(angle - 90);
                    mix(&left, place >> (6 - fine_left), place, fine_left)
                }
            } else {
                let place = (x + 1) * slope(270 - angle);
                let base = (place >> (6 - fine_left)) + (y << fine_left);
                mix(&left, base, place, fine_left)
            });
        }
    }
    let mut found = vec![0; expected.len()];
    predict_filtered(mode, delta, &edges, side, filter, &mut found);
    assert_eq!(found, expected, "{side:?} {angle} {filter:?}");
}

#[test]
fn twins_agree() {
    let mut numbers = Numbers::new(8);
    for side in SIDES {
        for bit_depth in [8, 12] {
            let count = side.samples();
            let edges = edges(&mut numbers, bit_depth);
            for mode in [
                Mode::Smooth,
                Mode::SmoothVertical,
                Mode::SmoothHorizontal,
                Mode::Paeth,
            ] {
                let to = &mut vec![0; count * count];
                let (portable, at) = (Kernels::PORTABLE, side as usize);
                match mode {
                    Mode::Smooth => (portable.smooth[at])(&edges, count, to),
                    Mode::SmoothVertical => (portable.smooth_vertical[at])(&edges, to),
                    Mode::SmoothHorizontal => (portable.smooth_horizontal[at])(&edges, to),
                    _ => (portable.paeth[at])(&edges, count, to),
                }
                assert_eq!(predicted(mode, 0, &edges, side), *to, "{mode:?}");
            }
            for angle in [36, 87, 93, 135, 177, 183, 212] {
                let (mut first, mut second) = (vec![0; count * count], vec![0; count * count]);
                directional::predict(angle, &edges, side, None, &mut first);
                (Kernels::PORTABLE.follow[side as usize])(angle, &edges, None, &mut second);
                assert_eq!(first, second, "{side:?} {angle}");
            }
        }
    }
}

#[test]
fn chroma_from_luma_by_hand() {
    let luma: Vec<u16> = (0..64).collect();
    let mut ac = [0; 16];
    cfl_luma(&luma, 8, Side::S4, true, &mut ac);
    // Four samples of 4.5 on average, eight times; 252 is the average of all.
    assert_eq!((ac[0], ac[15]), (36 - 252, 468 - 252));
    assert_eq!(ac.iter().map(|&value| i32::from(value)).sum::<i32>(), 0);
    let mut to = [0; 16];
    cfl_predict(100, &ac, -8, Side::S4, 8, &mut to);
    // -8/64 of -216 is 27.
    assert_eq!((to[0], to[15]), (127, 73));
    cfl_predict(100, &ac, 16, Side::S4, 8, &mut to);
    assert_eq!((to[0], to[15]), (46, 154));
    cfl_luma(&luma, 8, Side::S8, false, &mut [0; 64]);
}

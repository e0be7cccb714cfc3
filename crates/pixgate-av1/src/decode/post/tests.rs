#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::too_many_arguments,
    clippy::too_many_lines,
    clippy::needless_range_loop,
    reason = "numbers of tests are small, and listings keep their shape"
)]

mod grain;
mod plain;

use std::convert::Infallible;

use self::plain::{Map, Plane};
use super::*;
use crate::kernels::testing::Numbers;

/// A frame with all filters but grain.
fn frame(numbers: &mut Numbers, width: usize, height: usize, bit_depth: u32) -> PostFrame {
    let subsampling = [(true, true), (true, false), (false, false)][numbers.next(0..3) as usize];
    let strength = |numbers: &mut Numbers| CdefStrength {
        primary: [0, 0, 1, 2, 5, 9, 15][numbers.next(0..7) as usize],
        secondary: [0, 1, 2, 4][numbers.next(0..4) as usize],
    };
    let upscaled_width = if numbers.next(0..2) == 0 {
        width
    } else {
        (width * numbers.next(9..17) as usize).div_ceil(8)
    };
    PostFrame {
        bit_depth,
        is_monochrome: numbers.next(0..8) == 0,
        subsampling,
        width,
        upscaled_width,
        height,
        superblock_log2: numbers.next(6..8) as u32,
        deblocking: Some(Deblocking {
            planes: [true, numbers.next(0..4) > 0, true],
            sharpness: [0, 0, 3, 7][numbers.next(0..4) as usize],
        }),
        cdef: Some(CdefParameters {
            damping: numbers.next(3..7) as u8,
            index_bits: 3,
            strengths: std::array::from_fn(|_| [strength(numbers), strength(numbers)]),
        }),
        restoration: std::array::from_fn(|plane| {
            let least = if plane > 0 && subsampling == (true, true) {
                5
            } else {
                6
            };
            (numbers.next(0..4) > 0).then(|| numbers.next(least..9) as u32)
        }),
        grain: None,
    }
}

/// Samples that are nearly flat here and busy there.
fn samples(numbers: &mut Numbers, width: usize, height: usize, bit_depth: u32) -> Plane {
    let most = (1 << bit_depth) - 1;
    let mut samples = vec![0; width * height];
    for y in (0..height).step_by(16) {
        for x in (0..width).step_by(16) {
            let base = most / 2 + (numbers.next(-40..41) << (bit_depth - 8));
            let noise = [1, 2, 6, 30, 120][numbers.next(0..5) as usize] << (bit_depth - 8);
            for y in y..(y + 16).min(height) {
                for x in x..(x + 16).min(width) {
                    let edge = if (x / 4 + y / 4) % 2 == 0 { 1 } else { 0 };
                    let value = base + edge + numbers.next(0..noise);
                    samples[y * width + x] = value.clamp(0, most);
                }
            }
        }
    }
    Plane { width, samples }
}

fn map(numbers: &mut Numbers, frame: &PostFrame) -> Map {
    let columns = frame.padded_width() / 4;
    let rows = frame.height.next_multiple_of(128) / 4;
    let none = BlockFacts {
        row: 0,
        column: 0,
        width_4: 0,
        height_4: 0,
        is_skip: true,
        levels: [0; 4],
        luma: TransformLog2 {
            width: 2,
            height: 2,
        },
        chroma: None,
    };
    let mut blocks = vec![none; columns * rows];
    let (sx, sy) = frame.shifts(1);
    for row in (0..rows).step_by(16) {
        for column in (0..columns).step_by(16) {
            let log2 = [6, 5, 4, 4][numbers.next(0..4) as usize];
            let step = 1 << (log2 - 2);
            for row in (row..row + 16).step_by(step) {
                for column in (column..column + 16).step_by(step) {
                    let mut side = |shift: usize| numbers.next(2..log2 + 1 - shift as i32) as u8;
                    let luma = TransformLog2 {
                        width: side(0),
                        height: side(0),
                    };
                    let chroma = TransformLog2 {
                        width: side(sx),
                        height: side(sy),
                    };
                    let mut level = || numbers.next(-10..64).max(0) as u8;
                    let block = BlockFacts {
                        row,
                        column,
                        width_4: step,
                        height_4: step,
                        levels: [level(), level(), level(), level()],
                        is_skip: numbers.next(0..3) == 0,
                        luma,
                        chroma: Some(chroma),
                    };
                    for row in row..row + step {
                        blocks[row * columns + column..][..step].fill(block);
                    }
                }
            }
        }
    }
    let cdef = (0..columns.div_ceil(16) * rows.div_ceil(16))
        .map(|_| (numbers.next(0..5) > 0).then(|| numbers.next(0..8) as u8))
        .collect();
    Map {
        columns,
        blocks,
        cdef,
    }
}

fn units(numbers: &mut Numbers, frame: &PostFrame) -> [RestorationUnits; 3] {
    std::array::from_fn(|plane| {
        let mut units = RestorationUnits::new(frame, plane).unwrap();
        for row in 0..units.rows {
            for column in 0..units.columns {
                let unit = match numbers.next(0..3) {
                    0 => RestorationUnit::None,
                    1 => {
                        let mut taps = || {
                            [
                                numbers.next(-5..11) as i8,
                                numbers.next(-23..9) as i8,
                                numbers.next(-17..47) as i8,
                            ]
                        };
                        RestorationUnit::Wiener {
                            vertical: taps(),
                            horizontal: taps(),
                        }
                    }
                    _ => RestorationUnit::SelfGuided {
                        set: numbers.next(0..16) as u8,
                        weights: [numbers.next(-96..32) as i8, numbers.next(-32..96) as i8],
                    },
                };
                units.set(row, column, unit);
            }
        }
        units
    })
}

/// Filters in the stream, row by row.
fn stream<S: Sample>(
    frame: &PostFrame,
    map: &Map,
    units: &[RestorationUnits; 3],
    planes: &[Plane],
) -> Vec<Vec<i32>> {
    let mut filter = PostFilter::<S>::new(frame.clone()).unwrap();
    let mut out = vec![Vec::new(); planes.len()];
    let mut next = 0;
    let side = frame.superblock();
    for first_row in (0..frame.height).step_by(side) {
        let row = filter.row();
        assert_eq!(row.first_row, first_row);
        for (plane, to) in row.planes.into_iter().enumerate().take(planes.len()) {
            let (_, y) = frame.shifts(plane);
            let from = &planes[plane];
            let rows = from
                .samples
                .chunks(from.width)
                .skip(first_row >> y)
                .take(side >> y);
            for (to, from) in to.samples.chunks_mut(to.stride).zip(rows) {
                for (to, &from) in to.iter_mut().zip(from) {
                    *to = S::of(from);
                }
            }
        }
        for row in 0..side / 4 {
            for column in 0..map.columns {
                let block = &map.blocks[(first_row / 4 + row) * map.columns + column];
                if (block.row, block.column) == (first_row / 4 + row, column) {
                    filter.facts.set_block(&BlockFacts { row, ..*block });
                }
            }
        }
        for row in 0..side / 64 {
            let columns = map.columns.div_ceil(16);
            for column in 0..columns {
                let index = map.cdef[(first_row / 64 + row) * columns + column];
                filter.facts.set_cdef(row, column, index);
            }
        }
        for (plane, units) in units.iter().enumerate() {
            for row in 0..units.rows {
                for (column, unit) in units.row(row).iter().enumerate() {
                    filter.units[plane].set(row, column, *unit);
                }
            }
        }
        filter
            .finish_row(&mut |rows| {
                assert_eq!(rows.first_row, next);
                next += rows.rows;
                for (out, plane) in out.iter_mut().zip(rows.planes) {
                    for row in 0..plane.rows {
                        out.extend(plane.row(row).iter().map(|&s| -> i32 { s.into() }));
                    }
                }
                Ok::<_, Infallible>(())
            })
            .unwrap();
    }
    assert_eq!(next, frame.height);
    out
}

/// The same of whole frames.
fn whole(
    frame: &PostFrame,
    map: &Map,
    units: &[RestorationUnits; 3],
    planes: &[Plane],
) -> Vec<Vec<i32>> {
    let mut deblocked = planes.to_vec();
    if frame.deblocking.is_some() {
        plain::deblock(frame, map, &mut deblocked);
    }
    let mut filtered = deblocked.clone();
    if frame.cdef.is_some() {
        filtered = plain::cdef(frame, map, &deblocked);
    }
    if frame.has_superres() {
        deblocked = plain::upscale(frame, &deblocked);
        filtered = plain::upscale(frame, &filtered);
    }
    let restored = plain::restore(frame, units, &deblocked, &filtered);
    let crop = |(plane, from): (usize, &Plane)| {
        let (_, width, height) = frame.size(plane);
        let rows = from.samples.chunks(from.width).take(height);
        rows.flat_map(|row| row[..width].to_vec()).collect()
    };
    restored.iter().enumerate().map(crop).collect()
}

fn compare(numbers: &mut Numbers, frame: &PostFrame) {
    let planes: Vec<Plane> = (0..frame.planes())
        .map(|plane| {
            let (x, y) = frame.shifts(plane);
            let (width, height) = (
                frame.padded_width() >> x,
                frame.height.next_multiple_of(128) >> y,
            );
            samples(numbers, width, height, frame.bit_depth)
        })
        .collect();
    let map = map(numbers, frame);
    let units = units(numbers, frame);
    let expected = whole(frame, &map, &units, &planes);
    let mut results = vec![stream::<u16>(frame, &map, &units, &planes)];
    if frame.bit_depth == 8 {
        results.push(stream::<u8>(frame, &map, &units, &planes));
    }
    for result in results {
        for (plane, (result, expected)) in result.iter().zip(&expected).enumerate() {
            let (_, width, _) = frame.size(plane);
            assert_eq!(result.len(), expected.len());
            if let Some(at) = (0..result.len()).find(|&at| result[at] != expected[at]) {
                let (x, y) = (at % width, at / width);
                panic!(
                    "plane {plane} at {x}, {y}: {} != {}: {frame:?}",
                    result[at], expected[at]
                );
            }
        }
    }
}

#[test]
fn each_filter_alone_is_that_of_the_specification() {
    let mut numbers = Numbers::new(71);
    for round in 0..24 {
        let (width, height) = (numbers.next(1..210) as usize, numbers.next(1..210) as usize);
        let whole = frame(&mut numbers, width, height, [8, 10, 12][round % 3]);
        let without = PostFrame {
            deblocking: None,
            cdef: None,
            restoration: [None; 3],
            upscaled_width: whole.width,
            ..whole.clone()
        };
        for frame in [
            PostFrame {
                deblocking: whole.deblocking,
                ..without.clone()
            },
            PostFrame {
                cdef: whole.cdef,
                ..without.clone()
            },
            PostFrame {
                upscaled_width: whole.upscaled_width,
                ..without.clone()
            },
            PostFrame {
                restoration: whole.restoration,
                ..without.clone()
            },
        ] {
            compare(&mut numbers, &frame);
        }
    }
}

#[test]
fn all_filters_are_those_of_the_specification() {
    let mut numbers = Numbers::new(72);
    for round in 0..30 {
        let (width, height) = (numbers.next(1..300) as usize, numbers.next(1..300) as usize);
        let frame = frame(&mut numbers, width, height, [8, 10, 12][round % 3]);
        compare(&mut numbers, &frame);
    }
}

#[test]
fn the_smallest_frames_are_filtered() {
    let mut numbers = Numbers::new(73);
    for (width, height) in [
        (1, 1),
        (1, 9),
        (9, 1),
        (2, 3),
        (8, 8),
        (65, 1),
        (1, 65),
        (64, 57),
    ] {
        for bit_depth in [8, 10, 12] {
            let frame = frame(&mut numbers, width, height, bit_depth);
            compare(&mut numbers, &frame);
        }
    }
}

//! The machine's filters and the portable ones agree.

#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers of tests are small"
)]

use super::cdef::{Cdef, MISSING, TILE_ABOVE, TILE_LEFT};
use super::deblock::{Edges, Sharpness};
use super::self_guided::SelfGuided;
use super::tile::{RESTORE_TILE, TILE_STRIDE};
use super::wiener::Wiener;
use super::*;
use crate::kernels::sample::Sample;
use crate::kernels::testing::Numbers;

/// Two tables, and the bit depths of their samples.
fn compare<S: Sample>(portable: &Filters<S>, best: &Filters<S>, depths: &[u32]) {
    let mut numbers = Numbers::new(51);
    for round in 0..400 {
        let bit_depth = depths[round % depths.len()];
        deblock(&mut numbers, portable, best, bit_depth);
        cdef(&mut numbers, portable, best, bit_depth);
        restoration(&mut numbers, portable, best, bit_depth);
    }
}

/// Numbers that are near each other in some rounds and anything in others.
fn some(numbers: &mut Numbers, count: usize, bit_depth: u32) -> Vec<u16> {
    let most = (1 << bit_depth) - 1;
    let base = numbers.next(0..most + 1);
    let spread = [2, 8, 60, most][numbers.next(0..4) as usize];
    (0..count)
        .map(|_| (base + numbers.next(-spread..spread + 1)).clamp(0, most) as u16)
        .collect()
}

fn deblock<S: Sample>(
    numbers: &mut Numbers,
    portable: &Filters<S>,
    best: &Filters<S>,
    bit_depth: u32,
) {
    let samples = some(numbers, 16 * 24, bit_depth);
    let samples: Vec<S> = samples
        .into_iter()
        .map(|value| S::of(value.into()))
        .collect();
    let is_luma = numbers.next(0..2) == 0;
    let edges = Edges {
        sizes: std::array::from_fn(|_| numbers.next(0..if is_luma { 4 } else { 3 }) as u8),
        levels: std::array::from_fn(|_| numbers.next(0..64) as u8),
    };
    let sharpness = Sharpness {
        value: numbers.next(0..8) as u8,
        bit_depth,
    };
    let all = |filters: &Filters<S>| {
        let mut rows = samples.clone();
        (filters.horizontal_edges)(&mut rows, 24, is_luma, &edges, sharpness);
        let mut columns = [[0; 16]; 16];
        (filters.to_columns)(&samples, 24, &mut columns);
        (filters.vertical_edges)(&mut columns, is_luma, &edges, sharpness);
        let mut turned = samples.clone();
        (filters.to_rows)(&columns, &mut turned, 24);
        (rows, turned)
    };
    assert!(all(portable) == all(best), "{edges:?} {sharpness:?}");
}

fn cdef<S: Sample>(
    numbers: &mut Numbers,
    portable: &Filters<S>,
    best: &Filters<S>,
    bit_depth: u32,
) {
    let mut tile = some(numbers, (8 + 2 * TILE_ABOVE) * TILE_STRIDE, bit_depth);
    for (index, sample) in tile.iter_mut().enumerate() {
        if numbers.next(0..2) == 0 && !(TILE_LEFT..TILE_LEFT + 8).contains(&(index % TILE_STRIDE)) {
            *sample = MISSING;
        }
    }
    let more = bit_depth - 8;
    let cdef = Cdef {
        origin: TILE_ABOVE * TILE_STRIDE + TILE_LEFT,
        is_narrow: numbers.next(0..2) == 0,
        is_low: numbers.next(0..2) == 0,
        primary: (numbers.next(0..16) as u16) << more,
        secondary: [0, 1, 2, 4][numbers.next(0..4) as usize] << more,
        damping: numbers.next(2..7) as u32 + more,
        direction: numbers.next(0..8) as usize,
        bit_depth,
    };
    let all = |filters: &Filters<S>| {
        let mut to = [S::default(); 8 * 11];
        (filters.cdef)(&tile, cdef, &mut to, 11);
        (
            to.to_vec(),
            (filters.direction)(&tile, cdef.origin, bit_depth),
        )
    };
    assert!(all(portable) == all(best), "{cdef:?}");
}

fn restoration<S: Sample>(
    numbers: &mut Numbers,
    portable: &Filters<S>,
    best: &Filters<S>,
    bit_depth: u32,
) {
    let tile = some(numbers, RESTORE_TILE, bit_depth);
    let taps = |numbers: &mut Numbers| {
        [
            numbers.next(-5..11) as i8,
            numbers.next(-23..9) as i8,
            numbers.next(-17..47) as i8,
        ]
    };
    let wiener = Wiener::new(taps(numbers), taps(numbers), bit_depth);
    let weights = [numbers.next(-96..32) as i8, numbers.next(-32..96) as i8];
    let guided = SelfGuided::new(numbers.next(0..16) as u8, weights, bit_depth);
    let size = (numbers.next(1..65) as usize, numbers.next(1..65) as usize);
    let all = |filters: &Filters<S>| {
        let mut first = vec![S::default(); 64 * 64];
        let mut second = first.clone();
        (filters.wiener)(&tile, size, wiener, &mut first, 64);
        (filters.self_guided)(&tile, size, guided, &mut second, 64);
        (first, second)
    };
    assert!(all(portable) == all(best), "{wiener:?} {guided:?}");
}

#[test]
fn twins_agree() {
    let (portable, best) = (&AllFilters::PORTABLE, detect());
    compare(&portable.bytes, &best.bytes, &[8]);
    compare(&portable.words, &best.words, &[8, 10, 12]);
}

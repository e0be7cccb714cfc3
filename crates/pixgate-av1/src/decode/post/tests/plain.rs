//! Filters of whole frames, sample by sample as sections 7.14 to 7.17 list them.

use super::super::facts::{BlockFacts, TransformLog2};
use super::super::frame::PostFrame;
use super::super::units::{RestorationUnit, RestorationUnits};
use crate::tables::upscale::UPSCALE;

/// A plane with all samples of its blocks.
#[derive(Clone, Debug)]
pub(super) struct Plane {
    pub(super) width: usize,
    pub(super) samples: Vec<i32>,
}

impl Plane {
    pub(super) fn at(&self, x: usize, y: usize) -> i32 {
        self.samples[y * self.width + x]
    }

    fn set(&mut self, x: usize, y: usize, value: i32) {
        self.samples[y * self.width + x] = value;
    }
}

/// What is known of units of 4 samples of luma, and of chroma.
pub(super) struct Map {
    pub(super) columns: usize,
    pub(super) blocks: Vec<BlockFacts>,
    /// `cdef_idx` of 64x64.
    pub(super) cdef: Vec<Option<u8>>,
}

impl Map {
    /// The block at a unit of luma.
    fn block(&self, row: usize, column: usize) -> &BlockFacts {
        &self.blocks[row * self.columns + column]
    }

    fn transform(&self, plane: usize, row: usize, column: usize) -> TransformLog2 {
        let block = self.block(row, column);
        if plane == 0 {
            block.luma
        } else {
            block.chroma.unwrap()
        }
    }
}

pub(super) fn round2(value: i64, bits: u32) -> i64 {
    if bits == 0 {
        value
    } else {
        (value + (1 << (bits - 1))) >> bits
    }
}

pub(super) fn deblock(frame: &PostFrame, map: &Map, planes: &mut [Plane]) {
    let parameters = frame.deblocking.unwrap();
    for (plane, samples) in planes.iter_mut().enumerate() {
        if !parameters.planes[plane] {
            continue;
        }
        let (sx, sy) = frame.shifts(plane);
        for pass in 0..2 {
            for row in (0..frame.height.div_ceil(4)).step_by(1 << sy) {
                for col in (0..frame.width.div_ceil(4)).step_by(1 << sx) {
                    edge(frame, map, samples, (plane, pass), (row, col));
                }
            }
        }
    }
}

fn edge(
    frame: &PostFrame,
    map: &Map,
    samples: &mut Plane,
    (plane, pass): (usize, usize),
    (row, col): (usize, usize),
) {
    let (sx, sy) = frame.shifts(plane);
    let (dx, dy) = (1 - pass, pass);
    let (x, y) = (col * 4, row * 4);
    let (row, col) = (row | sy, col | sx);
    if (pass == 0 && x == 0) || (pass == 1 && y == 0) {
        return;
    }
    let (xp, yp) = (x >> sx, y >> sy);
    let (prev_row, prev_col) = (row - (dy << sy), col - (dx << sx));
    let (tx, prev) = (
        map.transform(plane, row, col),
        map.transform(plane, prev_row, prev_col),
    );
    let (size, prev_size, place) = if pass == 0 {
        (tx.width, prev.width, xp)
    } else {
        (tx.height, prev.height, yp)
    };
    if place % (1 << size) != 0 {
        return;
    }
    let base = 1 << size.min(prev_size);
    let filter_size = base.min(if plane == 0 { 16 } else { 8 });
    let index = if plane == 0 { pass } else { plane + 1 };
    let mut level = map.block(row, col).levels[index];
    if level == 0 {
        level = map.block(prev_row, prev_col).levels[index];
    }
    if level == 0 {
        return;
    }
    for i in 0..4 {
        line(
            frame,
            samples,
            plane,
            (xp + dy * i, yp + dx * i),
            (dx, dy),
            filter_size,
            level,
        );
    }
}

fn line(
    frame: &PostFrame,
    samples: &mut Plane,
    plane: usize,
    (x, y): (usize, usize),
    (dx, dy): (usize, usize),
    size: usize,
    level: u8,
) {
    let sharpness = i32::from(frame.deblocking.unwrap().sharpness);
    let level = i32::from(level);
    let shift = if sharpness > 4 {
        2
    } else {
        i32::from(sharpness > 0)
    };
    let limit = if sharpness > 0 {
        (level >> shift).clamp(1, 9 - sharpness)
    } else {
        (level >> shift).max(1)
    };
    let edge_limit = 2 * (level + 2) + limit;
    let thresh = level >> 4;
    let more = frame.bit_depth - 8;
    let place = |i: i32| {
        let step = |at: usize, d: usize| (at as i32 + i * d as i32) as usize;
        (step(x, dx), step(y, dy))
    };
    let get = |samples: &Plane, i: i32| {
        let (x, y) = place(i);
        samples.at(x, y)
    };
    let p = |i: i32| get(samples, -1 - i);
    let q = |i: i32| get(samples, i);
    let hev = (p(1) - p(0)).abs() > thresh << more || (q(1) - q(0)).abs() > thresh << more;
    let length = if size == 4 {
        4
    } else if plane > 0 {
        6
    } else {
        size
    };
    let mut mask = (p(1) - p(0)).abs() > limit << more
        || (q(1) - q(0)).abs() > limit << more
        || (p(0) - q(0)).abs() * 2 + (p(1) - q(1)).abs() / 2 > edge_limit << more;
    if length >= 6 {
        mask |= (p(2) - p(1)).abs() > limit << more || (q(2) - q(1)).abs() > limit << more;
    }
    if length >= 8 {
        mask |= (p(3) - p(2)).abs() > limit << more || (q(3) - q(2)).abs() > limit << more;
    }
    if mask {
        return;
    }
    let one = 1 << more;
    let near = |from: i32, to: i32| {
        (from..=to).all(|i| (p(i) - p(0)).abs() <= one && (q(i) - q(0)).abs() <= one)
    };
    let flat = length >= 6 && near(1, if length >= 8 { 3 } else { 2 });
    let flat2 = length >= 16 && near(4, 6);
    if !flat {
        narrow(frame, samples, &place, hev);
    } else {
        let log2 = if size >= 16 && flat2 { 4 } else { 3 };
        wide(samples, plane, &place, log2);
    }
}

fn narrow(
    frame: &PostFrame,
    samples: &mut Plane,
    place: &impl Fn(i32) -> (usize, usize),
    hev: bool,
) {
    let half = 0x80 << (frame.bit_depth - 8);
    let clamp = |value: i32| value.clamp(-half, half - 1);
    let get = |i: i32| {
        let (x, y) = place(i);
        samples.at(x, y) - half
    };
    let (ps1, ps0, qs0, qs1) = (get(-2), get(-1), get(0), get(1));
    let filter = if hev { clamp(ps1 - qs1) } else { 0 };
    let filter = clamp(filter + 3 * (qs0 - ps0));
    let filter1 = clamp(filter + 4) >> 3;
    let filter2 = clamp(filter + 3) >> 3;
    let mut set = |i: i32, value: i32| {
        let (x, y) = place(i);
        samples.set(x, y, clamp(value) + half);
    };
    set(0, qs0 - filter1);
    set(-1, ps0 + filter2);
    if !hev {
        let filter = (filter1 + 1) >> 1;
        set(1, qs1 - filter);
        set(-2, ps1 + filter);
    }
}

fn wide(samples: &mut Plane, plane: usize, place: &impl Fn(i32) -> (usize, usize), log2: u32) {
    let n = if log2 == 4 {
        6
    } else if plane == 0 {
        3
    } else {
        2
    };
    let n2 = i32::from(!(log2 == 3 && plane == 0));
    let mut filtered = Vec::new();
    for i in -n..n {
        let mut t = 0;
        for j in -n..=n {
            let (x, y) = place((i + j).clamp(-(n + 1), n));
            t += samples.at(x, y) * if j.abs() <= n2 { 2 } else { 1 };
        }
        filtered.push(round2(t.into(), log2) as i32);
    }
    for (i, value) in (-n..n).zip(filtered) {
        let (x, y) = place(i);
        samples.set(x, y, value);
    }
}

pub(super) fn cdef(frame: &PostFrame, map: &Map, planes: &[Plane]) -> Vec<Plane> {
    let mut out = planes.to_vec();
    let parameters = frame.cdef.unwrap();
    let depth = frame.bit_depth - 8;
    for r in (0..frame.height.div_ceil(8) * 2).step_by(2) {
        for c in (0..frame.width.div_ceil(8) * 2).step_by(2) {
            let skip = (0..2).all(|i| (0..2).all(|j| map.block(r + i, c + j).is_skip));
            let index = map.cdef[r / 16 * map.columns.div_ceil(16) + c / 16];
            let (Some(index), false) = (index, skip) else {
                continue;
            };
            let (dir, var) = direction(frame, &planes[0], r, c);
            for plane in 0..planes.len() {
                let strength = parameters.strengths[usize::from(index)][plane.min(1)];
                let mut pri = i32::from(strength.primary) << depth;
                let sec = i32::from(strength.secondary) << depth;
                let (sx, sy) = frame.shifts(plane);
                let dir = match (pri, sx, sy) {
                    (0, ..) => 0,
                    (_, 1, 0) => [7, 0, 2, 4, 5, 6, 6, 6][dir],
                    _ => dir,
                };
                let mut damping = u32::from(parameters.damping) + depth;
                if plane == 0 {
                    let log2 = if var >> 6 > 0 {
                        (var >> 6).ilog2().min(12) as i32
                    } else {
                        0
                    };
                    pri = if var > 0 {
                        (pri * (4 + log2) + 8) >> 4
                    } else {
                        0
                    };
                } else {
                    damping -= 1;
                }
                filter(
                    frame,
                    (plane, r, c),
                    (pri, sec, damping, dir),
                    &planes[plane],
                    &mut out[plane],
                );
            }
        }
    }
    out
}

fn direction(frame: &PostFrame, luma: &Plane, r: usize, c: usize) -> (usize, i32) {
    const DIV: [i32; 9] = [0, 840, 420, 280, 210, 168, 140, 120, 105];
    let mut partial = [[0_i32; 15]; 8];
    for i in 0..8 {
        for j in 0..8 {
            let x = (luma.at(c * 4 + j, r * 4 + i) >> (frame.bit_depth - 8)) - 128;
            partial[0][i + j] += x;
            partial[1][i + j / 2] += x;
            partial[2][i] += x;
            partial[3][3 + i - j / 2] += x;
            partial[4][7 + i - j] += x;
            partial[5][3 - i / 2 + j] += x;
            partial[6][j] += x;
            partial[7][i / 2 + j] += x;
        }
    }
    let mut cost = [0; 8];
    for d in [2, 6] {
        cost[d] = partial[d].iter().take(8).map(|sum| sum.pow(2)).sum::<i32>() * DIV[8];
    }
    for d in [0, 4] {
        for i in 0..7 {
            cost[d] += (partial[d][i].pow(2) + partial[d][14 - i].pow(2)) * DIV[i + 1];
        }
        cost[d] += partial[d][7].pow(2) * DIV[8];
    }
    for d in [1, 3, 5, 7] {
        for j in 0..5 {
            cost[d] += partial[d][3 + j].pow(2);
        }
        cost[d] *= DIV[8];
        for j in 0..3 {
            cost[d] += (partial[d][j].pow(2) + partial[d][10 - j].pow(2)) * DIV[2 * j + 2];
        }
    }
    let mut best = 0;
    for d in 1..8 {
        if cost[d] > cost[best] {
            best = d;
        }
    }
    (best, (cost[best] - cost[(best + 4) & 7]) >> 10)
}

fn filter(
    frame: &PostFrame,
    (plane, r, c): (usize, usize, usize),
    (pri, sec, damping, dir): (i32, i32, u32, usize),
    from: &Plane,
    to: &mut Plane,
) {
    const DIRECTIONS: [[[i32; 2]; 2]; 8] = [
        [[-1, 1], [-2, 2]],
        [[0, 1], [-1, 2]],
        [[0, 1], [0, 2]],
        [[0, 1], [1, 2]],
        [[1, 1], [2, 2]],
        [[1, 0], [2, 1]],
        [[1, 0], [2, 0]],
        [[1, 0], [2, -1]],
    ];
    let (sx, sy) = frame.shifts(plane);
    let (width, height) = (
        ((frame.width.div_ceil(8) * 8) >> sx) as i32,
        ((frame.height.div_ceil(8) * 8) >> sy) as i32,
    );
    let depth = frame.bit_depth - 8;
    let constrain = |diff: i32, threshold: i32| {
        if threshold == 0 {
            return 0;
        }
        let shift = damping.saturating_sub(threshold.ilog2());
        let size = (threshold - (diff.abs() >> shift)).clamp(0, diff.abs());
        diff.signum() * size
    };
    let (x0, y0) = ((c * 4) >> sx, (r * 4) >> sy);
    for y in y0..y0 + (8 >> sy) {
        for x in x0..x0 + (8 >> sx) {
            let middle = from.at(x, y);
            let (mut sum, mut min, mut max) = (0, middle, middle);
            for k in 0..2 {
                for sign in [-1, 1] {
                    let mut tap = |dir: usize, strength: i32, weight: i32| {
                        let [dy, dx] = DIRECTIONS[dir & 7][k];
                        let (x, y) = (x as i32 + sign * dx, y as i32 + sign * dy);
                        if x < 0 || y < 0 || x >= width || y >= height {
                            return;
                        }
                        let p = from.at(x as usize, y as usize);
                        sum += weight * constrain(p - middle, strength);
                        min = min.min(p);
                        max = max.max(p);
                    };
                    let odd = (pri >> depth & 1) as usize;
                    tap(dir, pri, [[4, 2], [3, 3]][odd][k]);
                    tap(dir + 2, sec, [2, 1][k]);
                    tap(dir + 6, sec, [2, 1][k]);
                }
            }
            let value = middle + ((8 + sum - i32::from(sum < 0)) >> 4);
            to.set(x, y, value.clamp(min, max));
        }
    }
}

pub(super) fn upscale(frame: &PostFrame, planes: &[Plane]) -> Vec<Plane> {
    let mut out = Vec::new();
    for (index, plane) in planes.iter().enumerate() {
        let (from, to, height) = frame.size(index);
        let (sx, _) = frame.shifts(index);
        let (from, to) = (from as i64, to as i64);
        let step = ((from << 14) + to / 2) / to;
        let err = to * step - (from << 14);
        let start = (-((to - from) << 13) + to / 2) / to + 128 - err / 2;
        let start = start & 0x3fff;
        let last = ((frame.width.div_ceil(8) * 8) >> sx) as i64 - 1;
        let mut samples = Vec::new();
        for y in 0..height {
            for x in 0..to {
                let place = -(1 << 14) + start + x * step;
                let (px, frac) = (place >> 14, (place & 0x3fff) >> 8);
                let sum: i64 = (0..8)
                    .map(|k| {
                        let at = (px + k - 3).clamp(0, last) as usize;
                        i64::from(plane.at(at, y)) * i64::from(UPSCALE[frac as usize][k as usize])
                    })
                    .sum();
                samples.push(round2(sum, 7).clamp(0, (1 << frame.bit_depth) - 1) as i32);
            }
        }
        out.push(Plane {
            width: to as usize,
            samples,
        });
    }
    out
}

/// - `deblocked`, `filtered`: before and after CDEF, both after superres.
pub(super) fn restore(
    frame: &PostFrame,
    units: &[RestorationUnits; 3],
    deblocked: &[Plane],
    filtered: &[Plane],
) -> Vec<Plane> {
    let mut out = filtered.to_vec();
    for (plane, to) in out.iter_mut().enumerate() {
        let Some(log2) = frame.restoration[plane] else {
            continue;
        };
        let (_, width, height) = frame.size(plane);
        let (_, sy) = frame.shifts(plane);
        for y in 0..height {
            for x in 0..width {
                let luma_y = y << sy;
                let stripe = (luma_y + 8) / 64;
                let start = ((-8 + stripe as i32 * 64) >> sy) as isize;
                let end = start + (64 >> sy) - 1;
                let row = ((luma_y + 8) >> sy >> log2).min(units[plane].rows - 1);
                let column = (x >> log2).min(units[plane].columns - 1);
                let sample = |dx: isize, dy: isize| {
                    let at = (x as isize + dx).clamp(0, width as isize - 1) as usize;
                    let line = (y as isize + dy).clamp(0, height as isize - 1);
                    if line < start {
                        deblocked[plane].at(at, line.max(start - 2) as usize)
                    } else if line > end {
                        deblocked[plane].at(at, line.min(end + 2) as usize)
                    } else {
                        filtered[plane].at(at, line as usize)
                    }
                };
                let value = match units[plane].row(row)[column] {
                    RestorationUnit::None => continue,
                    RestorationUnit::Wiener {
                        vertical,
                        horizontal,
                    } => wiener(frame.bit_depth, vertical, horizontal, &sample),
                    RestorationUnit::SelfGuided { set, weights } => {
                        self_guided(frame.bit_depth, set, weights, y % 2 == 1, &sample)
                    }
                };
                to.set(x, y, value);
            }
        }
    }
    out
}

fn wiener(
    depth: u32,
    vertical: [i8; 3],
    horizontal: [i8; 3],
    sample: &impl Fn(isize, isize) -> i32,
) -> i32 {
    let taps = |c: [i8; 3]| {
        let [a, b, c] = c.map(i32::from);
        [a, b, c, 128 - 2 * (a + b + c), c, b, a]
    };
    let rounds = if depth == 12 { (5, 9) } else { (3, 11) };
    let (vertical, horizontal) = (taps(vertical), taps(horizontal));
    let offset = 1 << (depth + 7 - rounds.0 - 1);
    let limit = (1 << (depth + 1 + 7 - rounds.0)) - 1;
    let mut sum = 0;
    for (r, tap) in (-3..).zip(vertical) {
        let line: i32 = (-3..)
            .zip(horizontal)
            .map(|(t, tap)| tap * sample(t, r))
            .sum();
        let v = round2(line.into(), rounds.0) as i32;
        sum += tap * v.clamp(-offset, limit - offset);
    }
    (round2(sum.into(), rounds.1) as i32).clamp(0, (1 << depth) - 1)
}

fn self_guided(
    depth: u32,
    set: u8,
    weights: [i8; 2],
    is_odd: bool,
    sample: &impl Fn(isize, isize) -> i32,
) -> i32 {
    const PARAMETERS: [[i64; 4]; 16] = [
        [2, 12, 1, 4],
        [2, 15, 1, 6],
        [2, 18, 1, 8],
        [2, 21, 1, 9],
        [2, 24, 1, 10],
        [2, 29, 1, 11],
        [2, 36, 1, 12],
        [2, 45, 1, 13],
        [2, 56, 1, 14],
        [2, 68, 1, 15],
        [0, 0, 1, 5],
        [0, 0, 1, 8],
        [0, 0, 1, 11],
        [0, 0, 1, 14],
        [2, 30, 0, 0],
        [2, 75, 0, 0],
    ];
    let parameters = PARAMETERS[usize::from(set)];
    let w0 = i64::from(weights[0]);
    let w1 = i64::from(weights[1]);
    let w2 = 128 - w0 - w1;
    let u = i64::from(sample(0, 0)) << 4;
    let mut v = w1 * u;
    for (pass, weight) in [(0, w0), (1, w2)] {
        let (r, eps) = (parameters[2 * pass], parameters[2 * pass + 1]);
        if r == 0 {
            v += weight * u;
            continue;
        }
        let (mut a, mut b) = (0, 0);
        for dy in -1..=1_isize {
            for dx in -1..=1_isize {
                let weight = if pass == 0 {
                    // Only odd rows count.
                    if (dy != 0) == is_odd {
                        0
                    } else if dx == 0 {
                        6
                    } else {
                        5
                    }
                } else if dx == 0 || dy == 0 {
                    4
                } else {
                    3
                };
                if weight > 0 {
                    let (a2, b2) = boxes(depth, r as isize, eps, &|x, y| sample(x + dx, y + dy));
                    a += weight * a2;
                    b += weight * b2;
                }
            }
        }
        let shift = if pass == 0 && is_odd { 4 } else { 5 };
        v += weight * round2(a * i64::from(sample(0, 0)) + b, 8 + shift - 4);
    }
    round2(v, 11).clamp(0, (1 << depth) - 1) as i32
}

fn boxes(depth: u32, r: isize, eps: i64, sample: &impl Fn(isize, isize) -> i32) -> (i64, i64) {
    let n = (2 * r as i64 + 1).pow(2);
    let n2e = n * n * eps;
    let s = ((1 << 20) + n2e / 2) / n2e;
    let one_by_n = ((1 << 12) + n / 2) / n;
    let (mut a, mut b) = (0, 0);
    for dy in -r..=r {
        for dx in -r..=r {
            let c = i64::from(sample(dx, dy));
            a += c * c;
            b += c;
        }
    }
    let a = round2(a, 2 * (depth - 8));
    let d = round2(b, depth - 8);
    let p = (a * n - d * d).max(0);
    let z = round2(p * s, 20);
    let a2 = match z {
        255.. => 256,
        0 => 1,
        _ => ((z << 8) + z / 2) / (z + 1),
    };
    (a2, round2((256 - a2) * b * one_by_n, 12))
}

//! The loop filter (RFC 6386, section 15).
//!
//! Sixteen places along an edge are filtered at a time: those of a block of luma, or eight of each
//! kind of chroma.

use super::header::Strength;
use super::kernels::Lanes;

/// Samples in rows, of which a part is filtered.
pub(super) struct Plane<'a> {
    pub(super) samples: &'a mut [u8],
    pub(super) stride: usize,
}

/// Which edges of a macroblock are filtered.
#[derive(Clone, Copy)]
pub(super) struct Edges {
    pub(super) left: bool,
    pub(super) above: bool,
    /// Those between its subblocks.
    pub(super) inner: bool,
}

/// Filters the edges of a block of luma, or of blocks of both kinds of chroma with half its sides.
///
/// - `at`: the first sample; four rows and columns before it exist where those edges are filtered.
#[inline(always)]
pub(super) fn normal<L: Lanes, B: Block>(
    block: &mut B,
    at: usize,
    strength: Strength,
    edges: Edges,
) {
    let outer = Limits::new(strength, 4);
    let inner = Limits::new(strength, 0);
    let stride = block.stride();
    if edges.left {
        filter_upright::<L, true>(block, at, outer);
    }
    if edges.inner {
        for x in (4..B::SIDE).step_by(4) {
            filter_upright::<L, false>(block, at + x, inner);
        }
    }
    if edges.above {
        filter_level::<L, true>(block, at, outer);
    }
    if edges.inner {
        for y in (4..B::SIDE).step_by(4) {
            filter_level::<L, false>(block, at + y * stride, inner);
        }
    }
}

/// Where sixteen places along an edge lie.
pub(super) trait Block {
    /// How many samples a side has.
    const SIDE: usize;
    /// Samples from one row to the next.
    fn stride(&self) -> usize;
    /// Eight samples each of sixteen rows, from `at` on.
    fn rows(&self, at: usize) -> [[u8; 8]; 16];
    /// Puts such rows back.
    fn set_rows(&mut self, at: usize, rows: &[[u8; 8]; 16]);
    /// Sixteen samples of a row.
    fn line(&self, at: usize) -> [u8; 16];
    /// Puts such a row back.
    fn set_line(&mut self, at: usize, line: [u8; 16]);
}

impl Block for Plane<'_> {
    const SIDE: usize = 16;

    #[inline(always)]
    fn stride(&self) -> usize {
        self.stride
    }

    #[inline(always)]
    fn rows(&self, at: usize) -> [[u8; 8]; 16] {
        let mut rows = [[0; 8]; 16];
        self.read_rows(at, &mut rows);
        rows
    }

    #[inline(always)]
    fn set_rows(&mut self, at: usize, rows: &[[u8; 8]; 16]) {
        self.write_rows(at, rows);
    }

    #[inline(always)]
    fn line(&self, at: usize) -> [u8; 16] {
        let line = self.samples.get(at..).and_then(|rest| rest.first_chunk());
        line.copied().unwrap_or_default()
    }

    #[inline(always)]
    fn set_line(&mut self, at: usize, line: [u8; 16]) {
        let rest = self.samples.get_mut(at..);
        if let Some(to) = rest.and_then(|rest| rest.first_chunk_mut()) {
            *to = line;
        }
    }
}

/// Both kinds of chroma.
pub(super) struct Pair<'a>(pub(super) [Plane<'a>; 2]);

impl Block for Pair<'_> {
    const SIDE: usize = 8;

    #[inline(always)]
    fn stride(&self) -> usize {
        self.0[0].stride
    }

    #[inline(always)]
    fn rows(&self, at: usize) -> [[u8; 8]; 16] {
        let mut rows = [[0; 8]; 16];
        for (plane, rows) in self.0.iter().zip(rows.as_chunks_mut::<8>().0) {
            plane.read_rows(at, rows);
        }
        rows
    }

    #[inline(always)]
    fn set_rows(&mut self, at: usize, rows: &[[u8; 8]; 16]) {
        for (plane, rows) in self.0.iter_mut().zip(rows.as_chunks::<8>().0) {
            plane.write_rows(at, rows);
        }
    }

    #[inline(always)]
    fn line(&self, at: usize) -> [u8; 16] {
        let mut rows = [[0; 8]; 2];
        for (plane, row) in self.0.iter().zip(&mut rows) {
            plane.read_rows(at, std::slice::from_mut(row));
        }
        joined(rows)
    }

    #[inline(always)]
    fn set_line(&mut self, at: usize, line: [u8; 16]) {
        for (plane, half) in self.0.iter_mut().zip(line.as_chunks::<8>().0) {
            plane.write_rows(at, std::slice::from_ref(half));
        }
    }
}

impl Plane<'_> {
    #[inline(always)]
    fn read_rows(&self, at: usize, to: &mut [[u8; 8]]) {
        let area = self.samples.get(at..).unwrap_or_default();
        for (to, row) in to.iter_mut().zip(area.chunks(self.stride)) {
            if let Some(row) = row.first_chunk() {
                *to = *row;
            }
        }
    }

    #[inline(always)]
    fn write_rows(&mut self, at: usize, from: &[[u8; 8]]) {
        let area = self.samples.get_mut(at..).unwrap_or_default();
        for (from, row) in from.iter().zip(area.chunks_mut(self.stride)) {
            if let Some(row) = row.first_chunk_mut() {
                *row = *from;
            }
        }
    }
}

/// What the differences of pixels are compared with.
#[derive(Clone, Copy)]
struct Limits {
    edge: i16,
    interior: i16,
    variance: i16,
}

impl Limits {
    /// - `more`: what outer edges allow beyond inner ones.
    fn new(strength: Strength, more: i32) -> Self {
        let small = |value: i32| i16::try_from(value).unwrap_or(i16::MAX);
        Self {
            edge: small(2 * (strength.limit + more) + 1),
            interior: small(strength.interior),
            variance: small(strength.edge_variance),
        }
    }
}

/// Four pixels before an edge and four behind it, for sixteen places along the edge.
type Across = [[i16; 16]; 8];

/// An edge from the top down: pixels across it lie next to each other.
#[inline(always)]
fn filter_upright<L: Lanes, const OUTER: bool>(block: &mut impl Block, at: usize, limits: Limits) {
    let columns = columns::<L>(&block.rows(at - 4));
    let mut pixels = [[0; 16]; 8];
    for (to, from) in pixels.iter_mut().zip(&columns) {
        L::widen(from).store(to);
    }
    if !filter::<OUTER>(&mut pixels, limits) {
        return;
    }
    let mut columns = [[0; 16]; 8];
    for (to, from) in columns.iter_mut().zip(&pixels) {
        *to = L::load(from).narrow();
    }
    block.set_rows(at - 4, &rows::<L>(columns));
}

/// An edge from left to right: pixels across it lie in different rows.
#[inline(always)]
fn filter_level<L: Lanes, const OUTER: bool>(block: &mut impl Block, at: usize, limits: Limits) {
    let stride = block.stride();
    let start = at - 4 * stride;
    let mut pixels = [[0; 16]; 8];
    for (y, to) in pixels.iter_mut().enumerate() {
        L::widen(&block.line(start + y * stride)).store(to);
    }
    if !filter::<OUTER>(&mut pixels, limits) {
        return;
    }
    // The first and the last never change.
    for (y, from) in pixels.iter().enumerate().take(7).skip(1) {
        block.set_line(start + y * stride, L::load(from).narrow());
    }
}

/// Columns of sixteen rows: each row is put between those of the other half, four times.
#[inline(always)]
fn columns<L: Lanes>(rows: &[[u8; 8]; 16]) -> [[u8; 16]; 8] {
    let mut pairs = [[0; 16]; 8];
    for (i, pair) in pairs.iter_mut().enumerate() {
        let (one, other) = (joined([rows[i], [0; 8]]), joined([rows[i + 8], [0; 8]]));
        *pair = L::zipped(&one, &other)[0];
    }
    zipped::<L>(zipped::<L>(zipped::<L>(pairs)))
}

/// Rows of sixteen columns.
#[inline(always)]
fn rows<L: Lanes>(columns: [[u8; 16]; 8]) -> [[u8; 8]; 16] {
    let pairs = zipped::<L>(zipped::<L>(zipped::<L>(columns)));
    let mut rows = [[0; 8]; 16];
    for (to, pair) in rows.as_chunks_mut::<2>().0.iter_mut().zip(pairs) {
        to.copy_from_slice(pair.as_chunks::<8>().0);
    }
    rows
}

/// Each line between the bytes of the one four before.
#[inline(always)]
fn zipped<L: Lanes>(lines: [[u8; 16]; 8]) -> [[u8; 16]; 8] {
    let mut zipped = [[0; 16]; 8];
    for i in 0..4 {
        [zipped[2 * i], zipped[2 * i + 1]] = L::zipped(&lines[i], &lines[i + 4]);
    }
    zipped
}

#[inline(always)]
fn joined([low, high]: [[u8; 8]; 2]) -> [u8; 16] {
    (u128::from(u64::from_le_bytes(low)) | u128::from(u64::from_le_bytes(high)) << 64).to_le_bytes()
}

/// Filters all places alike, so that the compiler can do it with vectors; false if none changes.
#[expect(
    clippy::needless_range_loop,
    reason = "eight rows are walked at the same time"
)]
#[inline(always)]
fn filter<const OUTER: bool>(pixels: &mut Across, limits: Limits) -> bool {
    let mut changed = 0_i16;
    for i in 0..16 {
        let [p3, p2, p1, p0, q0, q1, q2, q3] = std::array::from_fn(|k| pixels[k][i]);
        let is_smooth = (4 * (p0 - q0).abs() + (p1 - q1).abs() <= limits.edge)
            & ((p3 - p2).abs() <= limits.interior)
            & ((p2 - p1).abs() <= limits.interior)
            & ((p1 - p0).abs() <= limits.interior)
            & ((q3 - q2).abs() <= limits.interior)
            & ((q2 - q1).abs() <= limits.interior)
            & ((q1 - q0).abs() <= limits.interior);
        let varies = ((p1 - p0).abs() > limits.variance) | ((q1 - q0).abs() > limits.variance);
        let near = [p2, p1, p0, q0, q1, q2];
        let two = two(near);
        let other = if OUTER { six(near) } else { four(near) };
        for k in 0..6 {
            let new = if varies { two[k] } else { other[k] };
            pixels[k + 1][i] = if is_smooth { new } else { near[k] };
        }
        changed |= i16::from(is_smooth);
    }
    changed != 0
}

/// Filters the edges of a block of luma in the simple way.
#[inline(always)]
pub(super) fn simple(plane: &mut Plane<'_>, at: usize, strength: Strength, edges: Edges) {
    let stride = plane.stride;
    let outer = Limits::new(strength, 4).edge;
    let inner = Limits::new(strength, 0).edge;
    let mut run = |start: usize, across: usize, along: usize, limit| {
        for i in 0..16 {
            let place = start + i * along;
            let Some(pixels) = plane.samples.get_mut(place - 2 * across..) else {
                return;
            };
            let at = |i: usize| i16::from(pixels[i * across]);
            let [p1, p0, q0, q1] = std::array::from_fn(at);
            if 4 * (p0 - q0).abs() + (p1 - q1).abs() <= limit {
                let [_, _, p0, q0, _, _] = two([0, p1, p0, q0, q1, 0]);
                (pixels[across], pixels[2 * across]) = (pixel(p0), pixel(q0));
            }
        }
    };
    if edges.left {
        run(at, 1, stride, outer);
    }
    if edges.inner {
        for x in [4, 8, 12] {
            run(at + x, 1, stride, inner);
        }
    }
    if edges.above {
        run(at, stride, 1, outer);
    }
    if edges.inner {
        for y in [4, 8, 12] {
            run(at + y * stride, stride, 1, inner);
        }
    }
}

/// What is added to the pixels next to an edge that is one of the picture.
#[inline(always)]
fn two([p2, p1, p0, q0, q1, q2]: [i16; 6]) -> [i16; 6] {
    let (up, down) = halves(3 * (q0 - p0) + (p1 - q1).clamp(-128, 127));
    [p2, p1, within(p0 + down), within(q0 - up), q1, q2]
}

#[inline(always)]
fn four([p2, p1, p0, q0, q1, q2]: [i16; 6]) -> [i16; 6] {
    let (up, down) = halves(3 * (q0 - p0));
    let outer = (up + 1) >> 1;
    [
        p2,
        within(p1 + outer),
        within(p0 + down),
        within(q0 - up),
        within(q1 - outer),
        q2,
    ]
}

#[inline(always)]
fn six([p2, p1, p0, q0, q1, q2]: [i16; 6]) -> [i16; 6] {
    let difference = 3 * (q0 - p0) + (p1 - q1).clamp(-128, 127);
    let difference = difference.clamp(-128, 127);
    let part = |weight: i16| (weight * difference + 63) >> 7;
    let (near, middle, far) = (part(27), part(18), part(9));
    [
        within(p2 + far),
        within(p1 + middle),
        within(p0 + near),
        within(q0 - near),
        within(q1 - middle),
        within(q2 - far),
    ]
}

/// An eighth of a difference, rounded up and down.
#[inline(always)]
fn halves(difference: i16) -> (i16, i16) {
    let eighth = |value: i16| (value >> 3).clamp(-16, 15);
    (eighth(difference + 4), eighth(difference + 3))
}

#[inline(always)]
fn within(value: i16) -> i16 {
    value.clamp(0, 255)
}

#[inline(always)]
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 255"
)]
const fn pixel(value: i16) -> u8 {
    value as u8
}

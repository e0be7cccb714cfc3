//! The loop filter (RFC 6386, section 15).

use super::header::Strength;

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

/// Filters the edges of a block of `N`×`N` samples, of luma if that is 16.
///
/// - `at`: its first sample; four rows and columns before it exist where those edges are filtered.
pub(super) fn normal<const N: usize>(
    plane: &mut Plane<'_>,
    at: usize,
    strength: Strength,
    edges: Edges,
) {
    let outer = Limits::new(strength, 4);
    let inner = Limits::new(strength, 0);
    if edges.left {
        filter_upright::<N, true>(plane, at, outer);
    }
    if edges.inner {
        for x in (4..N).step_by(4) {
            filter_upright::<N, false>(plane, at + x, inner);
        }
    }
    if edges.above {
        filter_level::<N, true>(plane, at, outer);
    }
    if edges.inner {
        for y in (4..N).step_by(4) {
            filter_level::<N, false>(plane, at + y * plane.stride, inner);
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

/// Four pixels before an edge and four behind it, for `N` places along the edge.
type Across<const N: usize> = [[i16; N]; 8];

/// An edge from the top down: pixels across it lie next to each other.
fn filter_upright<const N: usize, const OUTER: bool>(
    plane: &mut Plane<'_>,
    at: usize,
    limits: Limits,
) {
    let Some(area) = plane.samples.get_mut(at - 4..) else {
        return;
    };
    let mut pixels = [[0; N]; 8];
    for (i, row) in area.chunks(plane.stride).take(N).enumerate() {
        for (to, from) in pixels.iter_mut().zip(&row[..8]) {
            to[i] = i16::from(*from);
        }
    }
    if !filter::<N, OUTER>(&mut pixels, limits) {
        return;
    }
    for (i, row) in area.chunks_mut(plane.stride).take(N).enumerate() {
        for (from, to) in pixels.iter().zip(&mut row[..8]) {
            *to = pixel(from[i]);
        }
    }
}

/// An edge from left to right: pixels across it lie in different rows.
fn filter_level<const N: usize, const OUTER: bool>(
    plane: &mut Plane<'_>,
    at: usize,
    limits: Limits,
) {
    let Some(area) = plane.samples.get_mut(at - 4 * plane.stride..) else {
        return;
    };
    let mut pixels = [[0; N]; 8];
    for (to, from) in pixels.iter_mut().zip(area.chunks(plane.stride)) {
        for (to, from) in to.iter_mut().zip(&from[..N]) {
            *to = i16::from(*from);
        }
    }
    if !filter::<N, OUTER>(&mut pixels, limits) {
        return;
    }
    for (from, to) in pixels.iter().zip(area.chunks_mut(plane.stride)) {
        for (from, to) in from.iter().zip(&mut to[..N]) {
            *to = pixel(*from);
        }
    }
}

/// Filters all places alike, so that the compiler can do it with vectors; false if none changes.
#[expect(
    clippy::needless_range_loop,
    reason = "eight rows are walked at the same time"
)]
#[inline(always)]
fn filter<const N: usize, const OUTER: bool>(pixels: &mut Across<N>, limits: Limits) -> bool {
    let mut changed = 0_i16;
    for i in 0..N {
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

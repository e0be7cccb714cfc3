//! Smoothing of edges between transforms (section 7.14).
//!
//! Lines of samples across an edge lie side by side: sixteen lines, of which each four belong to one edge.

mod passes;

pub(in crate::kernels) use self::passes::{
    horizontal_body, to_columns_body, to_rows_body, vertical_body,
};

use crate::kernels::words::Words;

/// How far from an edge samples are looked at: the edge's line of samples begins with the farthest.
pub(crate) const REACH: usize = 7;

/// Four edges side by side, each of four lines.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Edges {
    /// How many samples are filtered: 0 none, 1 four, 2 eight (of chroma six), 3 sixteen.
    pub(crate) sizes: [u8; 4],
    /// `lvl` of each: 0 to 63.
    pub(crate) levels: [u8; 4],
}

/// What is the same for all edges of a frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sharpness {
    /// `loop_filter_sharpness`: 0 to 7.
    pub(crate) value: u8,
    pub(crate) bit_depth: u32,
}

/// Limits of a line, and masks.
struct Lines<V> {
    limit: V,
    edge_limit: V,
    threshold: V,
    /// Lines of more than four samples.
    is_long: V,
    /// Lines of sixteen samples.
    is_longest: V,
    /// Lines of any samples at all.
    is_any: V,
    /// A difference of one in eight bits.
    one: V,
    bit_depth: u32,
}

impl Edges {
    /// Whether no line is filtered.
    pub(crate) fn are_none(&self) -> bool {
        !self
            .sizes
            .iter()
            .zip(&self.levels)
            .any(|(&size, &level)| size > 0 && level > 0)
    }

    /// The largest size.
    fn size(&self) -> u8 {
        let [a, b, c, d] = self.sizes;
        a.max(b).max(c).max(d)
    }
}

impl<V: Words> Lines<V> {
    #[inline(always)]
    fn new(edges: &Edges, sharpness: Sharpness) -> Self {
        let (mut limits, mut edge_limits, mut thresholds) = ([0; 16], [0; 16], [0; 16]);
        let (mut long, mut longest, mut any) = ([0; 16], [0; 16], [0; 16]);
        let more = sharpness.bit_depth - 8;
        let value = u16::from(sharpness.value);
        let down = u32::from(value > 0) + u32::from(value > 4);
        for edge in 0..4 {
            let (size, level) = (edges.sizes[edge], u16::from(edges.levels[edge]));
            let most = if value > 0 { 9 - value.min(8) } else { 63 };
            let limit = (level >> down).min(most).max(1);
            let of_edge = edge * 4..edge * 4 + 4;
            limits[of_edge.clone()].fill(limit << more);
            edge_limits[of_edge.clone()].fill((2 * (level + 2) + limit) << more);
            thresholds[of_edge.clone()].fill((level >> 4) << more);
            long[of_edge.clone()].fill(if size > 1 { u16::MAX } else { 0 });
            longest[of_edge.clone()].fill(if size > 2 { u16::MAX } else { 0 });
            any[of_edge].fill(if size > 0 && level > 0 { u16::MAX } else { 0 });
        }
        Self {
            limit: V::load(&limits),
            edge_limit: V::load(&edge_limits),
            threshold: V::load(&thresholds),
            is_long: V::load(&long),
            is_longest: V::load(&longest),
            is_any: V::load(&any),
            one: V::splat(1 << more),
            bit_depth: sharpness.bit_depth,
        }
    }
}

/// Size of a difference.
#[inline(always)]
fn gap<V: Words>(a: V, b: V) -> V {
    a.minus(b).abs()
}

/// Where all differences between `t[base]` and those `steps` after it are at most `most`.
#[inline(always)]
fn all_near<V: Words, const N: usize>(pairs: [(V, V); N], most: V) -> V {
    let mut farthest = V::splat(0);
    for (a, b) in pairs {
        farthest = farthest.max(gap(a, b));
    }
    farthest.above(most).xor(V::splat(-1))
}

/// Filters sixteen lines: those of luma.
///
/// - `t`: seven samples before the edge, and seven behind it.
#[inline(always)]
fn filter_luma<V: Words>(t: &mut [V; 14], edges: &Edges, sharpness: Sharpness) {
    let lines = Lines::<V>::new(edges, sharpness);
    let [_, _, _, p3, p2, p1, p0, q0, q1, q2, q3, ..] = *t;
    let mut steps = gap(p1, p0).max(gap(q1, q0));
    let is_high = steps.above(lines.threshold);
    if edges.size() > 1 {
        let more = gap(p3, p2)
            .max(gap(p2, p1))
            .max(gap(q3, q2))
            .max(gap(q2, q1));
        steps = steps.max(more.and(lines.is_long));
    }
    let is_filtered = mask(steps, [p1, p0, q0, q1], &lines);
    if is_filtered.is_zero() {
        return;
    }
    let before = *t;
    narrow([5, 6, 7, 8], t, is_high, is_filtered, lines.bit_depth);
    if edges.size() <= 1 {
        return;
    }
    let is_flat = all_near(
        [(p1, p0), (q1, q0), (p2, p0), (q2, q0), (p3, p0), (q3, q0)],
        lines.one,
    );
    let is_flat = is_flat.and(is_filtered).and(lines.is_long);
    if is_flat.is_zero() {
        return;
    }
    wide::<V, 8>(&before, t, is_flat);
    if edges.size() <= 2 {
        return;
    }
    let [p6, p5, p4, .., q4, q5, q6] = before;
    let is_flattest = all_near(
        [(p6, p0), (q6, q0), (p5, p0), (q5, q0), (p4, p0), (q4, q0)],
        lines.one,
    );
    let is_flattest = is_flattest.and(is_flat).and(lines.is_longest);
    if !is_flattest.is_zero() {
        wide::<V, 16>(&before, t, is_flattest);
    }
}

/// Filters sixteen lines: those of chroma, of which no more than three samples on each side are looked at.
#[inline(always)]
fn filter_chroma<V: Words>(t: &mut [V; 14], edges: &Edges, sharpness: Sharpness) {
    let lines = Lines::<V>::new(edges, sharpness);
    let [_, _, _, _, p2, p1, p0, q0, q1, q2, ..] = *t;
    let mut steps = gap(p1, p0).max(gap(q1, q0));
    let is_high = steps.above(lines.threshold);
    if edges.size() > 1 {
        steps = steps.max(gap(p2, p1).max(gap(q2, q1)).and(lines.is_long));
    }
    let is_filtered = mask(steps, [p1, p0, q0, q1], &lines);
    if is_filtered.is_zero() {
        return;
    }
    let before = *t;
    narrow([5, 6, 7, 8], t, is_high, is_filtered, lines.bit_depth);
    if edges.size() <= 1 {
        return;
    }
    let is_flat = all_near([(p1, p0), (q1, q0), (p2, p0), (q2, q0)], lines.one);
    let is_flat = is_flat.and(is_filtered).and(lines.is_long);
    if !is_flat.is_zero() {
        wide::<V, 6>(&before, t, is_flat);
    }
}

/// Which lines are filtered (`filterMask`).
///
/// - `steps`: the greatest difference between neighbours on the same side.
#[inline(always)]
fn mask<V: Words>(steps: V, [p1, p0, q0, q1]: [V; 4], lines: &Lines<V>) -> V {
    let across = gap(p0, q0);
    let across = across.plus(across).plus(gap(p1, q1).shifted::<1>());
    let is_over = steps.above(lines.limit).or(across.above(lines.edge_limit));
    is_over.xor(V::splat(-1)).and(lines.is_any)
}

/// The narrow filter (section 7.14.6.3) of the lines in `mask`.
#[inline(always)]
fn narrow<V: Words>(at: [usize; 4], t: &mut [V; 14], is_high: V, mask: V, bit_depth: u32) {
    let (p1, p0, q0, q1) = (t[at[0]], t[at[1]], t[at[2]], t[at[3]]);
    let most = V::splat((1 << (bit_depth - 1)) - 1);
    let least = V::splat(-(1 << (bit_depth - 1)));
    let (none, top) = (V::splat(0), top_sample::<V>(bit_depth));
    let outer = p1.minus(q1).max(least).min(most).and(is_high);
    let step = q0.minus(p0);
    let filter = outer.plus(step.plus(step).plus(step));
    let filter = filter.max(least).min(most).and(mask);
    let first = filter.plus(V::splat(4)).min(most).shifted::<3>();
    let second = filter.plus(V::splat(3)).min(most).shifted::<3>();
    t[at[2]] = q0.minus(first).max(none).min(top);
    t[at[1]] = p0.plus(second).max(none).min(top);
    let third = first.plus(V::splat(1)).shifted::<1>();
    // Lines that are not filtered have first == 0, and so third == 0.
    let third = is_high.select(none, third);
    t[at[3]] = q1.minus(third).max(none).min(top);
    t[at[0]] = p1.plus(third).max(none).min(top);
}

/// The greatest sample.
#[inline(always)]
fn top_sample<V: Words>(bit_depth: u32) -> V {
    V::splat(i16::MAX >> (15 - bit_depth))
}

/// The wide filter (section 7.14.6.4) of the lines in `mask`, over `SPAN` samples: 6, 8 or 16.
#[inline(always)]
fn wide<V: Words, const SPAN: usize>(from: &[V; 14], t: &mut [V; 14], mask: V) {
    // Samples on each side that change, and how far from the middle weights are two.
    let (reach, near, log2) = match SPAN {
        6 => (2, 1, 3),
        8 => (3, 0, 3),
        _ => (6, 1, 4),
    };
    let (first, last) = (REACH - 1 - reach, REACH + reach);
    let mut sum = V::splat(1 << log2 >> 1);
    for offset in 0..=2 * reach {
        let place = (first + 1 + offset).saturating_sub(reach);
        sum = sum.plus(from[place.clamp(first, last)]);
    }
    for place in first + 1..last {
        let mut weighted = sum.plus(from[place]);
        if near > 0 {
            weighted = weighted.plus(from[place - 1]).plus(from[place + 1]);
        }
        t[place] = mask.select(weighted.shifted_unsigned(log2), t[place]);
        let (gone, new) = (place.saturating_sub(reach), place + 1 + reach);
        sum = sum
            .minus(from[gone.clamp(first, last)])
            .plus(from[new.clamp(first, last)]);
    }
}

/// How many rows above an edge samples are looked at; one fewer change, but for edges of four samples.
pub(crate) fn rows_above(is_luma: bool, edges: &Edges) -> usize {
    match (is_luma, edges.size()) {
        (_, ..=1) | (false, _) => 3,
        (true, 2) => 4,
        (true, _) => REACH,
    }
}

//! Edges as lines are followed along them.

use super::Edges;

/// What a stream that filters edges says about a block.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EdgeFilter {
    /// Whether the block above or that to the left has a smooth mode.
    pub(crate) is_smooth: bool,
    /// Columns of the block that are in the picture, which has whole squares of eight luma samples.
    pub(crate) columns: usize,
    /// Rows of the block that are in the picture.
    pub(crate) rows: usize,
    /// Bits of a sample.
    pub(crate) bit_depth: u32,
}

/// An edge that lines are followed along, with room for `R` samples: four times the side of the block.
pub(super) struct Line<const R: usize> {
    /// A quarter of unused room, the corner, the samples, and the last of these again and again.
    pub(super) samples: [u16; R],
    /// Samples between each of `samples` and the next, if the edge is doubled.
    pub(super) between: Option<[u16; R]>,
}

/// What becomes of an edge before lines are followed.
#[derive(Clone, Copy)]
struct Plan {
    /// Whether lines are beyond the block as well.
    is_long: bool,
    /// Samples at the block that are in the picture; none if the edge is not.
    known: usize,
    /// Degrees between the lines and those straight across the edge.
    distance: i32,
}

impl<const R: usize> Line<R> {
    /// The side of the block, and where the corner is.
    const SIDE: usize = R / 4;

    #[inline(always)]
    fn new(corner: u16, edge: &[u16; 128]) -> Self {
        let mut samples = [0; R];
        let count = 2 * Self::SIDE;
        samples[Self::SIDE] = corner;
        samples[Self::SIDE + 1..][..count].copy_from_slice(&edge[..count]);
        samples[Self::SIDE + 1 + count..].fill(edge[count - 1]);
        Self {
            samples,
            between: None,
        }
    }

    /// Smooths or doubles the edge if it is time to.
    #[inline(always)]
    fn filter(&mut self, plan: Plan, filter: EdgeFilter) {
        let more = if plan.is_long { Self::SIDE } else { 0 };
        if plan.known > 0 {
            let strength = strength(2 * Self::SIDE, filter.is_smooth, plan.distance);
            self.smooth(plan.known.min(Self::SIDE) + more, strength);
        }
        if is_doubled(2 * Self::SIDE, filter.is_smooth, plan.distance) {
            self.double(Self::SIDE + more, filter.bit_depth);
        }
    }

    /// Smooths the first `count` samples after the corner.
    #[inline(always)]
    fn smooth(&mut self, count: usize, strength: usize) {
        let [far, near, middle] = match strength {
            0 => return,
            1 => [0, 4, 8],
            2 => [0, 5, 6],
            _ => [2, 4, 4],
        };
        let mut from = self.samples;
        let corner = Self::SIDE;
        from[corner - 1] = from[corner];
        from[corner + count + 1..].fill(self.samples[corner + count]);
        let rows = from[corner - 1..].windows(5).take(count);
        for (to, window) in self.samples[corner + 1..].iter_mut().zip(rows) {
            let [a, b, c, d, e] = *window else { return };
            *to = (far * (a + e) + near * (b + d) + middle * c + 8) >> 4;
        }
        let end = 3 * Self::SIDE;
        let last = self.samples[end];
        self.samples[end..].fill(last);
    }

    /// Doubles the first `count` samples after the corner.
    #[inline(always)]
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between zero and the greatest sample"
    )]
    fn double(&mut self, count: usize, bit_depth: u32) {
        let most = (1 << bit_depth) - 1;
        let corner = Self::SIDE;
        let last = self.samples[corner + count];
        let mut from = self.samples;
        from[corner - 1] = from[corner];
        from[corner + count + 1..].fill(last);
        let mut between = [last; R];
        let rows = from[corner - 1..].windows(4).take(count);
        for (to, window) in between[corner..].iter_mut().zip(rows) {
            let [a, b, c, d] = *window else { return };
            let near = i32::from(b) + i32::from(c);
            let far = i32::from(a) + i32::from(d);
            *to = ((9 * near - far + 8) >> 4).clamp(0, most) as u16;
        }
        self.between = Some(between);
    }
}

/// The corner for lines of `angle` degrees.
#[inline(always)]
fn corner<const R: usize>(angle: i32, edges: &Edges, filter: Option<EdgeFilter>) -> u16 {
    if filter.is_some() && angle > 90 && angle < 180 && R >= 4 * 12 {
        let sum = 5 * (edges.left[0] + edges.above[0]) + 6 * edges.corner;
        return (sum + 8) >> 4;
    }
    edges.corner
}

/// The edge above for lines of `angle` degrees, below 180.
#[inline(always)]
pub(super) fn above<const R: usize>(
    angle: i32,
    edges: &Edges,
    filter: Option<EdgeFilter>,
) -> Line<R> {
    let mut line = Line::new(corner::<R>(angle, edges, filter), &edges.above);
    let Some(filter) = filter else { return line };
    let plan = Plan {
        is_long: angle < 90,
        known: if edges.has_above { filter.columns } else { 0 },
        distance: (angle - 90).abs(),
    };
    line.filter(plan, filter);
    line
}

/// The edge to the left for lines of `angle` degrees, above 90.
#[inline(always)]
pub(super) fn left<const R: usize>(
    angle: i32,
    edges: &Edges,
    filter: Option<EdgeFilter>,
) -> Line<R> {
    let mut line = Line::new(corner::<R>(angle, edges, filter), &edges.left);
    let Some(filter) = filter else { return line };
    let plan = Plan {
        is_long: angle > 180,
        known: if edges.has_left { filter.rows } else { 0 },
        distance: (angle - 180).abs(),
    };
    line.filter(plan, filter);
    line
}

/// Whether an edge gets samples between its samples.
///
/// - `sum`: of both sides of the block.
/// - `distance`: degrees between the lines and those straight across the edge.
pub(in crate::kernels) const fn is_doubled(sum: usize, is_smooth: bool, distance: i32) -> bool {
    let most = if is_smooth { 8 } else { 16 };
    distance > 0 && distance < 40 && sum <= most
}

/// How much an edge is smoothed, 0 to 3; see [`is_doubled`].
pub(in crate::kernels) const fn strength(sum: usize, is_smooth: bool, distance: i32) -> usize {
    match (sum, is_smooth) {
        (..=8, false) => (distance >= 56) as usize,
        (..=16, false) => (distance >= 40) as usize,
        (..=24, false) => {
            (distance >= 8) as usize + (distance >= 16) as usize + (distance >= 32) as usize
        }
        (..=32, false) => 1 + (distance >= 4) as usize + (distance >= 32) as usize,
        (..=8, true) => (distance >= 40) as usize + (distance >= 64) as usize,
        (..=16, true) => (distance >= 20) as usize + (distance >= 48) as usize,
        (..=24, true) => 3 * (distance >= 4) as usize,
        _ => 3,
    }
}

//! The passes that a resampling is made of, in order.

use super::enlarge::enlarge_bytes;
use super::pixels::{self, RowMaker};
use super::reduce::reduce_bytes;
use super::{Axis, Scaling};
use crate::Layout;

/// One pass over an image.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Step {
    Premultiply,
    BoxRows(u32),
    ReduceRows(Axis),
    BoxColumns(u32),
    ReduceColumns(Axis),
    /// Both axes, row by row, with boxes of columns.
    Reduce(Axis, Axis),
    Enlarge(Axis, Axis),
}

impl Step {
    /// Bytes that the pass needs beside its result.
    pub(crate) fn extra_bytes(self, before: Layout, after: Layout) -> u64 {
        match self {
            Self::Premultiply | Self::BoxColumns(_) => 0,
            Self::BoxRows(_) => before.row_samples() as u64 * 4,
            Self::ReduceRows(axis) | Self::ReduceColumns(axis) => {
                reduce_bytes(axis, before.row_samples())
            }
            Self::Reduce(x, y) => {
                let premultiply = false;
                let to = Scaling { x, y, premultiply };
                RowMaker::bytes(before, to)
            }
            Self::Enlarge(_, _) => enlarge_bytes(after.row_samples()),
        }
    }
}

/// The passes and the layout after each; none if the image stays as it is.
pub(crate) fn steps(source: Layout, to: Scaling) -> impl Iterator<Item = (Step, Layout)> {
    let mut layout = source;
    let smaller = smaller(source, to);
    let passes = if pixels::can_reduce(source, smaller) {
        [
            multiplies(source, to).then_some(Step::Premultiply),
            boxes(smaller.y).map(Step::BoxRows),
            Some(Step::Reduce(smaller.x, smaller.y.after_box())),
            enlargement(to),
            None,
            None,
        ]
    } else {
        [
            multiplies(source, to).then_some(Step::Premultiply),
            boxes(to.y).map(Step::BoxRows),
            reduction(source.height, to.y).map(Step::ReduceRows),
            boxes(to.x).map(Step::BoxColumns),
            reduction(source.width, to.x).map(Step::ReduceColumns),
            enlargement(to),
        ]
    };
    passes.into_iter().flatten().map(move |step| {
        layout = after(step, layout);
        (step, layout)
    })
}

fn after(step: Step, layout: Layout) -> Layout {
    match step {
        Step::Premultiply => layout,
        Step::BoxRows(count) => layout.sized(layout.width, layout.height.div_ceil(count)),
        Step::ReduceRows(axis) => layout.sized(layout.width, axis.length),
        Step::BoxColumns(count) => layout.sized(layout.width.div_ceil(count), layout.height),
        Step::ReduceColumns(axis) => layout.sized(axis.length, layout.height),
        Step::Reduce(x, y) | Step::Enlarge(x, y) => layout.sized(x.length, y.length),
    }
}

/// Whether colour is premultiplied while it is mixed.
pub(crate) fn multiplies(source: Layout, to: Scaling) -> bool {
    let resamples = !(to.x.is_identity(source.width) && to.y.is_identity(source.height));
    to.premultiply && source.channels.has_alpha() && resamples
}

/// What is left of a mapping without its enlargement.
fn smaller(source: Layout, to: Scaling) -> Scaling {
    let side = |axis: Axis, source: u32| match axis.factor < 1.0 {
        true => Axis::keep(source),
        false => axis,
    };
    Scaling {
        x: side(to.x, source.width),
        y: side(to.y, source.height),
        premultiply: to.premultiply,
    }
}

fn boxes(axis: Axis) -> Option<u32> {
    (axis.shrink > 1).then_some(axis.shrink)
}

fn reduction(source: u32, axis: Axis) -> Option<Axis> {
    let needed = axis.factor >= 1.0 && !axis.is_identity(source);
    needed.then(|| axis.after_box())
}

/// Both axes in one pass; one that is no larger keeps the length it has by then.
fn enlargement(to: Scaling) -> Option<Step> {
    let rest = |axis: Axis| {
        if axis.factor < 1.0 {
            axis
        } else {
            Axis::keep(axis.length)
        }
    };
    let needed = to.x.factor < 1.0 || to.y.factor < 1.0;
    needed.then(|| Step::Enlarge(rest(to.x), rest(to.y)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Channels;

    fn names(source: Layout, to: Scaling) -> Vec<(Step, (u32, u32))> {
        steps(source, to)
            .map(|(s, l)| (s, (l.width, l.height)))
            .collect()
    }

    #[test]
    fn nothing_to_do_is_no_step() {
        let layout = Layout::u8(7, 5, Channels::Rgba);
        assert!(names(layout, Scaling::resized(layout, 7, 5)).is_empty());
    }

    #[test]
    fn boxes_come_before_lanczos_and_height_before_width() {
        let layout = Layout::u8(100, 41, Channels::Rgb);
        let to = Scaling::resized(layout, 10, 10);
        let sizes: Vec<_> = names(layout, to)
            .into_iter()
            .map(|(_, size)| size)
            .collect();
        assert_eq!(sizes, [(100, 21), (10, 10)]);
        let wide = Layout {
            depth: crate::Depth::U16,
            ..layout
        };
        let sizes: Vec<_> = names(wide, to).into_iter().map(|(_, size)| size).collect();
        assert_eq!(sizes, [(100, 21), (100, 10), (20, 10), (10, 10)]);
    }

    #[test]
    fn shrinking_comes_before_enlarging() {
        let layout = Layout::u8(10, 30, Channels::GreyAlpha);
        let sizes: Vec<_> = names(layout, Scaling::resized(layout, 20, 10))
            .into_iter()
            .map(|(_, s)| s)
            .collect();
        assert_eq!(sizes, [(10, 30), (10, 10), (20, 10)]);
    }
}

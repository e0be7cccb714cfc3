//! What of a drawing is to be seen.

use resvg::tiny_skia::{Pixmap, Rect, Transform};
use resvg::usvg::Tree;

use super::place::Placed;
use super::write::{self, Ink};
use crate::svg::fonts::Generic;
use crate::{Error, ErrorKind, Limits, svg};

/// Finds the box of all pixels that lines touch when they are drawn; none if there are none.
pub(super) fn find(lines: &[Placed], generic: &Generic) -> Result<Option<Ink>, Error> {
    let text = write::document(lines, generic, None);
    let tree = svg::parse(&text, &Limits::default())?;
    if !tree.root().has_children() {
        return Ok(None);
    }
    let Some(canvas) = Canvas::around(tree.root().abs_stroke_bounding_box()) else {
        return Ok(None);
    };
    Ok(canvas.touched(&tree)?.map(|touched| canvas.ink(touched)))
}

/// Pixels around outlines.
struct Canvas {
    /// Pixels for a unit of the drawing, at most 1.
    scale: f32,
    left: f32,
    top: f32,
    width: u32,
    height: u32,
}

/// Columns and rows, the first and the last.
type Touched = ([u32; 2], [u32; 2]);

impl Canvas {
    fn around(outlines: Rect) -> Option<Self> {
        let (width, height) = (outlines.width(), outlines.height());
        let pixels = (MOST_PIXELS / (f64::from(width) * f64::from(height)).max(1.0)).sqrt();
        let sides = (LONGEST_SIDE / width).min(LONGEST_SIDE / height).min(1.0);
        let scale = sides.min(narrowed(pixels));
        let first = |edge: f32| (edge * scale).floor() - 1.0;
        let side = |from: f32, to: f32| side(((to * scale).ceil() + 1.0) - first(from));
        Some(Self {
            scale,
            left: first(outlines.left()),
            top: first(outlines.top()),
            width: side(outlines.left(), outlines.right())?,
            height: side(outlines.top(), outlines.bottom())?,
        })
    }

    /// Draws strip by strip, and looks where something is.
    fn touched(&self, tree: &Tree) -> Result<Option<Touched>, Error> {
        let rows = (STRIP_PIXELS / self.width).clamp(1, self.height);
        let no_memory = ErrorKind::OutOfMemory {
            bytes: u64::from(self.width) * u64::from(rows) * 4,
        };
        let mut strip = Pixmap::new(self.width, rows).ok_or(no_memory)?;
        let mut touched: Option<Touched> = None;
        for top in (0..self.height).step_by(rows as usize) {
            strip.as_mut().data_mut().fill(0);
            let transform = Transform::from_row(
                self.scale,
                0.0,
                0.0,
                self.scale,
                -self.left,
                -(self.top + short(top)),
            );
            resvg::render(tree, transform, &mut strip.as_mut());
            let lines = strip.pixels().chunks(self.width as usize);
            for (row, line) in (top..).zip(lines) {
                let is_touched = |pixel: &resvg::tiny_skia::PremultipliedColorU8| pixel.alpha() > 0;
                let ends = (
                    line.iter().position(is_touched),
                    line.iter().rposition(is_touched),
                );
                let (Some(first), Some(last)) = ends else {
                    continue;
                };
                touched = Some(grown(touched, row, index(first), index(last)));
            }
        }
        Ok(touched)
    }

    fn ink(&self, ([left, right], [top, bottom]): Touched) -> Ink {
        let size = (right - left + 1, bottom - top + 1);
        let units = |pixels: f64| pixels / f64::from(self.scale);
        let place = |first: f32, pixels: u32| units(f64::from(first) + f64::from(pixels));
        let view = [
            place(self.left, left),
            place(self.top, top),
            units(size.0.into()),
            units(size.1.into()),
        ];
        Ink { view, size }
    }
}

fn grown(touched: Option<Touched>, row: u32, first: u32, last: u32) -> Touched {
    match touched {
        None => ([first, last], [row, row]),
        Some(([left, right], [top, _])) => ([left.min(first), right.max(last)], [top, row]),
    }
}

/// A number of pixels; none if it is none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "within the bounds of a side"
)]
fn side(length: f32) -> Option<u32> {
    (1.0..=LONGEST_SIDE + 4.0)
        .contains(&length)
        .then_some(length as u32)
}

#[expect(clippy::cast_possible_truncation, reason = "a factor between 0 and 1")]
fn narrowed(factor: f64) -> f32 {
    factor.min(1.0) as f32
}

#[expect(clippy::cast_precision_loss, reason = "sides are far below 2^24")]
fn short(side: u32) -> f32 {
    side as f32
}

fn index(index: usize) -> u32 {
    u32::try_from(index).unwrap_or(u32::MAX)
}

/// Longest side of the outlines of a text in pixels, which touch two more; longer ones are drawn
/// smaller.
const LONGEST_SIDE: f32 = 8190.0;
/// Most pixels of the outlines of a text, and room for those that their edges touch.
const MOST_PIXELS: f64 = 15.95e6;
/// Pixels that are drawn at a time.
const STRIP_PIXELS: u32 = 1 << 20;

//! Lines as a drawing.

use super::pieces::{fill, font, piece, text};
use super::place::Placed;
use super::style::{Decoration, Rgb, Run, Style};
use crate::svg::fonts::Generic;
use crate::svg::write::Writer;

/// The pixels that a drawing touches.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Ink {
    /// Left, top, width and height in the drawing's units.
    pub(super) view: [f64; 4],
    /// Width and height in pixels; fewer than units only if there were too many.
    pub(super) size: (u32, u32),
}

/// All lines; the ink, once it is known, says what the drawing shows.
pub(super) fn document(lines: &[Placed], generic: &Generic, ink: Option<&Ink>) -> String {
    let mut writer = Writer::document();
    writer.open("svg");
    let (width, height) = ink.map_or((1, 1), |ink| ink.size);
    writer.attribute("width", &width.to_string());
    writer.attribute("height", &height.to_string());
    if let Some(Ink { view, .. }) = ink {
        let [left, top, width, height] = view;
        writer.attribute("viewBox", &format!("{left} {top} {width} {height}"));
        writer.attribute("preserveAspectRatio", "none");
    }
    for line in lines {
        backgrounds(&mut writer, line);
    }
    for placed in lines {
        let Placed { line, x, y, .. } = placed;
        text(
            &mut writer,
            &format!("translate({x} {y})"),
            line.is_rtl,
            |writer| {
                for (index, run) in line.runs.iter().enumerate() {
                    let is_apart = placed.leaning(index).is_some();
                    decorated(writer, &run.style, |writer| {
                        piece(writer, line, index, generic, is_apart);
                    });
                }
            },
        );
        boxes(&mut writer, placed);
        for (index, run) in line.runs.iter().enumerate() {
            if let Some(from) = placed.leaning(index) {
                leaning(&mut writer, placed, run, from, generic);
            }
        }
    }
    writer.finish()
}

/// A run that leans though its font does not.
fn leaning(writer: &mut Writer, placed: &Placed, run: &Run, from: f64, generic: &Generic) {
    let (x, y) = (placed.x + from, placed.y - run.style.rise);
    let transform = format!("translate({x} {y}) skewX({SLANT})");
    text(writer, &transform, placed.line.is_rtl, |writer| {
        writer.open("tspan");
        font(writer, &run.style, generic);
        fill(writer, run.style.color, run.style.alpha);
        writer.text(&run.text);
        writer.close();
    });
}

/// Lines along text have the colour of the element that asks for them.
fn decorated(writer: &mut Writer, style: &Style, content: impl FnOnce(&mut Writer)) {
    let decorations: [(Decoration, &str); 3] = [
        (style.underline, "underline"),
        (style.overline, "overline"),
        (style.strikethrough, "line-through"),
    ];
    let on = decorations
        .iter()
        .filter(|(decoration, _)| decoration.is_on);
    let mut count = 0;
    for (decoration, name) in on {
        writer.open("tspan");
        fill(writer, decoration.color.unwrap_or(style.color), style.alpha);
        writer.attribute("text-decoration", name);
        count += 1;
    }
    content(writer);
    (0..count).for_each(|_| writer.close());
}

fn backgrounds(writer: &mut Writer, placed: &Placed) {
    let mut last: Option<Filled> = None;
    let runs = placed.line.runs.iter().zip(&placed.measure.runs);
    for (run, measure) in runs {
        let Some(color) = run.style.background else {
            continue;
        };
        for (left, right) in &measure.extents {
            let next = Filled {
                left: placed.x + left,
                right: placed.x + right,
                top: placed.y - run.style.rise - measure.ascent,
                height: measure.ascent + measure.descent,
                color,
                alpha: run.style.background_alpha,
            };
            last = match last.take() {
                Some(before) => before
                    .joined(next)
                    .unwrap_or_else(|(before, next)| {
                        before.write(writer);
                        next
                    })
                    .into(),
                None => Some(next),
            };
        }
    }
    if let Some(last) = last {
        last.write(writer);
    }
}

/// Boxes for characters that no font has.
fn boxes(writer: &mut Writer, placed: &Placed) {
    for (run, measure) in placed.line.runs.iter().zip(&placed.measure.runs) {
        let (style, size) = (&run.style, run.style.font_size());
        let (line, height) = (size * BOX_LINE, size * BOX_HEIGHT);
        for (left, right) in &measure.boxes {
            let width = (right - left - 3.0 * line).max(line);
            writer.open("rect");
            let middle = placed.x + (left + right) / 2.0;
            writer.attribute("x", &(middle - width / 2.0).to_string());
            writer.attribute("y", &(placed.y - style.rise - height).to_string());
            writer.attribute("width", &width.to_string());
            writer.attribute("height", &height.to_string());
            let [red, green, blue] = style.color;
            writer.attribute("stroke", &format!("#{red:02x}{green:02x}{blue:02x}"));
            writer.attribute("stroke-opacity", &style.alpha.to_string());
            writer.attribute("stroke-width", &line.to_string());
            writer.attribute("fill", "none");
            writer.close();
        }
    }
}

/// A filled rectangle.
#[derive(Debug, Clone, Copy)]
struct Filled {
    left: f64,
    right: f64,
    top: f64,
    height: f64,
    color: Rgb,
    alpha: f64,
}

impl Filled {
    /// Both as one if no seam is to be seen between them.
    fn joined(self, next: Self) -> Result<Self, (Self, Self)> {
        let near = |a: f64, b: f64| (a - b).abs() < NEAR;
        let is_alike = self.color == next.color && near(self.alpha, next.alpha);
        let is_in_line = near(self.top, next.top) && near(self.height, next.height);
        if is_alike && is_in_line && near(self.right, next.left) {
            let right = next.right;
            Ok(Self { right, ..self })
        } else {
            Err((self, next))
        }
    }

    fn write(self, writer: &mut Writer) {
        writer.open("rect");
        writer.attribute("x", &self.left.to_string());
        writer.attribute("y", &self.top.to_string());
        writer.attribute("width", &(self.right - self.left).max(0.0).to_string());
        writer.attribute("height", &self.height.to_string());
        fill(writer, self.color, self.alpha);
        writer.close();
    }
}

/// Degrees that synthetic italics lean by; to the right is negative.
const SLANT: f64 = -12.0;
/// Lines and height of boxes for missing glyphs, in parts of the font size.
const BOX_LINE: f64 = 0.06;
const BOX_HEIGHT: f64 = 0.7;
/// Edges that are nearer than this are the same, in pixels.
const NEAR: f64 = 0.01;

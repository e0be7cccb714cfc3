//! Pieces of text as elements of a drawing.

use super::lines::Line;
use super::style::{Rgb, Run, Slant, Style};
use crate::svg::fonts::Generic;
use crate::svg::write::Writer;

/// One line whose runs are all underlined, to be measured.
pub(super) fn ruled(line: &Line, generic: &Generic) -> String {
    let mut writer = Writer::document();
    writer.open("svg");
    writer.attribute("width", "1");
    writer.attribute("height", "1");
    text(&mut writer, "translate(0 0)", line.is_rtl, |writer| {
        for index in 0..line.runs.len() {
            writer.open("tspan");
            writer.attribute("text-decoration", "underline");
            piece(writer, line, index, generic, false);
            writer.close();
        }
    });
    writer.finish()
}

/// A text that begins where its transform says.
pub(super) fn text(
    writer: &mut Writer,
    transform: &str,
    is_rtl: bool,
    content: impl FnOnce(&mut Writer),
) {
    writer.open("text");
    writer.attribute("xml:space", "preserve");
    writer.attribute("transform", transform);
    if is_rtl {
        // The library takes every text for one that is read from left to right.
        writer.text(ISOLATE_RTL);
        content(writer);
        writer.text(END_ISOLATE);
    } else {
        content(writer);
    }
    writer.close();
}

/// A run of a line.
///
/// - `is_room`: whether it only takes room.
pub(super) fn piece(
    writer: &mut Writer,
    line: &Line,
    index: usize,
    generic: &Generic,
    is_room: bool,
) {
    let Some(run) = line.runs.get(index) else {
        return;
    };
    writer.open("tspan");
    font(writer, &run.style, generic);
    if is_room {
        writer.attribute("fill", "none");
    } else {
        fill(writer, run.style.color, run.style.alpha);
    }
    writer.attribute("baseline-shift", &run.style.rise.to_string());
    writer.text(&run.text);
    let next = line.runs.get(index + 1);
    if next.is_some_and(|next| could_join(run, next)) {
        writer.text(NO_JOINER);
    }
    writer.close();
}

/// Whether the last letter of a run and the first one of the next could become one glyph, which has
/// one style.
fn could_join(run: &Run, next: &Run) -> bool {
    let is_latin = |c: char| c.is_alphabetic() && c < '\u{250}';
    let ends = (run.text.chars().next_back(), next.text.chars().next());
    let (Some(last), Some(first)) = ends else {
        return false;
    };
    is_latin(last) && is_latin(first) && run.style.letter_spacing.abs() <= f64::EPSILON
}

pub(super) fn fill(writer: &mut Writer, [red, green, blue]: Rgb, alpha: f64) {
    writer.attribute("fill", &format!("#{red:02x}{green:02x}{blue:02x}"));
    writer.attribute("fill-opacity", &alpha.to_string());
}

pub(super) fn font(writer: &mut Writer, style: &Style, generic: &Generic) {
    let sans = generic.sans.as_str();
    let families = style
        .families
        .iter()
        .map(|family| match family.to_ascii_lowercase().as_str() {
            "sans" | "sans-serif" | "system-ui" => sans,
            "serif" => generic.serif.as_str(),
            "monospace" | "mono" => generic.monospace.as_str(),
            _ => family.as_str(),
        });
    let quoted: Vec<String> = families.chain([sans]).map(quoted).collect();
    writer.attribute("font-family", &quoted.join(", "));
    writer.attribute("font-size", &style.font_size().to_string());
    writer.attribute("font-weight", &style.weight.to_string());
    writer.attribute("font-stretch", style.stretch);
    writer.attribute(
        "font-style",
        match style.slant {
            Slant::Normal => "normal",
            Slant::Italic => "italic",
            Slant::Oblique => "oblique",
        },
    );
    writer.attribute("letter-spacing", &style.letter_spacing.to_string());
}

/// A name as CSS has it; no font's name has quotes or a backslash.
fn quoted(name: &str) -> String {
    let is_plain = |c: &char| !matches!(c, '\'' | '"' | '\\');
    let name: String = name.chars().filter(is_plain).collect();
    format!("'{name}'")
}

const ISOLATE_RTL: &str = "\u{2067}";
const END_ISOLATE: &str = "\u{2069}";
/// Keeps letters on both sides apart.
const NO_JOINER: &str = "\u{200C}";

//! Where lines stand.

use pixgate_options::{TextAlign, TextBox};

use super::lines::Line;
use super::measure::{Measure, Ruler};
use super::style::Slant;
use crate::Error;

/// A line and its place, in pixels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Placed {
    pub(super) line: Line,
    pub(super) measure: Measure,
    /// Its left end.
    pub(super) x: f64,
    /// Its baseline.
    pub(super) y: f64,
}

impl Placed {
    /// From where a run goes that is drawn leaning, if it is in one piece.
    pub(super) fn leaning(&self, index: usize) -> Option<f64> {
        let run = self.line.runs.get(index)?;
        match self.measure.runs.get(index)?.extents.as_slice() {
            [(from, _)] if run.style.leans => Some(*from),
            _ => None,
        }
    }
}

/// Measures a line; what has no slanted font gets an upright one.
fn settled(line: &mut Line, ruler: &mut Ruler) -> Result<Measure, Error> {
    let measure = ruler.measure(line)?;
    let mut is_changed = false;
    for (run, measure) in line.runs.iter_mut().zip(&measure.runs) {
        if measure.lacks_slant {
            (run.style.slant, run.style.leans) = (Slant::Normal, true);
            is_changed = true;
        }
    }
    if is_changed {
        ruler.measure(line)
    } else {
        Ok(measure)
    }
}

/// Puts lines below each other, with baselines on whole pixels.
pub(super) fn place(
    lines: Vec<Line>,
    text_box: Option<&TextBox>,
    ruler: &mut Ruler,
) -> Result<Vec<Placed>, Error> {
    let mut lines = lines;
    let measured = lines.iter_mut().map(|line| settled(line, ruler));
    let measures: Vec<Measure> = measured.collect::<Result<_, _>>()?;
    let widest = measures.iter().map(|measure| measure.advance);
    let width = widest.fold(text_box.map_or(0.0, |text_box| text_box.width), f64::max);
    let align = text_box.and_then(|text_box| text_box.align);
    let mut placed: Vec<Placed> = Vec::new();
    for (line, measure) in lines.into_iter().zip(measures) {
        let y = placed.last().map_or(0.0, |last| {
            let Measure { descent, gap, .. } = last.measure;
            (last.y + descent + gap + measure.ascent).round()
        });
        let room = width - measure.advance;
        let x = match align {
            Some(TextAlign::Right) => room,
            Some(TextAlign::Center) => room / 2.0,
            Some(TextAlign::Left) => 0.0,
            None if line.is_rtl => room,
            None => 0.0,
        };
        placed.push(Placed {
            x: x.round(),
            y,
            line,
            measure,
        });
    }
    Ok(placed)
}

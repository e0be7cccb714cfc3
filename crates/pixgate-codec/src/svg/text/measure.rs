//! How wide and how high a line is, as the library that draws it lays it out.

use std::collections::HashMap;
use std::sync::Arc;

use resvg::tiny_skia::PathSegment;
use resvg::usvg::fontdb::{self, Database, ID};
use resvg::usvg::roxmltree::Document;
use resvg::usvg::{Group, Node, Path, Text, Tree, layout};
use skrifa::instance::{LocationRef, Size};
use skrifa::outline::{DrawSettings, OutlinePen};
use skrifa::{FontRef, GlyphId, MetadataProvider, Tag};

use super::lines::Line;
use super::pieces;
use super::style::{LineHeight, Slant, Style};
use crate::svg::fonts::Generic;
use crate::svg::{images, with_source};
use crate::{Error, Limits};

/// A line's sizes, in pixels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Measure {
    /// What the pen moves on.
    pub(super) advance: f64,
    /// Above the baseline.
    pub(super) ascent: f64,
    /// Below the baseline.
    pub(super) descent: f64,
    /// Between this line and the next one.
    pub(super) gap: f64,
    /// One for each run.
    pub(super) runs: Vec<RunMeasure>,
}

/// A run's sizes, in pixels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RunMeasure {
    /// From where to where it goes; several parts if others come between, in mixed directions.
    pub(super) extents: Vec<(f64, f64)>,
    /// Above its own baseline.
    pub(super) ascent: f64,
    /// Below its own baseline.
    pub(super) descent: f64,
    gap: f64,
    /// From where to where boxes stand for characters that no font has, and nothing is drawn for.
    pub(super) boxes: Vec<(f64, f64)>,
    /// Whether it is to be slanted, and its font is not.
    pub(super) lacks_slant: bool,
}

/// What a font says, in parts of the font size.
#[derive(Debug, Clone, Copy)]
struct Face {
    ascent: f64,
    descent: f64,
    gap: f64,
    is_upright: bool,
    /// How wide the glyph for missing ones is; none if it can be seen.
    blank: Option<f64>,
}

/// Measures lines.
#[derive(Debug)]
pub(super) struct Ruler {
    fonts: Arc<Database>,
    /// What generic families mean.
    generic: Generic,
    faces: HashMap<ID, Option<Face>>,
}

impl Ruler {
    pub(super) fn new(fonts: Arc<Database>, generic: Generic) -> Self {
        Self {
            fonts,
            generic,
            faces: HashMap::new(),
        }
    }

    /// Measures a line.
    pub(super) fn measure(&mut self, line: &Line) -> Result<Measure, Error> {
        if line.runs.is_empty() {
            let mut space = line.clone();
            space.push(" ", &line.strut);
            let measured = self.measure(&space)?;
            return Ok(Measure {
                advance: 0.0,
                runs: Vec::new(),
                ..measured
            });
        }
        let svg = pieces::ruled(line, &self.generic);
        let document = Document::parse(&svg).map_err(|error| with_source("text", error))?;
        let options = images::options(&Limits::default(), Arc::clone(&self.fonts), 0);
        let tree = Tree::from_xmltree(&document, &options);
        let tree = tree.map_err(|error| with_source("text", error))?;
        let spans = text(tree.root()).map_or(&[][..], Text::layouted);
        // Signs of direction stand before and behind the runs.
        let first = usize::from(line.is_rtl);
        let runs = line.runs.iter().enumerate();
        let runs = runs.map(|(index, run)| self.run(&run.style, spans.get(index + first)));
        let runs: Vec<RunMeasure> = runs.collect();
        Ok(whole(line, runs))
    }

    fn run(&mut self, style: &Style, span: Option<&layout::Span>) -> RunMeasure {
        let size = style.font_size();
        let mut measure = RunMeasure {
            extents: Vec::new(),
            ascent: 0.0,
            descent: 0.0,
            gap: 0.0,
            boxes: Vec::new(),
            lacks_slant: false,
        };
        let Some(span) = span else { return measure };
        measure.extents = span.underline.as_ref().map(extents).unwrap_or_default();
        for (index, glyph) in span.positioned_glyphs.iter().enumerate() {
            let Some(face) = self.face(glyph.font) else {
                continue;
            };
            measure.ascent = measure.ascent.max(face.ascent * size);
            measure.descent = measure.descent.max(face.descent * size);
            measure.gap = measure.gap.max(face.gap * size);
            if let Some(width) = face.blank.filter(|_| glyph.id.0 == 0) {
                let left = f64::from(glyph.transform().tx);
                measure.boxes.push((left, left + width * size));
            }
            if index == 0 {
                measure.lacks_slant = style.slant != Slant::Normal && face.is_upright;
            }
        }
        measure
    }

    fn face(&mut self, id: ID) -> Option<Face> {
        let fonts = &self.fonts;
        *self.faces.entry(id).or_insert_with(|| face(fonts, id))
    }
}

/// A line of runs.
fn whole(line: &Line, runs: Vec<RunMeasure>) -> Measure {
    let mut measure = Measure {
        advance: 0.0,
        ascent: f64::MIN,
        descent: f64::MIN,
        gap: 0.0,
        runs: Vec::new(),
    };
    for (run, style) in runs.iter().zip(line.runs.iter().map(|run| &run.style)) {
        let ends = run.extents.iter().map(|(_, end)| *end);
        measure.advance = ends.fold(measure.advance, f64::max);
        let natural = run.ascent + run.descent;
        let (around, gap) = match style.line_height {
            LineHeight::Normal => (0.0, run.gap),
            LineHeight::Factor(factor) => ((natural + run.gap) * factor - natural, 0.0),
            LineHeight::Pixels(pixels) => (pixels - natural, 0.0),
        };
        let ascent = run.ascent + style.rise + around / 2.0;
        let descent = run.descent - style.rise + around / 2.0;
        measure.ascent = measure.ascent.max(ascent);
        measure.descent = measure.descent.max(descent);
        measure.gap = measure.gap.max(gap);
    }
    Measure { runs, ..measure }
}

fn text(group: &Group) -> Option<&Text> {
    group.children().iter().find_map(|node| match node {
        Node::Text(found) => Some(&**found),
        Node::Group(inner) => text(inner),
        Node::Path(_) | Node::Image(_) => None,
    })
}

/// The left and right edges of the rectangles that a line along text is made of.
fn extents(path: &Path) -> Vec<(f64, f64)> {
    let mut extents: Vec<(f64, f64)> = Vec::new();
    for segment in path.data().segments() {
        match segment {
            PathSegment::MoveTo(to) => extents.push((to.x.into(), to.x.into())),
            PathSegment::LineTo(to) => {
                if let Some((left, right)) = extents.last_mut() {
                    *left = left.min(to.x.into());
                    *right = right.max(to.x.into());
                }
            }
            PathSegment::QuadTo(..) | PathSegment::CubicTo(..) | PathSegment::Close => {}
        }
    }
    extents
}

fn face(fonts: &Database, id: ID) -> Option<Face> {
    let style = fonts.face(id)?.style;
    fonts.with_face_data(id, |data, index| {
        let font = FontRef::from_index(data, index).ok()?;
        let metrics = font.metrics(Size::new(1.0), LocationRef::default());
        let axes = font.axes();
        let missing = GlyphId::new(0);
        let outline = font.outline_glyphs().get(missing);
        let is_blank = outline.is_none_or(|outline| {
            let mut pen = Seen(false);
            let settings = DrawSettings::unhinted(Size::new(1.0), LocationRef::default());
            drop(outline.draw(settings, &mut pen));
            !pen.0
        });
        let widths = font.glyph_metrics(Size::new(1.0), LocationRef::default());
        let width = widths.advance_width(missing).filter(|width| *width > 0.0);
        let can_slant = [b"slnt", b"ital"].map(|tag| axes.get_by_tag(Tag::new(tag)).is_some());
        Some(Face {
            ascent: metrics.ascent.max(0.0).into(),
            descent: (-metrics.descent).max(0.0).into(),
            gap: metrics.leading.max(0.0).into(),
            is_upright: style == fontdb::Style::Normal && !can_slant.contains(&true),
            blank: is_blank.then(|| width.unwrap_or(0.5).into()),
        })
    })?
}

/// Whether anything is drawn.
struct Seen(bool);

impl OutlinePen for Seen {
    fn move_to(&mut self, _: f32, _: f32) {}

    fn line_to(&mut self, _: f32, _: f32) {
        self.0 = true;
    }

    fn quad_to(&mut self, _: f32, _: f32, _: f32, _: f32) {
        self.0 = true;
    }

    fn curve_to(&mut self, _: f32, _: f32, _: f32, _: f32, _: f32, _: f32) {
        self.0 = true;
    }

    fn close(&mut self) {}
}

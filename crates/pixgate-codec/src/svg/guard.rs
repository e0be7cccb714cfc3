//! How large a drawing becomes once every reference is followed.
//!
//! The library copies what `use` refers to, and makes patterns, gradients, masks, clip paths,
//! filters and markers anew for elements that refer to them. How much that comes to is worked out
//! on the plain document, with each element measured once, before anything is copied. Estimates are
//! upper ones, and a first net only: whoever draws for strangers does so in a process that can be
//! killed.

mod references;
mod text;

use std::collections::HashMap;

use resvg::usvg::roxmltree::{Document, Node, NodeId};

use super::too_complex;
use crate::{Error, ErrorKind, Limits};
use references::References;

/// Refuses documents that become too large or too deep.
pub(super) fn check(document: &Document<'_>, limits: &Limits) -> Result<(), Error> {
    let mut measure = Measure {
        references: References::of(document)?,
        known: HashMap::new(),
        circles: 0,
        searched: 0,
    };
    let whole = measure.of(document.root(), 0)?;
    let bytes = whole.bytes;
    let limit = MAX_BYTES.min(limits.max_decode_bytes);
    if bytes > limit {
        return Err(ErrorKind::TooMuchMemory { bytes, limit }.into());
    }
    if whole.steps > MAX_STEPS {
        return Err(too_complex("nested elements, each in many"));
    }
    if whole.shaping > MAX_SHAPING {
        return Err(too_complex("pieces of text"));
    }
    measure.check_searches()
}

/// What an element comes to with everything below and everything referred to.
#[derive(Debug, Clone, Copy, Default)]
struct Extent {
    /// Bytes of the library's tree.
    bytes: u64,
    nodes: u64,
    /// The depths of all nodes together: properties are looked for in every ancestor.
    steps: u64,
    /// Shapes that paint, and their vertices.
    shapes: u64,
    vertices: u64,
    /// Characters of text, once for every piece of text with its own style.
    shaping: u64,
    depth: usize,
}

impl Extent {
    /// Adds what is below or referred to, `times` over and `deeper` by some levels.
    fn add(&mut self, part: Extent, times: u64, deeper: usize) {
        let add = |sum: &mut u64, more: u64| *sum = sum.saturating_add(more.saturating_mul(times));
        add(&mut self.bytes, part.bytes);
        add(&mut self.nodes, part.nodes);
        let levels = part.nodes.saturating_mul(deeper as u64);
        add(&mut self.steps, part.steps.saturating_add(levels));
        add(&mut self.shapes, part.shapes);
        add(&mut self.vertices, part.vertices);
        add(&mut self.shaping, part.shaping);
        self.depth = self.depth.max(part.depth.saturating_add(deeper));
    }
}

struct Measure<'a, 'input> {
    references: References<'a, 'input>,
    /// None while an element is being measured: a reference back to it counts nothing.
    known: HashMap<NodeId, Option<Extent>>,
    /// References back to an element around them, directly or not.
    circles: u64,
    /// Elements that the library looks through to find such references.
    searched: u64,
}

impl<'a, 'input> Measure<'a, 'input> {
    fn of(&mut self, node: Node<'a, 'input>, level: usize) -> Result<Extent, Error> {
        if let Some(known) = self.known.get(&node.id()) {
            self.circles += u64::from(known.is_none());
            return Ok(known.unwrap_or_default());
        }
        if level > MAX_DEPTH {
            return Err(too_complex("nested references"));
        }
        self.known.insert(node.id(), None);
        let mut extent = own(node);
        for part in node.children().filter(|part| !part.is_comment()) {
            let part = self.of(part, level + 1)?;
            extent.add(part, 1, 1);
        }
        let is_text = node.has_tag_name((super::write::SVG, "text"));
        if is_text {
            extent.shaping = extent.shaping.max(text::shaping(node));
            extent.depth += TEXT_DEPTH;
        }
        let inner = extent;
        for (kind, target) in self.references.from(node) {
            let part = self.of(target, level + kind.levels())?;
            let times = match kind {
                references::Kind::Once => 1,
                references::Kind::EachShape => inner.shapes.max(1),
                references::Kind::EachVertex => inner.vertices.max(1),
            };
            extent.add(part, times, kind.levels());
            self.searched = self.searched.saturating_add(part.nodes);
        }
        if extent.depth > MAX_DEPTH {
            return Err(too_complex("nested references"));
        }
        self.known.insert(node.id(), Some(extent));
        Ok(extent)
    }

    /// The library looks for circles anew after each that it has found.
    fn check_searches(&self) -> Result<(), Error> {
        let rounds = if self.circles == 0 {
            1
        } else {
            self.references.count().max(1)
        };
        if self.searched.saturating_mul(rounds) > MAX_SEARCHED {
            return Err(too_complex("references in a circle"));
        }
        Ok(())
    }
}

/// What a node is by itself.
fn own(node: Node<'_, '_>) -> Extent {
    if node.is_text() {
        let characters = node.text().map_or(0, |text| text.chars().count()) as u64;
        return Extent {
            bytes: characters.saturating_mul(CHARACTER_BYTES),
            ..Extent::default()
        };
    }
    let mut bytes = ELEMENT_BYTES;
    let mut path = 0;
    for attribute in node.attributes() {
        let length = attribute.value().len() as u64;
        bytes += match attribute.name() {
            // Decoded once, and shared.
            "href" => length / 32,
            "d" | "points" => {
                path += length;
                length.saturating_mul(PATH_BYTES)
            }
            _ => length,
        };
    }
    let name = node.tag_name().name();
    let is_shape = matches!(
        name,
        "path"
            | "rect"
            | "circle"
            | "ellipse"
            | "line"
            | "polyline"
            | "polygon"
            | "text"
            | "tspan"
            | "textPath"
            | "tref"
    );
    let is_stop = matches!(name, "stop" | "linearGradient" | "radialGradient");
    Extent {
        bytes: if is_stop { STOP_BYTES } else { bytes },
        nodes: 1,
        steps: 1,
        shapes: u64::from(is_shape),
        vertices: path / BYTES_PER_VERTEX + u64::from(is_shape) * 2,
        shaping: 0,
        depth: 1,
    }
}

/// What an element takes without its attributes.
const ELEMENT_BYTES: u64 = 640;
/// What a stop of a gradient takes.
const STOP_BYTES: u64 = 32;
/// What a character of text takes, which becomes an outline.
const CHARACTER_BYTES: u64 = 1200;
/// What a byte of a path takes.
const PATH_BYTES: u64 = 6;
/// Fewest bytes that a vertex of a path takes.
const BYTES_PER_VERTEX: u64 = 2;
/// Most bytes of a drawing.
const MAX_BYTES: u64 = 256 << 20;
/// Deepest nesting, of which the library takes several steps down the stack for each.
const MAX_DEPTH: usize = 320;
/// How deep the outlines of a text lie, and the code that makes them.
const TEXT_DEPTH: usize = 8;
/// Most looks at ancestors.
const MAX_STEPS: u64 = 8_000_000;
/// Most characters, once for every piece of text that they stand in with others.
const MAX_SHAPING: u64 = 1_000_000;
/// Most elements that are looked through for circles.
const MAX_SEARCHED: u64 = 20_000_000;

#[cfg(test)]
mod tests;

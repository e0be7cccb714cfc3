//! How large a drawing becomes once every reference is followed.
//!
//! `use` copies what it refers to, and patterns, masks, clip paths, filters and markers may be
//! instantiated for every element that refers to them. The bound is worked out on the XML tree,
//! with each element's weight counted once, before a copy is made.

use std::collections::HashMap;

use resvg::usvg::roxmltree::{Document, Node, NodeId};

use super::too_complex;
use super::xml::MAX_DEPTH;
use crate::Error;

/// Refuses documents that become too large or too deep.
pub(super) fn check(document: &Document<'_>) -> Result<(), Error> {
    let mut measure = Measure::new(document);
    let whole = measure.of(document.root(), 0)?;
    let shared = measure.in_style_sheets(document)?;
    if whole.weight.saturating_add(shared) > MAX_WEIGHT {
        return Err(too_complex("repeated elements"));
    }
    if whole.depth > MAX_DEPTH * 2 {
        return Err(too_complex("nested references"));
    }
    Ok(())
}

/// What an element comes to with everything below and everything referred to.
#[derive(Clone, Copy, Default)]
struct Extent {
    weight: u64,
    depth: usize,
}

struct Measure<'a, 'input> {
    ids: HashMap<&'a str, Node<'a, 'input>>,
    /// None while an element is being measured: a reference back to it counts nothing.
    known: HashMap<NodeId, Option<Extent>>,
    /// The heaviest marker, which may stand at every vertex of a path.
    marker: u64,
}

impl<'a, 'input> Measure<'a, 'input> {
    fn new(document: &'a Document<'input>) -> Self {
        let ids = document
            .descendants()
            .filter_map(|node| Some((node.attribute("id")?, node)))
            .collect();
        Self {
            ids,
            known: HashMap::new(),
            marker: 0,
        }
    }

    fn of(&mut self, node: Node<'a, 'input>, level: usize) -> Result<Extent, Error> {
        if let Some(known) = self.known.get(&node.id()) {
            return Ok(known.unwrap_or_default());
        }
        if level > MAX_DEPTH * 2 {
            return Err(too_complex("nested references"));
        }
        self.known.insert(node.id(), None);
        let mut extent = Extent {
            weight: own_weight(node),
            depth: 0,
        };
        let targets: Vec<_> = self.targets(node).collect();
        for part in node
            .children()
            .filter(|part| !part.is_comment())
            .chain(targets)
        {
            let part = self.of(part, level + 1)?;
            extent.weight = extent.weight.saturating_add(part.weight);
            extent.depth = extent.depth.max(part.depth + 1);
        }
        self.known.insert(node.id(), Some(extent));
        self.count_markers(node, extent)?;
        Ok(extent)
    }

    /// Markers are copied for each vertex, of which there is at most one in two bytes.
    fn count_markers(&mut self, node: Node<'a, 'input>, extent: Extent) -> Result<(), Error> {
        if node.tag_name().name() == "marker" {
            self.marker = self.marker.max(extent.weight);
        }
        Ok(())
    }

    /// Elements that this one refers to and that are instantiated for it.
    fn targets(
        &self,
        node: Node<'a, 'input>,
    ) -> impl Iterator<Item = Node<'a, 'input>> + use<'a, 'input, '_> {
        let values = node
            .attributes()
            .filter(|attribute| attribute.value().contains('#'));
        values
            .flat_map(|attribute| references(attribute.value()))
            .filter_map(|id| self.ids.get(id).copied())
            .filter(|target| !is_gradient(*target))
    }

    /// What references in style sheets may add: any of them may hold for every element. And what
    /// markers may add.
    fn in_style_sheets(&mut self, document: &'a Document<'input>) -> Result<u64, Error> {
        let mut heaviest = 0;
        let mut count = 0_usize;
        let (mut elements, mut vertices) = (0_u64, 0_u64);
        for node in document.descendants().filter(Node::is_element) {
            elements += 1;
            vertices += path_bytes(node) / BYTES_PER_VERTEX;
            if node.tag_name().name() != "style" {
                continue;
            }
            for id in references(node.text().unwrap_or_default()) {
                let target = self.ids.get(id).copied();
                let Some(target) = target.filter(|target| !is_gradient(*target)) else {
                    continue;
                };
                count += 1;
                heaviest = heaviest.max(self.of(target, 0)?.weight);
            }
        }
        if count > MAX_STYLE_REFERENCES {
            return Err(too_complex("references in style sheets"));
        }
        let markers = vertices.saturating_mul(self.marker);
        Ok(elements.saturating_mul(heaviest).saturating_add(markers))
    }
}

/// Gradients may refer to each other, but nothing is drawn for that.
fn is_gradient(node: Node<'_, '_>) -> bool {
    matches!(
        node.tag_name().name(),
        "linearGradient" | "radialGradient" | "style"
    )
}

/// Names behind `#`: of `url(#name)` and of `#name` alone.
fn references(value: &str) -> impl Iterator<Item = &str> {
    value.split('#').skip(1).map(|piece| {
        let end = piece.find([')', '"', '\'', ' ', ';', ',']);
        piece.split_at(end.unwrap_or(piece.len())).0
    })
}

fn own_weight(node: Node<'_, '_>) -> u64 {
    if node.is_text() {
        return (node.text().map_or(0, str::len) as u64).saturating_mul(CHARACTER_WEIGHT);
    }
    let attributes = node.attributes().map(|a| a.value().len() as u64);
    ELEMENT_WEIGHT.saturating_add(attributes.sum())
}

fn path_bytes(node: Node<'_, '_>) -> u64 {
    let lengths = ["d", "points"].map(|name| node.attribute(name).map_or(0, str::len));
    lengths.into_iter().sum::<usize>() as u64
}

/// What an element weighs without its attributes, in bytes of attributes.
const ELEMENT_WEIGHT: u64 = 64;
/// What a character of text weighs, which becomes an outline.
const CHARACTER_WEIGHT: u64 = 16;
/// Most weight of a drawing.
const MAX_WEIGHT: u64 = 24 << 20;
/// Most references from style sheets to something that is instantiated.
const MAX_STYLE_REFERENCES: usize = 64;
/// Fewest bytes that a vertex of a path takes on average.
const BYTES_PER_VERTEX: u64 = 3;

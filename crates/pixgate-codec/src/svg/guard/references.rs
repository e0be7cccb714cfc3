//! What refers to what in a plain document.

use std::collections::HashMap;

use resvg::usvg::roxmltree::{Document, Node};

use crate::Error;
use crate::svg::too_complex;

/// How often what is referred to is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Once for the element.
    Once,
    /// For every shape in the element: paint is inherited.
    EachShape,
    /// For every vertex of every path in the element.
    EachVertex,
}

impl Kind {
    /// How many levels deeper it lies, by what the library takes of the stack for it.
    pub(super) const fn levels(self) -> usize {
        match self {
            Kind::Once => 3,
            Kind::EachShape | Kind::EachVertex => 6,
        }
    }
}

/// The elements of a document by their ids.
#[derive(Debug)]
pub(super) struct References<'a, 'input> {
    ids: HashMap<&'a str, Node<'a, 'input>>,
    count: u64,
}

impl<'a, 'input> References<'a, 'input> {
    /// Collects ids, and refuses gradients and patterns that take what they lack from others in a
    /// circle or over too many.
    pub(super) fn of(document: &'a Document<'input>) -> Result<Self, Error> {
        let with_id = document
            .descendants()
            .filter_map(|node| Some((node.attribute("id")?, node)));
        let mut references = Self {
            ids: with_id.collect(),
            count: 0,
        };
        let mut count = 0_usize;
        for node in document.descendants().filter(Node::is_element) {
            count += references.from(node).len();
            references.check_chain(node)?;
        }
        references.count = count as u64;
        Ok(references)
    }

    /// How many references there are.
    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    fn check_chain(&self, node: Node<'a, 'input>) -> Result<(), Error> {
        if !is_template(node) {
            return Ok(());
        }
        let mut next = self.linked(node);
        let mut length = 0_usize;
        while let Some(target) = next.filter(|target| *target != node) {
            length += 1;
            if length > MAX_CHAIN {
                return Err(too_complex("templates of templates"));
            }
            next = self.linked(target);
        }
        Ok(())
    }

    fn linked(&self, node: Node<'a, 'input>) -> Option<Node<'a, 'input>> {
        let id = node.attribute("href")?.strip_prefix('#')?;
        self.ids.get(id).copied()
    }

    /// What an element refers to.
    pub(super) fn from(&self, node: Node<'a, 'input>) -> Vec<(Kind, Node<'a, 'input>)> {
        let mut found = Vec::new();
        for attribute in node.attributes().filter(|a| a.value().contains('#')) {
            let kind = match attribute.name() {
                "fill" | "stroke" | "marker-start" | "marker-end" => Kind::EachShape,
                "marker-mid" => Kind::EachVertex,
                "href" | "clip-path" | "mask" | "filter" => Kind::Once,
                _ => continue,
            };
            for name in names(attribute.value()) {
                found.extend(self.ids.get(name).map(|target| (kind, *target)));
            }
        }
        found
    }
}

/// Whether an element takes what it lacks from the one that it refers to.
fn is_template(node: Node<'_, '_>) -> bool {
    matches!(
        node.tag_name().name(),
        "linearGradient" | "radialGradient" | "pattern" | "filter"
    )
}

/// Names behind `#`: of `url(#name)` and of `#name` alone, as they are in a plain document.
fn names(value: &str) -> impl Iterator<Item = &str> {
    value.split('#').skip(1).map(|piece| {
        let end = piece.find(|c: char| !c.is_ascii_alphanumeric());
        piece.split_at(end.unwrap_or(piece.len())).0
    })
}

/// Most elements in a row of which each is the template of the one before.
const MAX_CHAIN: usize = 32;

//! What style sheets, style attributes and presentation attributes come to for an element.

use std::borrow::Cow;
use std::rc::Rc;

use resvg::usvg::roxmltree::Node;

use super::font;
use super::math::{Short, Viewport};
use super::property::{self, Kind};
use super::selector::Budget;
use super::sheet::{self, Declaration, Sheet};
use super::tokens::{Token, Tokens};
use super::transform::{self, Matrix};
use super::value::{self, Context, Plain};
use super::variables::{self, Variables};
use crate::Error;
use crate::svg::{too_complex, xml};

pub(crate) use super::value::Ids;

/// What an element hands down.
#[derive(Debug, Clone)]
pub(crate) struct Inherited<'a> {
    variables: Rc<Variables<'a>>,
    color: Rc<str>,
    /// Whether fill and stroke are painted by what is inherited.
    is_painted: [bool; 2],
    /// Whether percentages count from the whole drawing, as they do in symbols without a view box.
    is_in_symbol: bool,
}

impl Default for Inherited<'_> {
    fn default() -> Self {
        Self {
            variables: Rc::default(),
            color: "black".into(),
            is_painted: [false; 2],
            is_in_symbol: false,
        }
    }
}

/// Works out the styles of a document's elements.
#[derive(Debug)]
pub(crate) struct Cascade<'s, 'a> {
    pub(crate) sheet: &'s Sheet<'a>,
    pub(crate) ids: &'s Ids<'a>,
    pub(crate) viewport: Viewport,
    pub(crate) budget: Budget,
}

/// The styles of an element as attributes.
#[derive(Debug, Default)]
pub(crate) struct Style {
    pub(crate) attributes: Vec<(&'static str, String)>,
    /// Properties that the library reads from a style attribute only.
    pub(crate) css: String,
}

/// Declarations with the one first that holds.
type Declared<'d, 'a> = Vec<(&'d str, Cow<'d, [Token<'a>]>)>;

impl<'a> Cascade<'_, 'a> {
    /// The style of an element, and what its children inherit.
    pub(crate) fn style(
        &mut self,
        node: Node<'a, '_>,
        element: &str,
        inherited: &Inherited<'a>,
    ) -> Result<(Style, Inherited<'a>), Error> {
        let own = match xml::attribute(node, "style") {
            Some(css) => sheet::declarations(&mut Tokens::new(css)),
            None => Vec::new(),
        };
        let ranked = self.ranked(node, &own)?;
        let mut inherited = inherited.clone();
        self.set_variables(&ranked, &mut inherited)?;
        let declared = self.declared(&ranked, &inherited)?;
        self.set_color(node, &declared, &mut inherited);
        let mut style = Style::default();
        let mut done = self.styles(element, &declared, &inherited, &mut style);
        self.presentation(node, element, &inherited, &mut done, &mut style);
        self.modern(node, &declared, &inherited, &done, &mut style);
        self.transform(node, &declared, &mut style);
        inherited.note(node, element, &style);
        Ok((style, inherited))
    }

    /// All declarations for an element, the one first that holds.
    fn ranked<'d>(
        &mut self,
        node: Node<'_, '_>,
        own: &'d [Declaration<'a>],
    ) -> Result<Vec<&'d Declaration<'a>>, Error>
    where
        Self: 'd,
    {
        let sheet: &'d Sheet<'a> = self.sheet;
        let mut ranked = Vec::new();
        for found in sheet.matches(node, &mut self.budget)? {
            let rank = (1, found.specificity);
            ranked.extend(
                found
                    .declarations
                    .iter()
                    .map(|declaration| (rank, declaration)),
            );
        }
        ranked.extend(own.iter().map(|declaration| ((2, (0, 0, 0)), declaration)));
        let tokens: usize = ranked.iter().map(|(_, d)| d.value.len() + 4).sum();
        self.spend(tokens)?;
        // Of equal ones, the last holds.
        ranked.sort_by_key(|(rank, declaration)| (declaration.is_important, *rank));
        Ok(ranked
            .into_iter()
            .rev()
            .map(|(_, declaration)| declaration)
            .collect())
    }

    fn spend(&mut self, steps: usize) -> Result<(), Error> {
        if self.budget.take(steps as u64) {
            return Ok(());
        }
        Err(too_complex("style sheets"))
    }

    fn set_variables(
        &mut self,
        ranked: &[&Declaration<'a>],
        inherited: &mut Inherited<'a>,
    ) -> Result<(), Error> {
        let custom = || {
            ranked
                .iter()
                .filter(|declaration| declaration.name.starts_with("--"))
        };
        if custom().next().is_none() {
            return Ok(());
        }
        let size = |variables: &Variables<'_>| variables.values().map(|v| v.len() + 8).sum();
        self.spend(size(&inherited.variables))?;
        let mut all = inherited.variables.as_ref().clone();
        // The first holds, and so is put in last.
        for declaration in custom().rev() {
            all.insert(declaration.name.clone(), declaration.value.clone());
        }
        let own: Vec<_> = custom()
            .map(|declaration| declaration.name.as_str())
            .collect();
        let mut resolved = all.clone();
        for name in own {
            let value = all
                .get(name)
                .and_then(|value| variables::substituted(value, &all));
            match value {
                Some(value) => resolved.insert(name.to_owned(), value),
                None => resolved.remove(name),
            };
        }
        self.spend(size(&resolved))?;
        inherited.variables = Rc::new(resolved);
        Ok(())
    }

    /// Declarations with variables put in, and shorthands in their parts.
    fn declared<'d>(
        &mut self,
        ranked: &[&'d Declaration<'a>],
        inherited: &Inherited<'a>,
    ) -> Result<Declared<'d, 'a>, Error> {
        let mut declared = Declared::new();
        for declaration in ranked {
            let mut value = Cow::Borrowed(declaration.value.as_slice());
            if variables::are_used(&value) {
                let substituted = variables::substituted(&value, &inherited.variables);
                let Some(substituted) = substituted else {
                    continue;
                };
                value = Cow::Owned(substituted);
                self.spend(value.len())?;
            }
            match declaration.name.as_str() {
                "marker" => {
                    for name in ["marker-start", "marker-mid", "marker-end"] {
                        declared.push((name, value.clone()));
                    }
                }
                "font" => {
                    let parts = font::parts(&value).into_iter().flatten();
                    declared.extend(parts.map(|(name, value)| (name, Cow::Owned(value))));
                }
                "text-decoration-line" => declared.push(("text-decoration", value)),
                name => declared.push((name, value)),
            }
        }
        Ok(declared)
    }

    fn context<'c>(&'c self, color: &'c str) -> Context<'c> {
        Context {
            viewport: self.viewport,
            ids: self.ids,
            color,
        }
    }

    fn set_color(
        &self,
        node: Node<'_, '_>,
        declared: &Declared<'_, 'a>,
        inherited: &mut Inherited<'a>,
    ) {
        let Some(property) = property::find("color") else {
            return;
        };
        let read =
            |tokens: &[Token<'_>]| value::plain(property, tokens, &self.context(&inherited.color));
        let styles = declared.iter().filter(|(name, _)| *name == "color");
        let color = styles.map(|(_, tokens)| read(tokens)).find_map(|read| read);
        let color = color.or_else(|| read(&short_tokens(xml::attribute(node, "color")?)));
        if let Some(Plain::Value(color)) = color {
            inherited.color = color.into();
        }
    }

    /// Sets the properties of styles, and gives those that are settled.
    fn styles(
        &self,
        element: &str,
        declared: &Declared<'_, 'a>,
        inherited: &Inherited<'a>,
        style: &mut Style,
    ) -> Vec<&'static str> {
        let context = self.context(&inherited.color);
        let mut done = Vec::new();
        for (name, tokens) in declared {
            let Some(property) = property::find(name) else {
                continue;
            };
            if done.contains(&property.name) || !property::measures(element, name) {
                continue;
            }
            if value::is_modern(property, tokens) {
                continue;
            }
            if let Some(value) = value::plain(property, tokens, &context) {
                done.push(property.name);
                style.set(property.name, value);
            }
        }
        done
    }

    /// Sets colours that only newer programs know, where nothing that all know stands beside them.
    fn modern(
        &self,
        node: Node<'a, '_>,
        declared: &Declared<'_, 'a>,
        inherited: &Inherited<'a>,
        done: &[&'static str],
        style: &mut Style,
    ) {
        let context = self.context(&inherited.color);
        let of_attribute = node
            .attributes()
            .filter(|attribute| attribute.namespace().is_none());
        let of_attribute = of_attribute.map(|a| (a.name(), Cow::Owned(short_tokens(a.value()))));
        let mut done = done.to_vec();
        let all = declared
            .iter()
            .map(|(name, tokens)| (*name, tokens.clone()));
        for (name, tokens) in all.chain(of_attribute) {
            let Some(property) = property::find(name) else {
                continue;
            };
            let paint = PAINTS
                .iter()
                .zip(inherited.is_painted)
                .find(|(paint, _)| **paint == name);
            let has_other = paint.is_some_and(|(_, is_painted)| is_painted);
            if done.contains(&property.name) || !value::is_modern(property, &tokens) || has_other {
                continue;
            }
            if let Some(value) = value::plain(property, &tokens, &context) {
                done.push(property.name);
                style.set(property.name, value);
            }
        }
    }

    /// Sets the properties that stand in attributes, where styles say nothing.
    fn presentation(
        &self,
        node: Node<'a, '_>,
        element: &str,
        inherited: &Inherited<'a>,
        done: &mut Vec<&'static str>,
        style: &mut Style,
    ) {
        let context = self.context(&inherited.color);
        let plain = node
            .attributes()
            .filter(|attribute| attribute.namespace().is_none());
        for attribute in plain {
            let Some(property) = property::find(attribute.name()) else {
                continue;
            };
            if done.contains(&property.name) {
                continue;
            }
            let text = attribute.value();
            let is_read = match property.kind {
                Kind::Paint | Kind::Color | Kind::Reference | Kind::Filter => true,
                Kind::Path => false,
                _ => text.contains('(') && property::measures(element, property.name),
            };
            let value = if is_read {
                let tokens = short_tokens(text);
                let tokens = match variables::are_used(&tokens) {
                    true => variables::substituted(&tokens, &inherited.variables),
                    false => Some(tokens),
                };
                let tokens = tokens.filter(|tokens| !value::is_modern(property, tokens));
                tokens.and_then(|tokens| value::plain(property, &tokens, &context))
            } else if property.kind == Kind::Measure && inherited.is_in_symbol {
                Some(Plain::Value(self.whole_part(property.name, text)))
            } else {
                Some(Plain::Value(text.to_owned()))
            };
            if let Some(value) = value {
                done.push(property.name);
                style.set(property.name, value);
            }
        }
    }

    /// A percentage of the whole drawing as a length.
    fn whole_part(&self, name: &str, text: &str) -> String {
        let whole = match name {
            "x" | "width" | "cx" | "rx" => self.viewport.width,
            "y" | "height" | "cy" | "ry" => self.viewport.height,
            _ => return text.to_owned(),
        };
        let part = text
            .trim()
            .strip_suffix('%')
            .and_then(|part| part.parse::<f64>().ok());
        part.map_or_else(
            || text.to_owned(),
            |part| Short(part / 100.0 * whole).to_string(),
        )
    }

    /// Sets `transform`, with its single functions, as one matrix.
    ///
    /// Origins do not count, as in the reference.
    fn transform(&self, node: Node<'_, '_>, declared: &Declared<'_, 'a>, style: &mut Style) {
        let frame = &self.viewport;
        let of_style = |wanted: &'static str| {
            let found = declared.iter().filter(move |(name, _)| *name == wanted);
            found.map(|(_, tokens)| tokens)
        };
        let single = ["translate", "rotate", "scale"]
            .into_iter()
            .filter_map(|name| {
                of_style(name).find_map(|tokens| transform::of_longhand(name, tokens, frame))
            });
        let single = single.reduce(Matrix::then);
        let styled = of_style("transform").find_map(|tokens| Matrix::of_style(tokens, frame));
        let raw = xml::attribute(node, "transform");
        if single.is_none() && styled.is_none() {
            style
                .attributes
                .extend(raw.map(|raw| ("transform", raw.to_owned())));
            return;
        }
        let last = styled.or_else(|| raw.and_then(Matrix::of_attribute));
        let whole = single.into_iter().chain(last).reduce(Matrix::then);
        style
            .attributes
            .extend(whole.map(|whole| ("transform", whole.to_string())));
    }
}

impl Inherited<'_> {
    fn note(&mut self, node: Node<'_, '_>, element: &str, style: &Style) {
        for (is_painted, name) in self.is_painted.iter_mut().zip(PAINTS) {
            if let Some((_, value)) = style.attributes.iter().find(|(set, _)| *set == name) {
                *is_painted = value != "none";
            }
        }
        if matches!(element, "symbol" | "svg") {
            self.is_in_symbol = element == "symbol" && xml::attribute(node, "viewBox").is_none();
        }
    }
}

impl Style {
    fn set(&mut self, name: &'static str, value: Plain) {
        let Plain::Value(value) = value else {
            return;
        };
        if property::is_style_only(name, &value) {
            self.css.push_str(&format!("{name}:{value};"));
        } else {
            self.attributes.push((name, value));
        }
    }
}

/// The tokens of an attribute, as far as values reach.
fn short_tokens(text: &str) -> Vec<Token<'_>> {
    Tokens::new(text).take(MAX_TOKENS).collect()
}

/// The paints that are inherited.
const PAINTS: [&str; 2] = ["fill", "stroke"];
/// Most tokens of a value in an attribute.
const MAX_TOKENS: usize = 1024;

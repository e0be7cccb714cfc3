//! The properties that drawing knows, and what their values are.

/// A property.
#[derive(Debug)]
pub(crate) struct Property {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    pub(crate) is_inherited: bool,
    pub(crate) initial: &'static str,
}

/// What the values of a property are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Paint,
    Color,
    /// A number or a percentage.
    Amount,
    /// A length, or one of these words.
    Length(&'static [&'static str]),
    /// A list of lengths.
    Lengths,
    /// One of these words, or any if none is listed.
    Words(&'static [&'static str]),
    /// `url(#…)` or `none`.
    Reference,
    Filter,
    Family,
    Weight,
    /// A length that counts as not given where it is `auto`.
    Measure,
    /// `path()` or `none`.
    Path,
}

/// Looks a property up by its name in lower case.
pub(crate) fn find(name: &str) -> Option<&'static Property> {
    let at = PROPERTIES
        .binary_search_by(|property| property.name.cmp(name))
        .ok()?;
    PROPERTIES.get(at)
}

/// Whether a measure in a style holds for an element; elsewhere it means something else.
pub(crate) fn measures(element: &str, property: &str) -> bool {
    match property {
        "x" | "y" | "width" | "height" => {
            matches!(element, "svg" | "rect" | "image" | "use" | "foreignObject")
        }
        "cx" | "cy" => matches!(element, "circle" | "ellipse"),
        "r" => element == "circle",
        "rx" | "ry" => matches!(element, "rect" | "ellipse"),
        "d" => element == "path",
        _ => true,
    }
}

/// Whether the library reads a value from styles only.
pub(crate) fn is_style_only(property: &str, value: &str) -> bool {
    match property {
        "mix-blend-mode" | "isolation" | "font-kerning" => true,
        "image-rendering" => {
            matches!(
                value,
                "smooth" | "high-quality" | "crisp-edges" | "pixelated"
            )
        }
        _ => false,
    }
}

const fn inherited(name: &'static str, kind: Kind, initial: &'static str) -> Property {
    Property {
        name,
        kind,
        is_inherited: true,
        initial,
    }
}

const fn own(name: &'static str, kind: Kind, initial: &'static str) -> Property {
    Property {
        name,
        kind,
        is_inherited: false,
        initial,
    }
}

const NORMAL: Kind = Kind::Length(&["normal"]);
const SIZES: Kind = Kind::Length(&[
    "xx-small", "x-small", "small", "medium", "large", "x-large", "xx-large", "smaller", "larger",
]);
const RULES: Kind = Kind::Words(&["nonzero", "evenodd"]);
const ANY: Kind = Kind::Words(&[]);

/// In the order of their names.
static PROPERTIES: &[Property] = &[
    own("alignment-baseline", ANY, "baseline"),
    own(
        "baseline-shift",
        Kind::Length(&["baseline", "sub", "super"]),
        "baseline",
    ),
    own("clip-path", Kind::Reference, "none"),
    inherited("clip-rule", RULES, "nonzero"),
    inherited("color", Kind::Color, "black"),
    inherited("color-interpolation", ANY, "sRGB"),
    inherited("color-interpolation-filters", ANY, "linearRGB"),
    own("cx", Kind::Measure, "0"),
    own("cy", Kind::Measure, "0"),
    own("d", Kind::Path, ""),
    inherited("direction", ANY, "ltr"),
    own("display", ANY, "inline"),
    inherited("dominant-baseline", ANY, "auto"),
    inherited("fill", Kind::Paint, "black"),
    inherited("fill-opacity", Kind::Amount, "1"),
    inherited("fill-rule", RULES, "nonzero"),
    own("filter", Kind::Filter, "none"),
    own("flood-color", Kind::Color, "black"),
    own("flood-opacity", Kind::Amount, "1"),
    inherited("font-family", Kind::Family, "sans-serif"),
    inherited("font-kerning", ANY, "auto"),
    inherited("font-size", SIZES, "medium"),
    inherited("font-size-adjust", ANY, "none"),
    inherited("font-stretch", ANY, "normal"),
    inherited("font-style", ANY, "normal"),
    inherited("font-variant", ANY, "normal"),
    inherited("font-weight", Kind::Weight, "normal"),
    own("height", Kind::Measure, ""),
    inherited("image-rendering", ANY, "auto"),
    own("isolation", ANY, "auto"),
    inherited("kerning", Kind::Length(&["auto"]), "auto"),
    inherited("letter-spacing", NORMAL, "normal"),
    own("lighting-color", Kind::Color, "white"),
    inherited("marker-end", Kind::Reference, "none"),
    inherited("marker-mid", Kind::Reference, "none"),
    inherited("marker-start", Kind::Reference, "none"),
    own("mask", Kind::Reference, "none"),
    own("mask-type", ANY, "luminance"),
    own("mix-blend-mode", ANY, "normal"),
    own("opacity", Kind::Amount, "1"),
    own("overflow", ANY, "visible"),
    inherited("paint-order", ANY, "normal"),
    own("r", Kind::Measure, "0"),
    own("rx", Kind::Measure, ""),
    own("ry", Kind::Measure, ""),
    inherited("shape-rendering", ANY, "auto"),
    own("stop-color", Kind::Color, "black"),
    own("stop-opacity", Kind::Amount, "1"),
    inherited("stroke", Kind::Paint, "none"),
    inherited("stroke-dasharray", Kind::Lengths, "none"),
    inherited("stroke-dashoffset", Kind::Length(&[]), "0"),
    inherited(
        "stroke-linecap",
        Kind::Words(&["butt", "round", "square"]),
        "butt",
    ),
    inherited(
        "stroke-linejoin",
        Kind::Words(&["miter", "miter-clip", "round", "bevel", "arcs"]),
        "miter",
    ),
    inherited("stroke-miterlimit", Kind::Amount, "4"),
    inherited("stroke-opacity", Kind::Amount, "1"),
    inherited("stroke-width", Kind::Length(&[]), "1"),
    inherited(
        "text-anchor",
        Kind::Words(&["start", "middle", "end"]),
        "start",
    ),
    own("text-decoration", ANY, "none"),
    inherited("text-rendering", ANY, "auto"),
    own("unicode-bidi", ANY, "normal"),
    own("vector-effect", ANY, "none"),
    inherited(
        "visibility",
        Kind::Words(&["visible", "hidden", "collapse"]),
        "visible",
    ),
    inherited("white-space", ANY, "normal"),
    own("width", Kind::Measure, ""),
    inherited("word-spacing", NORMAL, "normal"),
    inherited("writing-mode", ANY, "lr-tb"),
    own("x", Kind::Measure, "0"),
    own("y", Kind::Measure, "0"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn properties_are_found_by_name() {
        assert!(PROPERTIES.is_sorted_by(|a, b| a.name < b.name));
        assert_eq!(
            find("fill").map(|property| property.kind),
            Some(Kind::Paint)
        );
        assert!(find("onload").is_none());
    }
}

//! Which font a text gets: by the families that it names, then by what those families resemble.

use std::sync::Arc;

use resvg::usvg::fontdb::{Database, Family, ID, Query, Stretch, Style, Weight};
use resvg::usvg::{Font, FontFamily, FontResolver, FontStretch, FontStyle};

/// A resolver that falls back to a family of the same kind, and then to sans-serif, as fontconfig
/// does.
pub(in crate::svg) fn resolver() -> FontResolver<'static> {
    FontResolver {
        select_font: Box::new(select),
        select_fallback: FontResolver::default_fallback_selector(),
    }
}

fn select(font: &Font, fonts: &mut Arc<Database>) -> Option<ID> {
    let mut families: Vec<_> = font.families().iter().map(family).collect();
    let kinds = font.families().iter().filter_map(kind);
    families.extend(kinds.chain([Family::SansSerif]));
    let query = Query {
        families: &families,
        weight: Weight(font.weight()),
        stretch: stretch(font.stretch()),
        style: style(font.style()),
    };
    fonts.query(&query)
}

fn family(family: &FontFamily) -> Family<'_> {
    match family {
        FontFamily::Serif => Family::Serif,
        FontFamily::SansSerif => Family::SansSerif,
        FontFamily::Cursive => Family::Cursive,
        FontFamily::Fantasy => Family::Fantasy,
        FontFamily::Monospace => Family::Monospace,
        FontFamily::Named(name) => Family::Name(name),
    }
}

/// The generic family that a well-known family belongs to; none for sans-serif, which comes last
/// anyway.
fn kind(family: &FontFamily) -> Option<Family<'_>> {
    let FontFamily::Named(name) = family else {
        return None;
    };
    let is = |known: &&str| known.eq_ignore_ascii_case(name);
    if SERIF.iter().any(is) {
        Some(Family::Serif)
    } else if MONOSPACE.iter().any(is) {
        Some(Family::Monospace)
    } else {
        None
    }
}

const fn stretch(stretch: FontStretch) -> Stretch {
    match stretch {
        FontStretch::UltraCondensed => Stretch::UltraCondensed,
        FontStretch::ExtraCondensed => Stretch::ExtraCondensed,
        FontStretch::Condensed => Stretch::Condensed,
        FontStretch::SemiCondensed => Stretch::SemiCondensed,
        FontStretch::Normal => Stretch::Normal,
        FontStretch::SemiExpanded => Stretch::SemiExpanded,
        FontStretch::Expanded => Stretch::Expanded,
        FontStretch::ExtraExpanded => Stretch::ExtraExpanded,
        FontStretch::UltraExpanded => Stretch::UltraExpanded,
    }
}

const fn style(style: FontStyle) -> Style {
    match style {
        FontStyle::Normal => Style::Normal,
        FontStyle::Italic => Style::Italic,
        FontStyle::Oblique => Style::Oblique,
    }
}

/// Sets each generic family to the first family of its list that is installed; those without one
/// keep what they were.
pub(super) fn set_generic_families(fonts: &mut Database) {
    if let Some(family) = installed(fonts, SERIF) {
        fonts.set_serif_family(family);
    }
    if let Some(family) = installed(fonts, SANS_SERIF) {
        fonts.set_sans_serif_family(family);
        fonts.set_cursive_family(family);
        fonts.set_fantasy_family(family);
    }
    if let Some(family) = installed(fonts, MONOSPACE) {
        fonts.set_monospace_family(family);
    }
}

/// The first family of a generic family's list that is there.
pub(super) fn installed_of(fonts: &Database, kind: Family<'_>) -> Option<&'static str> {
    match kind {
        Family::Serif => installed(fonts, SERIF),
        Family::Monospace => installed(fonts, MONOSPACE),
        _ => installed(fonts, SANS_SERIF),
    }
}

fn installed(fonts: &Database, families: &'static [&'static str]) -> Option<&'static str> {
    let names = |name: &str| {
        let mut faces = fonts.faces();
        faces.any(|face| face.families.iter().any(|(family, _)| family == name))
    };
    families.iter().copied().find(|family| names(family))
}

/// Families of each kind, in the order in which one stands in for the generic family: that of
/// fontconfig's `60-latin.conf`, then the metric-compatible and the usual ones of its
/// `45-latin.conf`.
const SERIF: &[&str] = &[
    "Noto Serif",
    "DejaVu Serif",
    "Times New Roman",
    "Nimbus Roman",
    "Times",
    "Liberation Serif",
    "FreeSerif",
    "Georgia",
    "Cambria",
    "Caladea",
    "Garamond",
    "Palatino",
    "Palatino Linotype",
    "Book Antiqua",
    "Bitstream Vera Serif",
    "Tinos",
];
const SANS_SERIF: &[&str] = &[
    "Noto Sans",
    "DejaVu Sans",
    "Verdana",
    "Arial",
    "Nimbus Sans",
    "Helvetica",
    "Tahoma",
    "Liberation Sans",
    "FreeSans",
    "Segoe UI",
];
const MONOSPACE: &[&str] = &[
    "Noto Sans Mono",
    "DejaVu Sans Mono",
    "Inconsolata",
    "Andale Mono",
    "Courier New",
    "Nimbus Mono PS",
    "Courier",
    "Liberation Mono",
    "FreeMono",
    "Consolas",
    "Menlo",
    "Monaco",
    "Lucida Console",
    "Cousine",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn well_known_families_are_stood_in_for_by_their_kind() {
        let named = |name: &str| FontFamily::Named(name.to_owned());
        assert_eq!(kind(&named("times new roman")), Some(Family::Serif));
        assert_eq!(kind(&named("Courier New")), Some(Family::Monospace));
        assert_eq!(kind(&named("Arial")), None);
        assert_eq!(kind(&FontFamily::Cursive), None);
    }

    #[test]
    fn generic_families_stay_where_nothing_of_their_kind_is_installed() {
        let mut fonts = Database::new();
        fonts.set_serif_family("Roboto");
        set_generic_families(&mut fonts);
        assert_eq!(fonts.family_name(&Family::Serif), "Roboto");
    }
}

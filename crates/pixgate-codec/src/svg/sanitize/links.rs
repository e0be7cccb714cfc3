//! Which links may stay.

use crate::svg::markup::{Attribute, local};

/// Whether an attribute of an element is no link, or one that may stay.
pub(super) fn is_safe(element: &str, attribute: &Attribute<'_>) -> bool {
    if !local(attribute.name).eq_ignore_ascii_case("href") {
        return true;
    }
    match local(element).to_ascii_lowercase().as_str() {
        "use" => attribute.value.is_empty() || attribute.value.starts_with('#'),
        "image" => has_scheme_of(attribute.value, &["http", "https", "data"]),
        _ => has_scheme_of(attribute.value, &["http", "https"]),
    }
}

/// Whether an element changes a link or an event handler over time.
pub(super) fn animates_a_link(element: &str, attributes: &[Attribute<'_>]) -> bool {
    let name = local(element).to_ascii_lowercase();
    let is_animation = name == "set" || name.starts_with("animate");
    is_animation
        && attributes.iter().any(|attribute| {
            let target = decoded(attribute.value).unwrap_or_default();
            let target = local(target.trim()).to_ascii_lowercase();
            local(attribute.name).eq_ignore_ascii_case("attributeName")
                && (target == "href" || target.starts_with("on"))
        })
}

/// Whether a link has no scheme or one of these.
fn has_scheme_of(value: &str, schemes: &[&str]) -> bool {
    let Some(value) = decoded(value) else {
        return false;
    };
    // Browsers leave out what cannot be seen.
    let visible: String = value
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .collect();
    match scheme(&visible) {
        None => true,
        Some(scheme) => schemes
            .iter()
            .any(|allowed| scheme.eq_ignore_ascii_case(allowed)),
    }
}

fn scheme(link: &str) -> Option<&str> {
    let (scheme, _) = link.split_once(':')?;
    let mut characters = scheme.chars();
    let starts_well = characters.next().is_some_and(|c| c.is_ascii_alphabetic());
    let goes_on_well = characters.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    (starts_well && goes_on_well).then_some(scheme)
}

/// Replaces entities; none if one is unknown before the first `/`, `?` or `#`, where it may hide a
/// scheme.
fn decoded(value: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = value;
    while let Some((before, behind)) = rest.split_once('&') {
        out.push_str(before);
        let entity = behind
            .split_once(';')
            .and_then(|(name, behind)| Some((character(name)?, behind)));
        match entity {
            Some((c, behind)) => {
                out.push(c);
                rest = behind;
            }
            None if out.contains(['/', '?', '#']) => {
                out.push('&');
                rest = behind;
            }
            None => return None,
        }
    }
    out.push_str(rest);
    Some(out)
}

fn character(entity: &str) -> Option<char> {
    if let Some(number) = entity.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hex) => u32::from_str_radix(hex, 16),
            None => number.parse(),
        };
        return char::from_u32(code.ok()?);
    }
    let found = ENTITIES.iter().find(|(name, _)| *name == entity);
    found.map(|(_, c)| *c)
}

/// Those of HTML that stand for ASCII.
const ENTITIES: &[(&str, char)] = &[
    ("Tab", '\t'),
    ("NewLine", '\n'),
    ("nbsp", ' '),
    ("excl", '!'),
    ("quot", '"'),
    ("num", '#'),
    ("dollar", '$'),
    ("percnt", '%'),
    ("amp", '&'),
    ("apos", '\''),
    ("lpar", '('),
    ("rpar", ')'),
    ("ast", '*'),
    ("plus", '+'),
    ("comma", ','),
    ("period", '.'),
    ("sol", '/'),
    ("colon", ':'),
    ("semi", ';'),
    ("lt", '<'),
    ("equals", '='),
    ("gt", '>'),
    ("quest", '?'),
    ("commat", '@'),
    ("bsol", '\\'),
    ("lowbar", '_'),
];

//! Document types without entities that could hide markup.

use std::borrow::Cow;

/// Takes out declarations of entities that hold markup, references or come from elsewhere.
pub(super) fn cleaned(doctype: &str) -> Cow<'_, str> {
    if !doctype.contains(ENTITY) {
        return Cow::Borrowed(doctype);
    }
    let mut pieces = doctype.split(ENTITY);
    let mut kept = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (declaration, behind) = declaration(piece);
        if is_harmless(declaration) {
            kept.push_str(ENTITY);
            kept.push_str(declaration);
        }
        kept.push_str(behind);
    }
    Cow::Owned(kept)
}

/// Cuts behind the `>` that ends the declaration, which is not quoted.
fn declaration(piece: &str) -> (&str, &str) {
    let mut quote = None;
    for (at, c) in piece.char_indices() {
        match (quote, c) {
            (None, '>') => return piece.split_at(at + 1),
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    (piece, "")
}

/// A plain text of one's own: no markup, no reference that may become markup, nothing external.
fn is_harmless(declaration: &str) -> bool {
    let value = declaration.split(['"', '\'']).next().unwrap_or_default();
    let is_external = value.contains("SYSTEM") || value.contains("PUBLIC") || value.contains('%');
    !is_external && !declaration.contains(['<', '&', '%'])
}

const ENTITY: &str = "<!ENTITY";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_plain_entities_only() {
        let table = [
            ("<!DOCTYPE svg>", "<!DOCTYPE svg>"),
            (
                "<!DOCTYPE a [<!ENTITY n 'u>'> x]>",
                "<!DOCTYPE a [<!ENTITY n 'u>'> x]>",
            ),
            ("<!DOCTYPE a [<!ENTITY n '&#60;b>'>]>", "<!DOCTYPE a []>"),
            ("<!DOCTYPE a [<!ENTITY % n 'b'>]>", "<!DOCTYPE a []>"),
            ("<!DOCTYPE a [<!ENTITY n SYSTEM 'b'>]>", "<!DOCTYPE a []>"),
        ];
        for (text, expected) in table {
            assert_eq!(cleaned(text), expected);
        }
    }
}

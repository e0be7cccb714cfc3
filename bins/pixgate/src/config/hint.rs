//! What may have been meant by a name that is not known.

use super::old_names::{Fate, fate};
use super::table;

/// What may have been meant by a name that is not known.
pub(super) fn hint(name: &str) -> String {
    match (fate(name).map(Fate::advice), nearest(name)) {
        (Some(advice), _) => format!("; {advice}"),
        (None, Some(near)) => format!("; did you mean {near}?"),
        (None, None) => String::new(),
    }
}

/// The known name with the fewest edits, if those are few.
fn nearest(name: &str) -> Option<&'static str> {
    table::variables()
        .map(|variable| (edits(name, variable.name), variable.name))
        .min()
        .filter(|(edits, _)| *edits <= FEW_EDITS)
        .map(|(_, name)| name)
}

/// Levenshtein's distance.
fn edits(left: &str, right: &str) -> usize {
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, letter) in left.bytes().enumerate() {
        let mut diagonal = index;
        let mut before = index + 1;
        for (cell, other) in row.iter_mut().skip(1).zip(right.bytes()) {
            let cost = diagonal + usize::from(letter != other);
            diagonal = *cell;
            before = cost.min(before + 1).min(*cell + 1);
            *cell = before;
        }
        if let Some(first) = row.first_mut() {
            *first = index + 1;
        }
    }
    row.last().copied().unwrap_or_default()
}

/// A slip of the hand; with more edits names begin to mean something else.
const FEW_EDITS: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_edits_are_forgiven() {
        assert_eq!(hint("IMGPROXY_QUALTY"), "; did you mean IMGPROXY_QUALITY?");
        assert_eq!(
            hint("IMGPROXY_CONCURRENCY"),
            "; it was replaced by IMGPROXY_WORKERS"
        );
        assert_eq!(hint("IMGPROXY_SOMETHING_ELSE_ALTOGETHER"), "");
    }
}

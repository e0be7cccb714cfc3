//! What may have been meant by a name that is not known.

use strsim::levenshtein;

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
        .map(|variable| (levenshtein(name, variable.name), variable.name))
        .min()
        .filter(|(edits, _)| *edits <= FEW_EDITS)
        .map(|(_, name)| name)
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

use crate::literal::Literal;
use crate::url_text::UrlText;

/// One pattern of an allowlist, ready to match.
///
/// A pattern is literal text in which `*` stands for any run of characters without `/`, also an
/// empty one. It has to match at the start of a URL; what follows the match is free.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    first: Vec<u8>,
    others: Vec<Literal>,
}

impl Pattern {
    /// Prepares a pattern; every text is one.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut literals = text.split('*');
        let first = literals.next().unwrap_or_default().into();
        Self {
            first,
            others: literals.map(Literal::new).collect(),
        }
    }

    /// Whether the pattern matches at the start of a text.
    ///
    /// Takes time linear in the lengths of text and pattern: the earliest place for each literal
    /// is always the best one, because a run may not contain `/`, so nothing is tried twice.
    #[must_use]
    pub fn matches(&self, text: impl AsRef<[u8]>) -> bool {
        self.matches_url(&UrlText::opaque(text.as_ref()))
    }

    /// Matches with runs that also stop at the end of the URL's authority.
    pub(crate) fn matches_url(&self, url: &UrlText<'_>) -> bool {
        if !url.text.starts_with(&self.first) {
            return false;
        }
        let mut start = self.first.len();
        let mut run_end = url.run_end(start);
        for literal in &self.others {
            if run_end < start {
                run_end = url.run_end(start);
            }
            let Some(end) = place(literal, url.text, start, run_end) else {
                return false;
            };
            start = end;
        }
        true
    }
}

/// The end of the earliest occurrence of `literal` that starts within a run.
fn place(literal: &Literal, text: &[u8], start: usize, run_end: usize) -> Option<usize> {
    let window_end = run_end.saturating_add(literal.len()).min(text.len());
    let found = literal.find_end(text.get(start..window_end)?)?;
    start.checked_add(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn star_stands_for_runs_without_slash() {
        let cases = [
            ("", "anything", true),
            ("*", "", true),
            ("**", "x", true),
            ("a", "", false),
            ("a*", "a/b", true),
            ("a*/b", "a/b", true),
            ("a*b", "a/b", false),
            ("a**b", "axxb", true),
            ("*aab", "aaaab", true),
            ("*ab*ab", "xababx", true),
            ("*a/a*b", "xa/ab", true),
            ("*a/b", "aaa/b", true),
            ("*a/b", "aa/aa/b", false),
            ("*.jpg", "a.jp.jpg", true),
            ("*é*", "xéy", true),
            ("a.c", "abc", false),
            ("a[b]", "a[b]", true),
            ("a*\n", "ax\n", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(
                Pattern::new(pattern).matches(text),
                expected,
                "{pattern:?} {text:?}"
            );
        }
    }

    #[test]
    fn time_does_not_grow_with_the_number_of_stars() {
        let pattern = Pattern::new(&format!("{}b", "*a".repeat(2_000)));
        assert!(!pattern.matches("a".repeat(1_000_000)));
        let pattern = Pattern::new(&format!("*{}b", "a".repeat(100_000)));
        assert!(!pattern.matches("a".repeat(1_000_000)));
    }
}

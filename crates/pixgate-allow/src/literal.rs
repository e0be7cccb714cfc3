/// A text to be found, with the table that lets the search never step back.
///
/// Algorithm: Knuth, Morris, Pratt, "Fast pattern matching in strings", 1977.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Literal {
    bytes: Vec<u8>,
    /// For each length of a partial match, the next shorter one that may still be extended.
    fallback: Vec<usize>,
}

impl Literal {
    pub(crate) fn new(text: &str) -> Self {
        let mut literal = Self {
            bytes: text.into(),
            fallback: vec![0],
        };
        let mut matched = 0;
        for &byte in text.as_bytes().iter().skip(1) {
            matched = literal.advance(matched, byte);
            literal.fallback.push(matched);
        }
        literal
    }

    pub(crate) const fn len(&self) -> usize {
        self.bytes.len()
    }

    /// The end of the first occurrence in `text`.
    pub(crate) fn find_end(&self, text: &[u8]) -> Option<usize> {
        if self.bytes.is_empty() {
            return Some(0);
        }
        let mut matched = 0;
        for (end, &byte) in (1..).zip(text) {
            matched = self.advance(matched, byte);
            if matched == self.bytes.len() {
                return Some(end);
            }
        }
        None
    }

    /// The length of the partial match after one more byte.
    fn advance(&self, mut matched: usize, byte: u8) -> usize {
        loop {
            if self.bytes.get(matched) == Some(&byte) {
                return matched.saturating_add(1);
            }
            let Some(shorter) = matched.checked_sub(1) else {
                return 0;
            };
            matched = self.fallback.get(shorter).copied().unwrap_or(0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_first_occurrence() {
        let cases = [
            ("", "abc", Some(0)),
            ("a", "abc", Some(1)),
            ("c", "abc", Some(3)),
            ("d", "abc", None),
            ("aab", "aaab", Some(4)),
            ("abab", "abacabab", Some(8)),
            ("aabaaa", "aabaabaaa", Some(9)),
            ("abc", "ab", None),
        ];
        for (literal, text, end) in cases {
            assert_eq!(
                Literal::new(literal).find_end(text.as_bytes()),
                end,
                "{literal} {text}"
            );
        }
    }
}

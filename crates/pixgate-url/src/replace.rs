//! Replacements at the start of source URLs.

use crate::error::{Error, ErrorKind};

/// `pattern=replacement` pairs, applied one after the other to the start of a source URL.
///
/// In a pattern `*` stands for any run of characters but `/`; everything else is literal. In a
/// replacement `${1}` (or `$1`, if no letter, digit or `_` follows) is what the first `*` stood
/// for, and `$$` is a dollar sign.
///
/// ```
/// # use pixgate_url::UrlReplacements;
/// let replacements = UrlReplacements::parse("m://*/=https://${1}.cdn.test/")?;
/// assert_eq!(replacements.apply(b"m://img/a.jpg".to_vec()), b"https://img.cdn.test/a.jpg");
/// # Ok::<(), pixgate_url::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UrlReplacements(Vec<Replacement>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Replacement {
    /// What is between the wildcards.
    literals: Vec<String>,
    text: String,
}

impl UrlReplacements {
    /// Reads pairs separated by `;`. An empty text holds none.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::ConfigError`] for a piece without `=`, also after a trailing `;`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.is_empty() {
            return Ok(Self::default());
        }
        let mut position = 0_usize;
        let mut replacements = Vec::new();
        for piece in text.split(';') {
            let Some((pattern, replacement)) = piece.split_once('=') else {
                let error = Error::new(ErrorKind::ConfigError, position, piece);
                return Err(error.with_hint("a replacement is `pattern=replacement`"));
            };
            replacements.push(Replacement {
                literals: pattern.split('*').map(String::from).collect(),
                text: replacement.to_owned(),
            });
            position = position.saturating_add(piece.len()).saturating_add(1);
        }
        Ok(Self(replacements))
    }

    /// Applies every pair once.
    #[must_use]
    pub fn apply(&self, url: Vec<u8>) -> Vec<u8> {
        self.0.iter().fold(url, |url, replacement| {
            match captures(&replacement.literals, &url) {
                Some(captures) => {
                    let mut replaced = expand(&replacement.text, &url, &captures);
                    let rest = captures.first().and_then(|whole| url.get(whole.1..));
                    replaced.extend_from_slice(rest.unwrap_or_default());
                    replaced
                }
                None => url,
            }
        })
    }
}

type Range = (usize, usize);

/// Matches literals with wildcards between them at the start of `url`: the whole match, then what
/// each wildcard stood for. Wildcards are greedy, the first one most.
fn captures(literals: &[String], url: &[u8]) -> Option<Vec<Range>> {
    let (first, others) = literals.split_first()?;
    let mut at = url.starts_with(first.as_bytes()).then_some(first.len())?;
    let tables = match_tables(others, url);
    let mut captures = vec![(0, at)];
    for (literal, table) in others.iter().zip(&tables) {
        let start = at;
        let run = url
            .get(start..)?
            .iter()
            .take_while(|byte| **byte != b'/')
            .count();
        let ends = (start..=start.saturating_add(run)).rev();
        let end = ends
            .into_iter()
            .find(|end| table.get(*end) == Some(&true))?;
        captures.push((start, end));
        at = end.saturating_add(literal.len());
    }
    if let Some(whole) = captures.first_mut() {
        whole.1 = at;
    }
    Some(captures)
}

/// For each literal, at which positions of `url` it and all that follows it match.
fn match_tables(literals: &[String], url: &[u8]) -> Vec<Vec<bool>> {
    let mut tables: Vec<Vec<bool>> = Vec::with_capacity(literals.len());
    for literal in literals.iter().rev() {
        let reachable = tables.last().map(|next| reachable_by_wildcard(next, url));
        let table = (0..=url.len()).map(|at| {
            let after = at.saturating_add(literal.len());
            let here = url
                .get(at..)
                .is_some_and(|rest| rest.starts_with(literal.as_bytes()));
            here && reachable
                .as_ref()
                .is_none_or(|next| next.get(after) == Some(&true))
        });
        tables.push(table.collect());
    }
    tables.reverse();
    tables
}

/// From which positions a wildcard can lead to a `true`.
fn reachable_by_wildcard(next: &[bool], url: &[u8]) -> Vec<bool> {
    let mut reachable = next.to_vec();
    let mut later = false;
    for (at, here) in reachable.iter_mut().enumerate().rev() {
        later = *here || (later && url.get(at).is_some_and(|byte| *byte != b'/'));
        *here = later;
    }
    reachable
}

/// Fills in `$N`, `${N}` and `$$`; what names no wildcard becomes nothing.
fn expand(template: &str, url: &[u8], captures: &[Range]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('$') {
        out.extend_from_slice(before.as_bytes());
        rest = match group_name(after) {
            Some((name, after)) => {
                let range = group_index(name).and_then(|index| captures.get(index));
                let text = range.and_then(|(start, end)| url.get(*start..*end));
                out.extend_from_slice(text.unwrap_or_default());
                after
            }
            None => {
                out.push(b'$');
                after.strip_prefix('$').unwrap_or(after)
            }
        };
    }
    out.extend_from_slice(rest.as_bytes());
    out
}

/// The name after a `$`, and what follows it.
fn group_name(text: &str) -> Option<(&str, &str)> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    if let Some(braced) = text.strip_prefix('{') {
        let (name, after) = braced.split_once('}')?;
        return (!name.is_empty() && name.chars().all(is_word)).then_some((name, after));
    }
    let end = text
        .find(|character| !is_word(character))
        .unwrap_or(text.len());
    let split = text.split_at_checked(end)?;
    (!split.0.is_empty()).then_some(split)
}

fn group_index(name: &str) -> Option<usize> {
    let leading_zero = name.len() > 1 && name.starts_with('0');
    let digits = name.bytes().all(|byte| byte.is_ascii_digit());
    if leading_zero || !digits {
        return None;
    }
    name.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::UrlReplacements;

    fn replaced(replacements: &str, url: &str) -> String {
        let replacements = UrlReplacements::parse(replacements).unwrap();
        String::from_utf8(replacements.apply(url.into())).unwrap()
    }

    #[test]
    fn replaces_once_at_the_start_pair_after_pair() {
        for (pairs, url, expected) in [
            ("a://=b://;b://=c://", "a://x", "c://x"),
            ("a://=b://", "x/a://y", "x/a://y"),
            (
                "t://*/=https://cdn/${1}/full/",
                "t://items/a",
                "https://cdn/items/full/a",
            ),
            ("t://*/*=${2}-${1}", "t://a/bc/d", "bc-a/d"),
            ("*.*=${1}|$2|", "a.b.c/d", "a.b|c|/d"),
            ("*b*b=${1},${2}", "abcbdb", "abcbd"),
            ("a=$1x$$", "ab", "$b"),
            ("a=${", "ab", "${b"),
            ("a=b=c", "a", "b=c"),
            ("x**y=[${1}][${2}]", "xaay", "[aa][]"),
        ] {
            let expected = if pairs == "*b*b=${1},${2}" {
                "abc,d"
            } else {
                expected
            };
            assert_eq!(replaced(pairs, url), expected, "{pairs}");
        }
    }

    #[test]
    fn refuses_a_pair_without_equals_sign() {
        let error = UrlReplacements::parse("a=b;").unwrap_err();
        assert_eq!(error.kind().name(), "config_error");
        assert_eq!(error.position(), 4);
    }

    #[test]
    fn long_urls_and_many_wildcards_take_linear_time() {
        let url = "a".repeat(200_000);
        let pattern = format!("{}b=x", "*a".repeat(8));
        assert_eq!(replaced(&pattern, &url), url);
    }
}

//! Files with variables: `NAME=value` or `NAME: value` lines, as imgproxy reads them.

use std::collections::BTreeMap;

/// Reads a document; `outside` gives variables that it does not define itself.
///
/// # Errors
///
/// The number of the first line that is no pair.
pub(super) fn parse(
    text: &str,
    outside: &BTreeMap<String, String>,
) -> Result<BTreeMap<String, String>, String> {
    let mut pairs = BTreeMap::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let (name, value) = pair(line)
            .ok_or_else(|| format!("line {} is neither NAME=value nor NAME: value", number + 1))?;
        let value = {
            let lookup = |name: &str| pairs.get(name).or_else(|| outside.get(name)).cloned();
            unquoted(value, lookup)
        };
        pairs.insert(name.to_owned(), value);
    }
    Ok(pairs)
}

/// The name, and the value without the comment behind it.
fn pair(line: &str) -> Option<(&str, &str)> {
    let line = line.split_at(comment(line)).0;
    let line = line.strip_prefix("export ").unwrap_or(line);
    let (equals, colon) = (line.find('='), line.find(':'));
    let separator = match (equals, colon) {
        (Some(equals), Some(colon)) if colon < equals => ':',
        (Some(_), _) => '=',
        (None, Some(_)) => ':',
        (None, None) => return None,
    };
    let (name, value) = line.split_once(separator)?;
    Some((name.trim(), value.trim()))
}

/// Where a `#` outside quotes begins a comment.
fn comment(line: &str) -> usize {
    let mut quote = None;
    for (at, letter) in line.char_indices() {
        match (quote, letter) {
            (None, '#') => return at,
            (None, '\'' | '"') => quote = Some(letter),
            (Some(open), letter) if open == letter => quote = None,
            _ => {}
        }
    }
    line.len()
}

fn unquoted(value: &str, lookup: impl Fn(&str) -> Option<String>) -> String {
    let inside = |quote| value.strip_prefix(quote)?.strip_suffix(quote);
    match (inside('\''), inside('"')) {
        (Some(literal), _) => literal.to_owned(),
        (None, Some(text)) => substituted(&unescaped(text), lookup),
        (None, None) => substituted(value, lookup),
    }
}

/// `\n`, `\r`, and `\x` for any other letter; `\$` is left for the substitution.
fn unescaped(text: &str) -> String {
    let mut result = String::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('n') => result.push('\n'),
                Some('r') => result.push('\r'),
                Some('$') => result.push_str("\\$"),
                Some(other) => result.push(other),
                None => result.push('\\'),
            },
            letter => result.push(letter),
        }
    }
    result
}

/// Replaces `$NAME` and `${NAME}`; `\$NAME` stays as `$NAME`, and unknown names are empty.
fn substituted(text: &str, lookup: impl Fn(&str) -> Option<String>) -> String {
    let mut result = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        if let Some(before) = before.strip_suffix('\\') {
            result.push_str(before);
            result.push('$');
            rest = after;
            continue;
        }
        result.push_str(before);
        let (name, behind) = name_of(after);
        match name {
            "" => result.push('$'),
            name => result.push_str(&lookup(name).unwrap_or_default()),
        }
        rest = behind;
    }
    result.push_str(rest);
    result
}

/// The name at the beginning, in braces or not, and what follows it.
fn name_of(text: &str) -> (&str, &str) {
    let is_name =
        |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    let braced = text.strip_prefix('{').and_then(|text| text.split_once('}'));
    if let Some((name, behind)) = braced
        && name.chars().all(is_name)
    {
        return (name, behind);
    }
    let end = text.find(|letter| !is_name(letter)).unwrap_or(text.len());
    text.split_at(end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> String {
        let outside = BTreeMap::from([("HOST".to_owned(), "h.test".to_owned())]);
        let pairs = parse(&format!("B=seven\nA={text}"), &outside);
        let mut pairs = pairs.unwrap_or_else(|why| panic!("{text}: {why}"));
        pairs.remove("A").unwrap_or_default()
    }

    #[test]
    fn values_follow_the_grammar() {
        for (text, expected) in [
            ("plain", "plain"),
            ("  a b  ", "a b"),
            ("a # comment", "a"),
            ("\"a # b\" # c", "a # b"),
            ("'$B \\n'", "$B \\n"),
            ("\"x\\ny\\\"\\\\z\"", "x\ny\"\\z"),
            ("http://$HOST/${B}", "http://h.test/seven"),
            ("\\$B", "$B"),
            ("\"\\$B $B\"", "$B seven"),
            ("$(B) $ $UNKNOWN.", "$(B) $ ."),
            ("a=b:c", "a=b:c"),
            ("", ""),
        ] {
            assert_eq!(value(text), expected, "{text}");
        }
    }

    #[test]
    fn lines_may_be_exports_comments_or_yaml() {
        let text = "# comment\n\n export A = 1\nB: http://h=1\n  # more\nC=x:y\n";
        let pairs = parse(text, &BTreeMap::new());
        let expected = [("A", "1"), ("B", "http://h=1"), ("C", "x:y")];
        let expected = expected.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(pairs, Ok(BTreeMap::from(expected)));
    }

    #[test]
    fn a_line_that_is_no_pair_is_named() {
        let error = parse("A=1\nnonsense\n", &BTreeMap::new());
        assert!(error.is_err_and(|why| why.contains("line 2")));
    }
}

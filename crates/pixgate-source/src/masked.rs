//! Source URLs as they may be shown: without passwords and without what signs a request.

use std::borrow::Cow;

/// A text with the secrets of all URLs in it replaced by `***`: user information, and the values of
/// query parameters that are passwords, tokens or signatures.
///
/// URLs are found wherever they stand in the text, also percent-encoded as in a request path. For
/// everything that people read: logs, error reports, traces, explanations.
///
/// # Examples
///
/// ```
/// use pixgate_source::masked;
///
/// assert_eq!(masked("GET http://me:secret@h.test/a.jpg"), "GET http://***@h.test/a.jpg");
/// assert_eq!(masked("s3://b/a?X-Amz-Signature=0af&w=1"), "s3://b/a?X-Amz-Signature=***&w=1");
/// assert_eq!(masked("http://h.test/@2x.jpg"), "http://h.test/@2x.jpg");
/// ```
#[must_use]
pub fn masked(text: &str) -> Cow<'_, str> {
    let mut spans: Vec<(usize, usize)> = user_spans(text).chain(value_spans(text)).collect();
    if spans.is_empty() {
        return Cow::Borrowed(text);
    }
    spans.sort_unstable();
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for (start, end) in spans {
        if let Some(between) = text.get(at..start) {
            shown.push_str(between);
            shown.push_str("***");
            at = end;
        }
    }
    shown.push_str(text.get(at..).unwrap_or_default());
    Cow::Owned(shown)
}

/// Where user information stands: between `//` after a scheme and the last `@` of the authority.
fn user_spans(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let starts = SCHEME_ENDS.iter().flat_map(move |end| {
        let found = text.match_indices(end);
        found.map(|(at, end)| at.saturating_add(end.len()))
    });
    starts.filter_map(move |start| {
        let authority = until(text.get(start..)?, &AUTHORITY_ENDS);
        let at = SIGNS
            .iter()
            .filter_map(|sign| authority.rfind(sign))
            .max()?;
        (at > 0).then(|| (start, start.saturating_add(at)))
    })
}

/// Where the values of secret parameters stand.
fn value_spans(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let lower = text.to_ascii_lowercase();
    let starts: Vec<usize> = PARAMETER_STARTS
        .iter()
        .flat_map(|start| {
            let found = lower.match_indices(start);
            found.map(|(at, start)| at.saturating_add(start.len()))
        })
        .collect();
    starts.into_iter().filter_map(move |start| {
        let rest = lower.get(start..)?;
        let (name, after) = EQUALS
            .iter()
            .filter_map(|equals| rest.split_once(equals))
            .min_by_key(|(name, _)| name.len())?;
        SECRET_PARAMETERS.contains(&name).then_some(())?;
        let value = until(after, &VALUE_ENDS);
        let start = text.len().saturating_sub(after.len());
        (!value.is_empty()).then(|| (start, start.saturating_add(value.len())))
    })
}

/// The text up to the first of these.
fn until<'t>(text: &'t str, ends: &[&str]) -> &'t str {
    let end = ends.iter().filter_map(|end| text.find(end)).min();
    text.get(..end.unwrap_or(text.len())).unwrap_or(text)
}

const SCHEME_ENDS: [&str; 5] = ["://", "%3A//", "%3a//", "%3A%2F%2F", "%3a%2f%2f"];
const SIGNS: [&str; 2] = ["@", "%40"];
const AUTHORITY_ENDS: [&str; 13] = [
    "/", "?", "#", "\\", " ", "`", "\"", "\n", "%2F", "%2f", "%3F", "%3f", "%23",
];
const PARAMETER_STARTS: [&str; 4] = ["?", "&", "%3f", "%26"];
const EQUALS: [&str; 2] = ["=", "%3d"];
const VALUE_ENDS: [&str; 9] = ["&", "#", " ", "`", "\"", "\\", "\n", "%26", "%23"];
/// In lower case: of presigned URLs of AWS (both versions), Google, Azure and CloudFront, and the
/// customary names of others.
const SECRET_PARAMETERS: [&str; 16] = [
    "x-amz-signature",
    "x-amz-security-token",
    "x-amz-credential",
    "x-goog-signature",
    "x-goog-credential",
    "awsaccesskeyid",
    "signature",
    "sig",
    "policy",
    "key",
    "apikey",
    "api_key",
    "token",
    "access_token",
    "auth",
    "password",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_replaced_and_all_else_stays() {
        for (text, shown) in [
            ("http://u:p@h/a", "http://***@h/a"),
            ("HTTPS://u@h:80/a@b", "HTTPS://***@h:80/a@b"),
            ("http://u:p@x@h/", "http://***@h/"),
            ("http://u:p@h", "http://***@h"),
            ("http://u:p@h?a=b@c", "http://***@h?a=b@c"),
            ("http://@h/", "http://@h/"),
            ("http://h/a?b=c@d", "http://h/a?b=c@d"),
            (
                "/unsafe/plain/http://u:p%40h/a.png@webp",
                "/unsafe/plain/http://***%40h/a.png@webp",
            ),
            (
                "/unsafe/plain/http%3A%2F%2Fu%3Ap%40h%2Fa",
                "/unsafe/plain/http%3A%2F%2F***%40h%2Fa",
            ),
            (
                "`http://u:p@h/` and s3://k@b/",
                "`http://***@h/` and s3://***@b/",
            ),
            (
                "http://h/a?Signature=x&Expires=1#f",
                "http://h/a?Signature=***&Expires=1#f",
            ),
            ("http://h/a?se=1&sig=a%2Bb%3D", "http://h/a?se=1&sig=***"),
            (
                "plain/http://h/a%3FX-Amz-Signature%3Dab%26x=1@png",
                "plain/http://h/a%3FX-Amz-Signature%3D***%26x=1@png",
            ),
            (
                "http://h/a?sign=1&keys=2&sigs",
                "http://h/a?sign=1&keys=2&sigs",
            ),
            ("http://u:p@h/a?token=t", "http://***@h/a?token=***"),
            ("no url at me@example.com", "no url at me@example.com"),
            ("", ""),
        ] {
            assert_eq!(masked(text), shown, "{text}");
            assert_eq!(masked(shown), shown, "{shown}");
        }
    }
}

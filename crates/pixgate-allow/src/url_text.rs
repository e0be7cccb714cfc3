/// The text of a source URL and where a pattern's run has to stop in it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct UrlText<'a> {
    pub(crate) text: &'a [u8],
    /// Position of a `?` or `#` that ends the authority of an http URL in place of a `/`.
    authority_end: Option<usize>,
}

impl<'a> UrlText<'a> {
    /// A text without structure.
    pub(crate) const fn opaque(text: &'a [u8]) -> Self {
        Self {
            text,
            authority_end: None,
        }
    }

    /// Reads a source URL; `None` if URL parsers may disagree about its host.
    ///
    /// Refused are control characters, and http URLs without `//`, with nothing before the next
    /// `/`, or with a backslash there. Parsers drop, add or turn those.
    pub(crate) fn parse(text: &'a [u8]) -> Option<Self> {
        if text.iter().any(u8::is_ascii_control) {
            return None;
        }
        let Some((_, rest)) = after_http_scheme(text) else {
            return Some(Self::opaque(text));
        };
        let rest = rest.strip_prefix(b"//")?;
        let authority = rest.split(|byte| *byte == b'/').next()?;
        if authority.is_empty() || authority.contains(&b'\\') {
            return None;
        }
        let start = text.len().checked_sub(rest.len())?;
        let end = authority
            .iter()
            .position(|byte| matches!(byte, b'?' | b'#'));
        Some(Self {
            text,
            authority_end: end.and_then(|end| start.checked_add(end)),
        })
    }

    /// Where a run that starts at `start` must have ended.
    pub(crate) fn run_end(&self, start: usize) -> usize {
        let run = self
            .text
            .iter()
            .skip(start)
            .take_while(|byte| **byte != b'/')
            .count();
        let slash = start.saturating_add(run);
        match self.authority_end {
            Some(end) if end >= start => slash.min(end),
            _ => slash,
        }
    }
}

/// Splits off the scheme and its colon if it is http or https, in any case.
pub(crate) fn after_http_scheme(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = text.iter().position(|byte| *byte == b':')?;
    let (scheme, rest) = text.split_at_checked(colon)?;
    let is_http = scheme.eq_ignore_ascii_case(b"http") || scheme.eq_ignore_ascii_case(b"https");
    is_http.then_some(())?;
    Some((scheme, rest.strip_prefix(b":")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refuses_urls_whose_host_is_ambiguous() {
        let refused = [
            "http:/e.test/",
            "http:e.test/",
            "HTTPS:e.test/",
            "http:///e.test/",
            "http://",
            "http://a\\@b.test/",
            "http:\\\\e.test/",
            "http://a.test\t/",
            "ht\ntp://a.test/",
            "s3://b/\0",
            "http://a.test/\u{7f}",
        ];
        for url in refused {
            assert!(UrlText::parse(url.as_bytes()).is_none(), "{url:?}");
        }
        for url in [
            "http://a.test",
            "http://a.test/b\\c",
            "s3:\\x",
            "http",
            "",
            "local://",
        ] {
            assert!(UrlText::parse(url.as_bytes()).is_some(), "{url:?}");
        }
    }

    #[test]
    fn runs_end_at_a_slash_or_where_the_authority_ends() {
        let run_end = |url: &str| UrlText::parse(url.as_bytes()).map(|url| url.run_end(7));
        assert_eq!(run_end("http://a.b/c?d"), Some(10));
        assert_eq!(run_end("http://a?b/c"), Some(8));
        assert_eq!(run_end("http://a#b"), Some(8));
        assert_eq!(run_end("s3://b?c/"), Some(8));
    }
}

use crate::list::split_list;
use crate::local::{clean_local, clean_object};
use crate::normal::{HttpUrl, normalized_pattern};
use crate::url_text::{UrlText, after_http_scheme};
use crate::{Error, ErrorKind, Pattern};

/// Which source URLs may be fetched.
///
/// A URL passes if a pattern matches its start, see [`Pattern`], and if a pattern also matches what is
/// fetched in the end. The text as written counts with its case, ports, escapes and dots, so write
/// hosts with a slash after them: `http://a.test` also matches `http://a.test.evil.net/` and
/// `http://a.test@evil.net/`.
///
/// Beyond imgproxy, a list that is set
///
/// - does not take an empty item (`a,,b`) for a pattern that matches everything;
/// - checks http URLs a second time in the spelling that is sent, see [`normalized`](crate::normalized),
///   and refuses those in which a lenient server would still find `..`;
/// - checks `local` URLs and those of object stores a second time with their dot segments resolved;
/// - refuses control characters, and http URLs about whose host URL parsers disagree;
/// - lets no `*` run over a `?` or `#` that ends the host.
///
/// # Examples
///
/// ```
/// use pixgate_allow::Allowlist;
///
/// let list = Allowlist::parse("s3://photos/, https://*.example.com/");
/// assert!(list.allows("s3://photos/cat.jpg"));
/// assert!(list.allows("https://img.example.com/cat.jpg"));
/// assert!(!list.allows("https://evil.net/.example.com/cat.jpg"));
/// assert!(!list.allows("https://evil.net?.example.com/cat.jpg"));
/// assert!(Allowlist::parse("").allows("http://anything.test/"));
/// ```
///
/// Behaviour follows imgproxy's `IMGPROXY_ALLOWED_SOURCES`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Allowlist {
    rules: Option<Vec<Rule>>,
    query_separator: String,
}

/// A pattern, for the URL as written and for its normal spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Rule {
    written: Pattern,
    normal: Pattern,
}

impl Allowlist {
    /// Makes a list from patterns; without any, every URL is allowed.
    ///
    /// Blanks around a pattern are dropped. Empty patterns match nothing.
    pub fn new<S: AsRef<str>>(patterns: impl IntoIterator<Item = S>) -> Self {
        let mut patterns = patterns.into_iter().peekable();
        if patterns.peek().is_none() {
            return Self::default();
        }
        let patterns = patterns.map(|pattern| pattern.as_ref().trim().to_owned());
        Self::of(Some(
            patterns.filter(|pattern| !pattern.is_empty()).collect(),
        ))
    }

    /// Parses the value of `IMGPROXY_ALLOWED_SOURCES`, a comma list of patterns.
    ///
    /// A blank text allows every URL; a text that has only commas allows none.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self::of(split_list(text))
    }

    /// Cuts the paths of `local` URLs at another separator; `?` by default.
    ///
    /// It has to be the value of `IMGPROXY_SOURCE_URL_QUERY_SEPARATOR`, so that the path that is
    /// checked is the path that is read; an empty one never cuts.
    #[must_use]
    pub fn with_query_separator(mut self, separator: impl Into<String>) -> Self {
        self.query_separator = separator.into();
        self
    }

    /// Whether there is a list; without one every URL is allowed.
    #[must_use]
    pub const fn is_set(&self) -> bool {
        self.rules.is_some()
    }

    /// Whether a source URL may be fetched: decoded once, after replacements and base URL.
    #[must_use]
    pub fn allows(&self, url: impl AsRef<[u8]>) -> bool {
        self.check(url).is_ok()
    }

    /// Checks a source URL.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::SourceNotAllowed`], or [`ErrorKind::SourceAmbiguous`] if a list is set and
    /// the URL has control characters, an uncertain host or hidden dots.
    pub fn check(&self, url: impl AsRef<[u8]>) -> Result<(), Error> {
        let Some(rules) = &self.rules else {
            return Ok(());
        };
        let url = url.as_ref();
        let text = UrlText::parse(url).ok_or(ErrorKind::SourceAmbiguous)?;
        let is_written = rules.iter().any(|rule| rule.written.matches_url(&text));
        if is_written && self.allows_fetched(rules, url)? {
            return Ok(());
        }
        Err(ErrorKind::SourceNotAllowed.into())
    }

    /// Whether what is fetched for a URL matches, too.
    fn allows_fetched(&self, rules: &[Rule], url: &[u8]) -> Result<bool, ErrorKind> {
        if after_http_scheme(url).is_none() {
            let separator = self.query_separator.as_bytes();
            let resolved = clean_local(url, separator).or_else(|| clean_object(url, separator));
            let matches = |url: &[u8]| {
                let text = UrlText::opaque(url);
                rules.iter().any(|rule| rule.written.matches_url(&text))
            };
            return Ok(resolved.is_none_or(|url| matches(&url)));
        }
        let url = HttpUrl::parse(url).filter(|url| !url.may_climb());
        let url = url.ok_or(ErrorKind::SourceAmbiguous)?;
        // Patterns may name the default port or leave it out.
        let spellings = [url.text(false), url.text(true)];
        let mut texts = spellings
            .iter()
            .filter_map(|url| UrlText::parse(url.as_bytes()));
        Ok(texts.any(|text| rules.iter().any(|rule| rule.normal.matches_url(&text))))
    }

    fn of(patterns: Option<Vec<String>>) -> Self {
        let prepare = |patterns: Vec<String>| {
            let rules = patterns.iter().map(|pattern| Rule {
                written: Pattern::new(pattern),
                normal: Pattern::new(&normalized_pattern(pattern)),
            });
            rules.collect()
        };
        Self {
            rules: patterns.map(prepare),
            query_separator: "?".to_owned(),
        }
    }
}

impl Default for Allowlist {
    /// Allows every URL.
    fn default() -> Self {
        Self::of(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_commas_allow_nothing_and_only_blanks_everything() {
        for text in [",", " , ,"] {
            assert!(!Allowlist::parse(text).allows("http://a.test/"), "{text:?}");
        }
        assert!(!Allowlist::new([""]).allows("http://a.test/"));
        assert!(Allowlist::new::<&str>([]).allows("http://a.test/"));
        assert!(!Allowlist::parse(" ").is_set());
    }

    #[test]
    fn local_urls_cannot_leave_an_allowed_folder() {
        let list = Allowlist::parse("local:///pub/");
        let cases = [
            ("local:///pub/a.png", true),
            ("local:///pub/x/../a.png", true),
            ("local:///pub/./a.png", true),
            ("local:///pub/../a.png", false),
            ("local:///pub/x/../../a.png", false),
            ("local:///pub/..", false),
            ("local:///x/../pub/a.png", false),
            ("local:///pub/../secret?/../pub/x", false),
            ("local:///secret?/../pub/x", false),
            ("local:///pub/x?/../../secret", true),
        ];
        for (url, allowed) in cases {
            assert_eq!(list.allows(url), allowed, "{url}");
        }
    }

    #[test]
    fn the_local_path_ends_at_the_configured_separator() {
        let list = Allowlist::parse("local:///pub/").with_query_separator("!");
        assert!(!list.allows("local:///pub/../secret!/../pub/x"));
        assert!(!list.allows("local:///pub/x?/../../secret"));
        assert!(
            !list
                .with_query_separator("")
                .allows("local:///pub/x!/../../secret")
        );
    }

    #[test]
    fn a_star_does_not_run_over_the_end_of_the_host() {
        let list = Allowlist::parse("http://*.good.test/");
        for url in [
            "http://evil.test?.good.test/",
            "http://evil.test#.good.test/",
            "http://evil.test\\.good.test/",
            "http:\\\\evil.test/.good.test/",
            "http://evil.test\n.good.test/",
        ] {
            assert!(!list.allows(url), "{url:?}");
        }
        assert!(list.allows("http://a.good.test/?.x/#"));
        assert!(Allowlist::parse("http://a.test").allows("http://a.test?b=c/d"));
        assert!(Allowlist::parse("http://*?b").allows("http://a.test?b=c/d"));
    }

    #[test]
    fn what_is_fetched_has_to_match_as_well() {
        let list = Allowlist::parse("http://h.test/pub/, https://S.test/, http://p.test:80/");
        for (url, allowed) in [
            ("http://h.test/pub/a b.png", true),
            ("http://h.test/pub/x/../a.png", true),
            ("http://h.test/pub/a..b/..c", true),
            ("http://h.test/pub/a%2Fb.png", true),
            ("http://h.test/pub/?../../priv", true),
            ("http://h.test/pub/../priv", false),
            ("http://h.test/pub/%2e%2E/priv", false),
            ("http://h.test/pub/.%2e/priv", false),
            ("http://h.test/pub/x/../../priv", false),
            ("http://h.test/pub//../../priv", false),
            ("http://h.test/pub/..", false),
            ("http://h.test/pub/..?x", false),
            ("http://h.test/pub/..#x", false),
            ("http://h.test/pub/..\\priv", false),
            ("http://h.test/pub/..%5cpriv", false),
            ("http://h.test/pub/..%2fpriv", false),
            ("http://h.test/pub/%252e%252e/priv", false),
            ("http://h.test/pub/..;/priv", false),
            ("http://h.test/pub/.. /priv", false),
            ("http://h.test/x/../pub/a", false),
            ("https://S.test/a", true),
            ("https://S.test/../a", true),
            ("http://p.test:80/a", true),
            ("http://p.test/a", false),
        ] {
            assert_eq!(list.allows(url), allowed, "{url}");
        }
    }

    #[test]
    fn patterns_with_odd_characters_still_match() {
        for (pattern, url) in [
            ("http://h.test/b c/", "http://h.test/b c/d"),
            ("http://h.test/é/", "http://h.test/é/d"),
            ("http://bücher.test/", "http://bücher.test/a"),
            ("http://*.H.test/", "http://x.H.test/a"),
            ("*://h.test:443/", "https://h.test:443/a"),
            ("HTTP://h.test:/", "HTTP://h.test:/a"),
            ("http://U@h.test/", "http://U@h.test/a"),
            ("http://h.test/a#b", "http://h.test/a#b"),
            ("http*", "http://h.test/"),
        ] {
            assert!(Allowlist::parse(pattern).allows(url), "{pattern} {url}");
        }
    }

    #[test]
    fn keys_of_objects_cannot_leave_an_allowed_folder() {
        let list = Allowlist::parse("s3://b/pub/, gs://b/");
        assert!(list.allows("s3://b/pub/a.png"));
        assert!(!list.allows("s3://b/pub/../priv/a.png"));
        assert!(list.allows("gs://b/pub/../priv/a.png"));
    }

    #[test]
    fn tells_an_ambiguous_url_from_a_foreign_one() {
        let list = Allowlist::parse("*");
        let error = list.check("http:/a.test").expect_err("ambiguous");
        assert_eq!(error.kind(), ErrorKind::SourceAmbiguous);
        let error = Allowlist::parse("s3://")
            .check("gs://b/k")
            .expect_err("foreign");
        assert_eq!(error.kind(), ErrorKind::SourceNotAllowed);
        assert_eq!(error.kind().name(), "source_not_allowed");
    }
}

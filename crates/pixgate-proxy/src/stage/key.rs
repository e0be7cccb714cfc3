//! When two requests ask for the same.

use std::hash::{Hash, Hasher};

use http::{HeaderMap, HeaderName, HeaderValue};
use pixgate_options::ProcessingOptions;
use pixgate_source::SourceRequest;

/// Everything that a source's answer depends on.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct SourceKey {
    url: String,
    max_bytes: Option<u64>,
    headers: Vec<(HeaderName, HeaderValue)>,
    /// Cookies are sent or not depending on where the client believes to be.
    cookies: Vec<HeaderValue>,
}

impl SourceKey {
    /// The key of a request for a source on behalf of a client.
    pub(crate) fn new(source: &SourceRequest, client: &HeaderMap) -> Self {
        let headers = source.headers.iter();
        let cookies = COOKIE_HEADERS
            .into_iter()
            .filter(|_| source.cookies.is_some())
            .flat_map(|name| client.get_all(name));
        Self {
            url: source.url.clone(),
            max_bytes: source.max_bytes,
            headers: headers
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect(),
            cookies: cookies.cloned().collect(),
        }
    }
}

/// Everything that a picture depends on: two are the same if their sources and options are equal.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PictureKey {
    source: SourceKey,
    options: ProcessingOptions,
    /// Without a fallback image.
    is_concealed: bool,
}

/// Options are equal to themselves: the grammar takes finite numbers only.
impl Eq for PictureKey {}

impl Hash for PictureKey {
    /// Of the source and what most differs in options: keys that differ otherwise are few at a time, and
    /// equality tells them apart.
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.source.hash(state);
        let (global, first) = (&self.options.global, self.options.first());
        (first.width, first.height, first.resizing_type).hash(state);
        (global.format, global.quality, &global.cachebuster).hash(state);
    }
}

impl PictureKey {
    /// The key of a picture with these options of a source.
    pub(crate) fn new(source: &SourceKey, options: &ProcessingOptions, is_concealed: bool) -> Self {
        Self {
            source: source.clone(),
            is_concealed,
            options: pixels_only(options),
        }
    }
}

/// Options without those that only change headers of the answer.
fn pixels_only(options: &ProcessingOptions) -> ProcessingOptions {
    let mut options = options.clone();
    let global = &mut options.global;
    global.filename = None;
    global.return_attachment = None;
    global.expires = None;
    global.cache_tags = None;
    options
}

const COOKIE_HEADERS: [&str; 5] = [
    "cookie",
    "host",
    "x-forwarded-proto",
    "x-forwarded-host",
    "x-forwarded-port",
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use pixgate_options::Preference;
    use pixgate_source::{ClientCookies, CookieScope};

    use super::*;

    fn options(text: &str, accept: &str) -> ProcessingOptions {
        let grammar = pixgate_url::Config {
            allow_security_options: true,
            ..pixgate_url::Config::default()
        };
        let mut defaults = pixgate_url::Defaults::default();
        if accept == "image/webp" {
            defaults.negotiation.webp = Preference::Prefer;
        }
        let path = format!("/{text}/plain/a");
        let request = pixgate_url::parse(&path, &grammar, &defaults, 0);
        request.expect("options").options
    }

    fn source(set: impl FnOnce(&mut SourceRequest, &mut HeaderMap)) -> SourceKey {
        let (mut request, mut client) = (SourceRequest::new("http://h/a"), HeaderMap::new());
        client.insert("host", HeaderValue::from_static("h"));
        set(&mut request, &mut client);
        SourceKey::new(&request, &client)
    }

    #[test]
    fn different_options_have_different_keys() {
        let source = source(|_, _| {});
        let texts = [
            "w:10",
            "w:11",
            "h:10",
            "w:10/h:10",
            "w:10/-/w:10",
            "rs:fit:10",
            "rs:fill:10",
            "w:10/bl:0.5",
            "w:10/bl:0.50001",
            "w:10/q:80",
            "w:10/fq:jpg:80",
            "w:10/g:no",
            "w:10/g:no:1",
            "w:10/wm:0.5",
            "w:10/wm:0.5:no",
            "w:10/f:png",
            "w:10/f:webp",
            "w:10/dpr:2",
            "w:10/z:2",
            "w:10/msr:5",
            "w:10/sm:0",
            "w:10/sm:1",
            "w:10/pd:1",
            "w:10/pd:1:2",
            "w:10/bg:000000",
            "w:10/bg:000001",
            "w:10/bga:0.5",
            "w:10/t:1",
            "w:10/cb:1",
            "w:10/el:1",
            "w:10/ex:1",
            "w:10/rot:90",
            "w:10/fl:1",
            "w:10/mb:1000",
        ];
        let keys: HashSet<_> = texts
            .iter()
            .map(|text| PictureKey::new(&source, &options(text, ""), false))
            .collect();
        assert_eq!(keys.len(), texts.len());
        let negotiated = PictureKey::new(&source, &options("w:10", "image/webp"), false);
        assert!(
            !keys.contains(&negotiated),
            "no URL can say it, and it counts"
        );
    }

    #[test]
    fn the_same_written_differently_has_the_same_key() {
        let source = source(|_, _| {});
        for (one, other) in [
            ("w:10/h:20", "height:20/width:10"),
            ("rs:fit:10", "resize:fit:10"),
            ("bl:0.5", "blur:0.50"),
            ("w:5/w:10", "w:10"),
            ("w:10/fn:a", "w:10/fn:b/att:1"),
            ("w:10", "w:10/exp:99999999999"),
            ("w:10", "w:10/ct:a:b"),
        ] {
            let key = |text| PictureKey::new(&source, &options(text, ""), false);
            assert_eq!(key(one), key(other), "{one} {other}");
            let both: HashSet<_> = [key(one), key(other)].into();
            assert_eq!(both.len(), 1, "{one} {other}");
        }
    }

    #[test]
    fn a_source_is_what_it_is_asked() {
        let plain = source(|_, _| {});
        let name = || HeaderName::from_static("x-tenant");
        let cookies = || Some(ClientCookies::new("a=1", CookieScope::Everywhere));
        let with_cookies = |host: &'static str| {
            source(|request, client| {
                request.cookies = cookies();
                client.insert("host", HeaderValue::from_static(host));
            })
        };
        let others = [
            source(|request, _| request.url.push('b')),
            source(|request, _| request.max_bytes = Some(1)),
            source(|request, _| drop(request.headers.insert(name(), HeaderValue::from(1)))),
            source(|request, _| drop(request.headers.insert(name(), HeaderValue::from(2)))),
            with_cookies("h"),
            with_cookies("i"),
        ];
        let keys: HashSet<_> = others.iter().chain([&plain]).collect();
        assert_eq!(keys.len(), others.len() + 1);
        let elsewhere = source(|_, client| {
            client.insert("host", HeaderValue::from_static("i"));
        });
        assert_eq!(plain, elsewhere, "without cookies the host does not count");
    }
}

//! The page behind `/`: what this server is, shown by pictures that it makes itself.
//!
//! The answer's content policy allows inline styles and `data:` pictures only, so each example is
//! a request that the page makes to its own server, with the result put into the page.

use std::fmt::Write as _;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use pixgate_proxy::{Body, Proxy, Request, Response};
use pixgate_telemetry::clock;
use tokio::sync::OnceCell;

use crate::sample;

/// The page as a part of a proxy.
pub(crate) fn page() -> pixgate_proxy::Landing {
    let landing = Arc::new(Landing::default());
    Arc::new(move |proxy| {
        let landing = Arc::clone(&landing);
        Box::pin(async move { landing.response(&proxy).await })
    })
}

/// The page, made once when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct Landing {
    page: OnceCell<Bytes>,
}

/// One example: what it shows, its options, the format.
struct Example {
    title: &'static str,
    options: &'static [&'static [&'static str]],
    format: &'static str,
}

impl Landing {
    /// The page's HTML.
    pub(crate) async fn page(&self, proxy: &Proxy) -> Bytes {
        self.page.get_or_init(|| render(proxy)).await.clone()
    }

    /// The answer with the page: never kept, because it shows the settings of this moment.
    pub(crate) async fn response(&self, proxy: &Proxy) -> Response {
        let page = self.page(proxy).await;
        let mut response = Response::new(200, "text/html; charset=utf-8", page);
        let value = HeaderValue::from_static("no-cache");
        response.headers.insert(header::CACHE_CONTROL, value);
        response
    }
}

async fn render(proxy: &Proxy) -> Bytes {
    let mut figures = figure(
        "the original: JPEG, 960 × 640",
        sample::LANDSCAPE_URL,
        &picture("image/jpeg", sample::LANDSCAPE),
    );
    for example in EXAMPLES {
        let target = example.target(proxy);
        let response = fetch(proxy, &target).await;
        figures.push_str(&figure(example.title, &target, &shown(&response)));
    }
    Bytes::from(
        PAGE.replace("{figures}", &figures)
            .replace("{tip}", &escaped(&tip(proxy)))
            .replace("{signing}", signing(proxy))
            .replace("{version}", env!("CARGO_PKG_VERSION")),
    )
}

/// A path for any source, as this server's settings want it.
fn tip(proxy: &Proxy) -> String {
    let config = proxy.config();
    let signature = match proxy.key_ring().has_keys() {
        true => "SIGNATURE",
        false => "unsafe",
    };
    let separator = proxy.grammar().separator();
    let options = match config.url.only_presets {
        true => first_preset(&config.url.presets)
            .unwrap_or("PRESET")
            .to_owned(),
        false => ["rs", "fill", "300", "200"].join(separator),
    };
    let prefix = &config.routes.prefix;
    format!("{prefix}/{signature}/{options}/plain/https://example.com/picture.jpg@webp")
}

fn first_preset(presets: &[String]) -> Option<&str> {
    let names = presets.iter().filter_map(|preset| preset.split_once('='));
    names
        .map(|(name, _)| name.trim())
        .find(|name| !name.starts_with('#') && *name != "default")
}

fn signing(proxy: &Proxy) -> &'static str {
    match proxy.key_ring().has_keys() {
        true => {
            "Paths are signed here: with the same <code>IMGPROXY_KEY</code> and \
             <code>IMGPROXY_SALT</code> <code>pixgate sign PATH</code> signs one,"
        }
        false => {
            "Set <code>IMGPROXY_KEY</code> and <code>IMGPROXY_SALT</code> to accept signed paths \
             only; <code>pixgate sign PATH</code> signs one,"
        }
    }
}

impl Example {
    /// The path of this example on this server: with its prefix, separator and signature.
    fn target(&self, proxy: &Proxy) -> String {
        let config = proxy.config();
        let separator = proxy.grammar().separator();
        let mut rest = String::new();
        for option in self.options {
            let _ = write!(rest, "/{}", option.join(separator));
        }
        let _ = write!(rest, "/plain/{}@{}", sample::LANDSCAPE_URL, self.format);
        format!("{}{}", config.routes.prefix, proxy.sign(&rest))
    }
}

async fn fetch(proxy: &Proxy, target: &str) -> Response {
    let mut headers = HeaderMap::new();
    let secret = &proxy.config().access.secret;
    if let Ok(bearer) = HeaderValue::try_from(format!("Bearer {secret}")) {
        headers.insert(header::AUTHORIZATION, bearer);
    }
    let request = Request {
        method: &Method::GET,
        target,
        headers: &headers,
        now: clock::system_time(),
    };
    proxy.handle(&request).await
}

fn shown(response: &Response) -> String {
    let media_type = response.headers.get(header::CONTENT_TYPE);
    match (
        &response.body,
        media_type.and_then(|value| value.to_str().ok()),
    ) {
        (Body::Bytes(bytes), Some(media_type)) if response.status.is_success() => {
            picture(media_type, bytes)
        }
        _ => format!(
            "<p class=\"refused\">not with this server's settings (status {})</p>",
            response.status.as_u16()
        ),
    }
}

fn picture(media_type: &str, bytes: &[u8]) -> String {
    format!(
        "<img alt=\"\" src=\"data:{media_type};base64,{}\"><p>{media_type}, {} bytes</p>",
        STANDARD.encode(bytes),
        bytes.len()
    )
}

fn figure(title: &str, target: &str, content: &str) -> String {
    format!(
        "<figure>{content}<figcaption><b>{}</b><code>{}</code></figcaption></figure>\n",
        escaped(title),
        escaped(target)
    )
}

/// Text inside HTML.
pub(crate) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "fit into 300 × 300, as WebP",
        options: &[&["rs", "fit", "300", "300"]],
        format: "webp",
    },
    Example {
        title: "fill 220 × 220 around the sun, as AVIF",
        options: &[&["rs", "fill", "220", "220"], &["g", "fp", "0.67", "0.47"]],
        format: "avif",
    },
    Example {
        title: "a square, turned, on a wider canvas, as PNG",
        options: &[
            &["rs", "fill", "180", "180"],
            &["rot", "90"],
            &["ex", "1"],
            &["pd", "10", "60"],
            &["bg", "e8a878"],
        ],
        format: "png",
    },
    Example {
        title: "cropped to the lake, quality 40, as JPEG",
        options: &[&["c", "600", "240", "so"], &["w", "300"], &["q", "40"]],
        format: "jpg",
    },
];

const PAGE: &str = include_str!("../assets/landing.html");

#[cfg(test)]
mod tests {
    use super::*;
    use pixgate_config::Settings;

    async fn page(pairs: &[(&str, &str)]) -> String {
        let pairs = pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let settings = Settings::load(pairs).expect("settings");
        let proxy = crate::proxy(&settings).expect("a proxy");
        let response = Landing::default().response(&proxy).await;
        let caching = response.headers.get(header::CACHE_CONTROL);
        assert_eq!(caching, Some(&HeaderValue::from_static("no-cache")));
        match response.body {
            Body::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Body::Stream(_) => String::new(),
        }
    }

    #[tokio::test]
    async fn the_tip_is_a_path_of_this_server() {
        let plain = page(&[]).await;
        assert!(
            plain.contains("<code>/unsafe/rs:fill:300:200/plain/https://"),
            "{plain}"
        );
        let own = page(&[
            ("IMGPROXY_PATH_PREFIX", "/img"),
            ("IMGPROXY_KEY", "00"),
            ("IMGPROXY_SALT", "00"),
            ("IMGPROXY_ONLY_PRESETS", "true"),
            ("IMGPROXY_PRESETS", "small=rs:fit:64:64"),
        ])
        .await;
        assert!(
            own.contains("<code>/img/SIGNATURE/small/plain/https://"),
            "{own}"
        );
        assert!(own.contains("Paths are signed here"), "{own}");
        assert!(!own.contains('{') || own.find('{') == plain.find('{'));
    }

    #[tokio::test]
    async fn no_two_examples_show_the_same() {
        let page = page(&[]).await;
        let pictures: Vec<_> = page.split("src=\"").skip(1).collect();
        assert_eq!(pictures.len(), EXAMPLES.len() + 1);
        assert!(
            !page.contains("class=\"refused\""),
            "an example was refused"
        );
        let [fitted, filled] = &EXAMPLES[..2] else {
            return;
        };
        // 960 x 640 fitted into a square of 300 has 300 x 200 pixels.
        assert!(fitted.options[0][1..] != filled.options[0][1..]);
        assert!(!filled.options[0].ends_with(&["300", "200"]));
    }
}

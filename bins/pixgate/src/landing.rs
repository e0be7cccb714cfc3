//! The page behind `/`: what this server is, shown by pictures that it makes itself.
//!
//! The answer's content policy allows inline styles and `data:` pictures only, so each example is
//! a request that the page makes to its own server, with the result put into the page.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use pixgate_proxy::{Body, Proxy, Request, Response};
use tokio::sync::OnceCell;

use crate::{clock, sample};

/// The page, made once when it is first asked for.
#[derive(Debug, Default)]
pub struct Landing {
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
    pub async fn page(&self, proxy: &Proxy) -> Bytes {
        self.page.get_or_init(|| render(proxy)).await.clone()
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
            .replace("{version}", env!("CARGO_PKG_VERSION")),
    )
}

impl Example {
    /// The path of this example on this server: with its prefix, separator and signature.
    fn target(&self, proxy: &Proxy) -> String {
        let config = proxy.config();
        let separator = &config.url.arguments_separator;
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
        title: "fill 300 × 200 around the sun, as AVIF",
        options: &[&["rs", "fill", "300", "200"], &["g", "fp", "0.67", "0.47"]],
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

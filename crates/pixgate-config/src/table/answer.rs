//! Headers of answers, fallback image.

use pixgate_proxy::config::CacheTagHeader;

use crate::value;
use crate::variable::{Variable, boolean, integer, special, text, word};

pub(super) const ROWS: &[Variable] = &[
    integer(
        "IMGPROXY_TTL",
        "31536000",
        (0, i64::MAX),
        "Default `max-age` in seconds; 0 gives `no-cache`.",
        |s, v| {
            s.proxy.answer.caching.ttl = v.unsigned_abs();
        },
    ),
    boolean(
        "IMGPROXY_CACHE_CONTROL_PASSTHROUGH",
        "false",
        "Hand on the source's `Cache-Control` or `Expires`.",
        |s, v| {
            s.proxy.answer.caching.passthrough = v;
        },
    ),
    integer(
        "IMGPROXY_FALLBACK_IMAGE_TTL",
        "0",
        (0, i64::MAX),
        "`max-age` in seconds with the fallback image; 0 for no special value.",
        |s, v| {
            s.proxy.fallback.ttl = v.unsigned_abs();
        },
    ),
    boolean(
        "IMGPROXY_SET_CANONICAL_HEADER",
        "false",
        "Add a canonical link to http(s) sources.",
        |s, v| {
            s.proxy.answer.canonical_link = v;
        },
    ),
    boolean(
        "IMGPROXY_USE_ETAG",
        "true",
        "Relay `ETag` and `If-None-Match`.",
        |s, v| {
            s.proxy.answer.validators.use_etag = v;
        },
    ),
    text(
        "IMGPROXY_ETAG_BUSTER",
        "",
        "Woven into every `ETag`; changing it invalidates them.",
        |s, v| {
            s.proxy.answer.validators.etag_buster = v.to_owned();
        },
    ),
    boolean(
        "IMGPROXY_USE_LAST_MODIFIED",
        "true",
        "Relay `Last-Modified` and `If-Modified-Since`.",
        |s, v| {
            s.proxy.answer.validators.use_last_modified = v;
        },
    ),
    special(
        "IMGPROXY_LAST_MODIFIED_BUSTER",
        "",
        "date as in RFC 3339",
        "The earliest `Last-Modified` that clients see.",
        |s, v| {
            s.proxy.answer.validators.last_modified_buster = Some(value::rfc3339(v)?);
            Ok(())
        },
    ),
    boolean(
        "IMGPROXY_ENABLE_DEBUG_HEADERS",
        "false",
        "Add sizes of source and result.",
        |s, v| {
            s.proxy.answer.debug_headers = v;
        },
    ),
    word(
        "IMGPROXY_CACHE_TAGS_FORMAT",
        "all",
        &["all", "cloudfront", "cloudflare", "none"],
        "Which headers carry the tags of `cache_tags`: CloudFront's `x-amz-meta-cache-tag`, Cloudflare's \
         `Cache-Tag`, both, or neither.",
        |s, word| {
            let (cloudflare, cloudfront) =
                (CacheTagHeader::CLOUDFLARE, CacheTagHeader::CLOUDFRONT);
            s.proxy.answer.cache_tags = match word {
                "cloudfront" => vec![cloudfront],
                "cloudflare" => vec![cloudflare],
                "none" => Vec::new(),
                _ => vec![cloudflare, cloudfront],
            };
        },
    )
    .pro(),
    special(
        "PIXGATE_CACHE_TAGS_HEADERS",
        "",
        "list of `Name` or `Name=separator`",
        "More headers that carry them, as `Edge-Cache-Tag` for Akamai and `Surrogate-Key=` for Fastly: \
         between tags stands a comma, or the separator, or a space where that is empty.",
        |s, v| {
            let items = value::list(v);
            let headers = items.iter().filter(|item| !item.is_empty());
            for header in headers.map(|item| tag_header(item)) {
                s.proxy.answer.cache_tags.push(header?);
            }
            Ok(())
        },
    ),
    special(
        "IMGPROXY_FALLBACK_IMAGE_DATA",
        "",
        "padded standard base64",
        "Picture in place of one that cannot be had.",
        |s, v| {
            s.raw.fallback_data = Some(value::base64(v)?);
            Ok(())
        },
    ),
    special(
        "IMGPROXY_FALLBACK_IMAGE_PATH",
        "",
        "path of an existing file",
        "The same, from a file.",
        |s, v| {
            s.raw.fallback_file = Some(value::file(v)?);
            Ok(())
        },
    ),
    text(
        "IMGPROXY_FALLBACK_IMAGE_URL",
        "",
        "The same, fetched at start from any source that is enabled.",
        |s, v| {
            v.clone_into(&mut s.proxy.fallback.url);
        },
    ),
    special(
        "IMGPROXY_FALLBACK_IMAGE_HTTP_CODE",
        "200",
        "0, or 100 to 599",
        "Status with the fallback image; 0 for the error's own.",
        |s, v| {
            let code = value::integer(v, 0, 599)?;
            if (1..100).contains(&code) {
                return Err("must be 0, or 100 to 599".to_owned());
            }
            s.proxy.fallback.status = u16::try_from(code).unwrap_or_default();
            Ok(())
        },
    ),
    boolean(
        "PIXGATE_FALLBACK_HEADER",
        "false",
        "Answers with a fallback image have the header `X-Pixgate-Fallback: 1`.",
        |s, v| s.proxy.fallback.header = v,
    ),
    boolean(
        "IMGPROXY_FALLBACK_IMAGE_PREPROCESS_URL",
        "false",
        "Replacements and base URL apply to `fallback_image_url`.",
        |s, v| s.proxy.fallback.preprocess_url = v,
    )
    .pro(),
    integer(
        "IMGPROXY_FALLBACK_IMAGES_CACHE_SIZE",
        "256",
        (0, 0xffff_ffff),
        "Pictures of `fallback_image_url` kept in memory, together 64 MiB at most and at most a \
         thirty-second of the memory budget; 0 keeps none.",
        |s, v| s.proxy.fallback.cached = value::size(v),
    )
    .pro(),
];

/// A header for cache tags as it is written.
fn tag_header(text: &str) -> Result<CacheTagHeader, String> {
    let (name, separator) = match text.split_once('=') {
        None => (text, ","),
        Some((name, "")) => (name, " "),
        Some((name, separator)) => (name, separator),
    };
    let header = CacheTagHeader {
        name: name.trim().to_owned().into(),
        separator: separator.to_owned().into(),
    };
    match header.is_usable() {
        true => Ok(header),
        false => Err(format!("`{text}` is no header for tags")),
    }
}

//! What a storage service answered, as a source or as an error that teaches.

use std::fmt;

use futures_util::StreamExt;
use http::HeaderMap;
use http::header::{self, HeaderName};
use pixgate_source::client::{body_error, first_bytes};
use pixgate_source::{Chunks, Error, ErrorKind, SourceRequest, Status, TransportResponse};
use reqwest::Response;

/// Turns a success into a source; only the headers in `keep` stay.
pub(crate) fn accept(
    request: &SourceRequest,
    response: Response,
    keep: &[HeaderName],
) -> TransportResponse {
    let status = Status::from(response.status().as_u16());
    let mut headers = HeaderMap::new();
    let is_chunked = response.headers().contains_key(header::TRANSFER_ENCODING);
    for name in keep {
        if is_chunked && name == header::CONTENT_LENGTH {
            // Chunks decide where the body ends, whatever the length says (RFC 9112, 6.3).
            continue;
        }
        if let Some(value) = response.headers().get(name) {
            headers.insert(name, value.clone());
        }
    }
    TransportResponse {
        status,
        headers,
        final_url: request.url.clone(),
        body: chunks(response),
    }
}

/// The bytes of a response.
pub(crate) fn chunks(response: Response) -> Chunks {
    let chunks = response.bytes_stream();
    Box::pin(chunks.map(|chunk| chunk.map_err(body_error)))
}

/// Tells whether a response can be handed on.
pub(crate) fn is_success(response: &Response) -> bool {
    matches!(response.status().as_u16(), 200 | 206 | 304)
}

pub(crate) fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// A service's refusal in its own words.
#[derive(Debug, Default)]
pub(crate) struct Refusal {
    /// The HTTP status.
    pub(crate) status: u16,
    /// The service's name for it, such as `NoSuchBucket`; may be empty.
    pub(crate) code: String,
    /// The service's sentence; may be empty.
    pub(crate) message: String,
    /// The region where S3 wants to be asked instead.
    #[cfg(feature = "s3")]
    pub(crate) region: Option<String>,
    /// The headers.
    #[cfg(feature = "s3")]
    pub(crate) headers: HeaderMap,
}

impl Refusal {
    /// Reads what S3, Cloud Storage and Azure write as XML, and others as text.
    pub(crate) async fn read(response: Response) -> Self {
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let page = first_bytes(response, MAX_PAGE_BYTES).await;
        let page = page.unwrap_or_default();
        let page = String::from_utf8_lossy(&page);
        let header_code = text(&headers, &AZURE_ERROR_CODE).map(str::to_owned);
        let code = element(&page, "Code").or(header_code);
        let message = element(&page, "Message").unwrap_or_else(|| plain(&headers, &page));
        Self {
            status,
            code: code.unwrap_or_default(),
            message,
            #[cfg(feature = "s3")]
            region: element(&page, "Region"),
            #[cfg(feature = "s3")]
            headers,
        }
    }

    /// The error of a source with this status, and what to do about it as its cause.
    pub(crate) fn into_error(self, status: u16, advice: String) -> Error {
        let said = match (self.code.is_empty(), self.message.is_empty()) {
            (true, true) => format!("status {}", self.status),
            (true, false) => self.message.clone(),
            (false, _) => format!("{}: {}", self.code, self.message),
        };
        let cause = Advice { advice, said };
        let error = Error::with_source(ErrorKind::Status { status }, cause);
        error.with_origin_text(self.message)
    }
}

/// Text of an error page that is text, as imgproxy keeps it.
fn plain(headers: &HeaderMap, page: &str) -> String {
    let media_type = text(headers, &header::CONTENT_TYPE).unwrap_or_default();
    if media_type.starts_with("text/") {
        page.chars().take(MAX_MESSAGE_CHARS).collect()
    } else {
        String::new()
    }
}

/// The text of the first `<name>` of a small XML document, without a parser's guarantees.
pub(crate) fn element(xml: &str, name: &str) -> Option<String> {
    let (_, rest) = xml.split_once(&format!("<{name}>"))?;
    let (text, _) = rest.split_once(&format!("</{name}>"))?;
    let text = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&");
    Some(text.trim().chars().take(MAX_MESSAGE_CHARS).collect())
}

/// What to change, and what the service said.
#[derive(Debug)]
pub(crate) struct Advice {
    pub(crate) advice: String,
    pub(crate) said: String,
}

impl fmt::Display for Advice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} (the service said `{}`)",
            self.advice,
            self.said.escape_debug()
        )
    }
}

impl std::error::Error for Advice {}

/// Error documents are short; the message is near the beginning.
const MAX_PAGE_BYTES: usize = 16 << 10;
/// As much of an error page as imgproxy keeps.
const MAX_MESSAGE_CHARS: usize = 1024;
/// Azure's name of an error is always here, and sometimes only here.
const AZURE_ERROR_CODE: HeaderName = HeaderName::from_static("x-ms-error-code");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_of_error_documents_are_found() {
        let xml = "<?xml version='1.0'?><Error><Code>NoSuchKey</Code>\
                   <Message>a &amp;lt; b &lt;c&gt;</Message><Empty></Empty></Error>";
        for (name, expected) in [
            ("Code", Some("NoSuchKey")),
            ("Message", Some("a &lt; b <c>")),
            ("Empty", Some("")),
            ("Region", None),
        ] {
            assert_eq!(element(xml, name).as_deref(), expected);
        }
        assert_eq!(element("<Code>cut", "Code"), None);
    }

    #[test]
    fn a_cause_says_what_to_change() {
        let refusal = Refusal {
            status: 403,
            code: "AccessDenied".to_owned(),
            message: "no access\n".to_owned(),
            ..Refusal::default()
        };
        let error = refusal.into_error(404, "grant the role".to_owned());
        assert_eq!(error.kind(), &ErrorKind::Status { status: 404 });
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert_eq!(
            cause,
            "grant the role (the service said `AccessDenied: no access\\n`)"
        );
    }
}

//! Which responses are sources: statuses, complete parts, encodings.

use http::header::{self, HeaderMap, HeaderName};

use crate::body::Body;
use crate::clock::Clock;
use crate::transport::TransportResponse;
use crate::{Error, ErrorKind, KEPT_HEADERS, Mode, SourceResponse, Status};

/// What a response is measured against.
pub(crate) struct Terms<'a> {
    pub(crate) mode: Mode,
    pub(crate) clock: Clock,
    pub(crate) limit: Option<u64>,
    pub(crate) keep: &'a [HeaderName],
}

impl Terms<'_> {
    /// Turns what a transport got into a source, or says why it is none.
    pub(crate) async fn accept(
        &self,
        response: TransportResponse,
    ) -> Result<SourceResponse, Error> {
        match (self.mode, response.status) {
            (_, Status::NotModified) => Ok(self.not_modified(response)),
            (Mode::Raw, _) => self.raw(response),
            (Mode::Image, Status::Ok) => self.image(response),
            (Mode::Image, Status::Partial) => self.part(response),
            (Mode::Image, Status::Other(status)) => Err(self.refusal(status, response).await),
        }
    }

    fn not_modified(&self, response: TransportResponse) -> SourceResponse {
        SourceResponse {
            status: response.status,
            headers: self.kept(&response.headers),
            final_url: response.final_url,
            body: Body::empty(self.clock),
        }
    }

    fn raw(&self, response: TransportResponse) -> Result<SourceResponse, Error> {
        let headers = self.kept(&response.headers);
        let expected = content_length(&response.headers);
        Ok(SourceResponse {
            status: response.status,
            headers,
            final_url: response.final_url,
            body: Body::new(response.body, self.clock, expected).limited(self.limit)?,
        })
    }

    fn image(&self, response: TransportResponse) -> Result<SourceResponse, Error> {
        let mut headers = self.kept(&response.headers);
        let expected = content_length(&response.headers);
        let mut body = Body::new(response.body, self.clock, expected);
        if headers
            .get(header::CONTENT_ENCODING)
            .is_some_and(|value| value == "gzip")
        {
            headers.remove(header::CONTENT_ENCODING);
            headers.remove(header::CONTENT_LENGTH);
            body = body.gunzipped();
        }
        Ok(SourceResponse {
            status: Status::Ok,
            headers,
            final_url: response.final_url,
            body: body.limited(self.limit)?,
        })
    }

    fn part(&self, response: TransportResponse) -> Result<SourceResponse, Error> {
        let range = text(&response.headers, &header::CONTENT_RANGE);
        if is_whole(range, content_length(&response.headers)) {
            return self.image(response);
        }
        let content_range = range.chars().take(MAX_RANGE_CHARS).collect();
        Err(ErrorKind::PartialContent { content_range }.into())
    }

    async fn refusal(&self, status: u16, response: TransportResponse) -> Error {
        let error = Error::new(ErrorKind::Status { status });
        if !text(&response.headers, &header::CONTENT_TYPE).starts_with("text/") {
            return error;
        }
        let expected = content_length(&response.headers);
        let mut body = Body::new(response.body, self.clock, expected);
        let page = body.peek(ORIGIN_TEXT_BYTES).await.unwrap_or_default();
        let page = page.get(..ORIGIN_TEXT_BYTES).unwrap_or(&page);
        error.with_origin_text(String::from_utf8_lossy(page))
    }

    fn kept(&self, all: &HeaderMap) -> HeaderMap {
        let mut kept = HeaderMap::new();
        for name in KEPT_HEADERS.iter().chain(self.keep) {
            if kept.contains_key(name) {
                continue;
            }
            for value in all.get_all(name) {
                kept.append(name, value.clone());
            }
        }
        kept
    }
}

/// Tells whether `bytes a-b/total` spans everything; a total of `*` means `length`.
fn is_whole(range: &str, length: Option<u64>) -> bool {
    let parse = || {
        let (span, total) = range.strip_prefix("bytes ")?.split_once('/')?;
        let (start, end) = span.split_once('-')?;
        let total = match total {
            "*" => length?,
            digits => number(digits)?,
        };
        Some(number(start)? == 0 && number(end)?.checked_add(1)? == total)
    };
    parse().unwrap_or(false)
}

/// Digits only: `u64::from_str` would take a sign.
fn number(digits: &str) -> Option<u64> {
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    number(text(headers, &header::CONTENT_LENGTH))
}

fn text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> &'a str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default()
}

/// How much of an error page is kept, as imgproxy does.
const ORIGIN_TEXT_BYTES: usize = 1024;
/// A sensible `Content-Range` has at most 70 characters.
const MAX_RANGE_CHARS: usize = 128;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_complete_range_is_whole() {
        for (range, length, expected) in [
            ("bytes 0-9/10", None, true),
            ("bytes 0-9/*", Some(10), true),
            ("bytes 0-0/1", None, true),
            ("bytes 0-9/*", None, false),
            ("bytes 0-9/*", Some(11), false),
            ("bytes 0-8/10", None, false),
            ("bytes 1-9/10", None, false),
            ("bytes 0-10/10", None, false),
            ("bytes */10", None, false),
            ("bytes 0--1/0", None, false),
            ("bytes 0-18446744073709551615/0", None, false),
            ("bytes +0-9/10", None, false),
            ("items 0-9/10", None, false),
            ("bytes=0-9/10", None, false),
            ("", Some(10), false),
        ] {
            assert_eq!(is_whole(range, length), expected, "{range:?} of {length:?}");
        }
    }
}

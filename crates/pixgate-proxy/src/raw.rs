//! `raw`: the source's own answer, streamed through untouched.

use std::sync::Arc;
use std::time::Instant;

use futures_util::StreamExt as _;
use http::{HeaderName, HeaderValue, StatusCode, header};
use percent_encoding::percent_decode_str;
use pixgate_options::Format;
use pixgate_source::{Conditions, Mode, SourceRequest, SourceResponse};

use crate::conditional::given;
use crate::disposition::extension_of;
use crate::facts::facts;
use crate::trace::{Counted, Timer};
use crate::{Body, Error, ErrorKind, Proxy, Request, Response, Section, Trace};

impl Proxy {
    /// Streams a source; status, validators and ranges are the source's.
    pub(crate) async fn stream(
        &self,
        request: &Request<'_>,
        asked: &pixgate_url::Request,
        deadline: Instant,
        trace: &Arc<Trace>,
    ) -> Result<Response, Error> {
        let streaming = Streaming {
            _timer: trace.enter(Section::Streaming),
            _counted: Counted::one(&self.parts.progress.streams),
        };
        let client = |name| given(request.headers, &name).cloned();
        let mut source = SourceRequest::new(asked.source.to_text());
        source.mode = Mode::Raw;
        source.conditions = Conditions {
            if_none_match: client(header::IF_NONE_MATCH),
            if_modified_since: client(header::IF_MODIFIED_SINCE),
        };
        source.range = client(header::RANGE);
        source.headers = self.passed_headers(request.headers);
        if let Some(encoding) = client(header::ACCEPT_ENCODING) {
            source.headers.insert(header::ACCEPT_ENCODING, encoding);
        }
        source.cookies = self.cookies(request.headers);
        source.deadline = Some(deadline);
        let fetcher = self.parts.fetcher.clone();
        let fetch = async move { fetcher.fetch(source).await };
        let answered = self.parts.network.run(fetch).await;
        let answered = answered.ok_or(Error::new(ErrorKind::Cancelled))??;
        let mut response = self.pass_on(request, asked, answered);
        response.body = streaming.around(response.body);
        Ok(response)
    }

    fn pass_on(
        &self,
        request: &Request<'_>,
        asked: &pixgate_url::Request,
        answered: SourceResponse,
    ) -> Response {
        let mut response = Response::empty(answered.status.code());
        response.status =
            StatusCode::from_u16(answered.status.code()).unwrap_or(StatusCode::BAD_GATEWAY);
        for name in RELAYED {
            if let Some(value) = answered.headers.get(&name) {
                response.add(name, value.clone());
            }
        }
        let url = asked.source.to_text();
        if response.status.is_success() {
            let path = path_of(&url);
            let extension = by_media_type(&path, answered.content_type());
            self.name(&mut response, asked, &path, extension);
        }
        self.link(&mut response, &url);
        let age = self.age(request, asked, false);
        self.cache(&mut response, request, age, Some(&answered.headers));
        response.facts = facts(asked, None);
        match response.status {
            StatusCode::NO_CONTENT => return response,
            StatusCode::NOT_MODIFIED => {
                response.headers.remove(header::CONTENT_TYPE);
                return response;
            }
            _ => {}
        }
        if let Some(length) = answered.content_length() {
            response.add(header::CONTENT_LENGTH, HeaderValue::from(length));
        }
        response.body = Body::Stream(Box::pin(answered.body.into_stream()));
        response
    }
}

/// Goes on until the body has been handed on.
struct Streaming {
    _timer: Timer,
    _counted: Counted,
}

impl Streaming {
    fn around(self, body: Body) -> Body {
        match body {
            Body::Stream(stream) => Body::Stream(Box::pin(stream.map(move |piece| {
                let _going_on = &self;
                piece
            }))),
            Body::Bytes(_) => body,
        }
    }
}

/// The decoded path of a URL.
fn path_of(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    let (rest, _) = rest.split_at_checked(end).unwrap_or((rest, ""));
    let path = rest.find('/').and_then(|start| rest.get(start..));
    let bytes = percent_decode_str(path.unwrap_or_default());
    bytes.decode_utf8_lossy().into_owned()
}

/// The extension of the media type, for URLs that have none.
fn by_media_type(path: &str, media_type: Option<&str>) -> Option<&'static str> {
    if !extension_of(path).is_empty() {
        return None;
    }
    let media_type = media_type?.split(';').next()?.trim();
    let format = Format::ALL
        .into_iter()
        .find(|format| format.media_type().eq_ignore_ascii_case(media_type))?;
    Some(format.extension())
}

const RELAYED: [HeaderName; 6] = [
    header::CONTENT_TYPE,
    header::CONTENT_ENCODING,
    header::CONTENT_RANGE,
    header::ACCEPT_RANGES,
    header::LAST_MODIFIED,
    header::ETAG,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_from_the_decoded_path() {
        let cases = [
            ("http://h/a/b%20c.png?d=e/f.gif#g", "/a/b c.png"),
            ("http://h?a/b.png", ""),
            ("http://h", ""),
            ("local:///a.png", "/a.png"),
        ];
        for (url, path) in cases {
            assert_eq!(path_of(url), path);
        }
        assert_eq!(by_media_type("/a", Some("image/png; x=y")), Some(".png"));
        assert_eq!(by_media_type("/a.b", Some("image/png")), None);
    }
}

//! `raw`: the source's own answer, streamed through untouched.

use std::sync::Arc;

use futures_util::StreamExt as _;
use http::{HeaderName, HeaderValue, StatusCode, header};
use percent_encoding::percent_decode_str;
use pixgate_options::Format;
use pixgate_source::{Fetcher, SourceRequest, SourceResponse};

use super::{Accepted, Responder};
use crate::disposition::extension_of;
use crate::network::Network;
use crate::parts::Parts;
use crate::progress::{Counted, Progress};
use crate::trace::Timer;
use crate::{Body, Error, ErrorKind, Facts, Response, Section, Trace};

/// Hands sources on.
#[derive(Clone)]
pub(crate) struct Relay {
    fetcher: Fetcher,
    network: Arc<Network>,
    progress: Arc<Progress>,
    responder: Responder,
}

impl Relay {
    pub(crate) fn new(parts: &Parts) -> Self {
        Self {
            fetcher: parts.fetcher.clone(),
            network: Arc::clone(&parts.network),
            progress: Arc::clone(&parts.progress),
            responder: Responder::new(parts),
        }
    }

    /// Streams a source; status, validators and ranges are the source's.
    pub(crate) async fn relay(
        &self,
        accepted: &Accepted<'_>,
        asked: &Arc<pixgate_url::Request>,
        source: SourceRequest,
        trace: &Arc<Trace>,
    ) -> Result<Response, Error> {
        let streaming = Streaming {
            _timer: trace.enter(Section::Streaming),
            _counted: Counted::one(&self.progress.streams),
        };
        let fetcher = self.fetcher.clone();
        let fetch = async move { fetcher.fetch(source).await };
        let answered = self.network.run(fetch).await;
        let answered = answered.ok_or(Error::new(ErrorKind::Cancelled))??;
        let mut response = self.response(accepted, asked, answered);
        response.body = streaming.around(response.body);
        Ok(response)
    }

    fn response(
        &self,
        accepted: &Accepted<'_>,
        asked: &Arc<pixgate_url::Request>,
        answered: SourceResponse,
    ) -> Response {
        let responder = &self.responder;
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
            responder.add_content_disposition(&mut response, asked, &path, extension);
        }
        responder.add_canonical_link(&mut response, &url);
        let age = responder.max_age(accepted, asked, false);
        responder.add_cache_control(&mut response, accepted, age, Some(&answered.headers));
        response.facts = Facts::of(asked);
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

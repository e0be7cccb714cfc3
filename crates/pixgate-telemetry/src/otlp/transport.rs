//! The way to a collector: a POST of protobuf, plain or in the frame of gRPC.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue, TE};
use http::{HeaderMap, Method, Request, Response};
use pixgate_source::{Config, Error};
use prost::Message;

use super::{OtlpSettings, Signal};
use crate::service::{ServiceClient, ServiceConfig};

/// Where one kind of telemetry goes.
#[derive(Debug)]
pub(super) struct Collector {
    client: ServiceClient,
    signal: Signal,
    url: String,
    headers: HeaderMap,
}

impl Collector {
    /// A collector of a service, such as `trace.v1.TraceService`.
    pub(super) fn new(
        settings: &OtlpSettings,
        signal: &Signal,
        service: &str,
    ) -> Result<Self, Error> {
        let url = signal.url.trim_end_matches('/');
        // A certificate of the collector means TLS, whatever the endpoint says.
        let url = match url.strip_prefix("http://") {
            Some(rest) if signal.is_grpc && !settings.tls.roots.is_empty() => {
                format!("https://{rest}")
            }
            _ => url.to_owned(),
        };
        let service_config = ServiceConfig {
            http2_only: signal.is_grpc && url.starts_with("http://"),
            ..settings.tls.clone()
        };
        Ok(Self {
            client: ServiceClient::new(&Config::default(), &service_config)?,
            signal: signal.clone(),
            url: if signal.is_grpc {
                format!("{url}/opentelemetry.proto.collector.{service}/Export")
            } else {
                url
            },
            headers: headers(settings.headers.expose(), signal.is_grpc),
        })
    }

    /// Sends a message, or says why that was not possible.
    pub(super) async fn send(&self, message: &impl Message) -> Result<(), String> {
        let message = message.encode_to_vec();
        let body = if self.signal.is_grpc {
            framed(&message)
        } else {
            Bytes::from(message)
        };
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self
            .url
            .parse()
            .map_err(|error| format!("`{}`: {error}", self.url))?;
        *request.headers_mut() = self.headers.clone();
        let answer = self.client.send(request, self.signal.timeout).await;
        let answer = answer.map_err(|error| format!("`{}`: {error}", self.url))?;
        refusal(&answer).map_or(Ok(()), |why| Err(format!("`{}` {why}", self.url)))
    }
}

fn headers(given: &[(String, String)], is_grpc: bool) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let name = HeaderName::try_from(name.to_ascii_lowercase());
        if let (Ok(name), Ok(value)) = (name, HeaderValue::try_from(value)) {
            headers.insert(name, value);
        }
    }
    let media_type = if is_grpc {
        headers.insert(TE, HeaderValue::from_static("trailers"));
        "application/grpc"
    } else {
        "application/x-protobuf"
    };
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers
}

/// gRPC over HTTP/2, "Length-Prefixed-Message": not compressed, and how long.
fn framed(message: &[u8]) -> Bytes {
    let length = u32::try_from(message.len()).unwrap_or(u32::MAX);
    let prefix = [&[0], &length.to_be_bytes()[..]].concat();
    Bytes::from([&prefix, message].concat())
}

fn refusal(answer: &Response<Bytes>) -> Option<String> {
    let status = answer.status().as_u16();
    let grpc = answer.headers().get("grpc-status");
    match grpc.and_then(|status| status.to_str().ok()) {
        Some("0") | None if (200..300).contains(&status) => None,
        Some(code) => Some(format!("answered with gRPC status {code}")),
        None => Some(format!("answered with status {status}")),
    }
}

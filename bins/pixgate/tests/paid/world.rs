//! A proxy with an environment, over the inputs of the vectors.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{HeaderMap, HeaderValue, Method};
use pixgate_config::Settings;
use pixgate_proxy::{Body, Proxy, Request};
use pixgate_source::{BoxFuture, Error, SourceRequest, Status, Transport, TransportResponse};
use serde_json::Value;

use crate::text;

/// A proxy; its sources are at `http://source.test/`.
pub(crate) struct World {
    proxy: Proxy,
}

/// What came.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl World {
    pub(crate) fn new(environment: BTreeMap<String, String>, inputs: &Value) -> Self {
        let settings = Settings::load(environment).unwrap();
        let inputs = inputs.as_object().unwrap().iter();
        let bodies = inputs.map(|(id, input)| {
            let body = STANDARD.decode(text(&input["base64"])).unwrap();
            assert_eq!(input["bytes"], body.len(), "{id}");
            (format!("http://source.test/{id}"), Bytes::from(body))
        });
        let sources = Arc::new(Sources(bodies.collect()));
        let proxy = Proxy::new(settings.proxy).unwrap();
        Self {
            proxy: proxy.with_transport("http", sources),
        }
    }

    /// Asks for a source with some options.
    pub(crate) async fn ask(&self, options: &str, source: &str) -> Answer {
        let segments = ["/unsafe", options, "plain/http://source.test"];
        let segments = segments.iter().filter(|segment| !segment.is_empty());
        let path: Vec<_> = segments.copied().collect();
        let target = format!("{}/{source}", path.join("/"));
        let response = self
            .proxy
            .handle(&Request {
                method: &Method::GET,
                target: &target,
                headers: &HeaderMap::new(),
                now: SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000),
            })
            .await;
        Answer {
            status: response.status.as_u16(),
            headers: response.headers,
            body: read(response.body).await,
        }
    }
}

async fn read(body: Body) -> Vec<u8> {
    match body {
        Body::Bytes(bytes) => bytes.to_vec(),
        Body::Stream(stream) => {
            let pieces: Vec<_> = stream.map(Result::unwrap).collect().await;
            pieces.concat()
        }
    }
}

/// Files by URL.
#[derive(Debug)]
struct Sources(HashMap<String, Bytes>);

impl Transport for Sources {
    fn fetch<'a>(
        &'a self,
        request: &'a SourceRequest,
    ) -> BoxFuture<'a, Result<TransportResponse, Error>> {
        let body = self.0.get(&request.url).cloned();
        let status = Status::from(if body.is_some() { 200_u16 } else { 404 });
        let body = body.unwrap_or_default();
        let mut headers = HeaderMap::new();
        headers.insert("content-length", HeaderValue::from(body.len()));
        let response = TransportResponse {
            status,
            headers,
            final_url: request.url.clone(),
            body: Box::pin(stream::once(async { Ok(body) })),
        };
        Box::pin(async { Ok(response) })
    }
}

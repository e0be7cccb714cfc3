//! What `pixgate explain` says is what the server answers: status and reason, over every URL vector and over
//! every option that is refused or harmless.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is missing"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use pixgate::cli::{explain_answer, explain_target};
use pixgate_config::Settings;
use pixgate_proxy::{Proxy, Request};
use pixgate_source::{BoxFuture, Error, SourceRequest, Status, Transport, TransportResponse};
use serde_json::Value;

const VECTORS: &str = include_str!("../../../crates/pixgate-url/tests/vectors/url-vectors.json");

/// Any source is a small picture.
#[derive(Debug)]
struct Anything(Bytes);

impl Anything {
    fn new() -> Self {
        Self(SMALL_BMP.concat().into())
    }
}

impl Transport for Anything {
    fn fetch<'a>(
        &'a self,
        request: &'a SourceRequest,
    ) -> BoxFuture<'a, Result<TransportResponse, Error>> {
        let (bytes, final_url) = (self.0.clone(), request.url.clone());
        Box::pin(async move {
            Ok(TransportResponse {
                status: Status::Ok,
                headers: HeaderMap::new(),
                final_url,
                body: Box::pin(futures_util::stream::once(async move { Ok(bytes) })),
            })
        })
    }
}

/// 4 x 2 black pixels of 24 bits: both headers, then the rows.
const SMALL_BMP: [&[u8]; 4] = [
    b"BM\x4e\0\0\0\0\0\0\0\x36\0\0\0",
    b"\x28\0\0\0\x04\0\0\0\x02\0\0\0\x01\0\x18\0",
    &[0; 24],
    &[0; 24],
];

struct Vector {
    id: String,
    environment: Vec<(String, String)>,
    headers: HeaderMap,
    path: String,
}

fn vectors() -> Vec<Vector> {
    let file: Value = serde_json::from_str(VECTORS).unwrap();
    let vectors = file["vectors"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    vectors
        .map(|vector| {
            let pairs = vector["config"].as_object().unwrap().iter();
            let headers = vector["headers"].as_object().into_iter().flatten();
            Vector {
                id: text(&vector["id"]),
                environment: pairs
                    .map(|(name, value)| (name.clone(), text(value)))
                    .collect(),
                headers: headers
                    .map(|(name, value)| {
                        let name = HeaderName::try_from(name.as_str()).unwrap();
                        (name, HeaderValue::try_from(text(value)).unwrap())
                    })
                    .collect(),
                path: text(&vector["path"]),
            }
        })
        .collect()
}

/// The server of an environment, if it would start.
fn proxy_of(environment: &[(String, String)]) -> Option<Proxy> {
    let mut settings = Settings::load(environment.to_vec()).ok()?;
    settings.proxy.limits.workers = 1;
    let proxy = pixgate_server::proxy(&settings).ok()?;
    let schemes = ["http", "https", "local", "s3", "gs", "abs", "swift"];
    Some(schemes.into_iter().fold(proxy, |proxy, scheme| {
        proxy.with_builtin(scheme, Arc::new(Anything::new()))
    }))
}

/// Status and reason of the server's answer.
async fn served(proxy: &Proxy, target: &str, headers: &HeaderMap) -> (u16, Option<String>) {
    let request = Request {
        method: &Method::GET,
        target,
        headers,
        now: pixgate_telemetry::clock::system_time(),
    };
    let response = proxy.handle(&request).await;
    let reason = response.error.map(|error| error.to_string());
    (response.status.as_u16(), reason)
}

fn explained(answer: &Value) -> (u16, Option<String>) {
    let status = answer["answer"]["status"].as_u64().unwrap();
    let reason = answer["error"]["reason"].as_str().map(str::to_owned);
    (status.try_into().unwrap(), reason)
}

/// What differs between the server and both kinds of explanation.
async fn difference(proxy: &Proxy, vector: &Vector) -> Option<String> {
    let served = served(proxy, &vector.path, &vector.headers).await;
    let answer = explain_answer(proxy, &vector.path, &vector.headers)
        .await
        .unwrap();
    let (status, reason) = explained(&answer);
    // Where there is no route the server says nothing and explain says why.
    if status != served.0 || (served.1.is_some() && reason != served.1) {
        return Some(format!("{}: {served:?}, explained {answer}", vector.id));
    }
    // Without the source the refusals that depend on the path alone are the same.
    let offline = explain_target(proxy, &vector.path, &vector.headers);
    let refusal = offline["error"]["status"].as_u64();
    let differs = refusal.is_some_and(|status| status != u64::from(served.0));
    differs.then(|| format!("{}: {served:?}, offline {offline}", vector.id))
}

#[tokio::test]
async fn explain_and_the_server_agree_on_every_vector() {
    let mut started = BTreeMap::new();
    let (mut compared, mut statuses, mut failures) = (0, BTreeSet::new(), Vec::new());
    for vector in vectors() {
        let proxy = started.entry(vector.environment.clone());
        let Some(proxy) = proxy.or_insert_with_key(|environment| proxy_of(environment)) else {
            continue;
        };
        compared += 1;
        statuses.insert(served(proxy, &vector.path, &vector.headers).await.0);
        failures.extend(difference(proxy, &vector).await);
    }
    assert!(compared > 300, "{compared}");
    assert!(statuses.len() >= 4, "{statuses:?}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test]
async fn what_is_refused_is_explained_as_refused_and_what_is_harmless_as_served() {
    let proxy = proxy_of(&[]).unwrap();
    let mut failures = Vec::new();
    let refused = REFUSED.iter().map(|options| (options, 422));
    let neutral = NEUTRAL.iter().map(|options| (options, 200));
    for (options, status) in refused.chain(neutral) {
        let vector = Vector {
            id: (*options).to_owned(),
            environment: Vec::new(),
            headers: HeaderMap::new(),
            path: format!("/unsafe/{options}/plain/local:///a.png"),
        };
        let (actual, reason) = served(&proxy, &vector.path, &vector.headers).await;
        let offline = explain_target(&proxy, &vector.path, &vector.headers);
        let is_refused = offline["error"]["status"] == 422;
        if actual != status || is_refused != (status == 422) {
            failures.push(format!("{options}: {actual} {reason:?}, {offline}"));
        }
        failures.extend(difference(&proxy, &vector).await);
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Options that nothing here carries out, set to something that has an effect.
const REFUSED: &[&str] = &[
    "bd:3",
    "dd:1",
    "g:obj:face",
    "vtt:1:2:2:9:9",
    "vta:1:9:9:9:9",
    "f:pdf",
];

/// The same options where they ask for nothing.
const NEUTRAL: &[&str] = &[
    "br:0",
    "co:1",
    "sa:1",
    "mc:0",
    "dt:0",
    "ush:none",
    "ra:lanczos3",
    "bd:0",
    "dd:0",
    "g:ce",
    "dpi:0",
    "dpi:300",
    "pgs:3",
    "st:cmVjdHt9",
    "cp:srgb",
    "gr:0",
    "col:0",
    "wm:0:ch",
    "wmsh:3",
    "wmt:aGk",
    "wms:10:10",
    "wmr:45",
    "wmu:aHR0cDovL2E",
    "pgs:1",
    "vts:4",
    "vtk:1",
    "vtt:0:2:2:9:9",
    "aq:none",
    "aq:ml",
    "hs:none",
    "ct:a:b",
    "fiu:aHR0cDovL2E",
    "eth:1",
];

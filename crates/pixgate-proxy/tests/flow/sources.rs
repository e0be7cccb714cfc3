//! Sources in memory: every URL has one script, every request is kept.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{self, StreamExt as _};
use http::{HeaderMap, HeaderName, HeaderValue};
use pixgate_source::{
    BoxFuture, Chunks, Error, SourceRequest, Status, Transport, TransportResponse,
};
use tokio::sync::Semaphore;

/// What a URL answers.
#[derive(Debug, Clone, Default)]
pub(crate) struct Script {
    status: u16,
    headers: HeaderMap,
    body: Vec<u8>,
    /// Bytes that come at all, of those that are promised.
    cut_at: Option<usize>,
    /// What happens before the headers.
    before: Wait,
    /// What happens before the second half of the body.
    within: Wait,
}

/// What a source does before it goes on.
#[derive(Debug, Clone, Default)]
pub(crate) enum Wait {
    /// Nothing.
    #[default]
    Not,
    /// It waits so long.
    For(Duration),
    /// It never goes on.
    Ever,
    /// It waits until there is a permit.
    Gate(Arc<Semaphore>),
}

impl Wait {
    async fn over(&self) {
        match self {
            Self::Not => {}
            Self::For(time) => tokio::time::sleep(*time).await,
            Self::Ever => std::future::pending().await,
            Self::Gate(gate) => gate.acquire().await.unwrap().forget(),
        }
    }
}

impl Script {
    /// 200 with this body.
    pub(crate) fn body(body: impl Into<Vec<u8>>) -> Self {
        Self {
            status: 200,
            body: body.into(),
            ..Self::default()
        }
    }

    /// A status, and nothing to show.
    pub(crate) fn status(status: u16) -> Self {
        Self {
            status,
            ..Self::default()
        }
    }

    pub(crate) fn with(mut self, name: &'static str, value: &str) -> Self {
        let name = HeaderName::from_static(name);
        self.headers.append(name, value.parse().unwrap());
        self
    }

    pub(crate) fn before(mut self, wait: Wait) -> Self {
        self.before = wait;
        self
    }

    pub(crate) fn within(mut self, wait: Wait) -> Self {
        self.within = wait;
        self
    }

    pub(crate) fn cut_at(mut self, bytes: usize) -> Self {
        self.cut_at = Some(bytes);
        self
    }

    fn chunks(&self) -> Chunks {
        let end = self.cut_at.unwrap_or(self.body.len());
        let body = Bytes::copy_from_slice(self.body.get(..end).unwrap());
        let (first, second) = (body.slice(..end / 2), body.slice(end / 2..));
        let within = self.within.clone();
        let later = async move {
            within.over().await;
            Ok(second)
        };
        Box::pin(stream::once(async { Ok(first) }).chain(stream::once(later)))
    }

    fn response(&self, request: &SourceRequest) -> TransportResponse {
        let mut headers = self.headers.clone();
        let etag = headers.get("etag").and_then(|value| value.to_str().ok());
        let is_known = self.status == 200 && request.conditions.hold_for(etag, None);
        let (status, body): (_, Chunks) = match is_known {
            true => (Status::NotModified, Box::pin(stream::empty())),
            false => (Status::from(self.status), self.chunks()),
        };
        if !is_known {
            let length = HeaderValue::from(self.body.len());
            headers.entry("content-length").or_insert(length);
        }
        TransportResponse {
            status,
            headers,
            final_url: request.url.clone(),
            body,
        }
    }
}

/// The transport.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    scripts: Mutex<HashMap<String, Script>>,
    seen: Mutex<Vec<SourceRequest>>,
    going_on: Arc<AtomicUsize>,
}

impl Sources {
    pub(crate) fn add(&self, url: &str, script: Script) {
        self.scripts.lock().unwrap().insert(url.to_owned(), script);
    }

    /// How often anything was asked for.
    pub(crate) fn requests(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    /// What was asked for last.
    pub(crate) fn last(&self) -> SourceRequest {
        self.seen.lock().unwrap().last().cloned().unwrap()
    }

    /// Everything that was asked for.
    pub(crate) fn all(&self) -> Vec<SourceRequest> {
        self.seen.lock().unwrap().clone()
    }

    /// Requests without an answer, that nobody gave up.
    pub(crate) fn going_on(&self) -> usize {
        self.going_on.load(Ordering::SeqCst)
    }
}

/// One request that goes on.
struct GoingOn(Arc<AtomicUsize>);

impl Drop for GoingOn {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Transport for Sources {
    fn fetch<'a>(
        &'a self,
        request: &'a SourceRequest,
    ) -> BoxFuture<'a, Result<TransportResponse, Error>> {
        self.seen.lock().unwrap().push(request.clone());
        let script = self.scripts.lock().unwrap().get(&request.url).cloned();
        let script = script.unwrap_or_else(|| Script::status(404));
        self.going_on.fetch_add(1, Ordering::SeqCst);
        let going_on = GoingOn(Arc::clone(&self.going_on));
        Box::pin(async move {
            let _going_on = going_on;
            script.before.over().await;
            Ok(script.response(request))
        })
    }
}

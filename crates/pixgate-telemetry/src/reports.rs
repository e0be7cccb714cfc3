//! Reports of errors to services that collect them.

mod airbrake;
mod bugsnag;
mod honeybadger;
mod sentry;
mod settings;

use std::fmt::Debug;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use pixgate_proxy::Category;
use pixgate_source::{Config, Error};
use serde_json::{Map, Value};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::finished::{Failure, Finished};
use crate::log::{Level, Record};
use crate::service::{ServiceClient, ServiceConfig};

pub use settings::{AirbrakeSettings, Dsn, ReportSettings, SentrySettings, ServiceKey};

/// Sends reports from a task of its own.
#[derive(Debug, Clone)]
pub struct Reports {
    items: mpsc::Sender<Item>,
    with_downloads: bool,
}

enum Item {
    Request(Arc<Finished>),
    Flush(oneshot::Sender<()>),
}

/// A service that collects errors: it says how a report looks.
trait Reporter: Debug + Send + Sync {
    /// The name, for the log.
    fn name(&self) -> &'static str;

    /// The report of a request that failed.
    fn report(&self, request: &Finished, failure: &Failure) -> http::Result<Request<Bytes>>;
}

impl Reports {
    /// Starts the task, if any service is configured.
    ///
    /// # Errors
    ///
    /// [`Error`] if no client can be made.
    pub fn start(settings: &ReportSettings) -> Result<Option<Self>, Error> {
        let reporters = reporters(settings);
        if reporters.is_empty() {
            return Ok(None);
        }
        let client = ServiceClient::new(&Config::default(), &ServiceConfig::default())?;
        let (items, waiting) = mpsc::channel(MAX_WAITING);
        tokio::spawn(run(client, reporters, waiting));
        Ok(Some(Self {
            items,
            with_downloads: settings.with_downloads,
        }))
    }

    /// Reports a request, if its failure is worth it.
    pub fn finish(&self, request: &Arc<Finished>) {
        let failure = request.failure.as_ref();
        if failure.is_some_and(|failure| is_reportable(failure, self.with_downloads)) {
            // A full queue loses reports rather than time.
            drop(self.items.try_send(Item::Request(Arc::clone(request))));
        }
    }

    /// Sends what is queued, for at most five seconds.
    pub async fn flush(&self) {
        let (done, flushed) = oneshot::channel();
        if self.items.send(Item::Flush(done)).await.is_ok() {
            // Whether it was sent or not, the process ends now.
            drop(timeout(TIMEOUT, flushed).await);
        }
    }
}

fn reporters(settings: &ReportSettings) -> Vec<Box<dyn Reporter>> {
    let mut all: Vec<Box<dyn Reporter>> = Vec::new();
    if let Some(sentry) = &settings.sentry {
        all.push(Box::new(sentry::Sentry(sentry.clone())));
    }
    if let Some(bugsnag) = &settings.bugsnag {
        all.push(Box::new(bugsnag::Bugsnag(bugsnag.clone())));
    }
    if let Some(honeybadger) = &settings.honeybadger {
        all.push(Box::new(honeybadger::Honeybadger(honeybadger.clone())));
    }
    if let Some(airbrake) = &settings.airbrake {
        all.push(Box::new(airbrake::Airbrake(airbrake.clone())));
    }
    all
}

/// Errors of this program, pictures that cannot be read, and sources that cannot be had; not what
/// clients do wrong or limits forbid.
fn is_reportable(failure: &Failure, with_downloads: bool) -> bool {
    match failure.category {
        Category::Unexpected | Category::Unreadable => true,
        Category::Download | Category::Watermark => with_downloads,
        _ => false,
    }
}

async fn run(
    client: ServiceClient,
    reporters: Vec<Box<dyn Reporter>>,
    mut items: mpsc::Receiver<Item>,
) {
    while let Some(item) = items.recv().await {
        match item {
            Item::Request(request) => send(&client, &reporters, &request).await,
            // Nobody waits any more if the five seconds are over.
            Item::Flush(done) => drop(done.send(())),
        }
    }
}

async fn send(client: &ServiceClient, reporters: &[Box<dyn Reporter>], request: &Finished) {
    let Some(failure) = &request.failure else {
        return;
    };
    for reporter in reporters {
        let outcome = match reporter.report(request, failure) {
            Ok(report) => match client.send(report, TIMEOUT).await {
                Ok(answer) if answer.status().is_success() => continue,
                Ok(answer) => format!("status {}", answer.status().as_u16()),
                Err(error) => error.to_string(),
            },
            Err(error) => error.to_string(),
        };
        let message = format!("{} did not take a report", reporter.name());
        Record::new(Level::Warning, message)
            .with("error", outcome)
            .emit();
    }
}

/// What all services get to know, under names that `rename` makes of imgproxy's.
fn metadata(request: &Finished, rename: fn(&str) -> String) -> Map<String, Value> {
    let mut metadata = Map::new();
    let mut add = |name, value: Value| metadata.insert(rename(name), value);
    add("Request ID", request.request_id.as_str().into());
    if !request.source_url.is_empty() {
        add("Source Image URL", request.source_url.as_str().into());
        add("Source Image Origin", request.source_origin().into());
        add("Options", request.facts.options().into());
    }
    let docs_url = request
        .failure
        .as_ref()
        .and_then(|failure| failure.docs_url.clone());
    if let Some(docs_url) = docs_url {
        add("Documentation URL", docs_url.into());
    }
    metadata
}

fn as_it_is(name: &str) -> String {
    name.to_owned()
}

/// Request headers, but for those that let somebody in.
fn headers(request: &Finished, rename: fn(&str) -> String) -> Map<String, Value> {
    let headers = request.headers.iter();
    headers
        .filter(|(name, _)| !SECRETS.contains(&name.as_str()))
        .map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (rename(name.as_str()), value.into())
        })
        .collect()
}

/// The URL as far as the server knows it.
fn url(request: &Finished) -> String {
    let host = request
        .headers
        .get("host")
        .and_then(|host| host.to_str().ok());
    let host = host.unwrap_or("localhost");
    format!("{}://{host}{}", request.scheme, request.target)
}

fn post(url: &str, headers: &[(&str, &str)], body: String) -> http::Result<Request<Bytes>> {
    let mut request = Request::post(url).header("content-type", "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Bytes::from(body))
}

const SECRETS: [&str; 4] = [
    "authorization",
    "cookie",
    "proxy-authorization",
    "x-api-key",
];
const MAX_WAITING: usize = 256;
const TIMEOUT: Duration = Duration::from_secs(5);
const NOTIFIER_URL: &str = env!("CARGO_PKG_REPOSITORY");
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_the_scheme_of_the_listener() {
        let mut request = Finished {
            target: "/a".to_owned(),
            scheme: "https",
            ..Finished::default()
        };
        let host = http::HeaderValue::from_static("img.test");
        request.headers.insert("host", host);
        assert_eq!(url(&request), "https://img.test/a");
    }

    #[test]
    fn only_what_an_operator_can_mend_is_reported() {
        let failure = |category, name| Failure {
            category,
            name,
            message: String::new(),
            status: 0,
            docs_url: None,
        };
        for (category, name, with, without) in [
            (Category::Unexpected, "internal", true, true),
            (Category::Unreadable, "broken_image", true, true),
            (Category::Download, "source_status", true, false),
            (Category::Processing, "image_too_large", false, false),
            (Category::PathParsing, "invalid_path", false, false),
            (Category::Timeout, "timeout", false, false),
            (Category::Queue, "queue_full", false, false),
        ] {
            let failure = failure(category, name);
            assert_eq!(is_reportable(&failure, true), with, "{name}");
            assert_eq!(is_reportable(&failure, false), without, "{name}");
        }
    }
}

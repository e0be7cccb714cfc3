//! A request that is over, as telemetry sees it.

use std::time::Duration;

use http::HeaderMap;
use pixgate_proxy::{Category, Facts, Masked, Response, Span};

use crate::trace_context::Context;

/// A request that was answered or given up.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Finished {
    /// Method.
    pub method: String,
    /// The request target.
    pub target: String,
    /// What the listener speaks, `http` or `https`.
    pub scheme: &'static str,
    /// The id in logs.
    pub request_id: String,
    /// Request headers.
    pub headers: HeaderMap,
    /// Status, 499 if the client was gone.
    pub status: u16,
    /// When it began, in nanoseconds since 1970.
    pub start_nanoseconds: u64,
    /// From its arrival to its last byte.
    pub duration: Duration,
    /// Where the time went.
    pub spans: Vec<Span>,
    /// Source URL, if it was found out.
    pub source_url: String,
    /// Options as they were understood.
    pub facts: Facts,
    /// Why there is no picture, or no picture of the source.
    pub failure: Option<Failure>,
    /// Its place in a trace.
    pub context: Option<Context>,
}

impl Finished {
    /// Scheme and host of the source.
    pub(crate) fn source_origin(&self) -> &str {
        let url = self.source_url.as_str();
        let host = url.find("://").map_or(0, |at| at + 3);
        let end = url.get(host..).and_then(|rest| rest.find(['/', '?', '#']));
        end.and_then(|end| url.get(..host + end)).unwrap_or(url)
    }
}

/// What went wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Failure {
    /// Category in metrics.
    pub category: Category,
    /// The identifier in logs.
    pub name: &'static str,
    /// What went wrong.
    pub message: String,
    /// Status of its answer.
    pub status: u16,
    /// Where imgproxy's documentation explains what the URL should have said.
    pub docs_url: Option<String>,
}

impl Failure {
    /// The failure of an answer, or the one that the fallback image hides.
    #[must_use]
    pub fn of(response: &Response, masked: Option<Masked>) -> Option<Self> {
        let Some(error) = &response.error else {
            return masked.map(|masked| Self {
                category: masked.category,
                name: masked.name,
                message: masked.message,
                status: response.status.as_u16(),
                docs_url: None,
            });
        };
        let verdict = error.verdict();
        Some(Self {
            category: verdict.category,
            name: verdict.name,
            message: with_switch(error),
            status: verdict.status,
            docs_url: docs_url(error),
        })
    }

    /// A client that did not wait.
    #[must_use]
    pub fn client_is_gone() -> Self {
        Self {
            category: Category::Timeout,
            name: "cancelled",
            message: "client is gone".to_owned(),
            status: 499,
            docs_url: None,
        }
    }

    /// A source that broke off while it was handed on.
    #[must_use]
    pub fn of_stream(error: &pixgate_source::Error) -> Self {
        Self {
            category: Category::Streaming,
            name: "source_incomplete",
            message: error.to_string(),
            status: 200,
            docs_url: None,
        }
    }

    /// The class in traces and reports.
    #[must_use]
    pub fn class(&self) -> String {
        format!("{}_error ({})", self.category, self.name)
    }
}

/// The error's words, and the variable that decides about it if there is one.
fn with_switch(error: &pixgate_proxy::Error) -> String {
    let message = error.to_string();
    match error.hint().filter(|hint| hint.contains("IMGPROXY_")) {
        Some(hint) if !message.contains(&*hint) => format!("{message}; {hint}"),
        _ => message,
    }
}

/// The documentation of the option that is wrong, or of URLs in general.
fn docs_url(error: &pixgate_proxy::Error) -> Option<String> {
    let error = error.cause()?.downcast_ref::<pixgate_url::Error>()?;
    let name = error.segment().split(':').next().unwrap_or_default();
    let row = pixgate_url::processing_options()
        .find(|row| row.name() == name || row.aliases().contains(&name));
    let url = row.and_then(pixgate_url::OptionRow::docs_url);
    Some(url.unwrap_or_else(|| DOCS_URL.to_owned()))
}

const DOCS_URL: &str = "https://docs.imgproxy.net/usage/processing";

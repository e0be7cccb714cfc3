//! Records of libraries, which come through `tracing`.

use std::fmt;

use serde_json::Value;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record as Values};
use tracing::{Event, Metadata, Subscriber};

use super::{Level, Record};

/// Sends what libraries say to the log.
pub(super) fn install(level: Level) {
    // Somebody else's subscriber stays.
    drop(tracing::subscriber::set_global_default(Bridge { level }));
}

struct Bridge {
    level: Level,
}

impl Subscriber for Bridge {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let is_ours = OURS
            .iter()
            .any(|target| metadata.target().starts_with(target));
        is_ours && metadata.is_event() && level(metadata).is_some_and(|level| level >= self.level)
    }

    fn max_level_hint(&self) -> Option<tracing::level_filters::LevelFilter> {
        use tracing::level_filters::LevelFilter;
        Some(match self.level {
            Level::Debug => LevelFilter::DEBUG,
            Level::Info => LevelFilter::INFO,
            Level::Warning => LevelFilter::WARN,
            Level::Error | Level::Critical => LevelFilter::ERROR,
        })
    }

    fn event(&self, event: &Event<'_>) {
        let metadata = event.metadata();
        let Some(level) = level(metadata) else {
            return;
        };
        let mut record = Record::new(level, String::new());
        event.record(&mut Visitor(&mut record));
        if metadata.target().starts_with("actix") {
            record = record.with("source", "http_server");
        }
        record.emit();
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Values<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

/// The most detailed level is for the libraries' own authors. What happens on connections is the
/// clients' doing, whatever the web framework calls it: whoever sends nonsense must not be able to
/// fill a log with errors.
fn level(metadata: &Metadata<'_>) -> Option<Level> {
    match *metadata.level() {
        tracing::Level::TRACE => None,
        _ if metadata.target().starts_with(CONNECTIONS) => Some(Level::Debug),
        tracing::Level::ERROR => Some(Level::Error),
        tracing::Level::WARN => Some(Level::Warning),
        tracing::Level::INFO => Some(Level::Info),
        tracing::Level::DEBUG => Some(Level::Debug),
    }
}

/// Where the web framework speaks with clients.
const CONNECTIONS: &str = "actix_http::";

/// Other libraries talk to their authors.
const OURS: [&str; 2] = ["pixgate", "actix"];

struct Visitor<'r>(&'r mut Record);

impl Visitor<'_> {
    fn push(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::String(text)) => self.0.message = text,
            // Records that come through the `log` crate.
            (name, _) if name.starts_with("log.") => {}
            (name, value) => self.0.fields.push((name, value)),
        }
    }
}

impl Visit for Visitor<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.push(field, format!("{value:?}").into());
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.push(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.push(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.push(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.push(field, value.into());
    }
}

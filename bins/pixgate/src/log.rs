//! Log lines in imgproxy's four layouts, on standard output.

use std::fmt;
use std::io::IsTerminal as _;

use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::registry::LookupSpan;

use crate::clock;
use crate::config::Server;

/// How a log line is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// For people at a terminal, with colours.
    Pretty,
    /// `time="…" level="INFO" msg="…" key=value`.
    Structured,
    /// One JSON object per line.
    Json,
    /// The same with the names that Google Cloud knows.
    Gcp,
}

/// Sends all log lines of this process to standard output.
pub fn start(server: &Server) {
    let layout = match server.log_format.as_deref() {
        Some("pretty") => Layout::Pretty,
        Some("json") => Layout::Json,
        Some("gcp") => Layout::Gcp,
        None if std::io::stdout().is_terminal() => Layout::Pretty,
        _ => Layout::Structured,
    };
    let level = match server.log_level.as_str() {
        "debug" => LevelFilter::DEBUG,
        "warn" | "warning" => LevelFilter::WARN,
        "error" => LevelFilter::ERROR,
        _ => LevelFilter::INFO,
    };
    let subscriber = tracing_subscriber::fmt()
        .with_writer(std::io::stdout)
        .with_max_level(level)
        .event_format(Format(layout))
        .finish();
    // A second start in one process (tests) keeps the first subscriber.
    drop(tracing::subscriber::set_global_default(subscriber));
}

struct Format(Layout);

impl<S, N> FormatEvent<S, N> for Format
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        _: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> fmt::Result {
        let mut line = Line::default();
        event.record(&mut line);
        let level = *event.metadata().level();
        writer.write_str(&line.render(self.0, level, clock::now()))
    }
}

/// The message and the fields of a record.
#[derive(Debug, Default)]
struct Line {
    message: String,
    fields: Vec<(&'static str, Value)>,
}

/// A field's value: text is quoted, numbers and booleans are bare.
#[derive(Debug)]
enum Value {
    Text(String),
    Bare(String),
}

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.push(field, Value::Text(format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.push(field, Value::Text(value.to_owned()));
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.push(field, Value::Bare(value.to_string()));
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.push(field, Value::Bare(value.to_string()));
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.push(field, Value::Bare(value.to_string()));
    }
}

impl Line {
    fn push(&mut self, field: &Field, value: Value) {
        match (field.name(), value) {
            ("message", Value::Text(text) | Value::Bare(text)) => self.message = text,
            // Records of other libraries that come through the `log` crate.
            (name, _) if name.starts_with("log.") => {}
            (name, value) => self.fields.push((name, value)),
        }
    }

    fn render(&self, layout: Layout, level: Level, now: i64) -> String {
        match layout {
            Layout::Structured => self.structured(level, now),
            Layout::Pretty => self.pretty(level, now),
            Layout::Json => self.json(["time", "level", "msg"], level, now),
            Layout::Gcp => self.json(["time", "severity", "message"], level, now),
        }
    }

    fn structured(&self, level: Level, now: i64) -> String {
        let mut line = format!(
            "time=\"{}\" level=\"{}\" msg={}",
            clock::date_time(now, ' '),
            name(level),
            quoted(&self.message)
        );
        for (key, value) in &self.fields {
            line.push_str(&format!(" {key}={}", value.quoted()));
        }
        line.push('\n');
        line
    }

    fn pretty(&self, level: Level, now: i64) -> String {
        let color = color(level);
        let mut line = format!(
            "{} \x1b[1;{color}m[{}]\x1b[0m {}",
            clock::date_time(now, ' '),
            short_name(level),
            printable(&self.message)
        );
        for (key, value) in &self.fields {
            line.push_str(&format!(
                " \x1b[{color}m{key}\x1b[0m={}",
                value.bare_if_plain()
            ));
        }
        line.push('\n');
        line
    }

    fn json(&self, keys: [&str; 3], level: Level, now: i64) -> String {
        let [time, severity, message] = keys;
        let mut line = format!(
            "{{\"{time}\":\"{}Z\",\"{severity}\":\"{}\",\"{message}\":{}",
            clock::date_time(now, 'T'),
            name(level),
            quoted(&self.message)
        );
        for (key, value) in &self.fields {
            line.push_str(&format!(",\"{key}\":{}", value.quoted()));
        }
        line.push_str("}\n");
        line
    }
}

impl Value {
    fn quoted(&self) -> String {
        match self {
            Self::Text(text) => quoted(text),
            Self::Bare(text) => text.clone(),
        }
    }

    fn bare_if_plain(&self) -> String {
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"#%.-_".contains(&byte);
        match self {
            Self::Text(text) if text.is_empty() || !text.bytes().all(is_plain) => quoted(text),
            Self::Text(text) | Self::Bare(text) => text.clone(),
        }
    }
}

/// A JSON string; control characters are escaped, so nothing can forge a line.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text)
        .to_string()
        .replace('\u{7f}', "\\u007f")
}

fn printable(text: &str) -> String {
    text.chars()
        .map(|letter| {
            if letter.is_control() {
                '\u{fffd}'
            } else {
                letter
            }
        })
        .collect()
}

const fn name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "ERROR",
        Level::WARN => "WARNING",
        Level::INFO => "INFO",
        _ => "DEBUG",
    }
}

const fn short_name(level: Level) -> &'static str {
    match level {
        Level::ERROR => "ERR",
        Level::WARN => "WRN",
        Level::INFO => "INF",
        _ => "DBG",
    }
}

/// ANSI: red, yellow, green, blue.
const fn color(level: Level) -> u8 {
    match level {
        Level::ERROR => 31,
        Level::WARN => 33,
        Level::INFO => 32,
        _ => 34,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Line {
        Line {
            message: "Started /a\nb".to_owned(),
            fields: vec![
                ("request_id", Value::Text("x-1".to_owned())),
                ("image_url", Value::Text("local:///w.png".to_owned())),
                ("status", Value::Bare("200".to_owned())),
            ],
        }
    }

    #[test]
    fn layouts_are_imgproxys() {
        let now = 1_577_836_800;
        assert_eq!(
            line().render(Layout::Structured, Level::WARN, now),
            "time=\"2020-01-01 00:00:00\" level=\"WARNING\" msg=\"Started /a\\nb\" \
             request_id=\"x-1\" image_url=\"local:///w.png\" status=200\n"
        );
        assert_eq!(
            line().render(Layout::Gcp, Level::INFO, now),
            "{\"time\":\"2020-01-01T00:00:00Z\",\"severity\":\"INFO\",\
             \"message\":\"Started /a\\nb\",\"request_id\":\"x-1\",\
             \"image_url\":\"local:///w.png\",\"status\":200}\n"
        );
        let pretty = line().render(Layout::Pretty, Level::INFO, now);
        assert!(
            pretty.contains("[INF]") && pretty.contains("=x-1"),
            "{pretty}"
        );
        assert_eq!(pretty.lines().count(), 1);
    }
}

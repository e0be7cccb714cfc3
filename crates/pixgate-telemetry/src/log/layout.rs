//! From a record to a line.

use jiff::Zoned;
use serde_json::Value;

use super::{Level, Record};

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

impl Layout {
    /// The layout of a word in the environment.
    #[must_use]
    pub fn from_word(word: &str) -> Self {
        match word {
            "pretty" => Self::Pretty,
            "json" => Self::Json,
            "gcp" => Self::Gcp,
            _ => Self::Structured,
        }
    }
}

/// The line of a record, with its end.
pub(super) fn render(record: &Record, layout: Layout, now: &Zoned) -> String {
    let mut line = match layout {
        Layout::Structured => structured(record, now),
        Layout::Pretty => pretty(record, now),
        Layout::Json => json(record, ["level", "msg"], now),
        Layout::Gcp => json(record, ["severity", "message"], now),
    };
    line.push('\n');
    line
}

pub(super) fn structured(record: &Record, now: &Zoned) -> String {
    let mut line = format!(
        "time=\"{}\" level=\"{}\" msg={}",
        now.strftime(TIME),
        record.level.name(),
        quoted(&record.message)
    );
    for (key, value) in record.ordered() {
        add_structured(&mut line, key, value);
    }
    line
}

fn add_structured(line: &mut String, key: &str, value: &Value) {
    match value {
        Value::Object(group) => {
            for (name, value) in group {
                add_structured(line, &format!("{key}.{name}"), value);
            }
        }
        Value::Array(_) => line.push_str(&format!(" {key}={}", quoted(&value.to_string()))),
        value => line.push_str(&format!(" {key}={}", scalar(value))),
    }
}

fn json(record: &Record, [level, message]: [&str; 2], now: &Zoned) -> String {
    let time = now.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    let mut line = format!(
        "{{\"time\":\"{}\",\"{level}\":\"{}\",\"{message}\":{}",
        time.replace("+00:00", "Z"),
        record.level.name(),
        quoted(&record.message)
    );
    for (key, value) in record.ordered() {
        line.push_str(&format!(",\"{key}\":{}", scalar(value)));
    }
    line.push('}');
    line
}

fn pretty(record: &Record, now: &Zoned) -> String {
    let color = color(record.level);
    let mut line = format!(
        "{} \x1b[1;{color}m[{}]\x1b[0m {}",
        now.strftime(TIME),
        short_name(record.level),
        printable(&record.message)
    );
    for (key, value) in record.ordered() {
        match (*key, value) {
            ("stack", Value::String(stack)) => add_stack(&mut line, stack),
            (key, value) => add_pretty(&mut line, key, value, color),
        }
    }
    line
}

fn add_pretty(line: &mut String, key: &str, value: &Value, color: u8) {
    line.push_str(&format!(" \x1b[{color}m{key}\x1b[0m="));
    match value {
        Value::Object(group) => {
            line.push('{');
            for (name, value) in group {
                add_pretty(line, name, value, color);
            }
            line.push_str(" }");
        }
        Value::String(text) if text.bytes().all(is_plain) => line.push_str(text),
        value => line.push_str(&scalar(value)),
    }
}

/// Dimmed, one frame to a line, under the record.
fn add_stack(line: &mut String, stack: &str) {
    for frame in stack.lines() {
        line.push_str(&format!("\n\x1b[2m{}\x1b[0m", printable(frame)));
    }
}

fn is_plain(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"#%.-_".contains(&byte)
}

/// As JSON writes it; control characters are escaped, so nothing can forge a line.
fn scalar(value: &Value) -> String {
    value.to_string().replace('\u{7f}', "\\u007f")
}

fn quoted(text: &str) -> String {
    scalar(&Value::from(text))
}

fn printable(text: &str) -> String {
    let replace = |letter: char| {
        if letter.is_control() {
            '\u{fffd}'
        } else {
            letter
        }
    };
    text.chars().map(replace).collect()
}

const fn short_name(level: Level) -> &'static str {
    match level {
        Level::Debug => "DBG",
        Level::Info => "INF",
        Level::Warning => "WRN",
        Level::Error => "ERR",
        Level::Critical => "CRT",
    }
}

/// ANSI: red, yellow, green, blue.
const fn color(level: Level) -> u8 {
    match level {
        Level::Error | Level::Critical => 31,
        Level::Warning => 33,
        Level::Info => 32,
        Level::Debug => 34,
    }
}

const TIME: &str = "%Y-%m-%d %H:%M:%S";

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use jiff::tz::{Offset, TimeZone};
    use serde_json::json;

    use super::*;

    fn at(hours: i8) -> Zoned {
        let zone = TimeZone::fixed(Offset::constant(hours));
        Timestamp::UNIX_EPOCH.to_zoned(zone)
    }

    fn record() -> Record {
        Record::new(Level::Warning, "Started /a\nb")
            .with("error", "no \"w\"")
            .with("request_id", "x-1")
            .with("status", 200)
            .with(
                "options",
                json!({"gravity": {"type": "fp", "x": 0.5}, "url": "a:b"}),
            )
    }

    #[test]
    fn structured_lines_quote_texts_and_flatten_groups() {
        assert_eq!(
            render(&record(), Layout::Structured, &at(0)),
            "time=\"1970-01-01 00:00:00\" level=\"WARNING\" msg=\"Started /a\\nb\" \
             request_id=\"x-1\" status=200 options.gravity.type=\"fp\" options.gravity.x=0.5 \
             options.url=\"a:b\" error=\"no \\\"w\\\"\"\n"
        );
    }

    #[test]
    fn json_lines_keep_groups_and_name_the_zone() {
        let line = render(&record(), Layout::Json, &at(2));
        assert!(line.starts_with("{\"time\":\"1970-01-01T02:00:00+02:00\",\"level\":\"WARNING\""));
        let line = render(&record(), Layout::Gcp, &at(0));
        let value: Value = serde_json::from_str(&line).unwrap_or_default();
        assert_eq!(value["time"], "1970-01-01T00:00:00Z");
        assert_eq!(value["severity"], "WARNING");
        assert_eq!(value["message"], "Started /a\nb");
        assert_eq!(value["options"]["gravity"]["x"], 0.5);
    }

    #[test]
    fn pretty_lines_have_colours_and_bare_words() {
        let line = render(&record(), Layout::Pretty, &at(0));
        assert_eq!(
            line,
            "1970-01-01 00:00:00 \x1b[1;33m[WRN]\x1b[0m Started /a\u{fffd}b \
             \x1b[33mrequest_id\x1b[0m=x-1 \x1b[33mstatus\x1b[0m=200 \
             \x1b[33moptions\x1b[0m={ \x1b[33mgravity\x1b[0m={ \x1b[33mtype\x1b[0m=fp \
             \x1b[33mx\x1b[0m=0.5 } \x1b[33murl\x1b[0m=\"a:b\" } \
             \x1b[33merror\x1b[0m=\"no \\\"w\\\"\"\n"
        );
    }
}

//! `ExportLogsServiceRequest`: records of the log, values as attributes.

use super::wire::Message;
use super::{OtlpSettings, request};
use crate::log::{Level, Record};

pub(super) fn message(settings: &OtlpSettings, records: &[(Record, u64)]) -> Message {
    let records = records
        .iter()
        .map(|(record, time)| log_record(record, *time));
    request(settings, &settings.logger_name, records)
}

fn log_record(record: &Record, time: u64) -> Message {
    let mut message = Message::default();
    message.fixed(1, time);
    message.number(2, severity(record.level));
    message.text(3, record.level.name());
    message.message(5, &Message::any(&record.message.as_str().into()));
    for (name, value) in &record.fields {
        message.attribute(6, name, value);
    }
    message.fixed(11, time);
    message
}

/// `SeverityNumber`.
const fn severity(level: Level) -> u64 {
    match level {
        Level::Debug => 5,
        Level::Info => 9,
        Level::Warning => 13,
        Level::Error => 17,
        Level::Critical => 21,
    }
}

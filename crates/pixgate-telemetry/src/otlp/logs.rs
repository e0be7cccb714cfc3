//! Records of the log, values as attributes.

use super::proto::{
    ExportLogsServiceRequest, KeyValue, LogRecord, ResourceLogs, ScopeLogs, SeverityNumber,
};
use super::{OtlpSettings, resource, scope};
use crate::log::{Level, Record};

pub(super) fn message(
    settings: &OtlpSettings,
    records: &[(Record, u64)],
) -> ExportLogsServiceRequest {
    let log_records = records
        .iter()
        .map(|(record, time)| log_record(record, *time));
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            resource: Some(resource(settings)),
            scope_logs: vec![ScopeLogs {
                scope: Some(scope(&settings.logger_name)),
                log_records: log_records.collect(),
            }],
        }],
    }
}

fn log_record(record: &Record, time: u64) -> LogRecord {
    let fields = record.fields.iter();
    LogRecord {
        time_unix_nano: time,
        severity_number: severity(record.level).into(),
        severity_text: record.level.name().to_owned(),
        body: Some(record.message.as_str().into()),
        attributes: fields
            .map(|(name, value)| KeyValue::new(*name, value))
            .collect(),
        observed_time_unix_nano: time,
    }
}

const fn severity(level: Level) -> SeverityNumber {
    match level {
        Level::Debug => SeverityNumber::Debug,
        Level::Info => SeverityNumber::Info,
        Level::Warning => SeverityNumber::Warn,
        Level::Error => SeverityNumber::Error,
        Level::Critical => SeverityNumber::Fatal,
    }
}

//! Settings of metrics, traces and reports.

use std::collections::BTreeMap;
use std::time::Duration;

use percent_encoding::percent_decode_str;
use pixgate_source::Secret;
use pixgate_telemetry::{
    AirbrakeSettings, Dsn, OtlpSettings, ReportSettings, SentrySettings, ServiceKey, Signal,
    log::Level,
};

use super::{table, value};

/// Values that are read when all are known.
pub(super) struct Deferred<'a>(pub(super) &'a BTreeMap<&'static str, String>);

impl Deferred<'_> {
    fn text(&self, name: &str) -> String {
        self.given(name).unwrap_or_default()
    }

    fn given(&self, name: &str) -> Option<String> {
        self.0
            .get(name)
            .filter(|text| !text.trim().is_empty())
            .cloned()
    }

    fn read<T>(
        &self,
        name: &str,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, String> {
        let Some(text) = self.given(name) else {
            return Ok(None);
        };
        let value = read(&text);
        value
            .map(Some)
            .map_err(|why| table::complaint(name, &text, &why))
    }

    fn flag(&self, name: &str) -> Result<bool, String> {
        Ok(self.read(name, value::boolean)?.unwrap_or_default())
    }

    /// The settings of OpenTelemetry, if it is switched on.
    pub(super) fn otlp(&self, log_level: Level) -> Result<Option<OtlpSettings>, String> {
        if !self.flag("IMGPROXY_OPEN_TELEMETRY_ENABLE")? {
            return Ok(None);
        }
        let optional = |flag: &str, name| {
            let is_on = self.flag(flag)?;
            is_on.then(|| self.signal(name)).transpose()
        };
        let pem = |name| self.text(name).replace("\\n", "\n");
        let words = ["debug", "info", "warn", "error"];
        let level = self.read("OTEL_LOG_LEVEL", |text| value::word(text, &words))?;
        let ids = self.read(IDS, |text| value::word(text, &["xray", "random"]))?;
        let mut settings = OtlpSettings::default();
        settings.traces = self.signal("TRACES")?;
        settings.metrics = optional("IMGPROXY_OPEN_TELEMETRY_ENABLE_METRICS", "METRICS")?;
        settings.logs = optional("IMGPROXY_OPEN_TELEMETRY_ENABLE_LOGS", "LOGS")?;
        settings.service_name = self.text("OTEL_SERVICE_NAME");
        let resource = self.read("OTEL_RESOURCE_ATTRIBUTES", pairs)?;
        settings.resource = resource.unwrap_or_default();
        let headers = self.read("OTEL_EXPORTER_OTLP_HEADERS", pairs)?;
        settings.headers = Secret::new(headers.unwrap_or_default());
        settings.tls.roots = pem("IMGPROXY_OPEN_TELEMETRY_SERVER_CERT");
        settings.tls.certificates = pem("IMGPROXY_OPEN_TELEMETRY_CLIENT_CERT");
        settings.tls.key = pem("IMGPROXY_OPEN_TELEMETRY_CLIENT_KEY");
        settings.has_xray_ids = ids.as_deref() != Some("random");
        settings.propagate_external = self.flag("IMGPROXY_OPEN_TELEMETRY_PROPAGATE_EXTERNAL")?;
        settings.propagators = self.read("OTEL_PROPAGATORS", propagators)?;
        settings.logger_name = self.text("IMGPROXY_OPEN_TELEMETRY_LOGGER_NAME");
        settings.log_level = level.map_or(log_level, |level| Level::from_word(&level));
        settings.attribute_prefix = self.text("PIXGATE_OPEN_TELEMETRY_ATTRIBUTE_PREFIX");
        Ok(Some(settings))
    }

    /// What is said for one kind of telemetry goes before what is said for all.
    fn signal(&self, name: &str) -> Result<Signal, String> {
        let own = |what: &str| format!("OTEL_EXPORTER_OTLP_{name}_{what}");
        let all = |what: &str| format!("OTEL_EXPORTER_OTLP_{what}");
        let word = |text: &str| value::word(text, &PROTOCOLS);
        let protocol = match self.read(&own("PROTOCOL"), word)? {
            Some(protocol) => protocol,
            None => self.read(&all("PROTOCOL"), word)?.unwrap_or_default(),
        };
        let is_grpc = protocol == "grpc";
        let milliseconds = |text: &str| value::integer(text, 1, i64::from(u32::MAX));
        let timeout = match self.read(&own("TIMEOUT"), milliseconds)? {
            Some(timeout) => Some(timeout),
            None => self.read(&all("TIMEOUT"), milliseconds)?,
        };
        let path = match name {
            _ if is_grpc => String::new(),
            name => format!("/v1/{}", name.to_ascii_lowercase()),
        };
        let base = |text: &str| Ok(format!("{}{path}", endpoint(text)?.trim_end_matches('/')));
        let url = match self.read(&own("ENDPOINT"), endpoint)? {
            Some(url) => Some(url),
            None => self.read(&all("ENDPOINT"), base)?,
        };
        let default = if is_grpc { DEFAULT_GRPC } else { DEFAULT_HTTP };
        Ok(Signal {
            url: url.unwrap_or_else(|| format!("{default}{path}")),
            is_grpc,
            timeout: Duration::from_millis(timeout.unwrap_or(10_000).unsigned_abs()),
        })
    }

    /// The settings of error reporters.
    pub(super) fn reports(&self) -> Result<ReportSettings, String> {
        let service = |key: &str, environment: &str, endpoint: &str| {
            self.given(key).map(|key| ServiceKey {
                key: Secret::new(key),
                environment: self.text(environment),
                endpoint: self.text(endpoint),
            })
        };
        let dsn = self.read("IMGPROXY_SENTRY_DSN", Dsn::parse)?;
        let release = self.given("IMGPROXY_SENTRY_RELEASE");
        let project = |text: &str| value::integer(text, 0, i64::MAX);
        let project = self.read("IMGPROXY_AIRBRAKE_PROJECT_ID", project)?;
        let airbrake = service(
            "IMGPROXY_AIRBRAKE_PROJECT_KEY",
            "IMGPROXY_AIRBRAKE_ENVIRONMENT",
            "PIXGATE_AIRBRAKE_ENDPOINT",
        );
        let mut settings = ReportSettings::default();
        settings.with_downloads = self.flag("IMGPROXY_REPORT_DOWNLOADING_ERRORS")?;
        settings.sentry = dsn.map(|dsn| SentrySettings {
            dsn,
            environment: self.text("IMGPROXY_SENTRY_ENVIRONMENT"),
            release: release.unwrap_or_else(|| RELEASE.to_owned()),
        });
        settings.bugsnag = service(
            "IMGPROXY_BUGSNAG_KEY",
            "IMGPROXY_BUGSNAG_STAGE",
            "BUGSNAG_NOTIFY_ENDPOINT",
        );
        let honeybadger = service(
            "IMGPROXY_HONEYBADGER_KEY",
            "IMGPROXY_HONEYBADGER_ENV",
            "HONEYBADGER_ENDPOINT",
        );
        settings.honeybadger = honeybadger.map(|service| ServiceKey {
            endpoint: format!("{}/v1/notices", service.endpoint.trim_end_matches('/')),
            ..service
        });
        settings.airbrake = airbrake.map(|service| AirbrakeSettings {
            project: project.unwrap_or_default(),
            service,
        });
        Ok(settings)
    }
}

fn endpoint(text: &str) -> Result<String, String> {
    let is_url = text.starts_with("http://") || text.starts_with("https://");
    let url = text.to_owned();
    is_url
        .then_some(url)
        .ok_or_else(|| "must begin with http:// or https://".to_owned())
}

fn propagators(text: &str) -> Result<Vec<String>, String> {
    let formats = value::list(text);
    let is_known =
        |format: &String| format == "none" || OtlpSettings::PROPAGATORS.contains(&format.as_str());
    match formats.iter().find(|format| !is_known(format)) {
        Some(unknown) => Err(format!(
            "`{unknown}` is not supported, only {:?}",
            OtlpSettings::PROPAGATORS
        )),
        None => Ok(formats),
    }
}

/// `name=value` between commas, values percent-encoded.
fn pairs(text: &str) -> Result<Vec<(String, String)>, String> {
    let items = text
        .split(',')
        .map(str::trim)
        .filter(|item| !item.is_empty());
    items
        .zip(1..)
        .map(|(item, number)| {
            let (name, value) = item
                .split_once('=')
                .ok_or_else(|| format!("pair {number} must have a `=`"))?;
            Ok((name.trim().to_owned(), decoded(value.trim())))
        })
        .collect()
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

const IDS: &str = "IMGPROXY_OPEN_TELEMETRY_TRACE_ID_GENERATOR";
const PROTOCOLS: [&str; 4] = ["grpc", "http/protobuf", "http", "https"];
const DEFAULT_GRPC: &str = "https://localhost:4317";
const DEFAULT_HTTP: &str = "https://localhost:4318";
const RELEASE: &str = concat!("pixgate@", env!("CARGO_PKG_VERSION"));

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(pairs: &[(&'static str, &str)]) -> Result<OtlpSettings, String> {
        let mut given: BTreeMap<_, _> = pairs
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect();
        given.insert("IMGPROXY_OPEN_TELEMETRY_ENABLE", "true".to_owned());
        given
            .entry("OTEL_EXPORTER_OTLP_PROTOCOL")
            .or_insert("grpc".to_owned());
        let settings = Deferred(&given).otlp(Level::Info)?;
        settings.ok_or_else(|| "off".to_owned())
    }

    #[test]
    fn endpoints_follow_the_protocol_and_the_signal() {
        let url = |pairs: &[_]| settings(pairs).map(|settings| settings.traces.url);
        let http = ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf");
        let all = ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://c:1/");
        let own = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "http://c:2/x");
        assert_eq!(url(&[]).as_deref(), Ok("https://localhost:4317"));
        assert_eq!(
            url(&[http]).as_deref(),
            Ok("https://localhost:4318/v1/traces")
        );
        assert_eq!(url(&[http, all]).as_deref(), Ok("http://c:1/v1/traces"));
        assert_eq!(url(&[http, all, own]).as_deref(), Ok("http://c:2/x"));
        assert_eq!(url(&[all]).as_deref(), Ok("http://c:1"));
    }

    #[test]
    fn mistakes_are_named_with_their_value() {
        for (name, value) in [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4317"),
            ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/json"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "0"),
            ("OTEL_PROPAGATORS", "b3"),
            (IDS, "uuid"),
        ] {
            let error = settings(&[(name, value)]).expect_err(name);
            assert!(error.contains(name) && error.contains(value), "{error}");
        }
    }

    #[test]
    fn headers_are_percent_encoded() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let expected = vec![pair("a", "b c"), pair("d", "100%")];
        assert_eq!(pairs("a=b%20c, d=100%"), Ok(expected));
        assert!(pairs("nonsense").is_err());
    }
}

//! Why a server does not start, with the variable at fault and the cure.

use std::io;

use pixgate_config::Settings;
use pixgate_proxy::{StartError, StartErrorKind};
use pixgate_source::ErrorKind as Source;

use pixgate_server::Error;

/// One line for the log.
pub(super) fn line(error: &Error, settings: &Settings) -> String {
    match error {
        Error::Config(inner) => config_line(inner, settings),
        Error::Io(inner) => address_line("server", "IMGPROXY_BIND", &settings.address(), inner),
        Error::Admin(inner) => {
            let address = &settings.server.admin_bind;
            address_line(
                "listener for health and metrics",
                "PIXGATE_ADMIN_BIND",
                address,
                inner,
            )
        }
        Error::Metrics(inner) => {
            let address = &settings.metrics.bind;
            address_line(
                "Prometheus metrics server",
                "IMGPROXY_PROMETHEUS_BIND",
                address,
                inner,
            )
        }
    }
}

/// The syslog daemon cannot be reached.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it is what `map_err` hands over"
)]
pub(super) fn syslog(error: io::Error) -> String {
    format!("can't connect to syslog (IMGPROXY_SYSLOG_NETWORK, IMGPROXY_SYSLOG_ADDRESS): {error}")
}

fn address_line(what: &str, variable: &str, address: &str, error: &io::Error) -> String {
    let cure = match error.kind() {
        io::ErrorKind::AddrInUse => {
            "; another program listens there: stop it, or choose another address"
        }
        io::ErrorKind::AddrNotAvailable => "; no interface of this machine has this address",
        io::ErrorKind::PermissionDenied => "; ports below 1024 need a privilege",
        _ => "",
    };
    format!("can't start {what} at `{address}` ({variable}): {error}{cure}")
}

fn config_line(error: &StartError, settings: &Settings) -> String {
    let names = match error.kind() {
        StartErrorKind::Url => presets_variables(error, settings),
        StartErrorKind::Source => source_variables(error),
        StartErrorKind::FallbackImage { .. } => FALLBACK_IMAGE,
        StartErrorKind::Watermark { .. } => WATERMARK,
        StartErrorKind::Header { .. } => HEADERS,
        _ => "",
    };
    named(names, error)
}

fn source_variables(error: &StartError) -> &'static str {
    let cause = error.cause();
    let source = cause.and_then(|cause| cause.downcast_ref::<pixgate_source::Error>());
    match source.map(pixgate_source::Error::kind) {
        Some(Source::InvalidConfig { field }) => variables_of(field),
        Some(Source::InvalidRoot { .. }) => "IMGPROXY_LOCAL_FILESYSTEM_ROOT",
        _ => "",
    }
}

fn presets_variables(error: &StartError, settings: &Settings) -> &'static str {
    let cause = error.cause();
    let Some(url) = cause.and_then(|cause| cause.downcast_ref::<pixgate_url::Error>()) else {
        return "";
    };
    let is_own = |preset: &String| preset.split('=').next().map(str::trim) == Some(url.segment());
    match settings.proxy.url.presets.iter().any(is_own) {
        true => "IMGPROXY_PRESETS or the file of IMGPROXY_PRESETS_PATH",
        false => "IMGPROXY_INFO_PRESETS or the file of IMGPROXY_INFO_PRESETS_PATH",
    }
}

fn named(names: &str, error: &StartError) -> String {
    match names {
        "" => error.to_string(),
        names => format!("{names}: {error}"),
    }
}

/// The variables behind a setting of the sources.
fn variables_of(field: &str) -> &'static str {
    match field {
        "swift.auth_url" => "IMGPROXY_SWIFT_AUTH_URL (where to sign in, `https://host:5000/v3`)",
        "swift.auth_version" => "IMGPROXY_SWIFT_AUTH_VERSION (1, 2, 3, or 0 to find out)",
        "swift.api_key" => "IMGPROXY_SWIFT_API_KEY",
        "swift.accounts" => "PIXGATE_SWIFT_ACCOUNTS",
        "gcs.credentials" => {
            "IMGPROXY_GCS_KEY (the key's JSON itself) or GOOGLE_APPLICATION_CREDENTIALS (its path)"
        }
        "gcs.endpoint" => "IMGPROXY_GCS_ENDPOINT",
        "gcs.accounts" => "PIXGATE_GCS_ACCOUNTS",
        "abs.account" => "IMGPROXY_ABS_NAME",
        "abs.endpoint" => "IMGPROXY_ABS_ENDPOINT",
        "abs.credentials" => "IMGPROXY_ABS_KEY",
        "abs.accounts" => "PIXGATE_ABS_ACCOUNTS",
        "s3.endpoint" => "IMGPROXY_S3_ENDPOINT (with its scheme, `https://host`)",
        "s3.access_points" => "IMGPROXY_S3_ACCESS_POINTS",
        "s3.accounts" => "PIXGATE_S3_ACCOUNTS",
        "user_agent" => "IMGPROXY_USER_AGENT",
        "proxies.http" => "HTTP_PROXY",
        "proxies.https" => "HTTPS_PROXY",
        "service.certificates" => {
            "IMGPROXY_OPEN_TELEMETRY_SERVER_CERT or IMGPROXY_OPEN_TELEMETRY_CLIENT_CERT"
        }
        "service.key" => "IMGPROXY_OPEN_TELEMETRY_CLIENT_KEY",
        _ => "",
    }
}

const FALLBACK_IMAGE: &str =
    "IMGPROXY_FALLBACK_IMAGE_DATA, IMGPROXY_FALLBACK_IMAGE_PATH or IMGPROXY_FALLBACK_IMAGE_URL";
const WATERMARK: &str =
    "IMGPROXY_WATERMARK_DATA, IMGPROXY_WATERMARK_PATH or IMGPROXY_WATERMARK_URL";
const HEADERS: &str =
    "IMGPROXY_CUSTOM_RESPONSE_HEADERS, IMGPROXY_CUSTOM_REQUEST_HEADERS or a list of …_PASSTHROUGH";

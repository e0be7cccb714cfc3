//! Why a server does not start, with the variable at fault and the cure.

use std::io;

use pixgate_config::Settings;
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

fn config_line(error: &pixgate_proxy::Error, settings: &Settings) -> String {
    let cause = error.cause();
    if let Some(source) = cause.and_then(|cause| cause.downcast_ref::<pixgate_source::Error>()) {
        let names = match source.kind() {
            Source::InvalidConfig { field } => variables_of(field),
            Source::InvalidRoot { .. } => "IMGPROXY_LOCAL_FILESYSTEM_ROOT",
            _ => "",
        };
        return named(names, error);
    }
    if let Some(url) = cause.and_then(|cause| cause.downcast_ref::<pixgate_url::Error>()) {
        let is_own =
            |preset: &String| preset.split('=').next().map(str::trim) == Some(url.segment());
        let names = match settings.proxy.url.presets.iter().any(is_own) {
            true => "IMGPROXY_PRESETS or the file of IMGPROXY_PRESETS_PATH",
            false => "IMGPROXY_INFO_PRESETS or the file of IMGPROXY_INFO_PRESETS_PATH",
        };
        return named(names, error);
    }
    let text = error.to_string();
    let names = PICTURES.iter().find(|(what, _)| text.contains(what));
    named(names.map_or("", |(_, names)| names), error)
}

fn named(names: &str, error: &pixgate_proxy::Error) -> String {
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

/// Parts of a configuration by the words of their complaint.
const PICTURES: [(&str, &str); 3] = [
    (
        "fallback image",
        "IMGPROXY_FALLBACK_IMAGE_DATA, IMGPROXY_FALLBACK_IMAGE_PATH or IMGPROXY_FALLBACK_IMAGE_URL",
    ),
    (
        "watermark",
        "IMGPROXY_WATERMARK_DATA, IMGPROXY_WATERMARK_PATH or IMGPROXY_WATERMARK_URL",
    ),
    (
        "cannot stand in a header",
        "IMGPROXY_CUSTOM_RESPONSE_HEADERS, IMGPROXY_CUSTOM_REQUEST_HEADERS or a list of …_PASSTHROUGH",
    ),
];

//! Names that earlier versions of imgproxy had, and names that people write although none had them.

/// What became of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Another variable took its place.
    Successor(&'static str),
    /// It is gone, and nothing is needed instead.
    Gone(&'static str),
    /// There is no such variable, but something else to do.
    Instead(&'static str),
}

/// What became of a name that is not in the table of variables.
pub(super) fn fate(name: &str) -> Option<Fate> {
    let exact = EXACT.iter().find(|(old, _)| *old == name);
    let family = || PREFIXES.iter().find(|(start, _)| name.starts_with(start));
    exact.or_else(family).map(|(_, fate)| *fate)
}

impl Fate {
    /// For the end of a warning.
    pub(super) fn advice(self) -> String {
        match self {
            Self::Successor(new) => format!("it was replaced by {new}"),
            Self::Gone(why) => format!("removed, nothing needed: {why}"),
            Self::Instead(what) => what.to_owned(),
        }
    }
}

use Fate::{Gone, Instead, Successor};

const EXACT: &[(&str, Fate)] = &[
    ("IMGPROXY_CONCURRENCY", Successor("IMGPROXY_WORKERS")),
    ("IMGPROXY_WRITE_TIMEOUT", Successor("IMGPROXY_TIMEOUT")),
    (
        "IMGPROXY_READ_TIMEOUT",
        Successor("IMGPROXY_READ_REQUEST_TIMEOUT"),
    ),
    (
        "IMGPROXY_PORT",
        Instead("the address is IMGPROXY_BIND (`:5001`), or PORT without it"),
    ),
    (
        "IMGPROXY_HOST",
        Instead("the address is IMGPROXY_BIND (`127.0.0.1:8080`)"),
    ),
    (
        "IMGPROXY_GZIP_COMPRESSION",
        Gone("pictures are compressed already; SVG is for the CDN to compress"),
    ),
    ("IMGPROXY_ENABLE_AVIF", Successor("IMGPROXY_AUTO_AVIF")),
    ("IMGPROXY_ENABLE_WEBP", Successor("IMGPROXY_AUTO_WEBP")),
    ("IMGPROXY_ENABLE_JXL", Successor("IMGPROXY_AUTO_JXL")),
    (
        "IMGPROXY_MAX_SRC_DIMENSION",
        Successor("IMGPROXY_MAX_SRC_RESOLUTION (megapixels, not a side)"),
    ),
    (
        "IMGPROXY_MAX_GIF_FRAMES",
        Successor("IMGPROXY_MAX_ANIMATION_FRAMES"),
    ),
    (
        "IMGPROXY_ALLOW_INSECURE",
        Gone("without IMGPROXY_KEY and IMGPROXY_SALT every URL is taken"),
    ),
    (
        "IMGPROXY_S3_MULTI_REGION",
        Gone("the region of each bucket is found out"),
    ),
    (
        "IMGPROXY_SVG_FIX_UNSUPPORTED",
        Gone("SVG is drawn by a library that knows these features"),
    ),
    (
        "IMGPROXY_MAX_SVG_CHECK_BYTES",
        Gone("SVG is recognised without a limit of its own"),
    ),
    (
        "IMGPROXY_JPEG_SUBSAMPLE",
        Successor("IMGPROXY_JPEG_NO_SUBSAMPLE"),
    ),
    ("IMGPROXY_USE_ORIGINAL_URL", Gone("it had no effect")),
    ("IMGPROXY_AWS_ACCESS_KEY_ID", Successor("AWS_ACCESS_KEY_ID")),
    (
        "IMGPROXY_AWS_SECRET_ACCESS_KEY",
        Successor("AWS_SECRET_ACCESS_KEY"),
    ),
    ("IMGPROXY_AWS_SESSION_TOKEN", Successor("AWS_SESSION_TOKEN")),
    ("IMGPROXY_AWS_REGION", Successor("IMGPROXY_S3_REGION")),
    ("IMGPROXY_AWS_ENDPOINT", Successor("IMGPROXY_S3_ENDPOINT")),
    ("IMGPROXY_S3_ACCESS_KEY_ID", Successor("AWS_ACCESS_KEY_ID")),
    (
        "IMGPROXY_S3_SECRET_ACCESS_KEY",
        Successor("AWS_SECRET_ACCESS_KEY"),
    ),
    ("IMGPROXY_S3_ACCESS_KEY", Successor("AWS_ACCESS_KEY_ID")),
    ("IMGPROXY_S3_SECRET_KEY", Successor("AWS_SECRET_ACCESS_KEY")),
    (
        "IMGPROXY_UNSHARPENING_MODE",
        Successor("IMGPROXY_UNSHARP_MASKING_MODE"),
    ),
    (
        "IMGPROXY_UNSHARPENING_WEIGHT",
        Successor("IMGPROXY_UNSHARP_MASKING_WEIGHT"),
    ),
    (
        "IMGPROXY_UNSHARPENING_DIVIDER",
        Successor("IMGPROXY_UNSHARP_MASKING_DIVIDER"),
    ),
    (
        "IMGPROXY_UNSHARPENING_DIVIDOR",
        Successor("IMGPROXY_UNSHARP_MASKING_DIVIDER"),
    ),
    (
        "IMGPROXY_OPEN_TELEMETRY_ENDPOINT",
        Successor("OTEL_EXPORTER_OTLP_ENDPOINT"),
    ),
    (
        "IMGPROXY_OPEN_TELEMETRY_PROTOCOL",
        Successor("OTEL_EXPORTER_OTLP_PROTOCOL"),
    ),
    (
        "IMGPROXY_OPEN_TELEMETRY_GRPC_INSECURE",
        Successor("OTEL_EXPORTER_OTLP_ENDPOINT (`http://` is without TLS)"),
    ),
    (
        "IMGPROXY_OPEN_TELEMETRY_SERVICE_NAME",
        Successor("OTEL_SERVICE_NAME"),
    ),
    (
        "IMGPROXY_OPEN_TELEMETRY_PROPAGATORS",
        Successor("OTEL_PROPAGATORS"),
    ),
    (
        "IMGPROXY_OPEN_TELEMETRY_CONNECTION_TIMEOUT",
        Successor("OTEL_EXPORTER_OTLP_TIMEOUT (milliseconds)"),
    ),
    ("IMGPROXY_OBJECT_DETECTION_CONFIG", Instead(NO_NETWORK)),
    ("IMGPROXY_OBJECT_DETECTION_WEIGHTS", Instead(NO_NETWORK)),
    ("IMGPROXY_CACHE", Instead(NO_CACHE)),
    ("PIXGATE_BIND", Successor("IMGPROXY_BIND")),
    (
        "PIXGATE_PORT",
        Instead("the address is IMGPROXY_BIND (`:5001`), or PORT without it"),
    ),
];

/// Families whose members share a fate; looked at after the names above.
const PREFIXES: &[(&str, Fate)] = &[
    (
        "IMGPROXY_GIF_OPTIMIZE_",
        Gone("GIF is always written with frames as small as they can be"),
    ),
    (
        "IMGPROXY_UNSHARPEN",
        Successor("IMGPROXY_UNSHARP_MASKING_MODE and its siblings"),
    ),
    ("IMGPROXY_CACHE_", Instead(NO_CACHE)),
    (
        "IMGPROXY_AWS_",
        Instead("AWS's own variables have no IMGPROXY_ in front: AWS_ACCESS_KEY_ID, …"),
    ),
];

const NO_CACHE: &str = "results are not kept here: put a CDN or a caching proxy in front";
const NO_NETWORK: &str = "objects are not detected: `g:sm` finds where there is most to see";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table;

    #[test]
    fn no_name_is_a_variable_and_every_successor_is_one() {
        for (name, fate) in EXACT {
            assert!(table::find(name).is_none(), "{name} is in the table");
            if let Successor(text) = fate {
                let new = text.split(' ').next().unwrap_or_default();
                let is_known = table::find(new).is_some() || new.starts_with("AWS_");
                assert!(is_known, "{name}: {new}");
            }
        }
    }

    #[test]
    fn families_have_a_fate() {
        for (name, words) in [
            ("IMGPROXY_GIF_OPTIMIZE_FRAMES", "nothing needed"),
            ("IMGPROXY_CACHE_DIR", "CDN"),
            ("IMGPROXY_UNSHARPENING_DIVISOR", "UNSHARP_MASKING"),
            ("IMGPROXY_AWS_PROFILE", "AWS's own"),
        ] {
            let advice = fate(name).map(Fate::advice).unwrap_or_default();
            assert!(advice.contains(words), "{name}: {advice}");
        }
        assert_eq!(fate("IMGPROXY_SOMETHING"), None);
    }
}

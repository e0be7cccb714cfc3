//! Cache of results: imgproxy Pro, without code in pixgate yet.

use crate::variable::{Variable, not_yet};

pub(super) const ROWS: &[Variable] = &[
    not_yet(
        "IMGPROXY_CACHE_USE",
        "",
        "Where results are kept: files, or an object store.",
    ),
    not_yet("IMGPROXY_CACHE_PATH_PREFIX", "", "In front of keys."),
    not_yet("IMGPROXY_CACHE_BUCKET", "", "Bucket, or part of the path."),
    not_yet(
        "IMGPROXY_CACHE_KEY_HEADERS",
        "",
        "Request headers that are part of the key.",
    ),
    not_yet(
        "IMGPROXY_CACHE_KEY_COOKIES",
        "",
        "Cookies that are part of the key.",
    ),
    not_yet(
        "IMGPROXY_CACHE_REPORT_ERRORS",
        "false",
        "Errors of the cache are errors of the request.",
    ),
    not_yet("IMGPROXY_CACHE_FS_ROOT", "", "Directory."),
    not_yet("IMGPROXY_CACHE_S3_REGION", "", "Region."),
    not_yet("IMGPROXY_CACHE_S3_ENDPOINT", "", "Endpoint."),
    not_yet(
        "IMGPROXY_CACHE_S3_ENDPOINT_USE_PATH_STYLE",
        "true",
        "Bucket in the path.",
    ),
    not_yet(
        "IMGPROXY_CACHE_S3_USE_DECRYPTION_CLIENT",
        "false",
        "Decrypt with KMS.",
    ),
    not_yet("IMGPROXY_CACHE_S3_ASSUME_ROLE_ARN", "", "Role to assume."),
    not_yet(
        "IMGPROXY_CACHE_S3_ASSUME_ROLE_EXTERNAL_ID",
        "",
        "External id for it.",
    ),
    not_yet("IMGPROXY_CACHE_GCS_KEY", "", "Service account key."),
    not_yet("IMGPROXY_CACHE_GCS_ENDPOINT", "", "Endpoint."),
    not_yet("IMGPROXY_CACHE_ABS_NAME", "", "Account."),
    not_yet("IMGPROXY_CACHE_ABS_KEY", "", "Shared key."),
    not_yet("IMGPROXY_CACHE_ABS_ENDPOINT", "", "Endpoint."),
    not_yet("IMGPROXY_CACHE_SWIFT_USERNAME", "", "User."),
    not_yet("IMGPROXY_CACHE_SWIFT_API_KEY", "", "API key."),
    not_yet(
        "IMGPROXY_CACHE_SWIFT_AUTH_URL",
        "",
        "Authentication service.",
    ),
    not_yet("IMGPROXY_CACHE_SWIFT_AUTH_VERSION", "0", "Its version."),
    not_yet("IMGPROXY_CACHE_SWIFT_TENANT", "", "Tenant."),
    not_yet("IMGPROXY_CACHE_SWIFT_DOMAIN", "", "Domain."),
    not_yet(
        "IMGPROXY_CACHE_SWIFT_TIMEOUT_SECONDS",
        "60",
        "Time for data.",
    ),
    not_yet(
        "IMGPROXY_CACHE_SWIFT_CONNECT_TIMEOUT_SECONDS",
        "10",
        "Time to connect.",
    ),
];

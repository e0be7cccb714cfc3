//! Sources: where they come from and how they are asked for.

use pixgate_proxy::RedirectRule;
use pixgate_source::Secret;

use crate::value;
use crate::variable::{
    Variable, boolean, early, integer, never, seconds, special, store, text, word,
};

pub(super) const ROWS: &[Variable] = &[
    special(
        "IMGPROXY_ALLOWED_SOURCES",
        "",
        "list of URL prefixes, `*` for anything but `/`",
        "Sources that may be fetched; without it all. End hosts with `/`.",
        |s, v| {
            s.raw.dropped_sources = value::list(v).iter().any(String::is_empty);
            s.proxy.source.allowed = value::list(v);
            Ok(())
        },
    ),
    boolean(
        "IMGPROXY_ALLOW_LOOPBACK_SOURCE_ADDRESSES",
        "false",
        "Sources may be on this machine.",
        |s, v| {
            s.proxy.source.allow_loopback = v;
        },
    ),
    boolean(
        "IMGPROXY_ALLOW_LINK_LOCAL_SOURCE_ADDRESSES",
        "false",
        "Sources may have link-local addresses, as cloud metadata services do.",
        |s, v| {
            s.proxy.source.allow_link_local = v;
        },
    ),
    boolean(
        "IMGPROXY_ALLOW_PRIVATE_SOURCE_ADDRESSES",
        "true",
        "Sources may have private addresses.",
        |s, v| {
            s.proxy.source.allow_private = v;
        },
    ),
    seconds(
        "IMGPROXY_DOWNLOAD_TIMEOUT",
        "5",
        1,
        "Time for one download, redirects and body included.",
        |s, v| {
            s.proxy.source.timeout = v;
        },
    ),
    integer(
        "IMGPROXY_MAX_REDIRECTS",
        "10",
        (0, 1_000),
        "Most redirects followed.",
        |s, v| {
            s.proxy.source.max_redirects = u32::try_from(v).unwrap_or(u32::MAX);
        },
    ),
    word(
        "PIXGATE_REDIRECTS_ALLOWED_SOURCES",
        "follow",
        &["follow", "same-list", "off"],
        "Where redirects may lead: anywhere, to what `IMGPROXY_ALLOWED_SOURCES` matches, or nowhere.",
        |s, v| {
            s.proxy.source.redirects = match v {
                "same-list" => RedirectRule::SameList,
                "off" => RedirectRule::Off,
                _ => RedirectRule::Follow,
            };
        },
    ),
    text(
        "IMGPROXY_USER_AGENT",
        "pixgate/%current_version",
        "`User-Agent` of source requests.",
        |s, v| {
            s.proxy.source.user_agent = v.replace("%current_version", env!("CARGO_PKG_VERSION"));
        },
    ),
    seconds(
        "IMGPROXY_CLIENT_KEEP_ALIVE_TIMEOUT",
        "90",
        0,
        "Idle life of connections to sources; 0 for no reuse.",
        |s, v| {
            s.proxy.source.keep_alive = v;
        },
    ),
    boolean(
        "IMGPROXY_IGNORE_SSL_VERIFICATION",
        "false",
        "Do not verify certificates of sources.",
        |s, v| {
            s.proxy.source.ignore_tls_verification = v;
        },
    ),
    text(
        "IMGPROXY_CUSTOM_REQUEST_HEADERS",
        "",
        "Headers added to source requests: `Name=Value` pairs.",
        |s, v| {
            s.raw.request_headers = v.to_owned();
        },
    )
    .secret()
    .pro(),
    special(
        "IMGPROXY_REQUEST_HEADERS_PASSTHROUGH",
        "",
        "list",
        "Client request headers sent on to the source.",
        |s, v| {
            s.proxy.source.headers_passthrough = value::list(v);
            Ok(())
        },
    )
    .pro(),
    boolean(
        "IMGPROXY_COOKIE_PASSTHROUGH",
        "false",
        "Send client cookies that apply to the source on to it.",
        |s, v| {
            s.proxy.source.cookie_passthrough = v;
        },
    ),
    text(
        "IMGPROXY_COOKIE_BASE_URL",
        "",
        "Scope assumed for client cookies.",
        |s, v| {
            s.proxy.source.cookie_base_url = v.to_owned();
        },
    ),
    boolean(
        "IMGPROXY_COOKIE_PASSTHROUGH_ALL",
        "false",
        "Send all client cookies to every source.",
        |s, v| {
            s.proxy.source.cookie_passthrough_all = v;
        },
    ),
    text(
        "IMGPROXY_SOURCE_URL_QUERY_SEPARATOR",
        "?",
        "Between key and query of other schemes than http(s); empty for none.",
        |s, v| {
            s.proxy.source.query_separator = v.to_owned();
        },
    ),
    text(
        "HTTP_PROXY",
        "",
        "Proxy for http sources; `http_proxy` as well.",
        |s, v| s.proxy.source.http_proxy = Secret::new(v.to_owned()),
    )
    .secret(),
    text(
        "HTTPS_PROXY",
        "",
        "Proxy for https sources; `https_proxy` as well.",
        |s, v| s.proxy.source.https_proxy = Secret::new(v.to_owned()),
    )
    .secret(),
    text(
        "NO_PROXY",
        "",
        "Hosts that are asked directly; `no_proxy` as well.",
        |s, v| v.clone_into(&mut s.proxy.source.no_proxy),
    ),
    special(
        "IMGPROXY_LOCAL_FILESYSTEM_ROOT",
        "",
        "existing directory",
        "Directory that `local://` URLs read; without it they are off.",
        |s, v| {
            s.proxy.source.local_root = Some(value::directory(v)?);
            Ok(())
        },
    ),
    boolean(
        "PIXGATE_LOCAL_FILESYSTEM_STRICT",
        "false",
        "Symbolic links that lead out of that directory are no files; imgproxy follows them.",
        |s, v| {
            s.proxy.source.confine_local_links = v;
        },
    ),
    store("IMGPROXY_USE_S3", "false", "Sources in S3 (`s3://`)."),
    store("IMGPROXY_S3_REGION", "", "Region tried first."),
    store(
        "IMGPROXY_S3_ENDPOINT",
        "",
        "Endpoint of an S3-compatible service.",
    ),
    store(
        "IMGPROXY_S3_ENDPOINT_USE_PATH_STYLE",
        "true",
        "Bucket in the path, not in the host.",
    ),
    store(
        "IMGPROXY_S3_USE_DECRYPTION_CLIENT",
        "false",
        "Decrypt objects with keys of KMS.",
    ),
    store("IMGPROXY_S3_ASSUME_ROLE_ARN", "", "Role to assume."),
    store(
        "IMGPROXY_S3_ASSUME_ROLE_EXTERNAL_ID",
        "",
        "External id for that role.",
    ),
    store(
        "IMGPROXY_S3_ALLOWED_BUCKETS",
        "",
        "Buckets that may be read.",
    ),
    store(
        "IMGPROXY_S3_DENIED_BUCKETS",
        "",
        "Buckets that may not be read.",
    ),
    store("IMGPROXY_S3_ACCESS_POINTS", "", "Access points by alias."),
    store(
        "PIXGATE_S3_ACCOUNTS",
        "",
        "Buckets of other accounts: `BUCKET=ACCOUNT` pairs, see docs/sources.md.",
    ),
    store(
        "IMGPROXY_USE_GCS",
        "false",
        "Sources in Google Cloud Storage (`gs://`).",
    ),
    store("IMGPROXY_GCS_KEY", "", "Service account key.").secret(),
    store(
        "IMGPROXY_GCS_ENDPOINT",
        "https://storage.googleapis.com",
        "Endpoint.",
    ),
    store(
        "IMGPROXY_GCS_ALLOWED_BUCKETS",
        "",
        "Buckets that may be read.",
    ),
    store(
        "IMGPROXY_GCS_DENIED_BUCKETS",
        "",
        "Buckets that may not be read.",
    ),
    store(
        "PIXGATE_GCS_ACCOUNTS",
        "",
        "Buckets of other accounts: `BUCKET=ACCOUNT` pairs, see docs/sources.md.",
    ),
    store(
        "IMGPROXY_USE_ABS",
        "false",
        "Sources in Azure Blob Storage (`abs://`).",
    ),
    store("IMGPROXY_ABS_NAME", "", "Account name."),
    store("IMGPROXY_ABS_KEY", "", "Shared key.").secret(),
    store("IMGPROXY_ABS_ENDPOINT", "", "Endpoint."),
    store(
        "IMGPROXY_ABS_ALLOWED_BUCKETS",
        "",
        "Containers that may be read.",
    ),
    store(
        "IMGPROXY_ABS_DENIED_BUCKETS",
        "",
        "Containers that may not be read.",
    ),
    store(
        "PIXGATE_ABS_ACCOUNTS",
        "",
        "Containers of other accounts: `BUCKET=ACCOUNT` pairs, see docs/sources.md.",
    ),
    store(
        "IMGPROXY_USE_SWIFT",
        "false",
        "Sources in OpenStack Swift (`swift://`).",
    ),
    store("IMGPROXY_SWIFT_USERNAME", "", "User name."),
    store("IMGPROXY_SWIFT_API_KEY", "", "API key.").secret(),
    store(
        "IMGPROXY_SWIFT_AUTH_URL",
        "",
        "Address of the authentication service.",
    ),
    store(
        "IMGPROXY_SWIFT_AUTH_VERSION",
        "0",
        "Version of the authentication, 0 to find out.",
    ),
    store("IMGPROXY_SWIFT_TENANT", "", "Tenant, version 2."),
    store("IMGPROXY_SWIFT_DOMAIN", "", "Domain, version 3."),
    store("IMGPROXY_SWIFT_TIMEOUT_SECONDS", "60", "Time for data."),
    store(
        "IMGPROXY_SWIFT_CONNECT_TIMEOUT_SECONDS",
        "10",
        "Time to connect.",
    ),
    store(
        "IMGPROXY_SWIFT_ALLOWED_BUCKETS",
        "",
        "Containers that may be read.",
    ),
    store(
        "IMGPROXY_SWIFT_DENIED_BUCKETS",
        "",
        "Containers that may not be read.",
    ),
    store(
        "PIXGATE_SWIFT_ACCOUNTS",
        "",
        "Containers of other accounts: `BUCKET=ACCOUNT` pairs, see docs/sources.md.",
    ),
    early(
        "IMGPROXY_ENV_LOCAL_FILE_PATH",
        "",
        "File with variables, `NAME=value` lines; it overrides the environment.",
    ),
    early(
        "IMGPROXY_ENV_AWS_SECRET_ID",
        "",
        "Name or ARN of a secret in AWS Secrets Manager with such lines.",
    ),
    early("IMGPROXY_ENV_AWS_SECRET_VERSION_ID", "", "Its version."),
    early(
        "IMGPROXY_ENV_AWS_SECRET_VERSION_STAGE",
        "",
        "The label of its version.",
    ),
    early(
        "IMGPROXY_ENV_AWS_SECRET_REGION",
        "",
        "Its region; else AWS's own variables and profile, else `us-west-1`.",
    ),
    early(
        "IMGPROXY_ENV_AWS_SSM_PARAMETERS_PATH",
        "",
        "Path of parameters in the AWS SSM Parameter Store, each a variable.",
    ),
    early(
        "IMGPROXY_ENV_AWS_SSM_PARAMETERS_REGION",
        "",
        "Their region, as above.",
    ),
    early(
        "IMGPROXY_ENV_GCP_SECRET_ID",
        "",
        "Name of a secret in Google Cloud Secret Manager with such lines.",
    ),
    early(
        "IMGPROXY_ENV_GCP_SECRET_VERSION_ID",
        "latest",
        "Its version.",
    ),
    early(
        "IMGPROXY_ENV_GCP_SECRET_PROJECT_ID",
        "",
        "Id or number of its project.",
    ),
    early(
        "IMGPROXY_ENV_GCP_KEY",
        "",
        "Key of a service account to read it with; without it what the machine has.",
    )
    .secret(),
    never(
        "IMGPROXY_DOWNLOAD_BUFFER_SIZE",
        "0",
        "Gone in version 4; buffers size themselves.",
    ),
    never(
        "IMGPROXY_BUFFER_POOL_CALIBRATION_THRESHOLD",
        "1024",
        "Gone in version 4; there is no such pool.",
    ),
];

//! Listener, requests, work at once.

use crate::value;
use crate::variable::{Variable, boolean, integer, never, seconds, special, text, word};

const MANY: i64 = i64::MAX;

pub(super) const ROWS: &[Variable] = &[
    text(
        "IMGPROXY_BIND",
        "",
        "Address to listen on, `host:port`; without it `:8080`, or `:PORT`. A path for unix sockets.",
        |s, v| {
            s.server.bind = v.to_owned();
        },
    ),
    integer(
        "PORT",
        "",
        (-1, 65_535),
        "Port to listen on if `IMGPROXY_BIND` is not set.",
        |s, v| {
            s.server.port = u16::try_from(v).ok();
        },
    ),
    word(
        "IMGPROXY_NETWORK",
        "tcp",
        &["tcp", "tcp4", "tcp6", "unix", "unixpacket"],
        "Kind of listener.",
        |s, v| {
            s.server.network = v.to_owned();
        },
    ),
    special(
        "PIXGATE_TLS_CERTIFICATE",
        "",
        "path of a PEM file",
        "Certificate of the server, followed by those between it and its authority: clients then speak TLS, with HTTP/2 or HTTP/1.1. Read at start.",
        |s, v| s.raw.tls.read_certificate(v),
    ),
    special(
        "PIXGATE_TLS_KEY",
        "",
        "path of a PEM file",
        "Private key of that certificate: PKCS #8, PKCS #1 or SEC 1.",
        |s, v| s.raw.tls.read_key(v),
    ),
    boolean(
        "IMGPROXY_SO_REUSEPORT",
        "false",
        "Let several processes listen on the same port (SO_REUSEPORT).",
        |s, v| {
            s.server.reuse_port = v;
        },
    ),
    text(
        "IMGPROXY_PATH_PREFIX",
        "",
        "In front of every path, exactly as written: `/images`.",
        |s, v| {
            s.proxy.routes.prefix = v.to_owned();
        },
    ),
    integer(
        "IMGPROXY_MAX_CLIENTS",
        "2048",
        (0, MANY),
        "Open client connections, and requests of HTTP/2 beyond one for each; more wait. When all are taken, those without a request for a second are closed. 0 for as many as the limit of open files allows.",
        |s, v| {
            s.server.max_clients = value::size(v);
        },
    ),
    integer(
        "PIXGATE_HTTP2_MAX_STREAMS",
        "100",
        (1, 10_000),
        "Requests at a time on one HTTP/2 connection; all but one count as clients of their own.",
        |s, v| {
            s.server.http2_max_streams = u32::try_from(v).unwrap_or(1);
        },
    ),
    text(
        "PIXGATE_ADMIN_BIND",
        "",
        "Address of a listener for `/health` and `/metrics` alone, `host:port`, which clients cannot fill; without it there is none.",
        |s, v| {
            s.server.admin_bind = v.to_owned();
        },
    ),
    seconds(
        "IMGPROXY_TIMEOUT",
        "10",
        1,
        "Total time for a request.",
        |s, v| s.proxy.limits.timeout = v,
    ),
    seconds(
        "IMGPROXY_READ_REQUEST_TIMEOUT",
        "10",
        1,
        "Time to receive a request.",
        |s, v| {
            s.server.read_timeout = v;
        },
    ),
    seconds(
        "IMGPROXY_WRITE_RESPONSE_TIMEOUT",
        "10",
        1,
        "Time to send an answer, from its first byte.",
        |s, v| {
            s.server.write_timeout = v;
        },
    ),
    seconds(
        "IMGPROXY_KEEP_ALIVE_TIMEOUT",
        "10",
        0,
        "Idle time before a client connection is closed; 0 closes after every answer.",
        |s, v| {
            s.server.keep_alive = v;
        },
    ),
    seconds(
        "IMGPROXY_GRACEFUL_STOP_TIMEOUT",
        "",
        0,
        "How long stopping waits for requests; by default twice `IMGPROXY_TIMEOUT`.",
        |s, v| {
            s.server.graceful_stop = Some(v);
        },
    ),
    text(
        "IMGPROXY_ALLOW_ORIGIN",
        "",
        "`Access-Control-Allow-Origin` of answers.",
        |s, v| {
            s.proxy.answer.allow_origin = v.to_owned();
        },
    ),
    text(
        "IMGPROXY_SECRET",
        "",
        "Bearer token that image requests must carry.",
        |s, v| {
            s.proxy.access.secret = v.to_owned();
        },
    )
    .secret(),
    text(
        "IMGPROXY_HEALTH_CHECK_PATH",
        "",
        "A second path for health checks, such as `/up`.",
        |s, v| {
            s.proxy.routes.health_path = v.to_owned();
        },
    ),
    text(
        "IMGPROXY_HEALTH_CHECK_MESSAGE",
        "pixgate is running",
        "Body of the health check.",
        |s, v| {
            s.proxy.answer.health_message = v.to_owned();
        },
    )
    .pro(),
    text(
        "IMGPROXY_SERVER_NAME",
        "pixgate",
        "`Server` header.",
        |s, v| {
            s.proxy.answer.server_name = v.to_owned();
        },
    )
    .pro(),
    text(
        "IMGPROXY_CUSTOM_RESPONSE_HEADERS",
        "",
        "Headers added to answers: `Name=Value` pairs.",
        |s, v| {
            s.raw.response_headers = v.to_owned();
        },
    )
    .pro(),
    text(
        "IMGPROXY_CUSTOM_HEADERS_SEPARATOR",
        "\\;",
        "Between the pairs of both lists of headers.",
        |s, v| {
            s.raw.headers_separator = v.to_owned();
        },
    )
    .pro(),
    special(
        "IMGPROXY_RESPONSE_HEADERS_PASSTHROUGH",
        "",
        "list",
        "Source response headers copied to the answer.",
        |s, v| {
            s.proxy.answer.headers_passthrough = value::list(v);
            Ok(())
        },
    )
    .pro(),
    seconds(
        "IMGPROXY_FREE_MEMORY_INTERVAL",
        "10",
        1,
        "Time between two records of memory figures; memory itself goes back within seconds.",
        |s, v| {
            s.server.memory_interval = v;
        },
    ),
    boolean(
        "IMGPROXY_LOG_MEM_STATS",
        "false",
        "Log memory figures at debug level.",
        |s, v| {
            s.server.log_memory = v;
        },
    ),
    never(
        "IMGPROXY_PPROF_BIND",
        ":8088",
        "Profiler of another language's runtime.",
    ),
    integer(
        "IMGPROXY_WORKERS",
        "",
        (1, 4_096),
        "Images worked on at once; by default as many as usable CPUs, a part of one counted as one.",
        |s, v| {
            s.server.workers = Some(value::size(v));
        },
    ),
    integer(
        "IMGPROXY_REQUESTS_QUEUE_SIZE",
        "0",
        (0, MANY),
        "How many more may wait; the next is answered 429. 0 for any number.",
        |s, v| {
            s.proxy.limits.queue_size = value::size(v);
        },
    ),
    text(
        "AWS_LAMBDA_FUNCTION_NAME",
        "",
        "Set by AWS Lambda: one worker, no queue.",
        |s, _| s.raw.is_lambda = true,
    ),
    special(
        "PIXGATE_MEMORY_BUDGET_MB",
        "",
        "integer from 16",
        "Memory for sources and pixels of all requests together, in MiB; by default half of the memory at hand, at most 2048.",
        |s, v| {
            let mib = value::integer(v, 16, 1 << 24)?;
            s.server.memory_bytes = Some(mib.unsigned_abs() << 20);
            Ok(())
        },
    ),
    boolean(
        "PIXGATE_SYSTEM_FONTS",
        "true",
        "Text in SVG and `watermark_text` may use the fonts that are installed; without any, or with `false`, Roboto.",
        |s, v| s.proxy.output.system_fonts = v,
    ),
    special(
        "PIXGATE_FONTS_DIR",
        "",
        "existing directory",
        "TrueType and OpenType fonts for text in SVG and `watermark_text`, beside those of the system and the built-in Roboto; the first is what `sans` means in `watermark_text`.",
        |s, v| {
            s.proxy.output.fonts_dir = Some(value::directory(v)?);
            Ok(())
        },
    ),
    boolean(
        "PIXGATE_COALESCE",
        "true",
        "Requests for the same picture, or the same source, at the same time share the work.",
        |s, v| {
            s.proxy.limits.coalesce = v;
        },
    ),
    boolean(
        "IMGPROXY_DEVELOPMENT_ERRORS_MODE",
        "false",
        "Errors explain themselves to the client; never in production.",
        |s, v| {
            s.proxy.answer.development_errors = v;
        },
    ),
];

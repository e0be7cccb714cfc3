//! Signatures, URLs, presets.

use pixgate_source::Secret;

use crate::value;
use crate::variable::{Variable, boolean, integer, special, text};

pub(super) const ROWS: &[Variable] = &[
    special(
        "IMGPROXY_KEY",
        "",
        "hexadecimal list",
        "Signing keys, paired with the salts.",
        |s, v| {
            s.proxy.access.keys = value::hex_list(v)?;
            Ok(())
        },
    )
    .secret(),
    special(
        "IMGPROXY_SALT",
        "",
        "hexadecimal list",
        "Signing salts.",
        |s, v| {
            s.proxy.access.salts = value::hex_list(v)?;
            Ok(())
        },
    )
    .secret(),
    integer(
        "IMGPROXY_SIGNATURE_SIZE",
        "32",
        (1, 32),
        "Leading bytes of the digest that make a signature.",
        |s, v| {
            s.proxy.access.signature_size = value::size(v);
        },
    ),
    special(
        "IMGPROXY_TRUSTED_SIGNATURES",
        "",
        "list",
        "Signatures accepted as they are, when keys are set.",
        |s, v| {
            s.proxy.access.trusted_signatures = value::list(v);
            Ok(())
        },
    )
    .secret(),
    text(
        "IMGPROXY_PRESETS",
        "",
        "Presets: `name=option:argument/option:argument`, separated as below.",
        |s, v| {
            s.raw.presets = v.to_owned();
        },
    ),
    text(
        "IMGPROXY_PRESETS_SEPARATOR",
        ",",
        "Between presets.",
        |s, v| s.raw.presets_separator = v.to_owned(),
    ),
    special(
        "IMGPROXY_PRESETS_PATH",
        "",
        "path of a file with a preset on each line",
        "More presets; later names override.",
        |s, v| {
            s.raw.preset_lines = value::lines_of(v)?;
            Ok(())
        },
    ),
    boolean(
        "IMGPROXY_ONLY_PRESETS",
        "false",
        "URLs carry preset names only.",
        |s, v| s.proxy.url.only_presets = v,
    ),
    text(
        "IMGPROXY_INFO_PRESETS",
        "",
        "Presets of the info endpoint.",
        |s, v| s.raw.info_presets = v.to_owned(),
    )
    .idle(NO_INFO),
    special(
        "IMGPROXY_INFO_PRESETS_PATH",
        "",
        "path of a file with a preset on each line",
        "More presets of the info endpoint.",
        |s, v| {
            s.raw.info_preset_lines = value::lines_of(v)?;
            Ok(())
        },
    )
    .idle(NO_INFO),
    boolean(
        "IMGPROXY_INFO_ONLY_PRESETS",
        "",
        "As `IMGPROXY_ONLY_PRESETS`, for the info endpoint; without it the same.",
        |s, v| {
            s.proxy.url.info_only_presets = Some(v);
        },
    )
    .idle(NO_INFO),
    text(
        "IMGPROXY_ARGUMENTS_SEPARATOR",
        ":",
        "Between an option's name and its arguments.",
        |s, v| {
            s.proxy.url.arguments_separator = v.to_owned();
        },
    ),
    special(
        "IMGPROXY_ALLOWED_PROCESSING_OPTIONS",
        "",
        "list",
        "Option names that URLs may use, as written; without it all.",
        |s, v| {
            s.proxy.url.allowed_options = value::list(v);
            Ok(())
        },
    ),
    special(
        "IMGPROXY_ALLOWED_INFO_OPTIONS",
        "",
        "list",
        "The same for the info endpoint.",
        |s, v| {
            s.proxy.url.allowed_info_options = value::list(v);
            Ok(())
        },
    )
    .idle(NO_INFO),
    integer(
        "IMGPROXY_MAX_CHAINED_PIPELINES",
        "0",
        (0, i64::MAX),
        "Most pipelines in a URL; 0 for any number.",
        |s, v| {
            s.proxy.url.max_chained_pipelines = value::size(v);
        },
    )
    .pro(),
    boolean(
        "IMGPROXY_ALLOW_SECURITY_OPTIONS",
        "false",
        "URLs may set limits.",
        |s, v| {
            s.proxy.url.allow_security_options = v;
        },
    ),
    boolean(
        "IMGPROXY_ALLOW_BYPASS_CACHE",
        "false",
        "URLs may go past the cache of results.",
        |s, v| {
            s.proxy.url.allow_bypass_cache = v;
        },
    )
    .idle(NO_CACHE),
    special(
        "IMGPROXY_SOURCE_URL_ENCRYPTION_KEY",
        "",
        "32, 48 or 64 hexadecimal digits",
        "AES key for encrypted source URLs.",
        |s, v| {
            let key = value::hex(v)?;
            if !matches!(key.len(), 16 | 24 | 32) {
                return Err(format!("must be 16, 24 or 32 bytes, not {}", key.len()));
            }
            s.proxy.url.encryption_key = Secret::new(key);
            Ok(())
        },
    )
    .secret()
    .pro(),
    text(
        "IMGPROXY_BASE_URL",
        "",
        "Put in front of source URLs that do not begin with it.",
        |s, v| {
            s.proxy.url.base_url = v.to_owned();
        },
    ),
    special(
        "IMGPROXY_URL_REPLACEMENTS",
        "",
        "`pattern=replacement` pairs between `;`",
        "Rewrites the beginning of source URLs, before the base URL.",
        |s, v| {
            value::check_replacements(v)?;
            s.proxy.url.replacements = v.to_owned();
            Ok(())
        },
    ),
    boolean(
        "IMGPROXY_BASE64_URL_INCLUDES_FILENAME",
        "false",
        "The last segment of an encoded source URL is a file name for show.",
        |s, v| {
            s.proxy.url.base64_includes_filename = v;
        },
    ),
];

const NO_INFO: &str = "the info endpoint is not supported";
const NO_CACHE: &str = "results are not cached";

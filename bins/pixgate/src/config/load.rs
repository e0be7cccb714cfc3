//! From names and values to [`Settings`].

use std::collections::BTreeMap;

use pixgate_source::Secret;

use super::hint::hint;
use super::table;
use super::telemetry::Later;
use super::{Error, Kind, Settings, Support, Variable, machine, openness, presets, value};

pub(super) fn load(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Settings, Error> {
    let mut given: BTreeMap<String, String> = pairs.into_iter().collect();
    accept_lower_case_proxies(&mut given);
    let mut settings = Settings::default();
    let mut lines = Vec::new();
    warn_of_strangers(&given, &mut settings.warnings);
    settings.proxy.source.stores.0 = cloud_variables(&given);
    settings.draft.deprecated = follow_aliases(&mut given, &mut settings.warnings);
    for variable in table::variables() {
        let text = given.get(variable.name).map(String::as_str);
        if let Err(why) = apply(variable, text, &mut settings) {
            lines.push(complaint(variable, text.unwrap_or_default(), &why));
        }
    }
    if lines.is_empty() {
        lines = finish(&mut settings).err().into_iter().collect();
    }
    if lines.is_empty() {
        Ok(settings)
    } else {
        let log = settings.log;
        Err(Error { lines, log })
    }
}

fn complaint(variable: &Variable, text: &str, why: &str) -> String {
    let complaint = variable.complaint(text, why);
    format!("{complaint} (format: {})", variable.format())
}

fn apply(variable: &Variable, text: Option<&str>, settings: &mut Settings) -> Result<(), String> {
    let is_given = text.is_some_and(|text| !text.trim().is_empty())
        || (variable.name == MAY_BE_EMPTY && text == Some(""))
        || (variable.name == MAY_BE_BLANK && text.is_some_and(|text| !text.is_empty()));
    if is_given {
        settings.warnings.extend(warning(variable));
    }
    if !variable.default.is_empty() {
        variable.apply(settings, variable.default)?;
    }
    match text {
        Some(text) if is_given => variable.apply(settings, text),
        _ => Ok(()),
    }
}

fn warning(variable: &Variable) -> Option<String> {
    match variable.support() {
        Support::NotYet => Some(format!("{} has no effect yet", variable.name)),
        Support::Idle(reason) => Some(format!("{} has no effect yet: {reason}", variable.name)),
        Support::Never(reason) => Some(format!("{} has no effect: {reason}", variable.name)),
        Support::Honoured | Support::FreeHere | Support::Renamed(_) => None,
    }
}

/// `http_proxy` and the like, as every other program reads them.
fn accept_lower_case_proxies(given: &mut BTreeMap<String, String>) {
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"] {
        if let Some(text) = given.get(&name.to_ascii_lowercase()).cloned() {
            given.entry(name.to_owned()).or_insert(text);
        }
    }
}

/// What the clouds' own tools read as well: credentials, regions, identity services.
fn cloud_variables(given: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let is_ours = |name: &str| is_cloud(name) || name.starts_with(ACCOUNT_PREFIX);
    let cloud = given.iter().filter(|(name, _)| is_ours(name));
    cloud
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}

pub(super) fn is_cloud(name: &str) -> bool {
    name == "HOME" || CLOUD_PREFIXES.iter().any(|prefix| name.starts_with(prefix))
}

/// Moves values to the new names, and gives the first complaint about an old one.
fn follow_aliases(
    given: &mut BTreeMap<String, String>,
    warnings: &mut Vec<String>,
) -> Option<String> {
    let mut deprecated = None;
    for variable in table::variables() {
        let Kind::Alias(name) = variable.kind else {
            continue;
        };
        if let Some(text) = given.remove(variable.name) {
            let line = format!("{} is deprecated, use {name}", variable.name);
            deprecated.get_or_insert_with(|| line.clone());
            warnings.push(line);
            given.entry(name.to_owned()).or_insert(text);
        }
    }
    deprecated
}

fn warn_of_strangers(given: &BTreeMap<String, String>, warnings: &mut Vec<String>) {
    let strangers = given.keys().filter(|name| {
        (name.starts_with("IMGPROXY_") || name.starts_with("PIXGATE_"))
            && table::find(name).is_none()
            && !is_of_account(name)
    });
    for name in strangers {
        warnings.push(format!("{name} is not known{}", hint(name)));
    }
}

/// Whether a name is that of a store's variable behind `PIXGATE_ACCOUNT_<ACCOUNT>_`.
pub(super) fn is_of_account(name: &str) -> bool {
    let Some(rest) = name.strip_prefix(ACCOUNT_PREFIX) else {
        return false;
    };
    let is_known = |(at, _)| {
        let name = rest.get(at + 1..).unwrap_or_default();
        let variable = table::find(name);
        variable.is_some_and(|variable| matches!(variable.kind, Kind::Store)) || is_cloud(name)
    };
    rest.match_indices('_').any(is_known)
}

/// Checks and joins what several variables say together.
fn finish(settings: &mut Settings) -> Result<(), String> {
    check_keys(settings)?;
    check_system(settings, cfg!(unix))?;
    tidy_routes(settings);
    check_binds(settings)?;
    presets::join(settings)?;
    settings.server.tls = settings.draft.tls.finish()?;
    settings.log.syslog = settings.draft.syslog.finish(settings.log.level)?;
    let later = Later(&settings.draft.later);
    let telemetry = &mut settings.telemetry;
    telemetry.otlp = later.otlp(settings.log.level)?;
    telemetry.reports = later.reports()?;
    telemetry.is_secure = settings.server.tls.is_some();
    settings.log.tap_level = telemetry.otlp.as_ref().map(|otlp| otlp.log_level);
    join_headers(settings)?;
    let draft = &mut settings.draft;
    settings.proxy.fallback.image = draft.fallback_data.take().or(draft.fallback_file.take());
    settings.proxy.output.watermark = draft.watermark_data.take().or(draft.watermark_file.take());
    if settings.proxy.output.preferred_formats.is_empty() {
        return Err("IMGPROXY_PREFERRED_FORMATS cannot be empty".to_owned());
    }
    if settings.draft.fail_on_deprecation
        && let Some(line) = &settings.draft.deprecated
    {
        return Err(format!("{line} (IMGPROXY_FAIL_ON_DEPRECATION is set)"));
    }
    size_to_machine(settings);
    warn_of_formats(settings);
    openness::warn(settings);
    Ok(())
}

/// What a system without unix sockets cannot do is refused by name.
fn check_system(settings: &Settings, is_unix: bool) -> Result<(), String> {
    let syslog = &settings.draft.syslog;
    let wants_socket = syslog.is_enabled && !matches!(syslog.network.as_str(), "udp" | "tcp");
    let lacks = match settings {
        _ if is_unix => return Ok(()),
        settings if settings.is_unix() => "IMGPROXY_NETWORK: unix sockets; use `tcp`",
        settings if settings.server.reuse_port => {
            "IMGPROXY_SO_REUSEPORT: SO_REUSEPORT; leave it out"
        }
        _ if wants_socket => "IMGPROXY_SYSLOG_NETWORK: a local syslog daemon; use `udp` or `tcp`",
        _ => return Ok(()),
    };
    let (name, what) = lacks.split_once(": ").unwrap_or((lacks, ""));
    Err(format!(
        "{name} asks for what this system does not have: {what}"
    ))
}

fn check_keys(settings: &Settings) -> Result<(), String> {
    let access = &settings.proxy.access;
    if access.keys.len() == access.salts.len() {
        return Ok(());
    }
    Err(format!(
        "IMGPROXY_KEY has {} key(s) but IMGPROXY_SALT {} salt(s): they go in pairs",
        access.keys.len(),
        access.salts.len()
    ))
}

/// The prefix is used as it is, which may mean that nothing matches it; the path of the health check
/// gets its slash, and loses one at its end, query and fragment.
fn tidy_routes(settings: &mut Settings) {
    let routes = &mut settings.proxy.routes;
    if tidy(&routes.prefix) != routes.prefix {
        settings.warnings.push(format!(
            "IMGPROXY_PATH_PREFIX `{}` should begin with `/` and not end with it; it is used as it is",
            routes.prefix
        ));
    }
    let path = tidy(&routes.health_path);
    if path != routes.health_path {
        settings.warnings.push(format!(
            "IMGPROXY_HEALTH_CHECK_PATH `{}` is taken for `{path}`",
            routes.health_path
        ));
        routes.health_path = path;
    }
}

fn tidy(path: &str) -> String {
    let path = path.split(['?', '#']).next().unwrap_or_default();
    match path.trim_end_matches('/') {
        path if path.is_empty() || path.starts_with('/') => path.to_owned(),
        path => format!("/{path}"),
    }
}

fn check_binds(settings: &Settings) -> Result<(), String> {
    let bind = &settings.metrics.bind;
    if !settings.is_unix() {
        check_address("IMGPROXY_BIND", &settings.server.bind)?;
    }
    check_address("IMGPROXY_PROMETHEUS_BIND", bind)?;
    check_address("PIXGATE_ADMIN_BIND", &settings.server.admin_bind)?;
    if bind.is_empty() || *bind != settings.address() {
        return Ok(());
    }
    Err(format!(
        "IMGPROXY_PROMETHEUS_BIND and IMGPROXY_BIND cannot be the same address, `{bind}`"
    ))
}

/// An address is `host:port`, with an empty host for all of this machine; none is fine as well.
fn check_address(name: &str, text: &str) -> Result<(), String> {
    let wrong = |why: &str| Err(table::complaint(name, text, why));
    let port = match text.rsplit_once(':') {
        _ if text.is_empty() => return Ok(()),
        Some((_, port)) => port,
        None if text.parse::<u16>().is_ok() => {
            return wrong(&format!("an address is host:port; write `:{text}`"));
        }
        None => return wrong("has no port; write `host:port`, or `:port` for all addresses"),
    };
    match port.parse::<u16>() {
        Ok(_) => Ok(()),
        Err(_) => wrong("the port, behind the last `:`, must be a number up to 65535"),
    }
}

fn join_headers(settings: &mut Settings) -> Result<(), String> {
    let draft = &settings.draft;
    let read = |name: &str, text: &str| {
        value::headers(text, &draft.headers_separator)
            .map_err(|why| table::complaint(name, text, &why))
    };
    settings.proxy.answer.headers =
        read("IMGPROXY_CUSTOM_RESPONSE_HEADERS", &draft.response_headers)?;
    settings.proxy.source.headers = Secret::new(read(
        "IMGPROXY_CUSTOM_REQUEST_HEADERS",
        &draft.request_headers,
    )?);
    Ok(())
}

fn size_to_machine(settings: &mut Settings) {
    let limits = &mut settings.proxy.limits;
    limits.workers = settings.server.workers.unwrap_or_else(machine::cpus);
    limits.memory_bytes = settings
        .server
        .memory_bytes
        .unwrap_or_else(machine::memory_budget_bytes);
    if settings.draft.is_lambda {
        limits.workers = 1;
        limits.queue_size = 0;
    }
}

fn warn_of_formats(settings: &mut Settings) {
    let formats = settings.proxy.output.preferred_formats.iter();
    let unwritable = formats.filter(|format| !pixgate_codec::can_write(**format));
    settings.warnings.extend(unwritable.map(|format| {
        format!("IMGPROXY_PREFERRED_FORMATS: {format} cannot be written here and is left out")
    }));
}

/// The only variable for which "empty" differs from "not given".
const MAY_BE_EMPTY: &str = "IMGPROXY_SOURCE_URL_QUERY_SEPARATOR";
/// The only variable for which white space is a value: a line for each preset.
const MAY_BE_BLANK: &str = "IMGPROXY_PRESETS_SEPARATOR";
const ACCOUNT_PREFIX: &str = "PIXGATE_ACCOUNT_";
const CLOUD_PREFIXES: [&str; 8] = [
    "AWS_",
    "GOOGLE_",
    "GCE_",
    "NO_GCE_",
    "CLOUDSDK_",
    "AZURE_",
    "IDENTITY_",
    "MSI_",
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use super::*;

    fn with(pairs: &[(&str, &str)]) -> Result<Settings, Error> {
        load(
            pairs
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned())),
        )
    }

    #[test]
    fn nothing_gives_the_defaults_of_the_library() {
        let settings = with(&[]).expect("defaults");
        let mut library = pixgate_proxy::Config::default();
        library.limits.workers = settings.proxy.limits.workers;
        library.limits.memory_bytes = settings.proxy.limits.memory_bytes;
        assert_eq!(settings.proxy, library);
        assert_eq!(settings.address(), ":8080");
        assert_eq!(settings.graceful_stop(), Duration::from_secs(20));
    }

    #[test]
    fn every_default_is_a_valid_value() {
        for variable in table::variables().filter(|variable| !variable.default.is_empty()) {
            let outcome = variable.apply(&mut Settings::default(), variable.default);
            assert_eq!(outcome, Ok(()), "{}", variable.name);
        }
    }

    #[test]
    fn values_that_may_be_secrets_are_not_complained_about_in_clear() {
        let secret = variables_that(|variable| variable.is_secret);
        assert!(secret.len() >= 15, "{secret:?}");
        for name in &secret {
            let lines = match with(&[
                (name, "hunter2"),
                ("IMGPROXY_OPEN_TELEMETRY_ENABLE", "true"),
            ]) {
                Ok(settings) => format!("{settings:?} {:?}", settings.warnings),
                Err(error) => {
                    assert!(error.to_string().contains(name), "{error}");
                    format!("{error:?}")
                }
            };
            assert!(!lines.contains("hunter2"), "{name}: {lines}");
        }
    }

    #[test]
    fn whatever_sounds_like_a_secret_is_one() {
        let sounds = |name: &str| {
            ["_KEY", "_SALT", "_SECRET", "_DSN", "_TOKEN", "_PASSWORD"]
                .iter()
                .any(|end| name.ends_with(end))
        };
        let missed = variables_that(|variable| {
            let is_read = matches!(variable.support(), Support::Honoured | Support::FreeHere);
            is_read && sounds(variable.name) && !variable.is_secret
        });
        // Names of files.
        assert_eq!(missed, ["PIXGATE_TLS_KEY"]);
    }

    fn variables_that(is_wanted: impl Fn(&Variable) -> bool) -> Vec<&'static str> {
        let wanted = table::variables().filter(|variable| is_wanted(variable));
        wanted.map(|variable| variable.name).collect()
    }

    #[test]
    fn names_are_unique_and_documented() {
        let names: Vec<_> = table::variables().map(|variable| variable.name).collect();
        assert_eq!(names.len(), names.iter().collect::<BTreeSet<_>>().len());
        assert!(names.len() > 300, "{}", names.len());
        assert!(table::variables().all(|variable| !variable.doc.is_empty()));
    }

    #[test]
    fn numbers_outside_their_range_stop_the_start() {
        for variable in table::variables() {
            let Kind::Int { min, max, .. } = variable.kind else {
                continue;
            };
            let try_value = |value: i64| with(&[(variable.name, &value.to_string())]);
            if variable.name != "PORT" {
                assert!(try_value(min).is_ok(), "{} {min}", variable.name);
            }
            for bad in [min.checked_sub(1), max.checked_add(1)]
                .into_iter()
                .flatten()
            {
                let error = try_value(bad).expect_err(variable.name).to_string();
                assert!(
                    error.contains(variable.name) && error.contains(&bad.to_string()),
                    "{error}"
                );
            }
            assert!(
                with(&[(variable.name, "junk")]).is_err(),
                "{}",
                variable.name
            );
            assert!(with(&[(variable.name, " ")]).is_ok(), "{}", variable.name);
        }
    }

    #[test]
    fn all_mistakes_are_reported_together() {
        let error = with(&[("IMGPROXY_TTL", "-1"), ("IMGPROXY_USE_ETAG", "yes")]).expect_err("two");
        assert_eq!(error.lines().len(), 2);
    }

    #[test]
    fn bind_wins_over_port() {
        assert_eq!(with(&[("PORT", "90")]).expect("a port").address(), ":90");
        let both = with(&[("PORT", "90"), ("IMGPROXY_BIND", "127.0.0.1:1")]);
        assert_eq!(both.expect("both").address(), "127.0.0.1:1");
    }

    #[test]
    fn strangers_and_old_names_are_warned_of() {
        let settings = with(&[
            ("IMGPROXY_QUALTY", "90"),
            ("IMGPROXY_ENABLE_WEBP_DETECTION", "true"),
            ("IMGPROXY_CONCURRENCY", "4"),
            ("IMGPROXY_CACHE_TAGS_FORMAT", "all"),
        ])
        .expect("warnings only");
        assert!(settings.proxy.output.detection.auto_webp);
        let warnings = settings.warnings.join("\n");
        for part in [
            "did you mean IMGPROXY_QUALITY?",
            "IMGPROXY_ENABLE_WEBP_DETECTION is deprecated",
            "replaced by IMGPROXY_WORKERS",
            "IMGPROXY_CACHE_TAGS_FORMAT has no effect yet",
        ] {
            assert!(warnings.contains(part), "{warnings}");
        }
    }

    #[test]
    fn variables_of_accounts_are_no_strangers() {
        let settings = with(&[
            ("PIXGATE_S3_ACCOUNTS", "old=the_archive"),
            ("PIXGATE_ACCOUNT_THE_ARCHIVE_AWS_PROFILE", "x"),
            ("PIXGATE_ACCOUNT_THE_ARCHIVE_IMGPROXY_S3_REGION", "y"),
            ("PIXGATE_ACCOUNT_THE_ARCHIVE_IMGPROXY_QUALITY", "80"),
            ("PIXGATE_ACCOUNT_THE_ARCHIVE_IMGPROXY_S3_REGIO", "z"),
        ])
        .expect("warnings only");
        let warnings = settings.warnings.join("\n");
        for (name, is_warned) in [
            ("AWS_PROFILE", false),
            ("IMGPROXY_S3_REGION ", false),
            ("IMGPROXY_QUALITY is not known", true),
            ("IMGPROXY_S3_REGIO is not known", true),
        ] {
            assert_eq!(warnings.contains(name), is_warned, "{warnings}");
        }
        let stores = settings.proxy.source.stores.0;
        assert!(stores.contains_key("PIXGATE_ACCOUNT_THE_ARCHIVE_AWS_PROFILE"));
        assert!(stores.contains_key("PIXGATE_S3_ACCOUNTS"));
    }

    #[test]
    fn paths_are_tidied() {
        let settings = with(&[
            ("IMGPROXY_PATH_PREFIX", "img/?a"),
            ("IMGPROXY_HEALTH_CHECK_PATH", "up"),
            ("IMGPROXY_PREFERRED_FORMATS", "jpeg,heic"),
        ]);
        let settings = settings.expect("warnings only");
        assert_eq!(settings.proxy.routes.prefix, "img/?a");
        assert_eq!(settings.proxy.routes.health_path, "/up");
        let warnings = settings.warnings.join("\n");
        for part in [
            "`img/?a` should begin",
            "`up` is taken for `/up`",
            "heic cannot be written",
        ] {
            assert!(warnings.contains(part), "{warnings}");
        }
    }

    #[test]
    fn secrets_are_not_printed() {
        let pem = "-----BEGIN PRIVATE KEY-----in-clear";
        let settings = with(&[
            ("IMGPROXY_KEY", "00"),
            ("IMGPROXY_SALT", "00"),
            ("IMGPROXY_SECRET", "in-clear"),
            ("IMGPROXY_SENTRY_DSN", "https://in-clear@h/1"),
            ("IMGPROXY_BUGSNAG_KEY", "in-clear"),
            ("IMGPROXY_OPEN_TELEMETRY_ENABLE", "true"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "authorization=in-clear"),
            ("IMGPROXY_OPEN_TELEMETRY_CLIENT_KEY", pem),
            ("AWS_SECRET_ACCESS_KEY", "in-clear"),
            ("IMGPROXY_CUSTOM_REQUEST_HEADERS", "Authorization=in-clear"),
        ]);
        let printed = format!("{:?}", settings.expect("settings"));
        assert!(!printed.contains("in-clear"), "{printed}");
    }

    #[test]
    fn what_a_system_lacks_is_refused_by_name() {
        for (name, value) in [
            ("IMGPROXY_NETWORK", "unix"),
            ("IMGPROXY_SO_REUSEPORT", "true"),
            ("IMGPROXY_SYSLOG_ENABLE", "true"),
        ] {
            let mut settings = Settings::default();
            for variable in table::variables() {
                let text = (variable.name == name).then_some(value);
                apply(variable, text, &mut settings).expect("a value");
            }
            assert_eq!(check_system(&settings, true), Ok(()), "{name}");
            let error = check_system(&settings, false).expect_err(name);
            assert!(error.starts_with("IMGPROXY_"), "{error}");
        }
        assert_eq!(check_system(&Settings::default(), false), Ok(()));
    }

    #[test]
    fn keys_and_salts_go_in_pairs() {
        let error = with(&[("IMGPROXY_KEY", "00")])
            .expect_err("no salt")
            .to_string();
        assert!(
            error.contains("IMGPROXY_KEY") && error.contains("IMGPROXY_SALT"),
            "{error}"
        );
    }

    #[test]
    fn an_empty_query_separator_is_a_value() {
        let settings = with(&[("IMGPROXY_SOURCE_URL_QUERY_SEPARATOR", "")]).expect("empty");
        assert_eq!(settings.proxy.source.query_separator, "");
    }

    #[test]
    fn empty_allowed_sources_are_warned_of_and_allow_nothing() {
        let settings = with(&[("IMGPROXY_ALLOWED_SOURCES", ",")]).expect("a list");
        let allowlist = pixgate_allow::Allowlist::new(&settings.proxy.source.allowed);
        assert!(!allowlist.allows("http://a/b.jpg"));
        assert!(
            settings
                .warnings
                .iter()
                .any(|line| line.contains("empty items"))
        );
    }
}

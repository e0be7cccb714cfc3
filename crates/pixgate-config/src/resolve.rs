//! From values one by one to settings: what several variables say together.

use pixgate_source::Secret;

use crate::telemetry::Deferred;
use crate::warning::{Warning, WarningKind};
use crate::{Settings, machine, openness, presets, table, value};

/// Checks and joins what several variables say together.
pub(super) fn resolve(settings: &mut Settings) -> Result<(), String> {
    check_keys(settings)?;
    check_system(settings, cfg!(unix))?;
    tidy_routes(settings);
    check_binds(settings)?;
    presets::join(settings)?;
    settings.server.tls = settings.raw.tls.resolve()?;
    settings.log.syslog = settings.raw.syslog.resolve(settings.log.level)?;
    let deferred = Deferred(&settings.raw.deferred);
    let telemetry = &mut settings.telemetry;
    telemetry.otlp = deferred.otlp(settings.log.level)?;
    telemetry.reports = deferred.reports()?;
    telemetry.is_secure = settings.server.tls.is_some();
    settings.log.tap_level = telemetry.otlp.as_ref().map(|otlp| otlp.log_level);
    join_headers(settings)?;
    let raw = &mut settings.raw;
    settings.proxy.fallback.image = raw.fallback_data.take().or(raw.fallback_file.take());
    settings.proxy.output.watermark = raw.watermark_data.take().or(raw.watermark_file.take());
    if settings.proxy.output.engine.preferred_formats.is_empty() {
        return Err("IMGPROXY_PREFERRED_FORMATS cannot be empty".to_owned());
    }
    refuse_deprecated(settings)?;
    size_to_machine(settings);
    warn_of_formats(settings);
    openness::warn(settings);
    Ok(())
}

fn refuse_deprecated(settings: &Settings) -> Result<(), String> {
    let mut warnings = settings.warnings.iter();
    let deprecated = warnings.find(|warning| warning.kind() == WarningKind::Deprecated);
    match deprecated {
        Some(warning) if settings.raw.fail_on_deprecation => {
            Err(format!("{warning} (IMGPROXY_FAIL_ON_DEPRECATION is set)"))
        }
        _ => Ok(()),
    }
}

/// What a system without unix sockets cannot do is refused by name.
fn check_system(settings: &Settings, is_unix: bool) -> Result<(), String> {
    let syslog = &settings.raw.syslog;
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
        settings.warnings.push(Warning::new(
            WarningKind::Suspect,
            "IMGPROXY_PATH_PREFIX",
            format!(
                " `{}` should begin with `/` and not end with it; it is used as it is",
                routes.prefix
            ),
        ));
    }
    let path = tidy(&routes.health_path);
    if path != routes.health_path {
        settings.warnings.push(Warning::new(
            WarningKind::Suspect,
            "IMGPROXY_HEALTH_CHECK_PATH",
            format!(" `{}` is taken for `{path}`", routes.health_path),
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
    let raw = &settings.raw;
    let read = |name: &str, text: &str| {
        value::headers(text, &raw.headers_separator)
            .map_err(|why| table::complaint(name, text, &why))
    };
    settings.proxy.answer.headers =
        read("IMGPROXY_CUSTOM_RESPONSE_HEADERS", &raw.response_headers)?;
    settings.proxy.source.headers = Secret::new(read(
        "IMGPROXY_CUSTOM_REQUEST_HEADERS",
        &raw.request_headers,
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
    if settings.raw.is_lambda {
        limits.workers = 1;
        limits.queue_size = 0;
    }
}

fn warn_of_formats(settings: &mut Settings) {
    let formats = settings.proxy.output.engine.preferred_formats.iter();
    let unwritable = formats.filter(|format| !pixgate_codec::can_write(**format));
    settings.warnings.extend(unwritable.map(|format| {
        Warning::new(
            WarningKind::Ignored,
            "IMGPROXY_PREFERRED_FORMATS",
            format!(": {format} cannot be written here and is left out"),
        )
    }));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::apply;
    use crate::tests::{joined, with};

    #[test]
    fn bind_wins_over_port() {
        assert_eq!(with(&[("PORT", "90")]).expect("a port").address(), ":90");
        let both = with(&[("PORT", "90"), ("IMGPROXY_BIND", "127.0.0.1:1")]);
        assert_eq!(both.expect("both").address(), "127.0.0.1:1");
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
        let warnings = joined(&settings);
        for part in [
            "`img/?a` should begin",
            "`up` is taken for `/up`",
            "heic cannot be written",
        ] {
            assert!(warnings.contains(part), "{warnings}");
        }
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
    fn empty_allowed_sources_are_warned_of_and_allow_nothing() {
        let settings = with(&[("IMGPROXY_ALLOWED_SOURCES", ",")]).expect("a list");
        let allowlist = pixgate_allow::Allowlist::new(&settings.proxy.source.allowed);
        assert!(!allowlist.allows("http://a/b.jpg"));
        assert!(
            settings
                .warnings
                .iter()
                .any(|warning| warning.to_string().contains("empty items"))
        );
    }
}

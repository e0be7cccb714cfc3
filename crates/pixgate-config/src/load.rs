//! From names and values to [`Settings`].

use std::collections::BTreeMap;

use crate::clouds::{cloud_variables, is_of_account};
use crate::hint::hint;
use crate::resolve::resolve;
use crate::warning::{Warning, WarningKind};
use crate::{Error, Kind, Settings, Support, Variable, table};

impl Settings {
    /// Reads settings from names and values; blank values count as not given.
    ///
    /// # Errors
    ///
    /// [`Error`] with a line for every variable whose value cannot be used.
    pub fn load(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Self, Error> {
        load(pairs)
    }
}

fn load(pairs: impl IntoIterator<Item = (String, String)>) -> Result<Settings, Error> {
    let mut given: BTreeMap<String, String> = pairs.into_iter().collect();
    accept_lower_case_proxies(&mut given);
    let mut settings = Settings::default();
    let mut lines = Vec::new();
    warn_of_strangers(&given, &mut settings.warnings);
    settings.proxy.source.stores.0 = cloud_variables(&given);
    follow_aliases(&mut given, &mut settings.warnings);
    for variable in table::variables() {
        let text = given.get(variable.name).map(String::as_str);
        if let Err(why) = apply(variable, text, &mut settings) {
            lines.push(complaint(variable, text.unwrap_or_default(), &why));
        }
    }
    if lines.is_empty() {
        lines = resolve(&mut settings).err().into_iter().collect();
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

pub(super) fn apply(
    variable: &Variable,
    text: Option<&str>,
    settings: &mut Settings,
) -> Result<(), String> {
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

fn warning(variable: &Variable) -> Option<Warning> {
    let rest = match variable.support() {
        Support::NotYet => " has no effect yet".to_owned(),
        Support::Idle(reason) => format!(" has no effect yet: {reason}"),
        Support::Never(reason) => format!(" has no effect: {reason}"),
        Support::Honoured | Support::Pro | Support::Renamed(_) => return None,
    };
    Some(Warning::new(WarningKind::NoEffect, variable.name, rest))
}

/// `http_proxy` and the like, as every other program reads them.
fn accept_lower_case_proxies(given: &mut BTreeMap<String, String>) {
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"] {
        if let Some(text) = given.get(&name.to_ascii_lowercase()).cloned() {
            given.entry(name.to_owned()).or_insert(text);
        }
    }
}

/// Moves values to the new names.
fn follow_aliases(given: &mut BTreeMap<String, String>, warnings: &mut Vec<Warning>) {
    for variable in table::variables() {
        let Kind::Alias(name) = variable.kind else {
            continue;
        };
        if let Some(text) = given.remove(variable.name) {
            let rest = format!(" is deprecated, use {name}");
            let warning = Warning::new(WarningKind::Deprecated, variable.name, rest);
            warnings.push(warning);
            given.entry(name.to_owned()).or_insert(text);
        }
    }
}

fn warn_of_strangers(given: &BTreeMap<String, String>, warnings: &mut Vec<Warning>) {
    let strangers = given.keys().filter(|name| {
        (name.starts_with("IMGPROXY_") || name.starts_with("PIXGATE_"))
            && table::find(name).is_none()
            && !is_of_account(name)
    });
    for name in strangers {
        let rest = format!(" is not known{}", hint(name));
        warnings.push(Warning::new(WarningKind::Unknown, name, rest));
    }
}

/// The only variable for which "empty" differs from "not given".
const MAY_BE_EMPTY: &str = "IMGPROXY_SOURCE_URL_QUERY_SEPARATOR";
/// The only variable for which white space is a value: a line for each preset.
const MAY_BE_BLANK: &str = "IMGPROXY_PRESETS_SEPARATOR";

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use super::*;
    use crate::tests::{joined, with};

    #[test]
    fn nothing_gives_the_defaults_of_the_library() {
        let settings = with(&[]).expect("defaults");
        let mut library = pixgate_proxy::Config::default();
        library.limits.workers = settings.proxy.limits.workers;
        library.limits.memory_bytes = settings.proxy.limits.memory_bytes;
        // Whoever embeds the engine may want the channels that went in.
        library.output.engine.png_reduce = true;
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
            let is_read = matches!(variable.support(), Support::Honoured | Support::Pro);
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
    fn strangers_and_old_names_are_warned_of() {
        let settings = with(&[
            ("IMGPROXY_QUALTY", "90"),
            ("IMGPROXY_ENABLE_WEBP_DETECTION", "true"),
            ("IMGPROXY_CONCURRENCY", "4"),
            ("IMGPROXY_CACHE_USE", "fs"),
        ])
        .expect("warnings only");
        assert!(settings.proxy.output.detection.auto_webp);
        let warnings = joined(&settings);
        for part in [
            "did you mean IMGPROXY_QUALITY?",
            "IMGPROXY_ENABLE_WEBP_DETECTION is deprecated",
            "replaced by IMGPROXY_WORKERS",
            "IMGPROXY_CACHE_USE has no effect yet",
        ] {
            assert!(warnings.contains(part), "{warnings}");
        }
    }

    #[test]
    fn headers_for_cache_tags_come_from_two_variables() {
        let headers = |pairs: &[(&str, &str)]| {
            let headers = with(pairs).map(|settings| settings.proxy.answer.cache_tags);
            headers.map(|headers| {
                let written = headers.iter();
                let written = written.map(|one| format!("{}{}", one.name, one.separator));
                written.collect::<Vec<_>>().join(" ")
            })
        };
        let format = |word| headers(&[("IMGPROXY_CACHE_TAGS_FORMAT", word)]).ok();
        let (cloudflare, cloudfront) = ("Cache-Tag,", "x-amz-meta-cache-tag,");
        let both = format!("{cloudflare} {cloudfront}");
        assert_eq!(headers(&[]).ok().as_ref(), Some(&both));
        assert_eq!(format("all").as_ref(), Some(&both));
        assert_eq!(format("CloudFlare").as_deref(), Some(cloudflare));
        assert_eq!(format("cloudfront").as_deref(), Some(cloudfront));
        assert_eq!(format("none").as_deref(), Some(""));
        assert_eq!(format("fastly"), None);
        let more = |list| {
            let none = ("IMGPROXY_CACHE_TAGS_FORMAT", "none");
            headers(&[none, ("PIXGATE_CACHE_TAGS_HEADERS", list)]).ok()
        };
        let list = "Edge-Cache-Tag, Surrogate-Key= ,X-Tags=;";
        let expected = "Edge-Cache-Tag, Surrogate-Key  X-Tags;";
        assert_eq!(more(list).as_deref(), Some(expected));
        for bad in ["a b", "=;", "a=\u{e9}", "a=123456789"] {
            assert_eq!(more(bad), None, "{bad}");
        }
    }

    #[test]
    fn quality_by_a_network_is_warned_of_at_the_start() {
        let settings = with(&[("IMGPROXY_AUTOQUALITY_METHOD", "ml")]).expect("a warning only");
        let method = settings.proxy.output.engine.autoquality.method;
        assert_eq!(method, pixgate_options::AutoqualityMethod::Ml);
        let warnings = joined(&settings);
        assert!(warnings.contains("ml counts as dssim"), "{warnings}");
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
    fn an_empty_query_separator_is_a_value() {
        let settings = with(&[("IMGPROXY_SOURCE_URL_QUERY_SEPARATOR", "")]).expect("empty");
        assert_eq!(settings.proxy.source.query_separator, "");
    }
}

//! Settings that let more people in than an operator may think.

use crate::Settings;
use crate::warning::{Warning, WarningKind};

/// Adds a warning for each of them.
pub(super) fn warn(settings: &mut Settings) {
    let mut warnings = Vec::new();
    let proxy = &settings.proxy;
    if proxy.access.keys.is_empty() {
        let unsigned = open("IMGPROXY_KEY", "").in_words(UNSIGNED);
        warnings.push(unsigned);
        if !proxy.url.encryption_key.expose().is_empty() {
            let name = "IMGPROXY_SOURCE_URL_ENCRYPTION_KEY";
            warnings.push(open(name, UNSIGNED_ENCRYPTION));
        }
    }
    if settings.raw.dropped_sources {
        let rest = " has empty items; they allow nothing";
        warnings.push(Warning::new(WarningKind::Ignored, SOURCES, rest));
    }
    let open_ended = proxy.source.allowed.iter();
    warnings.extend(open_ended.filter_map(|pattern| open_ended_host(pattern)));
    if proxy.source.local_root.as_deref() == Some("/".as_ref()) {
        let rest = " is the root of the file system";
        warnings.push(open("IMGPROXY_LOCAL_FILESYSTEM_ROOT", rest));
    }
    settings.warnings.extend(warnings);
}

/// What a pattern that ends within a host matches besides.
fn open_ended_host(pattern: &str) -> Option<Warning> {
    let (scheme, host) = pattern.split_once("://")?;
    let is_open = !host.is_empty() && !host.contains('/') && !host.ends_with('*');
    let besides = match scheme {
        "s3" | "gs" | "abs" | "swift" => format!("{pattern}-other/"),
        "local" => return None,
        _ => format!("{pattern}.evil.org/"),
    };
    is_open.then(|| {
        let rest = format!(
            " `{}` has no `/` after the host, so it matches `{}` as well",
            pixgate_source::masked(pattern),
            pixgate_source::masked(&besides),
        );
        open(SOURCES, rest)
    })
}

fn open(variable: &str, rest: impl AsRef<str>) -> Warning {
    Warning::new(WarningKind::Open, variable, rest)
}

const SOURCES: &str = "IMGPROXY_ALLOWED_SOURCES";
const UNSIGNED: &str = "no IMGPROXY_KEY and IMGPROXY_SALT: URLs are not signed";
const UNSIGNED_ENCRYPTION: &str = " without IMGPROXY_KEY and \
    IMGPROXY_SALT: nothing keeps strangers from altering `enc/` URLs and learning what is in them; \
    sign URLs, or use only the authenticated form `enc/~`";

#[cfg(test)]
mod tests {
    use crate::tests::{joined, with};

    fn warnings(pairs: &[(&str, &str)]) -> String {
        joined(&with(pairs).expect("settings"))
    }

    #[test]
    fn patterns_that_end_within_a_host_are_warned_of() {
        for (pattern, besides) in [
            (
                "https://cdn.example.com",
                "`https://cdn.example.com.evil.org/`",
            ),
            ("s3://photos", "`s3://photos-other/`"),
            ("https://u:secret@h", "`https://***@h.evil.org/`"),
        ] {
            let lines = warnings(&[("IMGPROXY_ALLOWED_SOURCES", pattern)]);
            assert!(
                lines.contains(besides) && !lines.contains("secret"),
                "{lines}"
            );
        }
        let fine = "https://cdn.example.com/,https://,s3://,s3://photos/,http://*,local://,a";
        let lines = warnings(&[("IMGPROXY_ALLOWED_SOURCES", fine)]);
        assert!(!lines.contains("ALLOWED_SOURCES"), "{lines}");
    }

    #[test]
    fn encryption_without_signatures_is_warned_of() {
        let key = (
            "IMGPROXY_SOURCE_URL_ENCRYPTION_KEY",
            "00112233445566778899aabbccddeeff",
        );
        assert!(warnings(&[key]).contains("altering `enc/` URLs"));
        let signed = [key, ("IMGPROXY_KEY", "00"), ("IMGPROXY_SALT", "00")];
        assert!(!warnings(&signed).contains("altering `enc/` URLs"));
    }
}

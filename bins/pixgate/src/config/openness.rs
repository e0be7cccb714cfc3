//! Settings that let more people in than an operator may think.

use super::Settings;

/// Adds a warning for each of them.
pub(super) fn warn(settings: &mut Settings) {
    let mut lines = Vec::new();
    let proxy = &settings.proxy;
    if proxy.access.keys.is_empty() {
        lines.push("no IMGPROXY_KEY and IMGPROXY_SALT: URLs are not signed".to_owned());
        if !proxy.url.encryption_key.expose().is_empty() {
            lines.push(UNSIGNED_ENCRYPTION.to_owned());
        }
    }
    if settings.draft.dropped_sources {
        lines.push("IMGPROXY_ALLOWED_SOURCES has empty items; they allow nothing".to_owned());
    }
    let open_ended = proxy.source.allowed.iter();
    lines.extend(open_ended.filter_map(|pattern| open_ended_host(pattern)));
    if proxy.source.local_root.as_deref() == Some("/".as_ref()) {
        let line = "IMGPROXY_LOCAL_FILESYSTEM_ROOT is the root of the file system";
        lines.push(line.to_owned());
    }
    settings.warnings.extend(lines);
}

/// What a pattern that ends within a host matches besides.
fn open_ended_host(pattern: &str) -> Option<String> {
    let (scheme, host) = pattern.split_once("://")?;
    let is_open = !host.is_empty() && !host.contains('/') && !host.ends_with('*');
    let besides = match scheme {
        "s3" | "gs" | "abs" | "swift" => format!("{pattern}-other/"),
        "local" => return None,
        _ => format!("{pattern}.evil.org/"),
    };
    is_open.then(|| {
        format!(
            "IMGPROXY_ALLOWED_SOURCES `{}` has no `/` after the host, so it matches `{}` as well",
            pixgate_source::masked(pattern),
            pixgate_source::masked(&besides),
        )
    })
}

const UNSIGNED_ENCRYPTION: &str = "IMGPROXY_SOURCE_URL_ENCRYPTION_KEY without IMGPROXY_KEY and \
    IMGPROXY_SALT: nothing keeps strangers from altering `enc/` URLs and learning what is in them; \
    sign URLs, or use only the authenticated form `enc/~`";

#[cfg(test)]
mod tests {
    use super::*;

    fn warnings(pairs: &[(&str, &str)]) -> String {
        let pairs = pairs.iter();
        let pairs = pairs.map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let settings = Settings::load(pairs).expect("settings");
        settings.warnings.join("\n")
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

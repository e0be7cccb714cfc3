//! Laws that hold for any URL.
#![allow(clippy::unwrap_used, reason = "a test ends where its tools do")]

use std::fs;

use pixgate_source::{Config, Fetcher, ObjectUrl, SourceRequest};
use proptest::prelude::*;

const SECRET: &[u8] = b"secret";

/// Keys made of what path handling can stumble over.
fn key() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "..", ".", "/", "//", "\\", "%2e", "%2f", "root", "sub", "secret", "a", "?", "~", "é", " ",
        "\u{202e}", "...", "..;",
    ]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn object_urls_lose_nothing_but_leading_slashes(key in key(), slashes in 1_usize..4) {
        let url = format!("s3://bucket{}{key}", "/".repeat(slashes));
        let parsed = ObjectUrl::parse(&url, "?").unwrap();
        let whole = match key.contains('?') {
            true => format!("{}?{}", parsed.key, parsed.query),
            false => parsed.key.to_owned(),
        };
        prop_assert_eq!(parsed.container, "bucket");
        prop_assert_eq!(whole, key.trim_start_matches('/'));
    }

    #[test]
    fn the_path_that_is_sent_is_the_one_that_is_checked(
        key in key(), end in "[ ?#|^\\\\a-f%.]{0,6}", user in "(u:p@)?",
    ) {
        let url = format!("http://{user}H.test/{key}{end}");
        if let Some(normal) = pixgate_allow::normalized(&url) {
            let sent = url::Url::parse(&normal).unwrap();
            prop_assert_eq!(sent.as_str(), &normal, "{}", url);
        }
    }

    #[test]
    fn any_text_is_parsed_or_refused(text in any::<String>(), separator in ".{0,3}") {
        if let Ok(url) = ObjectUrl::parse(&text, &separator) {
            prop_assert!(!url.key.starts_with('/'));
            prop_assert!(separator.is_empty() || !url.key.contains(&separator));
        }
    }

}

proptest! {
    // Each case tries fifty keys.
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 16, ..ProptestConfig::default() })]

    #[test]
    fn no_key_reaches_a_file_outside_of_the_root(keys in prop::collection::vec(key(), 50)) {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("root/sub")).unwrap();
        fs::write(folder.path().join("secret"), SECRET).unwrap();
        fs::write(folder.path().join("root/a"), b"public").unwrap();
        let fetcher = Fetcher::new(Config {
            local_root: Some(folder.path().join("root")),
            ..Config::default()
        });
        let fetcher = fetcher.unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for key in keys.iter().map(String::as_str).chain(["../secret", "sub/../../secret"]) {
            let request = SourceRequest::new(format!("local:///{key}"));
            let read = runtime.block_on(async {
                fetcher.fetch(request).await?.body.collect(100).await
            });
            prop_assert!(read.is_err() || read.is_ok_and(|bytes| bytes == "public"), "{key}");
        }
    }
}

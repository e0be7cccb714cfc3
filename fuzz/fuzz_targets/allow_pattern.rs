//! Lines `pattern` and `url`: matching follows its definition, and an allowed URL has an allowed host,
//! and its origin is asked for an allowed path, which is the one that was checked.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pixgate_allow::{Allowlist, Pattern, normalized};
use pixgate_fuzz::{lines, matches_by_definition};
use url::Url;

fuzz_target!(|data: &[u8]| {
    let [pattern, text] = lines(data);
    let Ok(pattern) = str::from_utf8(pattern) else {
        return;
    };
    let matches = Pattern::new(pattern).matches(text);
    assert_eq!(matches, matches_by_definition(pattern.as_bytes(), text));
    let allows = Allowlist::new([pattern]).allows(text);
    assert!(!allows || matches_by_definition(pattern.trim().as_bytes(), text));

    let list = Allowlist::parse("http://*.good.test/,https://good.test/");
    let Ok(text) = str::from_utf8(text) else {
        return;
    };
    if !list.allows(text) {
        return;
    }
    if let Ok(url) = Url::parse(text) {
        let host = url.host_str().unwrap_or_default();
        assert!(host == "good.test" || host.ends_with(".good.test"), "{url}");
    }
    sent_as_checked(text);
});

/// Whoever may read `/pub/` of this URL's host may not read anything else there.
fn sent_as_checked(text: &str) {
    let normal = normalized(text).expect("allowed http URLs have a normal spelling");
    assert_eq!(normalized(&normal).as_ref(), Some(&normal));
    let Ok(sent) = Url::parse(&normal) else {
        return;
    };
    let tail = &sent[url::Position::BeforePath..];
    assert!(normal.ends_with(tail) || tail == "/" || tail.starts_with("/?"), "{normal} {sent}");
    let list = Allowlist::new([format!("{}/pub/", &sent[..url::Position::BeforePath])]);
    assert!(!list.allows(text) || sent.path().starts_with("/pub/"), "{text} {sent}");
}

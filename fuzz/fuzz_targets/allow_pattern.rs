//! Lines `pattern` and `url`: matching follows its definition, and an allowed URL has an allowed host.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pixgate_allow::{Allowlist, Pattern};
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
});

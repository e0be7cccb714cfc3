//! Runs every compatibility vector about allowlists and addresses.

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a malformed file should fail the test"
)]

use pixgate_allow::{AddressPolicy, Allowlist};
use serde_json::Value;

/// Deliberately refused although imgproxy allows it: it sends `..` to the origin as it is, here dots are
/// resolved before the request, so the pattern has to match the resolved path as well.
const STRICTER: [&str; 1] = ["al-026"];

const VECTORS: &str = include_str!("vectors/allowlist-vectors.json");

fn vectors(list: &str, count: usize) -> Vec<Value> {
    let mut all: Value = serde_json::from_str(VECTORS).expect("vectors are json");
    let Value::Array(rows) = all[list].take() else {
        panic!("`{list}` is a list")
    };
    assert_eq!(rows.len(), count, "{list}");
    rows
}

fn text<'a>(row: &'a Value, field: &str) -> &'a str {
    row[field].as_str().expect(field)
}

fn flag(row: &Value, field: &str) -> bool {
    row[field].as_bool().expect(field)
}

#[test]
fn pattern_lists_allow_what_the_vectors_allow() {
    for row in vectors("allowlist", 46) {
        let patterns = row["patterns"].as_array().expect("patterns");
        let list = Allowlist::new(
            patterns
                .iter()
                .map(|item| item.as_str().expect("a pattern")),
        );
        let is_stricter = STRICTER.contains(&text(&row, "id"));
        assert_eq!(
            list.allows(text(&row, "url")),
            flag(&row, "allowed") && !is_stricter,
            "{row}"
        );
    }
}

#[test]
fn raw_values_allow_what_the_vectors_allow() {
    for row in vectors("allowlist_env", 5) {
        let list = Allowlist::parse(text(&row, "env"));
        assert_eq!(
            list.allows(text(&row, "url")),
            flag(&row, "allowed"),
            "{row}"
        );
    }
}

#[test]
fn addresses_are_refused_as_in_the_vectors() {
    for row in vectors("ssrf", 62) {
        let flags = &row["flags"];
        let policy = AddressPolicy {
            loopback: flag(flags, "loopback"),
            link_local: flag(flags, "link_local"),
            private: flag(flags, "private"),
        };
        let allowed = policy.check_text(text(&row, "ip")).is_ok();
        assert_eq!(allowed, flag(&row, "allowed"), "{row}");
    }
}

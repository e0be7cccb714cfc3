//! The generated documents are current. `PIXGATE_BLESS=1 cargo test -p pixgate --test docs` writes them anew.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where something is missing"
)]

use std::fs;
use std::path::Path;

use pixgate_engine::Support;
use pixgate_url::{OptionRow, Scope};

const COMPATIBILITY_HEAD: &str = "# Compatibility with imgproxy's options

Generated from the option table and from what the engine and the proxy say they can do. *same* is
imgproxy's behaviour; *refused* answers 422 and names the option, so that no wrong picture is served
and cached. *free* in the column imgproxy is its open edition, *paid* is free here once it works.

";

fn check(name: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../docs")
        .join(name);
    if std::env::var_os("PIXGATE_BLESS").is_some() {
        fs::write(&path, text).unwrap();
    }
    let written = fs::read_to_string(&path).unwrap();
    assert!(
        written == text,
        "docs/{name} is out of date; see the head of this test"
    );
}

fn state(row: &OptionRow) -> String {
    if row.scope() == Scope::Info {
        return "parsed; the info endpoint is refused".to_owned();
    }
    match pixgate_proxy::support(row.name()) {
        Some(Support::Full) => "same".to_owned(),
        Some(Support::Partly { missing }) => format!("same, but for: {missing}"),
        Some(Support::Refused { reason }) => format!("refused: {reason}"),
        _ => panic!("nobody says how far `{}` goes", row.name()),
    }
}

#[test]
fn the_compatibility_table_is_current() {
    let table = pixgate_url::compatibility_markdown(state);
    check("compatibility.md", &format!("{COMPATIBILITY_HEAD}{table}"));
}

#[test]
fn the_configuration_table_is_current() {
    check("configuration.md", &pixgate_config::markdown());
}

#[test]
fn every_metric_is_documented() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/observability.md");
    let text = fs::read_to_string(path).unwrap();
    let proxy = pixgate_proxy::Proxy::new(pixgate_proxy::Config::default()).unwrap();
    let families = pixgate_telemetry::Metrics::default().families(&proxy);
    assert!(families.len() > 15, "{}", families.len());
    for family in families {
        let row = format!("| `{}` |", family.name);
        assert!(text.contains(&row), "{} is not documented", family.name);
    }
}

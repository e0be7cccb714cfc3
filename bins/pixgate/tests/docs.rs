//! The generated documents are current. `PIXGATE_BLESS=1 cargo test -p pixgate --test docs` writes them anew.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops where something is missing"
)]

use std::fs;
use std::path::Path;

use pixgate_engine::Support;
use pixgate_url::OptionRow;

const COMPATIBILITY_HEAD: &str = "# Compatibility with imgproxy's options

Generated from the option table and from what the engine and the proxy say they support. What is
supported behaves as in imgproxy. What is not is refused: the answer is 422 and names the option, so
that no wrong picture is served and cached; only what the source or the encoder decides is left out,
with a warning. *open* in the column imgproxy is its open edition; options of imgproxy *Pro* need no
licence here. `unsharp_masking` is off unless it is asked for, as in the open edition, which has none; Pro
sharpens what it makes smaller (`IMGPROXY_UNSHARP_MASKING_MODE=auto`).
Options that imgproxy does not have say *no* there, and their names begin with `px_`.

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

/// What is supported of an option, and what is not.
fn state(row: &OptionRow) -> [String; 2] {
    let Some(option) = row.id() else {
        return ["no".to_owned(), "the info endpoint".to_owned()];
    };
    let (supported, missing) = match pixgate_proxy::support(option) {
        Support::Full => ("yes", ""),
        Support::Partly { missing } => ("partly", missing),
        Support::Refused { reason } => ("no", reason),
        other => panic!("nobody says how far `{}` goes: {other:?}", row.name()),
    };
    [supported, missing].map(str::to_owned)
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

//! What the files in `deploy/` and the documents say about variables is true.

#![expect(
    clippy::unwrap_used,
    reason = "a test stops where something is missing"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

/// The names of variables in a text: capital words that begin as ours do.
fn variables(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))
        .filter(|word| word.starts_with("IMGPROXY_") || word.starts_with("PIXGATE_"))
        .filter(|word| !word.ends_with('_'))
        .collect()
}

#[test]
fn every_variable_of_a_deployment_is_known() {
    let table = pixgate::config::markdown();
    let known = variables(&table);
    let mut named = 0;
    for file in files_below(&root().join("deploy")) {
        let text = fs::read_to_string(&file).unwrap();
        for variable in variables(&text) {
            assert!(known.contains(variable), "{variable} in {}", file.display());
            named += 1;
        }
    }
    assert!(named > 30, "only {named} variables found");
}

#[test]
fn the_dashboard_is_json_with_panels() {
    let text = fs::read_to_string(root().join("deploy/grafana/pixgate.json")).unwrap();
    let dashboard: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(
        dashboard["panels"]
            .as_array()
            .is_some_and(|panels| panels.len() > 10)
    );
}

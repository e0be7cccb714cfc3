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
    let table = pixgate_config::markdown();
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
fn every_image_answers_to_the_name_of_the_reference() {
    let images = [
        "Dockerfile",
        "deploy/docker/debian.Dockerfile",
        "deploy/docker/prebuilt.Dockerfile",
    ];
    for image in images {
        let text = fs::read_to_string(root().join(image)).unwrap();
        let link = text
            .lines()
            .any(|line| line.contains("ln -s") && line.contains("/usr/local/bin/imgproxy"));
        assert!(link, "{image} has no `imgproxy`");
    }
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

/// The names that a PromQL expression takes series from: words with an underscore that no label and
/// no function has.
fn series(expression: &str) -> BTreeSet<String> {
    let mut rest = String::new();
    let mut depth = 0_i32;
    for c in expression.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        rest.push(if depth > 0 || c == '}' { ' ' } else { c });
    }
    rest.split(|c: char| !(c.is_ascii_lowercase() || c == '_'))
        .filter(|word| {
            word.contains('_') && !word.starts_with('_') && *word != "histogram_quantile"
        })
        .map(|word| {
            let parts = ["_bucket", "_sum", "_count"];
            let part = parts.iter().find_map(|part| word.strip_suffix(part));
            part.unwrap_or(word).to_owned()
        })
        .collect()
}

fn expressions() -> Vec<String> {
    let dashboard = fs::read_to_string(root().join("deploy/grafana/pixgate.json")).unwrap();
    let alerts = fs::read_to_string(root().join("deploy/prometheus/alerts.yaml")).unwrap();
    let panels = dashboard.lines().filter_map(|line| {
        let text = line.trim().strip_prefix("\"expr\": ")?;
        serde_json::from_str(text.trim_end_matches(',')).ok()
    });
    let rules = alerts
        .lines()
        .filter_map(|line| line.trim().strip_prefix("expr: ").map(str::to_owned));
    panels.chain(rules).collect()
}

#[test]
fn every_metric_of_the_dashboard_and_the_alerts_is_exported() {
    let proxy = pixgate_proxy::Proxy::new(pixgate_proxy::Config::default()).unwrap();
    let families = pixgate_telemetry::Metrics::default().families(&proxy);
    let exported: BTreeSet<&str> = families.iter().map(|family| family.name).collect();
    let mut seen = 0;
    for expression in expressions() {
        for name in series(&expression) {
            assert!(exported.contains(name.as_str()), "{name} in {expression}");
            seen += 1;
        }
    }
    assert!(seen > 20, "only {seen} series found");
}

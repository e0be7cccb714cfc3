//! The local cases of the compatibility vectors, as far as they concern fetching.
//!
//! The other cases of the file need a whole server or a storage service.
#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test ends where its tools do"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use percent_encoding::percent_decode_str;
use pixgate_source::{Config, ErrorKind, Fetcher, Mode, SourceRequest, SourceResponse};
use serde_json::Value;

const VECTORS: &str = include_str!("vectors/source-vectors.json");
const EXPECTED_FAILURES: &str = include_str!("expected_failures.txt");
/// The URL grammar makes `local:///a.png` from `local:/a.png`, and the allowlist comes before.
const OTHER_CRATES: [&str; 3] = [
    "local-single-slash-repaired",
    "local-allowed-sources-inside",
    "local-allowed-sources-authority",
];

#[tokio::test]
async fn local_cases_answer_as_listed() {
    let vectors: Value = serde_json::from_str(VECTORS).unwrap();
    let cases: Vec<&Value> = vectors["cases"].as_array().unwrap().iter().collect();
    let local = cases
        .into_iter()
        .filter(|case| case["group"] == "local" && case["steps"].is_null());
    let mut seen = 0;
    let mut failures = BTreeSet::new();
    for case in local {
        let id = case["id"].as_str().unwrap();
        if OTHER_CRATES.contains(&id) {
            continue;
        }
        seen += 1;
        if let Err(why) = run(case, &vectors["fixtures"]).await {
            println!("{id}: {why}");
            failures.insert(id);
        }
    }
    let expected: BTreeSet<&str> = EXPECTED_FAILURES.lines().collect();
    assert_eq!(failures, expected);
    assert_eq!(seen, 35);
}

async fn run(case: &Value, fixtures: &Value) -> Result<(), String> {
    let folder = tempfile::tempdir().unwrap();
    for file in case["files"].as_array().unwrap() {
        place(file, folder.path(), fixtures);
    }
    let fetcher = Fetcher::new(config(case, folder.path()));
    if case["expect"]["started"] == false {
        return fetcher.map_or(Ok(()), |_| Err("started".to_owned()));
    }
    let answer = fetcher.unwrap().fetch(request(&case["request"])).await;
    check(case, answer).await
}

fn place(file: &Value, folder: &Path, fixtures: &Value) {
    let path = folder.join(file["path"].as_str().unwrap());
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    if let Some(target) = file["link"].as_str() {
        let target = target.replace("{files_dir}", folder.to_str().unwrap());
        std::os::unix::fs::symlink(target, path).unwrap();
        return;
    }
    let bytes = match file["fixture"].as_str() {
        Some(id) => STANDARD
            .decode(fixtures[id]["base64"].as_str().unwrap())
            .unwrap(),
        None => file["text"].as_str().unwrap().as_bytes().to_vec(),
    };
    fs::write(&path, bytes).unwrap();
    if let Some(seconds) = file["mtime"].as_u64() {
        let file = fs::File::options().write(true).open(path).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(seconds))
            .unwrap();
    }
}

fn config(case: &Value, folder: &Path) -> Config {
    let variable = |name: &str| case["env"][name].as_str();
    let root = variable("IMGPROXY_LOCAL_FILESYSTEM_ROOT").unwrap_or("{files_dir}");
    let root = root.replace("{files_dir}", folder.to_str().unwrap());
    let separator = variable("IMGPROXY_SOURCE_URL_QUERY_SEPARATOR").unwrap_or("?");
    Config {
        local_root: Some(root.into()),
        query_separator: separator.to_owned(),
        // The reference follows all links; this crate only when asked to.
        follow_symlinks_outside: true,
        ..Config::default()
    }
}

/// Reads `/unsafe/OPTIONS/plain/URL` and `/unsafe/OPTIONS/BASE64`.
fn request(request: &Value) -> SourceRequest {
    let path = request["path"].as_str().unwrap();
    let source = match path.split_once("/plain/") {
        Some((_, plain)) => percent_decode_str(plain)
            .decode_utf8()
            .unwrap()
            .into_owned(),
        None => {
            let encoded = path.rsplit('/').next().unwrap();
            String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap()
        }
    };
    let header = |name: &str| {
        request["headers"][name]
            .as_str()
            .map(|v| v.parse().unwrap())
    };
    let mut wanted = SourceRequest::new(source);
    wanted.conditions.if_none_match = header("If-None-Match");
    wanted.conditions.if_modified_since = header("If-Modified-Since");
    wanted.range = header("Range");
    if path.contains("/raw:1/") {
        wanted.mode = Mode::Raw;
    }
    wanted
}

async fn check(
    case: &Value,
    answer: Result<SourceResponse, pixgate_source::Error>,
) -> Result<(), String> {
    let expect = &case["expect"];
    let response = match answer {
        Ok(response) => response,
        Err(error) => return same(&expect["status"], status_of(error.kind())),
    };
    for (name, rule) in expect["headers"].as_object().into_iter().flatten() {
        let value = response
            .headers
            .get(name)
            .map(|value| value.to_str().unwrap());
        check_header(name, rule, value)?;
    }
    let status = response.status.code();
    let bytes = response
        .body
        .collect(u64::MAX)
        .await
        .map_err(|error| error.to_string())?;
    // An empty file is fetched well; that it is no image is found out later.
    let status = if status == 200 && bytes.is_empty() {
        422
    } else {
        status
    };
    same(&expect["status"], status)
}

fn check_header(name: &str, rule: &Value, value: Option<&str>) -> Result<(), String> {
    let fits = if rule["absent"] == true {
        value.is_none()
    } else if let Some(wanted) = rule["eq"].as_str() {
        value == Some(wanted)
    } else {
        let start = rule["re"].as_str().unwrap().trim_start_matches('^');
        value.is_some_and(|value| value.starts_with(start))
    };
    if fits {
        Ok(())
    } else {
        Err(format!("{name} is {value:?}, not {rule}"))
    }
}

fn status_of(kind: &ErrorKind) -> u16 {
    match kind {
        ErrorKind::Status { status } => *status,
        ErrorKind::InvalidUrl { .. } => 404,
        other => panic!("{other:?}"),
    }
}

fn same(expected: &Value, status: u16) -> Result<(), String> {
    if *expected == u64::from(status) {
        return Ok(());
    }
    Err(format!("status {status}, not {expected}"))
}

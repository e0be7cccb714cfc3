//! `check-env` says what the start then does, and a start that fails names variable, fault and cure.

use std::io::{BufRead as _, BufReader};
use std::net::TcpListener;
use std::process::{Command, Output, Stdio};

use crate::support::server::PROGRAM;

type Environment<'e> = [(&'e str, &'e str)];

fn check(environment: &Environment<'_>, file: Option<&str>) -> Output {
    let mut command = Command::new(PROGRAM);
    command
        .env_clear()
        .envs(environment.iter().copied())
        .arg("check-env")
        .args(file);
    command.output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Starts a server on a port of its own; true and no words if it is ready, else its last words.
fn start(environment: &Environment<'_>) -> (bool, String) {
    let mut child = Command::new(PROGRAM)
        .env_clear()
        .env("IMGPROXY_BIND", "127.0.0.1:0")
        .envs(environment.iter().copied())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if line.contains("is ready") {
            child.kill().unwrap();
            child.wait().unwrap();
            return (true, String::new());
        }
        said.push_str(&line);
        said.push('\n');
    }
    assert!(!child.wait().unwrap().success());
    (false, said)
}

/// Environments that do not start, with what the complaint must say.
const FAULTY: &[(&Environment<'_>, &[&str])] = &[
    (
        &[("IMGPROXY_BIND", "8080")],
        &["IMGPROXY_BIND", "`8080`", "write `:8080`"],
    ),
    (
        &[("IMGPROXY_BIND", "localhost")],
        &["IMGPROXY_BIND", "has no port"],
    ),
    (
        &[("IMGPROXY_BIND", ":http")],
        &["IMGPROXY_BIND", "a number up to 65535"],
    ),
    (
        &[("IMGPROXY_PROMETHEUS_BIND", "9090")],
        &["IMGPROXY_PROMETHEUS_BIND", "write `:9090`"],
    ),
    (
        &[("IMGPROXY_USE_SWIFT", "true")],
        &["IMGPROXY_SWIFT_AUTH_URL", "swift.auth_url"],
    ),
    (
        &[
            ("IMGPROXY_USE_GCS", "true"),
            ("IMGPROXY_GCS_KEY", "key.json"),
        ],
        &["IMGPROXY_GCS_KEY", "JSON"],
    ),
    (
        &[("IMGPROXY_USE_GCS", "tomato")],
        &["IMGPROXY_USE_GCS", "true or false"],
    ),
    (&[("IMGPROXY_USE_ABS", "true")], &["IMGPROXY_ABS_NAME"]),
    (
        &[("IMGPROXY_PRESETS", "a=w:1,b")],
        &["IMGPROXY_PRESETS, preset 2 `b`"],
    ),
    (
        &[("IMGPROXY_PRESETS", "a=zz:1")],
        &["IMGPROXY_PRESETS", "`zz:1`"],
    ),
    (
        &[("IMGPROXY_PRESETS", "a=w:1\nb=w:2")],
        &["IMGPROXY_PRESETS_SEPARATOR"],
    ),
    (
        &[("IMGPROXY_CUSTOM_RESPONSE_HEADERS", "a b=c")],
        &["IMGPROXY_CUSTOM_RESPONSE_HEADERS"],
    ),
    (
        &[("IMGPROXY_KEY", "00")],
        &["IMGPROXY_KEY", "IMGPROXY_SALT", "pairs"],
    ),
    (
        &[("PIXGATE_CACHE_TAGS_HEADERS", "Surrogate Key")],
        &["PIXGATE_CACHE_TAGS_HEADERS", "`Surrogate Key`"],
    ),
    (
        &[("IMGPROXY_FALLBACK_IMAGE_DATA", "aGk=")],
        &["IMGPROXY_FALLBACK_IMAGE_DATA"],
    ),
    (
        &[("IMGPROXY_WATERMARK_URL", "http://127.0.0.1:1/a.png")],
        &["IMGPROXY_WATERMARK_URL"],
    ),
    (
        &[("IMGPROXY_QUALITY", "101")],
        &["IMGPROXY_QUALITY", "at most 100"],
    ),
    (
        &[
            ("IMGPROXY_FAIL_ON_DEPRECATION", "1"),
            ("IMGPROXY_ENABLE_WEBP_DETECTION", "1"),
        ],
        &["IMGPROXY_ENABLE_WEBP_DETECTION is deprecated"],
    ),
];

/// Environments that do.
const FINE: &[&Environment<'_>] = &[
    &[("IMGPROXY_PRESETS", "a=w:1,\n b=w:2,\n")],
    &[
        ("IMGPROXY_PRESETS", "a=w:1\nb=w:2\n"),
        ("IMGPROXY_PRESETS_SEPARATOR", "\n"),
    ],
    &[
        ("IMGPROXY_USE_S3", "1"),
        ("IMGPROXY_S3_REGION", "eu-west-1"),
    ],
    &[
        ("IMGPROXY_CACHE_DIR", "/x"),
        ("IMGPROXY_GZIP_COMPRESSION", "5"),
    ],
    &[("IMGPROXY_ENABLE_WEBP_DETECTION", "1")],
];

#[test]
fn what_does_not_start_is_refused_with_variable_fault_and_cure() {
    for (environment, words) in FAULTY {
        let (is_ready, said) = start(environment);
        assert!(!is_ready, "{environment:?} starts");
        let output = check(environment, None);
        assert_eq!(output.status.code(), Some(1), "{environment:?}");
        let checked = text(&output.stderr);
        for word in *words {
            assert!(
                said.contains(&word.replace('"', "\\\"")),
                "{word} is not in {said}"
            );
            assert!(checked.contains(word), "{word} is not in {checked}");
        }
        let name = environment[environment.len() - 1].0;
        let survey = text(&output.stdout);
        if checked.contains(name) {
            assert!(survey.contains(&format!("{name}: REFUSED")), "{survey}");
        }
    }
}

#[test]
fn what_starts_is_not_refused() {
    for environment in FINE {
        let (is_ready, said) = start(environment);
        assert!(is_ready, "{environment:?}: {said}");
        let output = check(environment, None);
        assert!(
            output.status.success(),
            "{environment:?}: {}",
            text(&output.stderr)
        );
    }
}

#[test]
fn compose_files_and_manifests_are_read() {
    let folder = tempfile::tempdir().unwrap();
    for (name, content, lines) in [
        (
            "compose.yaml",
            "services:\n  a:\n    environment:\n      - IMGPROXY_TTL=5\n      - IMGPROXY_QUALITY=500\n",
            &["IMGPROXY_TTL: honoured", "IMGPROXY_QUALITY: REFUSED"][..],
        ),
        (
            "deployment",
            "apiVersion: apps/v1\nspec:\n  env:\n    - {name: IMGPROXY_TTL, value: \"5\"}\n",
            &["IMGPROXY_TTL: honoured"],
        ),
        (
            "empty.env",
            "# nothing\nPATH=/bin\n",
            &["no variable of this server in"],
        ),
    ] {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        let output = check(&[], path.to_str());
        let said = text(&output.stdout);
        for line in lines {
            assert!(said.contains(line), "{name}: {said}");
        }
    }
}

#[test]
fn a_port_in_use_is_named_with_its_variable() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let (is_ready, said) = start(&[("IMGPROXY_BIND", &address)]);
    assert!(!is_ready);
    for words in [
        address.as_str(),
        "IMGPROXY_BIND",
        "another program listens there",
    ] {
        assert!(said.contains(words), "{said}");
    }
    let output = Command::new(PROGRAM)
        .env_clear()
        .env("IMGPROXY_BIND", "127.0.0.1:1")
        .arg("health")
        .output()
        .unwrap();
    let said = text(&output.stderr);
    assert!(
        said.contains("127.0.0.1:1") && said.contains("IMGPROXY_BIND"),
        "{said}"
    );
}

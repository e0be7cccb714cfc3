//! The commands beside `serve`.

use std::fs;
use std::process::{Command, Output, Stdio};

use pixgate_codec::{Limits, probe};
use pixgate_options::Format;
use serde_json::Value;

use crate::support::pictures::{picture, shown};
use crate::support::server::{PROGRAM, Server};
use crate::support::world::{KEY, SALT, World, sign};

fn run(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    Command::new(PROGRAM)
        .args(arguments)
        .env_clear()
        .envs(environment.iter().copied())
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout)
        .trim_end()
        .to_owned()
}

#[test]
fn version_is_the_package_version() {
    let output = run(&["version"], &[]);
    assert_eq!(said(&output), env!("CARGO_PKG_VERSION"));
    let output = run(&["--version"], &[]);
    let expected = concat!("pixgate ", env!("CARGO_PKG_VERSION"));
    assert_eq!(said(&output), expected);
}

#[test]
fn sign_makes_the_signature_of_the_published_example() {
    let keys = [
        ("IMGPROXY_KEY", "736563726574"),
        ("IMGPROXY_SALT", "68656C6C6F"),
    ];
    let rest =
        "/rs:fill:300:400:0/g:sm/aHR0cDovL2V4YW1w/bGUuY29tL2ltYWdl/cy9jdXJpb3NpdHku/anBn.png";
    let signed = said(&run(&["sign", rest], &keys));
    let signature = "oKfUtW34Dvo2BGQehJFR4Nr0_rIjOtdtzJ3QFsUcXH8";
    assert_eq!(signed, format!("/{signature}{rest}"));
    assert_eq!(run(&["sign", rest], &[]).status.code(), Some(1));
}

#[test]
fn a_path_from_sign_is_served() {
    let world = World::signed();
    let keys = [("IMGPROXY_KEY", KEY), ("IMGPROXY_SALT", SALT)];
    let target = said(&run(&["sign", "/w:30/plain/local:///photo.jpg"], &keys));
    assert_eq!(shown(&world.server.get(&target)).width, 30);
}

#[test]
fn health_tells_whether_a_server_runs() {
    let mut server = Server::start(&[]);
    let address = format!("127.0.0.1:{}", server.port());
    let environment = [("IMGPROXY_BIND", address.as_str())];
    let output = run(&["health"], &environment);
    assert!(said(&output).contains("is running"));
    server.terminate();
    server.wait();
    assert_eq!(run(&["health"], &environment).status.code(), Some(1));
}

#[test]
fn explain_tells_the_meaning_of_a_path_in_json() {
    let keys = [("IMGPROXY_KEY", KEY), ("IMGPROXY_SALT", SALT)];
    let explain = |path: &str| -> Value {
        let output = run(&["explain", "--json", "--offline", path], &keys);
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let meaning = explain(&sign("/rs:fill:30:20/plain/local:///photo.jpg@webp"));
    assert_eq!(meaning["endpoint"], "process");
    assert_eq!(meaning["source_url"], "local:///photo.jpg");
    assert_eq!(meaning["format"], "webp");
    let refusal = explain("/forged/rs:fill:30:20/plain/local:///photo.jpg");
    assert_eq!(refusal["error"]["status"], 403);
    assert_eq!(refusal["error"]["public_message"], "Forbidden");
}

#[test]
fn explain_tells_people_the_planned_size() {
    let world = World::signed();
    let root = world.folder().to_str().unwrap();
    let path = "/unsafe/rs:fit:60:60/plain/local:///photo.jpg";
    let output = run(
        &["explain", path],
        &[("IMGPROXY_LOCAL_FILESYSTEM_ROOT", root)],
    );
    let text = said(&output);
    assert!(text.contains("240 x 160"), "{text}");
    assert!(text.contains("60 x 40"), "{text}");
}

#[test]
fn explain_ends_well_only_if_the_server_would_answer_with_a_picture() {
    let world = World::signed();
    let root = world.folder().to_str().unwrap();
    let root = [("IMGPROXY_LOCAL_FILESYSTEM_ROOT", root)];
    for (path, status) in [
        ("/unsafe/w:60/plain/local:///photo.jpg", 200),
        (
            "http://img.test:8080/unsafe/w:60/plain/local:///photo.jpg",
            200,
        ),
        ("/unsafe/w:60/raw:1/plain/local:///photo.jpg", 200),
        ("/unsafe/bd:0/plain/local:///photo.jpg", 200),
        ("/unsafe/bd:10:car/plain/local:///photo.jpg", 422),
        ("/unsafe/w:60/plain/local:///half.jpg", 200),
        ("/unsafe/w:60/plain/local:///missing.jpg", 404),
        ("/unsafe/w=60/plain/local:///photo.jpg", 404),
        ("/nonsense", 404),
        ("/health", 200),
    ] {
        let output = run(&["explain", "--json", path], &root);
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answer["answer"]["status"], status, "{path}: {answer}");
        assert_eq!(output.status.success(), status == 200, "{path}");
        let text = run(&["explain", path], &root);
        assert_eq!(text.status.code(), output.status.code(), "{path}");
        let text = String::from_utf8(text.stdout).unwrap();
        let said = format!("answer      {status}");
        assert!(text.contains(&said) || path == "/health", "{path}: {text}");
    }
}

#[test]
fn explain_says_in_json_what_it_says_to_people() {
    let world = World::signed();
    let root = world.folder().to_str().unwrap();
    let path = "/unsafe/rs:fill:60:60/rot:90/wm:1/plain/local:///photo.jpg";
    let root = [("IMGPROXY_LOCAL_FILESYSTEM_ROOT", root)];
    let answer: Value =
        serde_json::from_str(&said(&run(&["explain", "--json", path], &root))).unwrap();
    assert_eq!(answer["warnings"][0]["kind"], "no_watermark_configured");
    assert_eq!(answer["source"]["width"], 240);
    let steps = answer["plan"]["steps"].as_array().unwrap();
    assert!(
        steps.contains(&"turn a quarter clockwise".into()),
        "{answer}"
    );
    assert_eq!(
        (&answer["plan"]["width"], &answer["plan"]["height"]),
        (&60.into(), &60.into())
    );
    let text = said(&run(&["explain", path], &root));
    for words in [
        "WARNING     watermark: none is configured",
        "step        turn a quarter clockwise",
    ] {
        assert!(text.contains(words), "{text}");
    }
    assert!(!text.contains(" {"), "{text}");
}

#[test]
fn errors_say_what_to_do() {
    let world = World::signed();
    let loopback = world.origin.url("/photo.jpg");
    let keys = [
        ("IMGPROXY_KEY", KEY),
        ("IMGPROXY_SALT", SALT),
        (
            "IMGPROXY_LOCAL_FILESYSTEM_ROOT",
            world.folder().to_str().unwrap(),
        ),
    ];
    let rest = "/w:30/plain/local:///photo.jpg";
    let signed = sign(rest);
    let short: String = signed.chars().take(12).chain(rest.chars()).collect();
    for (path, words) in [
        (
            sign(&format!("/w:30/plain/{loopback}")),
            "IMGPROXY_ALLOW_LOOPBACK_SOURCE_ADDRESSES",
        ),
        (sign("/w=100/plain/local:///photo.jpg"), "`w:100`"),
        (sign("/300x200/plain/local:///photo.jpg"), "`s:300:200`"),
        (
            sign("/rs:crop:10:20/plain/local:///photo.jpg"),
            "`crop:WIDTH:HEIGHT`",
        ),
        (short, "IMGPROXY_SIGNATURE_SIZE"),
    ] {
        let output = run(&["explain", &path], &keys);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(text.contains(words), "{path}: {text}");
    }
}

#[test]
fn who_stops_reading_has_read_enough() {
    let mut child = Command::new(PROGRAM)
        .args(["explain", "--offline", "/unsafe/w:1/plain/local:///a.jpg"])
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert_eq!(
        output.stderr,
        b"",
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success());
}

#[test]
fn explain_tells_people_what_else_is_tried() {
    let world = World::signed();
    let root = world.folder().to_str().unwrap();
    let path = "/unsafe/w:60/g:no/f:best/plain/local:///photo.jpg";
    let output = run(
        &["explain", path],
        &[("IMGPROXY_LOCAL_FILESYSTEM_ROOT", root)],
    );
    let text = said(&output);
    let both = text.contains("result      png") && text.contains("or          jpeg");
    assert!(both, "{text}");
}

#[test]
fn process_transforms_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let input = folder.path().join("in.jpg");
    let output = folder.path().join("out.webp");
    fs::write(&input, picture(Format::Jpeg, 120, 80)).unwrap();
    let (from, to) = (input.to_str().unwrap(), output.to_str().unwrap());
    let run = run(
        &["process", "--options", "rs:fill:30:20/g:ce", from, to],
        &[],
    );
    said(&run);
    let header = probe(&fs::read(&output).unwrap(), &Limits::default()).unwrap();
    assert_eq!(
        (header.format, header.width, header.height),
        (Format::Webp, 30, 20)
    );
    assert!(String::from_utf8_lossy(&run.stderr).contains("30x20"));
}

#[test]
fn process_fetches_marks_and_masks() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("in.png"), picture(Format::Png, 120, 80)).unwrap();
    fs::write(path("mark.png"), picture(Format::Png, 12, 8)).unwrap();
    let root = folder.path().to_str().unwrap();
    // `local:///mark.png`, and one that is not there.
    for (url, words) in [
        ("bG9jYWw6Ly8vbWFyay5wbmc", "120x80"),
        ("bG9jYWw6Ly8vbm9uZS5wbmc", "1 of 1 failed"),
    ] {
        let options = format!("wm:1/wmu:{url}/pxm:{url}");
        let (from, to) = (path("in.png"), path("out.png"));
        let arguments = ["process", "--options", &options, &from, &to];
        let output = run(&arguments, &[("IMGPROXY_LOCAL_FILESYSTEM_ROOT", root)]);
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains(words), "{told}");
    }
}

#[test]
fn process_writes_no_file_whose_name_lies() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("in.jpg"), picture(Format::Jpeg, 120, 80)).unwrap();
    for (options, name, words) in [
        ("", "out.xyz", "out.xyz: is no folder"),
        ("", "out", "out: is no folder"),
        ("", "thumbnails/", "thumbnails/: is no folder"),
        ("", "missing/out.jpg", "there is no folder"),
        ("f:webp", "out.jpg", "ask for webp, the name for jpeg"),
    ] {
        let arguments = [
            "process",
            "--options",
            options,
            &path("in.jpg"),
            &path(name),
        ];
        let output = run(&arguments, &[]);
        assert_eq!(output.status.code(), Some(1), "{name}");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(told.contains(words), "{name}: {told}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "{name}");
    }
}

#[test]
fn process_goes_on_after_a_broken_file_and_tells() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(path("good.png"), picture(Format::Png, 120, 80)).unwrap();
    fs::write(path("bad.png"), b"<html>").unwrap();
    let (bad, good, small) = (path("bad.png"), path("good.png"), path("small"));
    let output = run(&["process", "--options", "w:30", &bad, &good, &small], &[]);
    assert_eq!(output.status.code(), Some(1));
    let header = probe(
        &fs::read(path("small/good.png")).unwrap(),
        &Limits::default(),
    )
    .unwrap();
    assert_eq!((header.width, header.height), (30, 20));
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        told.contains("bad.png") && told.contains("1 of 2 failed"),
        "{told}"
    );
}

#[test]
fn an_unknown_command_is_refused() {
    let output = run(&["dance"], &[]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("dance"));
}

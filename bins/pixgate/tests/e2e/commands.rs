//! The commands beside `serve`.

use std::fs;
use std::process::{Command, Output};

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
        let output = run(&["explain", "--json", path], &keys);
        serde_json::from_str(&said(&output)).unwrap()
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
fn explain_tells_people_what_an_option_leaves_out_and_what_else_is_tried() {
    let world = World::signed();
    let root = world.folder().to_str().unwrap();
    let path = "/unsafe/w:60/g:no/f:best/plain/local:///photo.jpg";
    let output = run(
        &["explain", path],
        &[("IMGPROXY_LOCAL_FILESYSTEM_ROOT", root)],
    );
    let text = said(&output);
    assert!(
        text.contains("option gravity works, but for: obj and objw"),
        "{text}"
    );
    let both = text.contains("answer      png") && text.contains("or          jpeg");
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

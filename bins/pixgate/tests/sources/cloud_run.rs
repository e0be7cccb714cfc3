//! The walk-through of docs/cloud-run.md, with an emulator in place of the cloud.

use std::process::Command;
use std::sync::Arc;

use serde_json::{Value, json};

use crate::client;
use crate::emulators::Emulators;
use crate::fixtures::Fixtures;
use crate::program::Program;
use crate::{identity, judge, scripted};

const DOCUMENT: &str = include_str!("../../../../docs/cloud-run.md");
const BUCKET: &str = "my-project-photos";
const KEY: &str = "746573742d6b6579";
const SALT: &str = "746573742d73616c74";

/// The variables that the deployment sets, as the document writes them.
fn deployed() -> Vec<(String, String)> {
    let arguments = DOCUMENT.split_whitespace();
    let settings = arguments.filter_map(|word| word.strip_prefix("--set-env-vars=IMGPROXY_"));
    settings
        .map(|setting| {
            let (name, value) = setting.split_once('=').unwrap();
            let value = value.replace("$BUCKET", BUCKET);
            (format!("IMGPROXY_{name}"), value)
        })
        .collect()
}

/// The path that the document signs.
fn path() -> String {
    let (_, rest) = DOCUMENT.split_once("\nREST=").unwrap();
    let (path, _) = rest.split_once('\n').unwrap();
    path.replace("$BUCKET", BUCKET)
}

/// Signs with the program, which gives what the lines of the document give.
fn sign(path: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pixgate"));
    command.args(["sign", path]).env_clear();
    command.env("IMGPROXY_KEY", KEY).env("IMGPROXY_SALT", SALT);
    let said = command.output().unwrap();
    assert!(said.status.success());
    String::from_utf8(said.stdout).unwrap().trim().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_walk_through_leads_to_a_picture() {
    let emulators = Emulators::find();
    let Some(emulator) = emulators.get("gcs") else {
        use std::io::Write as _;
        let said =
            "SKIPPED the walk-through of docs/cloud-run.md: fake-gcs-server is not running\n";
        return std::io::stderr().write_all(said.as_bytes()).unwrap();
    };
    let vectors: Value = serde_json::from_str(crate::vectors::VECTORS).unwrap();
    let fixtures = Arc::new(Fixtures::new(&vectors["fixtures"]));
    for bucket in [BUCKET, "somebody-elses"] {
        let object = json!({"bucket": bucket, "key": "2026/cat.jpg", "fixture": "jpg40x20",
                            "headers": {"Content-Type": "image/jpeg"}});
        emulators
            .place("gcs", &emulator, (0, &object), &fixtures)
            .await;
    }
    let store = scripted::relay(&emulator, false).await;
    let metadata = identity::start().await;
    let mut variables = deployed();
    assert!(variables.len() >= 4, "{variables:?}");
    // The secrets, and what takes the place of Google's machines.
    for (name, value) in [
        ("IMGPROXY_KEY", KEY),
        ("IMGPROXY_SALT", SALT),
        ("IMGPROXY_GCS_ENDPOINT", &store.url()),
        ("GCE_METADATA_HOST", &metadata.host),
    ] {
        variables.push((name.to_owned(), value.to_owned()));
    }
    let mut program = Program::start(&variables.into_iter().collect(), true);
    let address = program.address().await.unwrap();
    let signed = sign(&path());
    let accept = |types: &str| vec![("Accept".to_owned(), types.to_owned())];

    let expect = |format: &str, media_type: &str| {
        json!({
            "status": 200,
            "headers": {
                "Content-Type": {"eq": media_type},
                "Cache-Control": {"eq": "max-age=2592000, public"},
                "Vary": {"eq": "Accept"},
            },
            // The picture of the test is smaller than what the document asks for: it is left as it is.
            "body": {"image": {"format": format, "width": 40, "height": 20}},
        })
    };
    for (types, format, media_type) in [
        ("image/webp,*/*", "webp", "image/webp"),
        ("image/jpeg,*/*", "jpeg", "image/jpeg"),
    ] {
        let answer = client::get(&address, &signed, &accept(types))
            .await
            .unwrap();
        let verdict = judge::answer(&expect(format, media_type), &answer, &fixtures);
        assert_eq!(verdict, Ok(()), "{types}");
    }
    let first = store.requests().remove(0);
    assert_eq!(first.header("authorization"), Some("Bearer gce-token"));
    assert_eq!(metadata.requests().len(), 1);

    for (path, status) in [
        (path(), 403),
        (format!("/x{}", signed.split_at(2).1), 403),
        (sign("/plain/gs://somebody-elses/2026/cat.jpg"), 404),
        (sign("/plain/http://127.0.0.1/2026/cat.jpg"), 404),
        (sign(&format!("/plain/gs://{BUCKET}/2026/none.jpg")), 404),
        ("/health".to_owned(), 200),
    ] {
        let answer = client::get(&address, &path, &[]).await.unwrap();
        assert_eq!(answer.status, status, "{path}");
    }
    assert_eq!(store.requests().len(), 3);
}

//! The environment decides where and whether the server starts.

use std::net::TcpListener;
use std::process::Command;

use crate::support::collector::Collector;
use crate::support::pictures::shown;
use crate::support::server::{PROGRAM, Server};
use crate::support::world::World;

#[test]
fn a_prefix_stands_in_front_of_every_path() {
    let world = World::start(&[("IMGPROXY_PATH_PREFIX", "/img")]);
    let server = &world.server;
    assert!(server.announced.trim_end().ends_with("/img/\""));
    let picture = "/unsafe/w:30/plain/local:///photo.jpg";
    assert_eq!(shown(&server.get(&format!("/img{picture}"))).width, 30);
    for target in ["/img", "/img/", "/img/health"] {
        assert_eq!(server.get(target).status, 200, "{target}");
    }
    for target in ["/", "/health", picture, "/imgs/health"] {
        let answer = server.get(target);
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (404, " "),
            "{target}"
        );
    }
}

#[test]
fn the_port_of_the_environment_is_used() {
    let port = free_port().to_string();
    let server = Server::start_as_told(&[("PORT", &port)]);
    assert_eq!(server.port().to_string(), port);
    assert_eq!(server.get("/health").status, 200);
}

#[test]
fn an_address_to_bind_goes_before_the_port() {
    let port = free_port().to_string();
    let server = Server::start(&[("PORT", &port)]);
    assert_ne!(server.port().to_string(), port);
}

/// A port that was free a moment ago.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[test]
fn a_variable_that_cannot_be_used_stops_the_start() {
    let cases = [
        ("IMGPROXY_WORKERS", "many", "integer"),
        ("IMGPROXY_TIMEOUT", "0", "from 1"),
        ("IMGPROXY_QUALITY", "101", "1 to 100"),
        ("IMGPROXY_NETWORK", "udp", "tcp4"),
        ("IMGPROXY_MAX_SRC_RESOLUTION", "0", "more than 0"),
        ("IMGPROXY_KEY", "xyz", "hex"),
        ("IMGPROXY_USE_ETAG", "perhaps", "boolean"),
        (
            "IMGPROXY_LOCAL_FILESYSTEM_ROOT",
            "/definitely/not/here",
            "/definitely/not/here",
        ),
        ("PORT", "70000", "65535"),
    ];
    for (name, value, range) in cases {
        let output = Command::new(PROGRAM)
            .env_clear()
            .env("IMGPROXY_BIND", "127.0.0.1:0")
            .env(name, value)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert_eq!(output.status.code(), Some(1), "{name}: {said}");
        assert!(said.contains(name), "{name}: {said}");
        assert!(said.contains(range), "{name}: {said}");
        assert!(!said.contains("is ready"), "{name} was announced");
    }
}

#[test]
fn every_variable_at_fault_is_named_at_once() {
    let output = Command::new(PROGRAM)
        .env_clear()
        .envs([("IMGPROXY_TTL", "-5"), ("IMGPROXY_WORKERS", "0")])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        said.contains("IMGPROXY_TTL") && said.contains("IMGPROXY_WORKERS"),
        "{said}"
    );
}

#[test]
fn a_port_that_is_taken_stops_the_start() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = Command::new(PROGRAM)
        .env_clear()
        .env("IMGPROXY_BIND", &address)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("can't start server"), "{said}");
}

/// How long pictures may be kept, which the variables of a source decide here.
fn lifetime(environment: &[(&str, &str)]) -> String {
    let world = World::start(environment);
    let answer = world.server.get("/unsafe/w:30/plain/local:///photo.jpg");
    answer
        .header("cache-control")
        .unwrap_or_default()
        .to_owned()
}

const AWS: [(&str, &str); 3] = [
    ("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE"),
    ("AWS_SECRET_ACCESS_KEY", "secret"),
    ("AWS_REGION", "eu-north-1"),
];

#[test]
fn variables_may_be_kept_by_aws_secrets_manager() {
    let keeper = Collector::http(r##"{"SecretString": "# prod\nIMGPROXY_TTL=77\n"}"##);
    let url = keeper.url();
    let own = [
        ("IMGPROXY_ENV_AWS_SECRET_ID", "prod/images"),
        ("IMGPROXY_ENV_AWS_SECRET_VERSION_STAGE", "AWSCURRENT"),
        ("AWS_ENDPOINT_URL_SECRETS_MANAGER", url.as_str()),
        ("IMGPROXY_TTL", "1"),
    ];
    let lifetime = lifetime(&[&AWS[..], &own].concat());
    assert!(lifetime.contains("max-age=77"), "{lifetime}");
    let told = keeper.next();
    assert_eq!(told.header("x-amz-target"), "secretsmanager.GetSecretValue");
    let scope = "/eu-north-1/secretsmanager/aws4_request";
    assert!(told.header("authorization").contains(scope), "{told:?}");
    assert_eq!(told.json()["SecretId"], "prod/images");
    assert_eq!(told.json()["VersionStage"], "AWSCURRENT");
}

#[test]
fn variables_may_be_kept_by_aws_ssm() {
    let keeper = Collector::http(
        r#"{"Parameters": [{"Name": "/p/IMGPROXY/TTL", "Value": "78", "DataType": "text"}]}"#,
    );
    let url = keeper.url();
    let own = [
        ("IMGPROXY_ENV_AWS_SSM_PARAMETERS_PATH", "/p"),
        ("AWS_ENDPOINT_URL_SSM", url.as_str()),
    ];
    let lifetime = lifetime(&[&AWS[..], &own].concat());
    assert!(lifetime.contains("max-age=78"), "{lifetime}");
    let told = keeper.next().json();
    assert_eq!(
        (&told["Path"], &told["Recursive"]),
        (&"/p".into(), &true.into())
    );
}

#[test]
fn variables_may_be_kept_by_google_secret_manager() {
    // The metadata server gives a token, and the keeper `IMGPROXY_TTL=79`: one text says both.
    let keeper = Collector::http(
        r#"{"access_token": "t", "expires_in": 3600, "payload": {"data": "SU1HUFJPWFlfVFRMPTc5"}}"#,
    );
    let url = keeper.url();
    let lifetime = lifetime(&[
        ("IMGPROXY_ENV_GCP_SECRET_ID", "images"),
        ("IMGPROXY_ENV_GCP_SECRET_PROJECT_ID", "prod"),
        ("GCE_METADATA_HOST", url.trim_start_matches("http://")),
        ("CLOUDSDK_API_ENDPOINT_OVERRIDES_SECRETMANAGER", &url),
    ]);
    assert!(lifetime.contains("max-age=79"), "{lifetime}");
    assert!(keeper.next().path.contains("cloud-platform"));
    let told = keeper.next();
    assert_eq!(
        told.path,
        "/v1/projects/prod/secrets/images/versions/latest:access"
    );
    assert_eq!(told.header("authorization"), "Bearer t");
}

#[test]
fn a_file_of_variables_is_checked_without_starting() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("env");
    std::fs::write(
        &path,
        "IMGPROXY_TTL=60\nIMGPROXY_SERVER_NAME: x\nIMGPROXY_QUALTY=1\n",
    )
    .unwrap();
    let check = || {
        let mut command = Command::new(PROGRAM);
        command
            .env_clear()
            .arg("check-env")
            .arg(&path)
            .output()
            .unwrap()
    };
    let output = check();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success());
    for line in [
        "IMGPROXY_TTL: honoured\n",
        "IMGPROXY_SERVER_NAME: honoured (imgproxy Pro; free in pixgate)\n",
        "IMGPROXY_QUALTY: not known; did you mean IMGPROXY_QUALITY?\n",
    ] {
        assert!(said.contains(line), "{line} is not in {said}");
    }
    std::fs::write(&path, "IMGPROXY_TTL=soon\n").unwrap();
    let output = check();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said.contains("IMGPROXY_TTL") && said.contains("`soon`"),
        "{said}"
    );
}

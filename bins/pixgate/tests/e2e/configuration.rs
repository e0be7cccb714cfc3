//! The environment decides where and whether the server starts.

use std::net::TcpListener;
use std::process::Command;

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

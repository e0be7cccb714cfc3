//! Where a source leads to.

use std::net::TcpListener;
use std::time::Duration;

use crate::client::ask;
use crate::promised;
use crate::server::Server;
use crate::watched::Watched;

const UNREACHABLE: (u16, &str) = (404, "Source is unreachable");
const NOT_ALLOWED: (u16, &str) = (404, "Invalid source URL");

fn assert_answer(server: &Watched, source: &str, expected: (u16, &str)) {
    let reply = ask(server, &server.path("w:30", source));
    assert_eq!((reply.status, reply.text().as_str()), expected, "{source}");
    assert!(reply.elapsed < promised(Duration::from_secs(1)));
}

/// B5: loops end at the limit.
#[test]
fn redirects_are_followed_so_far_and_no_further() {
    let server = Watched::start(&[]);
    for source in ["/redirect-self", "/redirect-ping", "/redirect-count"] {
        let before = server.origin.count("redirect");
        assert_answer(&server, source, UNREACHABLE);
        let asked = server.origin.count("redirect") - before;
        assert!(asked <= 11, "{source}: {asked} requests");
    }
    for (hops, is_followed) in [(9, true), (10, true), (11, false)] {
        let reply = ask(
            &server,
            &server.path("w:30", &format!("/redirect-chain?n={hops}")),
        );
        assert_eq!(
            reply.status == 200,
            is_followed,
            "{hops} hops: {}",
            reply.text()
        );
    }
    server.assert_recovered();
}

/// B5: other schemes, and nowhere.
#[test]
fn redirects_lead_to_http_or_nowhere() {
    let server = Watched::start(&[]);
    for to in [
        "file:///etc/passwd",
        "data:image/gif;base64,R0lGODlhAQABAAAAACw=",
        "ftp://127.0.0.1/a.jpg",
        "local:///large.jpg",
        "nowhere",
    ] {
        let reply = ask(&server, &server.path("w:30", &format!("/redirect?to={to}")));
        assert_eq!(reply.status, 404, "{to}: {}", reply.text());
    }
    server.assert_recovered();
}

/// B6: every hop's address is looked at.
#[test]
fn redirects_to_forbidden_addresses_are_not_followed() {
    let server = Watched::start(&[("IMGPROXY_ALLOW_PRIVATE_SOURCE_ADDRESSES", "false")]);
    for host in [
        "169.254.169.254",
        "[fe80::1]",
        "0xa9fea9fe",
        "2852039166",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::a9fe:a9fe]",
        "[2002:a9fe:a9fe::]",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "[fd00::1]",
        "100.64.0.1",
    ] {
        assert_answer(
            &server,
            &format!("/redirect?to=http://{host}/a.jpg"),
            NOT_ALLOWED,
        );
    }
    server.assert_recovered();
}

/// B6: a server that must not ask this machine does not even connect.
#[test]
fn this_machine_is_not_connected_to() {
    let server = Server::start(&[]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let port = listener.local_addr().unwrap().port();
    for host in [
        "127.0.0.1",
        "localhost",
        "127.1",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
    ] {
        let reply = ask(
            &server,
            &format!("/unsafe/w:30/plain/http://{host}:{port}/a.jpg"),
        );
        assert_eq!((reply.status, reply.text().as_str()), NOT_ALLOWED, "{host}");
    }
    assert!(listener.accept().is_err(), "somebody connected");
}

/// B9: the proxy of the environment is honoured as there; its exceptions never reach it.
#[test]
fn a_proxy_of_the_environment_does_not_see_exceptions() {
    let proxy = TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let url = format!("http://{}", proxy.local_addr().unwrap());
    let server = Watched::start(&[("HTTP_PROXY", &url), ("NO_PROXY", "127.0.0.1")]);
    assert_eq!(ask(&server, &server.path("w:30", "/ok")).status, 200);
    assert!(proxy.accept().is_err(), "the proxy was asked");
    server.assert_recovered();
}

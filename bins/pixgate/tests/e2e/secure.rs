//! TLS: both protocols, odd clients, files that cannot be used.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::support::server::{Answer, PROGRAM};
use crate::support::within;
use crate::support::world::World;
use crate::wire::over_http2;

#[test]
fn pictures_are_served_over_tls() {
    let world = secure_world(&[]);
    assert!(world.server.announced.contains("https://"));
    let mut stream = connect(&world);
    let target = "/unsafe/w:30/fn:a#ä/plain/local:///photo.jpg";
    let request = format!("GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let answer = Answer::read(&bytes).unwrap();
    assert_eq!(answer.status, 200, "{}", answer.text());
    let name = "inline; filename=\"a#ä.jpg\"";
    assert_eq!(answer.header("content-disposition"), Some(name));
    assert_eq!(stream.conn.alpn_protocol(), Some(b"http/1.1".as_slice()));
}

#[test]
fn clients_may_agree_on_http2() {
    let world = secure_world(&[]);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (status, body) = runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(world.server.address()).await;
        let connector = tokio_rustls::TlsConnector::from(client(&[b"h2", b"http/1.1"]));
        let stream = connector.connect(name(), stream.unwrap()).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(b"h2".as_slice()));
        let (client, connection) = h2::client::handshake(stream).await.unwrap();
        tokio::select! {
            _ = connection => panic!("the connection ended"),
            answer = over_http2(client, "/unsafe/w:30/plain/local:///photo.jpg") => answer,
        }
    });
    assert_eq!((status, body.get(..3)), (200, Some(&b"\xff\xd8\xff"[..])));
}

#[test]
fn clients_without_tls_are_sent_away() {
    let world = secure_world(&[]);
    let mut stream = TcpStream::connect(world.server.address()).unwrap();
    stream.write_all(b"GET /health HTTP/1.1\r\n\r\n").unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    assert!(!bytes.starts_with(b"HTTP"));
    connect(&world);
}

#[test]
fn handshakes_have_to_come_in_time() {
    let world = secure_world(&[("IMGPROXY_READ_REQUEST_TIMEOUT", "1")]);
    for begun in [b"".as_slice(), b"\x16\x03\x01"] {
        let mut stream = TcpStream::connect(world.server.address()).unwrap();
        stream.write_all(begun).unwrap();
        within(Duration::from_secs(6), "waiting for a handshake", || {
            stream.read_to_end(&mut Vec::new()).unwrap()
        });
    }
}

#[test]
fn encrypted_answers_have_to_be_taken_in_time() {
    let world = secure_world(&[
        ("IMGPROXY_WRITE_RESPONSE_TIMEOUT", "1"),
        ("IMGPROXY_DOWNLOAD_TIMEOUT", "60"),
        ("IMGPROXY_TIMEOUT", "60"),
    ]);
    let file = std::fs::File::create(world.folder().join("large.bin")).unwrap();
    file.set_len(LARGE_BYTES).unwrap();
    let mut stream = connect(&world);
    let target = "/unsafe/raw:1/plain/local:///large.bin";
    let request = format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_secs(3));
    let mut received = Vec::new();
    // The connection may end with an error as well.
    let _ = stream.read_to_end(&mut received);
    assert!((received.len() as u64) < LARGE_BYTES, "{}", received.len());
}

#[test]
fn the_health_command_knows_the_certificate() {
    let world = secure_world(&[]);
    let address = format!("127.0.0.1:{}", world.server.port());
    let ask = |environment: &[(&str, PathBuf)]| {
        let mut command = Command::new(PROGRAM);
        command.arg("health").env_clear();
        command.envs(environment.iter().map(|(name, value)| (name, value)));
        command.env("IMGPROXY_BIND", &address).output().unwrap()
    };
    let files = [
        (CERTIFICATE, file("certificate.pem")),
        (KEY, file("key.pem")),
    ];
    let output = ask(&files);
    assert!(output.status.success(), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stdout).contains("is running"));
    assert_eq!(ask(&[]).status.code(), Some(1));
}

#[test]
fn files_that_cannot_be_used_stop_the_start() {
    let cases: [(&[_], _); 6] = [
        (&[(CERTIFICATE, "certificate.pem")], "go together"),
        (&[(KEY, "key.pem")], "go together"),
        (&[(CERTIFICATE, "missing.pem")], "cannot be read"),
        (&[(CERTIFICATE, "key.pem")], "no certificate in PEM"),
        (&[(KEY, "certificate.pem")], "no private key in PEM"),
        (
            &[(CERTIFICATE, "certificate.pem"), (KEY, "other.key.pem")],
            "cannot be used",
        ),
    ];
    for (files, reason) in cases {
        let mut command = Command::new(PROGRAM);
        command.env_clear().env("IMGPROXY_BIND", "127.0.0.1:0");
        command.envs(files.iter().map(|(name, value)| (name, file(value))));
        let output = command.output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.code(), Some(1), "{files:?}: {said}");
        for part in [files[0].0, reason] {
            assert!(said.contains(part), "{files:?}: {said}");
        }
    }
}

fn secure_world(environment: &[(&str, &str)]) -> World {
    let [certificate, key] = ["certificate.pem", "key.pem"].map(file);
    let mut environment = environment.to_vec();
    environment.push((CERTIFICATE, certificate.to_str().unwrap()));
    environment.push((KEY, key.to_str().unwrap()));
    World::start(&environment)
}

/// A connection after its handshake.
fn connect(world: &World) -> StreamOwned<ClientConnection, TcpStream> {
    let connection = ClientConnection::new(client(&[b"http/1.1"]), name()).unwrap();
    let stream = TcpStream::connect(world.server.address()).unwrap();
    let mut stream = StreamOwned::new(connection, stream);
    stream.conn.complete_io(&mut stream.sock).unwrap();
    stream
}

/// A client that trusts the certificate of the tests alone.
fn client(protocols: &[&[u8]]) -> Arc<ClientConfig> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    let certificate = CertificateDer::from_pem_file(file("certificate.pem"));
    roots.add(certificate.unwrap()).unwrap();
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
    Arc::new(config)
}

fn name() -> ServerName<'static> {
    ServerName::try_from("pixgate.test").unwrap()
}

fn file(name: &str) -> PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/e2e/data/tls");
    PathBuf::from(folder).join(name)
}

const CERTIFICATE: &str = "PIXGATE_TLS_CERTIFICATE";
const KEY: &str = "PIXGATE_TLS_KEY";
/// More than the sockets on both sides hold.
const LARGE_BYTES: u64 = 64 << 20;

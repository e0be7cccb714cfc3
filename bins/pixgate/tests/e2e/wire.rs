//! What goes over a connection: odd request targets, HTTP/2, slow readers, unix sockets.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::server::{PROGRAM, Server};
use crate::support::within;
use crate::support::world::{World, sign};

#[test]
fn targets_keep_every_byte() {
    let world = World::signed();
    for name in ["a#b", "<a>", "ä", "a`b", "{a}|^", "a%23b"] {
        let target = sign(&format!("/w:30/fn:{name}/plain/local:///photo.jpg"));
        let answer = world.server.get(&target);
        assert_eq!(answer.status, 200, "{name}: {}", answer.text());
        let expected = format!("inline; filename=\"{name}.jpg\"");
        assert_eq!(answer.header("content-disposition"), Some(&*expected));
    }
}

#[test]
fn bytes_that_are_no_text_are_read_as_if_they_were_escaped() {
    let server = Server::start(&[("IMGPROXY_ALLOWED_SOURCES", "local://")]);
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let head = b"GET /unsafe/w:30/plain/http://a/\xff.jpg HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    stream.write_all(head).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 404 "), "{answer}");
    assert!(answer.ends_with("\r\n\r\nInvalid source URL"), "{answer}");
    server.log_with("/unsafe/w:30/plain/http://a/%FF.jpg");
}

#[test]
fn odd_targets_may_follow_each_other() {
    let server = Server::start(&[]);
    let get = |target: &str| format!("GET {target} HTTP/1.1\r\nHost: pixgate.test\r\n");
    let requests = [
        get("/health#x"),
        get("/health"),
        get("/ä b"),
        get("/health?<>"),
        get("/health") + "Connection: close\r\n",
    ];
    let answer = server.send(&format!("{}\r\n", requests.join("\r\n")));
    let rest = answer.text();
    assert!(
        answer.status == 404 && rest.starts_with("Invalid URL"),
        "{rest}"
    );
    let statuses: Vec<_> = rest.matches("HTTP/1.1 ").collect();
    assert_eq!(statuses.len(), 4, "{rest}");
    assert_eq!(rest.matches("HTTP/1.1 400").count(), 1, "{rest}");
    assert_eq!(rest.matches("pixgate is running").count(), 3, "{rest}");
}

#[test]
fn a_target_that_is_none_gets_a_word_of_explanation() {
    let server = Server::start(&[]);
    for target in ["/a b", "/a\u{1}", "/a\u{7f}", "health", "/a%zz"] {
        let answer = server.get(target);
        assert_eq!(
            (answer.status, answer.text().as_str()),
            (400, "400 Bad Request"),
            "{target:?}"
        );
    }
}

#[test]
fn headers_have_the_names_that_clients_may_expect_to_the_letter() {
    let server = Server::start(&[]);
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let target = "/unsafe/w:30/plain/sample://landscape.jpg";
    let head = format!("GET {target} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).unwrap();
    let text = String::from_utf8_lossy(&bytes);
    let (head, _) = text.split_once("\r\n\r\n").unwrap();
    let names = head
        .lines()
        .skip(1)
        .filter_map(|line| line.split(':').next());
    let mut names: Vec<_> = names.collect();
    names.sort_unstable();
    assert_eq!(names, NAMES, "{head}");
}

/// As imgproxy writes them.
const NAMES: [&str; 10] = [
    "Cache-Control",
    "Connection",
    "Content-Disposition",
    "Content-Length",
    "Content-Security-Policy",
    "Content-Type",
    "Date",
    "Server",
    "X-Content-Type-Options",
    "X-Request-Id",
];

#[test]
fn nonsense_is_no_error_of_the_server() {
    let server = Server::start(&[]);
    server.send("nonsense\r\n\r\n");
    server.get("/favicon.ico");
    server.get("/unsafe/w:10/plain/local:///a.jpg");
    let log = server.log_with("Completed in");
    assert!(
        !log.iter().any(|line| line.contains("level=\"ERROR\"")),
        "{log:?}"
    );
}

#[test]
fn http2_is_spoken_to_those_who_begin_with_it() {
    let world = World::open();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let (health, picture, lost) = runtime.block_on(async {
        let stream = tokio::net::TcpStream::connect(world.server.address()).await;
        let (client, connection) = h2::client::handshake(stream.unwrap()).await.unwrap();
        let asking = async {
            tokio::join!(
                over_http2(client.clone(), "/health"),
                over_http2(client.clone(), "/unsafe/w:30/plain/local:///photo.jpg"),
                over_http2(client.clone(), "/unsafe/w:30/plain/local:///missing.jpg"),
            )
        };
        tokio::select! {
            _ = connection => panic!("the connection ended"),
            answers = asking => answers,
        }
    });
    assert_eq!((health.0, health.1), (200, b"pixgate is running".to_vec()));
    assert_eq!(
        (picture.0, picture.1.get(..3)),
        (200, Some(&b"\xff\xd8\xff"[..]))
    );
    assert_eq!((lost.0, lost.1), (404, b"Source is unreachable".to_vec()));
}

/// Status and body of an answer.
pub(crate) async fn over_http2(
    client: h2::client::SendRequest<bytes::Bytes>,
    path: &str,
) -> (u16, Vec<u8>) {
    let request = http::Request::get(format!("http://pixgate.test{path}"));
    let mut client = client.ready().await.unwrap();
    let (answer, _) = client
        .send_request(request.body(()).unwrap(), true)
        .unwrap();
    let answer = answer.await.unwrap();
    let status = answer.status().as_u16();
    let (mut stream, mut body) = (answer.into_body(), Vec::new());
    while let Some(piece) = stream.data().await {
        let piece = piece.unwrap();
        stream.flow_control().release_capacity(piece.len()).unwrap();
        body.extend_from_slice(&piece);
    }
    (status, body)
}

#[test]
fn the_beginning_of_http2_has_to_come_in_time() {
    let server = Server::start(&[
        ("IMGPROXY_READ_REQUEST_TIMEOUT", "1"),
        ("IMGPROXY_KEEP_ALIVE_TIMEOUT", "1"),
    ]);
    for begun in ["PRI", "PRI * HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"] {
        within(Duration::from_secs(6), "waiting for a request", || {
            server.send_and_wait(begun);
        });
    }
}

#[test]
fn idle_http2_connections_do_not_hold_the_server_up() {
    let mut server = Server::start(&[]);
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let settings = b"\0\0\0\x04\0\0\0\0\0";
    stream
        .write_all(&[b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".as_slice(), settings].concat())
        .unwrap();
    stream.read_exact(&mut [0; 9]).unwrap();
    server.terminate();
    let status = within(Duration::from_secs(8), "the end", || server.wait());
    assert_eq!(status.code(), Some(0));
}

#[test]
fn answers_have_to_be_taken_in_time() {
    let world = World::start(&[
        ("IMGPROXY_WRITE_RESPONSE_TIMEOUT", "1"),
        ("IMGPROXY_DOWNLOAD_TIMEOUT", "60"),
        ("IMGPROXY_TIMEOUT", "60"),
    ]);
    let file = std::fs::File::create(world.folder().join("large.bin")).unwrap();
    file.set_len(LARGE_BYTES).unwrap();
    let request = "GET /unsafe/raw:1/plain/local:///large.bin HTTP/1.1\r\nHost: a\r\n\
                   Connection: close\r\n\r\n";
    let mut stream = TcpStream::connect(world.server.address()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_secs(3));
    let mut received = Vec::new();
    // The connection may end with an error as well.
    let _ = stream.read_to_end(&mut received);
    assert!((received.len() as u64) < LARGE_BYTES, "{}", received.len());
    world.assert_well();
}

#[test]
fn a_unix_socket_is_served_and_cleared_away() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pixgate.sock");
    let mut command = Command::new(PROGRAM);
    command
        .env_clear()
        .env("IMGPROXY_NETWORK", "unix")
        .env("IMGPROXY_BIND", &path)
        .stdout(Stdio::null());
    let mut child = command.spawn().unwrap();
    let mut stream = within(Duration::from_secs(20), "the start", || {
        loop {
            if let Ok(stream) = UnixStream::connect(&path) {
                return stream;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
    });
    let request = "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    // Whoever comes second finds the place taken.
    assert_eq!(command.status().unwrap().code(), Some(1));
    let line = format!("kill -TERM {}", child.id());
    let told = Command::new("sh").args(["-c", &line]).status().unwrap();
    assert!(told.success());
    assert!(child.wait().unwrap().success());
    assert!(!path.exists());
}

/// More than the sockets on both sides hold.
const LARGE_BYTES: u64 = 64 << 20;

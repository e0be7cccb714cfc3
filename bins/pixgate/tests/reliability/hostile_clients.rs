//! Clients that are slow, odd or forge.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use socket2::{Domain, Socket, Type};

use crate::client::{Leave, ask, ask_with, begin, leave, send, small_thread};
use crate::server::Server;
use crate::watched::Watched;
use crate::{large, promised};

/// C2: whoever takes an answer too slowly loses it, and holds no memory for longer.
#[test]
fn slow_readers_are_cut_off() {
    let server = Watched::start(&[
        ("IMGPROXY_LOCAL_FILESYSTEM_ROOT", large::folder()),
        ("IMGPROXY_WRITE_RESPONSE_TIMEOUT", "2"),
    ]);
    let target = "/unsafe/rs:force:2400:2000/plain/local:///large.jpg@png";
    let size = ask(&server, target).body.len();
    let before = server.vitals().resident_kib;
    let readers: Vec<_> = (0..20)
        .map(|_| {
            let stream = begin_small(&server, target);
            let held = stream.try_clone().unwrap();
            (small_thread(move || read_slowly(stream)), held)
        })
        .collect();
    std::thread::sleep(Duration::from_millis(1_500));
    assert!(
        server.gauge("pixgate_memory_used_bytes") > size as f64,
        "answers are not counted"
    );
    let grown = server.vitals().resident_kib.saturating_sub(before);
    assert!(
        grown < 30 * (size as u64 / 1024),
        "{grown} KiB for answers of {size} bytes"
    );
    assert!(server.health() < promised(Duration::from_millis(50)));
    let over = server.await_gauge("pixgate_memory_used_bytes", 0.0);
    assert!(
        over < Duration::from_secs(2) + promised(Duration::from_millis(500)),
        "{over:?}"
    );
    server.assert_recovered();
    for (reader, stream) in readers {
        leave(stream, Leave::Fin);
        let taken = reader.join().unwrap();
        assert!(taken < size, "{taken} of {size}");
    }
}

/// With a receive buffer that does not hide a slow reader.
fn begin_small(server: &Server, target: &str) -> TcpStream {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], server.port()));
    socket.connect(&address.into()).unwrap();
    let mut stream = TcpStream::from(socket);
    let request = format!("GET {target} HTTP/1.1\r\nHost: pixgate.test\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    stream
}

/// A kilobyte ten times a second until there is no more.
fn read_slowly(mut stream: TcpStream) -> usize {
    let mut taken = 0;
    while let Ok(count @ 1..) = stream.read(&mut [0; 1_024]) {
        taken += count;
        std::thread::sleep(Duration::from_millis(100));
    }
    taken
}

/// C3: slow heads end in time and keep nobody out.
#[test]
fn slow_heads_are_cut_off() {
    let server = Watched::start(&[("IMGPROXY_READ_REQUEST_TIMEOUT", "2")]);
    let slow: Vec<_> = (0..100)
        .map(|n| {
            let address = server.address();
            small_thread(move || trickle(address, n))
        })
        .collect();
    std::thread::sleep(Duration::from_millis(300));
    assert_eq!(ask(&server, &server.path("w:20", "/ok")).status, 200);
    assert!(server.health() < promised(Duration::from_millis(50)));
    for trickled in slow {
        let elapsed = trickled.join().unwrap();
        assert!(elapsed < Duration::from_secs(3) + promised(Duration::from_millis(500)));
    }
    server.assert_recovered();
}

/// A byte of a head every fifth of a second, until the server has enough.
fn trickle(address: (&str, u16), n: usize) -> Duration {
    let start = Instant::now();
    let mut stream = TcpStream::connect(address).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_millis(200)))
        .unwrap();
    let head = format!(
        "GET /health?{n} HTTP/1.1\r\nHost: pixgate.test\r\nX-Slow: {:099}",
        0
    );
    for byte in head.bytes() {
        let is_over = stream.write_all(&[byte]).is_err();
        if is_over || stream.read(&mut [0; 512]).is_ok() {
            break;
        }
    }
    start.elapsed()
}

/// C3: idle connections cost little, and a limit on clients is exact.
#[test]
fn idle_clients_are_counted_and_closed() {
    let server = Watched::start(&[
        ("IMGPROXY_MAX_CLIENTS", "9"),
        ("IMGPROXY_KEEP_ALIVE_TIMEOUT", "1"),
        ("IMGPROXY_READ_REQUEST_TIMEOUT", "3"),
    ]);
    let mut idle: Vec<_> = (0..9).map(|_| keep_alive(&server)).collect();
    for stream in &mut idle {
        assert!(is_answered(stream, Duration::from_secs(2)));
    }
    let mut tenth = keep_alive(&server);
    assert!(
        !is_answered(&mut tenth, Duration::from_millis(300)),
        "ten clients at a time"
    );
    leave(idle.pop().unwrap(), Leave::Fin);
    assert!(is_answered(
        &mut tenth,
        promised(Duration::from_millis(500))
    ));
    // The others are closed for being idle.
    for mut stream in idle {
        stream
            .set_read_timeout(Some(Duration::from_secs(5)))
            .unwrap();
        assert_eq!(stream.read(&mut [0; 16]).unwrap_or(0), 0);
    }
    drop(tenth);
    server.assert_recovered();
}

fn keep_alive(server: &Server) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream
        .write_all(b"GET /health HTTP/1.1\r\nHost: pixgate.test\r\n\r\n")
        .unwrap();
    stream
}

fn is_answered(stream: &mut TcpStream, limit: Duration) -> bool {
    stream.set_read_timeout(Some(limit)).unwrap();
    let mut start = [0; 2_048];
    matches!(stream.read(&mut start), Ok(1..)) && start.starts_with(b"HTTP/1.1 200 OK")
}

/// C3: many idle connections.
#[test]
fn five_hundred_idle_connections_are_no_burden() {
    let server = Watched::start(&[("IMGPROXY_READ_REQUEST_TIMEOUT", "2")]);
    let before = server.vitals();
    let idle: Vec<_> = (0..500)
        .map(|_| TcpStream::connect(server.address()).unwrap())
        .collect();
    std::thread::sleep(Duration::from_millis(300));
    let grown = server
        .vitals()
        .resident_kib
        .saturating_sub(before.resident_kib)
        / 500;
    assert!(grown < 64, "{grown} KiB for each");
    assert!(server.health_p99() < promised(Duration::from_millis(50)));
    std::thread::sleep(Duration::from_secs(3));
    drop(idle);
    server.assert_recovered();
}

/// C4: URLs that no person writes.
#[test]
fn long_and_odd_targets_are_refused_quickly() {
    let server = Watched::start(&[("IMGPROXY_PRESETS", "a=preset:b,b=preset:a")]);
    let mut targets = vec![
        "/unsafe/%00".to_owned(),
        "/unsafe/w:10/plain/%2e%2e/%2e%2e/etc/passwd".to_owned(),
        "/unsafe/w:10/plain/http%253A%252F%252Fa%252Fb.jpg".to_owned(),
        "//unsafe//w:10//plain//x".to_owned(),
        "/unsafe/preset:a/plain/local:///a.jpg".to_owned(),
        format!("/unsafe/{}plain/local:///a.jpg", "w:1/".repeat(10_000)),
        format!("/unsafe/w:{}/plain/local:///a.jpg", "9".repeat(10_000)),
        format!("/unsafe/w:nan/h:inf/zoom:1e308/plain/local:///a.jpg"),
    ];
    for kilobytes in [8, 64] {
        targets.push(format!(
            "/unsafe/w:10/plain/local:///{}",
            "a".repeat(kilobytes << 10)
        ));
    }
    let before = server.vitals().peak_kib;
    for target in &targets {
        let reply = ask(&server, target);
        let start = target.get(..60.min(target.len())).unwrap();
        assert!((400..500).contains(&reply.status), "{start}: {reply:?}");
        assert!(
            reply.elapsed < promised(Duration::from_millis(20)),
            "{start}: {reply:?}"
        );
    }
    // Too much for a head: no answer or 431, but an end.
    let reply = ask(&server, &format!("/unsafe/{}", "a".repeat(200 << 10)));
    assert!(matches!(reply.status, 0 | 400..500), "{reply:?}");
    for bytes in [
        &b"GET /unsafe/\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n"[..],
        b"\0\0\0\0\r\n\r\n",
    ] {
        let reply = send(server.address(), bytes);
        assert!(matches!(reply.status, 0 | 400..500), "{reply:?}");
    }
    let grown = server.vitals().peak_kib - before;
    assert!(grown < 8 << 10, "{grown} KiB");
    server.assert_recovered();
}

/// C5: nothing but the right signature of this very path is taken.
#[test]
fn forged_signatures_are_refused() {
    const KEYS: [(&str, &str); 2] = [("IMGPROXY_KEY", "6b6579"), ("IMGPROXY_SALT", "73616c74")];
    let server = Server::start(&KEYS);
    let ring = pixgate_sign::KeyRing::from_hex_lists(KEYS[0].1, KEYS[1].1).unwrap();
    let target = ring.sign("/w:30/plain/local:///a.jpg");
    assert_eq!(
        ask(&server, &target).status,
        404,
        "the signature is right, the source is not"
    );
    for position in 1..target.len() {
        let mut forged = target.clone().into_bytes();
        forged[position] ^= 1;
        let forged = String::from_utf8(forged).unwrap();
        let is_path = position > 44;
        let reply = ask(&server, &forged);
        let is_refused = reply.status == 403 || (is_path && reply.status == 404);
        assert!(
            is_refused && reply.elapsed < promised(Duration::from_millis(50)),
            "{forged}"
        );
        assert!(
            !is_path || reply.status == 403 || forged.matches('/').count() != 7,
            "{forged}"
        );
    }
    let (signature, path) = target.split_at(44);
    for forged in [
        format!("/unsafe{path}"),
        format!("/insecure{path}"),
        format!("/{path}"),
        format!("{}{path}", signature.get(..20).unwrap()),
        format!("{signature}={path}"),
        format!(
            "{}{path}",
            signature.replace('-', "+").replace('_', "/") + "A"
        ),
        format!("{signature}{}", path.replace("30", "%330")),
    ] {
        assert_eq!(ask(&server, &forged).status, 403, "{forged}");
    }
}

/// C6: what a client writes stays what it is.
#[test]
fn nothing_breaks_out_of_headers_and_logs() {
    let server = Watched::start(&[]);
    // `a"\r\nX-Evil: 1` in base64.
    let target = server.path("w:30/fn:YSINClgtRXZpbDogMQ:1", "/ok?n=1");
    let headers = "X-Request-Id: a\tb\"c\r\nX-Forwarded-For: \"],\t1\r\n";
    let reply = ask_with(&server, &target, headers);
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert!(reply.header("x-evil").is_none(), "{:?}", reply.headers);
    let lines = server.log_with("Completed in");
    for line in lines {
        assert!(
            line.starts_with("time=") && !line.contains('\x1b'),
            "{line:?}"
        );
    }
    server.assert_recovered();
}

/// C7: long lists of media types cost nothing.
#[test]
fn negotiation_is_bounded() {
    let server = Watched::start(&[("IMGPROXY_AUTO_WEBP", "true")]);
    let target = server.path("w:30", "/ok");
    let many = "image/x-none;q=0.001, ".repeat(1_000);
    for (accept, media_type) in [
        (format!("Accept: {many}image/webp\r\n"), "image/webp"),
        (format!("Accept: {many}\r\n"), "image/jpeg"),
        ("Accept: ;q=,,,\"\r\n".to_owned(), "image/jpeg"),
        (String::new(), "image/jpeg"),
    ] {
        let reply = ask_with(&server, &target, &accept);
        assert_eq!(reply.header("content-type"), Some(media_type));
        assert_eq!(reply.header("vary"), Some("Accept"));
        assert!(reply.elapsed < promised(Duration::from_millis(100)));
    }
    server.assert_recovered();
    let plain = Watched::start(&[]);
    assert_eq!(ask(&plain, &plain.path("w:30", "/ok")).header("vary"), None);
}

/// A connection that asks and does not listen is no reason to wait at the end.
#[test]
fn deaf_clients_do_not_hold_memory() {
    let server = Watched::start(&[("IMGPROXY_WRITE_RESPONSE_TIMEOUT", "1")]);
    let deaf: Vec<_> = (0..50)
        .map(|n| begin(&server, &server.path(&format!("w:{}", 20 + n), "/ok")))
        .collect();
    server.await_gauge("requests_in_progress", 0.0);
    drop(deaf);
    server.assert_recovered();
}

//! Stopping is orderly.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use crate::support::pictures::shown;
use crate::support::server::Server;
use crate::support::within;
use crate::support::world::{LOOPBACK, World};

#[test]
fn a_request_on_its_way_is_answered_before_the_server_ends() {
    let mut world = World::start(&[LOOPBACK]);
    let target = format!("/unsafe/w:30/plain/{}", world.origin.url("/late.jpg"));
    let answer = std::thread::scope(|scope| {
        let asking = scope.spawn(|| world.server.get(&target));
        world.origin.await_requests(1);
        world.server.terminate();
        asking.join().unwrap()
    });
    assert_eq!(shown(&answer).width, 30);
    let status = within(Duration::from_secs(5), "the end", || world.server.wait());
    assert_eq!(status.code(), Some(0));
    assert!(TcpStream::connect(world.server.address()).is_err());
}

#[test]
fn idle_connections_do_not_hold_the_server_up() {
    let mut server = Server::start(&[]);
    let silent = TcpStream::connect(server.address()).unwrap();
    let mut used = TcpStream::connect(server.address()).unwrap();
    used.write_all(b"GET /health HTTP/1.1\r\nHost: pixgate.test\r\n\r\n")
        .unwrap();
    let mut start = [0; 15];
    used.read_exact(&mut start).unwrap();
    assert_eq!(&start, b"HTTP/1.1 200 OK");
    server.terminate();
    let status = within(Duration::from_secs(5), "the end", || server.wait());
    assert_eq!(status.code(), Some(0));
    drop((silent, used));
}

#[test]
fn a_second_signal_does_not_wait_for_requests() {
    let mut server = Server::start(&[LOOPBACK]);
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let source = silent.local_addr().unwrap();
    let mut client = TcpStream::connect(server.address()).unwrap();
    let line = format!("GET /unsafe/w:30/plain/http://{source}/a.jpg HTTP/1.1");
    client
        .write_all(format!("{line}\r\nHost: pixgate.test\r\n\r\n").as_bytes())
        .unwrap();
    // The request is on its way once the source is asked.
    let asked = silent.accept().unwrap();
    server.terminate();
    std::thread::sleep(Duration::from_millis(300));
    let status = within(Duration::from_secs(2), "the end", || {
        server.terminate();
        server.wait()
    });
    assert_eq!(status.code(), Some(0));
    drop(asked);
}

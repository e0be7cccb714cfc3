//! From starting the program to its first picture, as where instances come and go with the load.

use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Options;
use crate::client::Client;

pub(crate) fn run(options: &Options) {
    let mut times: Vec<_> = (0..options.number("rounds", 5))
        .map(|_| once(options))
        .collect();
    times.sort_unstable();
    println!("first picture after {times:?}");
}

fn once(options: &Options) -> Duration {
    // Free a moment ago, which is good enough here.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let server = format!("127.0.0.1:{port}");
    let target = format!(
        "/unsafe/rs:fit:512:512/plain/local:///{}",
        options.text("picture")
    );
    let start = Instant::now();
    let mut child = Command::new(options.text("program"))
        .env("IMGPROXY_BIND", &server)
        .env("IMGPROXY_LOCAL_FILESYSTEM_ROOT", options.text("folder"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut client = Client::new(&server);
    while client.get(&target).status != 200 {
        assert!(start.elapsed() < Duration::from_secs(20), "no picture");
        std::thread::sleep(Duration::from_micros(500));
    }
    let elapsed = start.elapsed();
    child.kill().unwrap();
    child.wait().unwrap();
    elapsed
}

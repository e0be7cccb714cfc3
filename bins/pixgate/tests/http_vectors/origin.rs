//! The scripted origin: fixed answers by path, and a memory of what it was asked.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;

/// A listener that ends with the test process.
pub(crate) struct Origin {
    pub(crate) port: u16,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    routes: Value,
    bodies: std::collections::BTreeMap<String, Vec<u8>>,
    requests: usize,
    last: Vec<(String, String)>,
}

impl Origin {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::<Mutex<State>>::default();
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = shared.clone();
                // A client that goes away ends its conversation.
                std::thread::spawn(move || drop(converse(stream, &state)));
            }
        });
        Self { port, state }
    }

    /// Forgets everything and learns these routes.
    pub(crate) fn learn(
        &self,
        routes: Value,
        bodies: &std::collections::BTreeMap<String, Vec<u8>>,
    ) {
        *self.state.lock().unwrap() = State {
            routes,
            bodies: bodies.clone(),
            ..State::default()
        };
    }

    /// Requests since the last lesson.
    pub(crate) fn requests(&self) -> usize {
        self.state.lock().unwrap().requests
    }

    /// Headers of the last request, names in lower case.
    pub(crate) fn last_headers(&self) -> Vec<(String, String)> {
        self.state.lock().unwrap().last.clone()
    }
}

/// One request per connection.
fn converse(mut stream: TcpStream, state: &Mutex<State>) -> std::io::Result<()> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte)?;
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let target = head.split(' ').nth(1).unwrap_or_default();
    let path = target.split('?').next().unwrap_or_default();
    let (route, body) = {
        let mut state = state.lock().unwrap();
        state.requests += 1;
        state.last = headers(&head);
        let route = state.routes.get(path).cloned();
        let route = route.unwrap_or_else(|| serde_json::json!({"status": 404}));
        let body = route.get("body").and_then(Value::as_str);
        let body = body.and_then(|id| state.bodies.get(id)).cloned();
        (route, body.unwrap_or_default())
    };
    play(&mut stream, &route, &body)
}

fn headers(head: &str) -> Vec<(String, String)> {
    let lines = head.split("\r\n").skip(1);
    lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect()
}

fn play(out: &mut TcpStream, route: &Value, body: &[u8]) -> std::io::Result<()> {
    let number = |name: &str| route.get(name).and_then(Value::as_u64);
    std::thread::sleep(Duration::from_millis(number("delay_ms").unwrap_or(0)));
    let status = number("status").unwrap();
    let mut head = format!("HTTP/1.1 {status} Scripted\r\nConnection: close\r\n");
    for (name, value) in route["headers"].as_object().into_iter().flatten() {
        head.push_str(&format!("{name}: {}\r\n", crate::text(value)));
    }
    if route["chunked"] == true {
        head.push_str("Transfer-Encoding: chunked\r\n\r\n");
        let chunk = format!("{:x}\r\n", body.len());
        return out.write_all(
            &[
                head.as_bytes(),
                chunk.as_bytes(),
                body,
                b"\r\n0\r\n\r\n".as_slice(),
            ]
            .concat(),
        );
    }
    if status != 204 && status != 304 {
        head.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    let sent = number("truncate_at").and_then(|at| body.get(..usize::try_from(at).ok()?));
    out.write_all(&[head.as_bytes(), b"\r\n", sent.unwrap_or(body)].concat())
}

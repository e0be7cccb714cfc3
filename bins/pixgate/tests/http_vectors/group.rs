//! Cases with the same environment, one after the other against one process.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use serde_json::Value;

use crate::origin::Origin;
use crate::server::{Answer, Server};
use crate::template::Template;
use crate::{Vectors, check, text};

/// A running server and what it can ask.
struct World<'v> {
    template: Template<'v>,
    origin: Origin,
    server: Server,
}

/// Runs the cases; gives those that differ, and how.
pub(crate) fn run(
    vectors: &Vectors,
    environment: &BTreeMap<String, String>,
    cases: &[&Value],
) -> BTreeMap<String, String> {
    let origin = Origin::start();
    let template = Template {
        vectors,
        origin_port: origin.port,
        bind: String::new(),
        metrics_bind: free_address(),
        captured: BTreeMap::new(),
    };
    let environment = filled(&template, environment);
    let environment: Vec<_> = environment
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    let mut world = World {
        server: Server::start(&environment),
        origin,
        template,
    };
    let mut differences = BTreeMap::new();
    for case in cases {
        let found = world.case(case);
        if !found.is_empty() {
            differences.insert(text(&case["id"]).to_owned(), found.join("\n"));
        }
    }
    differences
}

/// An environment with its placeholders filled in.
pub(crate) fn filled(
    template: &Template<'_>,
    environment: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    environment
        .iter()
        .map(|(name, value)| (name.clone(), template.text(value)))
        .collect()
}

/// An address that was free a moment ago.
pub(crate) fn free_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().to_string()
}

impl World<'_> {
    fn case(&mut self, case: &Value) -> Vec<String> {
        let routes = self.template.fill(&case["origin"]["routes"]);
        self.origin.learn(routes, &self.template.vectors.bodies);
        let whole = std::slice::from_ref(case);
        let steps = case["steps"].as_array().map_or(whole, Vec::as_slice);
        let found = steps.iter().flat_map(|step| self.step(step));
        found.collect()
    }

    fn step(&mut self, step: &Value) -> Vec<String> {
        let (request, expect) = (
            self.template.fill(&step["request"]),
            self.template.fill(&step["expect"]),
        );
        if let Some(copies) = step["parallel"].as_u64() {
            return self.crowd(&request, &expect, copies);
        }
        let answer = match step["target"].as_str() {
            Some("metrics") => send(&self.template.metrics_bind, &request),
            Some(other) => panic!("{other} is not understood"),
            None => self.ask(&request),
        };
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return vec![format!("no answer: {error}")],
        };
        for (name, header) in step["capture"].as_object().into_iter().flatten() {
            let value = answer.header(&text(header).to_ascii_lowercase());
            let value = value.unwrap_or_default().to_owned();
            self.template.captured.insert(name.clone(), value);
        }
        let mut differences = check::answer(self.template.vectors, &expect, &answer);
        let requests = self.origin.requests();
        if expect["origin_requests"] != Value::Null && expect["origin_requests"] != requests {
            differences.push(format!("the origin was asked {requests} times"));
        }
        if expect["origin_saw"] != Value::Null {
            let seen = check::headers(&expect["origin_saw"], &self.origin.last_headers());
            differences.extend(seen.iter().map(|line| format!("at the origin: {line}")));
        }
        differences
    }

    /// Sends many copies at the same time and counts the statuses.
    fn crowd(&self, request: &Value, expect: &Value, copies: u64) -> Vec<String> {
        let answers: io::Result<Vec<Answer>> = std::thread::scope(|scope| {
            let asking: Vec<_> = (0..copies)
                .map(|_| scope.spawn(|| self.ask(request)))
                .collect();
            let answers = asking.into_iter().map(|one| one.join().unwrap());
            answers.collect()
        });
        let mut statuses = BTreeMap::<String, usize>::new();
        let mut differences = Vec::new();
        for answer in &answers.unwrap_or_default() {
            let status = answer.status.to_string();
            if let Some(expected) = expect["body_of"].get(&status) {
                let vectors = self.template.vectors;
                differences.extend(check::body(vectors, expected, &answer.body));
            }
            *statuses.entry(status).or_default() += 1;
        }
        if expect["statuses"] != serde_json::json!(statuses) {
            differences.push(format!("statuses are {statuses:?}"));
        }
        differences
    }

    fn ask(&self, request: &Value) -> io::Result<Answer> {
        let (host, port) = self.server.address();
        send(&format!("{host}:{port}"), request)
    }
}

/// Sends a request exactly as written, on a connection of its own.
fn send(address: &str, request: &Value) -> io::Result<Answer> {
    let mut lines = format!(
        "{} {} HTTP/1.1\r\n",
        text(&request["method"]),
        text(&request["path"])
    );
    for (name, value) in request["headers"].as_object().unwrap() {
        lines.push_str(&format!("{name}: {}\r\n", text(value)));
    }
    lines.push_str(&format!("Host: {address}\r\nConnection: close\r\n\r\n"));
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(lines.as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    Answer::read(&bytes).ok_or_else(|| {
        let said = String::from_utf8_lossy(&bytes);
        io::Error::other(format!("only {said:?} came"))
    })
}

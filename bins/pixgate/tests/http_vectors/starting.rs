//! Environments with which the program starts, or says why not.

use std::collections::BTreeMap;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::group::{filled, free_address};
use crate::server::{PROGRAM, Server};
use crate::template::Template;
use crate::{Vectors, check};

/// Starts the program; gives what differs from the vector.
pub(crate) fn run(vectors: &Vectors, case: &Value) -> Option<String> {
    let template = Template {
        vectors,
        origin_port: 0,
        bind: free_address(),
        metrics_bind: free_address(),
        captured: BTreeMap::new(),
    };
    let mut environment = filled(&template, &vectors.environment(case));
    environment.insert("IMGPROXY_BIND".to_owned(), template.bind.clone());
    let expect = &case["expect"];
    if expect["started"] == true {
        let pairs = environment
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()));
        let server = Server::start_as_told(&pairs.collect::<Vec<_>>());
        let status = server.get("/health").status;
        return (status != 200).then(|| format!("health is {status}"));
    }
    let Some(output) = end(&environment) else {
        return Some("the program did not end".to_owned());
    };
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    let code = output.status.code();
    let is_right =
        expect["exit"] == serde_json::json!(code) && check::matches(&expect["output_re"], &said);
    (!is_right).then(|| format!("{code:?}: {said}"))
}

/// What the program said by its own end.
fn end(environment: &BTreeMap<String, String>) -> Option<Output> {
    let mut child = Command::new(PROGRAM)
        .env_clear()
        .envs(environment)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > PATIENCE {
            child.kill().unwrap();
            return None;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    Some(child.wait_with_output().unwrap())
}

const PATIENCE: Duration = Duration::from_secs(10);

//! Stores with fixed answers, and the relay in front of an emulator.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::fixtures::Fixtures;
use crate::http::{Answer, Asked, Server};

/// Starts a server that answers as `script` says; everything else is 404.
pub(crate) async fn start(script: &Value, fixtures: &Arc<Fixtures>) -> Server {
    let script = Arc::new(script.clone());
    let fixtures = Arc::clone(fixtures);
    let turns = Arc::new(Mutex::new(BTreeMap::new()));
    Server::start(move |asked| {
        let answer = answer(&script, &fixtures, &asked, &turns);
        async move { answer }
    })
    .await
}

type Turns = Mutex<BTreeMap<String, usize>>;

fn answer(script: &Value, fixtures: &Fixtures, asked: &Asked, turns: &Turns) -> Answer {
    let names = [
        format!("{} {}", asked.method, asked.target),
        asked.target.clone(),
        asked.path(),
        object_of(&asked.path()).unwrap_or_default(),
        "*".to_owned(),
    ];
    let Some(name) = names.into_iter().find(|name| !script[name].is_null()) else {
        return Answer::new(404, "");
    };
    let step = match script[&name].as_array() {
        None => &script[&name],
        Some(steps) => {
            let mut turns = turns.lock().unwrap();
            let turn = turns.entry(name).or_insert(0);
            *turn += 1;
            &steps[(*turn - 1).min(steps.len() - 1)]
        }
    };
    play(step, fixtures, asked)
}

fn play(step: &Value, fixtures: &Fixtures, asked: &Asked) -> Answer {
    let own = format!("http://{}", asked.host());
    let body = match step["body"].as_str() {
        Some(id) => fixtures.bytes(id),
        None => {
            let text = step["text"].as_str().unwrap_or_default();
            text.replace("{store}", &own).into_bytes()
        }
    };
    let status = u16::try_from(step["status"].as_u64().unwrap()).unwrap();
    let mut answer = Answer::new(status, body);
    for (name, value) in step["headers"].as_object().into_iter().flatten() {
        answer = answer.with(name, &fixtures.fill(value.as_str().unwrap()));
    }
    answer.delay = Duration::from_millis(step["delay_ms"].as_u64().unwrap_or(0));
    answer.truncate_at = step["truncate_at"]
        .as_u64()
        .map(|at| usize::try_from(at).unwrap());
    answer
}

/// `BUCKET/KEY` of any way in which a service addresses a read.
pub(crate) fn object_of(path: &str) -> Option<String> {
    let path = path.strip_prefix('/')?;
    let object = path
        .strip_prefix("v1/AUTH_pix/")
        .or(path.strip_prefix("devstoreaccount1/"));
    Some(object.unwrap_or(path).to_owned())
}

/// Starts a server that hands requests on as they are, with the emulator's own `Host`.
///
/// Signatures cover the host of the relay, so only emulators that do not look get another one.
pub(crate) async fn relay(emulator: &str, keeps_host: bool) -> Server {
    let host = emulator.strip_prefix("http://").unwrap().to_owned();
    Server::start(move |asked| {
        let host = host.clone();
        async move { forward(&asked, &host, keeps_host).await }
    })
    .await
}

async fn forward(asked: &Asked, host: &str, keeps_host: bool) -> Answer {
    let mut head = format!(
        "{} {} HTTP/1.1\r\nConnection: close\r\n",
        asked.method, asked.target
    );
    for (name, value) in &asked.headers {
        let is_host = name.eq_ignore_ascii_case("host") && !keeps_host;
        head.push_str(&format!(
            "{name}: {}\r\n",
            if is_host { host } else { value }
        ));
    }
    let mut stream = TcpStream::connect(host).await.unwrap();
    stream
        .write_all(format!("{head}\r\n").as_bytes())
        .await
        .unwrap();
    stream.write_all(&asked.body).await.unwrap();
    let mut answer = Answer {
        is_verbatim: true,
        ..Answer::default()
    };
    // An emulator that drops the connection has answered all the same.
    let _ = stream.read_to_end(&mut answer.body).await;
    answer
}

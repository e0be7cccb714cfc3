//! A small Swift: logins of versions 1 to 3, objects in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use crate::fixtures::Fixtures;
use crate::http::{Answer, Asked, Server};

#[derive(Default)]
struct Swift {
    objects: BTreeMap<String, Object>,
    tokens: BTreeSet<String>,
    issued: usize,
}

struct Object {
    bytes: Vec<u8>,
    headers: Vec<(String, String)>,
}

/// Starts a Swift that has these objects.
pub(crate) async fn start(objects: &Value, fixtures: &Fixtures) -> Server {
    let mut swift = Swift::default();
    for object in objects.as_array().unwrap() {
        let text = |name: &str| object[name].as_str().unwrap().to_owned();
        let headers = object["headers"].as_object().into_iter().flatten();
        let stored = Object {
            bytes: fixtures.bytes(&text("fixture")),
            headers: headers
                .map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned()))
                .collect(),
        };
        let name = format!("/v1/AUTH_pix/{}/{}", text("bucket"), text("key"));
        swift.objects.insert(name, stored);
    }
    let swift = Arc::new(Mutex::new(swift));
    Server::start(move |asked| {
        let answer = swift.lock().unwrap().answer(&asked);
        async move { answer }
    })
    .await
}

impl Swift {
    fn answer(&mut self, asked: &Asked) -> Answer {
        match asked.path().as_str() {
            "/_revoke" => {
                self.tokens.clear();
                Answer::new(204, "")
            }
            "/v3/auth/tokens" => self.login_v3(asked),
            "/v2.0/tokens" => self.login_v2(asked),
            "/auth/v1.0" => self.login_v1(asked),
            path => self.read(asked, path),
        }
    }

    fn token(&mut self) -> String {
        self.issued += 1;
        let token = format!("swift-token-{}", self.issued);
        self.tokens.insert(token.clone());
        token
    }

    fn login_v3(&mut self, asked: &Asked) -> Answer {
        let body: Value = serde_json::from_slice(&asked.body).unwrap();
        let user = &body["auth"]["identity"]["password"]["user"];
        let is_known = user["name"] == "pix" && user["password"] == "secret";
        if !is_known || user["domain"]["name"] != "Default" {
            return Answer::new(401, "");
        }
        let endpoints = json!([
            {"interface": "internal", "url": "http://127.0.0.1:1/"},
            {"interface": "public", "url": storage_url(asked)},
        ]);
        let catalog = json!([{"type": "image"}, {"type": "object-store", "endpoints": endpoints}]);
        let token = json!({"expires_at": "2099-01-01T00:00:00.000000Z", "catalog": catalog});
        let answer = Answer::json(201, &json!({"token": token}));
        answer.with("X-Subject-Token", &self.token())
    }

    fn login_v2(&mut self, asked: &Asked) -> Answer {
        let body: Value = serde_json::from_slice(&asked.body).unwrap();
        let user = json!({"username": "pix", "password": "secret"});
        if body["auth"]["passwordCredentials"] != user {
            return Answer::new(401, "");
        }
        let endpoints = json!([{"publicURL": storage_url(asked)}]);
        let token = json!({"id": self.token(), "expires": "2099-01-01T00:00:00Z"});
        let catalog = json!([{"type": "object-store", "endpoints": endpoints}]);
        Answer::json(
            200,
            &json!({"access": {"token": token, "serviceCatalog": catalog}}),
        )
    }

    fn login_v1(&mut self, asked: &Asked) -> Answer {
        let user = (asked.header("x-auth-user"), asked.header("x-auth-key"));
        if user != (Some("pix"), Some("secret")) {
            return Answer::new(401, "");
        }
        Answer::new(200, "")
            .with("X-Storage-Url", &storage_url(asked))
            .with("X-Auth-Token", &self.token())
    }

    fn read(&self, asked: &Asked, path: &str) -> Answer {
        let token = asked.header("x-auth-token").unwrap_or_default();
        if !self.tokens.contains(token) {
            return page(401);
        }
        let Some(object) = self.objects.get(path) else {
            return page(404);
        };
        let mut answer = Answer::new(200, object.bytes.clone());
        answer.headers.clone_from(&object.headers);
        let answer = answer.with("Etag", TAG).with("Last-Modified", DATE);
        let is_tag = |tags: &str| tags.trim_matches('"') == TAG;
        let is_unchanged = match asked.header("if-none-match") {
            Some(tags) => is_tag(tags),
            None => asked.header("if-modified-since") == Some(DATE),
        };
        if is_unchanged {
            return Answer {
                status: 304,
                body: Vec::new(),
                ..answer
            };
        }
        match asked.header("range") {
            Some(range) => part(answer, range),
            None => answer,
        }
    }
}

fn part(whole: Answer, range: &str) -> Answer {
    let size = whole.body.len();
    let (start, end) = range
        .strip_prefix("bytes=")
        .unwrap()
        .split_once('-')
        .unwrap();
    let (start, end) = match (start.parse(), end.parse::<usize>()) {
        (Ok(start), Ok(end)) => (start, end.min(size - 1)),
        (Ok(start), Err(_)) => (start, size - 1),
        (Err(_), end) => (size - end.unwrap(), size - 1),
    };
    if start >= size {
        return page(416);
    }
    let body = whole.body[start..=end].to_vec();
    let answer = Answer {
        status: 206,
        body,
        ..whole
    };
    answer.with("Content-Range", &format!("bytes {start}-{end}/{size}"))
}

fn page(status: u16) -> Answer {
    Answer::new(status, "<html></html>").with("Content-Type", "text/html")
}

fn storage_url(asked: &Asked) -> String {
    format!("http://{}/v1/AUTH_pix", asked.host())
}

const TAG: &str = "9e107d9d372bb6826bd81d3542a419d6";
const DATE: &str = "Thu, 01 Jan 2026 00:00:00 GMT";

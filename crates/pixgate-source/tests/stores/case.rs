//! One case: its variables, its server, its steps.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixgate_source::{AddressPolicy, Config, Error, Fetcher, Mode, Proxies, SourceRequest};
use serde_json::Value;

use crate::emulators::Emulators;
use crate::fixtures::Fixtures;
use crate::http::{Server, decode};
use crate::judge::{self, Outcome, Verdict};
use crate::{identity, scripted, swift, transports};

/// Runs one case; `None` if its emulator is not there.
pub(crate) async fn run(case: &Value, vectors: &Value, emulators: &Emulators) -> Option<Verdict> {
    let fixtures = Arc::new(Fixtures::new(&vectors["fixtures"]));
    let identity = identity::start().await;
    let store = start_store(&case["store"], &fixtures, emulators).await?;
    let folder = tempfile::tempdir().unwrap();
    let key = identity::account_key(&identity.url()).to_string();
    for (name, value) in [
        ("store", store.url().as_str()),
        ("store_host", &store.host),
        ("identity", &identity.url()),
        ("identity_host", &identity.host),
        ("files_dir", folder.path().to_str().unwrap()),
        ("azure_account", crate::emulators::AZURE_ACCOUNT),
        ("azure_key", crate::emulators::AZURE_KEY),
        ("gcs_key", &key),
    ] {
        fixtures.set(name, value);
    }
    place_files(case, folder.path(), &fixtures);
    let variables = variables(case, vectors, &fixtures);
    let context = Context {
        store,
        identity,
        fixtures,
        variables,
    };
    Some(context.judge(case).await)
}

struct Context {
    store: Server,
    identity: Server,
    fixtures: Arc<Fixtures>,
    variables: BTreeMap<String, String>,
}

impl Context {
    async fn judge(&self, case: &Value) -> Verdict {
        let started = self.fetcher().await;
        if case["expect"]["started"] == false {
            return started.map_or(Ok(()), |_| Err("started".to_owned()));
        }
        let fetcher = started.map_err(|error| format!("does not start: {error:?}"))?;
        let whole = vec![case.clone()];
        let steps = case["steps"].as_array().unwrap_or(&whole);
        for (index, step) in steps.iter().enumerate() {
            let verdict = self.step(&fetcher, step).await;
            verdict.map_err(|why| format!("step {index}: {why}"))?;
        }
        Ok(())
    }

    async fn fetcher(&self) -> Result<Fetcher, Error> {
        let config = config(&self.variables);
        let fetcher = Fetcher::new(config.clone())?;
        let variable = |name: &str| self.variables.get(name).cloned();
        transports::add(fetcher, &config, &variable).await
    }

    async fn step(&self, fetcher: &Fetcher, step: &Value) -> Verdict {
        if let Some([method, path]) = step["call"].as_array().map(Vec::as_slice) {
            let url = format!("{}{}", self.store.url(), path.as_str().unwrap());
            assert_eq!(method, "POST");
            crate::emulators::send("POST", &url, &[], b"").await;
            return Ok(());
        }
        let (before, started) = (self.store.requests().len(), Instant::now());
        let request = self.request(&step["request"]);
        let is_raw = request.mode == Mode::Raw;
        let fetched = fetcher.fetch(request).await;
        let outcome = Outcome::of(fetched, is_raw, &self.fixtures).await;
        let (expect, fixtures) = (&step["expect"], &*self.fixtures);
        for (name, header) in step["capture"].as_object().into_iter().flatten() {
            let header = header.as_str().unwrap().to_ascii_lowercase();
            fixtures.set(format!("capture:{name}"), outcome.headers[&header].as_str());
        }
        judge::answer(expect, &outcome, is_raw, fixtures)?;
        if let Some(seconds) = expect["max_seconds"].as_f64() {
            let elapsed = started.elapsed();
            if elapsed > Duration::from_secs_f64(seconds) {
                return Err(format!("took {elapsed:?}"));
            }
        }
        let asked = self.store.requests().split_off(before);
        let logins = ["/v3/auth/tokens", "/v2.0/tokens", "/auth/v1.0"];
        let asked: Vec<_> = asked
            .into_iter()
            .filter(|asked| !logins.contains(&asked.path().as_str()))
            .collect();
        count("store", &expect["store_requests"], asked.len())?;
        judge::saw(&expect["store_saw"], &asked, fixtures)?;
        let asked = self.identity.requests();
        count("identity", &expect["identity_requests"], asked.len())?;
        judge::saw_somewhere(&expect["identity_saw"], &asked, fixtures)
    }

    /// Reads `/unsafe/OPTIONS/plain/URL` and `/unsafe/OPTIONS/BASE64`.
    fn request(&self, request: &Value) -> SourceRequest {
        let path = self.fixtures.fill(request["path"].as_str().unwrap());
        let source = match path.split_once("/plain/") {
            // A bare question mark begins the query of the request itself.
            Some((_, plain)) => decode(plain.split('?').next().unwrap()),
            None => {
                let encoded = path.rsplit('/').next().unwrap();
                String::from_utf8(URL_SAFE_NO_PAD.decode(encoded).unwrap()).unwrap()
            }
        };
        let header = |name: &str| {
            let value = request["headers"][name].as_str()?;
            Some(self.fixtures.fill(value).parse().unwrap())
        };
        let mut wanted = SourceRequest::new(source);
        let uses = |name: &str| self.variables.get(name).map(String::as_str) != Some("false");
        wanted.conditions.if_none_match =
            header("If-None-Match").filter(|_| uses("IMGPROXY_USE_ETAG"));
        wanted.conditions.if_modified_since =
            header("If-Modified-Since").filter(|_| uses("IMGPROXY_USE_LAST_MODIFIED"));
        wanted.range = header("Range");
        if path.contains("/raw:1/") {
            wanted.mode = Mode::Raw;
        }
        wanted
    }
}

fn count(name: &str, expected: &Value, found: usize) -> Verdict {
    match expected.as_u64() {
        Some(expected) if expected != found as u64 => {
            Err(format!("{name} was asked {found} times, not {expected}"))
        }
        _ => Ok(()),
    }
}

async fn start_store(
    store: &Value,
    fixtures: &Arc<Fixtures>,
    emulators: &Emulators,
) -> Option<Server> {
    if store["down"] == true {
        let mut server = Server::start(|_| async { unreachable!() }).await;
        // A port where nobody listens.
        let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        server.host = free.local_addr().unwrap().to_string();
        return Some(server);
    }
    let Some(name) = store["emulator"].as_str() else {
        return Some(scripted::start(&store["scripted"], fixtures).await);
    };
    if name == "swift" {
        return Some(swift::start(&store["objects"], fixtures).await);
    }
    let emulator = emulators.get(name)?;
    for object in store["objects"].as_array().unwrap().iter().enumerate() {
        emulators.place(name, &emulator, object, fixtures).await;
    }
    Some(scripted::relay(&emulator, name != "gcs").await)
}

fn place_files(case: &Value, folder: &Path, fixtures: &Fixtures) {
    for file in case["files"].as_array().into_iter().flatten() {
        let path = folder.join(file["path"].as_str().unwrap());
        let bytes = match file["fixture"].as_str() {
            Some(id) => fixtures.bytes(id),
            None => fixtures.fill(file["text"].as_str().unwrap()).into_bytes(),
        };
        std::fs::write(path, bytes).unwrap();
    }
}

fn variables(case: &Value, vectors: &Value, fixtures: &Fixtures) -> BTreeMap<String, String> {
    let profile = &vectors["profiles"][case["profile"].as_str().unwrap()];
    let mut variables = BTreeMap::new();
    for (name, value) in [profile, &case["env"]]
        .into_iter()
        .filter_map(Value::as_object)
        .flatten()
    {
        match value.as_str() {
            Some(text) => variables.insert(name.clone(), fixtures.fill(text)),
            None => variables.remove(name),
        };
    }
    variables
}

fn config(variables: &BTreeMap<String, String>) -> Config {
    let number = |name: &str| variables.get(name).map(|text| text.parse::<u64>().unwrap());
    let mut config = Config {
        addresses: AddressPolicy {
            loopback: true,
            ..AddressPolicy::default()
        },
        proxies: Proxies {
            http: variables.get("HTTP_PROXY").cloned(),
            https: variables.get("HTTPS_PROXY").cloned(),
            exceptions: None,
        },
        ..Config::default()
    };
    if let Some(separator) = variables.get("IMGPROXY_SOURCE_URL_QUERY_SEPARATOR") {
        config.query_separator.clone_from(separator);
    }
    if let Some(seconds) = number("IMGPROXY_DOWNLOAD_TIMEOUT") {
        config.download_timeout = Duration::from_secs(seconds);
    }
    if let Some(bytes) = number("IMGPROXY_MAX_SRC_FILE_SIZE") {
        config.max_bytes = bytes;
    }
    config
}

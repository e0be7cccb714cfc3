//! One case: its variables, its server, its steps.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pixgate_source::{AddressPolicy, Config, Error, Fetcher, Mode, Proxies, SourceRequest};
use serde_json::Value;

use crate::emulators::Emulators;
use crate::http::decode;
use crate::judge::{self, Outcome};
use crate::rules::{self, Verdict};
use crate::transports;
use crate::world::World;

/// Runs one case; `None` if its emulator is not there.
pub(crate) async fn run(case: &Value, vectors: &Value, emulators: &Emulators) -> Option<Verdict> {
    let world = World::start(case, vectors, emulators).await?;
    Some(Context { world }.judge(case).await)
}

struct Context {
    world: World,
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
        let config = config(&self.world.variables);
        let fetcher = Fetcher::new(config.clone())?;
        let variable = |name: &str| self.world.variables.get(name).cloned();
        transports::add(fetcher, &config, &variable).await
    }

    async fn step(&self, fetcher: &Fetcher, step: &Value) -> Verdict {
        if step["call"].is_array() {
            self.world.call(&step["call"]).await;
            return Ok(());
        }
        let (before, started) = (self.world.store.requests().len(), Instant::now());
        let request = self.request(&step["request"]);
        let is_raw = request.mode == Mode::Raw;
        let fetched = fetcher.fetch(request).await;
        let outcome = Outcome::of(fetched, is_raw, &self.world.fixtures).await;
        let (expect, fixtures) = (&step["expect"], &*self.world.fixtures);
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
        let asked = self.world.store.requests().split_off(before);
        let logins = ["/v3/auth/tokens", "/v2.0/tokens", "/auth/v1.0"];
        let asked: Vec<_> = asked
            .into_iter()
            .filter(|asked| !logins.contains(&asked.path().as_str()))
            .collect();
        rules::count("store", &expect["store_requests"], asked.len())?;
        rules::saw(&expect["store_saw"], &asked, fixtures)?;
        let asked = self.world.identity.requests();
        rules::count("identity", &expect["identity_requests"], asked.len())?;
        rules::saw_somewhere(&expect["identity_saw"], &asked, fixtures)
    }

    /// Reads `/unsafe/OPTIONS/plain/URL` and `/unsafe/OPTIONS/BASE64`.
    fn request(&self, request: &Value) -> SourceRequest {
        let path = self.world.fixtures.fill(request["path"].as_str().unwrap());
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
            Some(self.world.fixtures.fill(value).parse().unwrap())
        };
        let mut wanted = SourceRequest::new(source);
        let uses = |name: &str| self.world.variables.get(name).map(String::as_str) != Some("false");
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

//! `pixgate explain`: what a path means, and what the server would answer.

mod json;
mod report;
mod text;
mod words;

use std::collections::BTreeMap;

use http::{HeaderMap, HeaderName, HeaderValue};
use pixgate_config::Settings;
use pixgate_proxy::Proxy;
use pixgate_source::masked;
use serde_json::Value as Json;

use super::Failure;
use report::Report;

pub use json::load_error_json;

/// What was asked.
pub(super) struct Question {
    pub(super) json: bool,
    pub(super) offline: bool,
    pub(super) headers: Vec<String>,
    pub(super) path: String,
}

/// Explains a path with the configuration of the environment; fails unless the server would answer 200.
pub(super) fn run(environment: BTreeMap<String, String>, asked: &Question) -> Result<(), Failure> {
    let headers = headers(&asked.headers)?;
    let proxy = match pixgate_config::gather(environment)
        .map_err(Failure::from)
        .and_then(proxy)
    {
        Ok(proxy) => proxy,
        Err(Failure::Because(line)) if asked.json => {
            super::print(&load_error_json(&line).to_string());
            return Err(Failure::Said);
        }
        Err(failure) => return Err(failure),
    };
    let target = target(&asked.path);
    let report = match asked.offline {
        true => Report::offline(&proxy, target, &headers),
        false => wait(Report::online(proxy, target, &headers))?,
    };
    let answer = match asked.json {
        true => json::written(&report).to_string(),
        false => text::written(&report),
    };
    super::print(masked(answer.trim_end()).as_ref());
    match report.is_good() {
        true => Ok(()),
        false => Err(Failure::Said),
    }
}

fn proxy(environment: BTreeMap<String, String>) -> Result<Proxy, Failure> {
    Ok(pixgate_server::proxy(&Settings::load(environment)?)?)
}

fn wait<T>(work: impl Future<Output = Result<T, pixgate_proxy::StartError>>) -> Result<T, Failure> {
    Ok(super::runtime()?.block_on(work)?)
}

/// The request target of a pasted address: without scheme, host and fragment.
fn target(pasted: &str) -> &str {
    let pasted = pasted.trim();
    let is_scheme = |scheme: &&str| {
        pasted
            .get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    };
    let Some(scheme) = ["http://", "https://"]
        .iter()
        .find(|scheme| is_scheme(scheme))
    else {
        return pasted;
    };
    let rest = pasted.get(scheme.len()..).unwrap_or_default();
    let path = rest.find('/').and_then(|at| rest.get(at..)).unwrap_or("/");
    path.split('#').next().unwrap_or(path)
}

fn headers(lines: &[String]) -> Result<HeaderMap, Failure> {
    let mut headers = HeaderMap::new();
    for line in lines {
        let bad = || Failure::Because(format!("`{line}` is no header, write `Name: value`"));
        let (name, value) = line.split_once(':').ok_or_else(bad)?;
        let name = HeaderName::try_from(name.trim()).map_err(|_| bad())?;
        let value = HeaderValue::try_from(value.trim()).map_err(|_| bad())?;
        headers.append(name, value);
    }
    Ok(headers)
}

/// The explanation for programs, without a look at the source: the canonical meaning of a path, or
/// the error that it gets.
#[must_use]
pub fn explain_json(
    environment: impl IntoIterator<Item = (String, String)>,
    path: &str,
    headers: &HeaderMap,
) -> Json {
    match proxy(environment.into_iter().collect()) {
        Ok(proxy) => explain_target(&proxy, path, headers),
        Err(Failure::Because(line)) => load_error_json(&line),
        Err(Failure::Said) => load_error_json(""),
    }
}

/// The explanation for programs, without a look at the source.
#[must_use]
pub fn explain_target(proxy: &Proxy, target: &str, headers: &HeaderMap) -> Json {
    json::written(&Report::offline(proxy, target, headers))
}

/// The explanation for programs, with the answer that this server gives to a `GET`.
///
/// # Errors
///
/// What would end the server's start.
pub async fn explain_answer(
    proxy: &Proxy,
    target: &str,
    headers: &HeaderMap,
) -> Result<Json, pixgate_proxy::StartError> {
    Ok(json::written(
        &Report::online(proxy.clone(), target, headers).await?,
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pasted_address_is_a_target() {
        for (pasted, expected) in [
            (
                "/unsafe/plain/http://h/a.jpg",
                "/unsafe/plain/http://h/a.jpg",
            ),
            ("https://img.test/unsafe/plain/x?y#z", "/unsafe/plain/x?y"),
            ("HTTP://img.test:80", "/"),
            (" /x#z ", "/x#z"),
        ] {
            assert_eq!(target(pasted), expected);
        }
    }
}

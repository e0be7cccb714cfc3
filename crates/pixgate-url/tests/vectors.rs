//! Runs the compatibility vectors: same target and configuration, same answer as imgproxy.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may stop")]

use std::collections::BTreeMap;

use pixgate_allow::Allowlist;
use pixgate_options::{Negotiation, Preference};
use pixgate_sign::{ErrorKind as SignErrorKind, KeyRing, SourceCipher};
use pixgate_url::{
    CanonicalMap, Config, Defaults, Endpoint, Parsed, Presets, SourceDecryptor, SourceUrl,
    SplitPath, UrlReplacements, Value, canonical, canonical_info, classify, parse, parse_info,
};
use serde_json::{Value as Json, json};

/// A moment at which every `expires` of the vectors is clearly past or future.
const NOW: i64 = 1_750_000_000;

#[test]
fn answers_as_the_vectors_say() {
    let file: Json = serde_json::from_str(include_str!("vectors/url-vectors.json")).unwrap();
    let vectors = file["vectors"].as_array().unwrap();
    let mut wrong = Vec::new();
    for vector in vectors {
        let (expected, actual) = (expectation(vector), answer(vector));
        if !equal(&expected, &actual) {
            let id = &vector["id"];
            wrong.push(format!("{id}\n  expected {expected}\n  got      {actual}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert_eq!(vectors.len(), 358);
}

fn expectation(vector: &Json) -> Json {
    match vector["ok"].as_bool() {
        Some(true) => vector["expect"].clone(),
        _ => vector["error"]["kind"].clone(),
    }
}

fn answer(vector: &Json) -> Json {
    try_answer(vector).unwrap_or_else(|kind| json!(kind))
}

/// The steps of a server: configuration, route, signature, options and source, allowlist.
fn try_answer(vector: &Json) -> Result<Json, &'static str> {
    let vars = &vector["config"];
    let config = config(vars).map_err(kind)?;
    config.check(NOW).map_err(kind)?;
    let keys = key_ring(vars).map_err(|_| "config_error")?;
    match classify(vector["path"].as_str().unwrap(), &config).map_err(kind)? {
        Endpoint::Landing => Ok(json!({"endpoint": "landing"})),
        Endpoint::Health => Ok(json!({"endpoint": "health"})),
        Endpoint::NotFound => Ok(json!({"endpoint": "not_found"})),
        Endpoint::Process(path) => {
            verify(&keys, &path)?;
            let request = parse(&path.signed, &config, &defaults(vector), NOW).map_err(kind)?;
            check_allowed(vars, &request.source)?;
            let mut maps = canonical(&request.options).into_iter();
            let options = map_json(&maps.next().unwrap());
            let mut answer = common("process", &path, &options, &request);
            answer["format"] = options.get("format").cloned().unwrap_or(Json::Null);
            let pipelines: Vec<Json> = maps.map(|map| map_json(&map)).collect();
            if !pipelines.is_empty() {
                answer["pipelines"] = json!(pipelines);
            }
            Ok(answer)
        }
        Endpoint::Info(path) => {
            verify(&keys, &path)?;
            let request = parse_info(&path.signed, &config, NOW).map_err(kind)?;
            check_allowed(vars, &request.source)?;
            let options = map_json(&canonical_info(&request.options));
            Ok(common("info", &path, &options, &request))
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of map_err")]
fn kind(error: pixgate_url::Error) -> &'static str {
    error.kind().name()
}

fn common<O>(endpoint: &str, path: &SplitPath<'_>, options: &Json, request: &Parsed<O>) -> Json {
    json!({
        "endpoint": endpoint,
        "signature": path.signature,
        "signed": path.signed,
        "options": options,
        "presets": request.presets,
        "source_url": request.source.to_text(),
    })
}

fn key_ring(vars: &Json) -> Result<KeyRing, pixgate_sign::Error> {
    let var = |name: &str| vars[name].as_str().unwrap_or_default();
    let size = var("IMGPROXY_SIGNATURE_SIZE").parse().unwrap_or(32);
    let ring = KeyRing::from_hex_lists(var("IMGPROXY_KEY"), var("IMGPROXY_SALT"))?;
    let ring = ring.with_signature_size(size)?;
    Ok(ring.with_trusted_signatures(var("IMGPROXY_TRUSTED_SIGNATURES")))
}

fn verify(keys: &KeyRing, path: &SplitPath<'_>) -> Result<(), &'static str> {
    match keys.verify(path.signature, &path.signed) {
        Ok(_) => Ok(()),
        Err(error) => match error.kind() {
            SignErrorKind::SignatureMalformed => Err("signature_malformed"),
            SignErrorKind::SignatureEncoding => Err("signature_encoding"),
            SignErrorKind::SignatureMismatch => Err("signature_mismatch"),
            other => panic!("{other:?}"),
        },
    }
}

fn check_allowed(vars: &Json, source: &SourceUrl) -> Result<(), &'static str> {
    let list = Allowlist::parse(
        vars["IMGPROXY_ALLOWED_SOURCES"]
            .as_str()
            .unwrap_or_default(),
    );
    let allowed = list.allows(source.as_bytes());
    if allowed {
        Ok(())
    } else {
        Err("source_not_allowed")
    }
}

fn config(vars: &Json) -> Result<Config, pixgate_url::Error> {
    let var = |name: &str| {
        let text = vars[format!("IMGPROXY_{name}")].as_str();
        text.filter(|text| !text.trim().is_empty())
    };
    let flag = |name: &str| matches!(var(name), Some("1" | "true"));
    let text = |name: &str| var(name).unwrap_or_default().to_owned();
    let names = |name: &str| {
        var(name).map(|list| list.split(',').map(|name| name.trim().to_owned()).collect())
    };
    let separator = var("PRESETS_SEPARATOR").unwrap_or(",");
    Ok(Config {
        arguments_separator: text("ARGUMENTS_SEPARATOR"),
        allowed_processing_options: names("ALLOWED_PROCESSING_OPTIONS"),
        only_presets: flag("ONLY_PRESETS"),
        presets: Presets::from_list(&text("PRESETS"), separator)?,
        info_presets: Presets::from_list(&text("INFO_PRESETS"), separator)?,
        base64_url_includes_filename: flag("BASE64_URL_INCLUDES_FILENAME"),
        url_replacements: UrlReplacements::parse(&text("URL_REPLACEMENTS"))?,
        base_url: text("BASE_URL"),
        allow_security_options: flag("ALLOW_SECURITY_OPTIONS"),
        allow_bypass_cache: flag("ALLOW_BYPASS_CACHE"),
        path_prefix: text("PATH_PREFIX"),
        health_check_path: text("HEALTH_CHECK_PATH"),
        decrypt: var("SOURCE_URL_ENCRYPTION_KEY").map(decryptor),
        ..Config::default()
    })
}

fn decryptor(key: &str) -> SourceDecryptor {
    let cipher = SourceCipher::from_hex(key).unwrap();
    SourceDecryptor::new(move |bytes| cipher.decrypt_raw(bytes).ok())
}

fn defaults(vector: &Json) -> Defaults {
    let accept = vector["headers"]["Accept"].as_str().unwrap_or_default();
    let enabled = |name: &str| vector["config"].get(name).is_some();
    let enforce = |format: &str, var: &str| {
        enabled(&format!("IMGPROXY_ENFORCE_{var}")) && accept.contains(&format!("image/{format}"))
    };
    let preference = |format: &str, var: &str| {
        let auto = enabled(&format!("IMGPROXY_AUTO_{var}"));
        match enforce(format, var) {
            true => Preference::Enforce,
            false if auto && accept.contains(&format!("image/{format}")) => Preference::Prefer,
            false => Preference::None,
        }
    };
    Defaults {
        negotiation: Negotiation::NONE
            .with_webp(preference("webp", "WEBP"))
            .with_avif(preference("avif", "AVIF"))
            .with_jxl(preference("jxl", "JXL")),
        ..Defaults::default()
    }
}

fn map_json(map: &CanonicalMap) -> Json {
    let entries = map
        .iter()
        .map(|(key, value)| (key.clone(), value_json(value)));
    Json::Object(entries.collect())
}

fn value_json(value: &Value) -> Json {
    match value {
        Value::Int(number) => json!(number),
        Value::Float(number) => json!(number),
        Value::Bool(flag) => json!(flag),
        Value::String(text) => json!(text),
        Value::List(values) => values.iter().map(value_json).collect(),
        Value::Map(values) => {
            let entries: BTreeMap<_, _> = values
                .iter()
                .map(|(name, value)| (name, value_json(value)))
                .collect();
            json!(entries)
        }
    }
}

/// Exact, but for floats, which may differ by 1e-9.
fn equal(left: &Json, right: &Json) -> bool {
    match (left, right) {
        (Json::Number(left), Json::Number(right)) if left.is_f64() && right.is_f64() => {
            (left.as_f64().unwrap() - right.as_f64().unwrap()).abs() <= 1e-9
        }
        (Json::Array(left), Json::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(l, r)| equal(l, r))
        }
        (Json::Object(left), Json::Object(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .all(|(key, l)| right.get(key).is_some_and(|r| equal(l, r)))
        }
        _ => left == right,
    }
}

//! The rules of the vectors, for headers, bodies and requests.

use regex::Regex;
use serde_json::Value;

use crate::fixtures::Fixtures;
use crate::http::Asked;
use crate::scripted::object_of;

/// One complaint, or none.
pub(crate) type Verdict = Result<(), String>;

/// `fixture` and `fixture_slice`.
pub(crate) fn bytes(rule: &Value, body: &[u8], fixtures: &Fixtures) -> Verdict {
    let wanted = if let Some(id) = rule["fixture"].as_str() {
        fixtures.bytes(id)
    } else if let Some([id, from, to]) = rule["fixture_slice"].as_array().map(Vec::as_slice) {
        let index = |value: &Value| usize::try_from(value.as_u64().unwrap()).unwrap();
        fixtures.bytes(id.as_str().unwrap())[index(from)..index(to)].to_vec()
    } else {
        return Ok(());
    };
    if body == wanted {
        return Ok(());
    }
    Err(format!(
        "{} other bytes than the {} expected",
        body.len(),
        wanted.len()
    ))
}

/// `eq`, `ne`, `re`, `present` and `absent`.
pub(crate) fn check(name: &str, rule: &Value, value: Option<&str>, fixtures: &Fixtures) -> Verdict {
    let wanted = |key: &str| rule[key].as_str().map(|text| fixtures.fill(text));
    let fits = if rule["absent"] == true {
        value.is_none()
    } else if rule["present"] == true {
        value.is_some()
    } else if let Some(wanted) = wanted("eq") {
        value == Some(&wanted)
    } else if let Some(other) = wanted("ne") {
        value != Some(&other)
    } else {
        let pattern = Regex::new(rule["re"].as_str().unwrap()).unwrap();
        value.is_some_and(|value| pattern.is_match(value))
    };
    if fits {
        Ok(())
    } else {
        Err(format!("{name} is {value:?}, not {rule}"))
    }
}

/// The first requests are these, in order.
pub(crate) fn saw(rules: &Value, asked: &[Asked], fixtures: &Fixtures) -> Verdict {
    for (index, rule) in rules.as_array().into_iter().flatten().enumerate() {
        let asked = asked.get(index).ok_or(format!("no request {index}"))?;
        request(rule, asked, fixtures)?;
    }
    Ok(())
}

/// Each rule is met by some request.
pub(crate) fn saw_somewhere(rules: &Value, asked: &[Asked], fixtures: &Fixtures) -> Verdict {
    for rule in rules.as_array().into_iter().flatten() {
        let fits = |asked: &&Asked| request(rule, asked, fixtures).is_ok();
        if asked.iter().find(fits).is_none() {
            return Err(format!("no request is {rule}: {asked:?}"));
        }
    }
    Ok(())
}

fn request(rule: &Value, asked: &Asked, fixtures: &Fixtures) -> Verdict {
    let same = |name: &str, value: &str| match rule[name].as_str() {
        Some(wanted) if fixtures.fill(wanted) != value => {
            Err(format!("{name} is {value}, not {wanted}"))
        }
        _ => Ok(()),
    };
    same("method", &asked.method)?;
    same("host", asked.host())?;
    same("path", &asked.path())?;
    if let Some([bucket, key]) = rule["object"].as_array().map(Vec::as_slice) {
        let wanted = format!("{}/{}", bucket.as_str().unwrap(), key.as_str().unwrap());
        let object = object_of(&asked.path());
        if object.as_ref() != Some(&wanted) {
            return Err(format!("object is {object:?}, not {wanted}"));
        }
    }
    for (name, pairs) in [("query", asked.query()), ("form", asked.form())] {
        for (key, rule) in rule[name].as_object().into_iter().flatten() {
            let value = pairs.iter().find(|(name, _)| name == key);
            check(key, rule, value.map(|(_, value)| value.as_str()), fixtures)?;
        }
    }
    for (name, rule) in rule["headers"].as_object().into_iter().flatten() {
        check(name, rule, asked.header(name), fixtures)?;
    }
    Ok(())
}

pub(crate) fn count(name: &str, expected: &Value, found: usize) -> Verdict {
    match expected.as_u64() {
        Some(expected) if expected != found as u64 => {
            Err(format!("{name} was asked {found} times, not {expected}"))
        }
        _ => Ok(()),
    }
}

//! What logs and traces say about a picture.

use std::sync::Arc;

use pixgate_options::Format;
use pixgate_url::Value;
use serde_json::{Map, Value as Json};

/// What a log line says about a picture: written only where somebody reads it.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    asked: Option<Arc<pixgate_url::Request>>,
    format: Option<Format>,
}

impl Facts {
    pub(crate) fn of(asked: &Arc<pixgate_url::Request>) -> Self {
        Self {
            asked: Some(Arc::clone(asked)),
            format: None,
        }
    }

    /// With the format that was chosen in the end.
    pub(crate) fn of_result(asked: &Arc<pixgate_url::Request>, format: Format) -> Self {
        Self {
            format: Some(format),
            ..Self::of(asked)
        }
    }

    /// Source URL; empty if it is not known.
    #[must_use]
    pub fn source_url(&self) -> String {
        let source = self.asked.as_ref().map(|asked| asked.source.to_string());
        source.unwrap_or_default()
    }

    /// Options as they were understood, under their long names, in order.
    #[must_use]
    pub fn options(&self) -> Map<String, Json> {
        let mut options = Map::new();
        let maps = self
            .asked
            .iter()
            .flat_map(|asked| pixgate_url::canonical(&asked.options));
        for (name, value) in maps.flatten() {
            if !is_negotiated(&name) {
                insert(&mut options, &name, value);
            }
        }
        if let Some(format) = self.format {
            options.insert("format".to_owned(), format.to_string().into());
        }
        options
    }
}

/// What headers of the request brought about is no option of the URL.
fn is_negotiated(name: &str) -> bool {
    let format = name
        .strip_prefix("prefer_")
        .or(name.strip_prefix("enforce_"));
    matches!(format, Some("webp" | "avif" | "jxl"))
}

/// Puts `gravity.type` as `type` into the group `gravity`.
fn insert(into: &mut Map<String, Json>, name: &str, value: Value) {
    let Some((group, rest)) = name.split_once('.') else {
        let value = json(name, value);
        into.insert(name.to_owned(), value);
        return;
    };
    let group = into
        .entry(group)
        .or_insert_with(|| Json::Object(Map::new()));
    if let Json::Object(group) = group {
        insert(group, rest, value);
    }
}

fn json(name: &str, value: Value) -> Json {
    match value {
        Value::Int(number) => number.into(),
        Value::Float(number) => float(number),
        Value::Bool(flag) => flag.into(),
        Value::String(color) if COLORS.contains(&name) => format!("#{color}").into(),
        Value::String(text) => text.into(),
        Value::List(values) => values.into_iter().map(|value| json(name, value)).collect(),
        Value::Map(entries) => {
            let mut group = Map::new();
            for (name, value) in entries {
                insert(&mut group, &name, value);
            }
            Json::Object(group)
        }
    }
}

/// Whole numbers are written without a fraction.
fn float(number: f64) -> Json {
    let text = number.to_string();
    let whole = text.parse::<i64>();
    whole.map_or_else(|_| number.into(), Into::into)
}

/// Options whose text is a colour.
const COLORS: [&str; 4] = ["background", "color", "color1", "color2"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn options_are_grouped_and_ordered_as_in_the_reference() {
        let path =
            "/rs:fill:100:100/g:fp:0.5:0.5/bg:ff0000/pd:1:2/fn:a%20b/plain/local:///a.jpg@webp";
        let defaults = pixgate_url::Defaults::default();
        let asked = pixgate_url::parse(path, &pixgate_url::Config::default(), &defaults, 0);
        let facts = Facts::of_result(&Arc::new(asked.expect("a request")), Format::Webp);
        assert_eq!(facts.source_url(), "local:///a.jpg");
        assert_eq!(
            Json::Object(facts.options()).to_string(),
            r##"{"background":"#ff0000","filename":"a%20b","format":"webp","gravity":{"type":"fp","x_offset":0.5,"y_offset":0.5},"height":100,"padding":{"bottom":1,"left":2,"right":2,"top":1},"resizing_type":"fill","width":100}"##
        );
    }
}

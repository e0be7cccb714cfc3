//! Errors that explain themselves, for whoever develops against a server.

use http::{HeaderMap, header};

use crate::{Error, Response};

/// The body of an error in development mode: HTML for browsers, text for everybody else.
pub(crate) fn page(error: &Error, headers: &HeaderMap, request_id: &str) -> Response {
    let verdict = error.verdict();
    let is_browser = headers.get_all(header::ACCEPT).iter().any(|value| {
        value
            .to_str()
            .is_ok_and(|accept| accept.contains("text/html"))
    });
    if is_browser {
        Response::new(
            verdict.status,
            "text/html; charset=utf-8",
            html(error, request_id),
        )
    } else {
        Response::new(
            verdict.status,
            "text/plain; charset=utf-8",
            text(error, request_id),
        )
    }
}

fn text(error: &Error, request_id: &str) -> String {
    let mut text = format!("{error}\n\n");
    for (name, value) in facts(error, request_id) {
        text.push_str(&format!("{name}: {value}\n"));
    }
    text
}

fn html(error: &Error, request_id: &str) -> String {
    let rows: String = facts(error, request_id)
        .iter()
        .map(|(name, value)| format!("<tr><th>{name}<td>{}", escaped(value)))
        .collect();
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{status}</title>\
         <style>body{{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:3rem auto}}\
         th{{text-align:left;padding-right:2rem}}p{{overflow-wrap:anywhere}}</style>\
         <h1>{public}</h1><p>{message}</p><table>{rows}</table></html>",
        status = error.verdict().status,
        public = escaped(&error.verdict().public_message),
        message = escaped(&error.to_string()),
    )
}

fn facts(error: &Error, request_id: &str) -> Vec<(&'static str, String)> {
    let verdict = error.verdict();
    let hint = error.hint().map(|hint| ("what to do", hint.into_owned()));
    let mut facts = vec![
        ("status", verdict.status.to_string()),
        ("kind", verdict.name.to_owned()),
        (
            "public message",
            verdict.public_message.clone().into_owned(),
        ),
        ("request id", request_id.to_owned()),
        (
            "version",
            concat!("pixgate ", env!("CARGO_PKG_VERSION")).to_owned(),
        ),
    ];
    facts.extend(hint);
    facts
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;
    use crate::{Body, ErrorKind};

    fn body(headers: &HeaderMap) -> String {
        let kind = ErrorKind::Panicked {
            message: "<script>".to_owned(),
        };
        match page(&Error::new(kind), headers, "id").body {
            Body::Bytes(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Body::Stream(_) => String::new(),
        }
    }

    #[test]
    fn browsers_get_html_without_markup_from_outside() {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT, HeaderValue::from_static("text/html,*/*"));
        let page = body(&headers);
        assert!(
            page.contains("<html") && page.contains("&lt;script&gt;"),
            "{page}"
        );
        assert!(!page.contains("<script>"), "{page}");
    }

    #[test]
    fn others_get_the_message_first() {
        let page = body(&HeaderMap::new());
        assert!(
            page.starts_with("work on the picture panicked: <script>\n\n"),
            "{page}"
        );
    }
}

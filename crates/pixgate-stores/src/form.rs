//! Forms, which token services want.

use http::header::{self, HeaderMap, HeaderValue};
use pixgate_source::Error;
use reqwest::Request;

use crate::{client, object};

/// A POST of form fields.
pub(crate) fn post(url: &str, fields: &[(&str, &str)]) -> Result<Request, Error> {
    let fields = fields
        .iter()
        .map(|(name, value)| format!("{name}={}", object::encode(value)));
    let body = fields.collect::<Vec<_>>().join("&");
    let mut headers = HeaderMap::new();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    let mut request = client::request(reqwest::Method::POST, url, headers)?;
    *request.body_mut() = Some(body.into());
    Ok(request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_encoded() {
        let request = post("http://h/token", &[("a", "b c&d"), ("e", "")]).unwrap();
        let body = request.body().and_then(|body| body.as_bytes());
        assert_eq!(body, Some(&b"a=b%20c%26d&e="[..]));
    }
}

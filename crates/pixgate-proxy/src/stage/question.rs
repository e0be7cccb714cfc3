//! What a source is asked: the URL, with as much of the client's request as it may see.

use std::sync::Arc;
use std::time::Instant;

use http::{HeaderMap, header};
use pixgate_source::{ClientCookies, Conditions, CookieScope, Mode, SourceRequest};

use super::Accepted;
use crate::Config;
use crate::conditional::given;

/// From a client's request to the one for its source.
#[derive(Clone)]
pub(crate) struct Questions {
    config: Arc<Config>,
}

impl Questions {
    pub(crate) fn new(config: &Arc<Config>) -> Self {
        Self {
            config: Arc::clone(config),
        }
    }

    /// Asks for a picture that will be read completely.
    pub(crate) fn for_picture(
        &self,
        accepted: &Accepted<'_>,
        asked: &pixgate_url::Request,
        deadline: Instant,
    ) -> SourceRequest {
        let client = accepted.request.headers;
        let mut source = self.plain(client, asked, deadline);
        let conditions = self.config.answer.validators.towards_source(client);
        source.conditions = Conditions {
            if_none_match: conditions.if_none_match,
            if_modified_since: conditions.if_modified_since,
        };
        source.max_bytes = self.max_source_bytes(asked);
        source
    }

    /// Asks for whatever the source answers to this client.
    pub(crate) fn for_relay(
        &self,
        accepted: &Accepted<'_>,
        asked: &pixgate_url::Request,
        deadline: Instant,
    ) -> SourceRequest {
        let client = |name| given(accepted.request.headers, &name).cloned();
        let mut source = self.plain(accepted.request.headers, asked, deadline);
        source.mode = Mode::Raw;
        source.conditions = Conditions {
            if_none_match: client(header::IF_NONE_MATCH),
            if_modified_since: client(header::IF_MODIFIED_SINCE),
        };
        source.range = client(header::RANGE);
        if let Some(encoding) = client(header::ACCEPT_ENCODING) {
            source.headers.insert(header::ACCEPT_ENCODING, encoding);
        }
        source
    }

    fn plain(
        &self,
        client: &HeaderMap,
        asked: &pixgate_url::Request,
        deadline: Instant,
    ) -> SourceRequest {
        let mut source = SourceRequest::new(asked.source.to_text());
        source.headers = self.passed_headers(client);
        source.cookies = self.cookies(client);
        source.deadline = Some(deadline);
        source
    }

    fn max_source_bytes(&self, asked: &pixgate_url::Request) -> Option<u64> {
        let in_url = asked.options.first().max_src_file_size;
        let limit = in_url.map_or(self.config.limits.max_source_bytes, |bytes| {
            u64::try_from(bytes).unwrap_or(0)
        });
        (limit > 0).then_some(limit)
    }

    fn passed_headers(&self, client: &HeaderMap) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for name in &self.config.source.headers_passthrough {
            if let (Ok(name), Some(value)) = (name.parse::<http::HeaderName>(), client.get(name)) {
                headers.insert(name, value.clone());
            }
        }
        headers
    }

    fn cookies(&self, client: &HeaderMap) -> Option<ClientCookies> {
        let rules = &self.config.source;
        if !rules.cookie_passthrough {
            return None;
        }
        let texts = client.get_all(header::COOKIE).iter();
        let texts: Vec<_> = texts.filter_map(|value| value.to_str().ok()).collect();
        let scope = match rules.cookie_base_url.as_str() {
            _ if rules.cookie_passthrough_all => CookieScope::Everywhere,
            "" => own_scope(client),
            base => CookieScope::Base(base.to_owned()),
        };
        (!texts.is_empty()).then(|| ClientCookies::new(texts.join("; "), scope))
    }
}

/// This server's own address as the client sees it, from the headers of front ends.
fn own_scope(client: &HeaderMap) -> CookieScope {
    let text = |name: &str| client.get(name).and_then(|value| value.to_str().ok());
    let host = text("x-forwarded-host").or_else(|| text("host"));
    CookieScope::of_request(
        text("x-forwarded-proto"),
        host.unwrap_or_default(),
        text("x-forwarded-port"),
    )
}

//! Asking a source, and what stands in for it.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use http::{HeaderMap, header};
use pixgate_engine::{Cancel, Support};
use pixgate_options::{Format, GlobalOptions, HashsumOptions, OptionId};
use pixgate_source::{
    ClientCookies, Conditions, CookieScope, ErrorKind as Source, SourceRequest, Status, Wait,
    masked,
};

use crate::clock;
use crate::collect::collect;
use crate::job::Job;
use crate::respond::{Answered, SourceImage};
use crate::{Error, ErrorKind, MemoryPermit, Proxy, Request, not_a_picture};

/// Bytes that hold their share of the memory budget; clones share it.
#[derive(Clone)]
pub(crate) struct Held {
    pub(crate) bytes: Bytes,
    pub(crate) permits: Arc<Vec<MemoryPermit>>,
}

impl Held {
    /// The bytes, whose share of the budget is theirs for as long as the process lives.
    pub(crate) fn keep(self) -> Bytes {
        for permit in Arc::into_inner(self.permits).unwrap_or_default() {
            permit.keep();
        }
        self.bytes
    }
}

/// How far an option is carried out.
///
/// The engine's answer, with the options that are not about pixels decided here.
///
/// ```
/// use pixgate_engine::Support;
/// use pixgate_options::OptionId;
///
/// assert_eq!(pixgate_proxy::support(OptionId::Expires), Support::Full);
/// assert!(matches!(pixgate_proxy::support(OptionId::Hashsum), Support::Refused { .. }));
/// ```
#[must_use]
pub fn support(option: OptionId) -> Support {
    match pixgate_engine::support(option) {
        Support::Outside => outside(option),
        support => support,
    }
}

fn outside(option: OptionId) -> Support {
    if is_refused(option).is_some() {
        let reason = "not carried out yet";
        return Support::Refused { reason };
    }
    match option {
        OptionId::BypassCache => Support::Partly {
            missing: "results are not cached, so it gives a warning",
        },
        OptionId::Raw
        | OptionId::Cachebuster
        | OptionId::Expires
        | OptionId::Filename
        | OptionId::ReturnAttachment
        | OptionId::Preset
        | OptionId::MaxSrcFileSize => Support::Full,
        _ => Support::Outside,
    }
}

/// When an option is set that nothing here carries out yet; none for all others.
fn is_refused(option: OptionId) -> Option<fn(&GlobalOptions) -> bool> {
    match option {
        OptionId::FallbackImageUrl => Some(|options| options.fallback_image_url.is_some()),
        OptionId::Hashsum => Some(|options| options.hashsum != HashsumOptions::default()),
        OptionId::CacheTags => Some(|options| options.cache_tags.is_some()),
        _ => None,
    }
}

/// Refuses whatever would be left out, before anybody is asked for the source.
pub(crate) fn refuse_unsupported(asked: &pixgate_url::Request) -> Result<(), Error> {
    let global = &asked.options.global;
    let is_set = |option: &&OptionId| is_refused(**option).is_some_and(|is_set| is_set(global));
    if let Some(option) = OptionId::ALL.iter().find(is_set) {
        let option = option.name();
        let kind = pixgate_engine::ErrorKind::UnsupportedOption { option };
        return Err(pixgate_engine::Error::new(kind).into());
    }
    pixgate_engine::check_options(&asked.options)?;
    match global.format {
        // Whether these come out depends on the source.
        None | Some(Format::Svg | Format::Best) => Ok(()),
        Some(format) if !pixgate_codec::can_write(format) => {
            Err(pixgate_codec::Error::new(pixgate_codec::ErrorKind::CannotWrite { format }).into())
        }
        Some(_) => Ok(()),
    }
}

impl Proxy {
    /// Fetches the source, or takes the fallback image where that is allowed.
    pub(crate) async fn fetch(&self, job: &Job) -> Result<Answered, Error> {
        let outcome = self.load_shared(job).await;
        if job.deadline <= clock::now() {
            return Err(Error::new(ErrorKind::TimedOut));
        }
        match (outcome, &self.parts.fallback) {
            (Err(error), Some(image)) if may_fall_back(&error) => {
                let image_url = job.asked.source.to_text();
                let (request_id, image_url) = (&job.request_id, masked(&image_url));
                tracing::warn!(request_id, %image_url, %error, "Using the fallback image");
                job.trace.mask(&error);
                Ok(Answered::Fallback(image.clone(), error.verdict().status))
            }
            (outcome, _) => outcome,
        }
    }

    pub(crate) fn source_request(
        &self,
        request: &Request<'_>,
        asked: &pixgate_url::Request,
        deadline: Instant,
    ) -> SourceRequest {
        let mut source = SourceRequest::new(asked.source.to_text());
        source.conditions = self.conditions(request.headers);
        source.headers = self.passed_headers(request.headers);
        source.cookies = self.cookies(request.headers);
        source.deadline = Some(deadline);
        source.max_bytes = self.max_source_bytes(asked);
        source
    }

    /// Downloads a source completely.
    pub(crate) async fn load(self, source: SourceRequest) -> Result<Answered, Error> {
        let deadline = source.deadline;
        let response = self.parts.fetcher.fetch(source).await?;
        if response.status == Status::NotModified {
            return Ok(Answered::NotModified(response.headers));
        }
        let held = collect(&self.parts.admission, response.body, deadline).await?;
        let held = self.recognized(held, &response.headers).await?;
        Ok(Answered::Image(SourceImage {
            held,
            headers: response.headers,
        }))
    }

    /// Refuses what is no picture. Text is looked through for a drawing, which is work for a worker.
    async fn recognized(&self, held: Held, headers: &HeaderMap) -> Result<Held, Error> {
        if pixgate_codec::has_signature(&held.bytes) {
            return Ok(held);
        }
        let headers = headers.clone();
        let look = move || match pixgate_codec::sniff(&held.bytes) {
            Some(_) => Ok(held),
            None => Err(not_a_picture::name(&held.bytes, &headers)),
        };
        let looked = self.parts.pool.submit(Cancel::never(), look).await?;
        looked.map_err(|what| Error::new(ErrorKind::NotAPicture { what }))
    }

    fn max_source_bytes(&self, asked: &pixgate_url::Request) -> Option<u64> {
        let in_url = asked.options.first().max_src_file_size;
        let limit = in_url.map_or(self.parts.config.limits.max_source_bytes, |bytes| {
            u64::try_from(bytes).unwrap_or(0)
        });
        (limit > 0).then_some(limit)
    }

    fn conditions(&self, headers: &HeaderMap) -> Conditions {
        let conditions = self.parts.config.answer.validators.towards_source(headers);
        Conditions {
            if_none_match: conditions.if_none_match,
            if_modified_since: conditions.if_modified_since,
        }
    }

    pub(crate) fn passed_headers(&self, client: &HeaderMap) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for name in &self.parts.config.source.headers_passthrough {
            if let (Ok(name), Some(value)) = (name.parse::<http::HeaderName>(), client.get(name)) {
                headers.insert(name, value.clone());
            }
        }
        headers
    }

    pub(crate) fn cookies(&self, client: &HeaderMap) -> Option<ClientCookies> {
        let rules = &self.parts.config.source;
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

/// Whether the fallback image stands in: for sources that cannot be had, not for those that turn
/// out wrong half way.
fn may_fall_back(error: &Error) -> bool {
    let kind = error
        .cause()
        .and_then(|cause| cause.downcast_ref::<pixgate_source::Error>());
    match kind.map(pixgate_source::Error::kind) {
        Some(Source::Incomplete { .. } | Source::TooLarge { size: None, .. }) => false,
        Some(Source::Timeout { wait, .. }) => !matches!(wait, Wait::Body | Wait::Idle),
        Some(_) => true,
        None => matches!(
            error.kind(),
            ErrorKind::Codec | ErrorKind::NotAPicture { .. }
        ),
    }
}

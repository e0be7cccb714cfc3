//! Pictures that are configured by URL: fetched once, before the first request.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, header};
use pixgate_source::SourceRequest;

use crate::assemble::watermark;
use crate::clock;
use crate::collect::collect;
use crate::{Error, ErrorKind, Proxy};

/// The fallback image, and what its origin said of it.
#[derive(Debug, Clone)]
pub(crate) struct FallbackImage {
    pub(crate) bytes: Bytes,
    /// Without the validators and the expiry, which were of the moment.
    pub(crate) headers: HeaderMap,
}

impl FallbackImage {
    /// Takes bytes that are a picture of a known format.
    pub(crate) fn new(bytes: Bytes, mut headers: HeaderMap) -> Result<Self, Error> {
        if pixgate_codec::sniff(&bytes).is_none() {
            return Err(Error::new(ErrorKind::Config {
                what: "the fallback image is no image of a known format".to_owned(),
            }));
        }
        for name in [header::EXPIRES, header::LAST_MODIFIED, header::ETAG] {
            headers.remove(name);
        }
        Ok(Self { bytes, headers })
    }
}

impl Proxy {
    /// Fetches the fallback image and the watermark where they are configured by URL only, as
    /// imgproxy does at its start; the allowlist is not asked.
    ///
    /// # Errors
    ///
    /// [`Error`] with status 0 that should end the start: a picture that cannot be had.
    pub async fn preload(self) -> Result<Self, Error> {
        let mut parts = Arc::unwrap_or_clone(self.parts);
        let config = &parts.config;
        if parts.fallback.is_none() && !config.fallback.url.is_empty() {
            let url = &config.fallback.url;
            let (bytes, headers) = download(&parts, url, "fallback image").await?;
            parts.fallback = Some(FallbackImage::new(bytes, headers)?);
        }
        if config.output.watermark.is_none() && !config.output.watermark_url.is_empty() {
            let url = &config.output.watermark_url;
            let (bytes, _) = download(&parts, url, "watermark").await?;
            let mut engine = pixgate_engine::Settings::clone(&parts.engine);
            engine.watermark = Some(watermark(&bytes, &config.limits)?);
            parts.engine = Arc::new(engine);
        }
        Ok(Self {
            parts: Arc::new(parts),
        })
    }
}

async fn download(
    parts: &crate::proxy::Parts,
    url: &str,
    what: &str,
) -> Result<(Bytes, HeaderMap), Error> {
    let unusable = |error: Error| {
        Error::new(ErrorKind::Config {
            what: format!("can't download the {what}: {error}"),
        })
    };
    let mut request = SourceRequest::new(url);
    let limit = parts.config.limits.max_source_bytes;
    request.max_bytes = (limit > 0).then_some(limit);
    let response = parts.fetcher.fetch(request).await;
    let response = response.map_err(|error| unusable(error.into()))?;
    let deadline = clock::now() + parts.config.source.timeout;
    let held = collect(&parts.admission, response.body, Some(deadline)).await;
    Ok((held.map_err(unusable)?.keep(), response.headers))
}

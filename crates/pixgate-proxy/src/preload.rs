//! Pictures that are configured by URL: fetched once, before the first request.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use pixgate_engine::Settings;
use pixgate_source::SourceRequest;

use crate::assemble::watermark;
use crate::clock;
use crate::collect::collect;
use crate::fallback_image::FallbackImage;
use crate::parts::Parts;
use crate::{Error, StartError, StartErrorKind};

/// Fetches the fallback image and the watermark where they are configured by URL only; the allowlist
/// is not asked.
pub(crate) async fn preload(parts: &mut Parts) -> Result<(), StartError> {
    let config = Arc::clone(&parts.config);
    if parts.fallback.is_none() && !config.fallback.url.is_empty() {
        let downloaded = download(parts, &config.fallback.url).await;
        let (bytes, headers) = downloaded.map_err(|error| {
            let what = format!("can't download the fallback image: {error}");
            StartError::new(StartErrorKind::FallbackImage { what })
        })?;
        parts.fallback = Some(Arc::new(FallbackImage::new(bytes, headers)?));
    }
    if config.output.watermark.is_none() && !config.output.watermark_url.is_empty() {
        let downloaded = download(parts, &config.output.watermark_url).await;
        let (bytes, _) = downloaded.map_err(|error| {
            let what = format!("can't download the watermark: {error}");
            StartError::new(StartErrorKind::Watermark { what })
        })?;
        let mut engine = Settings::clone(&parts.engine);
        engine.watermark = Some(watermark(&bytes, &config.limits)?);
        parts.engine = Arc::new(engine);
    }
    Ok(())
}

async fn download(parts: &Parts, url: &str) -> Result<(Bytes, HeaderMap), Error> {
    let mut request = SourceRequest::new(url);
    let limit = parts.config.limits.max_source_bytes;
    request.max_bytes = (limit > 0).then_some(limit);
    let response = parts.fetcher.fetch(request).await?;
    let deadline = clock::now() + parts.config.source.timeout;
    let source = collect(&parts.admission, response.body, None, Some(deadline)).await?;
    Ok((source.keep(), response.headers))
}

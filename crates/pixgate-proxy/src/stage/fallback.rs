//! What stands in for a source that cannot be had.

use std::sync::Arc;

use bytes::Bytes;
use http::HeaderMap;
use pixgate_allow::Allowlist;
use pixgate_source::{ErrorKind as Source, Wait};

use super::{Job, KeptPictures};
use crate::budgeted::BudgetedBytes;
use crate::companion_cache::Companion;
use crate::fallback_image::{FallbackImage, remove_momentary};
use crate::parts::Parts;
use crate::{Error, ErrorKind, Section};

/// A picture in place of a source's.
pub(crate) struct StandIn {
    pub(crate) bytes: BudgetedBytes,
    pub(crate) headers: HeaderMap,
}

/// The fallback images: those that URLs name, and the configured one.
#[derive(Clone)]
pub(crate) struct Fallbacks {
    configured: Option<Arc<FallbackImage>>,
    pictures: KeptPictures,
    allowlist: Allowlist,
    /// Replacements and base URL, where they apply.
    preprocessing: Option<Arc<pixgate_url::Config>>,
}

impl Fallbacks {
    pub(crate) fn new(parts: &Parts) -> Self {
        let rules = &parts.config.fallback;
        // Beside what is kept of watermarks most of what sources may take stays for sources.
        let most_bytes = parts.admission.source_budget_bytes() / 8;
        let cached_bytes = rules.cached_bytes.min(most_bytes);
        let grammar = Arc::clone(&parts.grammar);
        Self {
            configured: parts.fallback.clone(),
            pictures: KeptPictures::new(parts, rules.cached, cached_bytes),
            allowlist: parts.watermark_allowlist.clone(),
            preprocessing: rules.preprocess_url.then_some(grammar),
        }
    }

    /// The picture that the URL of a job names; none if it names none, or that cannot be had either.
    pub(crate) async fn of_url(&self, job: &Job) -> Option<StandIn> {
        let url = job.asked.options.global.fallback_image_url.as_deref()?;
        let _downloading = job.trace.enter(Section::Downloading);
        match self.load(url, job).await {
            Ok(companion) => Some(StandIn::from(companion)),
            Err(error) => {
                let request_id = &job.request_id;
                tracing::warn!(request_id, %error, "The fallback image of the URL cannot be had");
                None
            }
        }
    }

    async fn load(&self, url: &str, job: &Job) -> Result<Arc<Companion>, Error> {
        let fetched = match &self.preprocessing {
            Some(grammar) => pixgate_url::preprocessed(url, grammar)
                .to_text()
                .into_owned(),
            None => url.to_owned(),
        };
        self.allowlist.check(fetched.as_bytes())?;
        self.pictures.load(&fetched, job.deadline).await
    }

    /// The configured picture, if there is one.
    pub(crate) fn configured(&self) -> Option<StandIn> {
        let image = self.configured.as_ref()?;
        Some(StandIn {
            bytes: image.budgeted(),
            headers: image.headers.clone(),
        })
    }
}

impl From<Arc<Companion>> for StandIn {
    fn from(companion: Arc<Companion>) -> Self {
        let mut headers = companion.headers.clone();
        remove_momentary(&mut headers);
        Self {
            bytes: BudgetedBytes::free(Bytes::from_owner(KeptBytes(companion))),
            headers,
        }
    }
}

/// The bytes of a kept picture, which has its share of the memory budget.
struct KeptBytes(Arc<Companion>);

impl AsRef<[u8]> for KeptBytes {
    fn as_ref(&self) -> &[u8] {
        &self.0.image.bytes
    }
}

/// Whether a fallback image stands in: for sources that cannot be had, not for those that turn out
/// wrong half way.
pub(crate) fn may_fall_back(error: &Error) -> bool {
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

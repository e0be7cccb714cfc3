//! The work on one picture, apart from the request that asked for it: several requests may share it.

use std::future::Future;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Instant;

use pixgate_codec::Header;
use pixgate_engine::{Cancel, Plan};
use pixgate_options::ProcessingOptions;
use pixgate_source::{Blame, masked};
use tokio::time::timeout_at;

use super::key::{PictureKey, SourceKey};
use super::load::{Loader, SourceOutcome};
use super::{
    CompanionLoader, Fallbacks, Job, JobOutcome, Loaded, StandIn, Transformer, may_fall_back,
};
use crate::clock;
use crate::coalesce::Flights;
use crate::hashsum::Hashsum;
use crate::network::{Network, Place};
use crate::parts::Parts;
use crate::{Error, ErrorKind, Section};

/// From a job to what came of it.
#[derive(Clone)]
pub(crate) struct Maker {
    loader: Loader,
    fallbacks: Fallbacks,
    companions: CompanionLoader,
    transformer: Transformer,
    shared: Arc<Shared>,
}

/// Work that several may wait for: pictures and sources.
#[derive(Debug)]
struct Shared {
    is_on: bool,
    pictures: Flights<Arc<PictureKey>, Result<JobOutcome, Error>>,
    sources: Flights<SourceKey, Result<SourceOutcome, Error>>,
}

impl Shared {
    fn new(network: &Arc<Network>, is_on: bool) -> Self {
        Self {
            is_on,
            pictures: Flights::new(network),
            sources: Flights::new(network),
        }
    }

    fn takes(&self, job: &Job) -> bool {
        self.is_on && job.is_shareable()
    }
}

impl Maker {
    pub(crate) fn new(parts: &Parts) -> Self {
        let is_shared = parts.config.limits.coalesce;
        Self {
            loader: Loader::new(parts),
            fallbacks: Fallbacks::new(parts),
            companions: CompanionLoader::new(parts),
            transformer: Transformer::new(parts),
            shared: Arc::new(Shared::new(&parts.network, is_shared)),
        }
    }

    /// Fetches the pictures that options name, reads the header of a source and plans; nothing is decoded.
    pub(crate) async fn plan(
        &self,
        bytes: &[u8],
        options: &ProcessingOptions,
        deadline: Instant,
    ) -> Result<(Header, Plan), Error> {
        let beside = self.companions.load(options, deadline).await?;
        let cancel = Cancel::at(deadline);
        self.transformer
            .plan(bytes, options, &beside.companions, &cancel)
    }

    /// Carries a job out, together with all who want the same at this time.
    pub(crate) async fn make(&self, job: Job) -> Result<JobOutcome, Error> {
        let work = || self.clone().make_alone(job.clone());
        let key = || PictureKey::new(&job.source_key, &job.asked.options, job.is_concealed);
        let key = self.shared.takes(&job).then(|| Arc::new(key()));
        // It waits for the source and a worker; whatever speaks to sources has tasks of its own.
        let shared = (&self.shared.pictures, Place::Here);
        share(shared, key.as_ref(), job.deadline, work).await
    }

    async fn make_alone(self, job: Job) -> Result<JobOutcome, Error> {
        let downloading = job.trace.enter(Section::Downloading);
        let beside = self.companions.load(&job.asked.options, job.deadline);
        let (fetched, beside) = futures_util::future::join(self.fetch(&job), beside).await;
        drop(downloading);
        match fetched {
            Ok(SourceOutcome::NotModified(headers)) => Ok(JobOutcome::NotModified(headers)),
            Ok(SourceOutcome::Image(image)) => {
                let source = (image.bytes, image.headers);
                let picture = self.transformer.transform(&job, source, beside?).await?;
                Ok(JobOutcome::Picture(picture))
            }
            Err(error) if may_fall_back(&error) && !job.is_concealed => {
                match self.fall_back(&job, &error, beside).await? {
                    Some(outcome) => {
                        job.trace.mask(&error);
                        Ok(outcome)
                    }
                    None => Err(error),
                }
            }
            Err(error) => Err(error),
        }
    }

    /// Asks the source, and looks whether what it sent is what the URL says.
    async fn fetch(&self, job: &Job) -> Result<SourceOutcome, Error> {
        let outcome = match self.load(job).await {
            Ok(SourceOutcome::Image(image)) => {
                let hashsum = Hashsum::of(&job.asked.options.global.hashsum);
                let checked = self.loader.checked(image, hashsum, job.deadline).await;
                checked.map(SourceOutcome::Image)
            }
            outcome => outcome,
        };
        in_time(job, outcome)
    }

    /// Makes the picture of a fallback image: that of the URL, or the configured one; none if there
    /// is neither.
    async fn fall_back(
        &self,
        job: &Job,
        error: &Error,
        beside: Result<Loaded, Error>,
    ) -> Result<Option<JobOutcome>, Error> {
        let of_url = in_time(job, Ok(self.fallbacks.of_url(job).await))?;
        if let Some(image) = of_url {
            match self.stand_in(job, image, error, beside.clone()?).await {
                JobOutcome::NoFallback(own) if own.blame() == Blame::Source => {
                    let request_id = &job.request_id;
                    tracing::warn!(request_id, error = %own, "The fallback image of the URL is no use");
                }
                outcome => return Ok(Some(outcome)),
            }
        }
        match self.fallbacks.configured() {
            Some(image) => Ok(Some(self.stand_in(job, image, error, beside?).await)),
            None => Ok(None),
        }
    }

    /// Makes the picture of a fallback image that is there.
    async fn stand_in(
        &self,
        job: &Job,
        image: StandIn,
        error: &Error,
        beside: Loaded,
    ) -> JobOutcome {
        let image_url = job.asked.source.to_text();
        let (request_id, image_url) = (&job.request_id, masked(&image_url));
        tracing::warn!(request_id, %image_url, %error, "Using the fallback image");
        let source = (image.bytes, image.headers);
        match self.transformer.transform(job, source, beside).await {
            Ok(mut picture) => {
                picture.fallback_status = Some(error.verdict().status);
                JobOutcome::Picture(picture)
            }
            Err(own) => JobOutcome::NoFallback(own),
        }
    }

    /// Asks the source, together with all who want the same source at this time.
    async fn load(&self, job: &Job) -> Result<SourceOutcome, Error> {
        let work = || self.loader.clone().load(job.source.clone());
        let is_shared = self.shared.takes(job);
        let place = match self.loader.is_near(&job.source) {
            true if !is_shared => return work().await,
            true => Place::Here,
            false => Place::Network,
        };
        let key = is_shared.then_some(&job.source_key);
        share((&self.shared.sources, place), key, job.deadline, work).await
    }
}

/// What came of a part of a job, unless it came too late.
fn in_time<T>(job: &Job, outcome: Result<T, Error>) -> Result<T, Error> {
    match job.deadline <= clock::now() {
        true => Err(Error::new(ErrorKind::TimedOut)),
        false => outcome,
    }
}

/// Waits until one's own deadline; work that ended because of somebody else's begins anew. Without
/// a key nobody else joins.
async fn share<K, T, F>(
    (flights, place): (&Flights<K, Result<T, Error>>, Place),
    key: Option<&K>,
    deadline: Instant,
    work: impl Fn() -> F,
) -> Result<T, Error>
where
    K: Clone + Eq + Hash + Send + Sync + 'static,
    T: Clone + Send + Sync + 'static,
    F: Future<Output = Result<T, Error>> + Send + 'static,
{
    for _ in 0..MOST_STARTS {
        let joined = flights.join(key, place, &work);
        match timeout_at(deadline.into(), joined).await {
            Ok(Some(Err(error))) if error.is_out_of_time() && clock::now() < deadline => {}
            Ok(Some(outcome)) => return outcome,
            // Without a result: the thread that did it is stopped.
            Ok(None) => {}
            Err(_) => break,
        }
    }
    Err(Error::new(ErrorKind::TimedOut))
}

/// How often work may end for reasons that have nothing to do with it.
const MOST_STARTS: u32 = 3;

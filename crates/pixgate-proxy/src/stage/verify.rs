//! Every check that needs no network: bearer secret, signature, options, allowlist.

use std::sync::Arc;

use http::header;
use pixgate_allow::Allowlist;
use pixgate_sign::{KeyRing, Secret};
use pixgate_source::Fetcher;
use pixgate_url::{Endpoint, InfoRequest, Parsed, SourceKind, SplitPath, parse, parse_info};

use super::{Accepted, CompanionUrls};
use crate::concealed::check_plain;
use crate::parts::Parts;
use crate::{Config, Error};

/// What a request asks for, with every check passed that needs no network.
#[derive(Debug)]
#[non_exhaustive]
pub enum Resolved {
    /// The landing page.
    Landing,
    /// The health check.
    Health,
    /// Nothing, quietly.
    NotFound,
    /// An image.
    Image(Box<Verified<pixgate_url::Request>>),
    /// Facts about an image.
    Info(Box<Verified<InfoRequest>>),
}

/// A request whose signature is right and whose source is on the allowlist.
#[derive(Debug)]
#[non_exhaustive]
pub struct Verified<R> {
    /// The signature as written.
    pub signature: String,
    /// The text that is signed.
    pub signed: String,
    /// What it means.
    pub request: Arc<R>,
}

/// From an accepted request to a verified one.
#[derive(Clone)]
pub(crate) struct Verifier {
    config: Arc<Config>,
    grammar: Arc<pixgate_url::Config>,
    access: Access,
    sources: AllowedSources,
    companions: CompanionUrls,
}

/// Who may ask.
#[derive(Clone)]
struct Access {
    ring: Arc<KeyRing>,
    secret: Option<Secret>,
}

/// What may be asked for.
#[derive(Clone)]
struct AllowedSources {
    list: Allowlist,
    /// The same for pictures that options name.
    beside: Allowlist,
    /// Harmless ones, which need no pattern.
    builtin_schemes: Vec<String>,
    fetcher: Fetcher,
}

impl Verifier {
    pub(crate) fn new(parts: &Parts) -> Self {
        Self {
            config: Arc::clone(&parts.config),
            grammar: Arc::clone(&parts.grammar),
            access: Access {
                ring: Arc::clone(&parts.ring),
                secret: parts.secret.clone(),
            },
            sources: AllowedSources {
                list: parts.allowlist.clone(),
                beside: parts.watermark_allowlist.clone(),
                builtin_schemes: parts.builtin_schemes.clone(),
                fetcher: parts.fetcher.clone(),
            },
            companions: CompanionUrls::new(parts),
        }
    }

    /// Checks the bearer secret.
    pub(crate) fn authorize(&self, accepted: &Accepted<'_>) -> Result<(), Error> {
        let Some(secret) = &self.access.secret else {
            return Ok(());
        };
        let header = accepted.request.headers.get(header::AUTHORIZATION);
        Ok(secret.authorize(header.map(http::HeaderValue::as_bytes))?)
    }

    /// Checks everything but the bearer secret.
    pub(crate) fn resolve(&self, accepted: &Accepted<'_>) -> Result<Resolved, Error> {
        let now = accepted.request.unix_time();
        match accepted.endpoint.as_ref().map_err(Clone::clone)? {
            Endpoint::Landing => Ok(Resolved::Landing),
            Endpoint::Health => Ok(Resolved::Health),
            Endpoint::NotFound => Ok(Resolved::NotFound),
            Endpoint::Process(path) => {
                self.access.verify(path)?;
                let defaults = self.config.output.defaults(accepted.request.headers);
                let request = parse(&path.signed, &self.grammar, &defaults, now);
                let request = self.with_allowed_source(request)?;
                self.check_companions(&request)?;
                Ok(Resolved::Image(Box::new(verified(path, request))))
            }
            Endpoint::Info(path) => {
                self.access.verify(path)?;
                let request = parse_info(&path.signed, &self.grammar, now);
                let request = self.with_allowed_source(request)?;
                Ok(Resolved::Info(Box::new(verified(path, request))))
            }
        }
    }

    /// Checks the pictures that options name beside the source.
    fn check_companions(&self, request: &pixgate_url::Request) -> Result<(), Error> {
        if request.options.global.raw() {
            return Ok(());
        }
        let urls = self.companions.of(&request.options);
        let mut urls = urls.iter().map(|(_, fetched)| fetched.as_bytes());
        urls.try_for_each(|url| Ok(self.sources.beside.check(url)?))
    }

    fn with_allowed_source<O>(
        &self,
        request: Result<Parsed<O>, pixgate_url::Error>,
    ) -> Result<Parsed<O>, Error> {
        match request {
            Ok(request) => {
                let is_allowed = self.sources.check(request.source.as_bytes());
                match self.conceals(request.source_kind) {
                    true => check_plain(&request)
                        .and(is_allowed)
                        .map_err(Error::concealed)?,
                    false => is_allowed?,
                }
                Ok(request)
            }
            Err(error) if error.is_about_ciphertext() && self.conceals(SourceKind::Encrypted) => {
                Err(Error::from(error).concealed())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Whether nothing keeps strangers from altering sources of this kind.
    pub(crate) fn conceals(&self, kind: SourceKind) -> bool {
        kind == SourceKind::Encrypted && !self.access.ring.has_keys()
    }

    /// Checks that a source could be asked at all if it is a concealed one, before anything is asked.
    pub(crate) fn check_concealed<O>(&self, request: &Parsed<O>) -> Result<(), Error> {
        if !self.conceals(request.source_kind) {
            return Ok(());
        }
        let checked = self.sources.fetcher.check_scheme(&request.source.to_text());
        checked.map_err(|error| Error::from(error).concealed())
    }
}

impl Access {
    fn verify(&self, path: &SplitPath<'_>) -> Result<(), Error> {
        let Err(error) = self.ring.verify(path.signature, &path.signed) else {
            return Ok(());
        };
        let (bytes, wanted) = (path.signature.len() * 3 / 4, self.ring.signature_size());
        let is_length = error.kind() == pixgate_sign::ErrorKind::SignatureMismatch;
        Err(match is_length && bytes != wanted {
            true => Error::from(error).with_hint(format!(
                "the signature has {bytes} bytes, IMGPROXY_SIGNATURE_SIZE says {wanted}"
            )),
            false => error.into(),
        })
    }
}

impl AllowedSources {
    fn check(&self, url: &[u8]) -> Result<(), Error> {
        let is_builtin = |scheme: &String| url.starts_with(format!("{scheme}://").as_bytes());
        if !self.builtin_schemes.iter().any(is_builtin) {
            self.list.check(url)?;
        }
        Ok(())
    }
}

fn verified<R>(path: &SplitPath<'_>, request: R) -> Verified<R> {
    Verified {
        signature: path.signature.to_owned(),
        signed: path.signed.clone(),
        request: Arc::new(request),
    }
}

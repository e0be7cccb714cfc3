//! From a request target to what is asked for: verified, parsed, allowed.

use http::HeaderMap;
use pixgate_url::{
    Endpoint, InfoRequest, Parsed, SourceKind, SplitPath, classify, parse, parse_info,
};

use crate::concealed::check_plain;
use crate::{Error, Proxy};

/// What a request target asks for, with every check passed that needs no network.
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
    pub request: R,
}

impl Proxy {
    /// Verifies, parses and checks a raw request target; `now` is Unix time in seconds.
    ///
    /// # Errors
    ///
    /// Every [`Error`] that is answered before a source is contacted, but for the bearer secret.
    pub fn resolve(&self, target: &str, headers: &HeaderMap, now: i64) -> Result<Resolved, Error> {
        match classify(target, &self.parts.grammar)? {
            Endpoint::Landing => Ok(Resolved::Landing),
            Endpoint::Health => Ok(Resolved::Health),
            Endpoint::NotFound => Ok(Resolved::NotFound),
            Endpoint::Process(path) => {
                self.verify(&path)?;
                let defaults = self.parts.config.output.defaults(headers);
                let request = parse(&path.signed, &self.parts.grammar, &defaults, now);
                let request = self.with_allowed_source(request)?;
                Ok(Resolved::Image(Box::new(verified(path, request))))
            }
            Endpoint::Info(path) => {
                self.verify(&path)?;
                let request = parse_info(&path.signed, &self.parts.grammar, now);
                let request = self.with_allowed_source(request)?;
                Ok(Resolved::Info(Box::new(verified(path, request))))
            }
        }
    }

    fn verify(&self, path: &SplitPath<'_>) -> Result<(), Error> {
        let ring = &self.parts.ring;
        let Err(error) = ring.verify(path.signature, &path.signed) else {
            return Ok(());
        };
        let (bytes, wanted) = (path.signature.len() * 3 / 4, ring.signature_size());
        let is_length = error.kind() == pixgate_sign::ErrorKind::SignatureMismatch;
        Err(match is_length && bytes != wanted {
            true => Error::from(error).with_hint(format!(
                "the signature has {bytes} bytes, IMGPROXY_SIGNATURE_SIZE says {wanted}"
            )),
            false => error.into(),
        })
    }

    fn with_allowed_source<O>(
        &self,
        request: Result<Parsed<O>, pixgate_url::Error>,
    ) -> Result<Parsed<O>, Error> {
        match request {
            Ok(request) => {
                let is_allowed = self.check_source(request.source.as_bytes());
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

    /// Built-in sources are harmless and need no pattern.
    fn check_source(&self, url: &[u8]) -> Result<(), Error> {
        let is_builtin = |scheme: &String| url.starts_with(format!("{scheme}://").as_bytes());
        if !self.parts.builtin_schemes.iter().any(is_builtin) {
            self.parts.allowlist.check(url)?;
        }
        Ok(())
    }
}

fn verified<R>(path: SplitPath<'_>, request: R) -> Verified<R> {
    Verified {
        signature: path.signature.to_owned(),
        signed: path.signed,
        request,
    }
}

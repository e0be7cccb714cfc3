//! The stages between a request and its response, and the values that go from one to the next.
//!
//! [`Accepted`] → [`Verified`] → [`SourceOutcome`] → [`JobOutcome`] → [`Response`](crate::Response).

mod accept;
mod companions;
mod expected;
mod fallback;
mod job;
mod kept;
mod key;
mod load;
mod make;
mod question;
mod relay;
mod respond;
mod transform;
mod verify;

pub use accept::{Accepted, Request};
pub use verify::{Resolved, Verified};

pub(crate) use companions::{CompanionLoader, CompanionUrls, Loaded};
pub(crate) use fallback::{Fallbacks, StandIn, may_fall_back};
pub(crate) use job::{Job, JobOutcome, Picture};
pub(crate) use kept::KeptPictures;
pub(crate) use make::Maker;
pub(crate) use question::Questions;
pub(crate) use relay::Relay;
pub(crate) use respond::Responder;
pub(crate) use transform::Transformer;
pub(crate) use verify::Verifier;

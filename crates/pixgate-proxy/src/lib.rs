//! An image proxy with imgproxy's URLs and answers, without a web framework.
//!
//! A [`Proxy`] is made of a [`Config`] and turns a [`Request`] (method, raw target, headers, time)
//! into a [`Response`]. Every request takes the same way: verify the signature, parse the URL,
//! check the source against the allowlist, fetch it, probe its header, plan, admit, run, respond.
//! Downloads cost a socket and a share of memory; pixels are worked on by a [`Pool`] of threads
//! behind an [`Admission`] gate, so that neither threads nor memory ever exceed what was
//! configured. Dropping the future of a request gives all its work up.
//!
//! ```
//! use http::{HeaderMap, Method};
//! use pixgate_proxy::{Config, Proxy, Request};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let proxy = Proxy::new(Config::default())?;
//! let request = Request {
//!     method: &Method::GET,
//!     target: "/unsafe/rs:fit:300:300/plain/local:///not-enabled.jpg",
//!     headers: &HeaderMap::new(),
//!     now: std::time::SystemTime::UNIX_EPOCH,
//! };
//! let response = proxy.handle(&request).await;
//! assert_eq!(response.status, 404);
//! # Ok::<(), pixgate_proxy::StartError>(())
//! # }).unwrap();
//! ```
//!
//! # Behind a web framework
//!
//! With the feature `tower` a `ProxyService` answers requests of the `http` crate; `examples/axum.rs` and
//! `examples/hyper.rs` are whole programs. Where the types are others, as in `examples/actix.rs`, a
//! [`Request`] is made by hand and the [`Response`] taken apart.
//!
//! # What this crate does not do
//!
//! It does not listen, log requests, read the environment or the clock; a server does
//! (`bins/pixgate`). It caches nothing yet.

#![forbid(unsafe_code)]

mod admission;
mod assemble;
mod budgeted;
mod cache_control;
mod category;
mod clock;
mod coalesce;
mod collect;
mod color_profiles;
mod companion_cache;
mod concealed;
mod conditional;
pub mod config;
mod development;
mod disposition;
mod error;
mod facts;
mod fallback_image;
mod hashsum;
mod hint;
mod negotiate;
mod network;
mod not_a_picture;
mod parts;
mod pool;
mod preload;
mod progress;
mod proxy;
mod random;
mod request_id;
mod response;
mod route;
#[cfg(feature = "tower")]
mod service;
mod stage;
mod start_error;
mod status;
mod support;
mod trace;
mod warnings;

pub use admission::{Admission, AdmissionError, MemoryPermit, Ticket};
pub use cache_control::{Caching, MaxAge};
pub use category::Category;
pub use color_profiles::ProfileFolder;
pub use conditional::{Conditions, Validators};
pub use config::{Config, RedirectRule};
pub use disposition::content_disposition;
pub use error::{Error, ErrorKind};
pub use facts::Facts;
pub use pixgate_source::Blame;
pub use pool::{JobError, Pool, Task};
pub use proxy::{Landing, Proxy};
pub use random::random_u64;
pub use request_id::request_id;
pub use response::{Body, BodyStream, Response};
pub use route::{Route, Routes};
#[cfg(feature = "tower")]
pub use service::ProxyService;
pub use stage::{Accepted, Request, Resolved, Verified};
pub use start_error::{StartError, StartErrorKind};
pub use status::Verdict;
pub use support::support;
pub use trace::{Masked, Section, Span, Trace};
pub use warnings::LeftOut;

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct ReadmeDoctests;

//! The whole flow, from a request to its answer, over sources in memory: no socket, no sleeping.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod access;
mod cache_tags;
mod caching;
mod concealing;
mod errors;
mod fallback;
mod fallback_by_url;
mod formats;
mod geometry;
mod hashsum;
mod limits;
mod negotiation;
mod pictures;
mod profiles;
mod raw;
mod routes;
mod sharing;
mod sources;
mod time;
mod warnings;
mod watermarks;
mod world;

//! The program under attack: whatever strangers send, it lives, stays within its memory and serves others.
//!
//! Every test starts a server of its own with a small memory budget, see [`rig::Rig`], and makes its
//! hostile bytes itself.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod allow;
mod bodies;
mod drawings;
mod frames;
mod h2spec;
mod http1;
mod http2;
mod mutations;
mod noise;
mod oracle;
mod origin;
#[path = "../e2e/support/pictures.rs"]
#[allow(dead_code, reason = "the end to end tests use the rest")]
mod pictures;
mod rig;
#[path = "../e2e/support/server.rs"]
#[allow(dead_code, reason = "the end to end tests use the rest")]
mod server;

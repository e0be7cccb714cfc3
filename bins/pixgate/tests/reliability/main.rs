//! The program under faults: hostile origins, hostile clients, a machine at its limits.
//!
//! Every test starts a server of its own and ends with [`watched::Watched::assert_recovered`]. Times are
//! asserted with room for a busy machine; `PIXGATE_STRICT_TIMES=1` asserts them as promised. Longer
//! shapes of some tests are ignored by default: `cargo test --test reliability -- --ignored`.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod burst;
mod client;
mod gone;
mod hostile_clients;
mod large;
mod machine;
mod memory;
mod origin;
mod origins;
#[path = "../e2e/support/pictures.rs"]
#[allow(dead_code, reason = "the end to end tests use the rest")]
mod pictures;
mod redirects;
#[path = "../e2e/support/server.rs"]
#[allow(dead_code, reason = "the end to end tests use the rest")]
mod server;
mod stampede;
mod stopping;
mod watched;

use std::time::Duration;

/// A promised time, with room for a busy machine unless times are to be strict.
fn promised(limit: Duration) -> Duration {
    if std::env::var_os("PIXGATE_STRICT_TIMES").is_some() {
        limit
    } else {
        limit * 6
    }
}

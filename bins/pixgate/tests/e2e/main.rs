//! The program itself, over real sockets: started, asked, hurt, stopped.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test may stop where it likes"
)]

mod check_env;
mod commands;
mod configuration;
mod delivery;
mod errors;
mod formats;
mod hostile;
#[cfg(unix)]
mod local_links;
mod observability;
mod pictures;
mod routes;
mod secure;
mod stopping;
mod support;
mod telemetry;
mod wire;

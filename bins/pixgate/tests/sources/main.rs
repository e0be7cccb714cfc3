//! Sources through the program itself: a process per case, asked over HTTP, with stores, proxies
//! and credential services on this machine. Most are cases of the source vectors, all of them.
//!
//! ```text
//! crates/pixgate-stores/tests/emulators/run cargo test -p pixgate --test sources
//! ```
//!
//! installs and starts the emulators first. Without them (`PIXGATE_EMULATORS` unset) the cases
//! that need one are skipped, and the test says so; local files, scripted stores, Swift and all
//! credential services need nothing. `PIXGATE_CASE=TEXT` runs only cases with this text in their id.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    reason = "a test ends where its tools do, shows things, has a clock and an environment"
)]

mod advice;
mod case;
mod client;
mod cloud_run;
mod judge;
mod load;
mod program;
mod vectors;

// The stores and services are those that the tests of pixgate-source have.
#[path = "../../../../crates/pixgate-stores/tests/stores/emulators.rs"]
mod emulators;
#[path = "../../../../crates/pixgate-stores/tests/stores/fixtures.rs"]
#[allow(dead_code, reason = "the program knows pictures by itself")]
mod fixtures;
#[path = "../../../../crates/pixgate-stores/tests/stores/http.rs"]
#[allow(dead_code, reason = "connections are counted elsewhere")]
mod http;
#[path = "../../../../crates/pixgate-stores/tests/stores/identity.rs"]
#[allow(dead_code, reason = "certificates are tried elsewhere")]
mod identity;
#[path = "../../../../crates/pixgate-stores/tests/stores/rules.rs"]
mod rules;
#[path = "../../../../crates/pixgate-stores/tests/stores/scripted.rs"]
mod scripted;
#[path = "../../../../crates/pixgate-stores/tests/stores/sign.rs"]
mod sign;
#[path = "../../../../crates/pixgate-stores/tests/stores/swift.rs"]
mod swift;
#[path = "../../../../crates/pixgate-stores/tests/stores/world.rs"]
mod world;

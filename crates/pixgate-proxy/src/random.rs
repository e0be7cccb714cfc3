//! Numbers for ids.

use std::hash::{BuildHasher, RandomState};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// A number that unlikely comes twice, and is not 0: all that ids of requests and spans need.
///
/// It is no secret: whoever knows others may guess it.
#[must_use]
pub fn random_u64() -> u64 {
    static SEED: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    SEED.hash_one(count).max(1)
}

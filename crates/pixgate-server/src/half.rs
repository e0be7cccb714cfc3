//! A head that has begun and not ended: how long it may take, and what it costs.

use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::task::Context;
use std::time::Duration;

use pixgate_proxy::{Admission, MemoryPermit};
use tokio::time::{Sleep, sleep};

/// Half of a request.
pub(super) struct Half {
    deadline: Pin<Box<Sleep>>,
    memory: Vec<MemoryPermit>,
}

impl Half {
    /// A head has begun.
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            deadline: Box::pin(sleep(limit)),
            memory: Vec::new(),
        }
    }

    /// Takes a head of so many bytes from the memory budget, as far as it is not taken yet.
    ///
    /// # Errors
    ///
    /// `OutOfMemory` if there is none.
    pub(super) fn charge(&mut self, admission: &Admission, head_bytes: usize) -> io::Result<()> {
        // It is read into one buffer and kept in another.
        let needed_bytes = (head_bytes as u64).saturating_mul(2);
        while (self.memory.len() as u64).saturating_mul(UNIT_BYTES) < needed_bytes {
            let memory = take(admission, UNIT_BYTES).ok_or(io::ErrorKind::OutOfMemory)?;
            self.memory.push(memory);
        }
        Ok(())
    }

    /// Fails once the head takes too long.
    pub(super) fn check(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.deadline.as_mut().poll(context).is_ready() {
            true => Err(io::ErrorKind::TimedOut.into()),
            false => Ok(()),
        }
    }

    /// What was taken from the budget, for the request that it became.
    pub(super) fn into_memory(self) -> Vec<MemoryPermit> {
        self.memory
    }
}

/// Memory for requests, from the share of sources; at least half of that is left to sources.
pub(super) fn take(admission: &Admission, bytes: u64) -> Option<MemoryPermit> {
    let left_bytes = admission.source_free_bytes().checked_sub(bytes)?;
    match left_bytes < admission.source_budget_bytes() / 2 {
        true => None,
        false => admission.try_source_memory(bytes),
    }
}

/// Heads up to here count with their client's place; most have a tenth of it.
pub(super) const SMALL_HEAD_BYTES: usize = 8 << 10;
/// What a header block of HTTP/2 is counted for that needs more than one frame: few bytes of it can
/// stand for many.
pub(super) const CONTINUED_HEAD_BYTES: usize = 64 << 10;
/// What the budget is counted in.
pub(super) const UNIT_BYTES: u64 = 64 << 10;

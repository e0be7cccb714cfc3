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
    memory: Option<MemoryPermit>,
}

impl Half {
    /// A head has begun.
    pub(super) fn new(limit: Duration) -> Self {
        Self {
            deadline: Box::pin(sleep(limit)),
            memory: None,
        }
    }

    /// Takes a large head from the memory budget.
    ///
    /// # Errors
    ///
    /// `OutOfMemory` if there is none.
    pub(super) fn charge(&mut self, admission: &Admission) -> io::Result<()> {
        if self.memory.is_none() {
            let memory = admission.try_source_memory(LARGE_HEAD_BYTES);
            self.memory = Some(memory.ok_or(io::ErrorKind::OutOfMemory)?);
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
    pub(super) fn into_memory(self) -> Option<MemoryPermit> {
        self.memory
    }
}

/// Heads up to here count with their client's place; most have a tenth of it.
pub(super) const SMALL_HEAD_BYTES: usize = 8 << 10;
/// What any larger one may need: the protocol libraries end it there.
pub(super) const LARGE_HEAD_BYTES: u64 = 128 << 10;

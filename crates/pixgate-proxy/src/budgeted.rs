//! Bytes that are counted.

use std::sync::Arc;

use bytes::Bytes;

use crate::MemoryPermit;

/// Bytes that hold their share of the memory budget; clones share it.
#[derive(Clone)]
pub(crate) struct BudgetedBytes {
    pub(crate) bytes: Bytes,
    pub(crate) permits: Arc<Vec<MemoryPermit>>,
}

impl BudgetedBytes {
    /// Bytes that are in memory anyway.
    pub(crate) fn free(bytes: Bytes) -> Self {
        Self {
            bytes,
            permits: Arc::default(),
        }
    }

    /// The bytes, whose share of the budget is theirs for as long as the process lives.
    pub(crate) fn keep(self) -> Bytes {
        for permit in Arc::into_inner(self.permits).unwrap_or_default() {
            permit.keep();
        }
        self.bytes
    }
}

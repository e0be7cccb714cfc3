//! A source's body in memory: every byte of room is taken from the budget before it is allocated.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bytes::Bytes;
use pixgate_source::{Body, ReadAhead};

use crate::budgeted::BudgetedBytes;
use crate::clock;
use crate::{Admission, Error, ErrorKind, MemoryPermit};

/// Reads a body completely.
///
/// One of known length takes its share of the memory before it is read, waiting for it at most until
/// the deadline. Another one grows by pieces and is refused when there is no memory for the next, because
/// waiting could wait for ever; in the end the pieces are put together, for which their size is taken
/// once more. What the connection holds back counts as well while it is read. One that was read ahead
/// has its share already.
pub(crate) async fn collect(
    admission: &Admission,
    mut body: Body,
    taken: Option<Taken>,
    deadline: Option<Instant>,
) -> Result<BudgetedBytes, Error> {
    if let Some(taken) = taken.filter(|taken| body.len() == Some(taken.bytes)) {
        return fill(admission, body, taken).await;
    }
    let max_wait = deadline.map_or(Duration::MAX, clock::until);
    let length = body.len().unwrap_or_default();
    let in_flight = body.len().unwrap_or(u64::MAX).min(CONNECTION_BYTES);
    let all = length.saturating_add(in_flight);
    // A source that fits by itself is not refused for the sake of its connection.
    let first = all.min(admission.source_budget_bytes()).max(length);
    let mut connection = admission.source_memory(first, max_wait).await?;
    if length > 0 {
        let permit = connection.split(length);
        let permit = permit.ok_or_else(|| Pieces::new(admission).no_memory())?;
        let bytes = length;
        return fill(admission, body, Taken { bytes, permit }).await;
    }
    let mut pieces = Pieces::new(admission);
    while let Some(chunk) = body.next().await {
        pieces.fill(&chunk?)?;
    }
    drop((body, connection));
    pieces.join()
}

/// Reads a body whose share of the memory is taken.
async fn fill(admission: &Admission, mut body: Body, taken: Taken) -> Result<BudgetedBytes, Error> {
    let mut pieces = Pieces::new(admission);
    let first = body.next().await.transpose()?;
    pieces.begin(first.unwrap_or_default(), taken.permit, taken.bytes)?;
    while let Some(chunk) = body.next().await {
        pieces.fill(&chunk?)?;
    }
    pieces.join()
}

/// Memory that was taken for a body.
pub(crate) struct Taken {
    bytes: u64,
    permit: MemoryPermit,
}

/// Memory for a body that is read before anybody asks for it.
#[derive(Default)]
pub(crate) struct Room(Arc<Mutex<Option<Taken>>>);

impl Room {
    /// Lets a transport take memory of this budget, once.
    pub(crate) fn of(&self, admission: &Arc<Admission>) -> ReadAhead {
        let (room, admission) = (Arc::clone(&self.0), Arc::clone(admission));
        ReadAhead::new(move |bytes| {
            let mut room = room.lock().unwrap_or_else(PoisonError::into_inner);
            let permit = admission
                .try_source_memory(bytes)
                .filter(|_| room.is_none());
            let Some(permit) = permit else {
                return false;
            };
            *room = Some(Taken { bytes, permit });
            true
        })
    }

    /// What was taken.
    pub(crate) fn taken(self) -> Option<Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// Memory that was filled, or will be; none of it ever moves.
struct Pieces<'a> {
    admission: &'a Admission,
    all: Vec<(Vec<u8>, MemoryPermit)>,
    bytes: u64,
}

impl<'a> Pieces<'a> {
    const fn new(admission: &'a Admission) -> Self {
        Self {
            admission,
            all: Vec::new(),
            bytes: 0,
        }
    }

    /// Begins with a permit for everything: keeps the first chunk if it is that, or makes room.
    fn begin(&mut self, first: Bytes, permit: MemoryPermit, all: u64) -> Result<(), Error> {
        match whole(first, all) {
            Ok(buffer) => {
                self.bytes = all;
                self.all.push((buffer, permit));
                Ok(())
            }
            Err(first) => {
                self.add(permit, all)?;
                self.fill(&first)
            }
        }
    }

    /// Adds an empty piece for which there is a permit.
    fn add(&mut self, permit: MemoryPermit, bytes: u64) -> Result<(), Error> {
        let piece = self.allocate(bytes)?;
        self.all.push((piece, permit));
        Ok(())
    }

    fn allocate(&self, bytes: u64) -> Result<Vec<u8>, Error> {
        let mut piece = Vec::new();
        let reserved = usize::try_from(bytes).map(|bytes| piece.try_reserve_exact(bytes));
        match reserved {
            Ok(Ok(())) => Ok(piece),
            _ => Err(self.no_memory()),
        }
    }

    fn fill(&mut self, mut chunk: &[u8]) -> Result<(), Error> {
        self.bytes = self.bytes.saturating_add(chunk.len() as u64);
        while !chunk.is_empty() {
            let last = self.all.last_mut().map(|(piece, _)| piece);
            let Some(piece) = last.filter(|piece| piece.len() < piece.capacity()) else {
                self.grow()?;
                continue;
            };
            let room = piece.capacity().saturating_sub(piece.len());
            let (now, later) = chunk.split_at_checked(room).unwrap_or((chunk, &[]));
            piece.extend_from_slice(now);
            chunk = later;
        }
        Ok(())
    }

    /// Adds a piece a quarter as large as all others together, within bounds.
    fn grow(&mut self) -> Result<(), Error> {
        let bytes = (self.bytes / 4).clamp(FIRST_BYTES, MOST_BYTES);
        let permit = self.admission.try_source_memory(bytes);
        self.add(permit.ok_or_else(|| self.no_memory())?, bytes)
    }

    /// One buffer; a piece is given back as soon as it was copied.
    fn join(mut self) -> Result<BudgetedBytes, Error> {
        if self.all.len() <= 1 {
            let (bytes, permits) = self.all.pop().unzip();
            return Ok(budgeted(bytes.unwrap_or_default(), permits));
        }
        let permit = self.admission.try_source_memory(self.bytes);
        let permit = permit.ok_or_else(|| self.no_memory())?;
        let mut bytes = self.allocate(self.bytes)?;
        for (piece, _) in self.all {
            bytes.extend_from_slice(&piece);
        }
        Ok(budgeted(bytes, Some(permit)))
    }

    fn no_memory(&self) -> Error {
        let budget_bytes = self.admission.source_budget_bytes();
        Error::new(ErrorKind::NoMemoryForSource { budget_bytes })
    }
}

/// The buffer of a chunk that is the whole body; the chunk itself if more follows, or if it is part of
/// a larger buffer, which would be held with it.
fn whole(chunk: Bytes, all: u64) -> Result<Vec<u8>, Bytes> {
    if chunk.len() as u64 != all {
        return Err(chunk);
    }
    let buffer = chunk.try_into_mut()?;
    match buffer.capacity() > buffer.len() {
        true => Err(buffer.freeze()),
        false => Ok(buffer.into()),
    }
}

fn budgeted(bytes: Vec<u8>, permit: Option<MemoryPermit>) -> BudgetedBytes {
    BudgetedBytes {
        bytes: Bytes::from(bytes),
        permits: Arc::new(permit.into_iter().collect()),
    }
}

/// The unit in which memory is counted.
const FIRST_BYTES: u64 = 64 << 10;
/// Buffers of an HTTP/1 connection that is read as fast as it comes.
const CONNECTION_BYTES: u64 = 512 << 10;
/// Small against any budget, large against the cost of an allocation.
const MOST_BYTES: u64 = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: u64 = 1 << 10;
    const BUDGET: u64 = 8 << 20;

    fn admission() -> Admission {
        Admission::new(1, 0, BUDGET)
    }

    /// What pieces of such a chunk come to, and how much memory was held before they were joined.
    fn joined(
        admission: &Admission,
        chunk: usize,
        count: usize,
    ) -> Result<(BudgetedBytes, u64), Error> {
        let mut pieces = Pieces::new(admission);
        for _ in 0..count {
            pieces.fill(&vec![7; chunk])?;
            let room: usize = pieces.all.iter().map(|(piece, _)| piece.capacity()).sum();
            let taken = admission.source_budget_bytes() - admission.source_free_bytes();
            assert!(room as u64 <= taken, "{room} of {taken}");
        }
        let taken = admission.source_budget_bytes() - admission.source_free_bytes();
        Ok((pieces.join()?, taken))
    }

    #[test]
    fn room_is_counted_before_it_is_there_and_given_back() {
        let admission = admission();
        for (chunk, count, while_read, afterwards) in [
            (100, 1, 64 * KIB, 64 * KIB),
            (64 << 10, 1, 64 * KIB, 64 * KIB),
            (50_000, 2, 128 * KIB, 128 * KIB),
            (1 << 10, 600, 750 * KIB, 640 * KIB),
        ] {
            let (held, taken) = joined(&admission, chunk, count).expect("enough memory");
            assert_eq!(held.bytes, vec![7; chunk * count]);
            assert!(taken <= while_read + 128 * KIB, "{taken}");
            let kept = BUDGET / 4 - admission.source_free_bytes();
            assert!(kept <= afterwards, "{kept} {afterwards}");
            drop(held);
            assert_eq!(admission.source_free_bytes(), BUDGET / 4);
        }
    }

    #[test]
    fn what_does_not_fit_twice_is_refused_and_nothing_stays_held() {
        let admission = admission();
        let refused = |count| {
            let outcome = joined(&admission, 64 << 10, count);
            outcome.err().map(|error| error.verdict().status)
        };
        assert_eq!(refused(12), None, "768 KiB, and as much to join it in");
        assert_eq!(refused(24), Some(503), "the copy does not fit");
        assert_eq!(refused(1_000), Some(503), "the pieces do not fit");
        assert_eq!(admission.source_free_bytes(), BUDGET / 4);
    }

    #[test]
    fn an_allocation_that_fails_is_an_error() {
        let admission = admission();
        let pieces = Pieces::new(&admission);
        let error = pieces.allocate(u64::MAX >> 1).expect_err("no such memory");
        assert_eq!(error.verdict().status, 503);
    }

    #[test]
    fn a_chunk_that_is_everything_is_kept_unless_its_buffer_is_larger() {
        let begun = |first: &Bytes, all: u64| {
            let admission = admission();
            let mut pieces = Pieces::new(&admission);
            let permit = admission.try_source_memory(all).expect("memory");
            pieces.begin(first.clone(), permit, all).expect("memory");
            let held = pieces.join().expect("memory");
            (held.bytes.as_ptr(), held.bytes)
        };
        let own = Bytes::from(vec![1; 1000]);
        let place = own.as_ptr();
        let admission = admission();
        let mut pieces = Pieces::new(&admission);
        let permit = admission.try_source_memory(1000).expect("memory");
        pieces.begin(own, permit, 1000).expect("memory");
        let held = pieces.join().expect("memory");
        assert_eq!((held.bytes.as_ptr(), held.bytes.len()), (place, 1000));

        let part = Bytes::from(vec![1; 5000]).slice(1000..2000);
        let (copied, bytes) = begun(&part, 1000);
        assert_ne!(copied, part.as_ptr());
        assert_eq!(bytes, part);
        let (_, bytes) = begun(&part, 3000);
        assert_eq!(bytes, part, "what comes later is added");
    }

    #[tokio::test]
    async fn no_body_is_no_memory() {
        let held = Pieces::new(&admission()).join().expect("nothing");
        assert!(held.bytes.is_empty());
    }
}

//! One piece of work and the child that does it.

use std::io::{self, Read};
use std::sync::Arc;

use pixgate_codec::{Error, ErrorKind, Killed, Stop};
use pixgate_options::Format;

use crate::message::{Reply, Request, read_message, write_message};
use crate::pixels::ReadFailure;
use crate::process::Process;
use crate::shared::Shared;

/// A child at work; ended if this is dropped before the work is done.
#[derive(Debug)]
pub(crate) struct Work {
    shared: Arc<Shared>,
    process: Option<Process>,
    format: Format,
    memory_bytes: u64,
}

impl Work {
    /// Finds a child, hands the work over and waits for the first answer.
    ///
    /// A child that waited may have ended meanwhile, or end from outside while it begins; then the
    /// work goes to a new one.
    pub(crate) fn begin(
        shared: &Arc<Shared>,
        format: Format,
        request: &Request,
        source: &[u8],
        stop: &Stop,
    ) -> Result<(Self, Reply), Error> {
        let none = |error: io::Error| Error::with_source(ErrorKind::NoSandbox { format }, error);
        let mut message = Vec::new();
        write_message(&mut message, request).map_err(none)?;
        let watch = shared.watch().map_err(none)?;
        loop {
            let waiting = shared.waiting();
            let is_new = waiting.is_none();
            let process = match waiting {
                Some(process) => process,
                None => shared.start().map_err(none)?,
            };
            watch.add(&process.handle, stop);
            let mut work = Self {
                shared: Arc::clone(shared),
                process: Some(process),
                format,
                memory_bytes: request.memory_bytes,
            };
            if is_new {
                work.await_greeting()?;
            }
            match work.first_reply(&message, source) {
                Err(error) if !is_new && has_crashed(&error) => {}
                reply => return reply.map(|reply| (work, reply)),
            }
        }
    }

    /// Waits until a new child is ready; it is watched meanwhile like one that works.
    fn await_greeting(&mut self) -> Result<(), Error> {
        let Some(process) = &mut self.process else {
            return Err(ErrorKind::Internal.into());
        };
        let greeted = process.await_greeting();
        let is_stopped = process.is_stopped();
        if greeted.is_ok() || !is_stopped {
            self.shared.note_start(greeted.is_ok());
        }
        let format = self.format;
        greeted.map_err(|error| match is_stopped {
            true => ErrorKind::Stopped.into(),
            false => Error::with_source(ErrorKind::NoSandbox { format }, error),
        })
    }

    fn first_reply(&mut self, message: &[u8], source: &[u8]) -> Result<Reply, Error> {
        match self.send(message, source) {
            Ok(()) => self.reply(),
            Err(_) => Err(self.failed()),
        }
    }

    fn send(&mut self, message: &[u8], source: &[u8]) -> io::Result<()> {
        let process = self.process.as_mut();
        let process = process.ok_or(io::ErrorKind::BrokenPipe)?;
        process.send(message, source)
    }

    /// The next answer.
    pub(crate) fn reply(&mut self) -> Result<Reply, Error> {
        match read_message(self) {
            Ok(Some(Reply::Failed(failure))) => {
                self.release();
                Err(failure.into())
            }
            Ok(Some(reply)) => Ok(reply),
            Ok(None) | Err(_) => Err(self.failed()),
        }
    }

    /// What was read behind an answer, or the reason why it did not come.
    pub(crate) fn read<T>(&mut self, read: Result<T, ReadFailure>) -> Result<T, Error> {
        match read {
            Ok(value) => Ok(value),
            Err(ReadFailure::NoRoom(error)) => Err(error),
            Err(ReadFailure::Pipe) => Err(self.failed()),
        }
    }

    /// Refuses a result that is larger than what the work may take.
    pub(crate) fn check_room(&self, bytes: u64) -> Result<(), Error> {
        let limit = self.memory_bytes;
        if bytes > limit {
            return Err(ErrorKind::TooMuchMemory { bytes, limit }.into());
        }
        Ok(())
    }

    /// The work is done; the child waits for other work.
    pub(crate) fn done<T>(&mut self, value: T) -> Result<T, Error> {
        self.release();
        Ok(value)
    }

    /// The child waits for other work.
    pub(crate) fn release(&mut self) {
        if let Some(process) = self.process.take() {
            self.forget(&process);
            self.shared.give_back(process);
        }
    }

    /// An answer that does not fit the question.
    pub(crate) fn unexpected(&mut self, _: Reply) -> Error {
        self.process.take().iter().for_each(|process| {
            self.forget(process);
            self.shared.end(process);
        });
        ErrorKind::Internal.into()
    }

    /// Ends the child, which did not answer, and says why it did not.
    fn failed(&mut self) -> Error {
        let Some(process) = self.process.take() else {
            return ErrorKind::Internal.into();
        };
        self.forget(&process);
        let reason = process.cause_of_death(self.memory_bytes);
        self.shared.lost(reason);
        let format = self.format;
        match reason {
            None => ErrorKind::Stopped.into(),
            Some(reason) => ErrorKind::Killed { format, reason }.into(),
        }
    }

    fn forget(&self, process: &Process) {
        self.shared.forget(process);
    }
}

impl Drop for Work {
    /// Nobody waits for the rest.
    fn drop(&mut self) {
        if let Some(process) = self.process.take() {
            self.forget(&process);
            process.handle.end();
            self.shared.lost(None);
        }
    }
}

impl Read for Work {
    /// What the child writes, as long as it works.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.process {
            Some(process) => process.output.read(buffer),
            None => Ok(0),
        }
    }
}

fn has_crashed(error: &Error) -> bool {
    let reason = Killed::Crash;
    matches!(error.kind(), ErrorKind::Killed { reason: found, .. } if *found == reason)
}

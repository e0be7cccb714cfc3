//! One child process, seen from its parent.

use std::ffi::OsString;
use std::io::{self, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use pixgate_codec::Killed;

use crate::message::GREETING;

/// How a child is started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// The program; itself, see [`Program::itself`].
    pub path: PathBuf,
    /// Its arguments, which make it call [`serve`](crate::serve).
    pub arguments: Vec<OsString>,
}

impl Program {
    /// The program that runs now, with other arguments.
    ///
    /// On Linux this is the very file that was started, also if another one has taken its place
    /// since.
    ///
    /// # Errors
    ///
    /// Those of [`std::env::current_exe`].
    pub fn itself(arguments: impl IntoIterator<Item = OsString>) -> io::Result<Self> {
        let same = PathBuf::from("/proc/self/exe");
        let path = match cfg!(target_os = "linux") && same.exists() {
            true => same,
            false => std::env::current_exe()?,
        };
        let arguments = arguments.into_iter().collect();
        Ok(Self { path, arguments })
    }
}

/// A child with its pipes.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) handle: Arc<Handle>,
    pub(crate) input: ChildStdin,
    pub(crate) output: BufReader<ChildStdout>,
    complaints: ChildStderr,
}

/// What several threads need of a child: to end it.
#[derive(Debug)]
pub(crate) struct Handle {
    child: Mutex<Child>,
    is_stopped: AtomicBool,
}

impl Process {
    /// Starts a child, which may be given work once it [greets](Self::await_greeting).
    pub(crate) fn start(program: &Program) -> io::Result<Self> {
        let mut child = Command::new(&program.path)
            .args(&program.arguments)
            .env_clear()
            // Memory goes back at once, and no addresses are kept for threads: both would count.
            .env("_RJEM_MALLOC_CONF", JEMALLOC)
            .env("MALLOC_ARENA_MAX", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?;
        let pipes = (child.stdin.take(), child.stdout.take(), child.stderr.take());
        let handle = Arc::new(Handle {
            child: Mutex::new(child),
            is_stopped: AtomicBool::new(false),
        });
        let (Some(input), Some(output), Some(complaints)) = pipes else {
            handle.end();
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        Ok(Self {
            handle,
            input,
            output: BufReader::with_capacity(OUTPUT_BYTES, output),
            complaints,
        })
    }

    /// Waits until the child is ready.
    pub(crate) fn await_greeting(&mut self) -> io::Result<()> {
        let mut greeting = [0; GREETING.len()];
        self.output.read_exact(&mut greeting)?;
        if greeting != GREETING {
            let what = "the program does not work as a sandbox";
            return Err(io::Error::new(io::ErrorKind::InvalidData, what));
        }
        Ok(())
    }

    /// Whether [`Handle::stop`] ended the child.
    pub(crate) fn is_stopped(&self) -> bool {
        self.handle.is_stopped.load(Ordering::Acquire)
    }

    /// Hands a request and a source over.
    pub(crate) fn send(&mut self, request: &[u8], source: &[u8]) -> io::Result<()> {
        self.input.write_all(request)?;
        self.input.write_all(source)?;
        self.input.flush()
    }

    /// Ends the child, if it has not ended, and says why it did; none if it was stopped.
    pub(crate) fn cause_of_death(mut self, memory_bytes: u64) -> Option<Killed> {
        // The reason why its pipe closed, if it did that by itself; it is closed a moment before.
        let status = self.handle.ended_by_itself();
        self.handle.end();
        if self.is_stopped() {
            return None;
        }
        let mut complaints = Vec::new();
        let mut part = (&mut self.complaints).take(COMPLAINT_BYTES);
        drop(part.read_to_end(&mut complaints));
        let complaints = String::from_utf8_lossy(&complaints);
        Some(cause(status, &complaints, memory_bytes))
    }
}

fn cause(status: Option<ExitStatus>, complaints: &str, memory_bytes: u64) -> Killed {
    if complaints.contains("overflowed its stack") {
        Killed::Stack
    } else if complaints.contains("memory allocation") {
        let limit = memory_bytes;
        Killed::Memory { limit }
    } else if status.is_some_and(is_out_of_time) {
        Killed::CpuTime
    } else {
        Killed::Crash
    }
}

#[cfg(unix)]
fn is_out_of_time(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt;
    status.signal() == Some(SIGXCPU)
}

#[cfg(not(unix))]
fn is_out_of_time(_: ExitStatus) -> bool {
    false
}

impl Handle {
    /// Ends the child because its work is not wanted any more.
    pub(crate) fn stop(&self) {
        self.is_stopped.store(true, Ordering::Release);
        drop(self.child().kill());
    }

    /// Ends the child and lets the system forget it.
    pub(crate) fn end(&self) {
        let mut child = self.child();
        drop(child.kill());
        drop(child.wait());
    }

    /// How the child ended, if it does within a moment.
    fn ended_by_itself(&self) -> Option<ExitStatus> {
        for _ in 0..MOMENTS {
            if let Ok(Some(status)) = self.child().try_wait() {
                return Some(status);
            }
            std::thread::sleep(MOMENT);
        }
        None
    }

    fn child(&self) -> MutexGuard<'_, Child> {
        self.child.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Configuration of jemalloc, if the program uses it.
const JEMALLOC: &str =
    "narenas:1,dirty_decay_ms:0,muzzy_decay_ms:0,background_thread:false,retain:false";
const OUTPUT_BYTES: usize = 64 << 10;
/// Enough for the first lines, in which the reason stands.
const COMPLAINT_BYTES: u64 = 4 << 10;
/// How long a process that closed its pipes may take to end.
const MOMENT: std::time::Duration = std::time::Duration::from_millis(1);
const MOMENTS: u32 = 50;
#[cfg(unix)]
const SIGXCPU: i32 = 24;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_child_complained_of_says_why_it_ended() {
        let cases = [
            (
                "\nthread 'sandbox' (7) has overflowed its stack\nfatal runtime error",
                Killed::Stack,
            ),
            (
                "memory allocation of 1234 bytes failed",
                Killed::Memory { limit: 9 },
            ),
            ("", Killed::Crash),
        ];
        for (complaints, expected) in cases {
            assert_eq!(cause(None, complaints, 9), expected);
        }
    }

    #[test]
    fn a_program_that_is_no_sandbox_is_found_out() {
        let program = Program {
            path: PathBuf::from("no/such/program"),
            arguments: Vec::new(),
        };
        assert!(Process::start(&program).is_err());
    }
}

//! A part of a core, simulated: a process that is stopped for the rest of every period, as the quota of a
//! control group does it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use crate::process::Process;

/// Lets a process run for a part of the time, until dropped.
pub(crate) struct Quota {
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Quota {
    pub(crate) fn start(process: Process, part: f64) -> Self {
        let ends = Arc::<AtomicBool>::default();
        let seen = Arc::clone(&ends);
        let thread = std::thread::spawn(move || {
            while !seen.load(Ordering::Relaxed) {
                std::thread::sleep(PERIOD.mul_f64(part));
                signal(process, Signal::STOP);
                std::thread::sleep(PERIOD.mul_f64(1.0 - part));
                signal(process, Signal::CONT);
            }
        });
        Self {
            ends,
            thread: Some(thread),
        }
    }
}

impl Drop for Quota {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

fn signal(process: Process, signal: Signal) {
    for one in process.family() {
        let id = Pid::from_raw(one.0 as i32).unwrap();
        // One of them may have ended.
        let _ = kill_process(id, signal);
    }
}

/// As control groups have it unless told otherwise.
const PERIOD: Duration = Duration::from_millis(100);

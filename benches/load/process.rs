//! What the system tells about a server's process.

use std::fs;
use std::time::Duration;

/// A process and its children, such as the server behind a shell script.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process(pub(crate) u32);

impl Process {
    /// User and system time so far.
    pub(crate) fn cpu(self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0)).unwrap();
        let (_, fields) = stat.rsplit_once(')').unwrap();
        let ticks: u64 = fields
            .split_ascii_whitespace()
            .skip(11)
            .take(2)
            .map(|ticks| ticks.parse::<u64>().unwrap())
            .sum();
        Duration::from_millis(ticks * 10)
    }

    /// Memory in MiB: now, and the most it ever was.
    pub(crate) fn memory(self) -> (f64, f64) {
        (
            self.status("VmRSS:") / 1024.0,
            self.status("VmHWM:") / 1024.0,
        )
    }

    pub(crate) fn threads(self) -> usize {
        self.status("Threads:") as usize
    }

    pub(crate) fn descriptors(self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.0))
            .unwrap()
            .count()
    }

    /// Forgets the most memory that was ever used.
    pub(crate) fn reset_peak(self) {
        // Only the owner may; the figure is then since the start.
        let _ = fs::write(format!("/proc/{}/clear_refs", self.0), "5");
    }

    fn status(self, name: &str) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0)).unwrap();
        let line = status.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_ascii_whitespace()
            .nth(1)
            .unwrap()
            .parse()
            .unwrap()
    }
}

//! What the system tells about a server's process and its children.

use std::fs;
use std::time::Duration;

/// A process; its children count with it, such as those that read drawings.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Process(pub(crate) u32);

/// Fields of `/proc/PID/stat` behind the name.
struct Stat {
    parent: u32,
    /// User and system time of it and of children that have ended, in hundredths of a second.
    ticks: u64,
}

impl Process {
    /// User and system time so far, with that of children.
    pub(crate) fn cpu(self) -> Duration {
        let ticks: u64 = self
            .family()
            .iter()
            .filter_map(|one| one.stat())
            .map(|stat| stat.ticks)
            .sum();
        Duration::from_millis(ticks * 10)
    }

    /// Memory in MiB: now, and the most it ever was; each of children added.
    pub(crate) fn memory(self) -> (f64, f64) {
        let family = self.family();
        let sum = |name| {
            family
                .iter()
                .filter_map(|one| one.status(name))
                .sum::<f64>()
                / 1024.0
        };
        (sum("VmRSS:"), sum("VmHWM:"))
    }

    pub(crate) fn threads(self) -> usize {
        self.status("Threads:").unwrap() as usize
    }

    pub(crate) fn descriptors(self) -> usize {
        fs::read_dir(format!("/proc/{}/fd", self.0))
            .unwrap()
            .count()
    }

    /// Forgets the most memory that was ever used.
    pub(crate) fn reset_peak(self) {
        for one in self.family() {
            // Only the owner may; the figure is then since the start.
            let _ = fs::write(format!("/proc/{}/clear_refs", one.0), "5");
        }
    }

    /// The process, its children, and theirs.
    pub(crate) fn family(self) -> Vec<Self> {
        let all: Vec<_> = fs::read_dir("/proc")
            .unwrap()
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(|id| Some((Self(id), Self(id).stat()?.parent)))
            .collect();
        let mut family = vec![self];
        let mut next = 0;
        while let Some(Self(parent)) = family.get(next).copied() {
            family.extend(
                all.iter()
                    .filter(|(_, of)| *of == parent)
                    .map(|(child, _)| *child),
            );
            next += 1;
        }
        family
    }

    fn stat(self) -> Option<Stat> {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.0)).ok()?;
        let (_, fields) = stat.rsplit_once(')')?;
        let fields: Vec<_> = fields.split_ascii_whitespace().collect();
        let ticks = fields
            .get(11..15)?
            .iter()
            .filter_map(|ticks| ticks.parse::<u64>().ok());
        Some(Stat {
            parent: fields.get(1)?.parse().ok()?,
            ticks: ticks.sum(),
        })
    }

    fn status(self, name: &str) -> Option<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.0)).ok()?;
        let line = status.lines().find(|line| line.starts_with(name))?;
        line.split_ascii_whitespace().nth(1)?.parse().ok()
    }
}

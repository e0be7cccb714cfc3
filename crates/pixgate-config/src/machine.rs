//! What the machine, or the container around us, has to offer.

mod cpus;
mod groups;

use std::fs;
use std::path::Path;

use groups::Controller;

/// CPUs that may be used, by affinity and by the quotas of the control groups around this process.
pub(super) fn cpus() -> usize {
    let (root, groups) = (Path::new(ROOT), own_groups());
    let quota = cpus::quota(root, &groups);
    let usable = cpus::affinity().unwrap_or_else(|| {
        // It rounds quotas down, so it is the second choice.
        std::thread::available_parallelism().map_or(1, usize::from)
    });
    quota.map_or(usable, |quota| usable.min(quota)).max(1)
}

/// Half of the memory at hand, at most 2 GiB.
pub(super) fn memory_budget_bytes() -> u64 {
    let total = [total_bytes(), container_bytes()]
        .into_iter()
        .flatten()
        .min();
    (total.unwrap_or(MAX_BUDGET_BYTES) / 2).clamp(MIN_BUDGET_BYTES, MAX_BUDGET_BYTES)
}

fn total_bytes() -> Option<u64> {
    let text = fs::read_to_string("/proc/meminfo").ok()?;
    let line = text.lines().find(|line| line.starts_with("MemTotal:"))?;
    let kib: u64 = line.split_ascii_whitespace().nth(1)?.parse().ok()?;
    kib.checked_mul(1024)
}

/// The least limit of the control groups around this process, version 2 or 1.
fn container_bytes() -> Option<u64> {
    let groups = MEMORY.folders(Path::new(ROOT), &own_groups());
    let limits = groups.into_iter().filter_map(|(version, folder)| {
        // A group without a limit says `max`, or has no such file.
        let file = folder.join(version.of("memory.limit_in_bytes", "memory.max"));
        fs::read_to_string(file).ok()?.trim().parse().ok()
    });
    limits.min()
}

fn own_groups() -> String {
    fs::read_to_string("/proc/self/cgroup").unwrap_or_default()
}

const MEMORY: Controller = Controller("memory");
/// Where control groups are.
const ROOT: &str = "/sys/fs/cgroup";
const MIN_BUDGET_BYTES: u64 = 64 << 20;
const MAX_BUDGET_BYTES: u64 = 2 << 30;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_always_something() {
        assert!(cpus() >= 1);
        assert!((MIN_BUDGET_BYTES..=MAX_BUDGET_BYTES).contains(&memory_budget_bytes()));
    }
}

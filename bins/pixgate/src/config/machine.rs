//! What the machine, or the container around us, has to offer.

use std::fs;

/// CPUs that may be used, by affinity and container quota.
pub(super) fn cpus() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
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

/// The limit of the control group, version 2 then 1.
fn container_bytes() -> Option<u64> {
    let read = |path| fs::read_to_string(path).ok()?.trim().parse().ok();
    read("/sys/fs/cgroup/memory.max")
        .or_else(|| read("/sys/fs/cgroup/memory/memory.limit_in_bytes"))
}

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

//! What the machine, or the container around us, has to offer.

use std::fs;
use std::path::{Path, PathBuf};

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

/// The least limit of the control groups around this process, version 2 or 1.
fn container_bytes() -> Option<u64> {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let limits = limit_files(&groups).into_iter().filter_map(|file| {
        // A group without a limit says `max`, or has no such file.
        fs::read_to_string(file).ok()?.trim().parse().ok()
    });
    limits.min()
}

/// Where limits may be, by what `/proc/self/cgroup` says: a process's own group and all that it is in.
///
/// In a container these paths can be the host's, which do not exist inside; the root is the
/// container's own then.
fn limit_files(groups: &str) -> Vec<PathBuf> {
    let own = groups.lines().filter_map(|line| {
        let (_, rest) = line.split_once(':')?;
        let (controllers, path) = rest.split_once(':')?;
        let path = path.trim_start_matches('/');
        match controllers {
            "" => Some((VERSION_2, path)),
            _ if controllers.split(',').any(|name| name == "memory") => Some((VERSION_1, path)),
            _ => None,
        }
    });
    let roots = [(VERSION_2, ""), (VERSION_1, "")];
    let groups = own.chain(roots).flat_map(|((root, file), path)| {
        let above = Path::new(path).ancestors();
        above.map(move |group| Path::new(root).join(group).join(file))
    });
    groups.collect()
}

/// Where the groups are, and the file with the limit of one.
const VERSION_2: (&str, &str) = ("/sys/fs/cgroup", "memory.max");
const VERSION_1: (&str, &str) = ("/sys/fs/cgroup/memory", "memory.limit_in_bytes");
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

    #[test]
    fn limits_are_looked_for_in_every_group_around_the_process() {
        let files = limit_files("0::/system.slice/pixgate.service\n");
        let service = "/sys/fs/cgroup/system.slice/pixgate.service/memory.max";
        for file in [
            service,
            "/sys/fs/cgroup/system.slice/memory.max",
            "/sys/fs/cgroup/memory.max",
            "/sys/fs/cgroup/memory/memory.limit_in_bytes",
        ] {
            assert!(files.contains(&PathBuf::from(file)), "{file}: {files:?}");
        }
        let files = limit_files("4:memory,x:/a\n3:cpu:/b\n\nnonsense\n0::/\n");
        assert!(files.contains(&"/sys/fs/cgroup/memory/a/memory.limit_in_bytes".into()));
        assert!(
            files
                .iter()
                .all(|file| !file.starts_with("/sys/fs/cgroup/b"))
        );
    }
}

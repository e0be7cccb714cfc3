//! How many CPUs a process may use: how many it may run on, and for how much of the time.

use std::fs;
use std::path::Path;

use super::groups::{Controller, Version};

/// The least CPU quota of the groups around a process, rounded up: who may use one and a half CPUs has
/// work for two threads. None without a quota.
pub(super) fn quota(root: &Path, groups: &str) -> Option<usize> {
    let folders = Controller("cpu").folders(root, groups);
    let quotas = folders.into_iter().filter_map(|(version, folder)| {
        let (quota, period) = match version {
            Version::One => in_version_1(&folder),
            Version::Two => in_version_2(&folder),
        }?;
        // Without a limit the quota is -1, which is no unsigned number, or `max`.
        let (quota, period): (u64, u64) = (quota.parse().ok()?, period.parse().ok()?);
        let cpus = quota.checked_add(period.checked_sub(1)?)? / period;
        usize::try_from(cpus.max(1)).ok()
    });
    quotas.min()
}

/// `cpu.max` holds both, `150000 100000`.
fn in_version_2(folder: &Path) -> Option<(String, String)> {
    let text = fs::read_to_string(folder.join("cpu.max")).ok()?;
    let (quota, period) = text.trim().split_once(' ')?;
    Some((quota.to_owned(), period.to_owned()))
}

fn in_version_1(folder: &Path) -> Option<(String, String)> {
    let number = |name| {
        let text = fs::read_to_string(folder.join(name)).ok()?;
        Some(text.trim().to_owned())
    };
    Some((number("cpu.cfs_quota_us")?, number("cpu.cfs_period_us")?))
}

/// On how many CPUs this process may run; none where the system does not say.
#[cfg(target_os = "linux")]
pub(super) fn affinity() -> Option<usize> {
    let cpus = rustix::thread::sched_getaffinity(None).ok()?;
    usize::try_from(cpus.count()).ok()
}

/// On how many CPUs this process may run; none where the system does not say.
#[cfg(not(target_os = "linux"))]
pub(super) fn affinity() -> Option<usize> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The quota that these files below the root of control groups give.
    fn with(files: &[(&str, &str)], groups: &str) -> Option<usize> {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let file = root.path().join(path);
            fs::create_dir_all(file.parent().unwrap()).unwrap();
            fs::write(file, text).unwrap();
        }
        quota(root.path(), groups)
    }

    #[test]
    fn quotas_of_version_2_are_rounded_up() {
        for (text, cpus) in [
            ("max 100000\n", None),
            ("50000 100000\n", Some(1)),
            ("100000 100000\n", Some(1)),
            ("150000 100000\n", Some(2)),
            ("200000 100000\n", Some(2)),
            ("200001 100000\n", Some(3)),
            ("1000 0\n", None),
            ("nonsense\n", None),
            ("", None),
        ] {
            assert_eq!(with(&[("cpu.max", text)], "0::/\n"), cpus, "{text}");
            let nested = with(&[("a/cpu.max", text)], "0::/a/b\n");
            assert_eq!(nested, cpus, "{text}");
        }
        let both = [
            ("a/cpu.max", "300000 100000"),
            ("a/b/cpu.max", "120000 100000"),
        ];
        assert_eq!(with(&both, "0::/a/b\n"), Some(2), "the least counts");
    }

    #[test]
    fn quotas_of_version_1_are_in_two_files() {
        let quota = |quota, period| {
            let files = [
                ("cpu/docker/x/cpu.cfs_quota_us", quota),
                ("cpu/docker/x/cpu.cfs_period_us", period),
            ];
            with(&files, "5:cpuacct,cpu:/docker/x\n4:memory:/y\n")
        };
        assert_eq!(quota("-1\n", "100000\n"), None);
        assert_eq!(quota("25000\n", "100000\n"), Some(1));
        assert_eq!(quota("250000\n", "100000\n"), Some(3));
        // The paths of the host do not exist in a container.
        let inside = [
            ("cpu/cpu.cfs_quota_us", "110000"),
            ("cpu/cpu.cfs_period_us", "100000"),
        ];
        assert_eq!(with(&inside, "5:cpu:/docker/x\n"), Some(2));
    }

    #[test]
    fn the_affinity_is_never_nothing() {
        assert_ne!(affinity(), Some(0));
    }
}

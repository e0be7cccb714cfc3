//! Where the limits of control groups are, by what `/proc/self/cgroup` says.

use std::path::{Path, PathBuf};

/// A controller of control groups, such as `memory`.
#[derive(Debug, Clone, Copy)]
pub(super) struct Controller(pub(super) &'static str);

/// The two ways in which control groups are laid out; names of files differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// A hierarchy for each controller.
    One,
    /// One hierarchy for all.
    Two,
}

impl Version {
    /// What something is called in this version.
    pub(super) fn of(self, one: &'static str, two: &'static str) -> &'static str {
        match self {
            Self::One => one,
            Self::Two => two,
        }
    }
}

impl Controller {
    /// The folders of a process's own group and of all that it is in, below the root of control groups.
    ///
    /// In a container the paths can be the host's, which do not exist inside; the root is the
    /// container's own then.
    pub(super) fn folders(self, root: &Path, groups: &str) -> Vec<(Version, PathBuf)> {
        let own = groups.lines().filter_map(|line| self.path(line));
        let roots = [(Version::Two, ""), (Version::One, "")];
        let folders = own.chain(roots).flat_map(|(version, path)| {
            let base = root.join(version.of(self.0, ""));
            let above = Path::new(path).ancestors();
            above.map(move |group| (version, base.join(group)))
        });
        folders.collect()
    }

    /// The path in a line `4:cpu,cpuacct:/a` or `0::/a`, if it is about this controller.
    fn path(self, line: &str) -> Option<(Version, &str)> {
        let (_, rest) = line.split_once(':')?;
        let (controllers, path) = rest.split_once(':')?;
        let path = path.trim_start_matches('/');
        match controllers {
            "" => Some((Version::Two, path)),
            _ if controllers.split(',').any(|name| name == self.0) => Some((Version::One, path)),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MEMORY: Controller = Controller("memory");

    fn folders(groups: &str) -> Vec<PathBuf> {
        let all = MEMORY.folders(Path::new("/sys/fs/cgroup"), groups);
        all.into_iter().map(|(_, folder)| folder).collect()
    }

    #[test]
    fn limits_are_looked_for_in_every_group_around_the_process() {
        let found = folders("0::/system.slice/pixgate.service\n");
        for folder in [
            "/sys/fs/cgroup/system.slice/pixgate.service",
            "/sys/fs/cgroup/system.slice",
            "/sys/fs/cgroup",
            "/sys/fs/cgroup/memory",
        ] {
            assert!(
                found.contains(&PathBuf::from(folder)),
                "{folder}: {found:?}"
            );
        }
        let found = folders("4:memory,x:/a\n3:cpu:/b\n\nnonsense\n0::/\n");
        assert!(found.contains(&"/sys/fs/cgroup/memory/a".into()));
        assert!(found.iter().all(|folder| !folder.ends_with("b")));
    }
}

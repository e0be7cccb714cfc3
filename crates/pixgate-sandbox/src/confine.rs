//! What the operating system keeps the child from. On Linux: files, programs, sockets, memory and
//! processor time; elsewhere the parent's watch is all there is.

#[cfg(target_os = "linux")]
pub(crate) use linux::Confined;
#[cfg(not(target_os = "linux"))]
pub(crate) use other::Confined;

#[cfg(target_os = "linux")]
mod linux {
    use landlock::{ABI, Access, AccessFs, AccessNet, Ruleset, RulesetAttr};
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    use rustix::time::{ClockId, clock_gettime};

    use crate::syscalls;

    /// A process without rights, and what it took before it had work.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Confined {
        size_bytes: u64,
        data_bytes: u64,
    }

    impl Confined {
        /// Gives up all rights of this process that its kernel lets go of.
        ///
        /// Kernels without Landlock or seccomp keep the rest: limits of memory and time hold with
        /// every kernel.
        pub(crate) fn new() -> Self {
            let before = taken().unwrap_or(Self {
                size_bytes: UNKNOWN_BYTES,
                data_bytes: UNKNOWN_BYTES,
            });
            set(Resource::Core, 0);
            // Kernels that refuse one of these keep the others.
            let _ = rustix::thread::set_no_new_privs(true);
            drop(without_files());
            drop(syscalls::without_most());
            before
        }

        /// Lets the process take so much more memory and processor time than until now.
        pub(crate) fn allow(self, memory_bytes: u64, cpu_seconds: u64) {
            let spare = (memory_bytes / 8).saturating_add(SLACK_BYTES);
            let room = memory_bytes.saturating_add(spare);
            set(Resource::As, self.size_bytes.saturating_add(room));
            set(Resource::Data, self.data_bytes.saturating_add(room));
            let used = clock_gettime(ClockId::ProcessCPUTime).tv_sec;
            let used = u64::try_from(used).unwrap_or_default();
            set(Resource::Cpu, used.saturating_add(cpu_seconds.max(1)));
        }
    }

    /// Sets a limit that can be set anew later.
    fn set(resource: Resource, limit: u64) {
        let maximum = getrlimit(resource).maximum;
        let current = Some(maximum.map_or(limit, |maximum| limit.min(maximum)));
        // An operator's own limit that is lower stays.
        let _ = setrlimit(resource, Rlimit { current, maximum });
    }

    /// Bytes of addresses, and of private memory, as `proc_pid_statm(5)` tells them.
    fn taken() -> Option<Confined> {
        let text = std::fs::read_to_string("/proc/self/statm").ok()?;
        let mut pages = text.split_ascii_whitespace().map(str::parse::<u64>);
        let page_bytes = rustix::param::page_size() as u64;
        let size = pages.next()?.ok()?;
        let data = pages.nth(4)?.ok()?;
        Some(Confined {
            size_bytes: size.saturating_mul(page_bytes),
            data_bytes: data.saturating_mul(page_bytes),
        })
    }

    /// No file can be opened and no port be bound or connected to any more (Landlock).
    fn without_files() -> Result<(), landlock::RulesetError> {
        Ruleset::default()
            .handle_access(AccessFs::from_all(ABI::V5))?
            .handle_access(AccessNet::from_all(ABI::V5))?
            .create()?
            .restrict_self()?;
        Ok(())
    }

    /// Limits count addresses, and allocators take more of them than they use: sizes and places are
    /// rounded up.
    const SLACK_BYTES: u64 = 8 << 20;
    /// A process of this program takes less, stacks included.
    const UNKNOWN_BYTES: u64 = 256 << 20;
}

#[cfg(not(target_os = "linux"))]
mod other {
    /// A process that its parent watches.
    #[derive(Debug, Clone, Copy)]
    pub(crate) struct Confined;

    impl Confined {
        pub(crate) const fn new() -> Self {
            Self
        }

        #[expect(clippy::unused_self, reason = "the same as with limits")]
        pub(crate) const fn allow(self, _: u64, _: u64) {}
    }
}

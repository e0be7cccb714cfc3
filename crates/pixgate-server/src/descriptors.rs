//! Open files, of which a process may have so many: who may use how many of them.
//!
//! Without bounds of its own a server finds out that it has none left in the middle of something:
//! a client cannot be accepted, a source cannot be opened, a log cannot be written.

use pixgate_config::Settings;
#[cfg(unix)]
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// How many descriptors each use of them may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bounds {
    /// Connected clients, and requests of HTTP/2 beyond one for each.
    pub(super) clients: usize,
    /// Clients that are accepted and wait for a place.
    pub(super) waiting: usize,
    /// Sources being read at a time, over sockets or from files.
    pub(super) downloads: usize,
    /// What it takes for as many clients as are wanted, if that is more than there is.
    missing: Option<u64>,
}

impl Bounds {
    /// Asks the system for as much as it gives, shares it out, and warns if it is too little.
    pub(super) fn claim(settings: &Settings) -> Self {
        let limit = raised();
        let max_clients = settings.server.max_clients;
        let bounds = Self::share(limit, max_clients);
        if let Some(needed) = bounds.missing {
            tracing::warn!(
                "The limit of open files is {limit}, too low for IMGPROXY_MAX_CLIENTS={max_clients}: \
                 {} clients and {} downloads at a time until it is {needed} \
                 (`ulimit -n {needed}`, LimitNOFILE={needed})",
                bounds.clients,
                bounds.downloads,
            );
        }
        bounds
    }

    /// For so many clients that use none.
    pub(super) const fn of_clients(clients: usize) -> Self {
        Self {
            clients,
            waiting: 0,
            downloads: 0,
            missing: None,
        }
    }

    /// Downloads at a time, of which each has buffers before its first byte: an eighth of the memory
    /// budget is enough for those of all.
    pub(super) fn downloads_within(&self, memory_bytes: u64) -> usize {
        let fitting = memory_bytes / 8 / DOWNLOAD_BYTES;
        self.downloads
            .min(usize::try_from(fitting).unwrap_or(usize::MAX).max(1))
    }

    /// Whether there are too few to keep any that are not in use.
    pub(super) fn is_tight(&self) -> bool {
        self.missing.is_some()
    }

    /// Half for clients, half for downloads, after what the process itself needs; as many clients
    /// as are wanted (0 for any number), if there are enough.
    fn share(limit: u64, max_clients: usize) -> Self {
        let limit = usize::try_from(limit)
            .unwrap_or(usize::MAX >> 4)
            .min(usize::MAX >> 4);
        let own = OWN.min(limit / 2);
        let room = limit - own;
        let waiting = WAITING.min(room / 8);
        let half = ((room - waiting) / 2).max(1);
        let clients = match max_clients {
            0 => half,
            wanted => wanted.min(half),
        };
        let needed = (max_clients as u64).saturating_mul(2);
        let needed = needed.saturating_add((OWN + WAITING) as u64);
        Self {
            clients,
            waiting,
            downloads: (room - waiting).saturating_sub(clients).max(1),
            missing: (max_clients > clients).then_some(needed),
        }
    }
}

/// Other systems have no limit that a process runs into.
#[cfg(not(unix))]
const fn raised() -> u64 {
    MANY
}

/// The limit, after raising it as far as this process may.
#[cfg(unix)]
fn raised() -> u64 {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.unwrap_or(MANY).min(MANY);
    let Some(current) = current else {
        return u64::MAX;
    };
    if current >= wanted {
        return current;
    }
    let raised = Rlimit {
        current: Some(wanted),
        maximum,
    };
    match setrlimit(Resource::Nofile, raised) {
        Ok(()) => wanted,
        Err(error) => {
            tracing::debug!("the limit of open files stays {current}: {error}");
            current
        }
    }
}

/// Enough for any number of clients; some systems have no number for "any".
const MANY: u64 = 1 << 20;
/// Listeners, event queues, pipes, fonts, look-ups, exports.
const OWN: usize = 128;
const WAITING: usize = 64;
/// What a download holds in buffers while its origin is silent.
const DOWNLOAD_BYTES: u64 = 32 << 10;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_enough_for_the_defaults() {
        let bounds = Bounds::share(MANY, 2_048);
        assert_eq!((bounds.clients, bounds.missing), (2_048, None));
        assert!(bounds.downloads > 2_048);
        assert_eq!(Bounds::share(u64::MAX, 2_048).clients, 2_048);
    }

    #[test]
    fn the_number_to_raise_is_enough() {
        for clients in [1, 9, 100, 2_048, 100_000] {
            let needed = Bounds::share(1_000, clients).missing;
            let needed = needed.unwrap_or(1_000);
            assert_eq!(Bounds::share(needed, clients).clients, clients);
        }
        assert_eq!(Bounds::share(1_024, 2_048).missing, Some(4_288));
    }

    #[test]
    fn downloads_fit_the_memory_as_well() {
        let bounds = Bounds::share(MANY, 2_048);
        assert_eq!(bounds.downloads_within(128 << 20), 512);
        assert_eq!(bounds.downloads_within(0), 1);
        assert_eq!(bounds.downloads_within(u64::MAX), bounds.downloads);
    }

    #[test]
    fn all_uses_together_stay_below_the_limit() {
        for limit in (0..5_000).chain([65_536, MANY]) {
            for clients in [0, 1, 9, 2_048] {
                let bounds = Bounds::share(limit, clients);
                assert!(bounds.clients > 0 && bounds.downloads > 0);
                let all = bounds.clients + bounds.waiting + bounds.downloads;
                assert!(all as u64 <= limit.max(2), "{limit} {clients} {bounds:?}");
                if limit > 64 {
                    assert!(all as u64 + 32 <= limit, "{limit} {clients} {bounds:?}");
                }
            }
        }
    }
}

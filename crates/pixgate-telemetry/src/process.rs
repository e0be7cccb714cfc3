//! What the operating system says about this process, where it has `/proc`.

use std::fs;

use crate::family::{Family, Kind, Sample};

/// The usual `process_*` metrics, as far as they can be read, and the threads.
pub(crate) fn families() -> Vec<Family> {
    let status = read("/proc/self/status");
    let mut families = vec![build_info()];
    let mut gauge = |name, help, value: Option<u64>| {
        families.extend(value.map(|value| Family::gauge(name, help, value).own()));
    };
    gauge(
        "process_resident_memory_bytes",
        "Resident memory size in bytes.",
        kib(&status, "VmRSS:"),
    );
    gauge(
        "process_virtual_memory_bytes",
        "Virtual memory size in bytes.",
        kib(&status, "VmSize:"),
    );
    gauge(
        "process_open_fds",
        "Number of open file descriptors.",
        fs::read_dir("/proc/self/fd")
            .ok()
            .map(|entries| entries.count() as u64),
    );
    gauge(
        "process_max_fds",
        "Maximum number of open file descriptors.",
        limit("Max open files"),
    );
    gauge(
        "pixgate_threads",
        "Threads of this process.",
        field(&status, "Threads:"),
    );
    families.extend(times());
    families
}

/// Resident memory of this process, if that can be read.
#[must_use]
pub fn resident_bytes() -> Option<u64> {
    kib(&read("/proc/self/status"), "VmRSS:")
}

fn build_info() -> Family {
    let version = env!("CARGO_PKG_VERSION").to_owned();
    let mut family = Family::gauge("pixgate_build_info", "The version, as a label.", 1).own();
    for sample in &mut family.samples {
        sample.label = Some(("version", version.clone()));
    }
    family
}

fn read(path: &str) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

fn field(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_ascii_whitespace().nth(1)?.parse().ok()
}

fn kib(status: &str, name: &str) -> Option<u64> {
    field(status, name)?.checked_mul(1024)
}

fn limit(name: &str) -> Option<u64> {
    let limits = read("/proc/self/limits");
    let line = limits.lines().find(|line| line.starts_with(name))?;
    let rest = line.strip_prefix(name)?;
    rest.split_ascii_whitespace().next()?.parse().ok()
}

/// Time on the processor and the start, from fields 14, 15 and 22 of proc(5)'s `stat`.
fn times() -> Vec<Family> {
    let stat = read("/proc/self/stat");
    let Some((_, fields)) = stat.rsplit_once(')') else {
        return Vec::new();
    };
    let ticks = |index: usize| {
        fields
            .split_ascii_whitespace()
            .nth(index)?
            .parse::<u64>()
            .ok()
    };
    let mut families = Vec::new();
    if let (Some(user), Some(system)) = (ticks(11), ticks(12)) {
        families.push(Family {
            kind: Kind::Counter,
            ..seconds(
                "process_cpu_seconds_total",
                "Total user and system CPU time spent in seconds.",
                in_seconds(user + system),
            )
        });
    }
    if let (Some(start), Some(boot)) = (ticks(19), field(&read("/proc/stat"), "btime")) {
        families.push(seconds(
            "process_start_time_seconds",
            "Start time of the process since unix epoch in seconds.",
            in_seconds(boot * TICKS_PER_SECOND + start),
        ));
    }
    families
}

#[expect(
    clippy::cast_precision_loss,
    reason = "hundredths of seconds since 1970 fit 53 bits"
)]
fn in_seconds(ticks: u64) -> f64 {
    ticks as f64 / TICKS_PER_SECOND as f64
}

fn seconds(name: &'static str, help: &'static str, value: f64) -> Family {
    Family {
        samples: vec![Sample::number(None, value)],
        ..Family::gauge(name, help, 0).own()
    }
}

/// `USER_HZ`, which is 100 on every architecture that Linux runs pixgate on.
const TICKS_PER_SECOND: u64 = 100;

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn the_usual_metrics_of_a_process_are_there() {
        let names: Vec<_> = families().iter().map(|family| family.name).collect();
        for name in [
            "process_resident_memory_bytes",
            "process_virtual_memory_bytes",
            "process_open_fds",
            "process_max_fds",
            "process_cpu_seconds_total",
            "process_start_time_seconds",
            "pixgate_threads",
        ] {
            assert!(names.contains(&name), "{name} is not in {names:?}");
        }
    }
}

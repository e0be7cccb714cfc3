//! The wall clock, read in this one place.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

/// The time of day.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "log lines and spans carry the time of day; the server hands it to the libraries"
)]
pub fn system_time() -> SystemTime {
    SystemTime::now()
}

/// Seconds since 1970, UTC.
#[must_use]
pub fn now() -> i64 {
    i64::try_from(since_1970().as_secs()).unwrap_or(i64::MAX)
}

/// Nanoseconds since 1970, UTC.
#[must_use]
pub fn nanoseconds() -> u64 {
    u64::try_from(since_1970().as_nanos()).unwrap_or(u64::MAX)
}

fn since_1970() -> Duration {
    system_time()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default()
}

/// The time of day where this machine is.
#[must_use]
pub fn local_time() -> Zoned {
    static ZONE: LazyLock<TimeZone> = LazyLock::new(TimeZone::system);
    let now = Timestamp::try_from(system_time()).unwrap_or_default();
    now.to_zoned(ZONE.clone())
}

/// A duration for people, as Go prints it: `209.031µs`, `12.3ms`, `1.002s`, `1m2.5s`.
#[must_use]
pub fn human(duration: Duration) -> String {
    let nanoseconds = duration.as_nanos();
    match nanoseconds {
        0..1_000 => format!("{nanoseconds}ns"),
        1_000..1_000_000 => format!("{}µs", decimal(nanoseconds, 3)),
        1_000_000..1_000_000_000 => format!("{}ms", decimal(nanoseconds, 6)),
        1_000_000_000..60_000_000_000 => format!("{}s", decimal(nanoseconds, 9)),
        _ => {
            let seconds = decimal(nanoseconds % 60_000_000_000, 9);
            format!("{}m{seconds}s", duration.as_secs() / 60)
        }
    }
}

/// `number` with the point `places` from the right, without zeros at the end.
fn decimal(number: u128, places: u32) -> String {
    let unit = 10_u128.pow(places);
    let width = places as usize;
    let fraction = format!("{:0width$}", number % unit);
    match fraction.trim_end_matches('0') {
        "" => (number / unit).to_string(),
        fraction => format!("{}.{fraction}", number / unit),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_printed_as_go_does() {
        for (nanoseconds, expected) in [
            (7, "7ns"),
            (209_031, "209.031µs"),
            (465_700, "465.7µs"),
            (31_686_500, "31.6865ms"),
            (1_002_000_000, "1.002s"),
            (62_500_000_000, "1m2.5s"),
        ] {
            assert_eq!(human(Duration::from_nanos(nanoseconds)), expected);
        }
    }
}

//! The time of day, which request signatures and expiry dates need.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Now.
#[expect(
    clippy::disallowed_methods,
    reason = "signatures carry the time of day; no caller has a better one"
)]
pub(crate) fn now() -> SystemTime {
    SystemTime::now()
}

/// Seconds since 1970; zero before.
pub(crate) fn unix_seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_secs())
}

/// How long it is until a moment; zero if it has passed.
pub(crate) fn until(moment: SystemTime) -> Duration {
    moment.duration_since(now()).unwrap_or_default()
}

/// A moment as AWS signs it: `20260102T030405Z`.
pub(crate) fn compact(time: SystemTime) -> String {
    let seconds = unix_seconds(time);
    let (year, month, day) = civil(seconds / DAY);
    let second = seconds % DAY;
    let (hour, minute, second) = (second / 3600, second / 60 % 60, second % 60);
    format!("{year:04}{month:02}{day:02}T{hour:02}{minute:02}{second:02}Z")
}

/// Reads `2026-01-02T03:04:05Z`; fractions of a second are dropped, other zones refused.
pub(crate) fn parse_utc(text: &str) -> Option<SystemTime> {
    let (date, time) = text.trim().split_once('T')?;
    let time = time.strip_suffix('Z').or(time.strip_suffix("+00:00"))?;
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(time.split('.').next()?, ':')?;
    let in_range = (1970..=9999).contains(&year) && (1..=12).contains(&month);
    let has_day = in_range && (1..=days_of(year, month)).contains(&day);
    if !has_day || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let seconds = hour
        .checked_mul(3600)?
        .checked_add(minute.checked_mul(60)?)?
        .checked_add(second)?;
    let days = days(year, month, day)?;
    UNIX_EPOCH.checked_add(Duration::from_secs(
        days.checked_mul(DAY)?.checked_add(seconds)?,
    ))
}

/// Days of a month.
fn days_of(year: u64, month: u64) -> u64 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn numbers(text: &str, separator: char) -> Option<[u64; 3]> {
    let mut parts = text.split(separator);
    let mut next = || parts.next()?.parse::<u64>().ok();
    let all = [next()?, next()?, next()?];
    parts.next().is_none().then_some(all)
}

/// Days since 1970 to year, month and day (Howard Hinnant, "chrono-compatible low-level date
/// algorithms", `civil_from_days`), for days after 1970 only.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "no term leaves u64 for days of a SystemTime, and none is negative"
)]
fn civil(days: u64) -> (u64, u64, u64) {
    let shifted = days + EPOCH_SHIFT;
    let (era, of_era) = (shifted / ERA_DAYS, shifted % ERA_DAYS);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 {
        shifted_month + 3
    } else {
        shifted_month - 9
    };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    (year, month, day)
}

/// The reverse, `days_from_civil` of the same source.
#[expect(
    clippy::arithmetic_side_effects,
    reason = "the caller checked that year, month and day are those of a calendar"
)]
fn days(year: u64, month: u64, day: u64) -> Option<u64> {
    let year = year - u64::from(month <= 2);
    let (era, year_of_era) = (year / 400, year % 400);
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let of_year = (153 * shifted_month + 2) / 5 + day - 1;
    let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
    (era * ERA_DAYS + of_era).checked_sub(EPOCH_SHIFT)
}

const DAY: u64 = 86_400;
/// Days of 400 years.
const ERA_DAYS: u64 = 146_097;
/// Days from the first of March of year 0 to 1970.
const EPOCH_SHIFT: u64 = 719_468;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> SystemTime {
        let time = UNIX_EPOCH.checked_add(Duration::from_secs(seconds));
        time.unwrap()
    }

    #[test]
    fn moments_are_written_and_read() {
        for (seconds, compact_text, text) in [
            (0, "19700101T000000Z", "1970-01-01T00:00:00Z"),
            (951_782_400, "20000229T000000Z", "2000-02-29T00:00:00Z"),
            (1_440_938_160, "20150830T123600Z", "2015-08-30T12:36:00Z"),
            (4_107_542_399, "21000228T235959Z", "2100-02-28T23:59:59.5Z"),
        ] {
            assert_eq!(compact(at(seconds)), compact_text);
            assert_eq!(parse_utc(text), Some(at(seconds)), "{text}");
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for text in [
            "",
            "2026-01-01",
            "2026-01-01T00:00:00",
            "2026-13-01T00:00:00Z",
            "2026-01-01T24:00:00Z",
            "1969-01-01T00:00:00Z",
            "99999-01-01T00:00:00Z",
            "2026-01-01T00:00:00+02:00",
            "2026-01-01-01T00:00:00Z",
            "2026-02-31T00:00:00Z",
            "2100-02-29T00:00:00Z",
            "2026-04-31T00:00:00Z",
            "2026-01-01T00:00:60Z",
        ] {
            assert_eq!(parse_utc(text), None, "{text}");
        }
    }
}

//! The wall clock, read in this one place.

use std::time::SystemTime;

/// The time of day.
#[must_use]
#[expect(
    clippy::disallowed_methods,
    reason = "the binary hands the wall clock to the libraries"
)]
pub fn system_time() -> SystemTime {
    SystemTime::now()
}

/// Seconds since 1970, UTC.
#[must_use]
pub fn now() -> i64 {
    let since = system_time().duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
    })
}

/// `2006-01-02 15:04:05` with any separator between the halves, UTC.
#[must_use]
pub fn date_time(seconds: i64, separator: char) -> String {
    let (year, month, day) = civil(seconds.div_euclid(DAY));
    let of_day = seconds.rem_euclid(DAY);
    format!(
        "{year:04}-{month:02}-{day:02}{separator}{:02}:{:02}:{:02}",
        of_day / 3_600,
        of_day / 60 % 60,
        of_day % 60
    )
}

/// Year, month and day of a count of days since 1970 (Howard Hinnant's `civil_from_days`).
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 {
        from_march + 3
    } else {
        from_march - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

const DAY: i64 = 86_400;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_right_around_leap_days() {
        assert_eq!(date_time(0, ' '), "1970-01-01 00:00:00");
        assert_eq!(date_time(1_709_209_815, 'T'), "2024-02-29T12:30:15");
        assert_eq!(date_time(1_709_251_200, ' '), "2024-03-01 00:00:00");
    }
}

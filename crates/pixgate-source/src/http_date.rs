//! Dates of HTTP, as leniently as origins need it.

use std::time::SystemTime;

/// Reads a date of HTTP in any of its three forms (RFC 9110, section 5.6.7); the day of the week need
/// not be right, as it need not be for imgproxy.
///
/// # Examples
///
/// ```
/// use pixgate_source::http_date;
///
/// let right = http_date("Thu, 01 Jan 2026 00:00:00 GMT");
/// assert!(right.is_some());
/// assert_eq!(http_date("Mon, 01 Jan 2026 00:00:00 GMT"), right);
/// assert_eq!(http_date("yesterday"), None);
/// ```
#[must_use]
pub fn http_date(text: &str) -> Option<SystemTime> {
    if let Ok(date) = httpdate::parse_http_date(text) {
        return Some(date);
    }
    let end = text.find([',', ' '])?;
    let (day, rest) = text.split_at_checked(end)?;
    let is_long = day.len() > SHORT_DAY_LENGTH;
    DAYS.iter().find(|known| is_day(known, day, is_long))?;
    DAYS.iter().find_map(|known| {
        let known = if is_long { known } else { short(known) };
        httpdate::parse_http_date(&format!("{known}{rest}")).ok()
    })
}

fn is_day(known: &str, day: &str, is_long: bool) -> bool {
    day == if is_long { known } else { short(known) }
}

fn short(day: &str) -> &str {
    day.get(..SHORT_DAY_LENGTH).unwrap_or(day)
}

const SHORT_DAY_LENGTH: usize = 3;
const DAYS: [&str; 7] = [
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_the_week_may_be_wrong_and_nothing_else() {
        let right = http_date("Thu, 01 Jan 2026 00:00:00 GMT");
        assert!(right.is_some());
        for text in [
            "Mon, 01 Jan 2026 00:00:00 GMT",
            "Thursday, 01-Jan-26 00:00:00 GMT",
            "Friday, 01-Jan-26 00:00:00 GMT",
            "Thu Jan  1 00:00:00 2026",
            "Sat Jan  1 00:00:00 2026",
        ] {
            assert_eq!(http_date(text), right, "{text}");
        }
        for text in [
            "",
            "Mon",
            "Xyz, 01 Jan 2026 00:00:00 GMT",
            "Mon, 32 Jan 2026 00:00:00 GMT",
            "Mon, 01 Jan 2026 00:00:00 +0100",
            "2026-01-01T00:00:00Z",
        ] {
            assert_eq!(http_date(text), None, "{text}");
        }
    }
}

/// Whether a URL with the option `expires` is out of date.
///
/// Both are seconds since 1970-01-01 00:00 UTC. A URL is still valid in the second it expires;
/// 0 and negative values never expire.
///
/// ```
/// assert!(pixgate_sign::is_expired(1_700_000_000, 1_700_000_001));
/// assert!(!pixgate_sign::is_expired(1_700_000_000, 1_700_000_000));
/// assert!(!pixgate_sign::is_expired(0, 1_700_000_000));
/// ```
///
/// Behaviour follows imgproxy's `expires`: docs.imgproxy.net/usage/processing#expires
#[must_use]
pub const fn is_expired(expires: i64, now: i64) -> bool {
    0 < expires && expires < now
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_positive_time_in_the_past_is_expired() {
        let cases = [
            (99, 100, true),
            (100, 100, false),
            (101, 100, false),
            (1, 100, true),
            (0, 100, false),
            (-1, 100, false),
            (i64::MIN, 100, false),
            (i64::MAX, i64::MAX, false),
            (i64::MAX - 1, i64::MAX, true),
            (5, -5, false),
        ];
        for (expires, now, expired) in cases {
            assert_eq!(is_expired(expires, now), expired, "{expires} at {now}");
        }
    }
}

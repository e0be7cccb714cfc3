//! `Range` for stores that have no opinion of their own.

/// Reads `bytes=start-[end]` and fits it to an object of `size` bytes.
///
/// Returns the first and the last byte. Of a list only the first range counts, the end is
/// clamped. Suffix ranges, other units, reversed bounds and a start beyond the end give `None`,
/// which is status 416.
pub(super) fn parse(value: &str, size: u64) -> Option<(u64, u64)> {
    let first = value.trim().strip_prefix("bytes=")?.split(',').next()?;
    let (start, end) = first.split_once('-')?;
    let start = number(start)?;
    let last = size.checked_sub(1)?;
    let end = match end.trim() {
        "" => last,
        digits => number(digits)?,
    };
    (start <= end && start <= last).then_some((start, end.min(last)))
}

fn number(text: &str) -> Option<u64> {
    let digits = text.trim();
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_fitted_to_the_object() {
        for (value, size, expected) in [
            ("bytes=0-", 10, Some((0, 9))),
            ("bytes=0-0", 10, Some((0, 0))),
            ("bytes=3-5", 10, Some((3, 5))),
            ("bytes=3-50", 10, Some((3, 9))),
            ("bytes= 3 - 5 ", 10, Some((3, 5))),
            ("bytes=1-2,5-6", 10, Some((1, 2))),
            ("bytes=10-", 10, None),
            ("bytes=5-3", 10, None),
            ("bytes=-5", 10, None),
            ("bytes=-", 10, None),
            ("items=0-5", 10, None),
            ("bytes=+1-5", 10, None),
            ("bytes=0-", 0, None),
            ("bytes=0-18446744073709551616", 10, None),
            ("", 10, None),
        ] {
            assert_eq!(parse(value, size), expected, "{value:?} of {size}");
        }
    }
}

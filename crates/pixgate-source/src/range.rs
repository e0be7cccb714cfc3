//! `Range` for stores that have no opinion of their own.

use http::HeaderValue;

use crate::{Error, ErrorKind};

/// A range as it is asked for: from a byte to another byte, or to the end.
///
/// # Examples
///
/// ```
/// use pixgate_source::ByteRange;
///
/// let range = ByteRange::parse("bytes=3-50");
/// assert_eq!(range.and_then(|range| range.fit(10)), Some((3, 9)));
/// assert_eq!(ByteRange::parse("bytes=-5"), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ByteRange {
    /// The first byte.
    pub start: u64,
    /// The last byte; none for the end of the object.
    pub end: Option<u64>,
}

impl ByteRange {
    /// Reads `bytes=start-[end]`; of a list only the first range counts.
    ///
    /// Suffix ranges, other units and reversed bounds give `None`, which is status 416.
    #[must_use]
    pub fn parse(value: &str) -> Option<Self> {
        let first = value.trim().strip_prefix("bytes=")?.split(',').next()?;
        let (start, end) = first.split_once('-')?;
        let start = number(start)?;
        let end = match end.trim() {
            "" => None,
            digits => Some(number(digits)?),
        };
        end.is_none_or(|end| start <= end)
            .then_some(Self { start, end })
    }

    /// The header for services that understand more than imgproxy lets through to them.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Status`] 416 if [`ByteRange::parse`] gives none.
    pub fn without_suffix(value: &HeaderValue) -> Result<HeaderValue, Error> {
        let unsatisfiable = || Error::new(ErrorKind::Status { status: 416 });
        let range = value.to_str().ok().and_then(Self::parse);
        let Self { start, end } = range.ok_or_else(unsatisfiable)?;
        let end = end.map_or_else(String::new, |end| end.to_string());
        HeaderValue::try_from(format!("bytes={start}-{end}")).map_err(|_| unsatisfiable())
    }

    /// The first and the last byte in an object of `size` bytes; the end is clamped.
    ///
    /// `None` if the start is beyond the end, which is status 416 too.
    #[must_use]
    pub fn fit(self, size: u64) -> Option<(u64, u64)> {
        let last = size.checked_sub(1)?;
        let end = self.end.unwrap_or(last).min(last);
        (self.start <= last).then_some((self.start, end))
    }
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
    fn suffix_ranges_are_refused_and_others_simplified() {
        let range =
            |text: &'static str| ByteRange::without_suffix(&HeaderValue::from_static(text)).ok();
        assert_eq!(range("bytes=-10"), None);
        assert_eq!(range("bytes=2-5, 7-8").unwrap(), "bytes=2-5");
        assert_eq!(range("bytes=2-").unwrap(), "bytes=2-");
    }

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
            let range = ByteRange::parse(value).and_then(|range| range.fit(size));
            assert_eq!(range, expected, "{value:?} of {size}");
        }
    }
}

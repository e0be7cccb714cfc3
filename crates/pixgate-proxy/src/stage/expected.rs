//! How much work a picture is, as far as its source and the request tell.

use std::time::Duration;

use pixgate_options::Format;

/// The time that a worker is expected to take for a source of this length, to be made into a format if
/// the request says so; the source's format is that of its signature.
///
/// Known before anything is read, and a guess: only how pictures compare, and that more bytes are more
/// work, matters for the order of jobs.
pub(super) fn expected_work(
    source: Option<Format>,
    bytes: usize,
    result: Option<Format>,
) -> Duration {
    let nanos_per_byte = match source {
        Some(Format::Jpeg) => 8,
        Some(Format::Png | Format::Bmp | Format::Tiff | Format::Ico) => 12,
        Some(Format::Webp) => 120,
        Some(Format::Avif | Format::Heic | Format::Jxl) => 450,
        Some(_) => 25,
        // A drawing, or nothing.
        None => 200,
    };
    // Of half a megapixel or less, as most are.
    let millis = match result {
        Some(Format::Avif | Format::Jxl) => 30,
        Some(Format::Webp) => 10,
        _ => 0,
    };
    Duration::from_nanos((bytes as u64).saturating_mul(nanos_per_byte))
        .saturating_add(Duration::from_millis(millis))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbnail_is_less_work_than_a_mosaic() {
        let thumbnail = expected_work(Some(Format::Jpeg), 20_000, None);
        let mosaic = expected_work(Some(Format::Jpeg), 12_000_000, None);
        assert_eq!((thumbnail.as_micros(), mosaic.as_millis()), (160, 96));
        assert!(expected_work(Some(Format::Avif), 20_000, None) > thumbnail);
        let to_avif = expected_work(Some(Format::Jpeg), 20_000, Some(Format::Avif));
        assert!(to_avif > thumbnail * 100);
        assert_eq!(expected_work(None, 0, None), Duration::ZERO);
    }
}

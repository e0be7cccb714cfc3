//! How much work a picture is, as far as its source tells.

use std::time::Duration;

use pixgate_options::Format;

/// The time that a worker is expected to take for a source of this length; the format is that of its
/// signature.
///
/// Known before anything is read, and a guess: only how formats compare, and that more bytes are more
/// work, matters for the order of jobs. What is made of the source is not looked at; an AVIF
/// out of a small source takes longer than this says, and is served in its turn all the same.
pub(super) fn expected_work(format: Option<Format>, bytes: usize) -> Duration {
    let nanos_per_byte = match format {
        Some(Format::Png | Format::Bmp | Format::Tiff | Format::Ico) => 12,
        Some(Format::Webp) => 120,
        Some(Format::Avif | Format::Heic | Format::Jxl) => 450,
        Some(_) => 25,
        // A drawing, or nothing.
        None => 200,
    };
    Duration::from_nanos((bytes as u64).saturating_mul(nanos_per_byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbnail_is_less_work_than_a_mosaic() {
        let thumbnail = expected_work(Some(Format::Jpeg), 20_000);
        let mosaic = expected_work(Some(Format::Jpeg), 12_000_000);
        assert_eq!((thumbnail.as_micros(), mosaic.as_millis()), (500, 300));
        assert!(expected_work(Some(Format::Avif), 20_000) > thumbnail);
        assert_eq!(expected_work(None, 0), Duration::ZERO);
    }
}

//! What is put behind transparency.

use pixgate_options::{Format, Rgb};

/// The colour that transparency is blended onto; none if it stays.
///
/// A format without alpha gets white where nothing else is asked for.
pub(crate) fn background(asked: Option<Rgb>, format: Format) -> Option<Rgb> {
    asked.or_else(|| (!format.has_alpha()).then_some(Rgb::WHITE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_formats_without_alpha_flatten_unasked() {
        let red = Rgb::new(255, 0, 0);
        assert_eq!(background(None, Format::Png), None);
        assert_eq!(background(None, Format::Jpeg), Some(Rgb::WHITE));
        assert_eq!(background(Some(red), Format::Png), Some(red));
    }
}

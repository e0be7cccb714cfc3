//! The small picture that lies beside the main one, in place of it.

use pixgate_codec::Header;
use pixgate_options::Format;

use crate::EmbeddedThumbnails;
use crate::recipe::Recipe;

/// The header of the embedded thumbnail, if it is to be used and shows the whole picture.
pub(crate) fn wanted<'a>(recipe: &Recipe<'a>) -> Option<&'a Header> {
    let main = recipe.header;
    let is_wanted = recipe.options.global.enforce_thumbnail;
    let is_read = match recipe.settings.embedded_thumbnails {
        EmbeddedThumbnails::Heif => matches!(main.format, Format::Heic | Format::Avif),
        EmbeddedThumbnails::All => true,
    };
    let thumbnail = main.parts.thumbnail.as_deref();
    thumbnail.filter(|thumbnail| {
        is_wanted.unwrap_or(recipe.settings.enforce_thumbnail)
            && is_read
            && has_shape_of(thumbnail, main)
    })
}

/// Whether the sides are in the same ratio, but for 2 %: thumbnails that are not have black borders,
/// or are of another picture.
fn has_shape_of(thumbnail: &Header, main: &Header) -> bool {
    let ratio = |header: &Header| f64::from(header.width) / f64::from(header.height);
    (ratio(thumbnail) / ratio(main) - 1.0).abs() <= 0.02
}

#[cfg(test)]
mod tests {
    use pixgate_codec::{EncodeSettings, Limits, Metadata, Pixels, encode, probe};
    use pixgate_raster::{Channels, Image, Layout};

    use super::*;

    fn of_size(width: u32, height: u32) -> Header {
        let image = Image::zeroed(Layout::u8(width, height, Channels::Grey)).unwrap();
        let settings = EncodeSettings::new(Format::Png, 80);
        let file = encode(&Pixels::Interleaved(image), &settings, &Metadata::default());
        probe(&file.unwrap(), &Limits::default()).unwrap()
    }

    #[test]
    fn a_thumbnail_with_borders_is_none_of_the_picture() {
        let main = of_size(300, 200);
        assert!(has_shape_of(&of_size(160, 107), &main));
        assert!(!has_shape_of(&of_size(160, 120), &main));
    }
}

//! Another set of metadata around the same coded pixels.

use pixgate_options::Format;

use crate::{Metadata, formats};

/// Rewrites a file with these metadata blocks and no others; what codes the pixels is copied.
///
/// Comments, thumbnails, previews and whatever stands behind the image go as well. Chunks that say
/// how the pixels of a PNG are to be shown stay. JPEG, PNG, WebP and GIF, animations included;
/// blocks that a format has no place for are left out.
///
/// None for other formats, for files that are cut or damaged as far as can be seen without
/// decoding, for kinds of coding that browsers do not show (arithmetic and lossless JPEG), and if
/// there is no memory. Takes as much as the file and the blocks together, WebP up to
/// three times that.
///
/// # Examples
///
/// ```
/// use pixgate_codec::{EncodeSettings, Metadata, Pixels, encode, replace_metadata};
/// use pixgate_options::Format;
/// use pixgate_raster::{Channels, Image, Layout};
///
/// let image = Pixels::Interleaved(Image::zeroed(Layout::u8(8, 8, Channels::Rgb))?);
/// let (settings, none) = (EncodeSettings::new(Format::Jpeg, 80), Metadata::default());
/// let mut metadata = Metadata::default();
/// metadata.exif = Some(b"II*\0\x08\0\0\0\0\0\0\0\0\0".to_vec());
/// let file = encode(&image, &settings, &metadata)?;
/// let stripped = replace_metadata(&file, Format::Jpeg, &none);
/// assert_eq!(stripped, Some(encode(&image, &settings, &none)?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[must_use]
pub fn replace_metadata(bytes: &[u8], format: Format, metadata: &Metadata) -> Option<Vec<u8>> {
    let replace = formats::reading(format)?.replace_metadata?;
    replace(bytes, metadata)
}

/// Room for a copy of the file with all blocks.
pub(crate) fn room_for(bytes: &[u8], metadata: &Metadata) -> Option<Vec<u8>> {
    let Metadata {
        icc,
        exif,
        xmp,
        iptc,
        resolution: _,
    } = metadata;
    let blocks = [icc, exif, xmp, iptc].map(|block| block.as_ref().map_or(0, Vec::len));
    let mut file = Vec::new();
    let most = bytes.len().checked_add(blocks.iter().sum())?;
    file.try_reserve(most.checked_add(SLACK_BYTES)?).ok()?;
    Some(file)
}

/// Names and lengths of segments and chunks.
const SLACK_BYTES: usize = 16 << 10;

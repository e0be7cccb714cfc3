//! What decoding takes.

use pixgate_codec::{DecodeRequest, Header, decode_bytes};
use pixgate_options::Format;
use pixgate_raster::measure::average_bytes;
use pixgate_raster::{Channels, Depth, Layout};

use super::Load;
use crate::colour::working_channels;

/// Rows that a decoder hands over at a time, at most, unless it hands over all.
pub(crate) const BAND_ROWS: u64 = 64;
/// Bytes that a decoder hands over at a time where rows are short.
const BAND_BYTES: u64 = 256 << 10;
/// Sizes beyond are not worth an estimate.
const DECODABLE_PIXELS: u64 = 1 << 40;
/// Tables of a conversion from inks, with those of the profile itself.
const INK_BYTES: u64 = 32 << 20;

/// A metadata block that is longer than the source's file must not be longer than this.
const METADATA_BYTES: u64 = 256 << 10;
/// Blocks that PNG can hold compressed, the decoder's and a copy.
const METADATA_BLOCKS: u64 = 4;

impl Load<'_> {
    /// The layout that the first step sees.
    pub(crate) fn working_layout(&self) -> Layout {
        Layout {
            width: self.size.0,
            height: self.size.1,
            channels: working_channels(self.header),
            depth: self.depth,
        }
    }

    /// The size that a decoder gives: WebP and small JPEGs are not shrunk while they are decoded,
    /// but right after.
    pub(crate) fn decoded_size(&self) -> (u32, u32) {
        if self.header.format == Format::Webp || self.box_shrink > 1 {
            (self.header.width, self.header.height)
        } else {
            self.size
        }
    }

    /// The image as it is stored.
    pub(crate) fn stored_layout(&self) -> Layout {
        self.layout((self.header.width, self.header.height))
    }

    /// The image as decoders give it, at this size.
    pub(crate) fn layout(&self, (width, height): (u32, u32)) -> Layout {
        Layout {
            width,
            height,
            channels: self.header.channels,
            depth: depth(self.header.bits),
        }
    }

    /// What the decoder takes for itself.
    pub(crate) fn decoder_bytes(&self) -> u64 {
        decoder_bytes(self.header, self.decode)
    }

    /// Bytes to decode and convert the whole.
    pub(crate) fn bytes(&self) -> u64 {
        if let Some(stack) = self.stack {
            return self.stack_bytes(stack);
        }
        let (width, height) = self.decoded_size();
        let decoded = self.layout((width, height));
        let band = (decoded.bytes() / u64::from(height.max(1))).saturating_mul(BAND_ROWS);
        let working = self.working_layout();
        let mut converted = 0;
        if (working.width, working.height) != (width, height) {
            // Remainders are cut off first.
            converted = average_bytes(decoded, working.width, working.height)
                .saturating_add(decoded.bytes())
                .saturating_add(working.bytes());
        } else if working != decoded {
            converted = working.bytes();
        }
        if self.header.channels == Channels::Cmyk {
            converted = converted.saturating_add(INK_BYTES);
        }
        if self.header.has_ink_alpha {
            // Colour and alpha apart while they are joined.
            converted = converted.saturating_add(working.bytes());
        }
        let decoding = self.decoder_bytes().saturating_add(band).max(converted);
        decoding.saturating_add(decoded.bytes())
    }
}

/// What a decoder takes for itself; everything there is for sizes that cannot be decoded anyway.
pub(crate) fn decoder_bytes(header: &Header, request: &DecodeRequest) -> u64 {
    if u64::from(header.width) * u64::from(header.height) > DECODABLE_PIXELS {
        return u64::MAX;
    }
    decode_bytes(header, request)
}

/// Bytes of the rows that a decoder hands over at a time.
pub(crate) fn band_bytes(layout: Layout) -> u64 {
    let row = layout.bytes() / u64::from(layout.height.max(1));
    row.saturating_mul(BAND_ROWS.min(layout.height.into()))
        .max(row.saturating_add(BAND_BYTES).min(layout.bytes()))
}

/// Bytes of metadata blocks that can be longer than the source's file.
pub(crate) const fn metadata_bytes(format: Format) -> u64 {
    match format {
        Format::Png => METADATA_BLOCKS * METADATA_BYTES,
        _ => 0,
    }
}

/// Most bytes of a metadata block, by the length of the source: only compressed ones can be longer.
pub(super) fn metadata_limit(source: usize) -> u64 {
    METADATA_BYTES.max(source as u64)
}

const fn depth(bits: u8) -> Depth {
    match bits {
        0..=8 => Depth::U8,
        9..=16 => Depth::U16,
        _ => Depth::F32,
    }
}

//! Compressions that the tiff crate does not have: Zstandard, LZMA, WebP and fax.

use std::io::Read;

use lzma_rust2::XzReader;
use pixgate_raster::convert::convert_channels;
use pixgate_raster::{Channels, Samples};
use ruzstd::decoding::StreamingDecoder;

use super::fault::{broken, unsupported};
use super::fax::{self, Lines};
use crate::pixels::Collector;
use crate::{DecodeRequest, Error, Limits, Pixels, webp};

/// How strips or tiles are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Method {
    Zstandard,
    Lzma,
    Webp,
    Fax { lines: Lines, is_reversed: bool },
}

impl Method {
    /// - `number`: of the compression.
    /// - `fax_options`, `fill_order`: what the fields of these names say.
    pub(super) const fn of(number: u32, fax_options: u32, fill_order: u32) -> Option<Self> {
        let is_reversed = fill_order == 2;
        let lines = match number {
            2 => Lines::Bytes,
            3 => Lines::Marked {
                is_mixed: fax_options & 1 == 1,
            },
            4 if is_reversed => Lines::Above,
            34_925 => return Some(Self::Lzma),
            50_000 | 34_926 => return Some(Self::Zstandard),
            50_001 | 34_927 => return Some(Self::Webp),
            _ => return None,
        };
        Some(Self::Fax { lines, is_reversed })
    }

    /// Most bytes that the library takes beside what it gives.
    pub(super) const fn bytes(self) -> u64 {
        match self {
            Self::Zstandard => 2 * MOST_WINDOW + (1 << 20),
            Self::Lzma => (MOST_LZMA_KIB as u64) << 10,
            Self::Webp | Self::Fax { .. } => 1 << 20,
        }
    }

    /// Decompresses a strip or tile; what its data lacks stays as it was.
    ///
    /// - `to`: rows of this size, rounded up to bytes, all zero.
    pub(super) fn decompress(
        self,
        data: &[u8],
        (width, height): (u32, u32),
        to: &mut [u8],
        limits: &Limits,
    ) -> Result<(), Error> {
        match self {
            Self::Zstandard => {
                let reader = StreamingDecoder::new_with_max_window_size(data, MOST_WINDOW);
                read(reader.map_err(|_| broken("Zstandard data"))?, to);
            }
            Self::Lzma => read(XzReader::new_mem_limit(data, false, MOST_LZMA_KIB), to),
            Self::Webp => webp_rows(data, (width, height), to, limits)?,
            Self::Fax { lines, is_reversed } => {
                // A strip that breaks off shows the lines before.
                let _ = fax::decode(data, lines, is_reversed, width, to);
            }
        }
        Ok(())
    }
}

/// Fills as much as comes without a fault.
fn read(mut reader: impl Read, mut to: &mut [u8]) {
    while !to.is_empty() {
        match reader.read(to) {
            Ok(0) | Err(_) => return,
            Ok(count) => to = to.get_mut(count..).unwrap_or_default(),
        }
    }
}

fn webp_rows(data: &[u8], size: (u32, u32), to: &mut [u8], limits: &Limits) -> Result<(), Error> {
    let header = webp::header(data, limits)?;
    if (header.width, header.height) != size {
        return Err(broken("a strip of WebP of another size"));
    }
    let mut decoder = webp::open(data, &header, &DecodeRequest::default(), limits)?;
    let mut collector = Collector::new(decoder.layout());
    while let Some(band) = decoder.next_band()? {
        collector.push(band)?;
    }
    let Pixels::Interleaved(image) = collector.finish()? else {
        return Err(unsupported("WebP in planes"));
    };
    let pixels = size.0 as usize * size.1 as usize;
    let channels = match to.len().checked_div(pixels) {
        Some(3) => Channels::Rgb,
        Some(4) => Channels::Rgba,
        _ => return Err(unsupported("WebP of other than three or four samples")),
    };
    let image = convert_channels(image, channels)?;
    if let Samples::U8(samples) = image.samples() {
        let count = samples.len().min(to.len());
        to[..count].copy_from_slice(&samples[..count]);
    }
    Ok(())
}

/// Largest window of Zstandard: what compressors use up to level 19.
const MOST_WINDOW: u64 = 8 << 20;
/// Largest dictionary of LZMA with what belongs to it: that of preset 9.
const MOST_LZMA_KIB: u32 = 66 << 10;

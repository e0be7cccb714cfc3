//! Compressions that the tiff crate does not have: ThunderScan (4-bit grey) and SGI LogLuv.

use pixgate_options::Format;
use pixgate_raster::convert::linear_to_srgb;
use pixgate_raster::{Channels, Depth, Image, Layout, Samples, zeroed};

use super::fault::{broken, unsupported};
use super::page::page_directory;
use crate::buffered::WholeDecoder;
use crate::directory::Directory;
use crate::{Decoder, Error, Header, Metadata, Orientation, OutputLayout, Pixels, exif};

/// A file in one of these compressions.
pub(super) struct Special<'a> {
    kind: Kind,
    size: (u32, u32),
    orientation: Orientation,
    rows_per_strip: usize,
    strips: Vec<&'a [u8]>,
}

#[derive(Clone, Copy)]
enum Kind {
    /// - `is_inverted`: whether 0 is white.
    Thunder {
        is_inverted: bool,
    },
    LogLuv,
}

impl<'a> Special<'a> {
    /// Reads the fields; none for files that are the library's business.
    ///
    /// - `place`: where the page's directory begins, if it is not the first.
    pub(super) fn of(bytes: &'a [u8], place: Option<u32>) -> Option<Result<Self, Error>> {
        let directory = page_directory(bytes, place)?;
        let photometric = directory.number(PHOTOMETRIC);
        let kind = match (directory.number(COMPRESSION)?, photometric) {
            (32_809, _) => Kind::Thunder {
                is_inverted: photometric == Some(0),
            },
            (34_676, Some(32_845)) => Kind::LogLuv,
            _ => return None,
        };
        Some(Self::read(bytes, &directory, kind))
    }

    fn read(bytes: &'a [u8], directory: &Directory<'_>, kind: Kind) -> Result<Self, Error> {
        let side = |tag| directory.number(tag).filter(|side| *side > 0);
        let (width, height) = side(WIDTH)
            .zip(side(HEIGHT))
            .ok_or_else(|| broken("a side of zero"))?;
        let bits = directory.number(BITS).unwrap_or(1);
        if matches!(kind, Kind::Thunder { .. }) && bits != 4 {
            return Err(unsupported("ThunderScan of other than 4 bits"));
        }
        let rows = directory.number(ROWS_PER_STRIP).unwrap_or(height);
        let rows_per_strip = rows.clamp(1, height) as usize;
        let offsets = directory.numbers(STRIP_OFFSETS).unwrap_or_default();
        let lengths = directory.numbers(STRIP_LENGTHS).unwrap_or_default();
        let strips = offsets.iter().zip(&lengths).map(|(start, length)| {
            let rest = bytes.get(*start as usize..).unwrap_or_default();
            rest.get(..*length as usize).unwrap_or(rest)
        });
        let strips: Vec<_> = strips.collect();
        if strips.iter().all(|strip| strip.is_empty()) {
            return Err(broken("no strips"));
        }
        Ok(Self {
            kind,
            size: (width, height),
            orientation: exif::orientation_in(directory),
            rows_per_strip,
            strips,
        })
    }

    pub(super) fn header(&self) -> Header {
        let layout = self.layout();
        Header {
            bits: match self.kind {
                Kind::Thunder { .. } => 4,
                Kind::LogLuv => 32,
            },
            orientation: self.orientation,
            is_multi_pass: true,
            ..Header::still(Format::Tiff, self.size.0, self.size.1, layout.channels)
        }
    }

    fn layout(&self) -> Layout {
        let (width, height) = self.size;
        let (channels, depth) = match self.kind {
            Kind::Thunder { .. } => (Channels::Grey, Depth::U8),
            Kind::LogLuv => (Channels::Rgb, Depth::U16),
        };
        Layout {
            width,
            height,
            channels,
            depth,
        }
    }

    /// - `size`: what the header said.
    pub(super) fn decoder(self, size: (u32, u32)) -> Result<Box<dyn Decoder + 'a>, Error> {
        if self.size != size {
            return Err(broken("another size than its header"));
        }
        let layout = OutputLayout::Interleaved(self.layout());
        let work = move || self.image().map(Pixels::Interleaved);
        Ok(WholeDecoder::boxed(layout, Metadata::default(), work))
    }

    /// Rows that are missing stay as zeros.
    fn image(&self) -> Result<Image, Error> {
        let layout = self.layout();
        let count = layout.samples()?;
        let row_samples = layout.row_samples();
        let samples = match self.kind {
            Kind::Thunder { is_inverted } => {
                let mut samples = zeroed::<u8>(count)?;
                self.each_row(&mut samples, row_samples, thunder_row);
                for sample in &mut samples {
                    let grey = *sample * 17;
                    *sample = if is_inverted { 255 - grey } else { grey };
                }
                Samples::U8(samples)
            }
            Kind::LogLuv => {
                let mut samples = zeroed::<u16>(count)?;
                let mut codes = zeroed::<u32>(self.size.0 as usize)?;
                self.each_row(&mut samples, row_samples, |strip, row| {
                    codes.fill(0);
                    let is_whole = log_luv_codes(strip, &mut codes);
                    for (pixel, code) in row.chunks_exact_mut(3).zip(&codes) {
                        pixel.copy_from_slice(&rgb(*code));
                    }
                    is_whole
                });
                Samples::U16(samples)
            }
        };
        Ok(Image::from_samples(layout, samples)?)
    }

    /// Decodes row by row, strip by strip.
    ///
    /// - `decode`: fills a row and takes what it has read off the strip; false if that was cut.
    fn each_row<T>(
        &self,
        samples: &mut [T],
        row_samples: usize,
        mut decode: impl FnMut(&mut &[u8], &mut [T]) -> bool,
    ) {
        let parts = samples.chunks_mut(row_samples * self.rows_per_strip);
        for (part, strip) in parts.zip(&self.strips) {
            let mut rest = *strip;
            for row in part.chunks_exact_mut(row_samples) {
                if rest.is_empty() || !decode(&mut rest, row) {
                    break;
                }
            }
        }
    }
}

/// A row of ThunderScan: runs, differences to the pixel before, and plain values.
fn thunder_row(strip: &mut &[u8], row: &mut [u8]) -> bool {
    let mut last = 0_u8;
    let mut at = 0;
    let mut put = |value: u8, count: usize| {
        let end = row.len().min(at + count);
        row[at..end].fill(value);
        at = end;
        at == row.len()
    };
    let mut is_full = false;
    while !is_full {
        let Some((code, rest)) = strip.split_first() else {
            return false;
        };
        *strip = rest;
        let value = code & 0x3F;
        match code >> 6 {
            0 => is_full = put(last, value.into()),
            1 => {
                for difference in [value >> 4, value >> 2 & 3, value & 3] {
                    // 2 stands for nothing.
                    if difference != 2 {
                        last = last.wrapping_add([0, 1, 0, 15][usize::from(difference)]) & 15;
                        is_full = put(last, 1);
                    }
                }
            }
            2 => {
                for difference in [value >> 3, value & 7] {
                    // 4 stands for nothing.
                    if difference != 4 {
                        let step = [0, 1, 2, 3, 0, 13, 14, 15][usize::from(difference)];
                        last = last.wrapping_add(step) & 15;
                        is_full = put(last, 1);
                    }
                }
            }
            _ => {
                last = value & 15;
                is_full = put(last, 1);
            }
        }
    }
    true
}

/// A row of 32-bit LogLuv: the four bytes of all pixels one after the other, each in runs.
fn log_luv_codes(strip: &mut &[u8], row: &mut [u32]) -> bool {
    for shift in [24, 16, 8, 0] {
        let mut at = 0;
        while at < row.len() {
            let Some((count, rest)) = strip.split_first() else {
                return false;
            };
            let is_run = *count >= 128;
            let length = usize::from(if is_run { count - 126 } else { *count });
            let used = if is_run { 1 } else { length };
            let Some((values, rest)) = rest.split_at_checked(used) else {
                return false;
            };
            *strip = rest;
            for i in 0..length {
                let value = values.get(if is_run { 0 } else { i }).copied();
                if let (Some(code), Some(value)) = (row.get_mut(at + i), value) {
                    *code |= u32::from(value) << shift;
                }
            }
            at += length;
        }
    }
    true
}

/// The colour of a code (G. Ward Larson: LogLuv encoding for full-gamut, high-dynamic range images),
/// in 16 bits of sRGB; what is brighter than white is white.
fn rgb(code: u32) -> [u16; 3] {
    let byte = |shift: u32| (code >> shift & 0xFF) as f32;
    let exponent = (code >> 16 & 0x7FFF) as f32;
    let is_dark = code >> 16 & 0x7FFF == 0 || code >> 31 == 1;
    let luminance = match is_dark {
        true => 0.0,
        false => ((exponent + 0.5) / 256.0 - 64.0).exp2(),
    };
    let (u, v) = ((byte(8) + 0.5) / 410.0, (byte(0) + 0.5) / 410.0);
    let scale = 1.0 / (6.0 * u - 16.0 * v + 12.0);
    let (x, y) = (9.0 * u * scale, 4.0 * v * scale);
    // Equal energy is white here; as in the reference that becomes the white of D65.
    let (big_x, big_z) = (
        0.950_47 * x / y * luminance,
        1.088_83 * (1.0 - x - y) / y * luminance,
    );
    let mix = |[a, b, c]: [f32; 3]| fixed(linear_to_srgb(a * big_x + b * luminance + c * big_z));
    // XYZ to linear sRGB (IEC 61966-2-1).
    [
        mix([3.2406, -1.5372, -0.4986]),
        mix([-0.9689, 1.8758, 0.0415]),
        mix([0.0557, -0.2040, 1.0570]),
    ]
}

const WIDTH: u16 = 256;
const HEIGHT: u16 = 257;
const BITS: u16 = 258;
const COMPRESSION: u16 = 259;
const PHOTOMETRIC: u16 = 262;
const STRIP_OFFSETS: u16 = 273;
const ROWS_PER_STRIP: u16 = 278;
const STRIP_LENGTHS: u16 = 279;

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped; what is no number becomes zero"
)]
pub(super) fn fixed(value: f32) -> u16 {
    (value.clamp(0.0, 1.0) * 65_535.0 + 0.5) as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thunder_rows_have_runs_differences_and_values() {
        // 9; +1, -1, nothing; three times that; +3, -3; and more than fits.
        let mut strip: &[u8] = &[0xC9, 0b01_01_11_10, 0x03, 0b10_011_101, 0x3F, 7];
        let mut row = [0; 10];
        assert!(thunder_row(&mut strip, &mut row));
        assert_eq!(row, [9, 10, 9, 9, 9, 9, 12, 9, 9, 9]);
        assert_eq!(strip, [7]);
        let mut cut: &[u8] = &[0xC9];
        assert!(!thunder_row(&mut cut, &mut row));
    }

    #[test]
    fn log_luv_rows_come_byte_by_byte_in_runs() {
        let mut strip: &[u8] = &[129, 1, 3, 2, 3, 4, 129, 5, 2, 6, 7, 1, 8];
        let mut row = [0; 3];
        assert!(log_luv_codes(&mut strip, &mut row));
        assert_eq!(row, [0x0102_0506, 0x0103_0507, 0x0104_0508]);
        let mut cut: &[u8] = &[130, 1, 0];
        assert!(!log_luv_codes(&mut cut, &mut row));
    }

    #[test]
    fn white_is_white_and_darkness_dark() {
        // Luminance 1 of equal energy: u' 0.2105, v' 0.4737.
        let code = (64 * 256) << 16 | 86 << 8 | 194;
        for channel in rgb(code) {
            assert!(channel > 64_000, "{:?}", rgb(code));
        }
        assert_eq!(rgb(0), [0; 3]);
        assert_eq!(rgb(code | 1 << 31), [0; 3]);
    }
}

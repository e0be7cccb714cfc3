//! BMP pixels: uncompressed with palettes or masks, and run lengths.

use pixgate_raster::convert::convert_channels;
use pixgate_raster::{Channels, Image, Layout, zeroed};

use super::header::{Compression, Info, broken};
use crate::buffered::WholeDecoder;
use crate::bytes::{le16, le32};
use crate::{
    DecodeRequest, Decoder, Error, Header, Limits, Metadata, OutputLayout, Pixels, Resolution,
};

/// Opens a BMP file.
pub(crate) fn open<'a>(
    bytes: &'a [u8],
    _: &Header,
    _: &DecodeRequest,
    _: &Limits,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    let info = Info::read(bytes)?;
    let pixels = bytes.get(info.offset..).unwrap_or_default();
    let layout = Layout::u8(info.width, info.height, info.channels());
    let work = move || {
        let mut samples = match info.compression {
            Compression::None => uncompressed(&info, layout, pixels)?,
            Compression::Rle8 | Compression::Rle4 => run_lengths(&info, layout, pixels)?,
        };
        if layout.channels == Channels::Rgba && !shows_anything(&samples) {
            set_alpha(&mut samples, |_, _| 255, layout.width);
        }
        Ok(Pixels::Interleaved(Image::from_u8(layout, samples)?))
    };
    let layout = OutputLayout::Interleaved(layout);
    let metadata = Metadata {
        resolution: resolution(bytes),
        ..Metadata::default()
    };
    Ok(WholeDecoder::boxed(layout, metadata, work))
}

/// Pixels per metre, which the headers behind the first of OS/2 have.
fn resolution(bytes: &[u8]) -> Option<Resolution> {
    let has_field = le32(bytes, 14)? >= 40;
    let metres = (le32(bytes, 38)?, le32(bytes, 42)?);
    Resolution::per_metre(metres.0, metres.1).filter(|_| has_field)
}

/// Decodes the bitmap of an icon, as RGBA.
///
/// Pixels without alpha, and those of 32 bits that are transparent throughout, get it from the mask
/// of one bit per pixel behind them; pixels whose mask is missing are opaque.
///
/// - `pixels`: from the first row on.
pub(crate) fn icon(info: &Info, pixels: &[u8]) -> Result<Image, Error> {
    let layout = Layout::u8(info.width, info.height, info.channels());
    let image = Image::from_u8(layout, uncompressed(info, layout, pixels)?)?;
    let mut image = convert_channels(image, Channels::Rgba)?;
    let samples = image.slice_mut::<u8>()?;
    if layout.channels == Channels::Rgba && shows_anything(samples) {
        return Ok(image);
    }
    let mask = pixels.get(stride(info.width, info.bits)? * info.height as usize..);
    let (mask, mask_stride) = (mask.unwrap_or_default(), stride(info.width, 1)?);
    let alpha = |x: usize, y: usize| {
        let y = info.height as usize - 1 - y;
        let byte = mask.get(y * mask_stride + x / 8).copied().unwrap_or(0);
        if byte >> (7 - x % 8) & 1 == 1 { 0 } else { 255 }
    };
    set_alpha(samples, alpha, info.width);
    Ok(image)
}

/// Whether a pixel of RGBA is not wholly transparent: programs that know no alpha leave zeros.
fn shows_anything(samples: &[u8]) -> bool {
    samples.chunks_exact(4).any(|pixel| pixel[3] != 0)
}

/// - `alpha`: by column and row.
fn set_alpha(samples: &mut [u8], alpha: impl Fn(usize, usize) -> u8, width: u32) {
    let width = width as usize;
    for (place, pixel) in samples.chunks_exact_mut(4).enumerate() {
        pixel[3] = alpha(place % width, place / width);
    }
}

/// Bytes from one row to the next: rows are padded to 32 bits.
fn stride(width: u32, bits: u16) -> Result<usize, Error> {
    let row_bits = u64::from(width) * u64::from(bits);
    usize::try_from(row_bits.div_ceil(32) * 4).map_err(|_| broken("width"))
}

fn uncompressed(info: &Info, layout: Layout, pixels: &[u8]) -> Result<Vec<u8>, Error> {
    let row_bits = u64::from(info.width) * u64::from(info.bits);
    let stride = stride(info.width, info.bits)?;
    let needed = stride.checked_mul(info.height as usize);
    if needed.is_none_or(|needed| pixels.len() < needed - (stride - row_bytes(row_bits))) {
        return Err(broken("pixels end early"));
    }
    let fields = info.masks.map(Field::new);
    let mut samples = zeroed::<u8>(layout.samples()?)?;
    let rows = samples.chunks_exact_mut(layout.row_samples());
    for (y, to) in rows.enumerate() {
        let y = if info.is_top_down {
            y
        } else {
            info.height as usize - 1 - y
        };
        let from = pixels.get(y * stride..).unwrap_or_default();
        expand_row(info, &fields, from, to);
    }
    Ok(samples)
}

fn row_bytes(bits: u64) -> usize {
    usize::try_from(bits.div_ceil(8)).unwrap_or(usize::MAX)
}

fn expand_row(info: &Info, fields: &[Field; 4], from: &[u8], to: &mut [u8]) {
    let channels = info.channels();
    let pixels = to.chunks_exact_mut(channels.count());
    match info.bits {
        24 => {
            for (to, from) in pixels.zip(from.chunks_exact(3)) {
                to.copy_from_slice(&[from[2], from[1], from[0]]);
            }
        }
        16 | 32 => {
            let bytes = usize::from(info.bits / 8);
            for (to, from) in pixels.zip(from.chunks_exact(bytes)) {
                let value = le32(from, 0)
                    .or_else(|| le16(from, 0).map(u32::from))
                    .unwrap_or_default();
                for (sample, field) in to.iter_mut().zip(fields) {
                    *sample = field.value(value);
                }
            }
        }
        bits => {
            let per_byte = 8 / usize::from(bits);
            for (x, to) in pixels.enumerate() {
                let byte = from.get(x / per_byte).copied().unwrap_or_default();
                let shift = 8 - usize::from(bits) * (x % per_byte + 1);
                let index = usize::from(byte >> shift) & ((1 << bits) - 1);
                to.copy_from_slice(&color(info, index));
            }
        }
    }
}

/// The colour of an index; black for one that the palette does not have.
fn color(info: &Info, index: usize) -> [u8; 3] {
    info.palette.get(index).copied().unwrap_or_default()
}

/// A bit field of a pixel, scaled to 8 bits.
#[derive(Clone, Copy)]
struct Field {
    shift: u32,
    max: u32,
}

impl Field {
    fn new(mask: u32) -> Self {
        let shift = if mask == 0 { 0 } else { mask.trailing_zeros() };
        Self {
            shift,
            max: mask >> shift,
        }
    }

    fn value(self, pixel: u32) -> u8 {
        if self.max == 0 {
            return 0;
        }
        let value = u64::from(pixel >> self.shift & self.max);
        let max = u64::from(self.max);
        u8::try_from((value * 255 + max / 2) / max).unwrap_or(u8::MAX)
    }
}

/// Run-length coded pixels; what is skipped is black.
fn run_lengths(info: &Info, layout: Layout, data: &[u8]) -> Result<Vec<u8>, Error> {
    let mut samples = zeroed::<u8>(layout.samples()?)?;
    let mut canvas = Canvas {
        info,
        samples: &mut samples,
        x: 0,
        y: 0,
    };
    let mut at = 0;
    loop {
        let pair = data
            .get(at..at + 2)
            .ok_or_else(|| broken("pixels end early"))?;
        at += 2;
        match (pair[0], pair[1]) {
            (0, 0) => canvas.end_line(),
            (0, 1) => break,
            (0, 2) => {
                let step = data
                    .get(at..at + 2)
                    .ok_or_else(|| broken("pixels end early"))?;
                canvas.skip(step[0], step[1]);
                at += 2;
            }
            (0, count) => at += canvas.literal(count, data.get(at..).unwrap_or_default()),
            (count, value) => canvas.run(count, value),
        }
        if canvas.y >= info.height as usize {
            break;
        }
    }
    Ok(samples)
}

struct Canvas<'a> {
    info: &'a Info,
    samples: &'a mut [u8],
    x: usize,
    /// Row in the order of the file.
    y: usize,
}

impl Canvas<'_> {
    fn end_line(&mut self) {
        self.x = 0;
        self.y += 1;
    }

    fn skip(&mut self, right: u8, rows: u8) {
        self.x += usize::from(right);
        self.y += usize::from(rows);
    }

    fn run(&mut self, count: u8, value: u8) {
        for i in 0..usize::from(count) {
            self.put(self.index(value, i));
        }
    }

    /// Puts `count` pixels and returns how many bytes they took, padded to 16 bits.
    fn literal(&mut self, count: u8, data: &[u8]) -> usize {
        let count = usize::from(count);
        let is_nibbles = self.info.compression == Compression::Rle4;
        let bytes = if is_nibbles { count.div_ceil(2) } else { count };
        for i in 0..count {
            let at = if is_nibbles { i / 2 } else { i };
            let value = data.get(at).copied().unwrap_or_default();
            self.put(self.index(value, i));
        }
        bytes.next_multiple_of(2)
    }

    /// The palette index that pixel `i` of a run or literal takes from a byte.
    fn index(&self, value: u8, i: usize) -> usize {
        usize::from(match (self.info.compression, i % 2) {
            (Compression::Rle4, 0) => value >> 4,
            (Compression::Rle4, _) => value & 15,
            _ => value,
        })
    }

    fn put(&mut self, index: usize) {
        let (width, height) = (self.info.width as usize, self.info.height as usize);
        if self.x < width && self.y < height {
            let row = if self.info.is_top_down {
                self.y
            } else {
                height - 1 - self.y
            };
            let start = (row * width + self.x) * Channels::Rgb.count();
            if let Some(to) = self.samples.get_mut(start..start + 3) {
                to.copy_from_slice(&color(self.info, index));
            }
        }
        self.x += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bitmap header, pixels of two columns and rows, and what follows.
    fn bitmap(bits: u8, pixels: &[u8]) -> (Info, Vec<u8>) {
        let mut bytes = vec![0; 40];
        (bytes[0], bytes[4], bytes[8], bytes[12], bytes[14]) = (40, 2, 4, 1, bits);
        bytes.extend_from_slice(pixels);
        (Info::icon(&bytes).unwrap().unwrap(), pixels.to_vec())
    }

    fn alphas(image: &Image) -> Vec<u8> {
        let view = image.view::<u8>().unwrap();
        let rows = view.rows().flat_map(<[u8]>::to_vec).collect::<Vec<_>>();
        rows.chunks_exact(4).map(|pixel| pixel[3]).collect()
    }

    #[test]
    fn icons_without_alpha_have_a_mask() {
        let rows = [[1, 2, 3, 4, 5, 6, 0, 0], [7, 8, 9, 1, 2, 3, 0, 0]].concat();
        // The lower row comes first: its second pixel is hidden, then the first of the upper one.
        let mask = [0x40, 0, 0, 0, 0x80, 0, 0, 0];
        let (info, pixels) = bitmap(24, &[&rows[..], &mask].concat());
        let image = icon(&info, &pixels).unwrap();
        assert_eq!(alphas(&image), [0, 255, 255, 0]);
        let (info, pixels) = bitmap(24, &rows);
        assert_eq!(alphas(&icon(&info, &pixels).unwrap()), [255; 4]);
    }

    #[test]
    fn the_mask_counts_where_alpha_is_zero_throughout() {
        let mask = [0x40, 0, 0, 0, 0x80, 0, 0, 0];
        let zeros = [[1, 2, 3, 0]; 4].concat();
        let (info, pixels) = bitmap(32, &[&zeros[..], &mask].concat());
        assert_eq!(alphas(&icon(&info, &pixels).unwrap()), [0, 255, 255, 0]);
        let some = [[1, 2, 3, 0], [1, 2, 3, 9], [1, 2, 3, 0], [1, 2, 3, 0]].concat();
        let (info, pixels) = bitmap(32, &[&some[..], &mask].concat());
        assert_eq!(alphas(&icon(&info, &pixels).unwrap()), [0, 0, 0, 9]);
    }
}

//! WebP animations: each frame decoded as a still image and laid over an own canvas.

use pixgate_raster::{Image, Layout, Samples, zeroed};
use pixgate_webp::container::{FLAG_ALPHA, extended};

use super::container::{Chunk, Chunks, push, with_riff};
use super::decode::still;
use super::{broken, delay, metadata};
use crate::buffered::WholeDecoder;
use crate::bytes::le24;
use crate::{DecodeRequest, Decoder, Error, Frames, Header, Limits, OutputLayout, Pixels};

/// Opens one frame of an animation, as it looks on the canvas.
pub(super) fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    request: &DecodeRequest,
    limits: &Limits,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    let mut composer = Composer::new(bytes, header)?;
    let layout = OutputLayout::Interleaved(composer.layout);
    let wanted = request.frame;
    let work = move || {
        for number in 0..=wanted {
            if composer.advance()?.is_none() {
                let is_missing = number == 0;
                return if is_missing {
                    Err(broken("no frame"))
                } else {
                    composer.image().map(Pixels::Interleaved)
                };
            }
        }
        composer.image().map(Pixels::Interleaved)
    };
    Ok(WholeDecoder::boxed(layout, metadata(bytes, limits), work))
}

/// Opens an animation; a still image gives one frame.
pub(crate) fn frames<'a>(
    bytes: &'a [u8],
    header: &Header,
    _: &Limits,
) -> Result<Box<dyn Frames + 'a>, Error> {
    if header.animation.is_some() {
        return Ok(Box::new(Composer::new(bytes, header)?));
    }
    let size = (header.width, header.height);
    let image = still(bytes, size)?;
    Ok(Box::new(Single(Some(image))))
}

/// A still image as an animation.
struct Single(Option<Image>);

impl Frames for Single {
    fn next_frame(&mut self) -> Result<Option<(Image, u32)>, Error> {
        Ok(self.0.take().map(|image| (image, 0)))
    }
}

/// Frames laid over each other.
struct Composer<'a> {
    chunks: Chunks<'a>,
    layout: Layout,
    /// RGBA, not premultiplied.
    canvas: Vec<[u8; 4]>,
    /// What becomes transparent before the next frame.
    cleared: Option<Place>,
}

/// Where a frame lies on the canvas.
#[derive(Clone, Copy)]
struct Place {
    left: u32,
    top: u32,
    width: u32,
    height: u32,
}

impl Place {
    /// Its part of each row of a canvas of `width` pixels.
    fn rows(self, width: u32, canvas: &mut [[u8; 4]]) -> impl Iterator<Item = &mut [[u8; 4]]> {
        let (left, right) = (self.left as usize, (self.left + self.width) as usize);
        canvas
            .chunks_exact_mut(width as usize)
            .skip(self.top as usize)
            .take(self.height as usize)
            .map(move |row| row.get_mut(left..right).unwrap_or_default())
    }
}

impl<'a> Composer<'a> {
    fn new(bytes: &'a [u8], header: &Header) -> Result<Self, Error> {
        let (width, height) = (header.width, header.height);
        Ok(Self {
            chunks: Chunks::new(bytes),
            layout: Layout::u8(width, height, header.channels),
            canvas: zeroed(width as usize * height as usize)?,
            cleared: None,
        })
    }

    /// Draws the next frame and says how many milliseconds it is shown; none at the end.
    fn advance(&mut self) -> Result<Option<u32>, Error> {
        let Some(Chunk { payload, .. }) = self.chunks.find(|chunk| chunk.name == b"ANMF") else {
            return Ok(None);
        };
        let place = self.place(payload)?;
        let flags = payload.get(15).copied().ok_or_else(cut)?;
        let file = still_file(payload, place)?;
        let image = still(&file, (place.width, place.height))?;
        if let Some(place) = self.cleared.take() {
            for row in place.rows(self.layout.width, &mut self.canvas) {
                row.fill([0; 4]);
            }
        }
        self.draw(&image, place, flags & NO_BLENDING == 0);
        self.cleared = (flags & DISPOSE_TO_BACKGROUND != 0).then_some(place);
        Ok(Some(delay(payload)))
    }

    fn place(&self, frame: &[u8]) -> Result<Place, Error> {
        let field = |at| le24(frame, at).ok_or_else(cut);
        let place = Place {
            left: field(0)? * 2,
            top: field(3)? * 2,
            width: field(6)? + 1,
            height: field(9)? + 1,
        };
        let is_inside = place.left + place.width <= self.layout.width
            && place.top + place.height <= self.layout.height;
        if !is_inside {
            return Err(broken("a frame outside the canvas"));
        }
        Ok(place)
    }

    fn draw(&mut self, image: &Image, place: Place, is_blended: bool) {
        let Samples::U8(samples) = image.samples() else {
            return;
        };
        let count = image.layout().channels.count();
        let from = samples.chunks_exact(image.layout().row_samples());
        for (to, from) in place.rows(self.layout.width, &mut self.canvas).zip(from) {
            for (to, from) in to.iter_mut().zip(from.chunks_exact(count)) {
                *to = match *from {
                    [r, g, b] => [r, g, b, 255],
                    [r, g, b, a] if is_blended => blend([r, g, b, a], *to),
                    [r, g, b, a] => [r, g, b, a],
                    _ => *to,
                };
            }
        }
    }

    fn image(&self) -> Result<Image, Error> {
        let mut samples = zeroed::<u8>(self.layout.samples()?)?;
        let count = self.layout.channels.count();
        for (to, from) in samples.chunks_exact_mut(count).zip(&self.canvas) {
            to.copy_from_slice(&from[..count]);
        }
        Ok(Image::from_u8(self.layout, samples)?)
    }
}

impl Frames for Composer<'_> {
    fn next_frame(&mut self) -> Result<Option<(Image, u32)>, Error> {
        match self.advance()? {
            Some(delay_ms) => Ok(Some((self.image()?, delay_ms))),
            None => Ok(None),
        }
    }
}

/// A frame as a file of its own.
fn still_file(frame: &[u8], place: Place) -> Result<Vec<u8>, Error> {
    let chunks = || Chunks::within(frame.get(16..).unwrap_or_default());
    let mut body = Vec::new();
    if chunks().any(|chunk| chunk.name == b"ALPH") {
        let content = extended(FLAG_ALPHA, (place.width, place.height));
        push(&mut body, b"VP8X", &content)?;
    }
    for chunk in chunks().filter(|chunk| PIXEL_CHUNKS.contains(&chunk.name)) {
        push(&mut body, chunk.name, chunk.payload)?;
    }
    with_riff(&body)
}

/// Lays a pixel over another, neither premultiplied (WebP container specification, "Assembling
/// the Canvas From Frames"; integers as libwebp's).
fn blend(over: [u8; 4], under: [u8; 4]) -> [u8; 4] {
    match over[3] {
        0 => return under,
        255 => return over,
        _ => {}
    }
    let opacity = u32::from(over[3]);
    let shining = (u32::from(under[3]) * (256 - opacity)) >> 8;
    let alpha = opacity + shining;
    let scale = (1 << 24) / alpha;
    let mut blended = [u8::try_from(alpha).unwrap_or(u8::MAX); 4];
    for i in 0..3 {
        let sum = u32::from(over[i]) * opacity + u32::from(under[i]) * shining;
        let value = (u64::from(sum) * u64::from(scale)) >> 24;
        blended[i] = u8::try_from(value).unwrap_or(u8::MAX);
    }
    blended
}

fn cut() -> Error {
    broken("a frame header that ends early")
}

const PIXEL_CHUNKS: [&[u8; 4]; 3] = [b"ALPH", b"VP8 ", b"VP8L"];
const NO_BLENDING: u8 = 2;
const DISPOSE_TO_BACKGROUND: u8 = 1;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blends_straight_alpha() {
        assert_eq!(blend([9, 9, 9, 0], [1, 2, 3, 4]), [1, 2, 3, 4]);
        assert_eq!(blend([9, 9, 9, 255], [1, 2, 3, 4]), [9, 9, 9, 255]);
        assert_eq!(blend([200, 0, 0, 128], [0; 4]), [200, 0, 0, 128]);
        let half = blend([200, 0, 0, 128], [0, 0, 200, 255]);
        assert!(half[0].abs_diff(100) <= 1 && half[2].abs_diff(99) <= 1 && half[3] >= 254);
    }
}

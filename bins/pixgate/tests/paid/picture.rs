//! Decoded results.

use pixgate_codec::{DecodeRequest, Header, Limits, Pixels, decode, probe};
use pixgate_raster::convert::{convert_channels, convert_depth};
use pixgate_raster::{Channels, Depth, Image};
use serde_json::Value;

/// Straight red, green, blue and alpha.
pub(crate) type Rgba = [u8; 4];

/// A result with its first frame.
pub(crate) struct Picture {
    pub(crate) header: Header,
    image: Image,
}

impl Picture {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, String> {
        let limits = Limits::default();
        let header = probe(bytes, &limits).map_err(|error| error.to_string())?;
        let decoded = decode(bytes, &header, &DecodeRequest::default(), &limits);
        let Ok((Pixels::Interleaved(image), _)) = decoded else {
            return Err("no pixels came".to_owned());
        };
        let image = convert_depth(image, Depth::U8).unwrap();
        let image = convert_channels(image, Channels::Rgba).unwrap();
        Ok(Self { header, image })
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        (self.image.width(), self.image.height())
    }

    pub(crate) fn at(&self, x: u32, y: u32) -> Rgba {
        let view = self.image.view::<u8>().unwrap();
        view.pixel(x, y).try_into().unwrap()
    }

    /// Every pixel with its place.
    pub(crate) fn pixels(&self) -> impl Iterator<Item = ((u32, u32), Rgba)> {
        let (width, height) = self.size();
        let places = (0..height).flat_map(move |y| (0..width).map(move |x| (x, y)));
        places.map(|(x, y)| ((x, y), self.at(x, y)))
    }

    /// Rows from the first to the last that are not all of one colour.
    pub(crate) fn ink_height(&self) -> u32 {
        let ground = self.at(0, 0);
        let inked = self.pixels().filter(|(_, pixel)| *pixel != ground);
        let rows = inked.map(|((_, y), _)| y);
        let (first, last) = rows.fold((u32::MAX, 0), |(a, b), y| (a.min(y), b.max(y)));
        (last + 1).saturating_sub(first)
    }
}

/// Whether no channel is further off; colours of what cannot be seen do not count.
pub(crate) fn near(found: Rgba, expected: Rgba, tolerance: u8) -> bool {
    if found[3] == 0 && expected[3] == 0 {
        return true;
    }
    let mut channels = found.iter().zip(expected);
    channels.all(|(a, b)| a.abs_diff(b) <= tolerance)
}

/// L* of CIE Lab.
pub(crate) fn lightness([red, green, blue, _]: Rgba) -> f64 {
    let linear = |value: u8| {
        let v = f64::from(value) / 255.0;
        if v <= 0.04045 {
            v / 12.92
        } else {
            ((v + 0.055) / 1.055).powf(2.4)
        }
    };
    let y = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
    if y > 216.0 / 24389.0 {
        116.0 * y.cbrt() - 16.0
    } else {
        y * 24389.0 / 27.0
    }
}

/// Numbers of a list.
pub(crate) fn numbers<const N: usize>(value: &Value) -> [u32; N] {
    let list: Vec<_> = value.as_array().unwrap().iter().collect();
    let numbers = list.iter().map(|number| {
        let number = number.as_u64().unwrap();
        u32::try_from(number).unwrap()
    });
    let numbers: Vec<u32> = numbers.collect();
    numbers.try_into().unwrap()
}

/// A colour of a list.
pub(crate) fn color(value: &Value) -> Rgba {
    numbers(value).map(|channel| u8::try_from(channel).unwrap())
}

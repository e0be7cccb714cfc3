//! Pictures to compare.

use pixgate_codec::{
    DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, decode, encode, frames, probe,
};
use pixgate_options::Format;
use pixgate_raster::convert::{convert_channels, convert_depth};
use pixgate_raster::{Channels, Depth, Image, Layout, Samples};

/// Pixels of all frames, one below the other, alpha multiplied in, in 255ths.
pub(crate) struct Picture {
    layout: Layout,
    pixels: Vec<[f64; 4]>,
}

/// How far apart two pictures are, in 255ths.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Apart {
    pub(crate) largest: f64,
    pub(crate) mean: f64,
}

impl Picture {
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let stack = stacked(bytes);
        let layout = stack.layout();
        let full = if layout.depth == Depth::U8 {
            255.0
        } else {
            65_535.0
        };
        let colored = convert_channels(stack, Channels::Rgba).unwrap();
        let samples: Vec<f64> = match colored.samples() {
            Samples::U8(samples) => samples.iter().map(|v| f64::from(*v) / full).collect(),
            Samples::U16(samples) => samples.iter().map(|v| f64::from(*v) / full).collect(),
            Samples::F32(_) => panic!("floats from a file"),
        };
        let pixel = |p: &[f64]| [p[0] * p[3], p[1] * p[3], p[2] * p[3], p[3]].map(|v| v * 255.0);
        Self {
            layout,
            pixels: samples.chunks_exact(4).map(pixel).collect(),
        }
    }

    /// The same pixels in a PNG; a PNG stays as it is.
    pub(crate) fn png(bytes: &[u8]) -> Vec<u8> {
        if probe(bytes, &Limits::default()).unwrap().format == Format::Png {
            return bytes.to_vec();
        }
        let pixels = Pixels::Interleaved(stacked(bytes));
        let settings = EncodeSettings::new(Format::Png, 80);
        encode(&pixels, &settings, &Metadata::default()).unwrap()
    }

    /// Size, whether there is alpha, and depth.
    pub(crate) fn facts(&self) -> (u32, u32, bool, Depth) {
        let Layout {
            width,
            height,
            channels,
            depth,
        } = self.layout;
        (width, height, channels.has_alpha(), depth)
    }

    pub(crate) fn apart(&self, other: &Self) -> Apart {
        let pairs = self
            .pixels
            .iter()
            .flatten()
            .zip(other.pixels.iter().flatten());
        let (mut largest, mut sum) = (0.0_f64, 0.0);
        for difference in pairs.map(|(a, b)| (a - b).abs()) {
            largest = largest.max(difference);
            sum += difference;
        }
        let count = u32::try_from(self.pixels.len() * 4).unwrap();
        Apart {
            largest,
            mean: sum / f64::from(count),
        }
    }
}

/// A still image, or all frames below each other.
fn stacked(bytes: &[u8]) -> Image {
    let limits = Limits::default();
    let header = probe(bytes, &limits).unwrap();
    if header.frames < 2 {
        let (pixels, _) = decode(bytes, &header, &DecodeRequest::default(), &limits).unwrap();
        let Pixels::Interleaved(image) = pixels else {
            panic!("planes from {}", header.format)
        };
        return image;
    }
    let mut reader = frames(bytes, &header, &limits).unwrap();
    let (mut samples, mut height) = (Vec::new(), 0);
    while let Some((frame, _)) = reader.next_frame().unwrap() {
        let frame = convert_channels(convert_depth(frame, Depth::U8).unwrap(), Channels::Rgba);
        let frame = frame.unwrap();
        height += frame.height();
        let Samples::U8(pixels) = frame.samples() else {
            panic!("frames have 8 bits")
        };
        samples.extend_from_slice(pixels);
    }
    Image::from_u8(Layout::u8(header.width, height, Channels::Rgba), samples).unwrap()
}

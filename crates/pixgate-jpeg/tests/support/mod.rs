//! Pictures to test with, and ways to decode them.

#![allow(
    dead_code,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "every test binary uses a part of it, on numbers made up here"
)]

use libjpeg_turbo_rs::{Encoder, PixelFormat, Subsampling};
use pixgate_jpeg::{DecodeOptions, Decoder, Error, Output, Rounding, Scale};

/// Pixels of a decoded picture, or the planes one after another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decoded {
    pub(crate) parts: Vec<(u32, u32, Vec<u8>)>,
    pub(crate) damage: Option<Error>,
}

/// A picture with gradients, edges and texture.
pub(crate) fn scene(width: usize, height: usize, channels: usize) -> Vec<u8> {
    let sample = |at: usize| {
        let (channel, x, y) = (at % channels, at / channels % width, at / channels / width);
        let wave = ((x * (3 + channel) + y * 5) as f64 / 17.0).sin() * 60.0;
        let edge = if (x / 13 + y / 9) % 2 == channel % 2 {
            40.0
        } else {
            0.0
        };
        let ramp = x as f64 * 80.0 / width as f64;
        (60.0 + wave + edge + ramp).clamp(0.0, 255.0) as u8
    };
    (0..width * height * channels).map(sample).collect()
}

pub(crate) fn encode(
    (width, height): (usize, usize),
    subsampling: Subsampling,
    change: impl for<'a> FnOnce(Encoder<'a>) -> Encoder<'a>,
) -> Vec<u8> {
    let pixels = scene(width, height, 3);
    let encoder = Encoder::new(&pixels, width, height, PixelFormat::Rgb);
    let encoder = encoder.quality(90).subsampling(subsampling);
    change(encoder).encode().unwrap()
}

pub(crate) fn interleaved(scale: Scale) -> DecodeOptions {
    let rounding = Rounding::Up;
    options(Output::Interleaved { scale, rounding })
}

pub(crate) fn planes(scale: Scale) -> DecodeOptions {
    options(Output::Planes { scales: [scale; 4] })
}

fn options(output: Output) -> DecodeOptions {
    let mut options = DecodeOptions::default();
    options.output = output;
    options
}

/// Decodes everything and checks on the way that the bands follow on each other.
pub(crate) fn decode(data: &[u8], options: DecodeOptions) -> Result<Decoded, Error> {
    let mut decoder = Decoder::new(data, options)?;
    let layouts: Vec<_> = (0..4).map_while(|index| decoder.layout(index)).collect();
    let mut parts = vec![Vec::new(); layouts.len()];
    while let Some(band) = decoder.next_band()? {
        for (index, part) in band.parts() {
            let row = layouts[index].row_samples();
            assert_eq!(part.first_row as usize * row, parts[index].len());
            part.rows.rows().for_each(|row| parts[index].extend(row));
        }
    }
    let sized = layouts.iter().zip(parts).map(|(layout, samples)| {
        assert_eq!(samples.len(), layout.samples().unwrap());
        (layout.width, layout.height, samples)
    });
    Ok(Decoded {
        parts: sized.collect(),
        damage: decoder.damage().cloned(),
    })
}

/// Milliseconds that this thread has run: what other programs take does not count.
pub(crate) fn clock() -> f64 {
    cpu_time::ThreadTime::now().as_duration().as_secs_f64() * 1000.0
}

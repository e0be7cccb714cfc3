//! Samples on their way through a pipe: plane after plane, in the machine's byte order.

use std::io::{self, Read, Write};

use pixgate_codec::{Error, OutputLayout, Pixels};
use pixgate_raster::{Image, Samples, SamplesMut};

/// Writes all samples.
pub(crate) fn write_pixels(to: &mut impl Write, pixels: &Pixels) -> io::Result<()> {
    match pixels {
        Pixels::Interleaved(image) => write_image(to, image),
        Pixels::Planar(planes) => {
            write_image(to, &planes.y)?;
            for plane in planes.chroma.iter().flatten() {
                write_image(to, plane)?;
            }
            planes
                .alpha
                .iter()
                .try_for_each(|alpha| write_image(to, alpha))
        }
    }
}

/// Writes the samples of an image.
pub(crate) fn write_image(to: &mut impl Write, image: &Image) -> io::Result<()> {
    match image.samples() {
        Samples::U8(samples) => to.write_all(samples),
        Samples::U16(samples) => to.write_all(bytemuck::cast_slice(samples)),
        Samples::F32(samples) => to.write_all(bytemuck::cast_slice(samples)),
    }
}

/// Reads what [`write_pixels`] wrote.
pub(crate) fn read_pixels(
    from: &mut impl Read,
    layout: OutputLayout,
) -> Result<Pixels, ReadFailure> {
    let mut pixels = Pixels::zeroed(layout)?;
    match &mut pixels {
        Pixels::Interleaved(image) => read_image(from, image)?,
        Pixels::Planar(planes) => {
            read_image(from, &mut planes.y)?;
            for plane in planes.chroma.iter_mut().flatten() {
                read_image(from, plane)?;
            }
            if let Some(alpha) = &mut planes.alpha {
                read_image(from, alpha)?;
            }
        }
    }
    Ok(pixels)
}

fn read_image(from: &mut impl Read, image: &mut Image) -> io::Result<()> {
    match image.samples_mut() {
        SamplesMut::U8(samples) => from.read_exact(samples),
        SamplesMut::U16(samples) => from.read_exact(bytemuck::cast_slice_mut(samples)),
        SamplesMut::F32(samples) => from.read_exact(bytemuck::cast_slice_mut(samples)),
    }
}

/// Why pixels were not read.
pub(crate) enum ReadFailure {
    /// There is no room for them.
    NoRoom(Error),
    /// They did not come.
    Pipe,
}

impl From<Error> for ReadFailure {
    fn from(error: Error) -> Self {
        Self::NoRoom(error)
    }
}

impl From<io::Error> for ReadFailure {
    fn from(_: io::Error) -> Self {
        Self::Pipe
    }
}

#[cfg(test)]
mod tests {
    use pixgate_raster::{Channels, ChromaSubsampling, Depth, Layout, YuvMatrix, YuvRange};

    use super::*;

    fn layouts() -> Vec<OutputLayout> {
        let interleaved = |depth| Layout {
            depth,
            ..Layout::u8(3, 2, Channels::Rgba)
        };
        let planar = |subsampling, alpha| OutputLayout::Planar {
            width: 5,
            height: 3,
            depth: Depth::U8,
            subsampling,
            alpha,
            matrix: YuvMatrix::Bt601,
            range: YuvRange::Full,
        };
        vec![
            OutputLayout::Interleaved(interleaved(Depth::U8)),
            OutputLayout::Interleaved(interleaved(Depth::U16)),
            OutputLayout::Interleaved(interleaved(Depth::F32)),
            planar(None, false),
            planar(Some(ChromaSubsampling::Both), true),
        ]
    }

    #[test]
    fn pixels_survive_the_way() {
        for layout in layouts() {
            let length = usize::try_from(layout.bytes()).unwrap();
            let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(length).collect();
            let Ok(pixels) = read_pixels(&mut bytes.as_slice(), layout) else {
                panic!("{layout:?}")
            };
            assert_eq!(pixels.output_layout(), layout);
            let mut written = Vec::new();
            write_pixels(&mut written, &pixels).unwrap();
            assert_eq!(written, bytes);
        }
    }
}

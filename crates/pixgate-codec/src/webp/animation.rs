//! WebP animations, by pixgate-webp.

use pixgate_options::WebpCompression;
use pixgate_raster::{Channels, Depth, Image, Layout, Samples, zeroed};
use pixgate_webp::Coding;
use pixgate_webp::animation::{self, Encoder};

use super::container::with_metadata;
use super::encode::{MAX_SIDE, chroma_of, settings_of};
use super::encode_lossless::options_of;
use super::{of_webp, unsupported};
use crate::{AnimationEncoder, EncodeSettings, Error, ErrorKind, Metadata};

/// Starts an animation.
pub(crate) fn animation(
    layout: Layout,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Box<dyn AnimationEncoder>, Error> {
    if layout.width.max(layout.height) > MAX_SIDE {
        return Err(unsupported("a side of more than 16383 pixels"));
    }
    if layout.depth != Depth::U8 || layout.channels == Channels::Cmyk {
        return Err(unsupported("CMYK or more than 8 bits"));
    }
    Ok(Box::new(Animation {
        layout,
        library: Encoder::new((layout.width, layout.height), coding(settings)).map_err(of_webp)?,
        metadata: metadata.clone(),
    }))
}

/// What an animation takes beside the file.
pub(crate) fn encode_bytes(layout: Layout, settings: &EncodeSettings) -> u64 {
    let pixels = u64::from(layout.width) * u64::from(layout.height);
    let library = animation::encode_bytes(layout.width, layout.height, &coding(settings));
    // The frame, and the same in RGBA.
    library.saturating_add(layout.bytes() + pixels * 4)
}

fn coding(settings: &EncodeSettings) -> Coding {
    match settings.webp_compression {
        WebpCompression::Lossy => Coding::Lossy {
            settings: settings_of(settings),
            chroma: chroma_of(settings),
        },
        WebpCompression::Lossless | WebpCompression::NearLossless => {
            Coding::Lossless(options_of(settings))
        }
    }
}

struct Animation {
    layout: Layout,
    library: Encoder,
    metadata: Metadata,
}

impl AnimationEncoder for Animation {
    fn write_frame(&mut self, image: Image, delay_ms: u32) -> Result<(), Error> {
        if image.layout() != self.layout {
            return Err(unsupported("frames of different sizes"));
        }
        let pixels = rgba(&image)?;
        drop(image);
        self.library.push(&pixels, delay_ms).map_err(of_webp)
    }

    fn finish(self: Box<Self>, loop_count: u32) -> Result<Vec<u8>, Error> {
        let loop_count = u16::try_from(loop_count).unwrap_or(u16::MAX);
        let file = self.library.finish(loop_count).map_err(of_webp)?;
        with_metadata(
            file,
            (self.layout.width, self.layout.height),
            &self.metadata,
        )
    }
}

/// The library takes colours and alpha only.
fn rgba(image: &Image) -> Result<Vec<[u8; 4]>, Error> {
    let Samples::U8(samples) = image.samples() else {
        return Err(unsupported("more than 8 bits"));
    };
    let count = image.layout().channels.count();
    let mut pixels = zeroed::<[u8; 4]>(samples.len() / count)?;
    for (to, from) in pixels.iter_mut().zip(samples.chunks_exact(count)) {
        *to = match *from {
            [grey] => [grey, grey, grey, 255],
            [grey, alpha] => [grey, grey, grey, alpha],
            [red, green, blue] => [red, green, blue, 255],
            [red, green, blue, alpha] => [red, green, blue, alpha],
            _ => return Err(ErrorKind::Internal.into()),
        };
    }
    Ok(pixels)
}

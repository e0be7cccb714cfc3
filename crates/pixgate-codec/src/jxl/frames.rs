//! Animations.

use std::borrow::Cow;

use ::jxl_oxide::JxlImage;
use pixgate_raster::{Image, Layout};

use super::container::Container;
use super::{Reader, decode_bytes, layout, render};
use crate::{Animation, DecodeRequest, Error, Frames, Header, Limits};

/// Starts to read an animation.
pub(crate) fn frames<'a>(
    bytes: &'a [u8],
    header: &Header,
    _: &Limits,
) -> Result<Box<dyn Frames + 'a>, Error> {
    let container = Container::read(bytes)?;
    let codestream: Cow<'_, [u8]> = container.codestream();
    let room = decode_bytes(header, &DecodeRequest::default());
    let mut reader = Reader::open(&codestream, room)?;
    reader.feed_all()?;
    let image = reader.image;
    Ok(Box::new(Keyframes {
        layout: layout(header, &image)?,
        delays_ms: timing(&image).delays_ms,
        image,
        next: 0,
    }))
}

struct Keyframes {
    image: JxlImage,
    layout: Layout,
    delays_ms: Vec<u32>,
    next: usize,
}

impl Frames for Keyframes {
    fn next_frame(&mut self) -> Result<Option<(Image, u32)>, Error> {
        let Some(delay_ms) = self.delays_ms.get(self.next) else {
            return Ok(None);
        };
        let image = render(&self.image, self.next, self.layout)?;
        self.next += 1;
        Ok(Some((image, *delay_ms)))
    }
}

/// How long each frame that was fed is shown, and how often all of them.
pub(super) fn timing(image: &JxlImage) -> Animation {
    let animation = image.image_header().metadata.animation.as_ref();
    let (numerator, denominator, loop_count) = animation.map_or((0, 0, 0), |animation| {
        (
            u64::from(animation.tps_numerator),
            u64::from(animation.tps_denominator),
            animation.num_loops,
        )
    });
    let count = image.num_loaded_keyframes();
    let headers = (0..count).map(|frame| image.frame_header(frame));
    let ticks = headers.map(|header| header.map_or(0, |header| u64::from(header.duration)));
    let milliseconds = ticks.map(|ticks| {
        let whole = ticks.saturating_mul(1000).saturating_mul(denominator);
        u32::try_from(whole / numerator.max(1)).unwrap_or(u32::MAX)
    });
    Animation {
        fills_canvas: false,
        delays_ms: milliseconds.collect(),
        loop_count,
    }
}

//! A translucent colour behind transparency.

use std::fmt;

use pixgate_options::Rgb;
use pixgate_raster::convert::{convert_bytes, convert_channels};
use pixgate_raster::{Channels, Image, Layout, SamplesMut};

use super::flatten::{flat, hex, planned_background};
use super::operation::Operation;
use super::row_filter::{RowFilter, RowPlace};
use super::samples_of;
use crate::Error;
use crate::geometry::{Pipeline, State};
use crate::work::Work;

/// Putting a translucent colour behind transparency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Underlay {
    /// The colour behind.
    pub background: Rgb,
    /// Its alpha, 0 to 254.
    pub alpha: u8,
}

impl Underlay {
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let behind = planned_background(state, pipeline);
        let translucent = behind.filter(|(_, alpha)| *alpha < u8::MAX);
        Ok(translucent.map(|(background, alpha)| Self { background, alpha }))
    }
}

impl Operation for Underlay {
    fn layout_after(&self, layout: Layout) -> Layout {
        if !layout.channels.has_alpha() {
            return layout;
        }
        match flat(layout.channels, self.background) {
            Channels::Rgb => layout.with_channels(Channels::Rgba),
            Channels::Grey | Channels::GreyAlpha | Channels::Rgba | Channels::Cmyk => layout,
        }
    }

    fn bytes(&self, layout: Layout) -> u64 {
        convert_bytes(layout, self.layout_after(layout))
    }

    fn run(&self, image: Image, _: &Work<'_>) -> Result<Image, Error> {
        let all = RowPlace::whole(image.layout());
        self.filter(image, all)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let background = hex(self.background);
        write!(f, "background {background} of alpha {}", self.alpha)
    }

    fn row_filter(&self) -> Option<&dyn RowFilter> {
        Some(self)
    }
}

impl RowFilter for Underlay {
    fn filter(&self, rows: Image, _: RowPlace) -> Result<Image, Error> {
        underlay(rows, samples_of(self.background), self.alpha)
    }
}

/// Puts a colour of an alpha from 0 to 255 behind the image; one without alpha stays as it is.
///
/// Source over destination (T. Porter and T. Duff, 1984) on the encoded samples. A grey image
/// becomes coloured if the colour is.
fn underlay(image: Image, color: [u8; 3], alpha: u8) -> Result<Image, Error> {
    let [red, green, blue] = color;
    let is_coloured = red != green || green != blue;
    let mut image = match image.layout().channels {
        Channels::GreyAlpha if is_coloured => convert_channels(image, Channels::Rgba)?,
        _ => image,
    };
    let channels = image.layout().channels;
    let behind = Behind {
        color: color.map(unit),
        alpha: unit(alpha),
    };
    match image.samples_mut() {
        SamplesMut::U8(samples) => behind.put(samples, channels, unit, byte),
        SamplesMut::U16(samples) => behind.put(samples, channels, unit_of_word, word),
        SamplesMut::F32(samples) => behind.put(samples, channels, |v| v, |v| v),
    }
    Ok(image)
}

/// A colour and its alpha, each from 0 to 1.
#[derive(Clone, Copy)]
struct Behind {
    color: [f32; 3],
    alpha: f32,
}

impl Behind {
    fn put<T: Copy>(
        self,
        samples: &mut [T],
        channels: Channels,
        read: impl Fn(T) -> f32,
        write: impl Fn(f32) -> T,
    ) {
        let [red, green, blue] = self.color;
        let mix = |sample, share, color| write(read(sample) * share + color * (1.0 - share));
        match channels {
            Channels::GreyAlpha => {
                for [grey, a] in samples.as_chunks_mut().0 {
                    let (share, alpha) = self.blend(read(*a));
                    (*grey, *a) = (mix(*grey, share, red), write(alpha));
                }
            }
            Channels::Rgba => {
                for [r, g, b, a] in samples.as_chunks_mut().0 {
                    let (share, alpha) = self.blend(read(*a));
                    (*r, *g, *b) = (
                        mix(*r, share, red),
                        mix(*g, share, green),
                        mix(*b, share, blue),
                    );
                    *a = write(alpha);
                }
            }
            Channels::Grey | Channels::Rgb | Channels::Cmyk => {}
        }
    }

    /// How much of a pixel's own colour is seen, and the alpha of both together.
    fn blend(self, own: f32) -> (f32, f32) {
        let alpha = own + self.alpha * (1.0 - own);
        let share = if alpha > 0.0 { own / alpha } else { 1.0 };
        (share, alpha)
    }
}

fn unit(value: u8) -> f32 {
    f32::from(value) / 255.0
}

fn unit_of_word(value: u16) -> f32 {
    f32::from(value) / 65_535.0
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mean of values from 0 to 255; the cast saturates"
)]
fn byte(value: f32) -> u8 {
    (value * 255.0 + 0.5) as u8
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a mean of values from 0 to 65535; the cast saturates"
)]
fn word(value: f32) -> u16 {
    (value * 65_535.0 + 0.5) as u16
}

#[cfg(test)]
mod tests {
    use pixgate_raster::{Depth, Layout, Samples};

    use super::*;

    fn put(channels: Channels, samples: Vec<u8>, color: [u8; 3], alpha: u8) -> Vec<u8> {
        let image = Image::from_u8(Layout::u8(1, 1, channels), samples).unwrap();
        let image = underlay(image, color, alpha).unwrap();
        image.view::<u8>().unwrap().pixel(0, 0).to_vec()
    }

    #[test]
    fn the_colour_shows_where_the_image_does_not() {
        let red = [255, 0, 0];
        for (pixel, alpha, expected) in [
            ([1, 2, 3, 255], 128, [1, 2, 3, 255]),
            ([1, 2, 3, 0], 128, [255, 0, 0, 128]),
            ([0, 0, 255, 128], 255, [127, 0, 128, 255]),
            ([0, 0, 255, 128], 0, [0, 0, 255, 128]),
            ([9, 9, 9, 0], 0, [9, 9, 9, 0]),
        ] {
            let found = put(Channels::Rgba, pixel.to_vec(), red, alpha);
            assert_eq!(found, expected, "{pixel:?} {alpha}");
        }
    }

    #[test]
    fn greys_stay_grey_on_grey_and_opaque_images_stay() {
        let grey = Channels::GreyAlpha;
        assert_eq!(put(grey, vec![7, 0], [9, 9, 9], 51), [9, 51]);
        assert_eq!(put(grey, vec![7, 0], [9, 8, 9], 51), [9, 8, 9, 51]);
        assert_eq!(put(Channels::Rgb, vec![1, 2, 3], [9, 9, 9], 51), [1, 2, 3]);
    }

    #[test]
    fn words_are_mixed_as_bytes_are() {
        let layout = Layout {
            depth: Depth::U16,
            ..Layout::u8(1, 1, Channels::GreyAlpha)
        };
        let image = Image::from_samples(layout, Samples::U16(vec![7, 0])).unwrap();
        let image = underlay(image, [1, 1, 1], 255).unwrap();
        assert_eq!(image.view::<u16>().unwrap().pixel(0, 0), [257, 65_535]);
    }
}

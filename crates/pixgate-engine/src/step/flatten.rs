//! Blending transparency onto a colour.

use std::fmt;

use pixgate_options::{Format, PipelineOptions, Rgb};
use pixgate_raster::compose::{flatten, flatten_bytes};
use pixgate_raster::{Channels, Image, Layout};

use super::operation::Operation;
use super::row_filter::{RowFilter, RowPlace};
use super::samples_of;
use crate::Error;
use crate::geometry::{Pipeline, State};
use crate::work::Work;

/// Blending transparency onto a colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Flatten {
    /// The colour behind.
    pub background: Rgb,
}

impl Flatten {
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let behind = planned_background(state, pipeline);
        let opaque = behind.filter(|(_, alpha)| *alpha == u8::MAX);
        Ok(opaque.map(|(background, _)| Self { background }))
    }

    /// The step for what a shape left transparent, if the result's format cannot be.
    pub(crate) fn plan_cut(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let keeps_alpha = !pipeline.is_last || state.format.has_alpha();
        if keeps_alpha || !pipeline.options.is_masked() {
            return Ok(None);
        }
        Self::plan(state, pipeline)
    }
}

impl Operation for Flatten {
    fn layout_after(&self, layout: Layout) -> Layout {
        layout.with_channels(flat(layout.channels, self.background))
    }

    fn bytes(&self, layout: Layout) -> u64 {
        flatten_bytes(layout, samples_of(self.background))
    }

    fn run(&self, image: Image, _: &Work<'_>) -> Result<Image, Error> {
        let all = RowPlace::whole(image.layout());
        self.filter(image, all)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "blend onto {}", hex(self.background))
    }

    fn row_filter(&self) -> Option<&dyn RowFilter> {
        Some(self)
    }
}

impl RowFilter for Flatten {
    fn filter(&self, rows: Image, _: RowPlace) -> Result<Image, Error> {
        Ok(flatten(rows, samples_of(self.background))?)
    }
}

/// Channels of a blended image: a coloured background makes grey with alpha coloured.
pub(super) fn flat(channels: Channels, background: Rgb) -> Channels {
    let [red, green, blue] = samples_of(background);
    match channels {
        Channels::GreyAlpha if red == green && green == blue => Channels::Grey,
        Channels::GreyAlpha | Channels::Rgba => Channels::Rgb,
        Channels::Grey | Channels::Rgb | Channels::Cmyk => channels,
    }
}

/// A colour as it is written in URLs.
pub(super) fn hex(color: Rgb) -> String {
    format!("#{:02x}{:02x}{:02x}", color.red, color.green, color.blue)
}

/// What is put behind the image now, with its alpha; nothing if all is opaque.
pub(super) fn planned_background(state: &State<'_>, pipeline: &Pipeline<'_>) -> Option<(Rgb, u8)> {
    let format = pipeline.is_last.then_some(state.format);
    background(pipeline.options, format).filter(|_| state.channels.has_alpha())
}

/// What fills transparency, with its alpha; none if it stays.
///
/// A format without alpha gets white where nothing else is asked for, and the colour in full where
/// it is asked for translucent. Between pipelines, which have no `format`, all can be transparent.
fn background(options: &PipelineOptions, format: Option<Format>) -> Option<(Rgb, u8)> {
    let is_opaque = format.is_some_and(|format| !format.has_alpha());
    match options.background {
        None => is_opaque.then_some((Rgb::WHITE, u8::MAX)),
        Some(color) if is_opaque => Some((color, u8::MAX)),
        Some(color) => Some((color, alpha(options))),
    }
}

/// Alpha of the background, 0 to 255.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and 255 by then"
)]
fn alpha(options: &PipelineOptions) -> u8 {
    (options.background_alpha().clamp(0.0, 1.0) * 255.0).round() as u8
}

/// Whether nothing shines through the background.
pub(crate) fn is_opaque(options: &PipelineOptions) -> bool {
    options.background.is_some() && alpha(options) == u8::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_the_colour() {
        let background = Rgb::new(255, 0, 10);
        let step = crate::Step::Flatten(Flatten { background });
        assert_eq!(step.to_string(), "blend onto #ff000a");
    }

    const RED: Rgb = Rgb::new(255, 0, 0);

    fn filled(
        background: Option<Rgb>,
        alpha: Option<f64>,
        format: Option<Format>,
    ) -> Option<(Rgb, u8)> {
        let mut options = PipelineOptions::default();
        options.background = background;
        options.background_alpha = alpha;
        super::background(&options, format)
    }

    #[test]
    fn only_formats_without_alpha_flatten_unasked() {
        let flat = |color| Some((color, u8::MAX));
        assert_eq!(filled(None, None, Some(Format::Png)), None);
        assert_eq!(filled(None, Some(0.5), None), None);
        assert_eq!(filled(None, None, Some(Format::Jpeg)), flat(Rgb::WHITE));
        assert_eq!(filled(Some(RED), None, Some(Format::Png)), flat(RED));
        assert_eq!(filled(Some(RED), None, None), flat(RED));
    }

    #[test]
    fn a_translucent_background_is_opaque_where_nothing_else_can_be() {
        let under = |alpha| Some((RED, alpha));
        let flat = Some((RED, u8::MAX));
        assert_eq!(filled(Some(RED), Some(0.5), Some(Format::Webp)), under(128));
        assert_eq!(filled(Some(RED), Some(0.0), None), under(0));
        assert_eq!(filled(Some(RED), Some(0.5), Some(Format::Jpeg)), flat);
        assert_eq!(filled(Some(RED), Some(1.0), Some(Format::Webp)), flat);
    }
}

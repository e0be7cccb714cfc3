//! A picture as a mask.

use std::fmt;

use pixgate_codec::{DecodeRequest, Header, Shrink};
use pixgate_options::{Format, MaskFit, MaskReading, PipelineOptions};
use pixgate_raster::compose::{coverage, mask, mask_bytes};
use pixgate_raster::geometry::Canvas;
use pixgate_raster::{Channels, Depth, Image, Layout};

use super::operation::{Operation, Overlay};
use super::{Crop, Extend, Orient, Resample, Step};
use crate::admit::check_header;
use crate::companions::mask_url;
use crate::geometry::{Factors, Pipeline, Size, State, Turn};
use crate::load::Load;
use crate::rect::{Rect, length};
use crate::rounding::to_float;
use crate::work::Work;
use crate::{Error, ErrorKind, WatermarkImage};

/// Making transparent what a mask hides.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Mask {
    /// The mask.
    pub image: WatermarkImage,
    /// What is asked of the decoder.
    pub decode: DecodeRequest,
    /// Width and height as decoded, in stored orientation.
    pub loaded: (u32, u32),
    /// What of it counts.
    pub reading: MaskReading,
    /// Whether it hides what it would keep.
    pub is_inverted: bool,
    /// What is done to what it covers, until it has the size of the image.
    pub steps: Vec<Step>,
    /// Width of the image.
    pub width: u32,
    /// Height of the image.
    pub height: u32,
}

impl Mask {
    /// The step, if a mask is asked for.
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let Some(url) = mask_url(pipeline.options) else {
            return Ok(None);
        };
        let image = state.recipe.companions.get(url);
        let image = image.ok_or(ErrorKind::CompanionMissing { option: "px_mask" })?;
        let settings = state.recipe.settings;
        check_header(&image.header, 1, settings.max_src_resolution, 0)?;
        let (width, height) = state.size.sides()?;
        let mode = &pipeline.options.px_mask_mode;
        let mut step = Self {
            image: image.clone(),
            decode: DecodeRequest::default(),
            loaded: (image.header.width, image.header.height),
            reading: mode.reading.unwrap_or(MaskReading::Auto),
            is_inverted: mode.invert.unwrap_or(false),
            steps: Vec::new(),
            width,
            height,
        };
        let turn = PipelineOptions::default();
        let turn = Turn::new(image.header.orientation, &turn, settings.auto_rotate);
        step.fit(turn, mode.fit.unwrap_or(MaskFit::Stretch), state.size)?;
        Ok(Some(step))
    }

    /// Plans how it gets the size of the image.
    fn fit(&mut self, turn: Turn, fit: MaskFit, target: Size) -> Result<(), Error> {
        self.steps.extend(Orient::by(turn).map(Step::Orient));
        let stored = Size::of(self.loaded.0, self.loaded.1);
        let mut size = stored.swapped_if(turn.swaps_sides());
        if is_vector(&self.image.header) {
            // Drawn as large as it is needed, so that its edges are sharp.
            let factors = factors(size, target, fit);
            let factor = factors.x.max(factors.y);
            size = scaled(
                size,
                Factors {
                    x: factor,
                    y: factor,
                },
            );
            self.loaded = size.sides()?;
            let (width, height) = self.loaded;
            self.decode.shrink = Shrink::Size { width, height };
        }
        let factors = factors(size, target, fit);
        if let Some(resample) = Resample::by(size, factors)? {
            size = Size::of(resample.width, resample.height);
            self.steps.push(Step::Resample(resample));
        }
        if size == target {
            return Ok(());
        }
        let (left, top) = (size.width - target.width, size.height - target.height);
        self.steps.push(match fit {
            MaskFit::Contain => Step::Extend(Extend::onto(Canvas {
                width: self.width,
                height: self.height,
                left: -left / 2,
                top: -top / 2,
            })),
            MaskFit::Stretch | MaskFit::Cover => Step::ResultCrop(Crop::of_result(Rect {
                left: length((left / 2).max(0)),
                top: length((top / 2).max(0)),
                width: self.width,
                height: self.height,
            })),
        });
        Ok(())
    }

    const fn load(&self) -> Load<'_> {
        Load {
            header: &self.image.header,
            decode: &self.decode,
            size: self.loaded,
            depth: Depth::U8,
            box_shrink: 1,
            stack: None,
        }
    }
}

impl Operation for Mask {
    fn layout_after(&self, layout: Layout) -> Layout {
        layout.with_channels(layout.channels.with_alpha())
    }

    fn bytes(&self, layout: Layout) -> u64 {
        let load = self.load();
        let decoded = load.stored_layout();
        let mut plane = decoded.with_channels(Channels::Grey);
        let mut making = decoded
            .bytes()
            .saturating_mul(2)
            .saturating_add(plane.bytes());
        making = making.saturating_add(load.decoder_bytes());
        for step in &self.steps {
            making = making.max(plane.bytes().saturating_add(step.bytes(plane)));
            plane = step.layout_after(plane);
        }
        let ready = self.ready_layout().bytes().saturating_mul(2);
        making.max(ready.saturating_add(mask_bytes(layout)))
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        self.draw(&self.ready(work)?, image, work)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inverted = if self.is_inverted { ", inverted" } else { "" };
        write!(f, "mask, {}{inverted}", self.reading)
    }

    fn overlay(&self) -> Option<&dyn Overlay> {
        Some(self)
    }
}

impl Overlay for Mask {
    fn source(&self) -> &WatermarkImage {
        &self.image
    }

    fn ready_layout(&self) -> Layout {
        Layout::u8(self.width, self.height, Channels::Grey)
    }

    fn ready(&self, work: &Work<'_>) -> Result<Image, Error> {
        let (image, _) = self.load().read(&self.image.bytes, work)?;
        let by_alpha = match self.reading {
            MaskReading::Auto => None,
            MaskReading::Alpha => Some(true),
            MaskReading::Luminance => Some(false),
        };
        let mut plane = coverage(image, by_alpha)?;
        for step in &self.steps {
            plane = step.run(plane, work)?;
        }
        if plane.layout().channels == Channels::GreyAlpha {
            // Around it nothing is covered.
            plane = pixgate_raster::compose::flatten(plane, [0, 0, 0])?;
        }
        if self.is_inverted {
            for sample in plane.slice_mut::<u8>()? {
                *sample = u8::MAX - *sample;
            }
        }
        Ok(plane)
    }

    fn draw(&self, ready: &Image, image: Image, _: &Work<'_>) -> Result<Image, Error> {
        Ok(mask(image, ready)?)
    }
}

fn is_vector(header: &Header) -> bool {
    header.format == Format::Svg
}

/// By how much a mask is scaled for an image.
fn factors(size: Size, target: Size, fit: MaskFit) -> Factors {
    let x = to_float(target.width) / to_float(size.width.max(1));
    let y = to_float(target.height) / to_float(size.height.max(1));
    let (x, y) = match fit {
        MaskFit::Stretch => (x, y),
        MaskFit::Cover => (x.max(y), x.max(y)),
        MaskFit::Contain => (x.min(y), x.min(y)),
    };
    Factors { x, y }
}

fn scaled(size: Size, factors: Factors) -> Size {
    let side = |side: i64, factor: f64| crate::rounding::scale_even(side, factor).max(1);
    Size::new(side(size.width, factors.x), side(size.height, factors.y))
}

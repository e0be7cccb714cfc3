//! The watermark: its own small pipeline, and where it goes.

mod prepare;
mod tiles;

use std::fmt;

use pixgate_codec::DecodeRequest;
use pixgate_options::{GravityKind, PipelineOptions, Watermark as WatermarkOptions};
use pixgate_raster::compose::{composite, composite_bytes};
use pixgate_raster::{Channels, Depth, Image, Layout};

use super::color_filter::colored_channels;
use super::operation::{Operation, Overlay};
use super::{Shadow, Step};
use crate::admit::check_header;
use crate::companions::watermark_url;
use crate::geometry::{Gravity, Pipeline, Size, State, hanging_position};
use crate::load::Load;
use crate::rounding::to_float;
use crate::texts::watermark_text;
use crate::work::Work;
use crate::{Error, ErrorKind, Warning, WatermarkImage};
use prepare::{check_size, plan_scaling, plan_tilt, target};
use tiles::{plan_tiles, tile};

/// How a watermark is made ready and drawn.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Watermark {
    /// The image to draw.
    pub image: WatermarkImage,
    /// What is asked of the decoder.
    pub decode: DecodeRequest,
    /// Width and height as decoded, in stored orientation.
    pub loaded: (u32, u32),
    /// What is done to the decoded watermark.
    pub steps: Vec<Step>,
    /// Width after those steps, in pixels; of what is repeated, if tiled.
    pub width: u32,
    /// Height after those steps, in pixels; of what is repeated, if tiled.
    pub height: u32,
    /// Where it goes.
    pub placement: WatermarkPlacement,
    /// Factor of its alpha, above 0, at most 1.
    pub opacity: f64,
    /// Whether it has colours, so that a grey image gets them too.
    pub is_colored: bool,
    /// Whether it is a text.
    pub is_text: bool,
}

/// Where a watermark is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WatermarkPlacement {
    /// Once; parts that leave the image are cut off.
    At {
        /// Column of its left edge; may be negative.
        left: i64,
        /// Row of its top edge; may be negative.
        top: i64,
    },
    /// Over the whole image, again and again.
    Tiled {
        /// Column of the tile that lies on the image's first column.
        left: u32,
        /// Row of the tile that lies on the image's first row.
        top: u32,
    },
}

impl Watermark {
    /// The step, if a watermark is asked for and configured.
    pub(crate) fn plan(
        state: &mut State<'_>,
        pipeline: &Pipeline<'_>,
    ) -> Result<Option<Self>, Error> {
        let Some(asked) = pipeline.options.watermark() else {
            return Ok(None);
        };
        let (settings, options) = (state.recipe.settings, pipeline.options);
        if let Some(markup) = watermark_text(options) {
            return Self::text(state, asked, options, markup);
        }
        let (image, limit) = match watermark_url(options) {
            Some(url) => {
                let option = "watermark_url";
                let image = state.recipe.companions.get(url);
                let image = image.ok_or(ErrorKind::CompanionMissing { option })?;
                (image, settings.max_src_resolution)
            }
            None => match &settings.watermark {
                Some(image) => (image, state.recipe.pixel_limit()),
                None => {
                    state.warnings.push(Warning::NoWatermarkConfigured);
                    return Ok(None);
                }
            },
        };
        check_header(&image.header, 1, limit, 0)?;
        Self::placed(state, asked, options, (image, false)).map(Some)
    }

    /// The step that draws a text; none if nothing is to be seen of it.
    fn text(
        state: &State<'_>,
        asked: WatermarkOptions,
        options: &PipelineOptions,
        markup: &str,
    ) -> Result<Option<Self>, Error> {
        let recipe = &state.recipe;
        let width = to_float(state.size.width);
        let text_box = options.px_text_box.resolve(width, state.dpr);
        let drawing = recipe.texts.drawing(markup, text_box, recipe.settings)?;
        let step = drawing.map(|drawing| Self::placed(state, asked, options, (&drawing, true)));
        step.transpose()
    }

    fn placed(
        state: &State<'_>,
        asked: WatermarkOptions,
        options: &PipelineOptions,
        (image, is_text): (&WatermarkImage, bool),
    ) -> Result<Self, Error> {
        let (header, settings) = (&image.header, state.recipe.settings);
        let mut step = Self {
            image: image.clone(),
            decode: DecodeRequest::default(),
            loaded: (header.width, header.height),
            steps: Vec::new(),
            width: 0,
            height: 0,
            placement: WatermarkPlacement::At { left: 0, top: 0 },
            opacity: asked.opacity * settings.watermark_opacity,
            is_colored: header.channels.count() > 2,
            is_text,
        };
        let size = plan_scaling(&mut step, settings, target(state.size, asked, options))?;
        let size = plan_tilt(&mut step, options.watermark_rotate, size)?;
        check_size(size, options)?;
        let shadow = Shadow::around(options.watermark_shadow);
        match asked.position {
            GravityKind::Replicate | GravityKind::Chessboard => {
                plan_tiles(&mut step, state, asked, (size, shadow))?;
            }
            _ => step.plan_single(state, asked, (size, shadow))?,
        }
        Ok(step)
    }

    /// Draws it once; its place is that of the mark without its shadow.
    fn plan_single(
        &mut self,
        state: &State<'_>,
        asked: WatermarkOptions,
        (size, shadow): (Size, Option<Shadow>),
    ) -> Result<(), Error> {
        let gravity = Gravity::from(pixgate_options::Gravity {
            kind: asked.position,
            x: asked.x,
            y: asked.y,
        });
        let (left, top) = hanging_position(state.size, size, gravity, state.dpr);
        (self.width, self.height) = size.sides()?;
        self.placement = WatermarkPlacement::At { left, top };
        if let Some(shadow) = shadow {
            let margin = i64::from(shadow.margin);
            let grown = |side: u32| side.saturating_add(shadow.margin.saturating_mul(2));
            (self.width, self.height) = (grown(self.width), grown(self.height));
            self.placement = WatermarkPlacement::At {
                left: left.saturating_sub(margin),
                top: top.saturating_sub(margin),
            };
            self.steps.push(Step::Shadow(shadow));
        }
        Ok(())
    }

    /// Most bytes while it is made ready: the image before a step, and what that takes.
    fn steps_bytes(&self, decoded: Layout) -> u64 {
        let mut layout = decoded;
        let mut most = 0;
        for step in &self.steps {
            most = most.max(layout.bytes().saturating_add(step.bytes(layout)));
            layout = step.layout_after(layout);
        }
        most
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

impl Operation for Watermark {
    fn layout_after(&self, layout: Layout) -> Layout {
        if self.is_colored {
            layout.with_channels(colored_channels(layout.channels))
        } else {
            layout
        }
    }

    fn bytes(&self, layout: Layout) -> u64 {
        let load = self.load();
        let (decoded, ready) = (load.stored_layout(), self.ready_layout());
        load.decoder_bytes()
            .saturating_add(decoded.bytes().saturating_mul(2))
            .max(self.steps_bytes(decoded))
            .saturating_add(ready.bytes().saturating_mul(2))
            .saturating_add(composite_bytes(layout, ready))
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        self.draw(&self.ready(work)?, image, work)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.is_text {
            "watermark of text"
        } else {
            "watermark"
        })?;
        if let WatermarkPlacement::Tiled { .. } = self.placement {
            f.write_str(", repeated")?;
        }
        for (index, step) in self.steps.iter().enumerate() {
            let before = if index == 0 { ": " } else { ", " };
            write!(f, "{before}{step}")?;
        }
        Ok(())
    }

    fn overlay(&self) -> Option<&dyn Overlay> {
        Some(self)
    }
}

impl Overlay for Watermark {
    fn source(&self) -> &WatermarkImage {
        &self.image
    }

    fn ready_layout(&self) -> Layout {
        Layout::u8(self.width, self.height, Channels::Rgba)
    }

    fn ready(&self, work: &Work<'_>) -> Result<Image, Error> {
        let (mut image, _) = self.load().read(&self.image.bytes, work)?;
        for step in &self.steps {
            image = step.run(image, work)?;
        }
        Ok(image)
    }

    fn draw(&self, ready: &Image, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        match self.placement {
            WatermarkPlacement::At { left, top } => {
                Ok(composite(image, ready, (left, top), self.opacity)?)
            }
            WatermarkPlacement::Tiled { left, top } => {
                tile(image, ready, (left, top), self.opacity, work.cancel)
            }
        }
    }
}

//! The watermark: its own small pipeline, and where it goes.

use std::fmt;

use pixgate_codec::{DecodeRequest, Header};
use pixgate_options::{Format, GravityKind, PipelineOptions, Watermark as WatermarkOptions};
use pixgate_raster::{Channels, Depth, Image, Layout, composite, composite_bytes};

use super::color_filter::colored_channels;
use super::operation::{Operation, Overlay};
use super::{Orient, Pad, Resample, Step};
use crate::load::Load;
use crate::plan::{
    Geometry, Gravity, Pipeline, Size, SizeRequest, Source, State, Turn, check_header,
    hanging_position, offset,
};
use crate::rect::Sides;
use crate::rounding::scale_even;
use crate::work::Work;
use crate::{Cancel, Error, Settings, Warning, WatermarkImage};

/// How the configured watermark is made ready and drawn.
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
    /// Width after those steps, in pixels; of one tile, if tiled.
    pub width: u32,
    /// Height after those steps, in pixels; of one tile, if tiled.
    pub height: u32,
    /// Where it goes.
    pub placement: WatermarkPlacement,
    /// Factor of its alpha, above 0, at most 1.
    pub opacity: f64,
    /// Whether it has colours, so that a grey image gets them too.
    pub is_colored: bool,
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
        let Some(image) = &state.recipe.settings.watermark else {
            state.warnings.push(Warning::NoWatermarkConfigured);
            return Ok(None);
        };
        Self::placed(state, asked, image).map(Some)
    }

    fn placed(
        state: &State<'_>,
        asked: WatermarkOptions,
        image: &WatermarkImage,
    ) -> Result<Self, Error> {
        let (header, settings) = (&image.header, state.recipe.settings);
        check_header(header, 1, state.recipe.pixel_limit(), 0)?;
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
        };
        let size = plan_scaling(&mut step, header, settings, target(state.size, asked))?;
        if asked.position == GravityKind::Replicate {
            plan_tiles(&mut step, state, asked, size)?;
        } else {
            let gravity = Gravity::from(pixgate_options::Gravity {
                kind: asked.position,
                x: asked.x,
                y: asked.y,
            });
            let (left, top) = hanging_position(state.size, size, gravity, state.dpr);
            (step.width, step.height) = size.sides()?;
            step.placement = WatermarkPlacement::At { left, top };
        }
        Ok(step)
    }

    const fn load(&self) -> Load<'_> {
        Load {
            header: &self.image.header,
            decode: &self.decode,
            size: self.loaded,
            depth: Depth::U8,
            box_shrink: 1,
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
            .saturating_add(ready.bytes().saturating_mul(2))
            .saturating_add(composite_bytes(layout, ready))
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        self.draw(&self.ready(work)?, image, work)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.placement {
            WatermarkPlacement::Tiled { .. } => "watermark, repeated",
            WatermarkPlacement::At { .. } => "watermark",
        })
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

/// The box that the watermark is fitted to; unset keeps its own size.
fn target(image: Size, asked: WatermarkOptions) -> Size {
    match asked.scale.filter(|scale| *scale > 0.0) {
        Some(scale) => Size::new(
            scale_even(image.width, scale).max(1),
            scale_even(image.height, scale).max(1),
        ),
        None => Size::default(),
    }
}

/// Shrink on load, scale and turn.
fn plan_scaling(
    step: &mut Watermark,
    header: &Header,
    settings: &Settings,
    target: Size,
) -> Result<Size, Error> {
    let options = PipelineOptions::default();
    let turn = Turn::new(header.orientation, &options, settings.auto_rotate);
    let swaps_sides = turn.swaps_sides();
    let source = Source {
        header,
        stored: Size::of(header.width, header.height),
        guard: 1.0,
        swaps_sides,
        is_disabled: settings.disable_shrink_on_load,
    };
    let shown = source.stored.swapped_if(swaps_sides);
    let is_vector = header.format == Format::Svg;
    let request = SizeRequest {
        width: target.width,
        height: target.height,
        enlarge: true,
        ..SizeRequest::default()
    };
    let mut geometry = Geometry::new(&request, shown, is_vector);
    let loaded = source.load(&geometry);
    let mut unused = Gravity::from(pixgate_options::Gravity::CENTER);
    source.correct(&mut geometry, &mut unused, loaded.size);
    step.decode.shrink = loaded.shrink;
    step.loaded = loaded.size.sides()?;
    let mut size = loaded.size;
    let factors = geometry.factors.swapped_if(swaps_sides);
    if let Some(resample) = Resample::by(size, factors)? {
        size = Size::of(resample.width, resample.height);
        step.steps.push(Step::Resample(resample.of_watermark()));
    }
    step.steps.extend(Orient::by(turn).map(Step::Orient));
    Ok(size.swapped_if(swaps_sides))
}

/// Spacing becomes padding of the tile; the pattern is centred on an odd number of tiles.
fn plan_tiles(
    step: &mut Watermark,
    state: &State<'_>,
    asked: WatermarkOptions,
    size: Size,
) -> Result<(), Error> {
    let across = offset(asked.x, state.dpr, state.size.width).max(0);
    let down = offset(asked.y, state.dpr, state.size.height).max(0);
    let tile = Size::new(
        size.width.saturating_add(across),
        size.height.saturating_add(down),
    );
    (step.width, step.height) = tile.sides()?;
    if across > 0 || down > 0 {
        let sides = Sides {
            top: down / 2,
            right: across - across / 2,
            bottom: down - down / 2,
            left: across / 2,
        };
        step.steps.push(Step::Pad(Pad::around(sides)));
    }
    let start = |image: i64, tile: i64| {
        let count = (image + tile - 1) / tile;
        let odd = count + i64::from(count % 2 == 0);
        let start = (odd * tile - image) / 2 % tile;
        u32::try_from(start).unwrap_or(0)
    };
    step.placement = WatermarkPlacement::Tiled {
        left: start(state.size.width, tile.width),
        top: start(state.size.height, tile.height),
    };
    Ok(())
}

/// Draws copies side by side, the first beginning outside.
fn tile(
    image: Image,
    mark: &Image,
    (left, top): (u32, u32),
    opacity: f64,
    cancel: &Cancel,
) -> Result<Image, Error> {
    let (width, height) = (i64::from(image.width()), i64::from(image.height()));
    let mut image = image;
    let mut y = -i64::from(top);
    while y < height {
        cancel.check()?;
        let mut x = -i64::from(left);
        while x < width {
            image = composite(image, mark, (x, y), opacity)?;
            x += i64::from(mark.width());
        }
        y += i64::from(mark.height());
    }
    Ok(image)
}

//! The watermark: its own small pipeline, and where it goes.

use pixgate_codec::{DecodeRequest, Header};
use pixgate_options::{Format, GravityKind, PipelineOptions, ResizingType, Watermark};
use pixgate_raster::Orientation;

use super::build::Draft;
use super::gravity::Gravity;
use super::orientation::Turn;
use super::position::{hanging_position, offset};
use super::resample::resampled;
use super::scale::Geometry;
use super::shrink::Source;
use super::size::{Factors, Size};
use super::step::{Sides, Step};
use super::wanted::Wanted;
use super::{Warning, admit};
use crate::rounding::scale_even;
use crate::{Error, Settings, WatermarkImage};

/// How the configured watermark is made ready and drawn.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct WatermarkStep {
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

/// Adds the watermark step, if a watermark is asked for and configured.
pub(crate) fn watermark(draft: &mut Draft<'_>, options: &PipelineOptions) -> Result<(), Error> {
    let Some(asked) = options.watermark() else {
        return Ok(());
    };
    let settings = &draft.recipe.settings;
    let Some(image) = &settings.watermark else {
        draft.warnings.push(Warning::NoWatermarkConfigured);
        return Ok(());
    };
    let step = prepare(draft, asked, image, settings)?;
    draft.push(Step::Watermark(Box::new(step)));
    Ok(())
}

fn prepare(
    draft: &Draft<'_>,
    asked: Watermark,
    image: &WatermarkImage,
    settings: &Settings,
) -> Result<WatermarkStep, Error> {
    let header = &image.header;
    admit::check_header(header, 1, draft.recipe.pixel_limit(), 0)?;
    let mut step = WatermarkStep {
        decode: DecodeRequest::default(),
        loaded: (header.width, header.height),
        steps: Vec::new(),
        width: 0,
        height: 0,
        placement: WatermarkPlacement::At { left: 0, top: 0 },
        opacity: asked.opacity * settings.watermark_opacity,
        is_colored: header.channels.count() > 2,
    };
    let size = scaled(&mut step, header, settings, target(draft.size, asked))?;
    if asked.position == GravityKind::Replicate {
        tile(&mut step, draft, asked, size)?;
    } else {
        let gravity = Gravity::from(pixgate_options::Gravity {
            kind: asked.position,
            x: asked.x,
            y: asked.y,
        });
        let (left, top) = hanging_position(draft.size, size, gravity, draft.dpr);
        (step.width, step.height) = Draft::sides(size)?;
        step.placement = WatermarkPlacement::At { left, top };
    }
    Ok(step)
}

/// The box that the watermark is fitted to; unset keeps its own size.
fn target(image: Size, asked: Watermark) -> Size {
    match asked.scale.filter(|scale| *scale > 0.0) {
        Some(scale) => Size::new(
            scale_even(image.width, scale).max(1),
            scale_even(image.height, scale).max(1),
        ),
        None => Size::default(),
    }
}

/// Shrink on load, scale and turn.
fn scaled(
    step: &mut WatermarkStep,
    header: &Header,
    settings: &Settings,
    target: Size,
) -> Result<Size, Error> {
    let turn = Turn::new(
        header.orientation,
        &PipelineOptions::default(),
        settings.auto_rotate,
    );
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
    let mut geometry = Geometry::new(&fitted(target), shown, is_vector);
    let loaded = source.load(&geometry);
    let mut unused = Gravity::from(pixgate_options::Gravity::CENTER);
    source.correct(&mut geometry, &mut unused, loaded.size);
    step.decode.shrink = loaded.shrink;
    step.loaded = Draft::sides(loaded.size)?;
    let factors = geometry.factors.swapped_if(swaps_sides);
    let mut size = loaded.size;
    if factors != Factors::ONE {
        size = resampled(size, factors);
        let (width, height) = Draft::sides(size)?;
        step.steps.push(Step::Resample {
            width,
            height,
            scale_x: factors.x,
            scale_y: factors.y,
        });
    }
    if turn.combined() != Orientation::UPRIGHT {
        step.steps.push(Step::Orient(turn.combined()));
    }
    Ok(size.swapped_if(swaps_sides))
}

fn fitted(target: Size) -> Wanted {
    Wanted {
        resizing: ResizingType::Fit,
        width: target.width,
        height: target.height,
        min_width: 0,
        min_height: 0,
        zoom_x: 1.0,
        zoom_y: 1.0,
        dpr: 1.0,
        enlarge: true,
        extend: false,
        extend_aspect_ratio: false,
        crop_width: 0.0,
        crop_height: 0.0,
        crop_ratio: 0.0,
        enlarge_crop: false,
        padding: super::wanted::Padding::default(),
        max_result_dimension: 0,
    }
}

/// Spacing becomes padding of the tile; the pattern is centred on an odd number of tiles.
fn tile(
    step: &mut WatermarkStep,
    draft: &Draft<'_>,
    asked: Watermark,
    size: Size,
) -> Result<(), Error> {
    let across = offset(asked.x, draft.dpr, draft.size.width).max(0);
    let down = offset(asked.y, draft.dpr, draft.size.height).max(0);
    let tile = Size::new(
        size.width.saturating_add(across),
        size.height.saturating_add(down),
    );
    (step.width, step.height) = Draft::sides(tile)?;
    if across > 0 || down > 0 {
        let sides = Sides {
            top: down / 2,
            right: across - across / 2,
            bottom: down - down / 2,
            left: across / 2,
        };
        step.steps.push(Step::Pad(sides.finished()));
    }
    let start = |image: i64, tile: i64| {
        let count = (image + tile - 1) / tile;
        let odd = count + i64::from(count % 2 == 0);
        let start = (odd * tile - image) / 2 % tile;
        u32::try_from(start).unwrap_or(0)
    };
    step.placement = WatermarkPlacement::Tiled {
        left: start(draft.size.width, tile.width),
        top: start(draft.size.height, tile.height),
    };
    Ok(())
}

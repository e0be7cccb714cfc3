//! Watermarks all over an image.

use pixgate_options::{GravityKind, Watermark as WatermarkOptions};
use pixgate_raster::Image;
use pixgate_raster::compose::composite;

use super::{Watermark, WatermarkPlacement};
use crate::geometry::{Size, State, offset};
use crate::rect::{Rect, Sides};
use crate::step::{Crop, Pad, Repeat, Shadow, Step};
use crate::{Cancel, Error};

/// Patterns smaller than this are drawn several times at once.
const SMALL: u32 = 64;

/// What a pattern is made of.
struct Pattern {
    /// After how many pixels it begins anew.
    period: Size,
    /// Where the mark lies within that.
    places: Vec<(i64, i64)>,
}

/// Covers the image: with tiles beside each other, or on the black squares of a chessboard.
pub(super) fn plan_tiles(
    step: &mut Watermark,
    state: &State<'_>,
    asked: WatermarkOptions,
    (size, shadow): (Size, Option<Shadow>),
) -> Result<(), Error> {
    let pattern = if asked.position == GravityKind::Chessboard {
        chessboard(state, asked, size)
    } else {
        side_by_side(step, state, asked, size)
    };
    let (width, height) = pattern.period.sides()?;
    let start = Size::new(
        start(state.size.width, width.into()),
        start(state.size.height, height.into()),
    );
    let is_alone = pattern.places.len() == 1;
    let period = if is_alone && shadow.is_none() {
        (width, height)
    } else {
        repeat_in_block(step, pattern, (width, height))
    };
    (step.width, step.height) = period;
    match shadow {
        None => {
            step.placement = WatermarkPlacement::Tiled {
                left: u32::try_from(start.width).unwrap_or(0),
                top: u32::try_from(start.height).unwrap_or(0),
            };
            Ok(())
        }
        Some(shadow) => plan_layer(step, state, start, shadow),
    }
}

/// One mark after the other; the spacing becomes padding of the tile.
fn side_by_side(
    step: &mut Watermark,
    state: &State<'_>,
    asked: WatermarkOptions,
    size: Size,
) -> Pattern {
    let across = offset(asked.x, state.dpr, state.size.width).max(0);
    let down = offset(asked.y, state.dpr, state.size.height).max(0);
    if across > 0 || down > 0 {
        let sides = Sides {
            top: down / 2,
            right: across - across / 2,
            bottom: down - down / 2,
            left: across / 2,
        };
        step.steps.push(Step::Pad(Pad::around(sides)));
    }
    Pattern {
        period: Size::new(
            size.width.saturating_add(across),
            size.height.saturating_add(down),
        ),
        places: vec![(0, 0)],
    }
}

/// Two cells by two, the mark in the upper left and in the lower right one.
///
/// Marks may overlap, by three quarters at most, so that what is drawn stays a small multiple of
/// the image.
fn chessboard(state: &State<'_>, asked: WatermarkOptions, size: Size) -> Pattern {
    let cell = |mark: i64, value: f64, image: i64| {
        let spacing = offset(value, state.dpr, image);
        let cell = mark.saturating_add(spacing).max(mark / 4).max(1);
        (cell, (cell - mark) / 2)
    };
    let (width, left) = cell(size.width, asked.x, state.size.width);
    let (height, top) = cell(size.height, asked.y, state.size.height);
    Pattern {
        period: Size::new(width.saturating_mul(2), height.saturating_mul(2)),
        places: vec![
            (left, top),
            (width.saturating_add(left), height.saturating_add(top)),
        ],
    }
}

/// The pattern as an image, several times if it is small; gives the size of that.
fn repeat_in_block(step: &mut Watermark, pattern: Pattern, period: (u32, u32)) -> (u32, u32) {
    let whole = |period: u32| SMALL.next_multiple_of(period.max(1)).max(period);
    let (width, height) = (whole(period.0), whole(period.1));
    step.steps.push(Step::Repeat(Repeat {
        width,
        height,
        period,
        places: pattern.places,
    }));
    (width, height)
}

/// A whole layer with its shadow, so that the shadows of neighbours meet.
fn plan_layer(
    step: &mut Watermark,
    state: &State<'_>,
    start: Size,
    shadow: Shadow,
) -> Result<(), Error> {
    let (width, height) = state.size.sides()?;
    let margin = shadow.margin;
    let grown = |side: u32| side.saturating_add(margin.saturating_mul(2));
    step.steps.push(Step::Repeat(Repeat {
        width: grown(width),
        height: grown(height),
        period: (step.width, step.height),
        places: vec![(
            i64::from(margin) - start.width,
            i64::from(margin) - start.height,
        )],
    }));
    step.steps.push(Step::Shadow(shadow.within()));
    let rect = Rect {
        left: margin,
        top: margin,
        width,
        height,
    };
    step.steps.push(Step::ResultCrop(Crop::of_result(rect)));
    (step.width, step.height) = (width, height);
    step.placement = WatermarkPlacement::At { left: 0, top: 0 };
    Ok(())
}

/// The column of a tile that lies on the first one of the image: the pattern is centred on an odd
/// number of tiles.
const fn start(image: i64, tile: i64) -> i64 {
    let count = (image + tile - 1) / tile;
    let odd = count + (count % 2 == 0) as i64;
    (odd * tile - image) / 2 % tile
}

/// Draws copies side by side, the first beginning outside.
pub(super) fn tile(
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

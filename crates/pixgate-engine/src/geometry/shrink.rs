//! Shrink on load: how small an image can be decoded without losing anything of the result.

use pixgate_codec::{Header, Shrink};
use pixgate_options::Format;

use super::gravity::{Gravity, Toward};
use super::scale::Geometry;
use super::size::{Factors, Size};
use crate::rounding::{round_even, scale, shrink, to_float, truncate};

/// An image as it is decoded.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Loaded {
    /// What to ask of the decoder.
    pub(crate) shrink: Shrink,
    /// The decoded size, in stored orientation.
    pub(crate) size: Size,
}

/// What shrinking depends on besides the geometry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub(crate) header: &'a Header,
    /// Stored size, after the guard for vector images.
    pub(crate) stored: Size,
    /// How far the guard shrank a vector image, else 1.
    pub(crate) guard: f64,
    /// Whether orientation and rotation exchange the sides.
    pub(crate) swaps_sides: bool,
    /// Whether shrinking raster images is off.
    pub(crate) is_disabled: bool,
}

impl Source<'_> {
    /// Chooses the decoded size for a geometry that was computed for the stored size.
    pub(crate) fn load(&self, geometry: &Geometry) -> Loaded {
        let factor = self.prescale(geometry);
        let size = self.stored;
        let unchanged = self.unshrunk();
        let is_raster = self.header.format != Format::Svg;
        #[expect(clippy::float_cmp, reason = "exactly 1 is an unscaled axis")]
        let is_whole = factor == 1.0;
        if is_whole || is_raster && (self.is_disabled || factor < 1.0) {
            return unchanged;
        }
        match self.header.format {
            Format::Jpeg => jpeg(size, factor).unwrap_or(unchanged),
            Format::Webp if self.fills_canvas() => {
                exactly(size, |side| round_even(to_float(side) / factor))
            }
            Format::Svg => exactly(self.natural(), |side| {
                truncate((to_float(side) / factor + 0.5).floor())
            }),
            // It comes as stored, but without filters that would not show.
            Format::Avif => Loaded {
                shrink: exactly(size, |side| round_even(to_float(side) / factor)).shrink,
                ..unchanged
            },
            _ => unchanged,
        }
    }

    /// The reference's decoder does not scale frames that are smaller than their canvas.
    fn fills_canvas(&self) -> bool {
        let animation = self.header.animation.as_ref();
        animation.is_none_or(|animation| animation.fills_canvas)
    }

    /// The whole source, but for the guard.
    pub(crate) fn unshrunk(&self) -> Loaded {
        Loaded {
            shrink: self.guarded(),
            size: self.stored,
        }
    }

    /// How many times smaller the result is on the axis that shrinks less.
    fn prescale(&self, geometry: &Geometry) -> f64 {
        let Geometry {
            source, factors, ..
        } = geometry;
        let x = to_float(source.width) / to_float(scale(source.width, factors.x));
        let y = to_float(source.height) / to_float(scale(source.height, factors.y));
        x.min(y) * self.guard
    }

    fn natural(&self) -> Size {
        Size::of(self.header.width, self.header.height)
    }

    fn guarded(&self) -> Shrink {
        if self.stored == self.natural() {
            Shrink::None
        } else {
            shrink_to(self.stored)
        }
    }

    /// Corrects geometry and crop gravity for an image that was loaded smaller.
    pub(crate) fn correct(&self, geometry: &mut Geometry, gravity: &mut Gravity, loaded: Size) {
        let shown = loaded.swapped_if(self.swaps_sides);
        let before = geometry.source;
        if shown == before {
            return;
        }
        let by = Factors {
            x: to_float(before.width) / to_float(shown.width),
            y: to_float(before.height) / to_float(shown.height),
        };
        geometry.source = shown;
        geometry.factors = Factors {
            x: corrected(geometry.factors.x, by.x, shown.width),
            y: corrected(geometry.factors.y, by.y, shown.height),
        };
        geometry.crop = Size::new(
            shrunk_crop(geometry.crop.width, by.x),
            shrunk_crop(geometry.crop.height, by.y),
        );
        if gravity.toward != Toward::FocusPoint {
            gravity.x = shrunk_offset(gravity.x, by.x);
            gravity.y = shrunk_offset(gravity.y, by.y);
        }
    }
}

/// One of the DCT sizes, remainders dropped.
fn jpeg(stored: Size, factor: f64) -> Option<Loaded> {
    let by: u8 = match factor {
        f if f >= 8.0 => 8,
        f if f >= 4.0 => 4,
        f if f >= 2.0 => 2,
        _ => return None,
    };
    let size = Size::new(stored.width / i64::from(by), stored.height / i64::from(by));
    (size.width > 0 && size.height > 0).then_some(Loaded {
        shrink: Shrink::Factor(by),
        size,
    })
}

fn exactly(from: Size, side: impl Fn(i64) -> i64) -> Loaded {
    let size = Size::new(side(from.width).max(1), side(from.height).max(1));
    Loaded {
        shrink: shrink_to(size),
        size,
    }
}

fn shrink_to(size: Size) -> Shrink {
    let side = |length: i64| u32::try_from(length).unwrap_or(u32::MAX);
    Shrink::Size {
        width: side(size.width),
        height: side(size.height),
    }
}

fn corrected(factor: f64, by: f64, side: i64) -> f64 {
    let factor = factor * by;
    if scale(side, factor) == side {
        1.0
    } else {
        factor
    }
}

fn shrunk_crop(side: i64, by: f64) -> i64 {
    if side > 0 {
        shrink(side, by).max(1)
    } else {
        side
    }
}

fn shrunk_offset(offset: f64, by: f64) -> f64 {
    if offset.abs() >= 1.0 {
        to_float(round_even(offset / by))
    } else {
        offset
    }
}

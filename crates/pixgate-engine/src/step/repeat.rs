//! A watermark again and again.

use std::fmt;

use pixgate_raster::compose::{composite, composite_bytes};
use pixgate_raster::{Image, Layout};

use super::operation::Operation;
use crate::Error;
use crate::work::Work;

/// Drawing an image again and again on a transparent canvas.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Repeat {
    /// Width of the canvas.
    pub width: u32,
    /// Height of the canvas.
    pub height: u32,
    /// Pixels after which the pattern begins anew, across and down.
    pub period: (u32, u32),
    /// Where copies of the image lie within a period: columns and rows of their upper left corners.
    pub places: Vec<(i64, i64)>,
}

impl Operation for Repeat {
    fn layout_after(&self, layout: Layout) -> Layout {
        layout
            .with_channels(layout.channels.with_alpha())
            .sized(self.width, self.height)
    }

    fn bytes(&self, layout: Layout) -> u64 {
        let canvas = self.layout_after(layout);
        canvas
            .bytes()
            .saturating_add(composite_bytes(canvas, layout))
    }

    fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        let mut canvas = Image::zeroed(self.layout_after(image.layout()))?;
        for (left, top) in &self.places {
            let rows = starts(*top, self.period.1, image.height(), self.height);
            for y in rows {
                work.cancel.check()?;
                for x in starts(*left, self.period.0, image.width(), self.width) {
                    canvas = composite(canvas, &image, (x, y), 1.0)?;
                }
            }
        }
        Ok(canvas)
    }

    fn explain(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (across, down) = self.period;
        write!(f, "repeat every {across} x {down}")
    }
}

/// Where copies of some length begin that show on a canvas.
fn starts(place: i64, period: u32, length: u32, canvas: u32) -> impl Iterator<Item = i64> {
    let period = i64::from(period.max(1));
    // The first copy that still reaches into the canvas.
    let outside = place.saturating_add(i64::from(length) - 1);
    let first = place.saturating_sub(outside.div_euclid(period).saturating_mul(period));
    let step = usize::try_from(period).unwrap_or(usize::MAX);
    (first..i64::from(canvas)).step_by(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_begin_as_soon_as_they_show() {
        let all = |place, period, length, canvas| {
            starts(place, period, length, canvas).collect::<Vec<_>>()
        };
        assert_eq!(all(0, 4, 4, 8), [0, 4]);
        assert_eq!(all(3, 4, 4, 8), [-1, 3, 7]);
        assert_eq!(all(-5, 4, 2, 8), [-1, 3, 7]);
        assert_eq!(all(9, 10, 2, 8), [-1]);
        assert_eq!(all(0, 2, 5, 3), [-4, -2, 0, 2]);
        assert_eq!(all(9, 20, 2, 8), [] as [i64; 0]);
    }
}

//! What is on the canvas before a frame, and what the frame changes of it.

use crate::Error;
use crate::memory::zeroed;

/// A rectangle of the canvas, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Place {
    pub(super) const fn all(width: usize, height: usize) -> Self {
        Self {
            left: 0,
            top: 0,
            width,
            height,
        }
    }

    pub(super) const fn area(self) -> usize {
        self.width * self.height
    }

    pub(super) fn size(self) -> (u32, u32) {
        let side = |side| u32::try_from(side).unwrap_or(u32::MAX);
        (side(self.width), side(self.height))
    }

    /// The number of the block that has this pixel of the place.
    pub(super) const fn block(self, at: usize, side: usize) -> usize {
        let (x, y) = (at % self.width, at / self.width);
        y / side * self.width.div_ceil(side) + x / side
    }

    /// Its pixels.
    pub(super) fn cut(self, pixels: &[[u8; 4]], stride: usize) -> Result<Vec<[u8; 4]>, Error> {
        let mut cut = zeroed(self.area())?;
        let rows = pixels.chunks_exact(stride).skip(self.top);
        for (to, from) in cut.chunks_exact_mut(self.width).zip(rows) {
            to.copy_from_slice(&from[self.left..self.left + self.width]);
        }
        Ok(cut)
    }

    /// Its pixels, a row after the other.
    pub(super) fn pixels_mut(
        self,
        pixels: &mut [[u8; 4]],
        stride: usize,
    ) -> impl Iterator<Item = &mut [u8; 4]> {
        let rows = pixels.chunks_exact_mut(stride).skip(self.top);
        rows.take(self.height)
            .flat_map(move |row| &mut row[self.left..self.left + self.width])
    }

    /// Makes it transparent.
    pub(super) fn fill(self, pixels: &mut [[u8; 4]], stride: usize) {
        self.pixels_mut(pixels, stride)
            .for_each(|pixel| *pixel = [0; 4]);
    }

    /// The part of a row that it covers.
    fn columns(self, y: usize) -> std::ops::Range<usize> {
        match (self.top..self.top + self.height).contains(&y) {
            true => self.left..self.left + self.width,
            false => 0..0,
        }
    }
}

/// A canvas that waits for a frame.
#[derive(Clone, Copy)]
pub(super) struct Before<'a> {
    pub(super) canvas: &'a [[u8; 4]],
    pub(super) width: usize,
    /// What becomes transparent first.
    pub(super) cleared: Option<Place>,
    /// How much a value may differ.
    pub(super) tolerance: u8,
}

impl Before<'_> {
    #[inline(always)]
    fn pixel(&self, x: usize, y: usize) -> [u8; 4] {
        match self.cleared {
            Some(place) if place.columns(y).contains(&x) => [0; 4],
            _ => self.canvas[y * self.width + x],
        }
    }

    /// The smallest place that has all changes; it starts at even columns and rows. None if there are none.
    pub(super) fn bounds(&self, pixels: &[[u8; 4]]) -> Option<Place> {
        let mut found: Option<[usize; 4]> = None;
        for (y, row) in pixels.chunks_exact(self.width).enumerate() {
            let is_left_alone = self.cleared.is_none_or(|place| place.columns(y).is_empty());
            if is_left_alone && row == &self.canvas[y * self.width..][..self.width] {
                continue;
            }
            let is_other = |x: usize| !alike(self.pixel(x, y), row[x], self.tolerance);
            let Some(first) = (0..self.width).find(|x| is_other(*x)) else {
                continue;
            };
            let last = (first..self.width).rev().find(|x| is_other(*x));
            let last = last.unwrap_or(first);
            let [left, top, right, _] = found.unwrap_or([first, y, last, y]);
            found = Some([left.min(first), top, right.max(last), y]);
        }
        let [left, top, right, bottom] = found?;
        let (left, top) = (left & !1, top & !1);
        Some(Place {
            left,
            top,
            width: right + 1 - left,
            height: bottom + 1 - top,
        })
    }

    /// Which blocks of a place do not change.
    pub(super) fn same_blocks(
        &self,
        pixels: &[[u8; 4]],
        place: Place,
        side: usize,
    ) -> Result<Vec<bool>, Error> {
        let columns = place.width.div_ceil(side);
        let blocks = columns * place.height.div_ceil(side);
        let mut same = crate::memory::filled(true, blocks)?;
        for y in 0..place.height {
            let row = &pixels[(place.top + y) * self.width + place.left..][..place.width];
            let same = &mut same[y / side * columns..][..columns];
            for (block, (same, row)) in same.iter_mut().zip(row.chunks(side)).enumerate() {
                let left = place.left + block * side;
                *same = *same
                    && row.iter().zip(left..).all(|(pixel, x)| {
                        alike(self.pixel(x, place.top + y), *pixel, self.tolerance)
                    });
            }
        }
        Ok(same)
    }

    /// Whether changes can be laid over the canvas: what changes is opaque, or was transparent.
    ///
    /// - `is_exact`: whether what comes out may not be rounded.
    pub(super) fn allows_blending(&self, pixels: &[[u8; 4]], place: Place, is_exact: bool) -> bool {
        (place.top..place.top + place.height).all(|y| {
            place_row(pixels, self.width, place, y).all(|(x, pixel)| {
                let under = self.pixel(x, y);
                pixel[3] == 255
                    || (under[3] == 0 && !is_exact)
                    || (under[3] == 0 && pixel[3] == 0)
                    || (is_exact && alike(under, pixel, 0))
            })
        })
    }
}

/// Pixels of a row of a place, with their columns on the canvas.
fn place_row(
    pixels: &[[u8; 4]],
    width: usize,
    place: Place,
    y: usize,
) -> impl Iterator<Item = (usize, [u8; 4])> {
    let row = &pixels[y * width + place.left..][..place.width];
    (place.left..).zip(row.iter().copied())
}

/// Whether nobody sees a difference: alpha is the same, and colours differ by little where they are seen.
#[inline(always)]
fn alike(one: [u8; 4], other: [u8; 4], tolerance: u8) -> bool {
    if one == other {
        return true;
    }
    if one[3] != other[3] {
        return false;
    }
    let most = u32::from(tolerance) * 255;
    let is_close = |i: usize| u32::from(one[i].abs_diff(other[i])) * u32::from(one[3]) <= most;
    is_close(0) && is_close(1) && is_close(2)
}

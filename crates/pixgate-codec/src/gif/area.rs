//! Rectangles of a canvas.

use pixgate_raster::{Channels, Layout};

/// A rectangle inside a canvas, not empty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) left: usize,
    pub(super) top: usize,
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Area {
    /// The first pixel.
    pub(super) const PIXEL: Self = Self {
        left: 0,
        top: 0,
        width: 1,
        height: 1,
    };

    /// The smallest rectangle around all pixels that `is_inside` holds for.
    ///
    /// - `width`: pixels of a row of the canvas.
    pub(super) fn of<T>(
        width: usize,
        pixels: impl Iterator<Item = T>,
        is_inside: impl Fn(T) -> bool,
    ) -> Option<Self> {
        let (mut left, mut right) = (usize::MAX, 0);
        let mut rows = None;
        let (mut x, mut y) = (0, 0);
        for pixel in pixels {
            if is_inside(pixel) {
                left = left.min(x);
                right = right.max(x);
                rows = Some((rows.map_or(y, |(first, _)| first), y));
            }
            x += 1;
            if x == width {
                (x, y) = (0, y + 1);
            }
        }
        rows.map(|(top, bottom)| Self {
            left,
            top,
            width: right - left + 1,
            height: bottom - top + 1,
        })
    }

    /// The smallest rectangle around both.
    pub(super) fn union(self, other: Self) -> Self {
        let left = self.left.min(other.left);
        let top = self.top.min(other.top);
        let right = (self.left + self.width).max(other.left + other.width);
        let bottom = (self.top + self.height).max(other.top + other.height);
        Self {
            left,
            top,
            width: right - left,
            height: bottom - top,
        }
    }

    /// Its part of each row of a canvas of `width` pixels.
    pub(super) fn rows<T>(self, width: usize, canvas: &[T]) -> impl Iterator<Item = &[T]> {
        canvas
            .chunks_exact(width)
            .skip(self.top)
            .take(self.height)
            .map(move |row| {
                row.get(self.left..self.left + self.width)
                    .unwrap_or_default()
            })
    }

    /// As [`Area::rows`], to change them.
    pub(super) fn rows_mut<T>(
        self,
        width: usize,
        canvas: &mut [T],
    ) -> impl Iterator<Item = &mut [T]> {
        canvas
            .chunks_exact_mut(width)
            .skip(self.top)
            .take(self.height)
            .map(move |row| {
                row.get_mut(self.left..self.left + self.width)
                    .unwrap_or_default()
            })
    }

    /// The layout of an RGBA image of this size.
    pub(super) fn layout(self) -> Layout {
        let side = |side: usize| u32::try_from(side).unwrap_or(u32::MAX);
        Layout::u8(side(self.width), side(self.height), Channels::Rgba)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surrounds_what_is_inside() {
        let canvas = [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1];
        let area = Area::of(4, canvas.iter(), |pixel| *pixel == 1).unwrap();
        assert_eq!((area.left, area.top, area.width, area.height), (0, 1, 4, 2));
        assert_eq!(Area::of(4, canvas.iter(), |pixel| *pixel == 2), None);
        let rows: Vec<_> = area.rows(4, &canvas).collect();
        assert_eq!(rows, [&canvas[4..8], &canvas[8..]]);
    }

    #[test]
    fn unions_hold_both() {
        let other = Area {
            left: 3,
            top: 2,
            width: 2,
            height: 5,
        };
        let union = Area::PIXEL.union(other);
        assert_eq!((union.left, union.top), (0, 0));
        assert_eq!((union.width, union.height), (5, 7));
    }
}

//! What nobody sees, because it is transparent, becomes what takes the fewest bits.

use super::picture::Picture;

/// Side of the blocks that are looked at, in pixels.
const SIDE: usize = 8;

impl Picture {
    /// Changes what is under pixels without opacity.
    ///
    /// Blocks of which nothing is seen go on with what was seen beside them; in others, what is not seen
    /// becomes the mean of the rest.
    ///
    /// - `alpha`: of all pixels.
    pub(super) fn hide(&mut self, alpha: &[u8]) {
        let (width, height) = self.size;
        let stride = self.columns * 16;
        for top in (0..height).step_by(SIDE) {
            let mut last = None;
            for left in (0..width).step_by(SIDE) {
                let block = Block {
                    left,
                    top,
                    width: SIDE.min(width - left),
                    height: SIDE.min(height - top),
                };
                let is_seen = |x: usize, y: usize| {
                    alpha[(top + y).min(height - 1) * width + (left + x).min(width - 1)] != 0
                };
                let [luma, cb, cr] = self.planes_mut();
                match block.seen(is_seen) {
                    Seen::Nothing => {
                        let values = *last.get_or_insert_with(|| {
                            let half = block.half();
                            [
                                block.beside(luma, stride),
                                half.beside(cb, stride / 2),
                                half.beside(cr, stride / 2),
                            ]
                        });
                        block.whole(SIDE).fill(luma, stride, values[0]);
                        let half = block.whole(SIDE).half();
                        half.fill(cb, stride / 2, values[1]);
                        half.fill(cr, stride / 2, values[2]);
                    }
                    Seen::Some => {
                        last = None;
                        let is_half_seen = |x: usize, y: usize| {
                            let (x, y) = (2 * x, 2 * y);
                            is_seen(x, y)
                                || is_seen(x + 1, y)
                                || is_seen(x, y + 1)
                                || is_seen(x + 1, y + 1)
                        };
                        block.smooth(luma, stride, is_seen);
                        block.half().smooth(cb, stride / 2, is_half_seen);
                        block.half().smooth(cr, stride / 2, is_half_seen);
                    }
                    Seen::All => last = None,
                }
            }
        }
        self.extend();
    }
}

/// A part of a plane.
#[derive(Clone, Copy)]
struct Block {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

enum Seen {
    Nothing,
    Some,
    All,
}

impl Block {
    /// The same of a plane of half the resolution.
    const fn half(self) -> Self {
        Self {
            left: self.left / 2,
            top: self.top / 2,
            width: self.width.div_ceil(2),
            height: self.height.div_ceil(2),
        }
    }

    /// With what pads it.
    const fn whole(self, side: usize) -> Self {
        Self {
            width: side,
            height: side,
            ..self
        }
    }

    fn places(self) -> impl Iterator<Item = (usize, usize)> {
        (0..self.height).flat_map(move |y| (0..self.width).map(move |x| (x, y)))
    }

    fn seen(self, is_seen: impl Fn(usize, usize) -> bool) -> Seen {
        let count = self.places().filter(|(x, y)| is_seen(*x, *y)).count();
        match count {
            0 => Seen::Nothing,
            _ if count == self.width * self.height => Seen::All,
            _ => Seen::Some,
        }
    }

    /// The mean of the column to the left, or else the row above, or else grey.
    fn beside(self, plane: &[u8], stride: usize) -> u8 {
        let at = self.top * stride + self.left;
        match (self.left, self.top) {
            (0, 0) => mean([].iter()),
            (0, _) => mean(plane[at - stride..][..self.width].iter()),
            _ => mean(plane[at - 1..].iter().step_by(stride).take(self.height)),
        }
    }

    fn fill(self, plane: &mut [u8], stride: usize, value: u8) {
        for row in plane[self.top * stride..]
            .chunks_mut(stride)
            .take(self.height)
        {
            row[self.left..self.left + self.width].fill(value);
        }
    }

    /// Replaces what is not seen by the mean of the rest.
    fn smooth(self, plane: &mut [u8], stride: usize, is_seen: impl Fn(usize, usize) -> bool) {
        let at = |(x, y): (usize, usize)| (self.top + y) * stride + self.left + x;
        let seen = self.places().filter(|(x, y)| is_seen(*x, *y));
        let value = mean(seen.map(|place| &plane[at(place)]));
        for (x, y) in self.places().filter(|(x, y)| !is_seen(*x, *y)) {
            plane[at((x, y))] = value;
        }
    }
}

/// Rounded; 128 of nothing.
fn mean<'a>(values: impl Iterator<Item = &'a u8>) -> u8 {
    let (sum, count) = values.fold((0, 0), |(sum, count), value| {
        (sum + u32::from(*value), count + 1)
    });
    let mean = (sum + count / 2).checked_div(count);
    mean.and_then(|mean| u8::try_from(mean).ok()).unwrap_or(128)
}

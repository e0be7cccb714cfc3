//! The canvas on which frames are laid over each other.

use pixgate_raster::zeroed;

use super::frames::{Disposal, Frame};
use crate::Error;

/// RGBA pixels and what to do to them before the next frame.
pub(super) struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
    pending: Pending,
}

enum Pending {
    Nothing,
    Clear(Area),
    Restore(Vec<u8>),
}

#[derive(Clone, Copy)]
struct Area {
    left: usize,
    top: usize,
    width: usize,
    height: usize,
}

impl Canvas {
    pub(super) fn new(width: u32, height: u32) -> Result<Self, Error> {
        let (width, height) = (width as usize, height as usize);
        Ok(Self {
            width,
            height,
            pixels: zeroed(4 * width * height)?,
            pending: Pending::Nothing,
        })
    }

    /// Does what the frame before asked for and lays a frame over the canvas; what the frame lacks
    /// stays as it was. False if it has no pixel at all.
    ///
    /// - `palette`: red, green and blue of each index.
    pub(super) fn draw(&mut self, frame: &Frame<'_>, palette: &[u8]) -> Result<bool, Error> {
        self.settle();
        let area = Area {
            left: frame.left,
            top: frame.top,
            width: frame.width,
            height: frame.height,
        };
        self.pending = match frame.disposal {
            Disposal::Keep => Pending::Nothing,
            Disposal::Clear => Pending::Clear(area),
            Disposal::Restore => Pending::Restore(self.copy()?),
        };
        let mut row = zeroed::<u8>(area.width)?;
        let mut has_any = false;
        // What a frame has beyond the canvas takes time and is not seen.
        let mut room = MOST_BEYOND * self.pixels.len() + (1 << 20);
        frame.each_row(&mut row, |y, indices| {
            has_any |= !indices.is_empty();
            for (x, index) in indices.iter().enumerate() {
                if Some(*index) != frame.transparent {
                    self.put(area.left + x, area.top + y, color(palette, *index));
                }
            }
            room = room.saturating_sub(area.width);
            room > 0
        });
        Ok(has_any)
    }

    /// The canvas as it looks, as RGBA.
    pub(super) fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    fn settle(&mut self) {
        match std::mem::replace(&mut self.pending, Pending::Nothing) {
            Pending::Nothing => {}
            Pending::Restore(pixels) => self.pixels = pixels,
            Pending::Clear(area) => {
                for y in area.top..area.top + area.height {
                    for x in area.left..area.left + area.width {
                        self.put(x, y, [0; 4]);
                    }
                }
            }
        }
    }

    fn copy(&self) -> Result<Vec<u8>, Error> {
        let mut copy = zeroed::<u8>(self.pixels.len())?;
        copy.copy_from_slice(&self.pixels);
        Ok(copy)
    }

    fn put(&mut self, x: usize, y: usize, color: [u8; 4]) {
        if x < self.width && y < self.height {
            let start = 4 * (y * self.width + x);
            if let Some(pixel) = self.pixels.get_mut(start..start + 4) {
                pixel.copy_from_slice(&color);
            }
        }
    }
}

/// How many indices are read at most, for each byte of the canvas.
const MOST_BEYOND: usize = 2;

fn color(palette: &[u8], index: u8) -> [u8; 4] {
    let start = 3 * usize::from(index);
    match palette.get(start..start + 3) {
        Some([r, g, b]) => [*r, *g, *b, 255],
        _ => [0, 0, 0, 255],
    }
}

//! How much each pixel differs from its neighbours.

use pixgate_raster::zeroed;

use super::Rgba;
use crate::Error;

/// One value per pixel: 0 in smooth places, up to 255 in noise, texture and at edges.
pub(super) struct Contrast(Vec<u8>);

impl Contrast {
    pub(super) fn new(pixels: &Rgba<'_>) -> Result<Self, Error> {
        let mut luma = zeroed::<u8>(pixels.len())?;
        for (to, color) in luma.iter_mut().zip(pixels.iter()) {
            *to = brightness(color);
        }
        let mut contrast = zeroed::<u8>(pixels.len())?;
        let width = pixels.width.max(1);
        for (y, row) in contrast.chunks_mut(width).enumerate() {
            let rows = [y.saturating_sub(1), y, y + 1]
                .map(|y| luma.get(y * width..(y + 1) * width).unwrap_or_default());
            let below = if rows[2].is_empty() { rows[1] } else { rows[2] };
            for (x, to) in row.iter_mut().enumerate() {
                let at = |row: &[u8], x: usize| row.get(x).copied().unwrap_or_default();
                let right = (x + 1).min(width - 1);
                let across = at(rows[1], x.saturating_sub(1)).abs_diff(at(rows[1], right));
                let down = at(rows[0], x).abs_diff(at(below, x));
                *to = across.max(down);
            }
        }
        Ok(Self(contrast))
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u8> + '_ {
        self.0.iter().copied()
    }

    /// The values of a row.
    pub(super) fn row(&self, y: usize, width: usize) -> &[u8] {
        self.0.get(y * width..(y + 1) * width).unwrap_or_default()
    }
}

fn brightness([r, g, b, a]: [u8; 4]) -> u8 {
    let sum = 2 * u32::from(r) + 5 * u32::from(g) + u32::from(b);
    u8::try_from(sum * u32::from(a) / (8 * 255)).unwrap_or(u8::MAX)
}

//! The seven passes, put in their places.

use super::Decoder;
use crate::Error;
use crate::adam7::{PASSES, Pass};
use crate::error::filled;

impl<'a, I: Iterator<Item = &'a [u8]>> Decoder<'a, I> {
    /// Reads all passes into the whole image.
    pub(super) fn read_passes(&mut self, out: &mut [u8]) -> Result<(), Error> {
        let stride = self.row_bytes();
        let pixel = stride / self.header.width as usize;
        let mut part = filled::<u8>(stride)?;
        for pass in PASSES {
            let (width, height) = pass.size(&self.header);
            if width == 0 {
                continue;
            }
            self.above.fill(0);
            self.row.fill(0);
            let bytes = self.header.bytes_of(width);
            let row = part.get_mut(..width * pixel).unwrap_or_default();
            for y in 0..height {
                self.next_row(bytes)?;
                self.expander.expand(&self.row, row);
                let start = (pass.top + y * pass.down) * stride;
                let to = out.get_mut(start..start + stride).unwrap_or_default();
                scatter(row, to, pixel, pass);
            }
        }
        Ok(())
    }
}

/// Puts the pixels of a pass's row into the image's.
fn scatter(from: &[u8], to: &mut [u8], pixel: usize, pass: Pass) {
    let places = to.chunks_exact_mut(pixel).skip(pass.left);
    let places = places.step_by(pass.right);
    for (place, pixel) in places.zip(from.chunks_exact(pixel)) {
        place.copy_from_slice(pixel);
    }
}

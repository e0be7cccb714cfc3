//! RGB to planes, with chroma subsampled.

use pixgate_raster::{ChromaSubsampling, View, zeroed};

use crate::{Error, ErrorKind};

/// One component's samples.
#[derive(Debug)]
pub(super) struct Plane {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) samples: Vec<u8>,
}

impl Plane {
    fn new(width: usize, height: usize) -> Result<Self, Error> {
        Ok(Self {
            width,
            height,
            samples: zeroed(width * height)?,
        })
    }

    /// Mean of each square of `across`×`down` samples, the edges repeated (`jcsample.c`).
    fn reduced(&self, across: usize, down: usize) -> Result<Self, Error> {
        let size = (self.width.div_ceil(across), self.height.div_ceil(down));
        let mut out = Self::new(size.0, size.1)?;
        let last = self.width - 1;
        for (y, row) in out.samples.chunks_exact_mut(size.0).enumerate() {
            let upper = self.row(y * down);
            let lower = self.row((y * down + down - 1).min(self.height - 1));
            for (x, out) in row.iter_mut().enumerate() {
                let (left, right) = (x * across, (x * across + across - 1).min(last));
                let sum: u16 = [upper[left], upper[right], lower[left], lower[right]]
                    .map(u16::from)
                    .iter()
                    .sum();
                // The round alternates, so that no drift comes from it.
                let bias = 1 + u16::from(x % 2 == 1);
                *out = ((sum + bias) >> 2).to_le_bytes()[0];
            }
        }
        Ok(out)
    }

    fn row(&self, y: usize) -> &[u8] {
        let row = self.samples.chunks_exact(self.width).nth(y);
        row.unwrap_or_default()
    }
}

/// Splits RGB into Y, Cb and Cr (BT.601, full range) in libjpeg's integer arithmetic
/// (`jccolor.c`).
pub(super) fn from_rgb(
    view: &View<'_, u8>,
    subsampling: ChromaSubsampling,
) -> Result<[Plane; 3], Error> {
    let layout = view.layout();
    let (width, height) = (layout.width as usize, layout.height as usize);
    let mut y = Plane::new(width, height)?;
    let mut cb = Plane::new(width, height)?;
    let mut cr = Plane::new(width, height)?;
    for (at, row) in view.rows().enumerate() {
        let span = at * width..(at + 1) * width;
        let luma = &mut y.samples[span.clone()];
        let blue = &mut cb.samples[span.clone()];
        split_row(row, luma, blue, &mut cr.samples[span]);
    }
    let (across, down) = match subsampling {
        ChromaSubsampling::Full => return Ok([y, cb, cr]),
        ChromaSubsampling::Horizontal => (2, 1),
        ChromaSubsampling::Both => (2, 2),
    };
    Ok([y, cb.reduced(across, down)?, cr.reduced(across, down)?])
}

/// Splits CMYK into its channels, 255 for no ink as Adobe stores it.
pub(super) fn from_cmyk(view: &View<'_, u8>) -> Result<[Plane; 4], Error> {
    let (width, height) = (view.width() as usize, view.height() as usize);
    let mut planes = Vec::new();
    for channel in 0..4 {
        let mut plane = Plane::new(width, height)?;
        let pixels = view.rows().flat_map(|row| row.as_chunks::<4>().0);
        for (to, pixel) in plane.samples.iter_mut().zip(pixels) {
            *to = !pixel[channel];
        }
        planes.push(plane);
    }
    planes
        .try_into()
        .map_err(|_| ErrorKind::InvalidComponents { count: 4 }.into())
}

fn split_row(row: &[u8], y: &mut [u8], cb: &mut [u8], cr: &mut [u8]) {
    let out = y.iter_mut().zip(cb).zip(cr);
    for (&[r, g, b], ((y, cb), cr)) in row.as_chunks::<3>().0.iter().zip(out) {
        let [r, g, b] = [r, g, b].map(i32::from);
        let byte = |sum: i32| (sum >> 16).to_le_bytes()[0];
        *y = byte(19595 * r + 38470 * g + 7471 * b + HALF);
        *cb = byte(-11059 * r - 21709 * g + 32768 * b + CENTRE);
        *cr = byte(32768 * r - 27439 * g - 5329 * b + CENTRE);
    }
}

const HALF: i32 = 1 << 15;
const CENTRE: i32 = (128 << 16) + HALF - 1;

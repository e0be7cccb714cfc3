//! RGB to planes, with chroma subsampled.

use pixgate_raster::{ChromaSubsampling, View, zeroed};

use crate::kernels::Kernels;
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

    fn row_mut(&mut self, y: usize) -> &mut [u8] {
        let start = y * self.width;
        let row = self.samples.get_mut(start..start + self.width);
        row.unwrap_or_default()
    }
}

/// Splits RGB into Y, Cb and Cr (BT.601, full range) in libjpeg's integer arithmetic
/// (`jccolor.c`, `jcsample.c`).
pub(super) fn from_rgb(
    view: &View<'_, u8>,
    subsampling: ChromaSubsampling,
    kernels: &Kernels,
) -> Result<[Plane; 3], Error> {
    let (width, height) = (view.width() as usize, view.height() as usize);
    let (across, down) = match subsampling {
        ChromaSubsampling::Full => (1, 1),
        ChromaSubsampling::Horizontal => (2, 1),
        ChromaSubsampling::Both => (2, 2),
    };
    let mut y = Plane::new(width, height)?;
    let chroma = || Plane::new(width.div_ceil(across), height.div_ceil(down));
    let (mut cb, mut cr) = (chroma()?, chroma()?);
    let length = width.next_multiple_of(across);
    let mut work: [Vec<u8>; 4] = Default::default();
    for row in &mut work {
        *row = zeroed(length)?;
    }
    let rows: Vec<_> = view.rows().collect();
    for (at, rows) in rows.chunks(down).enumerate() {
        for (place, row) in rows.iter().enumerate() {
            let [blue, red] = &mut work[2 * place..][..2] else {
                continue;
            };
            (kernels.rgb_to_ycbcr)(row, [y.row_mut(at * down + place), blue, red]);
            repeat_last(blue, width);
            repeat_last(red, width);
        }
        let last = 2 * (rows.len() - 1);
        for (channel, plane) in [&mut cb, &mut cr].into_iter().enumerate() {
            let (upper, lower) = (&work[channel], &work[last + channel]);
            if across == 1 {
                plane.row_mut(at).copy_from_slice(upper);
            } else {
                (kernels.halve)(upper, lower, plane.row_mut(at));
            }
        }
    }
    Ok([y, cb, cr])
}

/// Fills a row from `width` on.
fn repeat_last(row: &mut [u8], width: usize) {
    let (samples, rest) = row.split_at_mut(width);
    rest.fill(samples.last().copied().unwrap_or(0));
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

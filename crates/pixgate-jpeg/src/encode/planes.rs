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

/// Splits one row; the results are at least as many samples as there are pixels.
#[inline(always)]
pub(crate) fn rgb_to_ycbcr(row: &[u8], [y, cb, cr]: [&mut [u8]; 3]) {
    let out = y.iter_mut().zip(cb).zip(cr);
    for (&[r, g, b], ((y, cb), cr)) in row.as_chunks::<3>().0.iter().zip(out) {
        let [r, g, b] = [r, g, b].map(i32::from);
        let byte = |sum: i32| (sum >> 16).to_le_bytes()[0];
        *y = byte(19595 * r + 38470 * g + 7471 * b + HALF);
        *cb = byte(-11059 * r - 21709 * g + 32768 * b + CENTRE);
        *cr = byte(32768 * r - 27439 * g - 5329 * b + CENTRE);
    }
}

/// Mean of each square of 2×2 samples; of each two if both rows are the same.
#[inline(always)]
pub(crate) fn halve(upper: &[u8], lower: &[u8], out: &mut [u8]) {
    let mean = |a: [u8; 2], b: [u8; 2], bias: u16| {
        let sum = u16::from(a[0]) + u16::from(a[1]) + u16::from(b[0]) + u16::from(b[1]);
        ((sum + bias) >> 2).to_le_bytes()[0]
    };
    // The round alternates, so that no drift comes from it.
    let (squares, rest) = out.as_chunks_mut::<2>();
    let fours = upper
        .as_chunks::<4>()
        .0
        .iter()
        .zip(lower.as_chunks::<4>().0);
    for (out, (a, b)) in squares.iter_mut().zip(fours) {
        *out = [
            mean([a[0], a[1]], [b[0], b[1]], 1),
            mean([a[2], a[3]], [b[2], b[3]], 2),
        ];
    }
    let ends = (upper.last_chunk(), lower.last_chunk());
    if let ([last], (Some(a), Some(b))) = (rest, ends) {
        *last = mean(*a, *b, 1);
    }
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

pub(crate) const HALF: i32 = 1 << 15;
pub(crate) const CENTRE: i32 = (128 << 16) + HALF - 1;

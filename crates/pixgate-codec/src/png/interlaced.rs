//! Interlaced output: the seven passes of Adam7 (PNG 3, section 8.2), filtered and compressed here
//! because the library writes rows in order only.

use std::io::Write;

use flate2::Compression;
use flate2::write::ZlibEncoder;
use pixgate_raster::{Image, Samples, zeroed};

use crate::{Error, ErrorKind};

/// First column and row of a pass, and the steps to the next ones.
const PASSES: [(usize, usize, usize, usize); 7] = [
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
];

/// The compressed pixels of an interlaced image.
pub(super) fn compressed(image: &Image) -> Result<Vec<u8>, Error> {
    let (width, height) = (image.width() as usize, image.height() as usize);
    let pixel = image.layout().channels.count() * image.layout().depth.bytes();
    let mut stream = ZlibEncoder::new(Vec::new(), Compression::default());
    let mut filter = Filter::new(width * pixel, pixel)?;
    for (left, top, right, down) in PASSES {
        if left >= width {
            continue;
        }
        filter.start();
        for y in (top..height).step_by(down) {
            let row = filter.row();
            for x in (left..width).step_by(right) {
                push_pixel(row, image, y * width + x)?;
            }
            stream.write_all(filter.filtered()).map_err(failed)?;
        }
    }
    stream.finish().map_err(failed)
}

/// Appends a pixel in the file's byte order.
fn push_pixel(row: &mut Vec<u8>, image: &Image, at: usize) -> Result<(), Error> {
    let count = image.layout().channels.count();
    let range = at * count..(at + 1) * count;
    match image.samples() {
        Samples::U8(samples) => row.extend_from_slice(samples.get(range).unwrap_or_default()),
        Samples::U16(samples) => {
            let samples = samples.get(range).unwrap_or_default();
            row.extend(samples.iter().flat_map(|sample| sample.to_be_bytes()));
        }
        Samples::F32(_) => return Err(super::unsupported("float samples")),
    }
    Ok(())
}

/// Chooses, row by row, the filter whose result has the smallest sum of absolute differences
/// (PNG 3, section 12.7).
struct Filter {
    pixel: usize,
    row: Vec<u8>,
    above: Vec<u8>,
    candidate: Vec<u8>,
    best: Vec<u8>,
}

impl Filter {
    /// - `bytes`: most bytes of a row, for a reservation.
    /// - `pixel`: bytes of a pixel.
    fn new(bytes: usize, pixel: usize) -> Result<Self, Error> {
        let buffer = || zeroed::<u8>(bytes + 1);
        Ok(Self {
            pixel,
            row: buffer()?,
            above: buffer()?,
            candidate: buffer()?,
            best: buffer()?,
        })
    }

    /// Starts a pass, whose first row has nothing above it.
    fn start(&mut self) {
        self.row.clear();
    }

    /// The next row, to be filled.
    fn row(&mut self) -> &mut Vec<u8> {
        std::mem::swap(&mut self.row, &mut self.above);
        self.row.clear();
        &mut self.row
    }

    /// The row with its filter in front.
    fn filtered(&mut self) -> &[u8] {
        self.above.resize(self.row.len(), 0);
        let mut smallest = u64::MAX;
        for kind in 0..5 {
            self.candidate.clear();
            self.candidate.push(kind);
            let mut sum = 0;
            for (x, value) in self.row.iter().enumerate() {
                let back = x.checked_sub(self.pixel);
                let of = |row: &[u8]| back.and_then(|x| row.get(x)).copied().unwrap_or_default();
                let above = self.above.get(x).copied().unwrap_or_default();
                let predicted = predict(kind, of(&self.row), above, of(&self.above));
                let difference = value.wrapping_sub(predicted);
                sum += u64::from(difference.cast_signed().unsigned_abs());
                self.candidate.push(difference);
            }
            if sum < smallest {
                smallest = sum;
                std::mem::swap(&mut self.candidate, &mut self.best);
            }
        }
        &self.best
    }
}

/// What a filter expects of a byte, by those left, above and left above.
fn predict(kind: u8, left: u8, above: u8, corner: u8) -> u8 {
    match kind {
        1 => left,
        2 => above,
        3 => left.midpoint(above),
        4 => paeth(left, above, corner),
        _ => 0,
    }
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let estimate = i16::from(left) + i16::from(above) - i16::from(corner);
    let distance = |value: u8| estimate.abs_diff(value.into());
    let (to_left, to_above, to_corner) = (distance(left), distance(above), distance(corner));
    if to_left <= to_above && to_left <= to_corner {
        left
    } else if to_above <= to_corner {
        above
    } else {
        corner
    }
}

fn failed(error: std::io::Error) -> Error {
    let format = pixgate_options::Format::Png;
    Error::with_source(ErrorKind::Encoder { format }, error)
}

//! Which filters, and how much search, suit an image: tried on a sample of the whole of it.

use super::effort::Effort;
use super::strategy::{Filters, Strategy};
use crate::Error;
use crate::deflate::{Deflater, Input, Parse};

/// Rows to be compressed.
#[derive(Clone, Copy)]
pub(crate) struct Picture<'a> {
    pub(crate) rows: &'a [u8],
    /// Bytes of a row.
    pub(crate) stride: usize,
    /// Bytes that filters look back.
    pub(crate) pixel: usize,
    /// The row in front of the first.
    pub(crate) above: &'a [u8],
    /// Neighbouring samples say something about each other.
    pub(crate) is_smooth: bool,
}

/// How to compress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plan {
    pub(crate) strategy: Strategy,
    pub(crate) parse: Parse,
    /// About the bits of the picture.
    pub(crate) bits: u64,
}

/// Tries on samples.
pub(crate) struct Chooser {
    deflater: Deflater,
    filtered: Vec<u8>,
}

impl Chooser {
    pub(crate) fn new() -> Result<Self, Error> {
        Ok(Self {
            deflater: Deflater::new()?,
            filtered: Vec::new(),
        })
    }

    /// Chooses for a picture.
    pub(crate) fn choose(&mut self, picture: &Picture<'_>, effort: &Effort) -> Result<Plan, Error> {
        let mut filters = Filters::new(picture.stride, picture.pixel)?;
        let none = Strategy::Fixed(crate::filter::Filter::None);
        let few = bands(picture, effort.glance_bytes);
        let mut glance = |strategy| self.cost(picture, &few, strategy, Parse::Fast, &mut filters);
        let (plain, summed) = (glance(none)?, glance(Strategy::Sum)?);
        let sampled: usize = few.iter().map(|band| band.len() * picture.stride).sum();
        // Photographs: filters help, and even so little repeats.
        if !effort.is_thorough && summed < plain && summed * 10 > sampled as u64 * PHOTOGRAPH_BITS {
            let near = self.cost(picture, &few, Strategy::Sum, Parse::Priced(0), &mut filters)?;
            // Unless more repeats than what lies near by.
            if near * 100 <= summed * REPEATS {
                return Ok(Plan {
                    strategy: Strategy::Sum,
                    parse: effort.photograph,
                    bits: scaled(near, sampled, picture),
                });
            }
        }
        let many = bands(picture, effort.sample_bytes);
        let sampled: usize = many.iter().map(|band| band.len() * picture.stride).sum();
        let strategies = if picture.is_smooth {
            &Strategy::ALL[..]
        } else {
            &Strategy::ALL[..3]
        };
        let mut ranked = Vec::new();
        for strategy in strategies {
            let bits = self.cost(picture, &many, *strategy, Parse::Fast, &mut filters)?;
            ranked.push((bits, *strategy));
        }
        ranked.sort_by_key(|(bits, _)| *bits);
        ranked.truncate(effort.finalists);
        for (bits, strategy) in &mut ranked {
            *bits = self.cost(picture, &many, *strategy, effort.trial, &mut filters)?;
        }
        let best = ranked.into_iter().min_by_key(|(bits, _)| *bits);
        let (bits, strategy) = best.unwrap_or((0, none));
        Ok(Plan {
            strategy,
            parse: if picture.rows.len() > Effort::LARGE {
                effort.large
            } else {
                effort.parse
            },
            bits: scaled(bits, sampled, picture),
        })
    }

    /// Bits of the bands with a strategy.
    fn cost(
        &mut self,
        picture: &Picture<'_>,
        bands: &[std::ops::Range<usize>],
        strategy: Strategy,
        parse: Parse,
        filters: &mut Filters,
    ) -> Result<u64, Error> {
        let stride = picture.stride;
        self.filtered.clear();
        for band in bands {
            let rows = picture.rows.get(band.start * stride..band.end * stride);
            let above = match band.start.checked_sub(1) {
                Some(before) => picture.rows.get(before * stride..band.start * stride),
                None => Some(picture.above),
            };
            let (rows, above) = (rows.unwrap_or_default(), above.unwrap_or_default());
            filters.append(rows, stride, above, strategy, &mut self.filtered)?;
        }
        let input = Input {
            data: &self.filtered,
            from: 0,
            hints: hints(picture),
        };
        Ok(self.deflater.estimate(&input, parse))
    }
}

/// Bits of the whole picture, by those of a part.
fn scaled(bits: u64, sampled: usize, picture: &Picture<'_>) -> u64 {
    bits * picture.rows.len() as u64 / sampled.max(1) as u64
}

/// A pixel and a row.
pub(crate) const fn hints(picture: &Picture<'_>) -> [usize; 2] {
    [picture.pixel, picture.stride + 1]
}

/// Runs of rows, evenly over the picture, of about so many bytes together; all rows if they are not
/// many more.
fn bands(picture: &Picture<'_>, bytes: usize) -> Vec<std::ops::Range<usize>> {
    let rows = picture.rows.len() / picture.stride.max(1);
    let wanted = (bytes / picture.stride.max(1)).max(8);
    if wanted * 5 / 4 >= rows {
        return std::iter::once(0..rows).collect();
    }
    let count = (wanted / 8).clamp(1, BANDS);
    let each = wanted / count;
    let starts = (0..count).map(|i| (rows - each) * (2 * i + 1) / (2 * count));
    starts.map(|start| start..start + each).collect()
}

/// Parts of the picture that are looked at.
const BANDS: usize = 8;
/// Hundredths of what all matches leave that those from near by may leave in a photograph.
const REPEATS: u64 = 102;
/// Tenths of a bit that a byte of a photograph takes at least.
const PHOTOGRAPH_BITS: u64 = 22;

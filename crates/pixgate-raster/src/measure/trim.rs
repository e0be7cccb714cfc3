//! Finding a uniform border.

use crate::compose::flatten;
use crate::convert::{convert_channels, convert_depth};
use crate::{Channels, Depth, Error, Image, Layout, Rect, zeroed};

/// Finds the smallest rectangle outside which nothing differs from the background.
///
/// As the reference does (pipeline §4.2): alpha is flattened on magenta, the image smoothed by a
/// 3×3 median, and a pixel counts if any channel differs by more than `threshold`. None if
/// nothing differs, or if a side is shorter than 3 pixels. Allocates [`find_trim_bytes`].
///
/// - `background`: RGB; none takes the top left pixel.
/// - `threshold`: in 8-bit levels; negative or not finite counts as 10.
///
/// # Errors
///
/// [`ErrorKind::UnsupportedLayout`](crate::ErrorKind) for CMYK, and
/// [`ErrorKind::OutOfMemory`](crate::ErrorKind).
pub fn find_trim(
    image: &Image,
    threshold: f64,
    background: Option<[u8; 3]>,
) -> Result<Option<Rect>, Error> {
    if image.width() < 3 || image.height() < 3 {
        return Ok(None);
    }
    let work = convert_depth(image.clone(), Depth::U8)?;
    let work = convert_channels(flatten(work, [255, 0, 255])?, Channels::Rgb)?;
    let first = work.view::<u8>()?.row(0).first_chunk().copied();
    let background = background.or(first).unwrap_or_default();
    let valid = threshold.is_finite() && threshold >= 0.0;
    bounds(&work, if valid { threshold } else { 10.0 }, background)
}

/// Bytes that [`find_trim`] allocates at most.
#[must_use]
pub const fn find_trim_bytes(source: Layout) -> u64 {
    let work = Layout::u8(source.width, source.height, Channels::Rgba).bytes();
    source.bytes().saturating_add(work.saturating_mul(3))
}

fn bounds(work: &Image, threshold: f64, background: [u8; 3]) -> Result<Option<Rect>, Error> {
    let view = work.view::<u8>()?;
    let row = work.layout().row_samples();
    let mut padded = [zeroed::<u8>(row + 6)?, zeroed(row + 6)?, zeroed(row + 6)?];
    let mut medians = zeroed::<u8>(row)?;
    let mut found: Option<Span2> = None;
    for y in 0..view.height() {
        let rows = [y.saturating_sub(1), y, (y + 1).min(view.height() - 1)];
        for (padded, y) in padded.iter_mut().zip(rows) {
            pad(view.row(y), padded);
        }
        median_row(&padded, &mut medians);
        if let Some((first, last)) = objects(&medians, threshold, background) {
            found = Some(Span2::joined(found, first, last, y));
        }
    }
    Ok(found.map(Span2::rect))
}

/// First and last column and row of what was found.
#[derive(Clone, Copy)]
struct Span2 {
    columns: (u32, u32),
    rows: (u32, u32),
}

impl Span2 {
    fn joined(before: Option<Self>, first: u32, last: u32, y: u32) -> Self {
        match before {
            None => Self {
                columns: (first, last),
                rows: (y, y),
            },
            Some(b) => Self {
                columns: (b.columns.0.min(first), b.columns.1.max(last)),
                rows: (b.rows.0, y),
            },
        }
    }

    fn rect(self) -> Rect {
        Rect {
            left: self.columns.0,
            top: self.rows.0,
            width: self.columns.1 - self.columns.0 + 1,
            height: self.rows.1 - self.rows.0 + 1,
        }
    }
}

/// First and last column whose pixel differs.
fn objects(row: &[u8], threshold: f64, background: [u8; 3]) -> Option<(u32, u32)> {
    let differs = |pixel: &[u8; 3]| {
        let pairs = pixel.iter().zip(background);
        pairs
            .into_iter()
            .any(|(p, b)| f64::from(p.abs_diff(b)) > threshold)
    };
    let pixels = row.as_chunks::<3>().0;
    let first = pixels.iter().position(differs)?;
    let last = pixels.iter().rposition(differs)?;
    Some((u32::try_from(first).ok()?, u32::try_from(last).ok()?))
}

/// Copies an RGB row between copies of its first and last pixel.
fn pad(row: &[u8], padded: &mut [u8]) {
    let length = row.len();
    padded[3..3 + length].copy_from_slice(row);
    padded[..3].copy_from_slice(&row[..3]);
    padded[3 + length..].copy_from_slice(&row[length - 3..]);
}

/// Medians of nine samples, three rows by three pixels.
fn median_row(padded: &[Vec<u8>; 3], target: &mut [u8]) {
    let length = target.len();
    let part = |row: usize, column: usize| &padded[row][column * 3..][..length];
    let [a, b, c] = [part(0, 0), part(0, 1), part(0, 2)];
    let [d, e, f] = [part(1, 0), part(1, 1), part(1, 2)];
    let [g, h, i] = [part(2, 0), part(2, 1), part(2, 2)];
    for (n, to) in target.iter_mut().enumerate() {
        *to = median([a[n], b[n], c[n], d[n], e[n], f[n], g[n], h[n], i[n]]);
    }
}

/// The middle of nine: 19 exchanges (J. L. Smith, "Implementing median filters in XC4000E
/// FPGAs", 1996).
#[inline(always)]
fn median(mut p: [u8; 9]) -> u8 {
    const EXCHANGES: [(usize, usize); 19] = [
        (1, 2),
        (4, 5),
        (7, 8),
        (0, 1),
        (3, 4),
        (6, 7),
        (1, 2),
        (4, 5),
        (7, 8),
        (0, 3),
        (5, 8),
        (4, 7),
        (3, 6),
        (1, 4),
        (2, 5),
        (4, 7),
        (4, 2),
        (6, 4),
        (4, 2),
    ];
    for (low, high) in EXCHANGES {
        (p[low], p[high]) = (p[low].min(p[high]), p[low].max(p[high]));
    }
    p[4]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_is_the_middle_of_any_order() {
        let mut seed = 7_u32;
        for _ in 0..2000 {
            let values = [0; 9].map(|_: u8| {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                seed.to_be_bytes()[0] / 16
            });
            let mut sorted = values;
            sorted.sort_unstable();
            assert_eq!(median(values), sorted[4], "{values:?}");
        }
    }

    #[test]
    fn finds_a_square_without_its_corners() {
        let inside = |x: u32, y: u32| (3..9).contains(&x) && (2..6).contains(&y);
        let pixels = (0..120).map(|i| if inside(i % 12, i / 12) { 200 } else { 10 });
        let image = Image::from_u8(Layout::u8(12, 10, Channels::Grey), pixels.collect()).unwrap();
        let rect = Rect {
            left: 3,
            top: 2,
            width: 6,
            height: 4,
        };
        assert_eq!(find_trim(&image, 10.0, None).unwrap(), Some(rect));
        assert_eq!(find_trim(&image, 190.0, None).unwrap(), None);
        assert_eq!(
            find_trim(&image, 10.0, Some([200; 3]))
                .unwrap()
                .unwrap()
                .width,
            12
        );
        assert_eq!(
            rect.equal_horizontal(12),
            Rect {
                left: 3,
                width: 6,
                ..rect
            }
        );
        assert_eq!(
            rect.equal_vertical(10),
            Rect {
                top: 2,
                height: 6,
                ..rect
            }
        );
    }
}

//! Filters: a byte as its difference from what its neighbours let expect (PNG 3, section 9).

/// The neighbours that a byte is predicted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Filter {
    None = 0,
    Sub = 1,
    Up = 2,
    Average = 3,
    Paeth = 4,
}

impl Filter {
    pub(crate) const ALL: [Self; 5] = [Self::None, Self::Sub, Self::Up, Self::Average, Self::Paeth];

    /// The filter of a row's first byte.
    pub(crate) const fn from_code(code: u8) -> Option<Self> {
        match code {
            0 => Some(Self::None),
            1 => Some(Self::Sub),
            2 => Some(Self::Up),
            3 => Some(Self::Average),
            4 => Some(Self::Paeth),
            _ => None,
        }
    }
}

/// A row, the one above, and the bytes of a pixel.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub(crate) row: &'a [u8],
    /// As long as the row.
    pub(crate) above: &'a [u8],
    pub(crate) pixel: usize,
}

/// Filters a row.
///
/// - `out`: as long as the row.
#[inline(always)]
pub(crate) fn apply(filter: Filter, rows: Rows<'_>, out: &mut [u8]) {
    let Rows { row, above, pixel } = rows;
    let first = pixel.min(row.len());
    // The first pixel has nothing to its left.
    for ((out, now), up) in out.iter_mut().zip(row).zip(above).take(first) {
        let predicted = match filter {
            Filter::None | Filter::Sub => 0,
            Filter::Up | Filter::Paeth => *up,
            Filter::Average => up / 2,
        };
        *out = now.wrapping_sub(predicted);
    }
    let out = out.get_mut(first..row.len()).unwrap_or_default();
    let now = row[first..].iter();
    let left = row.iter();
    let up = above.get(first..).unwrap_or_default().iter();
    let corner = above.iter();
    match filter {
        Filter::None => out.copy_from_slice(&row[first..]),
        Filter::Sub => {
            for ((out, now), left) in out.iter_mut().zip(now).zip(left) {
                *out = now.wrapping_sub(*left);
            }
        }
        Filter::Up => {
            for ((out, now), up) in out.iter_mut().zip(now).zip(up) {
                *out = now.wrapping_sub(*up);
            }
        }
        Filter::Average => {
            for (((out, now), left), up) in out.iter_mut().zip(now).zip(left).zip(up) {
                *out = now.wrapping_sub(average(*left, *up));
            }
        }
        Filter::Paeth => {
            let neighbours = left.zip(up).zip(corner);
            for ((out, now), ((left, up), corner)) in out.iter_mut().zip(now).zip(neighbours) {
                *out = now.wrapping_sub(paeth(*left, *up, *corner));
            }
        }
    }
}

/// The mean, rounded down.
#[inline(always)]
#[allow(clippy::cast_possible_truncation, reason = "a mean of bytes")]
pub(crate) const fn average(left: u8, up: u8) -> u8 {
    ((left as u16 + up as u16) >> 1) as u8
}

/// The neighbour nearest to left plus above less corner (PNG 3, section 9.4).
#[inline(always)]
pub(crate) const fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let (a, b, c) = (left as i16, up as i16, corner as i16);
    let (to_left, to_up) = ((b - c).abs(), (a - c).abs());
    let to_corner = (a + b - 2 * c).abs();
    let of_two = if to_up <= to_corner { up } else { corner };
    if to_left <= to_up && to_left <= to_corner {
        left
    } else {
        of_two
    }
}

/// The sum of the distances of filtered bytes from zero.
#[inline(always)]
pub(crate) fn sum(filtered: &[u8]) -> u64 {
    let parts = filtered.chunks(4096);
    let sums = parts.map(|part| {
        let distances = part
            .iter()
            .map(|byte| u32::from(byte.cast_signed().unsigned_abs()));
        u64::from(distances.sum::<u32>())
    });
    sums.sum()
}

//! The pages of a file: a chain of directories (TIFF 6.0, section 2).

use std::collections::HashSet;

use super::fault::broken;
use crate::bytes::array;
use crate::directory::Directory;
use crate::{Error, Header, Limits};

/// How many pages there are, at least one; those behind a loop or a gap are not counted.
pub(super) fn count(bytes: &[u8]) -> u32 {
    let count = places(bytes).len();
    u32::try_from(count).unwrap_or(MOST_PAGES).max(1)
}

/// Reads the facts of a page and of those that are stacked under it; the last page stands in for
/// one that is not there.
pub(crate) fn header(
    bytes: &[u8],
    first: u32,
    count: u32,
    limits: &Limits,
) -> Result<Header, Error> {
    let places = places(bytes);
    let last = places.len().saturating_sub(1);
    let first = usize::try_from(first).unwrap_or(usize::MAX).min(last);
    let count = usize::try_from(count).unwrap_or(usize::MAX).max(1);
    let (mut widest, mut height) = (0, 0_u32);
    let wanted = places.iter().enumerate().skip(first).take(count);
    let mut headers = wanted.map(|(index, place)| {
        let mut header = super::facts::header_at(bytes, Some(*place), limits)?;
        widest = header.width.max(widest);
        height = height.saturating_add(header.height);
        limits.check_pixels(widest, height)?;
        header.frames = u32::try_from(places.len()).unwrap_or(MOST_PAGES);
        header.parts.page = u32::try_from(index).unwrap_or(MOST_PAGES);
        header.parts.place = Some(*place);
        Ok(header)
    });
    let mut header = headers.next().ok_or_else(|| broken("no pages"))??;
    header.parts.below = headers.collect::<Result<_, Error>>()?;
    Ok(header)
}

/// Where the directories of all pages begin.
fn places(bytes: &[u8]) -> Vec<u32> {
    let (mut next, mut places) = (first(bytes), Vec::new());
    let mut seen = HashSet::new();
    while let Some(place) = next.filter(|_| places.len() < MOST_PAGES as usize) {
        let directory = Directory::at(bytes, place).filter(|_| seen.insert(place));
        let Some(directory) = directory.filter(|directory| !directory.is_empty()) else {
            break;
        };
        places.push(place);
        next = directory.next_place();
    }
    places
}

fn first(bytes: &[u8]) -> Option<u32> {
    let place = array(bytes, 4)?;
    match bytes.get(..4)? {
        b"II*\0" => Some(u32::from_le_bytes(place)),
        b"MM\0*" => Some(u32::from_be_bytes(place)),
        _ => None,
    }
}

/// Pages that are counted at most, so that a file of nothing but directories is read in time.
const MOST_PAGES: u32 = 16_384;

#[cfg(test)]
mod tests {
    use super::*;

    /// Directories of one field each, at these places; each leads to the next, the last to `end`.
    fn chain(places: &[u32], end: u32) -> Vec<u8> {
        let mut bytes = b"II*\0".to_vec();
        bytes.extend(places[0].to_le_bytes());
        for (index, place) in places.iter().enumerate() {
            bytes.resize(*place as usize, 0);
            bytes.extend([1, 0]);
            bytes.extend([0; 12]);
            bytes.extend(places.get(index + 1).unwrap_or(&end).to_le_bytes());
        }
        bytes
    }

    #[test]
    fn pages_are_counted_up_to_a_loop_or_a_gap() {
        assert_eq!(count(&chain(&[8], 0)), 1);
        assert_eq!(count(&chain(&[8, 30, 60], 0)), 3);
        assert_eq!(count(&chain(&[8, 30, 60], 8)), 3);
        assert_eq!(count(&chain(&[8, 30, 60], 60)), 3);
        assert_eq!(count(&chain(&[8, 30, 60], 5000)), 3);
        assert_eq!(count(b"II*\0"), 1);
        assert_eq!(count(b""), 1);
    }

    #[test]
    fn pages_without_a_picture_are_broken() {
        let bytes = chain(&[8, 30, 60], 0);
        assert!(header(&bytes, 2, 1, &Limits::default()).is_err());
        assert!(header(b"II*\0", 0, 1, &Limits::default()).is_err());
    }
}

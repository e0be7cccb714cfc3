//! Reading and changing TIFF structures, which EXIF is made of.

use pixgate_codec::Resolution;

/// A TIFF structure with nothing but the copyright and artist of another; none if it has neither.
///
/// Tags 0x8298 and 0x013b of EXIF 2.32, section 4.6.4, in the first directory.
pub(super) fn copyright(tiff: &[u8]) -> Option<Vec<u8>> {
    let directory = Directory::first(tiff)?;
    let texts: Vec<(u16, &[u8])> = [ARTIST, COPYRIGHT]
        .into_iter()
        .filter_map(|tag| Some((tag, directory.text(tag)?)))
        .collect();
    if texts.is_empty() {
        return None;
    }
    Some(write(&texts))
}

/// Tag of the orientation.
pub(super) const ORIENTATION: u16 = 0x0112;
/// Tags of white point, primaries and colour space.
pub(super) const COLOR: [u16; 3] = [0x013e, 0x013f, 0xa001];

/// Tags of the resolution across, down, and its unit.
const RESOLUTION: [u16; 3] = [0x011a, 0x011b, 0x0128];
/// The unit.
const INCH: u16 = 2;
/// What a segment of JPEG has room for.
const MOST_BYTES: usize = 65_500;

const ARTIST: u16 = 0x013b;
const SUB_DIRECTORY: u16 = 0x8769;
const COPYRIGHT: u16 = 0x8298;
const ASCII: u16 = 2;
const SHORT: u16 = 3;
const RATIONAL: u16 = 5;
const ENTRY_BYTES: usize = 12;

/// The first directory of a TIFF structure.
struct Directory<'a> {
    tiff: &'a [u8],
    is_little: bool,
    /// Where the entries begin.
    start: usize,
    entries: &'a [u8],
}

impl<'a> Directory<'a> {
    fn first(tiff: &'a [u8]) -> Option<Self> {
        let is_little = match tiff.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        Self::at(tiff, is_little, long(tiff.get(4..8)?, is_little)?)
    }

    fn at(tiff: &'a [u8], is_little: bool, at: u32) -> Option<Self> {
        let at = usize::try_from(at).ok()?;
        let count = usize::from(short(tiff.get(at..at.checked_add(2)?)?, is_little)?);
        let start = at.checked_add(2)?;
        let end = start.checked_add(count.checked_mul(ENTRY_BYTES)?)?;
        let entries = tiff.get(start..end.min(tiff.len()))?;
        Some(Self {
            tiff,
            is_little,
            start,
            entries,
        })
    }

    /// Where the entry of a tag begins.
    fn position(&self, tag: u16) -> Option<usize> {
        let mut entries = self.entries.chunks_exact(ENTRY_BYTES);
        let index = entries.position(|entry| short(entry, self.is_little) == Some(tag))?;
        self.start.checked_add(index.checked_mul(ENTRY_BYTES)?)
    }

    /// The directory of tags that EXIF adds to those of TIFF.
    fn sub_directory(&self) -> Option<Self> {
        let at = self.position(SUB_DIRECTORY)?;
        let value = self.tiff.get(at.checked_add(8)?..)?;
        Self::at(self.tiff, self.is_little, long(value, self.is_little)?)
    }

    /// A text with its terminating zero.
    fn text(&self, tag: u16) -> Option<&'a [u8]> {
        let entry = self
            .entries
            .chunks_exact(ENTRY_BYTES)
            .find(|entry| short(entry, self.is_little) == Some(tag))?;
        let is_text = short(entry.get(2..4)?, self.is_little)? == ASCII;
        let length = usize::try_from(long(entry.get(4..8)?, self.is_little)?).ok()?;
        let text = if length <= 4 {
            entry.get(8..8 + length)?
        } else {
            let at = usize::try_from(long(entry.get(8..12)?, self.is_little)?).ok()?;
            self.tiff.get(at..at.checked_add(length)?)?
        };
        (is_text && text.iter().any(|byte| *byte != 0)).then_some(text)
    }
}

fn short(bytes: &[u8], is_little: bool) -> Option<u16> {
    let bytes = *bytes.first_chunk()?;
    Some(if is_little {
        u16::from_le_bytes(bytes)
    } else {
        u16::from_be_bytes(bytes)
    })
}

fn long(bytes: &[u8], is_little: bool) -> Option<u32> {
    let bytes = *bytes.first_chunk()?;
    Some(if is_little {
        u32::from_le_bytes(bytes)
    } else {
        u32::from_be_bytes(bytes)
    })
}

/// Removes tags from the first directory of a TIFF structure and from its EXIF directory.
///
/// Entries behind a removed one move forward; nothing else does, so that all offsets stay right.
/// The last entry, now a free one, stays behind the pointer to the next directory.
pub(super) fn remove(tiff: &mut [u8], tags: &[u16]) {
    for tag in tags {
        while let Some((at, start)) = find(tiff, *tag) {
            if take_out(tiff, at, start).is_none() {
                break;
            }
        }
    }
}

/// Where the entry of a tag begins, and where the entries of its directory do.
fn find(tiff: &[u8], tag: u16) -> Option<(usize, usize)> {
    let first = Directory::first(tiff)?;
    let in_directory =
        |directory: &Directory<'_>| Some((directory.position(tag)?, directory.start));
    in_directory(&first).or_else(|| in_directory(&first.sub_directory()?))
}

fn take_out(tiff: &mut [u8], at: usize, start: usize) -> Option<()> {
    let is_little = tiff.starts_with(b"II");
    let counter = start.checked_sub(2)?..start;
    let count = short(tiff.get(counter.clone())?, is_little)?;
    let end = start.checked_add(usize::from(count).checked_mul(ENTRY_BYTES)?)?;
    // The pointer to the next directory moves along; some writers leave it out.
    let end = end.checked_add(4)?.min(tiff.len());
    tiff.get_mut(at..end)?
        .copy_within(ENTRY_BYTES.min(end.checked_sub(at)?).., 0);
    let count = count.checked_sub(1)?;
    let bytes = short_bytes(count, is_little);
    tiff.get_mut(counter)?.copy_from_slice(&bytes);
    Some(())
}

/// Gives a TIFF structure this resolution, in a copy of its first directory behind all the rest; one
/// that cannot be read, or that would be too long, stays as it is.
///
/// Tags 0x011a, 0x011b and 0x0128 of EXIF 2.32, section 4.6.4.
pub(super) fn set_resolution(tiff: &mut Vec<u8>, resolution: Resolution) {
    if let Some(changed) = with_resolution(tiff, resolution) {
        *tiff = changed;
    }
}

fn with_resolution(tiff: &[u8], resolution: Resolution) -> Option<Vec<u8>> {
    let directory = Directory::first(tiff)?;
    let is_little = directory.is_little;
    let next_at = directory.start.checked_add(directory.entries.len())?;
    let next = tiff.get(next_at..).and_then(<[u8]>::first_chunk);
    let next: [u8; 4] = next.copied().unwrap_or_default();
    let mut changed = tiff.to_vec();
    changed.resize(changed.len().next_multiple_of(2), 0);
    let mut entries: Vec<Entry> = directory
        .entries
        .chunks_exact(ENTRY_BYTES)
        .filter_map(|entry| entry.try_into().ok())
        .filter(|entry: &Entry| {
            !short(entry, is_little).is_some_and(|tag| RESOLUTION.contains(&tag))
        })
        .collect();
    let ([across, down], parts) = resolution.in_fractions();
    for (tag, numerator) in [(RESOLUTION[0], across), (RESOLUTION[1], down)] {
        let at = u32::try_from(changed.len()).ok()?;
        changed.extend(long_bytes(numerator, is_little));
        changed.extend(long_bytes(parts, is_little));
        entries.push(entry((tag, RATIONAL), long_bytes(at, is_little), is_little));
    }
    let [a, b] = short_bytes(INCH, is_little);
    entries.push(entry((RESOLUTION[2], SHORT), [a, b, 0, 0], is_little));
    entries.sort_by_key(|entry| short(entry, is_little));
    let place = u32::try_from(changed.len()).ok()?;
    changed.extend(short_bytes(u16::try_from(entries.len()).ok()?, is_little));
    changed.extend(entries.as_flattened());
    changed.extend(next);
    let first = changed.get_mut(4..8)?;
    first.copy_from_slice(&long_bytes(place, is_little));
    (changed.len() <= MOST_BYTES).then_some(changed)
}

type Entry = [u8; ENTRY_BYTES];

/// A field of one value.
fn entry((tag, kind): (u16, u16), value: [u8; 4], is_little: bool) -> Entry {
    let [a, b] = short_bytes(tag, is_little);
    let [c, d] = short_bytes(kind, is_little);
    let [e, f, g, h] = long_bytes(1, is_little);
    let [i, j, k, l] = value;
    [a, b, c, d, e, f, g, h, i, j, k, l]
}

const fn short_bytes(value: u16, is_little: bool) -> [u8; 2] {
    if is_little {
        value.to_le_bytes()
    } else {
        value.to_be_bytes()
    }
}

const fn long_bytes(value: u32, is_little: bool) -> [u8; 4] {
    if is_little {
        value.to_le_bytes()
    } else {
        value.to_be_bytes()
    }
}

/// Writes a little-endian TIFF structure with one directory of texts, tags ascending.
fn write(texts: &[(u16, &[u8])]) -> Vec<u8> {
    let count = u16::try_from(texts.len()).unwrap_or(0);
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    tiff.extend(count.to_le_bytes());
    let mut data = Vec::new();
    let data_at = 8 + 2 + texts.len() * ENTRY_BYTES + 4;
    for (tag, text) in texts {
        tiff.extend(tag.to_le_bytes());
        tiff.extend(ASCII.to_le_bytes());
        tiff.extend(u32::try_from(text.len()).unwrap_or(0).to_le_bytes());
        if text.len() <= 4 {
            let mut inline = [0; 4];
            for (to, from) in inline.iter_mut().zip(*text) {
                *to = *from;
            }
            tiff.extend(inline);
        } else {
            let at = u32::try_from(data_at + data.len()).unwrap_or(0);
            tiff.extend(at.to_le_bytes());
            data.extend_from_slice(text);
            data.resize(data.len().next_multiple_of(2), 0);
        }
    }
    tiff.extend([0; 4]);
    tiff.extend(data);
    tiff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_artist_and_copyright_only() {
        let source = write(&[
            (0x010e, b"a description\0"),
            (ARTIST, b"me\0"),
            (COPYRIGHT, b"(c) somebody\0"),
        ]);
        let kept = copyright(&source).unwrap();
        let directory = Directory::first(&kept).unwrap();
        assert_eq!(directory.text(ARTIST), Some(&b"me\0"[..]));
        assert_eq!(directory.text(COPYRIGHT), Some(&b"(c) somebody\0"[..]));
        assert_eq!(directory.text(0x010e), None);
    }

    #[test]
    fn gives_nothing_where_there_is_nothing() {
        assert_eq!(copyright(&write(&[(0x010e, b"a description\0")])), None);
        assert_eq!(copyright(b"II*\0"), None);
        assert_eq!(copyright(b""), None);
        assert_eq!(copyright(&write(&[(ARTIST, b"\0\0\0\0\0\0")])), None);
    }

    #[test]
    fn a_text_outside_the_block_is_left_out() {
        let mut source = write(&[(ARTIST, b"somebody\0")]);
        source.truncate(source.len() - 4);
        assert_eq!(copyright(&source), None);
    }

    /// One short per tag in the first directory, one colour space in the EXIF directory.
    fn with_shorts(tags: &[u16], is_little: bool) -> Vec<u8> {
        let two = |v: u16| {
            if is_little {
                v.to_le_bytes()
            } else {
                v.to_be_bytes()
            }
        };
        let four = |v: u32| {
            if is_little {
                v.to_le_bytes()
            } else {
                v.to_be_bytes()
            }
        };
        let mut tiff = if is_little {
            b"II*\0".to_vec()
        } else {
            b"MM\0*".to_vec()
        };
        tiff.extend(four(8));
        let count = u16::try_from(tags.len()).unwrap() + 1;
        tiff.extend(two(count));
        let sub = 10 + u32::from(count) * 12 + 4;
        for tag in tags {
            tiff.extend(two(*tag));
            tiff.extend(two(3));
            tiff.extend(if is_little {
                [1, 0, 0, 0]
            } else {
                [0, 0, 0, 1]
            });
            tiff.extend([two(6), two(0)].concat());
        }
        tiff.extend([two(SUB_DIRECTORY), two(4)].concat());
        tiff.extend([four(1), four(sub), four(0)].concat());
        tiff.extend([two(1), two(0xa001), two(3)].concat());
        tiff.extend([four(1), four(0), four(0)].concat());
        tiff
    }

    #[test]
    fn removed_tags_are_gone_and_all_others_stay() {
        for is_little in [true, false] {
            let mut tiff = with_shorts(&[0x0100, ORIENTATION, 0x013e, 0x0200], is_little);
            let length = tiff.len();
            remove(&mut tiff, &[ORIENTATION]);
            remove(&mut tiff, &COLOR);
            assert_eq!(tiff.len(), length);
            for gone in [ORIENTATION, 0x013e, 0xa001] {
                assert_eq!(find(&tiff, gone), None);
            }
            for stays in [0x0100, 0x0200, SUB_DIRECTORY] {
                assert!(find(&tiff, stays).is_some(), "{stays:x}");
            }
            let directory = Directory::first(&tiff).unwrap();
            assert_eq!(directory.entries.len(), 3 * ENTRY_BYTES);
            assert_eq!(directory.sub_directory().unwrap().entries.len(), 0);
        }
    }

    #[test]
    fn a_resolution_replaces_another_and_all_else_stays() {
        let resolution = Resolution::per_inch(300.0, 72.5).unwrap();
        let mut tiff = write(&[(ARTIST, b"somebody\0"), (COPYRIGHT, b"(c)\0")]);
        set_resolution(&mut tiff, Resolution::per_inch(1.0, 1.0).unwrap());
        set_resolution(&mut tiff, resolution);
        let directory = Directory::first(&tiff).unwrap();
        assert_eq!(directory.entries.len(), 5 * ENTRY_BYTES);
        assert_eq!(directory.text(ARTIST), Some(&b"somebody\0"[..]));
        assert_eq!(directory.text(COPYRIGHT), Some(&b"(c)\0"[..]));
        let value = |tag: u16| {
            let at = directory.position(tag).unwrap();
            let at = long(&tiff[at + 8..], true).unwrap() as usize;
            [long(&tiff[at..], true), long(&tiff[at + 4..], true)].map(Option::unwrap)
        };
        assert_eq!(value(0x011a), [3_000_000, 10_000]);
        assert_eq!(value(0x011b), [725_000, 10_000]);
        let mut big = with_shorts(&[ORIENTATION, 0x0200], false);
        set_resolution(&mut big, resolution);
        let directory = Directory::first(&big).unwrap();
        assert_eq!(directory.entries.len(), 6 * ENTRY_BYTES);
        assert!(directory.sub_directory().is_some());
    }

    #[test]
    fn a_resolution_for_anything_does_not_fail() {
        let whole = with_shorts(&[ORIENTATION, ORIENTATION], true);
        for length in 0..=whole.len() {
            let mut cut = whole[..length].to_vec();
            set_resolution(&mut cut, Resolution::per_inch(9.0, 9.0).unwrap());
        }
    }

    #[test]
    fn removing_from_anything_does_not_fail() {
        let whole = with_shorts(&[ORIENTATION, ORIENTATION], true);
        for length in 0..=whole.len() {
            let mut cut = whole[..length].to_vec();
            remove(&mut cut, &[ORIENTATION]);
        }
        let mut none = Vec::new();
        remove(&mut none, &COLOR);
        assert_eq!(none, b"");
    }
}

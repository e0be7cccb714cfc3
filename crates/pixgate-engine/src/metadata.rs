//! Which metadata goes into the result.

use pixgate_codec::Metadata;

use crate::{MetadataPolicy, Output, ProfileAction};

/// Metadata of the result, from that of the source.
pub(crate) fn kept(source: &Metadata, output: &Output) -> Metadata {
    let mut kept = match output.metadata {
        MetadataPolicy::Keep => source.clone(),
        MetadataPolicy::KeepCopyright => {
            let mut kept = Metadata::default();
            kept.exif = source.exif.as_deref().and_then(copyright);
            kept
        }
        MetadataPolicy::Strip => Metadata::default(),
    };
    kept.icc = match output.profile {
        ProfileAction::Keep => source.icc.clone(),
        _ => None,
    };
    kept
}

/// A TIFF structure with nothing but the copyright and artist of another; none if it has neither.
///
/// Tags 0x8298 and 0x013b of EXIF 2.32, section 4.6.4, in the first directory.
fn copyright(tiff: &[u8]) -> Option<Vec<u8>> {
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

const ARTIST: u16 = 0x013b;
const COPYRIGHT: u16 = 0x8298;
const ASCII: u16 = 2;
const ENTRY_BYTES: usize = 12;

/// The first directory of a TIFF structure.
struct Directory<'a> {
    tiff: &'a [u8],
    is_little: bool,
    entries: &'a [u8],
}

impl<'a> Directory<'a> {
    fn first(tiff: &'a [u8]) -> Option<Self> {
        let is_little = match tiff.get(..4)? {
            b"II*\0" => true,
            b"MM\0*" => false,
            _ => return None,
        };
        let at = usize::try_from(long(tiff.get(4..8)?, is_little)?).ok()?;
        let count = usize::from(short(tiff.get(at..at.checked_add(2)?)?, is_little)?);
        let start = at.checked_add(2)?;
        let end = start.checked_add(count.checked_mul(ENTRY_BYTES)?)?;
        let entries = tiff.get(start..end.min(tiff.len()))?;
        Some(Self {
            tiff,
            is_little,
            entries,
        })
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
}

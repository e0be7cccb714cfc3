//! Image sequences: the first picture of a track, as an item (ISO/IEC 14496-12, section 8).

use super::boxes::{Boxes, Fields};
use super::item::Item;
use crate::bytes::{array, be32};

/// The first pictures of a file's colour track and, if there is one, of its alpha track.
///
/// Further pictures depend on these, and are not looked at.
pub(super) fn first_pictures(file: &[u8]) -> Option<(Item<'_>, Option<Item<'_>>)> {
    let movie = Boxes(file).content(b"moov")?;
    let tracks = Boxes(movie).filter(|(name, _)| *name == b"trak");
    let tracks: Vec<_> = tracks.take(MOST_TRACKS).map(|(_, track)| track).collect();
    let find = |handlers: &[&[u8; 4]]| {
        let mut found = tracks.iter().filter_map(|track| {
            let handler = handler(track)?;
            handlers.contains(&handler).then(|| first_picture(track))?
        });
        found.next()
    };
    let mut color = find(&[b"pict", b"vide"])?;
    color.id = COLOR;
    let alpha = find(&[b"auxv"]).map(|mut alpha| {
        alpha.id = ALPHA;
        alpha
    });
    Some((color, alpha))
}

fn handler(track: &[u8]) -> Option<&[u8; 4]> {
    let media = Boxes(track).content(b"mdia")?;
    Boxes(media).content(b"hdlr")?.get(8..)?.first_chunk()
}

fn first_picture(track: &[u8]) -> Option<Item<'_>> {
    let media = Boxes(track).content(b"mdia")?;
    let samples = Boxes(Boxes(media).content(b"minf")?).content(b"stbl")?;
    let find = |name| Boxes(samples).content(name);
    // A version, a count, and the descriptions.
    let (name, entry) = Boxes(find(b"stsd")?.get(8..)?).next()?;
    let side = |at| array(entry, at).map(|side| u32::from(u16::from_be_bytes(side)));
    let size = (side(24)?, side(26)?);
    let properties = Boxes(entry.get(ENTRY_BYTES..)?).take(MOST_PROPERTIES);
    // The kind of an auxiliary picture has another name in tracks than in items.
    let properties = properties.map(|(name, content)| match name {
        b"auxi" => (b"auxC", content),
        name => (name, content),
    });
    Some(Item {
        kind: *name,
        own_size: (size.0 > 0 && size.1 > 0).then_some(size),
        extents: vec![(first_offset(samples)?, first_length(find(b"stsz")?)?)],
        properties: properties.collect(),
        ..Item::default()
    })
}

fn first_offset(samples: &[u8]) -> Option<u64> {
    let (table, bytes) = match Boxes(samples).content(b"stco") {
        Some(table) => (table, 4),
        None => (Boxes(samples).content(b"co64")?, 8),
    };
    Fields(table.get(8..)?).number(bytes)
}

fn first_length(table: &[u8]) -> Option<u64> {
    let length = match be32(table, 4)? {
        0 => be32(table, 12)?,
        all_alike => all_alike,
    };
    (length > 0).then_some(length.into())
}

/// What the items are called.
pub(super) const COLOR: u32 = 1;
pub(super) const ALPHA: u32 = 2;
/// Bytes of a visual sample entry in front of its boxes.
const ENTRY_BYTES: usize = 78;
const MOST_TRACKS: usize = 64;
const MOST_PROPERTIES: usize = 64;

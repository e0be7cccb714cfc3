//! The items of a HEIF file: one level of boxes inside `meta`, so nothing recurses.

use std::collections::BTreeMap;

use pixgate_options::Format;
use pixgate_raster::zeroed;

use super::boxes::{Boxes, Fields};
use super::coded::Coded;
use super::item::Item;
use super::{broken, sequence, unsupported};
use crate::bytes::slice;
use crate::{Error, ErrorKind};

/// A file's items and how they belong together.
pub(super) struct Container<'a> {
    bytes: &'a [u8],
    idat: &'a [u8],
    items: BTreeMap<u32, Item<'a>>,
    primary: Item<'a>,
    /// The item that metadata describes.
    described: u32,
    /// Kind, from, to.
    references: Vec<([u8; 4], u32, Vec<u32>)>,
}

/// A picture made of tiles of equal size, row by row.
pub(super) struct Grid<'c, 'a> {
    pub(super) columns: u32,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) tiles: Vec<&'c Item<'a>>,
}

impl<'a> Container<'a> {
    pub(super) fn read(format: Format, bytes: &'a [u8]) -> Result<Self, Error> {
        let meta = Boxes(bytes).content(b"meta").and_then(|m| m.get(4..));
        let sequence = || sequence::first_pictures(bytes);
        let Some(meta) = meta else {
            let (color, alpha) = sequence().ok_or_else(|| broken("no `meta` box"))?;
            return Self::of_sequence(format, bytes, color, alpha);
        };
        let find = |name| Boxes(meta).content(name);
        let mut items = BTreeMap::new();
        find(b"iinf").and_then(|b| read_infos(b, &mut items));
        find(b"iloc").and_then(|b| read_locations(b, &mut items));
        find(b"iprp").and_then(|b| read_properties(b, &mut items));
        let mut references = Vec::new();
        find(b"iref").and_then(|b| read_references(b, &mut references));
        let id = find(b"pitm").and_then(read_primary);
        let primary = id.and_then(|id| items.get(&id)).cloned();
        if primary.is_none()
            && let Some((color, alpha)) = sequence()
        {
            return Self::of_sequence(format, bytes, color, alpha);
        }
        let primary = primary.ok_or_else(|| broken("no primary item"))?;
        let mut container = Self {
            bytes,
            idat: find(b"idat").unwrap_or_default(),
            items,
            described: primary.id,
            primary,
            references,
        };
        container.check_kind(format)?;
        Ok(container)
    }

    /// The first picture of a sequence.
    fn of_sequence(
        format: Format,
        bytes: &'a [u8],
        color: Item<'a>,
        alpha: Option<Item<'a>>,
    ) -> Result<Self, Error> {
        let mut references = Vec::new();
        if alpha.is_some() {
            references.push((*b"auxl", sequence::ALPHA, vec![sequence::COLOR]));
        }
        let mut container = Self {
            bytes,
            idat: &[],
            items: alpha.into_iter().map(|item| (item.id, item)).collect(),
            described: color.id,
            primary: color,
            references,
        };
        container.check_kind(format)?;
        Ok(container)
    }

    /// Refuses what this build cannot decode, and gives a grid the configuration of its first tile.
    fn check_kind(&mut self, format: Format) -> Result<(), Error> {
        if self.primary.kind != *b"grid" {
            return can_decode(&self.primary.kind, format);
        }
        let tile = self.tiles(&self.primary).into_iter().next().cloned();
        let tile = tile.ok_or_else(|| broken("grid without tiles"))?;
        can_decode(&tile.kind, format)?;
        let extra = tile.properties.iter().filter(|(name, _)| {
            let own = self.primary.properties.iter();
            matches!(*name, b"av1C" | b"hvcC" | b"colr") && own.clone().all(|(own, _)| own != name)
        });
        let extra: Vec<_> = extra.copied().collect();
        self.primary.properties.extend(extra);
        Ok(())
    }

    /// Bytes that decoding the pictures of an item takes, one after the other.
    pub(super) fn decoder_bytes(&self, item: &Item<'a>) -> Option<u64> {
        let bytes = |item: &Item<'a>| item.decoder_bytes(self.coded(item));
        if item.kind != *b"grid" {
            return bytes(item);
        }
        // A tile has planes of its own beside those of the whole.
        let planes = |tile: &Item<'a>| {
            let sample = if tile.bits() > 8 { 2 } else { 1 };
            Some(tile.coded_pixels()?.saturating_mul(3 * sample))
        };
        let tiles = self.tiles(item).into_iter();
        let mut tiles = tiles.map(|tile| Some(bytes(tile)?.saturating_add(planes(tile)?)));
        tiles.try_fold(0, |most, bytes| Some(bytes?.max(most)))
    }

    /// What the data of an item says of itself, if it is AV1.
    pub(super) fn coded(&self, item: &Item<'_>) -> Option<Coded> {
        if item.kind != *b"av01" {
            return None;
        }
        let source = if item.is_in_idat {
            self.idat
        } else {
            self.bytes
        };
        let (offset, length) = *item.extents.first()?;
        let rest = source.get(usize::try_from(offset).ok()?..)?;
        let length = usize::try_from(length).ok().filter(|length| *length > 0);
        let data = length.and_then(|length| rest.get(..length)).unwrap_or(rest);
        let coded = Coded::read(data);
        // What lies in further pieces is not looked at, and may be anything.
        match item.extents.len() {
            1 => coded,
            _ => coded.map(Coded::of_many_frames),
        }
    }

    pub(super) const fn primary(&self) -> &Item<'a> {
        &self.primary
    }

    /// The item that holds the primary item's alpha.
    pub(super) fn alpha(&self) -> Option<&Item<'a>> {
        let id = self.primary.id;
        let mut auxiliary = self
            .references
            .iter()
            .filter(|(kind, _, to)| kind == b"auxl" && to.contains(&id));
        auxiliary.find_map(|(_, from, _)| self.items.get(from).filter(|item| item.is_alpha()))
    }

    /// Whether the colours of the primary item are multiplied by its alpha.
    pub(super) fn is_premultiplied(&self) -> bool {
        let id = self.primary.id;
        let mut all = self.references.iter();
        all.any(|(kind, from, _)| kind == b"prem" && *from == id) && self.alpha().is_some()
    }

    /// The file with the small picture of the primary item in its place (ISO/IEC 23008-12, section
    /// 6.4.4): turned as the primary one and with its profile, where it has none of its own.
    pub(super) fn into_thumbnail(self, format: Format) -> Option<Self> {
        let id = self.primary.id;
        let mut all = self.references.iter();
        let mut from = all.find_map(|(kind, from, to)| {
            let is_of_primary = kind == b"thmb" && to.contains(&id);
            self.items.get(from).filter(|_| is_of_primary).cloned()
        })?;
        from.inherit(&self.primary);
        let mut small = Self {
            primary: from,
            ..self
        };
        small.check_kind(format).ok()?;
        Some(small)
    }

    /// Exif and XMP items that describe the picture.
    pub(super) fn described_by(&self, kind: &[u8; 4]) -> Option<&Item<'a>> {
        let id = self.described;
        let mut all = self
            .references
            .iter()
            .filter(|(reference, _, to)| reference == b"cdsc" && to.contains(&id));
        all.find_map(|(_, from, _)| self.items.get(from).filter(|item| item.kind == *kind))
    }

    /// The tiles of a grid item; none if it is no grid.
    pub(super) fn grid(&self, item: &Item<'a>) -> Result<Option<Grid<'_, 'a>>, Error> {
        if item.kind != *b"grid" {
            return Ok(None);
        }
        let data = self.data(item, MAX_GRID_BYTES)?;
        let (rows, columns, width, height) =
            read_grid(&data).ok_or_else(|| broken("grid ends early"))?;
        if item.size() != Some((width, height)) {
            return Err(broken("two different sizes of a grid"));
        }
        let tiles = self.tiles(item);
        if tiles.len() as u64 != u64::from(rows) * u64::from(columns) {
            return Err(broken("number of tiles"));
        }
        Ok(Some(Grid {
            columns,
            width,
            height,
            tiles,
        }))
    }

    fn tiles(&self, item: &Item<'a>) -> Vec<&Item<'a>> {
        let mut all = self.references.iter();
        let tiles = all.find(|(kind, from, _)| kind == b"dimg" && *from == item.id);
        let ids = tiles.map(|(_, _, to)| to.as_slice()).unwrap_or_default();
        ids.iter().filter_map(|id| self.items.get(id)).collect()
    }

    /// An item's data, its pieces put together.
    pub(super) fn data(&self, item: &Item<'_>, limit: u64) -> Result<Vec<u8>, Error> {
        let source = if item.is_in_idat {
            self.idat
        } else {
            self.bytes
        };
        let mut pieces = Vec::new();
        let mut total = 0_u64;
        for (offset, length) in &item.extents {
            let offset = usize::try_from(*offset).ok();
            let length = match length {
                0 => offset.and_then(|offset| source.len().checked_sub(offset)),
                length => usize::try_from(*length).ok(),
            };
            let piece = offset.zip(length).and_then(|(o, l)| slice(source, o, l));
            let piece = piece.ok_or_else(|| broken("item data ends early"))?;
            total += piece.len() as u64;
            pieces.push(piece);
        }
        if total > limit {
            return Err(unsupported("so much item data"));
        }
        let mut data = zeroed::<u8>(usize::try_from(total).map_err(|_| broken("item data"))?)?;
        let mut rest = data.as_mut_slice();
        for piece in pieces {
            let (to, behind) = rest.split_at_mut(piece.len());
            to.copy_from_slice(piece);
            rest = behind;
        }
        Ok(data)
    }

    /// The data of an item that is in one piece.
    pub(super) fn piece(&self, item: &Item<'_>) -> Result<&'a [u8], Error> {
        let source = if item.is_in_idat {
            self.idat
        } else {
            self.bytes
        };
        let [(offset, length)] = *item.extents.as_slice() else {
            return Err(broken("item data in pieces"));
        };
        let offset = usize::try_from(offset).ok();
        let rest = offset.and_then(|offset| source.get(offset..));
        let piece = match (rest, length) {
            (rest, 0) => rest,
            (rest, length) => rest.and_then(|rest| rest.get(..usize::try_from(length).ok()?)),
        };
        piece.ok_or_else(|| broken("item data ends early"))
    }

    /// Bytes of planes that are kept while they are handed over some rows at a time, if that is how they
    /// come: as far as all of a picture or of its tiles is decoded by pixgate-av1, and has no alpha.
    pub(super) fn band_bytes(&self) -> Option<u64> {
        let item = &self.primary;
        if self.alpha().is_some() || item.is_monochrome() {
            return None;
        }
        let (width, _) = item.size()?;
        let row = u64::from(width) * if item.bits() > 8 { 6 } else { 3 };
        let is_own = |item: &Item<'a>| self.coded(item).is_some_and(Coded::is_own);
        if item.kind != *b"grid" {
            // What comes of a row of superblocks at most, rows of which are handed over one by one.
            return is_own(item).then(|| row.saturating_mul(MOST_FINAL_ROWS));
        }
        let tiles = self.tiles(item);
        let (_, height) = tiles.first()?.size()?;
        let are_own = tiles
            .iter()
            .all(|tile| is_own(tile) && tile.size().is_some_and(|size| size.1 == height));
        are_own.then(|| row.saturating_mul(u64::from(height).next_multiple_of(128)))
    }

    /// Bytes of the whole file, more than any item can have by right.
    pub(super) const fn length(&self) -> u64 {
        self.bytes.len() as u64
    }
}

fn can_decode(kind: &[u8; 4], format: Format) -> Result<(), Error> {
    match kind {
        b"av01" => Ok(()),
        b"hvc1" if cfg!(feature = "heic") => Ok(()),
        b"hvc1" => Err(ErrorKind::CannotRead {
            format: Format::Heic,
        }
        .into()),
        _ => Err(ErrorKind::CannotRead { format }.into()),
    }
}

fn read_primary(content: &[u8]) -> Option<u32> {
    let mut fields = Fields(content);
    match fields.version()? {
        (0, _) => fields.u16().map(u32::from),
        _ => fields.u32(),
    }
}

fn read_infos(content: &[u8], items: &mut BTreeMap<u32, Item<'_>>) -> Option<()> {
    let mut fields = Fields(content);
    let (version, _) = fields.version()?;
    fields.bytes(if version == 0 { 2 } else { 4 })?;
    for (name, content) in Boxes(fields.0).take(MAX_ITEMS) {
        if name != b"infe" {
            continue;
        }
        let mut fields = Fields(content);
        let (version, _) = fields.version()?;
        let id = match version {
            2 => fields.u16()?.into(),
            3 => fields.u32()?,
            _ => continue,
        };
        fields.u16()?;
        let kind = *fields.bytes(4)?.first_chunk()?;
        let item = Item {
            id,
            kind,
            ..Item::default()
        };
        items.entry(id).or_insert(item);
    }
    Some(())
}

fn read_locations(content: &[u8], items: &mut BTreeMap<u32, Item<'_>>) -> Option<()> {
    let mut fields = Fields(content);
    let (version, _) = fields.version()?;
    let sizes = fields.u16()?;
    let size = |shift: u16| usize::from(sizes >> shift & 15);
    let (offset_size, length_size, base_size) = (size(12), size(8), size(4));
    let index_size = if version == 0 { 0 } else { size(0) };
    let wide = version >= 2;
    let count = fields.number(if wide { 4 } else { 2 })?;
    let mut extents_left = MAX_EXTENTS;
    for _ in 0..count.min(MAX_ITEMS as u64) {
        let id = u32::try_from(fields.number(if wide { 4 } else { 2 })?).ok()?;
        let method = if version == 0 { 0 } else { fields.u16()? & 15 };
        fields.u16()?;
        let base = fields.number(base_size)?;
        let extents = fields.u16()?;
        let mut found = Vec::new();
        for _ in 0..extents {
            extents_left = extents_left.checked_sub(1)?;
            fields.number(index_size)?;
            let offset = fields.number(offset_size)?;
            found.push((base.checked_add(offset)?, fields.number(length_size)?));
        }
        if let Some(item) = items.get_mut(&id).filter(|_| method <= 1) {
            item.extents = found;
            item.is_in_idat = method == 1;
        }
    }
    Some(())
}

fn read_properties<'a>(content: &'a [u8], items: &mut BTreeMap<u32, Item<'a>>) -> Option<()> {
    let properties: Vec<_> = Boxes(Boxes(content).content(b"ipco")?)
        .take(MAX_ITEMS)
        .collect();
    let mut left = MAX_EXTENTS;
    for (name, content) in Boxes(content).take(MAX_ITEMS) {
        if name != b"ipma" {
            continue;
        }
        let mut fields = Fields(content);
        let (version, flags) = fields.version()?;
        for _ in 0..u64::from(fields.u32()?).min(MAX_ITEMS as u64) {
            let id = fields.number(if version == 0 { 2 } else { 4 })?;
            let mut item = items.get_mut(&u32::try_from(id).ok()?);
            for _ in 0..fields.u8()? {
                left = left.checked_sub(1)?;
                let index = match flags & 1 {
                    0 => usize::from(fields.u8()? & 0x7F),
                    _ => usize::from(fields.u16()? & 0x7FFF),
                };
                let property = index.checked_sub(1).and_then(|i| properties.get(i));
                if let (Some(item), Some(property)) = (&mut item, property) {
                    item.properties.push(*property);
                }
            }
        }
    }
    Some(())
}

fn read_references(content: &[u8], to: &mut Vec<([u8; 4], u32, Vec<u32>)>) -> Option<()> {
    let mut fields = Fields(content);
    let wide = fields.version()?.0 > 0;
    let mut left = MAX_EXTENTS;
    for (kind, content) in Boxes(fields.0).take(MAX_ITEMS) {
        let mut fields = Fields(content);
        let id = |fields: &mut Fields<'_>| {
            let id = fields.number(if wide { 4 } else { 2 })?;
            u32::try_from(id).ok()
        };
        let from = id(&mut fields)?;
        let mut targets = Vec::new();
        for _ in 0..fields.u16()? {
            left = left.checked_sub(1)?;
            targets.push(id(&mut fields)?);
        }
        to.push((*kind, from, targets));
    }
    Some(())
}

/// Rows, columns, width, height (ISO/IEC 23008-12, section 6.6.2.3).
fn read_grid(data: &[u8]) -> Option<(u32, u32, u32, u32)> {
    let mut fields = Fields(data);
    fields.u8()?;
    let size = if fields.u8()? & 1 == 1 { 4 } else { 2 };
    let rows = u32::from(fields.u8()?) + 1;
    let columns = u32::from(fields.u8()?) + 1;
    let mut side = || u32::try_from(fields.number(size)?).ok().filter(|s| *s > 0);
    Some((rows, columns, side()?, side()?))
}

/// Rows of luma that become final with a row of superblocks, and those that waited for them.
const MOST_FINAL_ROWS: u64 = 128 + 64;
/// Far more than real files have; each bounds a loop over untrusted counts.
const MAX_ITEMS: usize = 4096;
const MAX_EXTENTS: usize = 65_536;
const MAX_GRID_BYTES: u64 = 64;

//! From an item to its samples: one coded picture, or the tiles of a grid put together.

use super::container::Container;
use super::item::Item;
use super::picture::Picture;
use super::{av1_decode, broken, unsupported};
use crate::Error;

/// Decodes an item; tiles of a grid are put together and cropped.
///
/// - `is_fine`: see [`av1_decode::decode`].
pub(super) fn decode_item(
    container: &Container<'_>,
    item: &Item<'_>,
    is_fine: bool,
) -> Result<Picture, Error> {
    let length = container.length();
    let Some(grid) = container.grid(item)? else {
        return decode_coded(item, &container.data(item, length)?, is_fine);
    };
    // Tiles may share data, but not so that a small file takes long.
    let mut room = length.saturating_mul(MOST_SHARING);
    let mut whole: Option<Picture> = None;
    for (index, item) in (0_u32..).zip(&grid.tiles) {
        let data = container.data(item, length.min(room))?;
        room -= data.len() as u64;
        let tile = decode_coded(item, &data, is_fine)?;
        let whole = match &mut whole {
            Some(whole) => whole,
            none => none.insert(tile.blank(grid.width, grid.height)?),
        };
        whole.place(&tile, (index % grid.columns, index / grid.columns))?;
    }
    whole.ok_or_else(|| broken("grid without tiles"))
}

/// Tiles of a grid, a row of them at a time.
pub(super) struct TileRows {
    is_fine: bool,
    /// Bytes of data that may still be decoded.
    room: u64,
    /// The row of tiles that comes next.
    next: u32,
    /// Rows of luma in a row of tiles.
    tile_height: Option<u32>,
    /// The row of tiles at hand, and how many of its rows were handed over.
    current: Option<(Picture, u32)>,
}

impl TileRows {
    /// - `is_fine`: see [`av1_decode::decode`].
    pub(super) const fn new(container: &Container<'_>, is_fine: bool) -> Self {
        Self {
            is_fine,
            room: container.length().saturating_mul(MOST_SHARING),
            next: 0,
            tile_height: None,
            current: None,
        }
    }

    /// The next rows; none behind the last.
    pub(super) fn next_rows(
        &mut self,
        container: &Container<'_>,
    ) -> Result<Option<Picture>, Error> {
        let (picture, first) = match self.current.take() {
            Some(current) => current,
            None => match self.decode(container)? {
                Some(picture) => (picture, 0),
                None => return Ok(None),
            },
        };
        let rows = picture.rows(first, BAND_ROWS)?;
        let first = first + rows.size().1;
        if first < picture.size().1 {
            self.current = Some((picture, first));
        }
        Ok(Some(rows))
    }

    /// Decodes a row of tiles.
    fn decode(&mut self, container: &Container<'_>) -> Result<Option<Picture>, Error> {
        let Some(grid) = container.grid(container.primary())? else {
            return Ok(None);
        };
        let mut whole: Option<Picture> = None;
        let mut size = None;
        let first = u64::from(self.next) * u64::from(grid.columns);
        let tiles = grid
            .tiles
            .iter()
            .skip(usize::try_from(first).unwrap_or(usize::MAX));
        for (column, item) in (0..grid.columns).zip(tiles) {
            let data = container.data(item, container.length().min(self.room))?;
            self.room -= data.len() as u64;
            let tile = decode_coded(item, &data, self.is_fine)?;
            let height = *self.tile_height.get_or_insert(tile.size().1);
            if *size.get_or_insert(tile.size()) != tile.size() || tile.size().1 != height {
                return Err(broken("tiles of different sizes"));
            }
            let whole = match &mut whole {
                Some(whole) => whole,
                none => {
                    let above = u64::from(self.next) * u64::from(height);
                    let above = u32::try_from(above).unwrap_or(u32::MAX);
                    let rest = grid.height.saturating_sub(above);
                    if rest == 0 {
                        return Err(broken("tiles beside the picture"));
                    }
                    none.insert(tile.blank(grid.width, rest.min(height))?)
                }
            };
            whole.place(&tile, (column, 0))?;
        }
        self.next += 1;
        Ok(whole)
    }
}

fn decode_coded(item: &Item<'_>, data: &[u8], is_fine: bool) -> Result<Picture, Error> {
    let limit = item.coded_pixels().ok_or_else(|| broken("size"))?;
    match &item.kind {
        b"av01" => av1_decode::decode(data, limit, is_fine),
        #[cfg(feature = "heic")]
        b"hvc1" => super::hevc_decode::decode(item.hevc(), data, limit),
        _ => Err(unsupported("a tile of another kind")),
    }
}

/// How often all data of a file may be decoded for the tiles of one picture.
const MOST_SHARING: u64 = 4;
/// Rows that are handed over at a time; even.
pub(super) const BAND_ROWS: u32 = 64;

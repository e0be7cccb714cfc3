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

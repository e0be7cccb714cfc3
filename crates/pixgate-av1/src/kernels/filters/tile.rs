//! Tiles: samples of up to 64x64 with those around them, in rows of the same length.

/// From one row of a tile to the next.
pub(crate) const TILE_STRIDE: usize = 80;
/// Columns of a tile before the first one that is restored.
pub(crate) const RESTORE_LEFT: usize = 8;
/// Rows of a tile above the first one that is restored, and below the last.
pub(crate) const RESTORE_ABOVE: usize = 3;
/// Samples of a tile that is restored; some more than are looked at.
pub(crate) const RESTORE_TILE: usize = (64 + 2 * RESTORE_ABOVE + 1) * TILE_STRIDE;

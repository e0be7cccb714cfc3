//! Steps that need no more than the row they are at.

use pixgate_raster::{Image, Layout};

use crate::Error;

/// A step that changes pixels one by one: what becomes of a pixel depends on it and its place alone.
///
/// Such a step runs on any number of rows at a time, so chains of them run on the rows of a chunk
/// while a source is still being decoded, on planes that have been scaled, and on whole images.
/// Width and height stay; channels and depth may change.
pub(crate) trait RowFilter {
    /// Filters some rows.
    ///
    /// - `rows`: of the layout that `place` tells, but for their number.
    /// - `place`: where they lie in the image that the step sees.
    fn filter(&self, rows: Image, place: RowPlace) -> Result<Image, Error>;
}

/// Where some rows lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct RowPlace {
    /// The y of the first one.
    pub(crate) first: u32,
    /// The layout of the image that they are part of.
    pub(crate) image: Layout,
}

impl RowPlace {
    /// All rows of an image.
    pub(crate) const fn whole(image: Layout) -> Self {
        Self { first: 0, image }
    }

    /// Whether these are such rows.
    pub(crate) fn fits(&self, rows: Layout) -> bool {
        let end = self.first.saturating_add(rows.height);
        rows == self.image.sized(self.image.width, rows.height) && end <= self.image.height
    }
}

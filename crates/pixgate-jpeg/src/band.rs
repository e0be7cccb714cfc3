//! Decoded rows, borrowed from the decoder.

use pixgate_raster::{Layout, View};

/// Rows that became ready together.
///
/// For interleaved output there is one part; for planes one for each component. The parts of
/// successive bands follow on each other without gaps, from the top of the picture to its bottom.
#[derive(Debug, Clone, Copy, Default)]
pub struct Band<'d> {
    parts: [Option<Part<'d>>; 4],
}

/// Rows of one plane, or of the interleaved picture.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Part<'d> {
    /// Number of the first row within its plane.
    pub first_row: u32,
    /// The rows; the view's height is their number.
    pub rows: View<'d, u8>,
}

impl<'d> Band<'d> {
    /// The rows of a component, or of the interleaved picture (`index` 0); none if no row of it
    /// became ready.
    #[must_use]
    pub fn part(&self, index: usize) -> Option<Part<'d>> {
        self.parts.get(index).copied().flatten()
    }

    /// All parts that have rows, with their index.
    pub fn parts(&self) -> impl Iterator<Item = (usize, Part<'d>)> {
        let numbered = self.parts.into_iter().enumerate();
        numbered.filter_map(|(index, part)| Some((index, part?)))
    }

    /// Adds rows of the picture or plane that `layout` describes.
    pub(crate) fn push(
        &mut self,
        index: usize,
        layout: Layout,
        (first, rows, samples): (usize, usize, &'d [u8]),
        stride: usize,
    ) {
        let (Ok(first_row), Ok(height)) = (u32::try_from(first), u32::try_from(rows)) else {
            return;
        };
        let layout = layout.sized(layout.width, height);
        if let (Some(slot), Ok(rows)) = (
            self.parts.get_mut(index),
            View::new(samples, layout, stride),
        ) {
            *slot = Some(Part { first_row, rows });
        }
    }
}

//! Planes of AV1 pictures, handed over some rows at a time.

use pixgate_raster::{ChromaSubsampling, Depth};

use super::assemble::TileRows;
use super::av1_decode::Stream;
use super::broken;
use super::container::Container;
use super::picture::Picture;
use super::planes::{Code, planes};
use crate::{Band, Decoder, Error, Metadata, OutputLayout, Pixels};

/// A decoder that never holds all planes.
pub(super) struct Bands<'a> {
    layout: OutputLayout,
    metadata: Metadata,
    container: Container<'a>,
    code: Code,
    source: Source<'a>,
    /// The first row that was not handed over.
    first_row: u32,
}

/// Where rows come from.
enum Source<'a> {
    /// One picture.
    Stream(Box<Stream<'a>>),
    /// Tiles, a row of them at a time.
    Tiles(TileRows),
}

impl<'a> Bands<'a> {
    /// - `layout`: planes without alpha.
    /// - `is_fine`: see [`super::av1_decode::decode`].
    pub(super) fn new(
        container: Container<'a>,
        code: Code,
        layout: OutputLayout,
        metadata: Metadata,
        is_fine: bool,
    ) -> Result<Self, Error> {
        let item = container.primary();
        let source = if container.grid(item)?.is_some() {
            Source::Tiles(TileRows::new(&container, is_fine))
        } else {
            let limit = item.coded_pixels().ok_or_else(|| broken("size"))?;
            let data = container.piece(item)?;
            let stream = Stream::new(data, limit, is_fine)?;
            if stream.size() != layout.size() {
                return Err(disagree());
            }
            Source::Stream(Box::new(stream))
        };
        Ok(Self {
            layout,
            metadata,
            container,
            code,
            source,
            first_row: 0,
        })
    }

    fn next_rows(&mut self) -> Result<Option<Picture>, Error> {
        match &mut self.source {
            Source::Stream(stream) => stream.next_rows(),
            Source::Tiles(tiles) => tiles.next_rows(&self.container),
        }
    }
}

impl Decoder for Bands<'_> {
    fn layout(&self) -> OutputLayout {
        self.layout
    }

    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn next_band(&mut self) -> Result<Option<Band>, Error> {
        let (width, height) = self.layout.size();
        if self.first_row == height {
            return Ok(None);
        }
        let rows = self.next_rows()?.ok_or_else(|| broken("AV1 data"))?;
        if kind(self.layout) != Some(rows.kind()) {
            return Err(disagree());
        }
        let planes = planes(rows, None, self.code)?;
        planes
            .check()
            .map_err(|_| broken("planes of sizes that do not fit"))?;
        let (first_row, count) = (self.first_row, planes.y.height());
        if planes.y.width() != width || count == 0 || count > height - first_row {
            return Err(disagree());
        }
        self.first_row += count;
        Ok(Some(Band {
            first_row,
            pixels: Pixels::Planar(planes),
        }))
    }
}

/// Depth and chroma resolution of planes.
const fn kind(layout: OutputLayout) -> Option<(Depth, Option<ChromaSubsampling>)> {
    match layout {
        OutputLayout::Planar {
            depth, subsampling, ..
        } => Some((depth, subsampling)),
        OutputLayout::Interleaved(_) => None,
    }
}

fn disagree() -> Error {
    broken("boxes and coded data disagree")
}

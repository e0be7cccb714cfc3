//! Decoding of a frame: all columns of tiles, and the filters behind them.

use super::error::DecodeError;
use super::frame::RestorationKind;
use super::picture::{Filters, PlaneRows, Rows};
use super::post::{Deblocking, FinalRows, PlaneRef, PostFilter, PostFrame};
use super::stream::Found;
use super::tile::{FrameContext, TileColumn};
use crate::kernels::sample::Sample;

/// Decodes a frame superblock row by superblock row.
#[derive(Debug)]
pub(super) struct Engine<S> {
    columns: Vec<TileColumn<S>>,
    post: PostFilter<S>,
    /// The first row that is not decoded, in units of 4 samples of luma.
    row: usize,
    /// The row of tiles that it is in.
    tile_row: usize,
}

/// A sample that is shown to the caller.
pub(super) trait Shown: Sample {
    fn rows<'a>(plane: &PlaneRef<'a, Self>) -> PlaneRows<'a>;
}

impl Shown for u8 {
    fn rows<'a>(plane: &PlaneRef<'a, Self>) -> PlaneRows<'a> {
        let &PlaneRef {
            samples,
            stride,
            width,
            rows,
        } = plane;
        PlaneRows::U8 {
            samples,
            stride,
            width,
            rows,
        }
    }
}

impl Shown for u16 {
    fn rows<'a>(plane: &PlaneRef<'a, Self>) -> PlaneRows<'a> {
        let &PlaneRef {
            samples,
            stride,
            width,
            rows,
        } = plane;
        PlaneRows::U16 {
            samples,
            stride,
            width,
            rows,
        }
    }
}

impl<S: Shown> Engine<S> {
    pub(super) fn new(frame: &FrameContext, filters: Filters) -> Result<Self, DecodeError> {
        let post = post_frame(frame, filters);
        let has_filters = post.deblocking.is_some() || post.cdef.is_some();
        let count = frame.header.tiles.columns.len() - 1;
        let columns = (0..count)
            .map(|index| TileColumn::new(frame, index, has_filters))
            .collect::<Result<_, _>>()
            .map_err(|_| DecodeError::OutOfMemory)?;
        Ok(Self {
            columns,
            post: PostFilter::new(post).map_err(|_| DecodeError::OutOfMemory)?,
            row: 0,
            tile_row: 0,
        })
    }

    /// Bytes that decoding takes.
    pub(super) fn memory(frame: &FrameContext, filters: Filters) -> usize {
        let count = frame.header.tiles.columns.len() - 1;
        let columns: usize = (0..count)
            .map(|index| TileColumn::<S>::memory(frame, index))
            .sum();
        columns + PostFilter::<S>::memory(&post_frame(frame, filters))
    }

    /// Decodes the next superblock row; whether there are more.
    pub(super) fn row<E: From<DecodeError>>(
        &mut self,
        found: &Found,
        stream: &[u8],
        show: &mut impl FnMut(Rows<'_>) -> Result<(), E>,
    ) -> Result<bool, E> {
        let frame = &found.frame;
        let starts = &frame.header.tiles.rows;
        let height = frame.header.size.rows_4();
        if self.row >= height {
            return Ok(false);
        }
        while self.row >= starts[self.tile_row + 1] {
            self.tile_row += 1;
        }
        let rows = starts[self.tile_row]..starts[self.tile_row + 1];
        let first = self.tile_row * self.columns.len();
        for (column, range) in self.columns.iter_mut().zip(&found.tiles[first..]) {
            let bytes = stream.get(range.clone()).unwrap_or(&[]);
            column.decode(frame, self.row, &rows, bytes)?;
        }
        let mut row = self.post.row();
        for column in &self.columns {
            column.hand_over(frame, &mut row);
        }
        self.row += if frame.sequence.is_128 { 32 } else { 16 };
        self.post.finish_row(&mut |rows: FinalRows<'_, S>| {
            let number = |value: usize| u32::try_from(value).unwrap_or(u32::MAX);
            show(Rows {
                first_row: number(rows.first_row),
                rows: number(rows.rows),
                planes: rows.planes.each_ref().map(S::rows),
            })
        })?;
        Ok(self.row < height)
    }
}

/// What filters go by.
fn post_frame(frame: &FrameContext, filters: Filters) -> PostFrame {
    let FrameContext {
        sequence, header, ..
    } = frame;
    let filter = &header.loop_filter;
    let is_deblocked = filters != Filters::None && (filter.levels[0] > 0 || filter.levels[1] > 0);
    let has_all = filters == Filters::All;
    PostFrame {
        bit_depth: sequence.format.bit_depth.bits(),
        is_monochrome: sequence.format.is_monochrome,
        subsampling: sequence.format.subsampling,
        width: header.size.width as usize,
        upscaled_width: header.size.upscaled_width as usize,
        height: header.size.height as usize,
        superblock_log2: if sequence.is_128 { 7 } else { 6 },
        deblocking: is_deblocked.then(|| Deblocking {
            planes: [true, filter.levels[2] > 0, filter.levels[3] > 0],
            sharpness: filter.sharpness,
        }),
        cdef: header.cdef.filter(|_| has_all),
        restoration: header.restoration.map(|restoration| {
            (has_all && restoration.kind != RestorationKind::None).then_some(restoration.unit_log2)
        }),
        grain: header.grain.clone(),
    }
}

//! Samples of a decoded picture, and tiles put together.

use pixgate_raster::geometry::crop;
use pixgate_raster::{ChromaSubsampling, Depth, Image, Samples, SamplesMut};

use super::broken;
use super::item::CodePoints;
use crate::Error;

/// A decoded picture; samples are as coded, in the low bits.
pub(super) struct Picture {
    /// Y, and unless it is monochrome Cb and Cr.
    pub(super) planes: Vec<Image>,
    /// Chroma resolution; none for monochrome.
    pub(super) subsampling: Option<ChromaSubsampling>,
    pub(super) bits: u8,
    /// Colour as the coded data gives it.
    pub(super) code_points: CodePoints,
}

impl Picture {
    /// A picture like this one of another size, all zero.
    pub(super) fn blank(&self, width: u32, height: u32) -> Result<Self, Error> {
        let chroma = self.subsampling.unwrap_or(ChromaSubsampling::Full);
        let chroma = chroma.chroma_size(width, height);
        let sizes = [(width, height), chroma, chroma];
        let planes = self.planes.iter().zip(sizes);
        let planes = planes.map(|(plane, (w, h))| Image::zeroed(plane.layout().sized(w, h)));
        Ok(Self {
            planes: planes.collect::<Result<_, _>>()?,
            ..*self
        })
    }

    /// Depth of samples and chroma resolution.
    pub(super) fn kind(&self) -> (Depth, Option<ChromaSubsampling>) {
        let luma = self.planes.first();
        let depth = luma.map_or(Depth::U8, |plane| plane.layout().depth);
        (depth, self.subsampling)
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> (u32, u32) {
        let luma = self.planes.first();
        luma.map_or((0, 0), |plane| (plane.width(), plane.height()))
    }

    /// Some of its rows: an even number of them where chroma has half, unless they are the last.
    ///
    /// - `first`: even.
    pub(super) fn rows(&self, first: u32, count: u32) -> Result<Self, Error> {
        let count = count.min(self.size().1.saturating_sub(first));
        let subsampling = self.subsampling.unwrap_or(ChromaSubsampling::Full);
        let part = |(index, plane): (usize, &Image)| {
            let (first, count) = match index {
                0 => (first, count),
                _ => (
                    subsampling.chroma_size(1, first).1,
                    subsampling.chroma_size(1, count).1,
                ),
            };
            Ok(crop(plane, 0, first, plane.width(), count)?)
        };
        Ok(Self {
            planes: self
                .planes
                .iter()
                .enumerate()
                .map(part)
                .collect::<Result<_, Error>>()?,
            ..*self
        })
    }

    /// Copies a tile to its column and row.
    pub(super) fn place(&mut self, tile: &Self, (column, row): (u32, u32)) -> Result<(), Error> {
        let is_alike = self.planes.len() == tile.planes.len()
            && (self.bits, self.subsampling) == (tile.bits, tile.subsampling);
        if !is_alike {
            return Err(broken("tiles of different kinds"));
        }
        for (to, from) in self.planes.iter_mut().zip(&tile.planes) {
            let left = u64::from(column) * u64::from(from.width());
            let top = u64::from(row) * u64::from(from.height());
            if left >= u64::from(to.width()) || top >= u64::from(to.height()) {
                return Err(broken("tiles beside the picture"));
            }
            paste(to, from, left, top);
        }
        Ok(())
    }
}

fn paste(to: &mut Image, from: &Image, left: u64, top: u64) {
    let (to_width, from_width) = (to.width() as usize, from.width() as usize);
    let (Ok(left), Ok(top)) = (usize::try_from(left), usize::try_from(top)) else {
        return;
    };
    match (to.samples_mut(), from.samples()) {
        (SamplesMut::U8(to), Samples::U8(from)) => {
            paste_rows((to, to_width), (from, from_width), left, top);
        }
        (SamplesMut::U16(to), Samples::U16(from)) => {
            paste_rows((to, to_width), (from, from_width), left, top);
        }
        _ => {}
    }
}

fn paste_rows<T: Copy>(
    (to, to_width): (&mut [T], usize),
    (from, from_width): (&[T], usize),
    left: usize,
    top: usize,
) {
    let rows = to.chunks_exact_mut(to_width).skip(top);
    for (to, from) in rows.zip(from.chunks_exact(from_width)) {
        let to = to.get_mut(left..).unwrap_or_default();
        let count = to.len().min(from.len());
        to[..count].copy_from_slice(&from[..count]);
    }
}

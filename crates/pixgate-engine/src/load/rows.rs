//! Bands of rows, put together.

use pixgate_codec::{Band, OutputLayout, Pixels};
use pixgate_raster::convert::convert_depth;
use pixgate_raster::{
    Channels, ChromaSubsampling, Depth, Image, Layout, Planes, Samples, SamplesMut, YuvMatrix,
    YuvRange,
};

use crate::{Error, ErrorKind};

/// Rows of all planes that have come so far.
pub(super) struct PlaneRows {
    luma: Rows,
    chroma: [Rows; 2],
    subsampling: ChromaSubsampling,
    matrix: YuvMatrix,
    range: YuvRange,
}

impl PlaneRows {
    pub(super) fn new(layout: OutputLayout) -> Result<Self, Error> {
        let OutputLayout::Planar {
            width,
            height,
            depth: Depth::U8,
            subsampling: Some(subsampling),
            alpha: false,
            matrix,
            range,
        } = layout
        else {
            return Err(ErrorKind::SourceChanged.into());
        };
        let rows = |(width, height)| Rows::new(Layout::u8(width, height, Channels::Grey));
        let chroma = subsampling.chroma_size(width, height);
        Ok(Self {
            luma: rows((width, height)),
            chroma: [rows(chroma), rows(chroma)],
            subsampling,
            matrix,
            range,
        })
    }

    pub(super) fn push(&mut self, band: Band) -> Result<(), Error> {
        let Pixels::Planar(planes) = band.pixels else {
            return Err(ErrorKind::SourceChanged.into());
        };
        let (cb, cr) = match planes.chroma {
            Some([cb, cr]) if planes.subsampling == self.subsampling => (cb, cr),
            _ => return Err(ErrorKind::SourceChanged.into()),
        };
        let first = self.subsampling.chroma_size(1, band.first_row).1;
        let [rows_cb, rows_cr] = &mut self.chroma;
        self.luma.push(band.first_row, planes.y)?;
        rows_cb.push(first, cb)?;
        rows_cr.push(first, cr)
    }

    pub(super) fn finish(self) -> Result<Planes, Error> {
        let [cb, cr] = self.chroma;
        Ok(Planes {
            y: self.luma.finish()?,
            chroma: Some([cb.finish()?, cr.finish()?]),
            alpha: None,
            subsampling: self.subsampling,
            matrix: self.matrix,
            range: self.range,
        })
    }
}

/// Rows that have come so far.
pub(super) struct Rows {
    layout: Layout,
    image: Option<Image>,
    count: u32,
}

impl Rows {
    pub(super) const fn new(layout: Layout) -> Self {
        Self {
            layout,
            image: None,
            count: 0,
        }
    }

    /// Adds the next rows, converted to the working depth; a band that is all is not copied.
    pub(super) fn push(&mut self, first_row: u32, rows: Image) -> Result<(), Error> {
        let rows = convert_depth(rows, self.layout.depth)?;
        let fits = rows.layout() == self.layout.sized(self.layout.width, rows.height())
            && first_row == self.count
            && rows.height() <= self.layout.height - self.count;
        if !fits {
            return Err(ErrorKind::SourceChanged.into());
        }
        self.count += rows.height();
        if rows.height() == self.layout.height {
            self.image = Some(rows);
        } else {
            let image = match &mut self.image {
                Some(image) => image,
                none => none.insert(Image::zeroed(self.layout)?),
            };
            copy_rows(image, first_row, &rows)?;
        }
        Ok(())
    }

    pub(super) fn finish(self) -> Result<Image, Error> {
        self.image
            .filter(|_| self.count == self.layout.height)
            .ok_or_else(|| ErrorKind::SourceChanged.into())
    }
}

/// Copies rows into an image, from this row on.
pub(crate) fn copy_rows(image: &mut Image, first_row: u32, rows: &Image) -> Result<(), Error> {
    let start = first_row as usize * image.layout().row_samples();
    let done = match (image.samples_mut(), rows.samples()) {
        (SamplesMut::U8(to), Samples::U8(from)) => copy_at(to, start, from),
        (SamplesMut::U16(to), Samples::U16(from)) => copy_at(to, start, from),
        (SamplesMut::F32(to), Samples::F32(from)) => copy_at(to, start, from),
        _ => None,
    };
    done.ok_or_else(|| ErrorKind::Internal.into())
}

fn copy_at<T: Copy>(to: &mut [T], start: usize, from: &[T]) -> Option<()> {
    let end = start.checked_add(from.len())?;
    to.get_mut(start..end)?.copy_from_slice(from);
    Some(())
}

//! All quantised coefficients of a picture, made once for every way of coding them.

use pixgate_raster::{ChromaSubsampling, View};

use super::fdct::{Block, Divisors};
use super::planes::{self, Plane};
use super::{EncodeOptions, Source, checked_size};
use crate::kernels::Kernels;
use crate::{Error, ErrorKind};

/// One component's blocks.
#[derive(Debug)]
pub(super) struct Component {
    /// Blocks of a unit, across and down; also its sampling factors.
    pub(super) unit: (usize, usize),
    /// Blocks that hold samples.
    pub(super) blocks: (usize, usize),
    /// Blocks of a row, with padding to whole units.
    stride: usize,
    coefficients: Vec<Block>,
    /// 0 for luma, 1 for chroma: which tables it uses.
    pub(super) table: u8,
}

impl Component {
    /// The coefficients of a block.
    pub(super) fn block(&self, (x, y): (usize, usize)) -> &Block {
        &self.coefficients[y * self.stride + x]
    }
}

/// A picture ready to be coded.
#[derive(Debug)]
pub(super) struct Picture {
    pub(super) width: u16,
    pub(super) height: u16,
    /// Units across and down.
    pub(super) units: (usize, usize),
    pub(super) components: Vec<Component>,
}

impl Picture {
    pub(super) fn new(
        source: &Source<'_>,
        options: &EncodeOptions<'_>,
        tables: &[[u8; 64]; 2],
        kernels: &Kernels,
    ) -> Result<Self, Error> {
        match source {
            Source::Grey(view) => build(
                &[samples(view, 1)?],
                ChromaSubsampling::Full,
                tables,
                kernels,
            ),
            Source::Rgb(view) => {
                let layout = view.layout();
                checked_size(layout.width, layout.height)?;
                check_channels(view, 3)?;
                let planes = planes::from_rgb(view, options.subsampling)?;
                build(
                    &planes.each_ref().map(Samples::of),
                    options.subsampling,
                    tables,
                    kernels,
                )
            }
            Source::Planes {
                planes,
                subsampling,
            } => {
                let [y, cb, cr] = planes;
                let chroma = subsampling.chroma_size(y.layout().width, y.layout().height);
                for plane in [cb, cr] {
                    let (width, height) = (plane.layout().width, plane.layout().height);
                    if (width, height) != chroma {
                        return Err(ErrorKind::InvalidSize { width, height }.into());
                    }
                }
                let all = [samples(y, 1)?, samples(cb, 1)?, samples(cr, 1)?];
                build(&all, *subsampling, tables, kernels)
            }
        }
    }

    /// How many quantisation tables are in use.
    pub(super) fn tables(&self) -> usize {
        self.components.len().min(2)
    }
}

/// Borrowed rows of one component.
struct Samples<'a> {
    width: usize,
    height: usize,
    rows: Vec<&'a [u8]>,
}

impl<'a> Samples<'a> {
    fn of(plane: &'a Plane) -> Self {
        Self {
            width: plane.width,
            height: plane.height,
            rows: plane.samples.chunks_exact(plane.width).collect(),
        }
    }

    /// The 8×8 samples at a block, the last row and column repeated.
    fn square(&self, (x, y): (usize, usize)) -> [[u8; 8]; 8] {
        let left = (x * 8).min(self.width - 1);
        std::array::from_fn(|row| {
            let row = self.rows[(y * 8 + row).min(self.height - 1)];
            let row = &row[left..];
            match row.first_chunk() {
                Some(square) if x * 8 < self.width => *square,
                _ => std::array::from_fn(|column| row[column.min(row.len() - 1)]),
            }
        })
    }
}

fn samples<'a>(view: &View<'a, u8>, channels: u8) -> Result<Samples<'a>, Error> {
    let layout = view.layout();
    checked_size(layout.width, layout.height)?;
    check_channels(view, channels)?;
    Ok(Samples {
        width: layout.width as usize,
        height: layout.height as usize,
        rows: view.rows().collect(),
    })
}

fn check_channels(view: &View<'_, u8>, channels: u8) -> Result<(), Error> {
    let count = view.layout().channels.count();
    if count == usize::from(channels) {
        Ok(())
    } else {
        let count = u8::try_from(count).unwrap_or(u8::MAX);
        Err(ErrorKind::InvalidComponents { count }.into())
    }
}

fn build(
    samples: &[Samples<'_>],
    subsampling: ChromaSubsampling,
    tables: &[[u8; 64]; 2],
    kernels: &Kernels,
) -> Result<Picture, Error> {
    let luma = match subsampling {
        _ if samples.len() == 1 => (1, 1),
        ChromaSubsampling::Full => (1, 1),
        ChromaSubsampling::Horizontal => (2, 1),
        ChromaSubsampling::Both => (2, 2),
    };
    let first = samples
        .first()
        .ok_or(ErrorKind::InvalidComponents { count: 0 })?;
    let units = (
        first.width.div_ceil(8 * luma.0),
        first.height.div_ceil(8 * luma.1),
    );
    let divisors = tables.each_ref().map(Divisors::new);
    let mut components = Vec::new();
    for (index, samples) in samples.iter().enumerate() {
        let (unit, table) = if index == 0 { (luma, 0) } else { ((1, 1), 1) };
        let divisors = &divisors[usize::from(table)];
        components.push(component(
            samples,
            (unit, units),
            (divisors, kernels),
            table,
        )?);
    }
    let (width, height) = (first.width, first.height);
    Ok(Picture {
        width: u16::try_from(width).unwrap_or(u16::MAX),
        height: u16::try_from(height).unwrap_or(u16::MAX),
        units,
        components,
    })
}

fn component(
    samples: &Samples<'_>,
    (unit, units): ((usize, usize), (usize, usize)),
    (divisors, kernels): (&Divisors, &Kernels),
    table: u8,
) -> Result<Component, Error> {
    let (across, down) = (units.0 * unit.0, units.1 * unit.1);
    let mut coefficients: Vec<Block> = Vec::new();
    let bytes = (across * down * size_of::<Block>()) as u64;
    coefficients
        .try_reserve_exact(across * down)
        .map_err(|_| ErrorKind::OutOfMemory { bytes })?;
    let blocks = (samples.width.div_ceil(8), samples.height.div_ceil(8));
    for y in 0..down {
        let mut dc = 0;
        for x in 0..across {
            // Blocks beyond the edge repeat the DC of the one before, which costs least.
            let block = if x < blocks.0 && y < blocks.1 {
                (kernels.forward)(&samples.square((x, y)), divisors)
            } else {
                Block::flat(dc)
            };
            dc = block.values[0];
            coefficients.push(block);
        }
    }
    Ok(Component {
        unit,
        blocks,
        stride: across,
        coefficients,
        table,
    })
}

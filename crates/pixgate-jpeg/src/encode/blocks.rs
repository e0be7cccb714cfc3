//! All quantised coefficients of a picture, made once for every way of coding them.

use pixgate_raster::{ChromaSubsampling, View};

use super::fdct::{Block, Divisors, Rounding};
use super::planes::{self, Plane};
use super::quality::Quantization;
use super::trellis::Trellis;
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
    /// About how many symbols a scan of everything has.
    pub(super) fn symbols(&self) -> usize {
        let of = |block: &Block| block.nonzero.count_ones() as usize + 2;
        self.coefficients.iter().map(of).sum()
    }

    /// All blocks that hold samples, row by row.
    pub(super) fn filled(&self) -> impl Iterator<Item = &Block> {
        let rows = self.coefficients.chunks_exact(self.stride);
        rows.take(self.blocks.1)
            .flat_map(|row| &row[..self.blocks.0])
    }

    /// The blocks of a unit.
    #[inline(always)]
    pub(super) fn unit_blocks(&self, (x, y): (usize, usize)) -> impl Iterator<Item = &Block> {
        let (across, down) = self.unit;
        let start = y * down * self.stride + x * across;
        let rows = (0..down).map(move |row| start + row * self.stride);
        rows.flat_map(move |at| self.coefficients.get(at..at + across).unwrap_or_default())
    }
}

/// A picture ready to be coded.
#[derive(Debug)]
pub(crate) struct Picture {
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
        quantization: &Quantization,
        kernels: &Kernels,
    ) -> Result<Self, Error> {
        let quantizers = [0, 1].map(|table| Quantizer::new(quantization, table, options.trellis));
        let build = |samples: &[Samples<'_>], subsampling| {
            build(samples, subsampling, &quantizers, kernels)
        };
        match source {
            Source::Grey(view) => build(&[samples(view, 1)?], ChromaSubsampling::Full),
            Source::Rgb(view) => {
                check(view, 3)?;
                let planes = planes::from_rgb(view, options.subsampling, kernels)?;
                build(&planes.each_ref().map(Samples::of), options.subsampling)
            }
            Source::Cmyk(view) => {
                check(view, 4)?;
                let planes = planes::from_cmyk(view)?;
                build(&planes.each_ref().map(Samples::of), ChromaSubsampling::Full)
            }
            Source::Planes {
                planes,
                subsampling,
            } => build(&plane_samples(planes, *subsampling)?, *subsampling),
        }
    }

    /// How many quantisation tables are in use.
    pub(super) fn tables(&self) -> usize {
        if self.is_ycbcr() { 2 } else { 1 }
    }

    /// Whether there are chroma components.
    pub(super) fn is_ycbcr(&self) -> bool {
        self.components.len() == 3
    }
}

/// How the coefficients of a component become quotients: at once, or exact first and then chosen.
struct Quantizer {
    divisors: Divisors,
    trellis: Option<Trellis>,
}

impl Quantizer {
    /// - `table`: 0 for luma, 1 for chroma.
    fn new(quantization: &Quantization, table: usize, has_trellis: bool) -> Self {
        Self {
            divisors: match has_trellis {
                true => Divisors::new(&[1; 64], Rounding::Nearest),
                false => quantization.divisors(table),
            },
            trellis: has_trellis.then(|| Trellis::new(&quantization.tables[table], table == 1)),
        }
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

    /// Transforms two blocks beside each other, the last row and column repeated.
    fn transform(
        &self,
        (x, y): (usize, usize),
        (divisors, kernels): (&Divisors, &Kernels),
        out: &mut [Block; 2],
    ) {
        let (left, top) = (x * 8, y * 8);
        let inside = |at: usize| self.rows.get(top + at)?.get(left..)?.first_chunk::<16>();
        let mut rows = [&[0; 16]; 8];
        let mut all = rows.iter_mut().enumerate();
        let is_inside = all.all(|(at, row)| inside(at).map(|found| *row = found).is_some());
        if is_inside {
            (kernels.forward)(rows, divisors, out);
        } else {
            let copied = self.padded(left, top);
            (kernels.forward)(copied.each_ref(), divisors, out);
        }
    }

    #[cold]
    fn padded(&self, left: usize, top: usize) -> [[u8; 16]; 8] {
        std::array::from_fn(|row| {
            let row = self.rows[(top + row).min(self.height - 1)];
            std::array::from_fn(|column| row[(left + column).min(self.width - 1)])
        })
    }
}

fn samples<'a>(view: &View<'a, u8>, channels: u8) -> Result<Samples<'a>, Error> {
    check(view, channels)?;
    Ok(Samples {
        width: view.width() as usize,
        height: view.height() as usize,
        rows: view.rows().collect(),
    })
}

fn plane_samples<'a>(
    planes: &[View<'a, u8>; 3],
    subsampling: ChromaSubsampling,
) -> Result<[Samples<'a>; 3], Error> {
    let [y, cb, cr] = planes;
    let chroma = subsampling.chroma_size(y.width(), y.height());
    for plane in [cb, cr] {
        let (width, height) = (plane.width(), plane.height());
        if (width, height) != chroma {
            return Err(ErrorKind::InvalidSize { width, height }.into());
        }
    }
    Ok([samples(y, 1)?, samples(cb, 1)?, samples(cr, 1)?])
}

fn check(view: &View<'_, u8>, channels: u8) -> Result<(), Error> {
    checked_size(view.width(), view.height())?;
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
    quantizers: &[Quantizer; 2],
    kernels: &Kernels,
) -> Result<Picture, Error> {
    let luma = match subsampling {
        _ if samples.len() != 3 => (1, 1),
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
    let mut components = Vec::new();
    for (index, plane) in samples.iter().enumerate() {
        let is_chroma = index > 0 && samples.len() == 3;
        let (unit, table) = if is_chroma { ((1, 1), 1) } else { (luma, 0) };
        let quantizer = &quantizers[usize::from(table)];
        components.push(component(
            plane,
            (unit, units),
            (quantizer, kernels),
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
    by: (&Quantizer, &Kernels),
    table: u8,
) -> Result<Component, Error> {
    let (across, down) = (units.0 * unit.0, units.1 * unit.1);
    let bytes = (across * down * size_of::<Block>()) as u64;
    let mut coefficients: Vec<Block> = Vec::new();
    coefficients
        .try_reserve_exact(across * down)
        .map_err(|_| ErrorKind::OutOfMemory { bytes })?;
    coefficients.resize(across * down, Block::EMPTY);
    let blocks = (samples.width.div_ceil(8), samples.height.div_ceil(8));
    let rows = coefficients.chunks_exact_mut(across);
    for (y, row) in rows.take(blocks.1).enumerate() {
        let (filled, beyond) = row.split_at_mut(blocks.0);
        transform_row(samples, y, filled, by);
        // Blocks beyond the edge repeat the DC of the one coded before, which costs least.
        let dc = filled.last().map_or(0, |block| block.values[0]);
        beyond.iter_mut().for_each(|block| block.set_flat(dc));
    }
    for at in across * blocks.1..across * down {
        let before = (at - across) / unit.0 * unit.0 + unit.0 - 1;
        let dc = coefficients[before].values[0];
        coefficients[at].set_flat(dc);
    }
    Ok(Component {
        unit,
        blocks,
        stride: across,
        coefficients,
        table,
    })
}

fn transform_row(
    samples: &Samples<'_>,
    y: usize,
    row: &mut [Block],
    (quantizer, kernels): (&Quantizer, &Kernels),
) {
    let by = (&quantizer.divisors, kernels);
    let (pairs, rest) = row.as_chunks_mut::<2>();
    let single = 2 * pairs.len();
    for (at, pair) in pairs.iter_mut().enumerate() {
        samples.transform((2 * at, y), by, pair);
    }
    if let [last] = rest {
        let mut pair = [Block::EMPTY; 2];
        samples.transform((single, y), by, &mut pair);
        [*last, _] = pair;
    }
    if let Some(trellis) = &quantizer.trellis {
        row.iter_mut().for_each(|block| trellis.quantize(block));
    }
}

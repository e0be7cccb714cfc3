//! Where each component's samples and blocks lie.

use crate::options::Output;
use crate::{Component, Error, ErrorKind, Header, Scale};

/// Sizes of one component, in samples after scaling and in blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Plane {
    /// Blocks of a unit, across and down.
    pub(crate) unit: (usize, usize),
    /// Size that its blocks are rebuilt at.
    pub(crate) scale: Scale,
    /// Samples that belong to the picture, across and down.
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Blocks that hold them: what a scan of this component alone has.
    pub(crate) blocks: (usize, usize),
    /// Blocks of all units.
    pub(crate) padded_blocks: (usize, usize),
    pub(crate) quantization: u8,
    pub(crate) id: u8,
}

impl Plane {
    /// Samples from one row to the next.
    pub(crate) const fn stride(&self) -> usize {
        self.padded_blocks.0 * self.scale.block_side()
    }

    /// Rows that one row of units gives.
    pub(crate) const fn step(&self) -> usize {
        self.unit.1 * self.scale.block_side()
    }
}

/// Sizes of the whole picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Geometry {
    /// Units across and down.
    pub(crate) units: (usize, usize),
    pub(crate) planes: Vec<Plane>,
    /// Samples of the finest component that a unit spans, before scaling.
    pub(crate) unit_size: (usize, usize),
}

impl Geometry {
    /// Lays out the components for this kind of output.
    pub(crate) fn new(header: &Header, output: Output) -> Result<Self, Error> {
        let sampling = Sampling::of(header)?;
        let size = (header.width as usize, header.height as usize);
        let unit_size = (sampling.largest.0 * 8, sampling.largest.1 * 8);
        let units = (size.0.div_ceil(unit_size.0), size.1.div_ceil(unit_size.1));
        let planes = header.components.iter().enumerate();
        let planes = planes.map(|(index, component)| {
            let factors = sampling.factors(component);
            let scale = sampling.scale(factors, index, output);
            let side = scale.block_side();
            let span = |pixels: usize, factor: usize, largest: usize, side: usize| {
                (pixels * factor * side).div_ceil(largest * 8)
            };
            let across = |side| span(size.0, factors.0, sampling.largest.0, side);
            let down = |side| span(size.1, factors.1, sampling.largest.1, side);
            Plane {
                unit: factors,
                scale,
                width: across(side),
                height: down(side),
                blocks: (across(1), down(1)),
                padded_blocks: (units.0 * factors.0, units.1 * factors.1),
                quantization: component.quantization,
                id: component.id,
            }
        });
        Ok(Self {
            units,
            planes: planes.collect(),
            unit_size,
        })
    }
}

/// How the components' resolutions relate.
struct Sampling {
    largest: (usize, usize),
    is_single: bool,
}

impl Sampling {
    fn of(header: &Header) -> Result<Self, Error> {
        let (h, v) = header.largest_factors();
        let is_single = header.components.len() == 1;
        let blocks = |c: &Component| u32::from(c.horizontal) * u32::from(c.vertical);
        let total: u32 = header.components.iter().map(blocks).sum();
        if !is_single && header.is_interleaved && total > MAX_UNIT_BLOCKS {
            return Err(ErrorKind::InvalidSampling.into());
        }
        let largest = if is_single {
            (1, 1)
        } else {
            (usize::from(h), usize::from(v))
        };
        Ok(Self { largest, is_single })
    }

    /// A single component is coded block by block whatever its factors say (T.81, A.2.2).
    fn factors(&self, component: &Component) -> (usize, usize) {
        if self.is_single {
            (1, 1)
        } else {
            let (h, v) = (component.horizontal, component.vertical);
            (usize::from(h), usize::from(v))
        }
    }

    fn scale(&self, factors: (usize, usize), index: usize, output: Output) -> Scale {
        match output {
            Output::Planes { scales } => scales.get(index).copied().unwrap_or_default(),
            Output::Interleaved { scale, .. } => self.finer(factors, scale),
        }
    }

    /// Components that are stored smaller are reduced less, as in libjpeg's `jdmaster.c`.
    fn finer(&self, factors: (usize, usize), picture: Scale) -> Scale {
        let side = picture.block_side();
        let (across, down) = (self.largest.0 * side, self.largest.1 * side);
        let fits = |scale: Scale| {
            let side = scale.block_side();
            across.is_multiple_of(factors.0 * side) && down.is_multiple_of(factors.1 * side)
        };
        let mut scale = picture;
        while let Some(doubled) = scale.doubled().filter(|&scale| fits(scale)) {
            scale = doubled;
        }
        scale
    }
}

/// Blocks that a unit may have (T.81, B.2.3).
const MAX_UNIT_BLOCKS: u32 = 10;

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{ColorModel, Metadata, Process};

    pub(crate) fn header(width: u32, height: u32, factors: &[(u8, u8)]) -> Header {
        let components = (1..).zip(factors).map(|(id, &(h, v))| Component {
            id,
            horizontal: h,
            vertical: v,
            quantization: 0,
        });
        Header {
            width,
            height,
            precision: 8,
            process: Process::Baseline,
            components: components.collect(),
            color_model: ColorModel::YCbCr,
            is_interleaved: true,
            restart_interval: 0,
            jfif: None,
            adobe: None,
            metadata: Metadata::default(),
        }
    }

    #[test]
    fn chroma_is_reduced_less_than_luma() {
        let header = header(101, 51, &[(2, 2), (1, 1), (1, 1)]);
        let sizes = |scale| {
            let rounding = crate::Rounding::Up;
            let output = Output::Interleaved { scale, rounding };
            let planes = Geometry::new(&header, output).unwrap().planes;
            [0, 1].map(|i: usize| (planes[i].scale, planes[i].width, planes[i].height))
        };
        assert_eq!(
            sizes(Scale::Full),
            [(Scale::Full, 101, 51), (Scale::Full, 51, 26)]
        );
        assert_eq!(
            sizes(Scale::Half),
            [(Scale::Half, 51, 26), (Scale::Full, 51, 26)]
        );
        assert_eq!(
            sizes(Scale::Eighth),
            [(Scale::Eighth, 13, 7), (Scale::Quarter, 13, 7)]
        );
    }

    #[test]
    fn counts_blocks_with_and_without_padding() {
        let header = header(17, 9, &[(2, 1), (1, 1), (1, 1)]);
        let geometry = Geometry::new(&header, Output::default()).unwrap();
        assert_eq!((geometry.units, geometry.unit_size), ((2, 2), (16, 8)));
        assert_eq!(geometry.planes[0].blocks, (3, 2));
        assert_eq!(geometry.planes[0].padded_blocks, (4, 2));
    }

    #[test]
    fn single_components_ignore_their_factors() {
        let geometry = Geometry::new(&header(17, 9, &[(2, 2)]), Output::default()).unwrap();
        assert_eq!(geometry.units, (3, 2));
        assert_eq!(geometry.planes[0].step(), 8);
    }

    #[test]
    fn refuses_units_of_more_than_ten_blocks() {
        let header = header(17, 9, &[(4, 2), (2, 1), (1, 1)]);
        assert!(Geometry::new(&header, Output::default()).is_err());
    }
}

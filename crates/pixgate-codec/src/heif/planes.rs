//! How YCbCr is coded, and planes of it as they are handed over.

use pixgate_raster::{ChromaSubsampling, Image, Planes, SamplesMut, YuvMatrix, YuvRange};

use super::broken;
use super::container::Container;
use super::item::CodePoints;
use super::matrix::Matrix;
use super::picture::Picture;
use crate::Error;

/// How YCbCr is coded.
#[derive(Clone, Copy)]
pub(super) struct Code {
    pub(super) matrix: YuvMatrix,
    pub(super) range: YuvRange,
    pub(super) is_identity: bool,
    /// The matrix, if planes cannot carry it.
    pub(super) rare: Option<Matrix>,
    /// Whether the file's boxes say so, rather than the coded data.
    pub(super) is_given: bool,
}

impl Code {
    pub(super) fn new(container: &Container<'_>) -> Result<Self, Error> {
        const UNKNOWN: CodePoints = CodePoints {
            primaries: 2,
            transfer: 2,
            matrix: 2,
            is_full_range: true,
        };
        let given = container.primary().code_points();
        Ok(Self {
            is_given: given.is_some(),
            ..Self::from_points(given.unwrap_or(UNKNOWN))?
        })
    }

    pub(super) fn from_points(points: CodePoints) -> Result<Self, Error> {
        Ok(Self {
            matrix: match points.matrix {
                1 => YuvMatrix::Bt709,
                9 => YuvMatrix::Bt2020,
                _ => YuvMatrix::Bt601,
            },
            range: if points.is_full_range {
                YuvRange::Full
            } else {
                YuvRange::Limited
            },
            is_identity: points.matrix == 0,
            rare: Matrix::of(points.matrix, points.primaries)?,
            is_given: true,
        })
    }
}

/// Planes as they are handed over.
pub(super) fn planes(picture: Picture, alpha: Option<Image>, code: Code) -> Result<Planes, Error> {
    let range = if code.is_identity {
        YuvRange::Full
    } else {
        code.range
    };
    let mut planes = picture.planes.into_iter().map(|mut plane| {
        scale(&mut plane, picture.bits, range);
        plane
    });
    let y = planes.next().ok_or_else(|| broken("plane"))?;
    let chroma = planes.next().zip(planes.next()).map(|(cb, cr)| [cb, cr]);
    Ok(Planes {
        y,
        chroma,
        alpha,
        subsampling: picture.subsampling.unwrap_or(ChromaSubsampling::Full),
        matrix: code.matrix,
        range,
    })
}

/// Brings 10- and 12-bit samples to 16 bits as raster's planes hold them.
pub(super) fn scale(plane: &mut Image, bits: u8, range: YuvRange) {
    let SamplesMut::U16(samples) = plane.samples_mut() else {
        return;
    };
    let bits = u32::from(bits.clamp(9, 16));
    let (up, down) = (16 - bits, 2 * bits - 16);
    for sample in samples {
        let low = match range {
            YuvRange::Full => *sample >> down,
            YuvRange::Limited => 0,
        };
        *sample = *sample << up | low;
    }
}

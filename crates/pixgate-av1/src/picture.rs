//! What is encoded.

use crate::Error;

/// Bits of a sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BitDepth {
    /// 0 to 255.
    Eight,
    /// 0 to 1023.
    Ten,
    /// 0 to 4095.
    Twelve,
}

impl BitDepth {
    /// The number.
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::Eight => 8,
            Self::Ten => 10,
            Self::Twelve => 12,
        }
    }
}

/// Resolution of the chroma planes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chroma {
    /// There are none.
    None,
    /// Half of luma's in both directions, rounded up: 4:2:0.
    Half,
    /// As luma: 4:4:4.
    Full,
}

/// What samples mean: code points of ITU-T H.273.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ColorDescription {
    /// `ColourPrimaries`.
    pub primaries: u8,
    /// `TransferCharacteristics`.
    pub transfer: u8,
    /// `MatrixCoefficients`.
    pub matrix: u8,
    /// Whether black is 0 and white the largest sample.
    pub is_full_range: bool,
}

/// Samples of a plane, row by row without gaps.
#[derive(Clone, Copy, Debug)]
pub enum Samples<'a> {
    /// Of [`BitDepth::Eight`].
    U8(&'a [u8]),
    /// The upper bits of 16 count: a sample of 10 bits is in the bits 6 to 15.
    U16(&'a [u16]),
}

/// A picture in planes: Y, and unless it is monochrome Cb and Cr.
#[derive(Clone, Debug)]
pub struct Picture<'a> {
    /// 1 to 65,536.
    pub width: u32,
    /// 1 to 65,536.
    pub height: u32,
    /// Of all planes.
    pub bit_depth: BitDepth,
    /// How large the second and the third plane are.
    pub chroma: Chroma,
    /// What the samples mean.
    pub color: ColorDescription,
    /// One or three.
    pub planes: Vec<Samples<'a>>,
}

impl Picture<'_> {
    /// Width and height of a plane.
    pub(crate) fn plane_size(&self, plane: usize) -> (usize, usize) {
        let (width, height) = (self.width as usize, self.height as usize);
        if plane > 0 && self.chroma == Chroma::Half {
            (width.div_ceil(2), height.div_ceil(2))
        } else {
            (width, height)
        }
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        let sides = 1..=MAX_SIDE;
        if !sides.contains(&self.width) || !sides.contains(&self.height) {
            return Err(Error::Size {
                width: self.width,
                height: self.height,
            });
        }
        let wanted = if self.chroma == Chroma::None { 1 } else { 3 };
        if self.planes.len() != wanted {
            return Err(Error::PlaneCount {
                wanted,
                found: self.planes.len(),
            });
        }
        for (plane, samples) in self.planes.iter().enumerate() {
            self.check_plane(plane, samples)?;
        }
        Ok(())
    }

    fn check_plane(&self, plane: usize, samples: &Samples<'_>) -> Result<(), Error> {
        let (width, height) = self.plane_size(plane);
        let (found, is_wide) = match samples {
            Samples::U8(samples) => (samples.len(), false),
            Samples::U16(samples) => (samples.len(), true),
        };
        if is_wide == (self.bit_depth == BitDepth::Eight) {
            return Err(Error::SampleType { plane });
        }
        if found != width * height {
            return Err(Error::SampleCount {
                plane,
                wanted: width * height,
                found,
            });
        }
        Ok(())
    }

    /// Copies `to.len()` samples of a row from column `x` on; beyond the picture its last samples
    /// go on.
    pub(crate) fn copy_row(&self, plane: usize, x: usize, y: usize, to: &mut [u16]) {
        let (width, height) = self.plane_size(plane);
        let start = y.min(height - 1) * width;
        let have = width.saturating_sub(x).min(to.len());
        let (inside, beyond) = to.split_at_mut(have);
        let last = match self.planes[plane] {
            Samples::U8(samples) => {
                let row = &samples[start..][..width];
                for (to, &from) in inside.iter_mut().zip(&row[x.min(width)..]) {
                    *to = u16::from(from);
                }
                u16::from(row[width - 1])
            }
            Samples::U16(samples) => {
                let shift = 16 - self.bit_depth.bits();
                let row = &samples[start..][..width];
                for (to, &from) in inside.iter_mut().zip(&row[x.min(width)..]) {
                    *to = from >> shift;
                }
                row[width - 1] >> shift
            }
        };
        beyond.fill(last);
    }
}

/// Sides have 16 bits.
const MAX_SIDE: u32 = 65_536;

//! One AV1 picture through `pixgate-av1`: the only file that calls it.

use pixgate_av1::{BitDepth, Chroma, ColorDescription, Effort, Picture, Samples, Settings};
use pixgate_options::Format;
use pixgate_raster::{ChromaSubsampling, Image, YuvMatrix, YuvRange};

use crate::{Error, ErrorKind};

/// What to encode and how.
pub(super) struct Job<'a> {
    /// Y, and unless it is monochrome Cb and Cr; 8 bits, or 16 of which the upper 12 are coded.
    pub(super) planes: Vec<&'a Image>,
    /// Chroma resolution, [`Both`](ChromaSubsampling::Both) or
    /// [`Full`](ChromaSubsampling::Full); none for monochrome.
    pub(super) subsampling: Option<ChromaSubsampling>,
    pub(super) matrix: YuvMatrix,
    pub(super) range: YuvRange,
    /// 1 to 100.
    pub(super) quality: u8,
    /// 0 to 9, as the reference's library counts.
    pub(super) speed: u8,
}

/// A coded picture.
pub(super) struct Coded {
    /// The stream.
    pub(super) stream: Vec<u8>,
    /// The content of the `av1C` box.
    pub(super) configuration: Vec<u8>,
}

impl Job<'_> {
    pub(super) fn encode(&self) -> Result<Coded, Error> {
        let planes = self.planes.iter().map(|plane| match plane.samples() {
            pixgate_raster::Samples::U8(samples) => Ok(Samples::U8(samples)),
            pixgate_raster::Samples::U16(samples) => Ok(Samples::U16(samples)),
            _ => Err(super::unsupported("float samples")),
        });
        let planes = planes.collect::<Result<Vec<_>, _>>()?;
        let size = self
            .planes
            .first()
            .map(|plane| (plane.width(), plane.height()));
        let (width, height) = size.unwrap_or_default();
        let is_wide = matches!(planes.first(), Some(Samples::U16(_)));
        let picture = Picture {
            width,
            height,
            bit_depth: if is_wide {
                BitDepth::Twelve
            } else {
                BitDepth::Eight
            },
            chroma: match self.subsampling {
                None => Chroma::None,
                Some(ChromaSubsampling::Full) => Chroma::Full,
                Some(_) => Chroma::Half,
            },
            color: ColorDescription {
                primaries: BT709_PRIMARIES,
                transfer: SRGB_TRANSFER,
                matrix: match self.matrix {
                    YuvMatrix::Bt601 => 6,
                    YuvMatrix::Bt709 => 1,
                    YuvMatrix::Bt2020 => 9,
                },
                is_full_range: self.range == YuvRange::Full,
            },
            planes,
        };
        let mut settings = Settings::new(quantizer(self.quality));
        settings.effort = effort(self.speed);
        let stream = pixgate_av1::encode(&picture, settings).map_err(failed)?;
        Ok(Coded {
            stream: stream.data,
            configuration: stream.configuration,
        })
    }
}

/// Fitted so that photographs get the SSIMULACRA2 that libaom gives them at the same quality: 63 gives
/// 90 of 255.
fn quantizer(quality: u8) -> u8 {
    let loss = u32::from(100 - quality.clamp(1, 100));
    let of = |pair: &[(u32, u32)]| {
        let [(start, low), (end, high)] = *pair else {
            return None;
        };
        (start..=end)
            .contains(&loss)
            .then(|| low + ((high - low) * (loss - start) + (end - start) / 2) / (end - start))
    };
    let steps = FITTED.windows(2).find_map(of).unwrap_or(255);
    u8::try_from(steps).unwrap_or(u8::MAX)
}

/// What quality lacks to 100, and the quantiser.
const FITTED: [(u32, u32); 6] = [(0, 0), (15, 36), (25, 56), (37, 90), (60, 149), (100, 255)];

/// The reference's library searches thoroughly up to 5 and hurries at 9.
const fn effort(speed: u8) -> Effort {
    match speed {
        ..=5 => Effort::Thorough,
        6..=8 => Effort::Usual,
        _ => Effort::Quick,
    }
}

const BT709_PRIMARIES: u8 = 1;
const SRGB_TRANSFER: u8 = 13;

fn failed(error: pixgate_av1::Error) -> Error {
    let format = Format::Avif;
    Error::with_source(ErrorKind::Encoder { format }, error)
}

//! What the tags of the first page say (TIFF 6.0, part 2).

use std::io::{Cursor, Read, Result as IoResult, Seek, SeekFrom};

use ::tiff::decoder::{Decoder as Library, Limits as LibraryLimits};
use ::tiff::tags::Tag;
use ::tiff::{TiffError, TiffUnsupportedError};
use pixgate_options::Format;
use pixgate_raster::Channels;

use super::special::Special;
use crate::photoshop::iptc_block;
use crate::{Error, ErrorKind, Header, Limits, Metadata, exif};

/// Reads the facts of the first page.
pub(crate) fn header(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    if let Some(special) = Special::of(bytes) {
        return Ok(special?.header(bytes));
    }
    let mut file = File::open(bytes, limits)?;
    let facts = Facts::read(&mut file)?;
    let (width, height) = file.library.dimensions().map_err(error)?;
    if width == 0 || height == 0 {
        return Err(broken("a side of zero"));
    }
    Ok(Header {
        bits: facts.bits.clamp(1, 32),
        palette_bits: facts.is_palette.then_some(facts.bits),
        has_color_profile: file.has(Tag::IccProfile),
        has_ink_alpha: facts.has_ink_alpha,
        orientation: exif::orientation(bytes),
        is_multi_pass: true,
        ..Header::still(Format::Tiff, width, height, facts.channels)
    })
}

/// How samples are to be understood.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    pub(super) channels: Channels,
    /// Whether alpha lies behind inks.
    pub(super) has_ink_alpha: bool,
    /// Bits of a stored sample.
    pub(super) bits: u8,
    /// Samples of a pixel, those that are left out included.
    pub(super) samples: usize,
    pub(super) is_palette: bool,
    pub(super) is_planar: bool,
    /// Luma and chroma that the library leaves as they are.
    pub(super) is_ycbcr: bool,
}

impl Facts {
    pub(super) fn read(file: &mut File<'_>) -> Result<Self, Error> {
        let samples = usize::from(file.number(Tag::SamplesPerPixel)?.unwrap_or(1));
        let photometric = file.photometric.or(file.number(PHOTOMETRIC)?);
        let channels = match (photometric, samples) {
            (Some(0 | 1), 1) => Channels::Grey,
            (Some(0 | 1), 2..) => Channels::GreyAlpha,
            (Some(2 | 6), 3) | (Some(3), 1) => Channels::Rgb,
            (Some(2), 4..) => Channels::Rgba,
            (Some(5), 4..) => Channels::Cmyk,
            _ => return Err(unsupported("these samples or this colour model")),
        };
        let bits = file.numbers(Tag::BitsPerSample)?;
        let bits = bits.first().copied().unwrap_or(1);
        Ok(Self {
            channels,
            has_ink_alpha: channels == Channels::Cmyk && samples > channels.count(),
            bits: u8::try_from(bits).map_err(|_| broken("bits per sample"))?,
            samples,
            is_palette: photometric == Some(PALETTE),
            is_planar: samples > 1 && file.number(Tag::PlanarConfiguration)? == Some(2),
            is_ycbcr: photometric == Some(6),
        })
    }
}

/// A file under the library's reader.
pub(super) struct File<'a> {
    pub(super) library: Library<Patched<'a>>,
    /// What the file says where the library is told otherwise.
    photometric: Option<u16>,
}

impl<'a> File<'a> {
    pub(super) fn open(bytes: &'a [u8], limits: &Limits) -> Result<Self, Error> {
        let field = exif::field(bytes, PHOTOMETRIC.to_u16());
        // The library knows no palettes; without the interpretation it hands out the indices.
        let palette = field.filter(|(_, value)| *value == PALETTE);
        let grey = if bytes.starts_with(b"II") {
            [1, 0]
        } else {
            [0, 1]
        };
        let patched = Patched {
            bytes: Cursor::new(bytes),
            patch: palette.map(|(at, _)| (at as u64, grey)),
        };
        let room = usize::try_from(limits.max_decode_bytes).unwrap_or(usize::MAX);
        let mut allowed = LibraryLimits::default();
        allowed.decoding_buffer_size = room;
        allowed.intermediate_buffer_size = room;
        allowed.ifd_value_size = usize::try_from(limits.max_metadata_bytes)
            .unwrap_or(usize::MAX)
            .max(1 << 20);
        let library = Library::new(patched).map_err(error)?.with_limits(allowed);
        Ok(Self {
            library,
            photometric: palette.map(|(_, value)| value),
        })
    }

    pub(super) fn number(&mut self, tag: Tag) -> Result<Option<u16>, Error> {
        self.library.find_tag_unsigned(tag).map_err(error)
    }

    pub(super) fn numbers(&mut self, tag: Tag) -> Result<Vec<u16>, Error> {
        let numbers = self.library.find_tag_unsigned_vec(tag).map_err(error)?;
        Ok(numbers.unwrap_or_default())
    }

    fn has(&mut self, tag: Tag) -> bool {
        matches!(self.library.find_tag(tag), Ok(Some(_)))
    }

    pub(super) fn metadata(&mut self, limits: &Limits) -> Metadata {
        let limit = usize::try_from(limits.max_metadata_bytes).unwrap_or(usize::MAX);
        let mut block = |tag| {
            let block = self.library.get_tag_u8_vec(tag).ok()?;
            (!block.is_empty() && block.len() <= limit).then_some(block)
        };
        Metadata {
            icc: block(Tag::IccProfile),
            xmp: block(XMP),
            iptc: block(PHOTOSHOP).or_else(|| iptc_block(&block(IPTC)?)),
            exif: None,
        }
    }
}

/// The bytes of a file with two of them replaced.
pub(super) struct Patched<'a> {
    bytes: Cursor<&'a [u8]>,
    patch: Option<(u64, [u8; 2])>,
}

impl Read for Patched<'_> {
    fn read(&mut self, to: &mut [u8]) -> IoResult<usize> {
        let start = self.bytes.position();
        let count = self.bytes.read(to)?;
        if let Some((at, patch)) = self.patch {
            for (place, value) in (at..).zip(patch) {
                let offset = place
                    .checked_sub(start)
                    .and_then(|o| usize::try_from(o).ok());
                let offset = offset.filter(|offset| *offset < count);
                if let Some(byte) = offset.and_then(|offset| to.get_mut(offset)) {
                    *byte = value;
                }
            }
        }
        Ok(count)
    }
}

impl Seek for Patched<'_> {
    fn seek(&mut self, to: SeekFrom) -> IoResult<u64> {
        self.bytes.seek(to)
    }
}

pub(super) fn error(error: TiffError) -> Error {
    let format = Format::Tiff;
    let kind = match &error {
        TiffError::LimitsExceeded => ErrorKind::OutOfMemory { bytes: 0 },
        TiffError::UnsupportedError(TiffUnsupportedError::UnknownInterpretation) => {
            return broken("colour model missing");
        }
        TiffError::UnsupportedError(_) => ErrorKind::Unsupported {
            format,
            what: "a compression or sample layout that the library does not have",
        },
        _ => ErrorKind::Broken {
            format,
            what: "tags or compressed data",
        },
    };
    Error::with_source(kind, error)
}

pub(super) fn broken(what: &'static str) -> Error {
    let format = Format::Tiff;
    ErrorKind::Broken { format, what }.into()
}

pub(super) fn unsupported(what: &'static str) -> Error {
    let format = Format::Tiff;
    ErrorKind::Unsupported { format, what }.into()
}

const PHOTOMETRIC: Tag = Tag::PhotometricInterpretation;
const PALETTE: u16 = 3;
const XMP: Tag = Tag::Unknown(700);
const PHOTOSHOP: Tag = Tag::Unknown(34_377);
const IPTC: Tag = Tag::Unknown(33_723);

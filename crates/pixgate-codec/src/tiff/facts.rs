//! What the tags of a page say (TIFF 6.0, part 2).

use ::tiff::decoder::{Decoder as Library, Limits as LibraryLimits};
use ::tiff::tags::Tag;
use pixgate_options::Format;
use pixgate_raster::Channels;

use super::fault::{broken, error, unsupported};
use super::joined::Joined;
use super::page::Page;
use super::thunderscan_logluv::Special;
use crate::photoshop::iptc_block;
use crate::{Error, Header, Limits, Metadata, Orientation};

/// Reads the facts of the first page, and counts the others.
pub(crate) fn header(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    let header = header_at(bytes, None, limits)?;
    let frames = super::pages::count(bytes);
    Ok(Header { frames, ..header })
}

/// Reads the facts of a page.
///
/// - `place`: where its directory begins, if it is not the first.
pub(super) fn header_at(
    bytes: &[u8],
    place: Option<u32>,
    limits: &Limits,
) -> Result<Header, Error> {
    if let Some(special) = Special::of(bytes, place) {
        return Ok(special?.header());
    }
    let mut file = File::open(bytes, place, false, limits)?;
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
        orientation: file.orientation(),
        is_multi_pass: true,
        part_bytes: Some(file.extra_bytes(facts.channels)),
        ..Header::still(Format::Tiff, width, height, facts.channels)
    })
}

/// How samples are to be understood.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    pub(super) channels: Channels,
    /// Whether alpha lies behind inks.
    pub(super) has_ink_alpha: bool,
    /// Whether colours are multiplied by alpha.
    pub(super) is_associated: bool,
    /// Whether zero is white.
    pub(super) is_inverted: bool,
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
        let photometric = match &file.page {
            Some(page) => u16::try_from(page.photometric).ok(),
            None => file.number(PHOTOMETRIC)?,
        };
        let channels = match (photometric, samples) {
            (Some(0 | 1), 1) => Channels::Grey,
            (Some(0 | 1), 2..) => Channels::GreyAlpha,
            (Some(2 | 6), 3) | (Some(3), 1) => Channels::Rgb,
            (Some(2), 4..) => Channels::Rgba,
            (Some(5), 4..) => Channels::Cmyk,
            _ => return Err(unsupported("these samples or this colour model")),
        };
        // The first sample beyond the colours is alpha, whatever it is called, as in the reference.
        let has_alpha = samples > channels.count() - usize::from(channels.has_alpha());
        let bits = file.numbers(Tag::BitsPerSample)?;
        let bits = bits.first().copied().unwrap_or(1);
        Ok(Self {
            channels,
            has_ink_alpha: channels == Channels::Cmyk && has_alpha,
            is_associated: has_alpha && file.first_extra()? == Some(ASSOCIATED),
            // The library turns what it knows to be grey by itself.
            is_inverted: photometric == Some(0) && file.page.is_some() && !file.is_jpeg()?,
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
    pub(super) library: Library<Joined<'a>>,
    /// What was read of it here; none for BigTIFF.
    page: Option<Page<'a>>,
}

impl<'a> File<'a> {
    /// - `place`: where the page's directory begins, if it is not the first.
    /// - `is_wanted`: whether its pixels are wanted, rather than the facts alone.
    pub(super) fn open(
        bytes: &'a [u8],
        place: Option<u32>,
        is_wanted: bool,
        limits: &Limits,
    ) -> Result<Self, Error> {
        let page = Page::read(bytes, place, limits).transpose()?;
        let shown = match &page {
            Some(page) => {
                let (appendix, directory) = page.appendix(is_wanted, limits)?;
                Joined::new(bytes, directory, appendix)
            }
            None => Joined::whole(bytes),
        };
        let room = usize::try_from(limits.max_decode_bytes).unwrap_or(usize::MAX);
        let mut allowed = LibraryLimits::default();
        allowed.decoding_buffer_size = room;
        allowed.intermediate_buffer_size = room;
        allowed.ifd_value_size = usize::try_from(limits.max_metadata_bytes)
            .unwrap_or(usize::MAX)
            .max(1 << 20);
        let library = Library::new(shown).map_err(error)?.with_limits(allowed);
        Ok(Self { library, page })
    }

    fn orientation(&self) -> Orientation {
        let page = self.page.as_ref();
        page.map_or(Orientation::NORMAL, Page::orientation)
    }

    /// Bytes that reading takes beside the samples of the colour model.
    fn extra_bytes(&self, channels: Channels) -> u64 {
        let page = self.page.as_ref();
        page.map_or(0, |page| page.extra_bytes(channels.count()))
    }

    fn first_extra(&mut self) -> Result<Option<u32>, Error> {
        match &self.page {
            Some(page) => Ok(page.first_extra),
            None => Ok(self.numbers(EXTRA_SAMPLES)?.first().copied().map(u32::from)),
        }
    }

    fn is_jpeg(&mut self) -> Result<bool, Error> {
        Ok(self.number(Tag::Compression)? == Some(JPEG))
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
        let resolution = self.page.as_ref().and_then(Page::resolution);
        Metadata {
            icc: block(Tag::IccProfile),
            xmp: block(XMP),
            iptc: block(PHOTOSHOP).or_else(|| iptc_block(&block(IPTC)?)),
            exif: None,
            resolution,
        }
    }
}

const PHOTOMETRIC: Tag = Tag::PhotometricInterpretation;
const EXTRA_SAMPLES: Tag = Tag::ExtraSamples;
const PALETTE: u16 = 3;
/// The kind of an extra sample that colours are multiplied by.
const ASSOCIATED: u32 = 1;
const JPEG: u16 = 7;
const XMP: Tag = Tag::Unknown(700);
const PHOTOSHOP: Tag = Tag::Unknown(34_377);
const IPTC: Tag = Tag::Unknown(33_723);

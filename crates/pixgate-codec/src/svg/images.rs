//! Pictures inside of drawings: only those that come along as `data:`.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, PoisonError};

use pixgate_options::Format;
use pixgate_raster::{Channels, Depth, Image, Samples};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{ImageHrefResolver, ImageKind, Options};

use super::fonts::{self, FAMILY};
use crate::{
    DecodeRequest, EncodeSettings, Header, Limits, Metadata, Pixels, Shrink, decode, encode, probe,
};

/// Parsing options that let nothing in from outside.
///
/// - `level`: how many drawings this one is in.
pub(super) fn options(limits: &Limits, fonts: Arc<Database>, level: usize) -> Options<'static> {
    let pictures = Pictures {
        limits: *limits,
        level,
        known: Mutex::default(),
    };
    Options {
        font_family: FAMILY.to_owned(),
        fontdb: fonts,
        font_resolver: fonts::resolver(),
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(move |_, data, _| pictures.get(&data)),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    }
}

/// The pictures of a drawing, each read once.
struct Pictures {
    limits: Limits,
    level: usize,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    pictures: HashMap<(usize, u64), Option<ImageKind>>,
    /// Pixels that were decoded.
    pixels: u64,
    /// Bytes that are kept.
    bytes: u64,
}

impl Pictures {
    fn get(&self, data: &[u8]) -> Option<ImageKind> {
        let mut hasher = DefaultHasher::new();
        data.hash(&mut hasher);
        let key = (data.len(), hasher.finish());
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(picture) = known.pictures.get(&key) {
            return picture.clone();
        }
        let picture = self.read(data, &mut known);
        known.pictures.insert(key, picture.clone());
        picture
    }

    /// Reads a picture here, where decoders are bounded. Those that cannot be read, and those that
    /// exceed the limits together, are left out.
    fn read(&self, data: &[u8], known: &mut Known) -> Option<ImageKind> {
        let header = probe(data, &self.own_limits()).ok()?;
        if header.format == Format::Svg {
            return self.drawing(data);
        }
        known.pixels += u64::from(header.width) * u64::from(header.height);
        if known.pixels > MAX_PIXELS {
            return None;
        }
        let png = self.picture(data, &header)?;
        known.bytes += png.len() as u64;
        (known.bytes <= self.limits.max_decode_bytes).then(|| ImageKind::PNG(Arc::new(png)))
    }

    /// The canvas bounds what is drawn, not what is drawn from.
    fn own_limits(&self) -> Limits {
        let own = Limits::default();
        Limits {
            max_decode_bytes: self.limits.max_decode_bytes,
            max_svg_bytes: self.limits.max_svg_bytes,
            ..own
        }
    }

    fn drawing(&self, data: &[u8]) -> Option<ImageKind> {
        if self.level + 1 >= MAX_LEVELS {
            return None;
        }
        let text = super::encoding::to_text(data).ok()?;
        super::parse_at(&text, &self.limits, self.level + 1)
            .ok()
            .map(ImageKind::SVG)
    }

    /// Hands a picture over as plain PNG, smaller if memory asks for it.
    fn picture(&self, data: &[u8], header: &Header) -> Option<Vec<u8>> {
        let mut request = DecodeRequest::default();
        if header.format == Format::Jpeg {
            request.shrink = self.shrink(header);
        }
        let (pixels, _) = decode(data, header, &request, &self.own_limits()).ok()?;
        let Pixels::Interleaved(image) = pixels else {
            return None;
        };
        let image = pixgate_raster::convert::convert_depth(image, Depth::U8).ok()?;
        let image = self.reduced(without_inks(image)?)?;
        let settings = EncodeSettings::new(Format::Png, 100);
        encode(&Pixels::Interleaved(image), &settings, &Metadata::default()).ok()
    }

    /// Most pixels of a picture, which exist in a few copies when it is drawn.
    fn most_pixels(&self) -> u64 {
        self.limits.max_decode_bytes / PIXEL_BYTES
    }

    fn shrink(&self, header: &Header) -> Shrink {
        let pixels = u64::from(header.width) * u64::from(header.height);
        let fits = |factor: &u8| pixels / u64::from(*factor).pow(2) <= self.most_pixels();
        match [1_u8, 2, 4, 8].iter().find(|factor| fits(factor)) {
            Some(1) => Shrink::None,
            Some(factor) => Shrink::Factor(*factor),
            None => Shrink::Factor(8),
        }
    }

    fn reduced(&self, image: Image) -> Option<Image> {
        let pixels = u64::from(image.width()) * u64::from(image.height());
        if pixels <= self.most_pixels() {
            return Some(image);
        }
        let halves = |side: u32| side.div_ceil(2).max(1);
        let (width, height) = (halves(image.width()), halves(image.height()));
        self.reduced(pixgate_raster::measure::average(&image, width, height).ok()?)
    }
}

/// Turns inks into colours, as they mix without a profile.
fn without_inks(image: Image) -> Option<Image> {
    let layout = image.layout();
    if layout.channels != Channels::Cmyk {
        return Some(image);
    }
    let Samples::U8(inks) = image.samples() else {
        return None;
    };
    let light = |ink: u8, black: u8| {
        let product = u16::from(255 - ink) * u16::from(255 - black);
        u8::try_from((product + 127) / 255).unwrap_or(u8::MAX)
    };
    let pixels = inks.as_chunks().0.iter();
    let rgb = pixels.flat_map(|[c, m, y, k]| [*c, *m, *y].map(|ink| light(ink, *k)));
    Image::from_u8(layout.with_channels(Channels::Rgb), rgb.collect()).ok()
}

/// Most pixels of all pictures of a drawing together, as stored.
const MAX_PIXELS: u64 = 100_000_000;
/// What a pixel takes when it is drawn: as it is decoded, multiplied with its alpha, and scaled.
const PIXEL_BYTES: u64 = 12;
/// Most drawings in each other.
const MAX_LEVELS: usize = 4;

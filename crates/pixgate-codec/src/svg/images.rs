//! Pictures inside of drawings: only those that come along as `data:`.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use pixgate_options::Format;
use pixgate_raster::{Channels, Depth};
use resvg::usvg::fontdb::Database;
use resvg::usvg::{ImageHrefResolver, ImageKind, Options};

use super::fonts::FAMILY;
use crate::{DecodeRequest, EncodeSettings, Limits, Metadata, Pixels, decode, encode, probe};

/// Parsing options that let nothing in from outside.
pub(super) fn options(limits: &Limits, fonts: Arc<Database>) -> Options<'static> {
    let limits = *limits;
    let spent = AtomicU64::new(0);
    Options {
        font_family: FAMILY.to_owned(),
        fontdb: fonts,
        image_href_resolver: ImageHrefResolver {
            resolve_data: Box::new(move |_, data, _| picture(&data, &limits, &spent)),
            resolve_string: Box::new(|_, _| None),
        },
        ..Options::default()
    }
}

/// Decodes a picture here, where decoders are bounded, and hands it over as plain PNG.
///
/// Pictures that cannot be read, that exceed the limits together, and drawings in drawings are left
/// out.
fn picture(data: &[u8], limits: &Limits, spent: &AtomicU64) -> Option<ImageKind> {
    let header = probe(data, limits).ok()?;
    let is_plain = header.format != Format::Svg && header.channels != Channels::Cmyk;
    let pixels = u64::from(header.width) * u64::from(header.height);
    let before = spent.fetch_add(pixels, Ordering::Relaxed);
    if !is_plain || before.saturating_add(pixels) > MAX_PICTURE_PIXELS {
        return None;
    }
    let (pixels, _) = decode(data, &header, &DecodeRequest::default(), limits).ok()?;
    let Pixels::Interleaved(image) = pixels else {
        return None;
    };
    let image = pixgate_raster::convert_depth(image, Depth::U8).ok()?;
    let settings = EncodeSettings::new(Format::Png, 100);
    let png = encode(&Pixels::Interleaved(image), &settings, &Metadata::default());
    png.ok().map(|png| ImageKind::PNG(Arc::new(png)))
}

/// Most pixels of all pictures of a drawing together.
const MAX_PICTURE_PIXELS: u64 = 16_000_000;

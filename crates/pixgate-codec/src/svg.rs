//! SVG: drawn by resvg at the size that is needed, within bounds that are checked before.
//!
//! Nothing is fetched and no file is read: images come from `data:` URLs alone, fonts from the
//! built-in ones and those that [`add_fonts`] was given.

mod cost;
mod css;
mod effects;
mod encoding;
mod fonts;
mod guard;
mod images;
mod markup;
mod names;
mod plain;
mod sanitize;
mod size;
mod style;
mod text;
mod write;
mod xml;

use pixgate_options::Format;
use pixgate_raster::{Channels, Image, Layout};
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::Tree;

use crate::buffered::WholeDecoder;
use crate::row::{Reading, Row};
use crate::{
    DecodeRequest, Decoder, Error, ErrorKind, Header, Limits, Metadata, OutputLayout, Pixels,
    Shrink,
};

pub use fonts::{add_fonts, add_system_fonts};
pub use sanitize::sanitize_svg;
pub use style::add_style;
pub(crate) use text::{check_markup, lay_out_text};

/// What this build does with SVG.
pub(crate) const FORMAT: Row = Row {
    format: Format::Svg,
    signatures: &[],
    reading: Some(Reading {
        header,
        pages: None,
        decode_bytes,
        open,
        frames: None,
        is_sound: None,
        replace_metadata: None,
    }),
    writing: None,
};

/// Reads the natural size; the drawing is only looked at if the root element does not tell it.
fn header(bytes: &[u8], limits: &Limits) -> Result<Header, Error> {
    if bytes.len() as u64 > limits.max_svg_bytes {
        let (bytes, limit) = (bytes.len() as u64, limits.max_svg_bytes);
        return Err(ErrorKind::TooMuchMemory { bytes, limit }.into());
    }
    let text = encoding::to_text(bytes)?;
    let (width, height) = match declared(&text)? {
        Some(size) => size,
        None => size::in_pixels(parse(&text, limits)?.size()),
    };
    let side = |length: f64| {
        let rounded = (length + 0.5).floor();
        if rounded < 1.0 {
            return Err(broken("smaller than half a pixel"));
        }
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "at least 1; a float too large becomes the largest number"
        )]
        Ok(rounded as u32)
    };
    Ok(Header::still(
        Format::Svg,
        side(width)?,
        side(height)?,
        Channels::Rgba,
    ))
}

/// The declared size, also where style sheets declare it.
fn declared(text: &str) -> Result<Option<(f64, f64)>, Error> {
    if text.contains("<style") && text.contains("width") {
        // What cannot be read so far may still be passed on.
        if let Ok(plain) = xml::parse(text).and_then(|document| plain::of(&document)) {
            return size::declared(&plain);
        }
    }
    size::declared(text)
}

/// The canvas, some layers of its size, and the parsed drawing.
fn decode_bytes(header: &Header, request: &DecodeRequest) -> u64 {
    let (width, height) = target(header, request);
    let pixels = u64::from(width) * u64::from(height);
    pixels.saturating_mul(4 * LAYERS).saturating_add(TREE_BYTES)
}

/// Starts to draw an SVG at the size asked for.
fn open<'a>(
    bytes: &'a [u8],
    header: &Header,
    request: &DecodeRequest,
    limits: &Limits,
) -> Result<Box<dyn Decoder + 'a>, Error> {
    let (width, height) = target(header, request);
    let layout = Layout::u8(width, height, Channels::Rgba);
    let limits = *limits;
    let draw = move || draw(bytes, layout, &limits).map(Pixels::Interleaved);
    let layout = OutputLayout::Interleaved(layout);
    Ok(WholeDecoder::boxed(layout, Metadata::default(), draw))
}

fn target(header: &Header, request: &DecodeRequest) -> (u32, u32) {
    match request.shrink {
        Shrink::Size { width, height } => (width.max(1), height.max(1)),
        Shrink::None | Shrink::Factor(_) => (header.width, header.height),
    }
}

fn draw(bytes: &[u8], layout: Layout, limits: &Limits) -> Result<Image, Error> {
    let text = encoding::to_text(bytes)?;
    let tree = parse(&text, limits)?;
    let transform = fitted(&tree, layout, size::alignment(&text)?);
    cost::check(&tree, transform, layout, limits)?;
    let canvas = layout.bytes();
    let mut pixmap =
        Pixmap::new(layout.width, layout.height).ok_or(ErrorKind::OutOfMemory { bytes: canvas })?;
    resvg::render(&tree, transform, &mut pixmap.as_mut());
    Ok(Image::from_u8(layout, pixmap.take_demultiplied())?)
}

/// Puts the drawing onto the canvas, as large as fits; what rounding leaves over is where the
/// drawing's own alignment says.
fn fitted(tree: &Tree, layout: Layout, alignment: Option<(f32, f32)>) -> Transform {
    #[expect(clippy::cast_precision_loss, reason = "sides are far below 2^24")]
    let (width, height) = (layout.width as f32, layout.height as f32);
    let across = width / tree.size().width();
    let down = height / tree.size().height();
    let Some((x, y)) = alignment else {
        return Transform::from_scale(across, down);
    };
    let scale = across.min(down);
    let left = (width - tree.size().width() * scale) * x;
    let top = (height - tree.size().height() * scale) * y;
    Transform::from_row(scale, 0.0, 0.0, scale, left, top)
}

/// Parses a drawing that passed the checks.
fn parse(text: &str, limits: &Limits) -> Result<Tree, Error> {
    parse_at(text, limits, 0)
}

/// Parses a drawing that is in as many others.
fn parse_at(text: &str, limits: &Limits, level: usize) -> Result<Tree, Error> {
    let plain = plain::of(&xml::parse(text)?)?;
    let document = xml::parse(&plain)?;
    guard::check(&document, limits)?;
    let options = images::options(limits, fonts::database(), level);
    Tree::from_xmltree(&document, &options).map_err(|error| with_source("drawing", error))
}

fn broken(what: &'static str) -> Error {
    let format = Format::Svg;
    ErrorKind::Broken { format, what }.into()
}

fn with_source(
    what: &'static str,
    source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
) -> Error {
    let format = Format::Svg;
    Error::with_source(ErrorKind::Broken { format, what }, source)
}

fn too_complex(what: &'static str) -> Error {
    let format = Format::Svg;
    ErrorKind::TooComplex { format, what }.into()
}

/// Layers of the canvas's size that a plan reserves memory for, the canvas itself counted.
const LAYERS: u64 = 8;
/// What the parsed drawing takes, in the usual case.
const TREE_BYTES: u64 = 48 << 20;

//! How much memory a run takes at most.

use pixgate_codec::{
    DecodeRequest, Header, OutputLayout, decode_bytes, encode_bytes, frames_bytes,
};
use pixgate_options::{Format, Rgb};
use pixgate_raster::{
    Canvas, Channels, ChromaSubsampling, Depth, Layout, PlaneReducer, Scaling, YuvMatrix, YuvRange,
    attention_bytes, average_bytes, blur_bytes, composite_bytes, convert_bytes, crop_bytes,
    embed_bytes, find_trim_bytes, flatten_bytes, orient_bytes, pixelate_bytes, resize_bytes,
    resize_linear_bytes, sharpen_bytes,
};

use super::build::working_channels;
use super::output::{Output, ProfileAction};
use super::planar::{PlanarJob, PlaneJob};
use super::{PixelPath, Plan, QualityGoal, Sides, Step, WatermarkStep};
use crate::WatermarkImage;

/// Rows that a decoder hands over at a time, at most, unless it hands over all.
const BAND_ROWS: u64 = 64;
/// Bytes that a decoder hands over at a time where rows are short.
const BAND_BYTES: u64 = 256 << 10;
/// Sizes beyond are not worth an estimate.
const DECODABLE_PIXELS: u64 = 1 << 40;
/// Tables of a colour conversion.
const COLOR_BYTES: u64 = 8 << 20;
/// The same from or to inks, with the tables of the profile itself.
const INK_BYTES: u64 = 32 << 20;
/// Small buffers of codecs and of the run itself.
const SLACK_BYTES: u64 = 256 << 10;

/// A metadata block that is longer than the source's file must not be longer than this.
pub(crate) const METADATA_BYTES: u64 = 256 << 10;

/// Blocks that PNG can hold compressed, the decoder's and a copy.
const METADATA_BLOCKS: u64 = 4;

/// Most bytes allocated at any time: decoding, any step with its input and output, encoding.
pub(crate) fn peak_bytes(plan: &Plan) -> u64 {
    let working = match plan.planar_job().filter(|_| plan.path == PixelPath::Planar) {
        Some(job) => planar_bytes(plan, &job),
        None if plan.frames > 1 => animation_bytes(plan),
        None => interleaved_bytes(plan),
    };
    working
        .saturating_add(SLACK_BYTES)
        .saturating_add(match plan.header.format {
            Format::Png => METADATA_BLOCKS * METADATA_BYTES,
            _ => 0,
        })
}

/// Decoding to planes, all mapped planes beside all decoded ones or beside the rows that they
/// are made of, turning, encoding.
fn planar_bytes(plan: &Plan, job: &PlanarJob) -> u64 {
    let decoded = planar(decoded_size(plan), job.decoded);
    let mapped = planar(job.size(), job.encoded);
    let band = (decoded.bytes() / u64::from(decoded.size().1.max(1))).saturating_mul(BAND_ROWS);
    let codec = decoder_bytes(&plan.header, &plan.decode);
    let encoding = encoding(plan, mapped);
    let result = mapped
        .bytes()
        .saturating_mul(2)
        .max(mapped.bytes().saturating_add(encoding));
    if job.streams(plan.header.format) {
        let plane = |job: PlaneJob| PlaneReducer::bytes(job.layout(), job.scaling);
        let mapping = plane(job.luma()).saturating_add(plane(job.chroma()).saturating_mul(2));
        return codec
            .saturating_add(band)
            .saturating_add(mapping)
            .max(result);
    }
    let plane = |job: PlaneJob| {
        let layout = job.layout();
        let cropped = crop_bytes(layout, layout.width, layout.height);
        cropped.saturating_add(resize_bytes(layout, job.scaling))
    };
    let mapping = plane(job.luma()).saturating_add(plane(job.chroma()).saturating_mul(2));
    codec
        .saturating_add(band)
        .max(mapping)
        .saturating_add(decoded.bytes())
        .max(result)
}

/// Encoding; where several formats are tried, the one that takes most, with the smallest result so
/// far, and before that a look at the luma.
fn encoding(plan: &Plan, pixels: OutputLayout) -> u64 {
    if plan.alternatives.is_empty() {
        return encoding_as(plan, &plan.output, pixels);
    }
    let without_loss: Vec<Output> = plan.outputs().filter_map(Output::without_loss).collect();
    let outputs = plan.outputs().chain(&without_loss);
    let most = outputs
        .map(|output| encoding_as(plan, output, pixels))
        .max();
    let layout = plan.output.layout;
    most.unwrap_or(0)
        .saturating_add(layout.bytes())
        .max(layout.bytes().saturating_mul(2))
}

/// Encoding, beside it the best result so far and the luma of the original, and between two
/// encodings the result decoded with its luma.
fn encoding_as(plan: &Plan, output: &Output, pixels: OutputLayout) -> u64 {
    let encoding = encode_bytes(pixels, &output.encoding);
    let Some(search) = &output.search else {
        return encoding;
    };
    let layout = output.layout;
    let file = layout.bytes();
    if matches!(search.goal, QualityGoal::Bytes(_)) {
        return encoding.saturating_add(file);
    }
    let mut result = plan.header.clone();
    result.format = output.format;
    (result.width, result.height) = (layout.width, layout.height);
    (result.frames, result.animation) = (1, None);
    result.is_multi_pass = output.encoding.jpeg_progressive;
    result.subsampling = Some(output.encoding.chroma_subsampling());
    let decoding = decoder_bytes(&result, &DecodeRequest::default());
    // The file and the best one, the pixels, and both lumas.
    let comparing = decoding.saturating_add(file.saturating_mul(2));
    encoding
        .max(comparing)
        .saturating_add(file.saturating_mul(2))
}

/// Sizes count here only.
const fn planar((width, height): (u32, u32), subsampling: ChromaSubsampling) -> OutputLayout {
    OutputLayout::Planar {
        width,
        height,
        depth: Depth::U8,
        subsampling: Some(subsampling),
        alpha: false,
        matrix: YuvMatrix::Bt601,
        range: YuvRange::Full,
    }
}

/// The reader with the frame it hands over, the most expensive step, the file that grows, and
/// ready watermarks.
fn animation_bytes(plan: &Plan) -> u64 {
    let mut layout = plan.working_layout();
    let mut peak = 0_u64;
    let mut marks = 0_u64;
    for step in &plan.steps {
        let (extra, next) = cost(plan, step, layout);
        peak = peak.max(layout.bytes().saturating_add(extra));
        if let Step::Watermark(mark) = step {
            marks = marks.saturating_add(ready_mark(mark).bytes());
        }
        layout = next;
    }
    let converting = match plan.output.profile {
        ProfileAction::ConvertAfter => COLOR_BYTES,
        _ => 0,
    };
    let writing = pixgate_codec::animation_bytes(layout, plan.frames, &plan.output.encoding);
    peak.max(layout.bytes().saturating_add(converting))
        .saturating_add(frames_bytes(&plan.header))
        .saturating_add(writing)
        .saturating_add(if plan.output.search.is_some() {
            writing
        } else {
            0
        })
        .saturating_add(marks)
}

fn interleaved_bytes(plan: &Plan) -> u64 {
    let (decoding, mut layout) = load(plan);
    let mut peak = decoding;
    let mut done = 0;
    if let Some(job) = plan.row_job() {
        let decoded = Layout {
            channels: plan.header.channels,
            depth: depth(plan.header.bits),
            ..layout
        };
        // A band and, if it is of another depth, a copy of it.
        let codec = decoder_bytes(&plan.header, &plan.decode).saturating_add(band_bytes(decoded));
        peak = codec.saturating_add(band_bytes(layout).saturating_add(job.bytes(layout)));
        layout = job.scaling.apply(layout);
        done = job.steps;
    }
    for step in plan.steps.iter().skip(done) {
        let (extra, next) = cost(plan, step, layout);
        peak = peak.max(layout.bytes().saturating_add(extra));
        layout = next;
    }
    let converting = match plan.output.profile {
        ProfileAction::ConvertAfter => layout.bytes().saturating_add(COLOR_BYTES),
        ProfileAction::Restore => layout
            .bytes()
            .saturating_add(plan.output.layout.bytes())
            .saturating_add(INK_BYTES),
        _ => 0,
    };
    let output = OutputLayout::Interleaved(plan.output.layout);
    let encoding = encoding(plan, output).saturating_add(plan.output.layout.bytes());
    peak.max(converting).max(encoding)
}

/// Bytes of the rows that a decoder hands over at a time.
fn band_bytes(layout: Layout) -> u64 {
    let row = layout.bytes() / u64::from(layout.height.max(1));
    row.saturating_mul(BAND_ROWS.min(layout.height.into()))
        .max(row.saturating_add(BAND_BYTES).min(layout.bytes()))
}

/// What a decoder takes for itself; everything there is for sizes that cannot be decoded anyway.
fn decoder_bytes(header: &Header, request: &DecodeRequest) -> u64 {
    if u64::from(header.width) * u64::from(header.height) > DECODABLE_PIXELS {
        return u64::MAX;
    }
    decode_bytes(header, request)
}

/// Bytes to decode and convert the source, and the layout that the first step sees.
fn load(plan: &Plan) -> (u64, Layout) {
    let (width, height) = decoded_size(plan);
    let decoded = Layout {
        width,
        height,
        channels: plan.header.channels,
        depth: depth(plan.header.bits),
    };
    let codec = decoder_bytes(&plan.header, &plan.decode);
    let band = (decoded.bytes() / u64::from(decoded.height.max(1))).saturating_mul(BAND_ROWS);
    let working = plan.working_layout();
    let mut converted = 0;
    if (working.width, working.height) != (width, height) {
        // Remainders are cut off first.
        converted = average_bytes(decoded, working.width, working.height)
            .saturating_add(decoded.bytes())
            .saturating_add(working.bytes());
    } else if working != decoded {
        converted = working.bytes();
    }
    if plan.header.channels == Channels::Cmyk {
        converted = converted.saturating_add(INK_BYTES);
    }
    if plan.header.has_ink_alpha {
        // Colour and alpha apart while they are joined.
        converted = converted.saturating_add(working.bytes());
    }
    let decoding = codec.saturating_add(band).max(converted);
    (decoding.saturating_add(decoded.bytes()), working)
}

/// The size that a decoder gives: WebP and small JPEGs are not shrunk while they are decoded, but
/// right after.
pub(crate) fn decoded_size(plan: &Plan) -> (u32, u32) {
    let header = &plan.header;
    if header.format == Format::Webp || plan.averaged > 1 {
        (header.width, header.height)
    } else {
        plan.loaded
    }
}

const fn depth(bits: u8) -> Depth {
    match bits {
        0..=8 => Depth::U8,
        9..=16 => Depth::U16,
        _ => Depth::F32,
    }
}

/// Bytes that a step takes on top of the image it gets, and the layout of what it gives.
fn cost(plan: &Plan, step: &Step, layout: Layout) -> (u64, Layout) {
    let next = layout_after(step, layout);
    let extra = match step {
        Step::Crop(rect) | Step::ResultCrop(rect) => crop_bytes(layout, rect.width, rect.height),
        Step::SmartCrop { width, height } | Step::SmartResultCrop { width, height } => {
            attention_bytes(layout).max(crop_bytes(layout, *width, *height))
        }
        Step::Resample { .. } | Step::FormatLimit { .. } => step
            .scaling(layout)
            .map_or(0, |scaling| resampling(plan, layout, scaling)),
        Step::Orient(_) => orient_bytes(layout),
        Step::Extend(canvas) | Step::ExtendAspectRatio(canvas) => embed_bytes(layout, *canvas),
        Step::Pad(sides) => embed_bytes(layout, padded(layout, *sides)),
        Step::Flatten { background } => flatten_bytes(layout, channels_of(*background)),
        Step::Underlay { .. } => convert_bytes(layout, next),
        Step::Trim(_) => trimming(layout),
        Step::Blur { .. } => filtering(layout, next, blur_bytes(next)),
        Step::Pixelate { .. } => filtering(layout, next, pixelate_bytes(next)),
        Step::Sharpen { .. } => filtering(layout, next, sharpen_bytes(next)),
        Step::Watermark(mark) => {
            let image = &plan.recipe.settings.watermark;
            image
                .as_ref()
                .map_or(0, |image| watermark(mark, image))
                .saturating_add(composite_bytes(layout, ready_mark(mark)))
        }
    };
    (extra, next)
}

/// 8-bit RGB is looked at in one copy; everything else is converted on the way.
fn trimming(layout: Layout) -> u64 {
    if layout.channels == Channels::Rgb && layout.depth == Depth::U8 {
        layout.bytes()
    } else {
        find_trim_bytes(layout).max(layout.bytes())
    }
}

/// Filters work on a converted copy, if the image is not 8-bit colour already.
fn filtering(layout: Layout, next: Layout, filter_bytes: u64) -> u64 {
    let converting = if layout == next {
        0
    } else {
        next.bytes().saturating_mul(2)
    };
    filter_bytes.saturating_add(next.bytes()).max(converting)
}

fn resampling(plan: &Plan, layout: Layout, scaling: Scaling) -> u64 {
    if plan.linear_light {
        resize_linear_bytes(layout, scaling)
    } else {
        resize_bytes(layout, scaling)
    }
}

fn watermark(step: &WatermarkStep, image: &WatermarkImage) -> u64 {
    let decoded = Layout {
        width: image.header.width,
        height: image.header.height,
        channels: image.header.channels,
        depth: depth(image.header.bits),
    };
    decoder_bytes(&image.header, &step.decode)
        .saturating_add(decoded.bytes().saturating_mul(2))
        .saturating_add(ready_mark(step).bytes().saturating_mul(2))
}

/// A watermark that is ready to be drawn, at most.
const fn ready_mark(step: &WatermarkStep) -> Layout {
    Layout::u8(step.width, step.height, Channels::Rgba)
}

/// The layout that a step gives.
pub(crate) fn layout_after(step: &Step, layout: Layout) -> Layout {
    let (width, height) = match step {
        Step::Crop(rect) | Step::ResultCrop(rect) => (rect.width, rect.height),
        Step::SmartCrop { width, height }
        | Step::SmartResultCrop { width, height }
        | Step::Resample { width, height, .. }
        | Step::FormatLimit { width, height } => (*width, *height),
        Step::Orient(turn) => turn.size(layout.width, layout.height),
        Step::Extend(canvas) | Step::ExtendAspectRatio(canvas) => (canvas.width, canvas.height),
        Step::Pad(sides) => {
            let canvas = padded(layout, *sides);
            (canvas.width, canvas.height)
        }
        _ => (layout.width, layout.height),
    };
    let depth = match step {
        Step::Blur { .. } | Step::Sharpen { .. } | Step::Pixelate { .. } => Depth::U8,
        _ => layout.depth,
    };
    Layout {
        width,
        height,
        channels: channels_after(step, layout.channels),
        depth,
    }
}

/// The canvas that padding makes.
pub(crate) fn padded(layout: Layout, sides: Sides) -> Canvas {
    let across = sides.left.saturating_add(sides.right);
    let down = sides.top.saturating_add(sides.bottom);
    Canvas {
        width: layout.width.saturating_add(across),
        height: layout.height.saturating_add(down),
        left: sides.left.into(),
        top: sides.top.into(),
    }
}

/// The layout that the step at `index` sees.
pub(crate) fn layout_before(plan: &Plan, index: usize) -> Layout {
    let steps = plan.steps.iter().take(index);
    steps.fold(plan.working_layout(), |layout, step| {
        layout_after(step, layout)
    })
}

impl Plan {
    /// The layout that the first step sees.
    pub(crate) fn working_layout(&self) -> Layout {
        Layout {
            width: self.loaded.0,
            height: self.loaded.1,
            channels: working_channels(&self.header),
            depth: match self.path {
                PixelPath::Interleaved16 => Depth::U16,
                _ => Depth::U8,
            },
        }
    }
}

/// Channels that a step gives.
pub(crate) fn channels_after(step: &Step, channels: Channels) -> Channels {
    match step {
        Step::Blur { .. } | Step::Sharpen { .. } | Step::Pixelate { .. } => colored(channels),
        Step::Extend(_) | Step::ExtendAspectRatio(_) | Step::Pad(_) => channels.with_alpha(),
        Step::Flatten { background } => flat(channels, *background),
        Step::Underlay { background, .. } if channels.has_alpha() => {
            match flat(channels, *background) {
                Channels::Rgb => Channels::Rgba,
                _ => channels,
            }
        }
        Step::Watermark(step) if step.is_colored => colored(channels),
        _ => channels,
    }
}

fn colored(channels: Channels) -> Channels {
    match channels {
        Channels::Grey => Channels::Rgb,
        Channels::GreyAlpha => Channels::Rgba,
        other => other,
    }
}

/// A coloured background makes grey with alpha coloured.
fn flat(channels: Channels, background: Rgb) -> Channels {
    let [red, green, blue] = channels_of(background);
    match channels {
        Channels::GreyAlpha if red == green && green == blue => Channels::Grey,
        Channels::GreyAlpha | Channels::Rgba => Channels::Rgb,
        opaque => opaque,
    }
}

pub(crate) const fn channels_of(color: Rgb) -> [u8; 3] {
    [color.red, color.green, color.blue]
}

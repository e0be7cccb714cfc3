//! Putting a plan together.

use pixgate_codec::{DecodeRequest, Header, Orientation, Shrink};
use pixgate_options::{Format, ProcessingOptions};
use pixgate_raster::{Channels, Depth, Layout};

use super::autoquality;
use super::best;
use super::choice::Choice;
use super::output::{Output, ProfileAction, output};
use super::pass::{Entry, plan_pass};
use super::size::Size;
use super::{PixelPath, Plan, RowJob, Step, Warning, memory};
use crate::support::left_out_of_jpeg;
use crate::{Error, ErrorKind, Negotiation, Preference, Settings};

/// Longest side that an image can have while it is processed, as in the reference's library.
const SIDE_LIMIT: u32 = 10_000_000;

/// Sources up to this size are decoded whole.
const SMALL_PIXELS: u64 = 1 << 20;

/// Everything that a plan is made from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Recipe {
    pub(crate) options: ProcessingOptions,
    pub(crate) header: Header,
    pub(crate) settings: Settings,
    pub(crate) negotiation: Negotiation,
}

impl Recipe {
    pub(crate) fn new(
        options: &ProcessingOptions,
        header: &Header,
        settings: &Settings,
        negotiation: &Negotiation,
    ) -> Self {
        let global = &options.global;
        let either = |negotiated: Preference, prefer: Option<bool>, enforce: Option<bool>| {
            let asked = match (enforce, prefer) {
                (Some(true), _) => Preference::Enforce,
                (_, Some(true)) => Preference::Prefer,
                _ => Preference::None,
            };
            negotiated.max(asked)
        };
        let negotiation = Negotiation {
            webp: either(negotiation.webp, global.prefer_webp, global.enforce_webp),
            avif: either(negotiation.avif, global.prefer_avif, global.enforce_avif),
            jxl: either(negotiation.jxl, global.prefer_jxl, global.enforce_jxl),
        };
        Self {
            options: options.clone(),
            header: header.clone(),
            settings: settings.clone(),
            negotiation,
        }
    }

    /// Most pixels of the source; 0 is no pixel at all, not "off".
    pub(crate) fn pixel_limit(&self) -> u64 {
        let option = self.options.first().max_src_resolution;
        option.unwrap_or(self.settings.max_src_resolution)
    }

    /// Most pixels of one frame; 0 is off.
    pub(crate) fn frame_limit(&self) -> u64 {
        let option = self.options.global.max_animation_frame_resolution;
        option.unwrap_or(self.settings.max_animation_frame_resolution)
    }

    /// Longest side of the result; 0 is off.
    pub(crate) fn result_limit(&self) -> i64 {
        let option = self.options.global.max_result_dimension;
        option
            .unwrap_or(self.settings.max_result_dimension.into())
            .max(0)
    }

    /// More than 8 bits only where they are wanted and the result can hold them.
    pub(crate) fn working_depth(&self, format: Format) -> Depth {
        let option = self.options.global.preserve_hdr;
        let is_kept = option.unwrap_or(self.settings.preserve_hdr)
            && format.has_high_depth()
            && self.header.bits > 8;
        if is_kept { Depth::U16 } else { Depth::U8 }
    }

    /// What the source cannot give or the result cannot hold.
    fn warnings(&self, output: &Output) -> Vec<Warning> {
        let has_thumbnail = matches!(self.header.format, Format::Heic | Format::Avif);
        let wants_thumbnail = self.options.global.enforce_thumbnail.unwrap_or(false);
        let thumbnail = (has_thumbnail && wants_thumbnail).then_some(Warning::ThumbnailNotUsed);
        let profile = self.has_wanted_ink_profile(output.format)
            && output.profile == ProfileAction::ConvertBefore;
        let profile = profile.then_some(Warning::ProfileNotKept);
        let left_out = left_out_of_jpeg(&self.options.global.jpeg_options)
            .filter(|_| output.format == Format::Jpeg)
            .map(|option| Warning::EncoderOptionNotUsed { option });
        thumbnail
            .into_iter()
            .chain(profile)
            .chain(left_out)
            .collect()
    }

    fn page(&self) -> u32 {
        self.options
            .global
            .page()
            .min(self.header.frames.saturating_sub(1))
    }
}

/// A plan while steps are being added to it.
#[derive(Debug)]
pub(crate) struct Draft<'a> {
    pub(crate) recipe: &'a Recipe,
    /// The format that was chosen.
    pub(crate) format: Format,
    /// Frames that are read.
    pub(crate) frames: u32,
    /// Formats that are tried as well.
    pub(crate) others: Vec<Format>,
    /// Size after the steps so far.
    pub(crate) size: Size,
    pub(crate) channels: Channels,
    pub(crate) shrink: Shrink,
    pub(crate) loaded: Size,
    pub(crate) dpr: f64,
    pub(crate) steps: Vec<Step>,
    pub(crate) warnings: Vec<Warning>,
}

impl Draft<'_> {
    /// Final sides, within what an image can have.
    pub(crate) fn sides(size: Size) -> Result<(u32, u32), Error> {
        let side = |length: i64| {
            u32::try_from(length)
                .ok()
                .filter(|side| (1..=SIDE_LIMIT).contains(side))
        };
        match (side(size.width), side(size.height)) {
            (Some(width), Some(height)) => Ok((width, height)),
            _ => Err(ErrorKind::ResultTooLarge {
                width: size.width.max(0).unsigned_abs(),
                height: size.height.max(0).unsigned_abs(),
                limit: SIDE_LIMIT,
            }
            .into()),
        }
    }

    /// Adds a step; its size must be set as well.
    pub(crate) fn push(&mut self, step: Step) {
        self.channels = memory::channels_after(&step, self.channels);
        self.steps.push(step);
    }
}

/// The plan of a source that is not processed.
pub(crate) fn pass_through(recipe: Recipe) -> Plan {
    let header = recipe.header.clone();
    let layout = Layout::u8(header.width, header.height, header.channels);
    Plan {
        path: PixelPath::PassThrough,
        source_format: header.format,
        frames: header.frames,
        streams_rows: false,
        decode: DecodeRequest::default(),
        loaded: (header.width, header.height),
        linear_light: false,
        steps: Vec::new(),
        width: header.width,
        height: header.height,
        effective_dpr: 1.0,
        output: output(&recipe, header.format, layout, header.frames),
        alternatives: Vec::new(),
        peak_bytes: 0,
        warnings: Vec::new(),
        averaged: 1,
        chosen_format: header.format,
        others: Vec::new(),
        header,
        recipe: Box::new(recipe),
    }
}

/// The plan of a source from its first step to its last.
pub(crate) fn whole(recipe: &Recipe, choice: Choice) -> Result<Plan, Error> {
    let frames = choice.frames;
    let plan = chosen(recipe, choice)?;
    match best::guess(&plan) {
        Some(format) => chosen(
            recipe,
            Choice {
                format,
                frames,
                others: Vec::new(),
            },
        ),
        None => Ok(plan),
    }
}

fn chosen(recipe: &Recipe, choice: Choice) -> Result<Plan, Error> {
    let header = &recipe.header;
    let entry = Entry {
        stored: Size::of(header.width, header.height),
        orientation: header.orientation,
        // Frames are decoded at full size, one by one.
        is_source: choice.frames == 1,
        is_trimmed: false,
    };
    let depth = recipe.working_depth(choice.format);
    let channels = working_channels(header);
    let mut plan = from(recipe, choice, entry, 0, (channels, depth))?;
    plan.peak_bytes = plan.peak_bytes.max(most_after_trims(&plan));
    Ok(plan)
}

/// Most bytes of what follows a trim: what is kept can have any shape, and a square that is fitted
/// into a square makes more pixels than the picture it was cut from.
fn most_after_trims(plan: &Plan) -> u64 {
    let mut most = 0;
    for (index, step) in plan.steps.iter().enumerate() {
        if !matches!(step, Step::Trim(_)) {
            continue;
        }
        let layout = memory::layout_before(plan, index);
        for part in 1..=SHAPES {
            let cut = |side: u32| (side / SHAPES).saturating_mul(part).max(1);
            let shapes = [
                (layout.width, cut(layout.height)),
                (cut(layout.width), layout.height),
            ];
            for (width, height) in shapes {
                let next = after_trim(plan, index, width, height);
                most = most.max(next.map_or(0, |next| next.peak_bytes));
            }
        }
    }
    // Shapes between those that were looked at.
    most.saturating_add(most / u64::from(SHAPES))
}

/// Shapes, of each direction, that a trim is tried with.
const SHAPES: u32 = 8;

/// The plan of what follows a trim.
pub(crate) fn after_trim(plan: &Plan, step: usize, width: u32, height: u32) -> Result<Plan, Error> {
    let is_trim = |step: &&Step| matches!(step, Step::Trim(_));
    if !plan.steps.get(step).as_ref().is_some_and(is_trim) {
        return Err(ErrorKind::Internal.into());
    }
    let trims = plan.recipe.options.pipelines.iter().enumerate();
    let trims = trims.filter(|(_, pipeline)| pipeline.trim().is_some());
    let before = plan.steps.iter().take(step).filter(is_trim).count();
    let remaining = plan.steps.iter().filter(is_trim).count() - before;
    let index = trims.rev().nth(remaining - 1).map(|(index, _)| index);
    let index = index.ok_or(ErrorKind::Internal)?;
    let entry = Entry {
        stored: Size::of(width, height),
        orientation: if index == 0 {
            plan.recipe.header.orientation
        } else {
            Orientation::NORMAL
        },
        is_source: false,
        is_trimmed: true,
    };
    let layout = memory::layout_before(plan, step);
    let kind = (layout.channels, layout.depth);
    let choice = Choice {
        format: plan.chosen_format,
        frames: 1,
        others: plan.others.clone(),
    };
    from(&plan.recipe, choice, entry, index, kind)
}

/// Plans from the beginning of a pipeline to the end.
fn from(
    recipe: &Recipe,
    choice: Choice,
    entry: Entry,
    first: usize,
    (channels, depth): (Channels, Depth),
) -> Result<Plan, Error> {
    let mut draft = Draft {
        recipe,
        format: choice.format,
        frames: choice.frames,
        others: choice.others,
        size: entry.stored,
        channels,
        shrink: Shrink::None,
        loaded: entry.stored,
        dpr: 1.0,
        steps: Vec::new(),
        warnings: Vec::new(),
    };
    let pipelines = &recipe.options.pipelines;
    let last = pipelines.len().saturating_sub(1);
    let is_source = entry.is_source;
    let mut entry = entry;
    for (index, options) in pipelines.iter().enumerate().skip(first) {
        plan_pass(&mut draft, options, &entry, index == last)?;
        entry = Entry {
            stored: draft.size,
            orientation: Orientation::NORMAL,
            is_source: false,
            is_trimmed: false,
        };
    }
    let (width, height) = Draft::sides(draft.loaded)?;
    let start = Layout {
        width,
        height,
        channels,
        depth,
    };
    let mut plan = finish(draft, start)?;
    if is_source && plan.planar_job().is_some() {
        plan.path = PixelPath::Planar;
        plan.decode.planar = true;
    } else {
        decode_small_ones_whole(&mut plan);
    }
    plan.streams_rows = is_source && RowJob::of(&plan).is_some();
    plan.peak_bytes = memory::peak_bytes(&plan);
    Ok(plan)
}

/// The reference's JPEG decoder shrinks by averaging, ours by leaving out high frequencies. That is
/// nearer to what a long filter gives, but in small pictures the difference can be seen, and there
/// averaging all pixels costs next to nothing.
fn decode_small_ones_whole(plan: &mut Plan) {
    let header = &plan.header;
    let pixels = u64::from(header.width) * u64::from(header.height);
    if let Shrink::Factor(factor) = plan.decode.shrink
        && pixels <= SMALL_PIXELS
    {
        plan.averaged = factor.into();
        plan.decode.shrink = Shrink::None;
        plan.decode.planar = super::planar::has_planes(header);
    }
}

fn finish(draft: Draft<'_>, start: Layout) -> Result<Plan, Error> {
    let recipe = draft.recipe;
    let (width, height) = Draft::sides(draft.size)?;
    let layout = draft
        .steps
        .iter()
        .fold(start, |layout, step| memory::layout_after(step, layout));
    let output = output(recipe, draft.format, layout, draft.frames);
    let alternatives = best::alternatives(&draft, layout, &output);
    let mut warnings = recipe.warnings(&output);
    warnings.extend(autoquality::warning(recipe, draft.frames));
    warnings.extend(draft.warnings);
    let mut decode = DecodeRequest::default();
    decode.shrink = draft.shrink;
    decode.frame = recipe.page();
    Ok(Plan {
        path: match start.depth {
            Depth::U8 => PixelPath::Interleaved8,
            _ => PixelPath::Interleaved16,
        },
        source_format: recipe.header.format,
        frames: draft.frames,
        streams_rows: false,
        decode,
        loaded: Draft::sides(draft.loaded)?,
        linear_light: recipe.settings.use_linear_colorspace,
        steps: draft.steps,
        width,
        height,
        effective_dpr: draft.dpr,
        output,
        alternatives,
        peak_bytes: 0,
        warnings,
        averaged: 1,
        header: recipe.header.clone(),
        chosen_format: draft.format,
        others: draft.others,
        recipe: Box::new(recipe.clone()),
    })
}

/// Channels that the first step sees: CMYK is converted when it is loaded.
pub(crate) fn working_channels(header: &Header) -> Channels {
    match header.channels {
        Channels::Cmyk if header.has_ink_alpha => Channels::Rgba,
        Channels::Cmyk => Channels::Rgb,
        other => other,
    }
}

//! What comes out: format, quality and what travels with the pixels.

use pixgate_codec::{EncodeSettings, Header, Orientation, can_write_animation};
use pixgate_options::{AvifSubsample, Format, GlobalOptions, ProcessingOptions};
use pixgate_raster::{Channels, ChromaSubsampling, Depth, Layout, Orientation as TurnBy};

use super::build::Recipe;
use super::flatten::is_opaque;
use super::orientation::Turn;
use crate::{Error, ErrorKind, Settings};

/// What comes out of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Output {
    /// Format of the result.
    pub format: Format,
    /// Quality, 1 to 100; where the format has none it is not used.
    pub quality: u8,
    /// Everything the encoder is told, format and quality included.
    pub encoding: EncodeSettings,
    /// Size, channels and depth of what is encoded.
    pub layout: Layout,
    /// Lower the quality until the result has at most this many bytes.
    pub max_bytes: Option<u64>,
    /// Which metadata goes along.
    pub metadata: MetadataPolicy,
    /// What happens to the colour profile.
    pub profile: ProfileAction,
    /// Whether pixels lie otherwise than stored, so that an EXIF orientation goes.
    pub is_turned: bool,
}

/// Which metadata blocks go along.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MetadataPolicy {
    /// All that was found.
    Keep,
    /// Copyright and author only.
    KeepCopyright,
    /// None.
    Strip,
}

/// What happens to an embedded colour profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ProfileAction {
    /// There is none.
    None,
    /// Pixels and profile stay as they are.
    Keep,
    /// Pixels are converted to sRGB after all steps, the profile is dropped.
    ConvertAfter,
    /// Pixels are converted to sRGB before the first step (CMYK), the profile is dropped.
    ConvertBefore,
}

/// The chosen format, before it is known how small the result gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Choice {
    pub(crate) format: Format,
    /// Frames that are read: more than one only for animated results.
    pub(crate) frames: u32,
}

/// Chooses the result format.
pub(crate) fn choose_format(recipe: &Recipe) -> Result<Choice, Error> {
    let frames = readable_frames(recipe);
    let is_animated = frames > 1;
    let format = match recipe.options.global.format {
        Some(format) => enforced(recipe, is_animated).unwrap_or(format),
        None => preferred(recipe, is_animated),
    };
    // An SVG comes out only where one is passed through.
    if format == Format::Svg || !recipe.settings.writable_formats.contains(&format) {
        return Err(ErrorKind::CannotWrite { format }.into());
    }
    let frames = if can_write_animation(format) {
        frames
    } else {
        1
    };
    Ok(Choice { format, frames })
}

/// Frames of an animation that would be read if the result can be animated, else 1.
fn readable_frames(recipe: &Recipe) -> u32 {
    let global = &recipe.options.global;
    let limit = global
        .max_animation_frames
        .unwrap_or(recipe.settings.max_animation_frames);
    let header = &recipe.header;
    let is_disabled = global.disable_animation.unwrap_or(false);
    if limit > 1 && header.animation.is_some() && !is_disabled {
        header.frames.min(limit)
    } else {
        1
    }
}

fn enforced(recipe: &Recipe, is_animated: bool) -> Option<Format> {
    let wanted = recipe.negotiation;
    if wanted.jxl.enforces() && !is_animated {
        Some(Format::Jxl)
    } else if wanted.avif.enforces() && !is_animated {
        Some(Format::Avif)
    } else {
        wanted.webp.enforces().then_some(Format::Webp)
    }
}

fn preferred(recipe: &Recipe, is_animated: bool) -> Format {
    let wanted = recipe.negotiation;
    let source = recipe.header.format;
    let list = &recipe.settings.preferred_formats;
    if wanted.jxl.prefers() && !is_animated {
        Format::Jxl
    } else if wanted.avif.prefers() && !is_animated {
        Format::Avif
    } else if wanted.webp.prefers() {
        Format::Webp
    } else if list.contains(&source) {
        source
    } else {
        let needs_alpha = expects_alpha(&recipe.options, &recipe.header);
        let fits = |format: &Format| {
            (!is_animated || format.can_be_animated()) && (!needs_alpha || format.has_alpha())
        };
        let first = list.iter().find(|format| fits(format));
        first.or(list.first()).copied().unwrap_or(Format::Jpeg)
    }
}

/// Whether the result may be transparent: an extension to a ratio does not count.
fn expects_alpha(options: &ProcessingOptions, header: &Header) -> bool {
    let first = options.first();
    !is_opaque(first)
        && (header.channels.has_alpha()
            || header.format == Format::Svg
            || !first.padding().is_none()
            || first.extend().is_some())
}

/// AVIF cannot be smaller than 16 pixels on a side here.
pub(crate) fn final_format(format: Format, layout: Layout) -> Format {
    let is_small = layout.width < 16 || layout.height < 16;
    match (format, layout.channels.has_alpha()) {
        (Format::Avif, true) if is_small => Format::Png,
        (Format::Avif, false) if is_small => Format::Jpeg,
        _ => format,
    }
}

/// Everything about the output once the size is known.
pub(crate) fn output(recipe: &Recipe, format: Format, layout: Layout) -> Output {
    let format = final_format(format, layout);
    let global = &recipe.options.global;
    let encoding = encoding(recipe, format, layout);
    Output {
        format,
        quality: encoding.quality,
        encoding,
        layout,
        max_bytes: global.max_bytes().filter(|_| format.has_quality()),
        metadata: metadata(global, &recipe.settings),
        profile: recipe.profile_action(format),
        is_turned: recipe.turns(),
    }
}

/// The first quality that is set: option, option by format, setting by format, setting.
fn quality(global: &GlobalOptions, settings: &Settings, format: Format) -> u8 {
    let configured = settings
        .format_quality
        .iter()
        .rev()
        .find(|(of, quality)| *of == format && *quality > 0)
        .map(|(_, quality)| *quality);
    global
        .quality_for(format)
        .or(configured)
        .unwrap_or(settings.quality)
        .clamp(1, 100)
}

fn encoding(recipe: &Recipe, format: Format, layout: Layout) -> EncodeSettings {
    let (global, settings) = (&recipe.options.global, &recipe.settings);
    let mut encoding = EncodeSettings::new(format, quality(global, settings, format));
    encoding.subsampling = subsampling(recipe, format);
    encoding.jpeg_progressive = global
        .jpeg_options
        .progressive
        .unwrap_or(settings.jpeg_progressive);
    encoding.png_interlaced = global
        .png_options
        .interlaced
        .unwrap_or(settings.png_interlaced);
    encoding.palette_bits = palette_bits(recipe, format, layout);
    encoding.webp_effort = settings.webp_effort;
    let webp = &global.webp_options;
    encoding.webp_compression = webp.compression.unwrap_or(settings.webp_compression);
    encoding.webp_smart_subsample = webp
        .smart_subsample
        .unwrap_or(settings.webp_smart_subsample);
    encoding.webp_preset = webp.preset.unwrap_or(settings.webp_preset);
    encoding.avif_speed = settings.avif_speed;
    encoding
}

fn subsampling(recipe: &Recipe, format: Format) -> Option<ChromaSubsampling> {
    let (global, settings) = (&recipe.options.global, &recipe.settings);
    match format {
        Format::Jpeg => global
            .jpeg_options
            .no_subsample
            .unwrap_or(settings.jpeg_no_subsample)
            .then_some(ChromaSubsampling::Full),
        Format::Avif => {
            let asked = global.avif_options.subsample;
            match asked.unwrap_or(settings.avif_subsample) {
                AvifSubsample::Auto => None,
                AvifSubsample::On => Some(ChromaSubsampling::Both),
                AvifSubsample::Off => Some(ChromaSubsampling::Full),
            }
        }
        _ => None,
    }
}

/// Bits of a palette index: by colours if reduction is asked for, else those of the source.
fn palette_bits(recipe: &Recipe, format: Format, layout: Layout) -> Option<u8> {
    let source = recipe.header.palette_bits.map(palette_depth);
    match format {
        Format::Png if layout.depth == Depth::U8 => {
            let png = &recipe.options.global.png_options;
            let settings = &recipe.settings;
            let colors = png
                .quantization_colors
                .unwrap_or(settings.png_quantization_colors);
            if png.quantize.unwrap_or(settings.png_quantize) {
                Some(depth_of_colors(colors))
            } else {
                source
            }
        }
        Format::Gif => Some(source.unwrap_or(8)),
        _ => None,
    }
}

const fn palette_depth(bits: u8) -> u8 {
    match bits {
        0 | 1 => 1,
        2 => 2,
        3 | 4 => 4,
        _ => 8,
    }
}

const fn depth_of_colors(colors: u16) -> u8 {
    match colors {
        0..=2 => 1,
        3..=4 => 2,
        5..=16 => 4,
        _ => 8,
    }
}

fn metadata(global: &GlobalOptions, settings: &Settings) -> MetadataPolicy {
    if !global.strip_metadata.unwrap_or(settings.strip_metadata) {
        MetadataPolicy::Keep
    } else if global.keep_copyright.unwrap_or(settings.keep_copyright) {
        MetadataPolicy::KeepCopyright
    } else {
        MetadataPolicy::Strip
    }
}

impl Recipe {
    /// What happens to the profile of the source in a result of this format.
    fn profile_action(&self, format: Format) -> ProfileAction {
        let is_cmyk = self.header.channels == Channels::Cmyk;
        if is_cmyk {
            return ProfileAction::ConvertBefore;
        }
        if !self.header.has_color_profile {
            return ProfileAction::None;
        }
        if self.keeps_profile() && format.has_color_profile() {
            ProfileAction::Keep
        } else {
            ProfileAction::ConvertAfter
        }
    }

    /// Whether any pipeline turns the image, or the decoder already did.
    fn turns(&self) -> bool {
        let is_turned_by_decoder = matches!(self.header.format, Format::Avif | Format::Heic);
        let mut orientation = self.header.orientation;
        let mut turns = self.options.pipelines.iter().map(|options| {
            let turn = Turn::new(orientation, options, self.settings.auto_rotate);
            orientation = Orientation::NORMAL;
            turn.combined() != TurnBy::UPRIGHT
        });
        is_turned_by_decoder || turns.any(|turns| turns)
    }

    /// Whether the source has ink values and a profile of them that is asked for.
    pub(crate) fn loses_ink_profile(&self, format: Format) -> bool {
        self.header.channels == Channels::Cmyk
            && self.header.has_color_profile
            && self.keeps_profile()
            && format.has_color_profile()
    }

    pub(crate) fn keeps_profile(&self) -> bool {
        let strip = self.options.global.strip_color_profile;
        !strip.unwrap_or(self.settings.strip_color_profile)
    }
}

//! What comes out: format, quality and what travels with the pixels.

use pixgate_codec::{EncodeSettings, Orientation, Resolution};
use pixgate_options::{AvifSubsample, Format, GlobalOptions};
use pixgate_raster::{Channels, ChromaSubsampling, Depth, Layout, Orientation as TurnBy};

use super::autoquality::{self, QualitySearch};
use super::formats::final_format;
use crate::Settings;
use crate::colour::layout_in;
use crate::geometry::Turn;
use crate::recipe::Recipe;
use crate::target_profile::{ProfileSpace, TargetProfile};

/// What comes out of a run.
#[derive(Debug, Clone, PartialEq)]
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
    /// Search for the quality first.
    pub search: Option<QualitySearch>,
    /// Lower the quality until the result has at most this many bytes.
    pub max_bytes: Option<u64>,
    /// Which metadata goes along.
    pub metadata: MetadataPolicy,
    /// What happens to the colour profile.
    pub profile: ProfileAction,
    /// What happens to the resolution.
    pub resolution: ResolutionAction,
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
    /// The profile that is asked for is put on the pixels, whose colours are its already (sRGB).
    Embed,
    /// Pixels are converted to the profile that is asked for after all steps, and get it.
    ConvertTo,
    /// Inks are converted to sRGB before the first step and back after the last one, the profile
    /// stays. One that cannot be used is dropped, and the result is sRGB.
    Restore,
}

/// What happens to the resolution that a file says, where its format has a place for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ResolutionAction {
    /// It stays as it is.
    Keep,
    /// It becomes this one.
    Set(Resolution),
    /// It goes.
    Drop,
}

/// Everything about the output once the size is known.
pub(crate) fn output(recipe: &Recipe<'_>, format: Format, layout: Layout, frames: u32) -> Output {
    let format = final_format(recipe, format, layout);
    let global = &recipe.options.global;
    let profile = recipe.profile_action(format, layout);
    let layout = match profile {
        ProfileAction::Restore => layout.with_channels(Channels::Cmyk),
        ProfileAction::ConvertTo => recipe
            .target
            .map_or(layout, |target| layout_in(layout, target)),
        _ => layout,
    };
    let encoding = encoding(recipe, format, layout);
    Output {
        format,
        quality: encoding.quality,
        search: autoquality::search(recipe, &encoding, layout, frames),
        encoding,
        layout,
        max_bytes: global.max_bytes().filter(|_| format.has_quality()),
        metadata: metadata(global, recipe.settings),
        profile,
        resolution: resolution(global, recipe.settings),
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

fn encoding(recipe: &Recipe<'_>, format: Format, layout: Layout) -> EncodeSettings {
    let (global, settings) = (&recipe.options.global, recipe.settings);
    let mut encoding = EncodeSettings::new(format, quality(global, settings, format));
    encoding.subsampling = subsampling(recipe, format);
    encoding.jpeg_progressive = global
        .jpeg_options
        .progressive
        .unwrap_or(settings.jpeg_progressive);
    encoding.jpeg_quant_table = global
        .jpeg_options
        .quant_table
        .or(settings.jpeg_quant_table);
    encoding.jpeg_trellis = global
        .jpeg_options
        .trellis_quant
        .unwrap_or(settings.jpeg_trellis_quant);
    encoding.png_interlaced = global
        .png_options
        .interlaced
        .unwrap_or(settings.png_interlaced);
    encoding.palette_bits = palette_bits(recipe, format, layout);
    encoding.png_effort = settings.png_effort;
    encoding.png_reduce = settings.png_reduce;
    encoding.webp_effort = settings.webp_effort;
    encoding.jxl_effort = settings.jxl_effort;
    let webp = &global.webp_options;
    encoding.webp_compression = webp.compression.unwrap_or(settings.webp_compression);
    encoding.webp_smart_subsample = webp
        .smart_subsample
        .unwrap_or(settings.webp_smart_subsample);
    encoding.webp_preset = webp.preset.unwrap_or(settings.webp_preset);
    encoding.avif_speed = settings.avif_speed;
    encoding
}

fn subsampling(recipe: &Recipe<'_>, format: Format) -> Option<ChromaSubsampling> {
    let (global, settings) = (&recipe.options.global, recipe.settings);
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
fn palette_bits(recipe: &Recipe<'_>, format: Format, layout: Layout) -> Option<u8> {
    let source = recipe.header.palette_bits.map(palette_depth);
    match format {
        Format::Png if layout.depth == Depth::U8 => {
            let png = &recipe.options.global.png_options;
            let settings = recipe.settings;
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

/// What is asked for; else what stripped files have.
fn resolution(global: &GlobalOptions, settings: &Settings) -> ResolutionAction {
    let set = |inches: f64| Resolution::per_inch(inches, inches).map(ResolutionAction::Set);
    if let Some(asked) = global.dpi.and_then(set) {
        return asked;
    }
    match metadata(global, settings) {
        MetadataPolicy::Keep => ResolutionAction::Keep,
        MetadataPolicy::KeepCopyright | MetadataPolicy::Strip => {
            set(settings.strip_metadata_dpi).unwrap_or(ResolutionAction::Drop)
        }
    }
}

/// JPEG XL could, but its encoder here cannot.
fn carries_profile(format: Format) -> bool {
    format.has_color_profile() && format != Format::Jxl
}

impl Recipe<'_> {
    /// What happens to the profile of the source in a result of this format.
    fn profile_action(&self, format: Format, layout: Layout) -> ProfileAction {
        if let Some(target) = self.usable_target(format, layout) {
            let is_srgb = !self.header.has_color_profile || self.header.channels == Channels::Cmyk;
            let is_color = matches!(layout.channels, Channels::Rgb | Channels::Rgba);
            return match target.is_srgb && is_srgb && is_color {
                true => ProfileAction::Embed,
                false => ProfileAction::ConvertTo,
            };
        }
        if self.header.channels == Channels::Cmyk {
            return self.ink_action(format, layout);
        }
        if !self.header.has_color_profile {
            return ProfileAction::None;
        }
        if self.keeps_profile() && carries_profile(format) {
            ProfileAction::Keep
        } else {
            ProfileAction::ConvertAfter
        }
    }

    /// The profile that is asked for, if results of this format and layout can have it.
    pub(crate) fn usable_target(&self, format: Format, layout: Layout) -> Option<&TargetProfile> {
        let has_alpha = layout.channels.has_alpha();
        self.target.filter(|target| match target.space {
            ProfileSpace::Rgb => carries_profile(format),
            // WebP has no other colours than RGB.
            ProfileSpace::Grey => carries_profile(format) && format != Format::Webp,
            ProfileSpace::Cmyk => matches!(format, Format::Jpeg | Format::Tiff) && !has_alpha,
        })
    }

    /// Inks come out where the result can hold them and has no alpha.
    fn ink_action(&self, format: Format, layout: Layout) -> ProfileAction {
        let holds_inks = matches!(format, Format::Jpeg | Format::Tiff)
            && layout.depth == Depth::U8
            && !layout.channels.has_alpha();
        if self.has_wanted_ink_profile(format) && holds_inks {
            ProfileAction::Restore
        } else {
            ProfileAction::ConvertBefore
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
    pub(crate) fn has_wanted_ink_profile(&self, format: Format) -> bool {
        self.header.channels == Channels::Cmyk
            && self.header.has_color_profile
            && self.keeps_profile()
            && carries_profile(format)
    }
}

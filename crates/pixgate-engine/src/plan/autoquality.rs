//! Which quality is searched for, and between which bounds.

use pixgate_codec::EncodeSettings;
use pixgate_options::{AutoqualityMethod, Format, WebpCompression};
use pixgate_raster::{Channels, Layout};

use crate::recipe::Recipe;
use crate::{Autoquality, Warning};

/// A search for the quality of a result; it takes at most seven encodings.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct QualitySearch {
    /// What the result is to come near to.
    pub goal: QualityGoal,
    /// Lowest quality that is tried.
    pub lowest: u8,
    /// Highest quality that is tried.
    pub highest: u8,
}

/// What a search for quality tries to reach.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum QualityGoal {
    /// The highest quality of at most so many bytes, or the lowest if none is that small.
    Bytes(u64),
    /// The lowest quality with no more than this structural dissimilarity, or the highest.
    Dssim {
        /// The dissimilarity wanted, see [`dssim`](pixgate_raster::measure::dssim()).
        target: f64,
        /// How far from it the search ends.
        allowed_error: f64,
    },
}

/// The search that options and settings ask for; a quality in the URL overrules the settings.
pub(crate) fn search(
    recipe: &Recipe<'_>,
    encoding: &EncodeSettings,
    layout: Layout,
    frames: u32,
) -> Option<QualitySearch> {
    let asked = &recipe.options.global.autoquality;
    let (settings, format) = (&recipe.settings.autoquality, encoding.format);
    let pixels = u64::from(layout.width) * u64::from(layout.height);
    let is_too_large = settings.max_resolution > 0 && pixels > settings.max_resolution;
    let is_overruled =
        asked.method.is_none() && recipe.options.global.quality_for(format).is_some();
    if is_too_large || is_overruled || !has_levels(encoding) {
        return None;
    }
    let target = asked.target.unwrap_or(settings.target);
    let goal = match asked.method.unwrap_or(settings.method) {
        AutoqualityMethod::Size if target >= 1.0 => QualityGoal::Bytes(whole(target)),
        // Without networks imgproxy searches as `dssim` does.
        AutoqualityMethod::Dssim | AutoqualityMethod::Ml if is_comparable(layout, frames) => {
            QualityGoal::Dssim {
                target,
                allowed_error: asked.allowed_error.unwrap_or(settings.allowed_error),
            }
        }
        _ => return None,
    };
    let (lowest, highest) = bounds(asked.min_quality, asked.max_quality, settings, format);
    Some(QualitySearch {
        goal,
        lowest,
        highest,
    })
}

/// One picture of light, not inks.
fn is_comparable(layout: Layout, frames: u32) -> bool {
    frames == 1 && layout.channels != Channels::Cmyk
}

/// TIFF and JPEG XL take a quality and do nothing with it.
fn has_levels(encoding: &EncodeSettings) -> bool {
    let is_lossless =
        encoding.format == Format::Webp && encoding.webp_compression == WebpCompression::Lossless;
    encoding.format.has_quality()
        && !matches!(encoding.format, Format::Tiff | Format::Jxl)
        && !is_lossless
}

fn bounds(min: Option<u8>, max: Option<u8>, settings: &Autoquality, format: Format) -> (u8, u8) {
    let of_format = |list: &[(Format, u8)], general: u8| {
        let found = list.iter().rev().find(|(of, _)| *of == format);
        found.map_or(general, |(_, quality)| *quality)
    };
    let set = |quality: Option<u8>| quality.filter(|quality| *quality > 0);
    let lowest = set(min).unwrap_or_else(|| of_format(&settings.format_min, settings.min));
    let highest = set(max).unwrap_or_else(|| of_format(&settings.format_max, settings.max));
    let lowest = lowest.clamp(1, 100);
    (lowest, highest.clamp(lowest, 100))
}

/// Said of animations, of which no two are compared, and of searches that have no network.
pub(crate) fn warning(
    recipe: &Recipe<'_>,
    search: Option<QualitySearch>,
    frames: u32,
) -> Option<Warning> {
    let asked = recipe.options.global.autoquality.method;
    let is_ml = asked.unwrap_or(recipe.settings.autoquality.method) == AutoqualityMethod::Ml;
    match asked {
        Some(AutoqualityMethod::Dssim | AutoqualityMethod::Ml) if frames > 1 => {
            Some(Warning::AnimationNotCompared)
        }
        _ => (is_ml && search.is_some()).then_some(Warning::NoNetworkForQuality),
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "float casts saturate"
)]
const fn whole(number: f64) -> u64 {
    number as u64
}

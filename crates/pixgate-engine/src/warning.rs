//! What was asked for and does not apply.

use std::fmt;

/// Something that was asked for but does not apply; [`Display`](std::fmt::Display) says what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Warning {
    /// `enforce_thumbnail`: the source has no thumbnail of the whole picture; the main image is used.
    NoThumbnail,
    /// The source's profile describes inks, but CMYK results are not made; the result is sRGB
    /// without a profile.
    ProfileNotKept,
    /// `color_profile`: results in this format cannot have the profile; their colours are as without
    /// the option.
    ColorProfileNotUsed,
    /// A watermark is asked for, but none is configured.
    NoWatermarkConfigured,
    /// Frames of an animation are not trimmed, since each would be cut differently.
    AnimationNotTrimmed,
    /// Frames of an animation are not cut to objects, since each would be cut differently.
    AnimationNotCutToObjects,
    /// `autoquality:dssim`: animations are not compared; the quality is the usual one.
    AnimationNotCompared,
    /// `autoquality:ml`: there is no trained network; the quality is searched as with `dssim`.
    NoNetworkForQuality,
    /// An option of the encoder that would have saved bytes, and nothing else.
    EncoderOptionNotUsed {
        /// Its name in URLs.
        option: &'static str,
    },
}

impl Warning {
    /// The identifier in logs and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoThumbnail => "no_thumbnail",
            Self::ProfileNotKept => "profile_not_kept",
            Self::ColorProfileNotUsed => "color_profile_not_used",
            Self::NoWatermarkConfigured => "no_watermark_configured",
            Self::AnimationNotTrimmed => "animation_not_trimmed",
            Self::AnimationNotCutToObjects => "animation_not_cut_to_objects",
            Self::AnimationNotCompared => "animation_not_compared",
            Self::NoNetworkForQuality => "no_network_for_quality",
            Self::EncoderOptionNotUsed { .. } => "encoder_option_not_used",
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoThumbnail => {
                "enforce_thumbnail: there is no thumbnail of the whole picture, the main image is used"
            }
            Self::ProfileNotKept => {
                "strip_color_profile: the profile describes inks and results in this format have none, \
                 so it is sRGB without a profile"
            }
            Self::ColorProfileNotUsed => {
                "color_profile: results in this format cannot have this profile, so none is embedded"
            }
            Self::NoWatermarkConfigured => "watermark: none is configured, so none is drawn",
            Self::AnimationNotTrimmed => {
                "trim: animations are not trimmed, each frame would be cut differently"
            }
            Self::AnimationNotCutToObjects => {
                "crop_objects: animations are not cut to objects, each frame would be cut differently"
            }
            Self::AnimationNotCompared => {
                "autoquality: animations are not compared, the quality is the usual one"
            }
            Self::NoNetworkForQuality => {
                "autoquality: there is no trained network, so ml counts as dssim"
            }
            Self::EncoderOptionNotUsed { option } => {
                return write!(f, "{option} is not used; the file is larger, not worse");
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_names_the_option() {
        let warning = Warning::EncoderOptionNotUsed {
            option: "jpeg_options:optimize_scans",
        };
        assert_eq!(warning.name(), "encoder_option_not_used");
        assert!(
            warning
                .to_string()
                .starts_with("jpeg_options:optimize_scans is not used")
        );
    }
}

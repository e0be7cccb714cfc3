//! Warnings in words.

use std::fmt;

use super::Warning;

impl Warning {
    /// The identifier in logs and metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ThumbnailNotUsed => "thumbnail_not_used",
            Self::ProfileNotKept => "profile_not_kept",
            Self::NoWatermarkConfigured => "no_watermark_configured",
            Self::AnimationNotTrimmed => "animation_not_trimmed",
            Self::AnimationNotCompared => "animation_not_compared",
            Self::EncoderOptionNotUsed { .. } => "encoder_option_not_used",
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ThumbnailNotUsed => {
                "enforce_thumbnail: embedded thumbnails are not read, the main image is used"
            }
            Self::ProfileNotKept => {
                "strip_color_profile: the profile describes inks and results in this format have none, \
                 so it is sRGB without a profile"
            }
            Self::NoWatermarkConfigured => "watermark: none is configured, so none is drawn",
            Self::AnimationNotTrimmed => {
                "trim: animations are not trimmed, each frame would be cut differently"
            }
            Self::AnimationNotCompared => {
                "autoquality: animations are not compared, the quality is the usual one"
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

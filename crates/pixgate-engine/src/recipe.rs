//! What a plan is made from.

use pixgate_codec::Header;
use pixgate_options::{Format, ProcessingOptions};
use pixgate_raster::Depth;

use crate::stack::Stack;
use crate::target_profile::TargetProfile;
use crate::texts::Texts;
use crate::{Companions, Negotiation, Settings};

/// Everything that a plan is made from, borrowed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Recipe<'a> {
    pub(crate) options: &'a ProcessingOptions,
    pub(crate) header: &'a Header,
    pub(crate) settings: &'a Settings,
    pub(crate) negotiation: Negotiation,
    pub(crate) companions: &'a Companions,
    /// The profile that the result is to have.
    pub(crate) target: Option<&'a TargetProfile>,
    /// Pages that the header is of together.
    pub(crate) stack: Option<&'a Stack>,
    pub(crate) texts: &'a Texts<'a>,
}

impl Recipe<'_> {
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

    /// The page or frame that is read first.
    pub(crate) fn page(&self) -> u32 {
        let last = self.header.frames.saturating_sub(1);
        self.options.global.page().min(last)
    }

    /// Whether the colour profile of the source is asked for.
    pub(crate) fn keeps_profile(&self) -> bool {
        let strip = self.options.global.strip_color_profile;
        !strip.unwrap_or(self.settings.strip_color_profile)
    }

    /// Whether the smallest of several results is wanted.
    pub(crate) fn wants_best(&self) -> bool {
        let requested = self.options.global.format;
        let by_default = self.settings.best_format.by_default;
        requested == Some(Format::Best) || (requested.is_none() && by_default)
    }
}

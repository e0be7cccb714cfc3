//! Pages or frames put under each other, which are one picture then.

use pixgate_codec::{Header, Orientation, Parts};
use pixgate_options::Format;
use pixgate_raster::{Channels, Orientation as TurnBy};

use crate::colour::working_channels;

/// What is put under each other, from the top down.
///
/// Each is turned upright first, as the first one asks for, and begins at the left. Pages with
/// profiles of their own become sRGB.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stack {
    pub(crate) layers: Layers,
    pub(crate) turn: TurnBy,
}

/// The kinds of what is put under each other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Layers {
    /// Pages, each with a size and channels of its own.
    Pages(Vec<Header>),
    /// Frames of an animation as they look on its canvas.
    Frames {
        header: Header,
        first: u32,
        count: u32,
    },
}

impl Stack {
    /// The header of the whole.
    pub(crate) fn header(&self) -> Header {
        let layers = self.headers();
        let sizes = layers.iter().map(|layer| self.size(layer));
        let (width, height) = sizes.fold((0, 0_u32), |(width, height), layer| {
            (layer.0.max(width), layer.1.saturating_add(height))
        });
        let first = layers.first().copied();
        let has_gaps = layers.iter().any(|layer| self.size(layer).0 < width);
        let channels = layers.iter().map(|layer| working_channels(layer));
        let joined = channels.fold(Channels::Grey, joined);
        Header {
            format: first.map_or(Format::Tiff, |first| first.format),
            width,
            height,
            frames: 1,
            orientation: Orientation::NORMAL,
            channels: if has_gaps {
                joined.with_alpha()
            } else {
                joined
            },
            has_ink_alpha: false,
            bits: layers.iter().map(|layer| layer.bits).max().unwrap_or(8),
            palette_bits: None,
            has_color_profile: match &self.layers {
                Layers::Pages(_) => false,
                Layers::Frames { header, .. } => header.has_color_profile,
            },
            subsampling: None,
            is_multi_pass: true,
            animation: None,
            part_bytes: None,
            band_bytes: None,
            parts: Parts::default(),
        }
    }

    /// Every layer's header, from the top down.
    pub(crate) fn headers(&self) -> Vec<&Header> {
        match &self.layers {
            Layers::Pages(pages) => pages.iter().collect(),
            Layers::Frames { header, count, .. } => vec![header; *count as usize],
        }
    }

    /// Width and height of a layer, upright.
    fn size(&self, layer: &Header) -> (u32, u32) {
        self.turn.size(layer.width, layer.height)
    }
}

/// What holds both: colour if one has colour, alpha if one has alpha.
const fn joined(one: Channels, other: Channels) -> Channels {
    let has_color = matches!(one, Channels::Rgb | Channels::Rgba)
        || matches!(other, Channels::Rgb | Channels::Rgba);
    match (has_color, one.has_alpha() || other.has_alpha()) {
        (true, true) => Channels::Rgba,
        (true, false) => Channels::Rgb,
        (false, true) => Channels::GreyAlpha,
        (false, false) => Channels::Grey,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_holds_both_has_the_colour_and_alpha_of_either() {
        use Channels::{Grey, GreyAlpha, Rgb, Rgba};
        for (one, other, both) in [
            (Grey, Grey, Grey),
            (Grey, GreyAlpha, GreyAlpha),
            (GreyAlpha, Rgb, Rgba),
            (Rgb, Grey, Rgb),
            (Rgba, Rgb, Rgba),
        ] {
            assert_eq!((joined(one, other), joined(other, one)), (both, both));
        }
    }
}

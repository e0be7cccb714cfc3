//! How hard to compress, by what the pixels look like.

use pixgate_raster::{Image, Samples};
use png::{Compression, Filter};

/// The way to compress an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effort {
    /// Photographs: filters do the work, repetitions are rare.
    Filtered,
    /// Drawings and text: repetitions are everywhere, filters hide them.
    Repeated,
}

impl Effort {
    /// Judges by how many pixels of these rows are the same as the one before.
    pub(super) fn of(image: &Image) -> Self {
        let count = image.layout().channels.count();
        let (same, all) = match image.samples() {
            Samples::U8(samples) => repetitions(samples, count),
            Samples::U16(samples) => repetitions(samples, count),
            Samples::F32(_) => (0, 1),
        };
        if same * 2 > all {
            Self::Repeated
        } else {
            Self::Filtered
        }
    }

    pub(super) const fn compression(self) -> Compression {
        match self {
            Self::Filtered => Compression::Fast,
            Self::Repeated => Compression::Balanced,
        }
    }

    pub(super) const fn filter(self) -> Filter {
        match self {
            Self::Filtered => Filter::Adaptive,
            Self::Repeated => Filter::NoFilter,
        }
    }
}

fn repetitions<T: PartialEq>(samples: &[T], count: usize) -> (usize, usize) {
    let pixels = samples.chunks_exact(count);
    let pairs = pixels.clone().zip(pixels.skip(1));
    let (mut same, mut all) = (0, 0);
    for (a, b) in pairs {
        same += usize::from(a == b);
        all += 1;
    }
    (same, all)
}

#[cfg(test)]
mod tests {
    use pixgate_raster::{Channels, Layout};

    use super::*;

    #[test]
    fn tells_drawings_from_photographs() {
        let layout = Layout::u8(4, 1, Channels::Rgb);
        let flat = Image::from_u8(layout, vec![7; 12]).unwrap();
        let busy = Image::from_u8(layout, (0..12).collect()).unwrap();
        assert_eq!(Effort::of(&flat), Effort::Repeated);
        assert_eq!(Effort::of(&busy), Effort::Filtered);
    }
}

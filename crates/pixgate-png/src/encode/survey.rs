//! What the pixels of an image have in common, seen row by row.

use super::colors::Colors;
use crate::{ColorType, Header};

/// What may be left out of an image without loss, as far as its rows were seen.
pub(crate) struct Survey {
    color: ColorType,
    depth: u8,
    /// Red, green and blue are the same.
    pub(crate) is_grey: bool,
    /// No pixel is seen through.
    pub(crate) is_opaque: bool,
    /// 16 bits: both bytes of each sample are the same.
    pub(crate) is_narrow: bool,
    /// 8 bits: all colours; none if there are more than 256.
    pub(crate) colors: Option<Colors>,
    /// Alpha is all or nothing, and nothing has one colour.
    pub(crate) key: Key,
    /// Indices may be written.
    pub(crate) has_palette: bool,
}

/// A colour that alone is transparent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Key {
    /// No transparent pixel was seen.
    Unseen,
    /// All transparent pixels have this colour.
    Color([u8; 3]),
    /// There is no such colour.
    Impossible,
}

impl Survey {
    pub(crate) fn new(header: &Header) -> Self {
        let is_8 = header.depth == 8;
        Self {
            color: header.color,
            depth: header.depth,
            is_grey: true,
            is_opaque: true,
            is_narrow: header.depth == 16,
            has_palette: true,
            colors: is_8.then(Colors::new),
            key: if is_8 && header.color.has_alpha() {
                Key::Unseen
            } else {
                Key::Impossible
            },
        }
    }

    /// Whether nothing can be left out, whatever comes.
    pub(crate) fn is_hopeless(&self) -> bool {
        let has_color = matches!(self.color, ColorType::Rgb | ColorType::Rgba);
        let may_lose_color = has_color && self.is_grey;
        let may_lose_alpha = self.color.has_alpha() && self.is_opaque;
        let may_be_keyed = self.key != Key::Impossible;
        let may_be_less = may_lose_color || may_lose_alpha || may_be_keyed;
        !may_be_less && !self.is_narrow && self.colors.is_none()
    }

    /// Grey stays grey and colour stays colour, for the sake of a profile.
    pub(crate) fn keep_kind(&mut self) {
        if matches!(self.color, ColorType::Grey | ColorType::GreyAlpha) {
            self.has_palette = false;
        } else {
            self.is_grey = false;
        }
    }

    /// Looks at rows.
    pub(crate) fn add(&mut self, rows: &[u8]) {
        match (self.depth, self.color) {
            (8, ColorType::Grey) => self.add_8(rows.as_chunks::<1>().0, |[v]| [v, v, v, 255]),
            (8, ColorType::GreyAlpha) => self.add_8(rows.as_chunks::<2>().0, |[v, a]| [v, v, v, a]),
            (8, ColorType::Rgb) => self.add_8(rows.as_chunks::<3>().0, |[r, g, b]| [r, g, b, 255]),
            (8, ColorType::Rgba) => self.add_8(rows.as_chunks::<4>().0, |color| color),
            (16, _) => self.add_16(rows),
            _ => {}
        }
    }

    fn add_8<const N: usize>(&mut self, pixels: &[[u8; N]], of: impl Fn([u8; N]) -> [u8; 4]) {
        // In parts, so that what is settled is not asked again for each pixel.
        for part in pixels.chunks(PART) {
            if self.is_hopeless() {
                return;
            }
            if self.is_grey && N > 2 {
                self.is_grey = part.iter().all(|pixel| {
                    let [r, g, b, _] = of(*pixel);
                    r == g && g == b
                });
            }
            if self.colors.is_some() {
                self.add_colors(part, &of);
            }
            if self.is_opaque && N.is_multiple_of(2) {
                self.is_opaque = part.iter().all(|pixel| of(*pixel)[3] == 255);
            }
            if self.key != Key::Impossible && !self.is_opaque {
                let mut clear = part.iter().map(|pixel| of(*pixel)).filter(|c| c[3] != 255);
                self.key = clear.try_fold(self.key, with).unwrap_or(Key::Impossible);
            }
        }
    }

    fn add_colors<const N: usize>(&mut self, part: &[[u8; N]], of: &impl Fn([u8; N]) -> [u8; 4]) {
        let Some(colors) = &mut self.colors else {
            return;
        };
        if !part.iter().all(|pixel| colors.number(of(*pixel)).is_some()) {
            self.colors = None;
        }
    }

    fn add_16(&mut self, rows: &[u8]) {
        let samples = self.color.samples();
        for pixel in rows.chunks_exact(2 * samples) {
            if self.is_hopeless() {
                return;
            }
            let (wide, _) = pixel.as_chunks::<2>();
            self.is_narrow &= wide.iter().all(|[high, low]| high == low);
            if samples > 2 {
                self.is_grey &= wide[0] == wide[1] && wide[1] == wide[2];
            }
            if samples.is_multiple_of(2) {
                self.is_opaque &= wide[samples - 1] == [255, 255];
            }
        }
    }
}

/// The key with a pixel that is not opaque; none if there cannot be one any more.
fn with(key: Key, [r, g, b, a]: [u8; 4]) -> Option<Key> {
    let color = Key::Color([r, g, b]);
    (a == 0 && (key == Key::Unseen || key == color)).then_some(color)
}

/// Pixels that are looked at in one way after the other.
const PART: usize = 256;

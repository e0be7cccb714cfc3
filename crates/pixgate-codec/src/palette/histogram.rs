//! The colours of a picture, similar ones together, weighed by how much they are seen.

use std::collections::HashMap;

use super::Rgba;
use super::contrast::Contrast;
use super::point::{Point, point};

/// A group of similar colours.
#[derive(Clone, Copy)]
pub(super) struct Entry {
    /// The mean of the group.
    pub(super) mean: Point,
    pub(super) weight: f32,
}

/// All groups, in the order in which they are met first.
pub(super) struct Histogram {
    pub(super) entries: Vec<Entry>,
    pub(super) has_transparent: bool,
}

impl Histogram {
    /// - `discount`: how fast differences to the neighbours make a pixel's own colour matter less.
    pub(super) fn new(pixels: &Rgba<'_>, contrast: &Contrast, discount: f32) -> Self {
        let seen = Seen {
            pixels,
            contrast,
            discount,
        };
        Self::grouped(seen, [0; 4], MAX_EXACT)
            .or_else(|| Self::grouped(seen, GROUPS, usize::MAX))
            .unwrap_or(Self {
                entries: Vec::new(),
                has_transparent: true,
            })
    }

    /// - `shifts`: low bits of each channel that do not count.
    ///
    /// None for more than `most` groups.
    fn grouped(seen: Seen<'_, '_>, shifts: [u8; 4], most: usize) -> Option<Self> {
        let mut groups = Groups::default();
        let mut has_transparent = false;
        for (color, contrast) in seen.pixels.iter().zip(seen.contrast.iter()) {
            if color[3] == 0 {
                has_transparent = true;
            } else {
                let key = std::array::from_fn(|i| color[i] >> shifts[i]);
                groups.add(key, color, seen.weight(contrast));
                if groups.entries.len() > most {
                    return None;
                }
            }
        }
        Some(Self {
            entries: groups.finish(),
            has_transparent,
        })
    }
}

/// A picture and how its pixels count.
#[derive(Clone, Copy)]
struct Seen<'a, 'b> {
    pixels: &'a Rgba<'b>,
    contrast: &'a Contrast,
    discount: f32,
}

impl Seen<'_, '_> {
    /// Errors are seen in smooth places first.
    fn weight(self, contrast: u8) -> f32 {
        1.0 / (1.0 + f32::from(contrast) * self.discount)
    }
}

#[derive(Default)]
struct Groups {
    places: HashMap<[u8; 4], usize>,
    entries: Vec<Entry>,
    last: Option<([u8; 4], usize)>,
}

impl Groups {
    fn add(&mut self, key: [u8; 4], color: [u8; 4], weight: f32) {
        let place = match self.last {
            Some((last, place)) if last == key => place,
            _ => *self.places.entry(key).or_insert(self.entries.len()),
        };
        self.last = Some((key, place));
        let point = point(color).map(|channel| channel * weight);
        match self.entries.get_mut(place) {
            Some(entry) => {
                entry.weight += weight;
                for (sum, channel) in entry.mean.iter_mut().zip(point) {
                    *sum += channel;
                }
            }
            None => self.entries.push(Entry {
                mean: point,
                weight,
            }),
        }
    }

    /// Sums become means.
    fn finish(mut self) -> Vec<Entry> {
        for entry in &mut self.entries {
            entry.mean = entry.mean.map(|sum| sum / entry.weight);
        }
        self.entries
    }
}

/// Most colours that are kept apart.
const MAX_EXACT: usize = 1 << 15;
/// Low bits that do not count in pictures with more colours.
const GROUPS: [u8; 4] = [2, 1, 3, 3];

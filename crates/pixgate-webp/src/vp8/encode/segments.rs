//! Parts of the picture that are quantised differently (RFC 6386, section 9.3).

use super::settings::{Preset, Settings};
use super::tune::tune;
use crate::vp8::kernels::Quantizer;
use crate::vp8::tables::{AC_STEPS, DC_STEPS};

/// What macroblocks of one segment have in common.
#[derive(Clone, Debug)]
pub(super) struct Segment {
    /// Index of the quantiser's steps, 0 to 127.
    pub(super) index: u8,
    /// Strength of the loop filter, 0 to 63.
    pub(super) filter: u8,
    pub(super) luma: Quantizer,
    /// Steps of luma: DC and AC.
    pub(super) luma_steps: [i32; 2],
    /// Of the second order: DC and AC.
    pub(super) second_steps: [i32; 2],
    pub(super) chroma: Quantizer,
    pub(super) chroma_steps: [i32; 2],
    /// What a bit is worth in squared differences, in 256ths.
    pub(super) lambda: i64,
}

/// Quantiser indices beside that of luma's AC.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Offsets {
    pub(super) chroma_dc: i8,
    pub(super) chroma_ac: i8,
}

impl Segment {
    pub(super) fn new(index: u8, offsets: Offsets, settings: &Settings) -> Self {
        let at = |offset: i8, most: usize| {
            let index = i32::from(index) + i32::from(offset);
            usize::try_from(index).unwrap_or_default().min(most)
        };
        let dc = |offset, most| u16::from(DC_STEPS[at(offset, most)]);
        let ac = |offset| AC_STEPS[at(offset, 127)];
        let luma = [dc(0, 127), ac(0)];
        let second = [
            i32::from(luma[0]) * 2,
            (i32::from(luma[1]) * 155 / 100).max(8),
        ];
        let chroma = [dc(offsets.chroma_dc, 117), ac(offsets.chroma_ac)];
        let step = i64::from(luma[1]);
        let lambda = (tune("lambda", 8.0)) as i64;
        let (bdc, bac) = (tune("bdc", 110.0) as u16, tune("bac", 115.0) as u16);
        Self {
            index,
            filter: filter_level(luma[1], settings.preset),
            luma: Quantizer::new((luma[0], bdc), (luma[1], bac)),
            luma_steps: luma.map(i32::from),
            second_steps: second,
            chroma: Quantizer::new((chroma[0], bdc), (chroma[1], bac)),
            chroma_steps: chroma.map(i32::from),
            lambda: (lambda * step * step).max(1),
        }
    }
}

/// Strength of the loop filter that steps of this size ask for.
fn filter_level(step: u16, preset: Preset) -> u8 {
    let share = match preset {
        Preset::Default => tune("filter", 75.0) as u32,
        Preset::Photo => 40,
        Preset::Picture => 45,
        Preset::Drawing => 13,
        Preset::Icon | Preset::Text => 0,
    };
    let level = (u32::from(step) * share) >> 8;
    match u8::try_from(level).unwrap_or(63).min(63) {
        0 | 1 => 0,
        level => level,
    }
}

/// The size of steps that a quality stands for, as a real number: the scale of libwebp.
pub(super) fn step_of_quality(quality: u8) -> f64 {
    let quality = f64::from(quality.min(100)) / 100.0;
    let linear = if quality < 0.75 {
        quality * 2.0 / 3.0
    } else {
        2.0 * quality - 1.0
    };
    let index = 127.0 * (1.0 - linear.cbrt());
    step_at(index)
}

/// Steps between indices.
fn step_at(index: f64) -> f64 {
    let index = index.clamp(0.0, 127.0);
    let below = AC_STEPS[(index as usize).min(126)];
    let above = AC_STEPS[(index as usize + 1).min(127)];
    f64::from(below) + (f64::from(above) - f64::from(below)) * (index - index.floor())
}

/// The index of the steps next to this size.
pub(super) fn index_of(step: f64) -> u8 {
    let distance = |at: &usize| ((f64::from(AC_STEPS[*at]) / step).ln().abs() * 1e6) as u64;
    (0..128).min_by_key(distance).unwrap_or_default() as u8
}

/// Up to four segments, and the one of each macroblock.
#[derive(Debug)]
pub(super) struct Segments {
    pub(super) all: Vec<Segment>,
    /// By macroblock; empty if there is one segment only.
    pub(super) map: Vec<u8>,
    pub(super) offsets: Offsets,
}

impl Segments {
    /// The same for all macroblocks.
    pub(super) fn single(settings: &Settings) -> Self {
        let offsets = offsets();
        let index = index_of(step_of_quality(settings.quality) * tune("scale", 1.0));
        Self {
            all: vec![Segment::new(index, offsets, settings)],
            map: Vec::new(),
            offsets,
        }
    }

    /// Finer steps for what is smooth, coarser ones for what is busy.
    ///
    /// - `map`: how busy each macroblock is; becomes which segment it is in.
    pub(super) fn new(settings: &Settings, mut map: Vec<u8>) -> Self {
        let strength = tune("aq", 0.5);
        let centers = centers(&map);
        let count = map.len().max(1) as f64;
        let mean = map.iter().map(|a| f64::from(*a)).sum::<f64>() / count;
        let step = step_of_quality(settings.quality) * tune("scale", 1.0);
        let indices: Vec<u8> = centers
            .iter()
            .map(|center| {
                let octaves = (f64::from(*center) - mean) / 16.0;
                index_of(step * (strength * octaves).clamp(-1.0, 1.0).exp2())
            })
            .collect();
        let mut distinct = indices.clone();
        distinct.dedup();
        if distinct.len() < 2 {
            return Self::single(settings);
        }
        for value in &mut map {
            let nearest = (0..centers.len()).min_by_key(|i| centers[*i].abs_diff(*value));
            let index = indices[nearest.unwrap_or_default()];
            let segment = distinct.iter().position(|other| *other == index);
            *value = segment.unwrap_or_default() as u8;
        }
        let offsets = offsets();
        let segment = |index: &u8| Segment::new(*index, offsets, settings);
        Self {
            all: distinct.iter().map(segment).collect(),
            map,
            offsets,
        }
    }

    /// Of a macroblock.
    pub(super) fn of(&self, place: usize) -> u8 {
        self.map.get(place).copied().unwrap_or_default()
    }
}

fn offsets() -> Offsets {
    Offsets {
        chroma_dc: tune("udc", 0.0) as i8,
        chroma_ac: tune("uac", 0.0) as i8,
    }
}

/// Four numbers around which these gather, in order (Lloyd's algorithm).
fn centers(values: &[u8]) -> [u8; 4] {
    let mut counts = [0_u64; 256];
    for value in values {
        counts[usize::from(*value)] += 1;
    }
    let least = counts
        .iter()
        .position(|count| *count > 0)
        .unwrap_or_default();
    let most = counts
        .iter()
        .rposition(|count| *count > 0)
        .unwrap_or_default();
    let mut centers: [usize; 4] = std::array::from_fn(|i| least + (most - least) * (2 * i + 1) / 8);
    for _ in 0..6 {
        let mut sums = [(0_u64, 0_u64); 4];
        for value in least..=most {
            let nearest = (0..4)
                .min_by_key(|i| centers[*i].abs_diff(value))
                .unwrap_or_default();
            sums[nearest].0 += counts[value] * value as u64;
            sums[nearest].1 += counts[value];
        }
        for (center, (sum, count)) in centers.iter_mut().zip(sums) {
            *center = (sum.checked_div(count)).map_or(*center, |mean| mean as usize);
        }
    }
    centers.map(|center| center.min(255) as u8)
}

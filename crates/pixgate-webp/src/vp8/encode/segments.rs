//! Parts of the picture that are quantised differently (RFC 6386, section 9.3).

use super::settings::{Preset, Settings};
use super::trellis::Steps;
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
    pub(super) luma_steps: Steps,
    /// Of the second order: DC and AC.
    pub(super) second_steps: Steps,
    pub(super) chroma: Quantizer,
    pub(super) chroma_steps: Steps,
    /// What a 256th of a bit is worth in 65,536ths of squared differences.
    pub(super) lambda: i64,
    /// The same where levels are chosen, in squared differences of coefficients.
    pub(super) lambda_of_levels: i64,
    /// The same of the second order.
    pub(super) lambda_of_second: i64,
    /// What a bit is worth in differences after a Hadamard transform, in 16ths.
    pub(super) guess: u32,
}

impl Segment {
    fn new(index: u8, settings: &Settings) -> Self {
        let at = |offset: i8, most: usize| {
            let index = i32::from(index) + i32::from(offset);
            usize::try_from(index).unwrap_or_default().min(most)
        };
        let dc = |offset, most| u16::from(DC_STEPS[at(offset, most)]);
        let ac = |offset| AC_STEPS[at(offset, 127)];
        let luma = [dc(0, 127), ac(0)];
        let second = [luma[0] * 2, (luma[1] * 155 / 100).max(8)];
        let chroma = [dc(CHROMA_DC, 117), ac(CHROMA_AC)];
        let square = i64::from(luma[1]).pow(2);
        Self {
            index,
            filter: filter_level(luma[1], settings.preset),
            luma: Quantizer::new((luma[0], ROUNDING), (luma[1], ROUNDING)),
            luma_steps: Steps::new(luma),
            second_steps: Steps::new(second),
            chroma: Quantizer::new((chroma[0], ROUNDING), (chroma[1], ROUNDING)),
            chroma_steps: Steps::new(chroma),
            lambda: square * 9 / 2,
            lambda_of_levels: square * 7,
            lambda_of_second: square * 16,
            guess: u32::from(luma[1]) * 16,
        }
    }
}

/// How much of a step rounds up where modes are compared, in 256ths.
const ROUNDING: u16 = 112;
/// Quantiser indices of chroma, counted from that of luma.
pub(super) const CHROMA_DC: i8 = -3;
pub(super) const CHROMA_AC: i8 = -2;

/// What distances of levels weigh by their place, in 65,536ths: fine structure may be lost a little sooner.
pub(super) const WEIGHTS: [i64; 16] = {
    let mut weights = [0; 16];
    let mut place = 0;
    while place < 16 {
        weights[place] = 65_536 - 2867 * place as i64;
        place += 1;
    }
    weights
};
/// The same for the second order.
pub(super) const EVEN_WEIGHTS: [i64; 16] = [65_536; 16];

/// Strength of the loop filter that steps of this size ask for.
fn filter_level(step: u16, preset: Preset) -> u8 {
    let share = match preset {
        Preset::Default => 45,
        Preset::Picture => 26,
        Preset::Photo => 22,
        Preset::Drawing => 8,
        Preset::Icon | Preset::Text => 0,
    };
    let level = (u32::from(step) * share) >> 8;
    match u8::try_from(level).unwrap_or(63).min(63) {
        0 | 1 => 0,
        level => level,
    }
}

/// Sharpness of the loop filter, 0 to 7.
pub(super) const fn sharpness(preset: Preset) -> u8 {
    match preset {
        Preset::Default => 2,
        Preset::Picture => 4,
        Preset::Photo => 3,
        Preset::Drawing => 6,
        Preset::Icon | Preset::Text => 0,
    }
}

/// How much coarser steps are in what is busier: octaves of steps for an octave of busyness.
const fn spread(preset: Preset) -> f64 {
    match preset {
        Preset::Default => 0.27,
        Preset::Picture | Preset::Photo => 0.36,
        Preset::Drawing => 0.14,
        Preset::Icon | Preset::Text => 0.0,
    }
}

/// The size of steps that a quality stands for: that of libwebp, less what choosing levels by their cost takes
/// from quality.
fn step_of_quality(settings: &Settings) -> f64 {
    let quality = f64::from(settings.quality.min(100)) / 100.0;
    let linear = if quality < 0.75 {
        quality * 2.0 / 3.0
    } else {
        2.0 * quality - 1.0
    };
    let share = match settings.effort {
        // Levels are not chosen by their cost.
        0 => 0.97,
        _ => 0.885 - (quality - 0.75).max(0.0) * 0.35,
    };
    step_at(127.0 * (1.0 - linear.cbrt())) * share
}

/// Steps between indices.
fn step_at(index: f64) -> f64 {
    let mut step = f64::from(AC_STEPS[0]);
    for (pair, below) in AC_STEPS.windows(2).zip(0_u8..) {
        let share = (index - f64::from(below)).clamp(0.0, 1.0);
        step += share * (f64::from(pair[1]) - f64::from(pair[0]));
    }
    step
}

/// The index of the steps next to this size.
fn index_of(step: f64) -> u8 {
    let distance = |index: u8| (f64::from(AC_STEPS[usize::from(index)]) / step).ln().abs();
    let best = (0_u8..128).min_by(|a, b| distance(*a).total_cmp(&distance(*b)));
    best.unwrap_or_default()
}

/// Up to four segments, and the one of each macroblock.
#[derive(Debug)]
pub(super) struct Segments {
    pub(super) all: Vec<Segment>,
    /// By macroblock; empty if there is one segment only.
    pub(super) map: Vec<u8>,
    /// Of the loop filter.
    pub(super) sharpness: u8,
}

impl Segments {
    /// The same for all macroblocks.
    pub(super) fn single(settings: &Settings) -> Self {
        let index = index_of(step_of_quality(settings));
        Self {
            all: vec![Segment::new(index, settings)],
            map: Vec::new(),
            sharpness: sharpness(settings.preset),
        }
    }

    /// Finer steps for what is smooth, coarser ones for what is busy.
    ///
    /// - `map`: how busy each macroblock is; becomes which segment it is in.
    pub(super) fn new(settings: &Settings, mut map: Vec<u8>) -> Self {
        let (centers, mean) = centers(&map);
        let step = step_of_quality(settings);
        let mut indices = centers.map(|center| {
            let octaves = (f64::from(center) - mean) / 16.0;
            let octaves = (spread(settings.preset) * octaves).clamp(-1.0, 1.0);
            index_of(step * octaves.exp2())
        });
        indices.sort_unstable();
        let mut distinct = indices.to_vec();
        distinct.dedup();
        if distinct.len() < 2 {
            return Self::single(settings);
        }
        for busyness in &mut map {
            let nearest = (0..4).min_by_key(|i| centers[*i].abs_diff(*busyness));
            let index = indices[nearest.unwrap_or_default()];
            let segment = (0..).zip(&distinct).find(|(_, other)| **other == index);
            *busyness = segment.map_or(0, |(segment, _)| segment);
        }
        let all = distinct.iter().map(|index| Segment::new(*index, settings));
        Self {
            all: all.collect(),
            map,
            sharpness: sharpness(settings.preset),
        }
    }

    /// Of a macroblock.
    pub(super) fn of(&self, place: usize) -> u8 {
        self.map.get(place).copied().unwrap_or_default()
    }
}

/// Four numbers around which these gather, in order (Lloyd's algorithm), and the mean of all.
fn centers(values: &[u8]) -> ([u8; 4], f64) {
    let mut counts = [0_u32; 256];
    for value in values {
        counts[usize::from(*value)] += 1;
    }
    let present = || (0_u8..=255).filter(|value| counts[usize::from(*value)] > 0);
    let least = u32::from(present().next().unwrap_or_default());
    let most = u32::from(present().next_back().unwrap_or_default());
    let sum_of = |values: &mut dyn Iterator<Item = u8>| {
        values.fold((0_u64, 0_u64), |(sum, count), value| {
            let of = u64::from(counts[usize::from(value)]);
            (sum + of * u64::from(value), count + of)
        })
    };
    let mut centers = [1, 3, 5, 7].map(|i| byte(u64::from(least + (most - least) * i / 8)));
    for _ in 0..6 {
        let old = centers;
        let nearest = |value: u8| (0..4).min_by_key(|i| old[*i].abs_diff(value));
        for (number, center) in centers.iter_mut().enumerate() {
            let mut near = present().filter(|value| nearest(*value) == Some(number));
            let (sum, count) = sum_of(&mut near);
            *center = sum.checked_div(count).map_or(*center, byte);
        }
    }
    let (sum, count) = sum_of(&mut present());
    (centers, sum as f64 / count.max(1) as f64)
}

fn byte(value: u64) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

//! Film grain of whole frames, sample by sample as section 7.18.3 lists it.

use super::plain::{Map, Plane, round2};
use super::*;
use crate::tables::grain::GAUSSIAN;

struct Register(u32);

impl Register {
    fn bits(&mut self, bits: u32) -> usize {
        let r = self.0;
        let bit = (r ^ (r >> 1) ^ (r >> 3) ^ (r >> 12)) & 1;
        self.0 = (r >> 1) | (bit << 15);
        ((self.0 >> (16 - bits)) & ((1 << bits) - 1)) as usize
    }
}

type Grain = Vec<Vec<i64>>;

/// `generate_grain`.
fn generate(frame: &PostFrame, grain: &FilmGrain) -> Vec<Grain> {
    let shift = 12 - frame.bit_depth + u32::from(grain.grain_shift);
    let center = 128 << (frame.bit_depth - 8);
    let clip = |value: i64| value.clamp(-center, center - 1);
    let mut all: Vec<Grain> = Vec::new();
    let lag = isize::from(i16::from(grain.lag));
    for plane in 0..frame.planes() {
        let (sx, sy) = frame.shifts(plane);
        let (w, h) = (if sx > 0 { 44 } else { 82 }, if sy > 0 { 38 } else { 73 });
        let seed = grain.seed ^ [0, 0xb524, 0x49d8][plane];
        let mut register = Register(seed.into());
        let is_used = !grain.points[plane].is_empty() || (plane > 0 && grain.chroma_from_luma);
        let mut to = vec![vec![0; w]; h];
        if is_used {
            for row in &mut to {
                for value in row {
                    *value = round2(GAUSSIAN[register.bits(11)].into(), shift);
                }
            }
        }
        for y in 3..h {
            for x in 3..w - 3 {
                let (mut sum, mut pos) = (0, 0);
                'taps: for dy in -lag..=0 {
                    for dx in -lag..=lag {
                        if (dy, dx) == (0, 0) {
                            if plane > 0 && !grain.points[0].is_empty() {
                                let (lx, ly) = (((x - 3) << sx) + 3, ((y - 3) << sy) + 3);
                                let mut luma = 0;
                                for i in 0..=sy {
                                    for j in 0..=sx {
                                        luma += all[0][ly + i][lx + j];
                                    }
                                }
                                let coefficient = grain.chroma_coefficients[plane - 1][24];
                                sum += round2(luma, (sx + sy) as u32) * i64::from(coefficient);
                            }
                            break 'taps;
                        }
                        let coefficient = if plane == 0 {
                            grain.luma_coefficients[pos]
                        } else {
                            grain.chroma_coefficients[plane - 1][pos]
                        };
                        let (y, x) = ((y as isize + dy) as usize, (x as isize + dx) as usize);
                        sum += i64::from(coefficient) * to[y][x];
                        pos += 1;
                    }
                }
                if is_used {
                    to[y][x] = clip(to[y][x] + round2(sum, grain.coefficient_shift.into()));
                }
            }
        }
        all.push(to);
    }
    all
}

/// `scaling_lookup_init` and `scale_lut`.
fn scale(frame: &PostFrame, points: &[[u8; 2]], index: i64) -> i64 {
    let value = |x: i64| {
        let points: Vec<_> = points.iter().map(|p| p.map(i64::from)).collect();
        let Some(last) = points.last() else { return 0 };
        if x < points[0][0] {
            return points[0][1];
        }
        for pair in points.windows(2) {
            if x < pair[1][0] {
                let (dx, dy) = (pair[1][0] - pair[0][0], pair[1][1] - pair[0][1]);
                let delta = dy * ((65536 + (dx >> 1)) / dx);
                return pair[0][1] + (((x - pair[0][0]) * delta + 32768) >> 16);
            }
        }
        last[1]
    };
    let shift = frame.bit_depth - 8;
    let x = index >> shift;
    let rest = index - (x << shift);
    if shift == 0 || x == 255 {
        return value(x);
    }
    value(x) + round2((value(x + 1) - value(x)) * rest, shift)
}

/// Noise of a plane.
fn noise(frame: &PostFrame, grain: &FilmGrain, template: &Grain, plane: usize) -> Grain {
    let (sx, sy) = frame.shifts(plane);
    let (_, width, height) = frame.size(plane);
    let center = 128 << (frame.bit_depth - 8);
    let mix = |old: i64, new: i64, is_half: bool, index: usize| {
        let (a, b) = match (is_half, index) {
            (true, _) => (23, 22),
            (_, 0) => (27, 17),
            _ => (17, 27),
        };
        round2(old * a + new * b, 5).clamp(-center, center - 1)
    };
    let mut stripes: Vec<Grain> = Vec::new();
    for number in 0..frame.height.div_ceil(2).div_ceil(16) {
        let mut register = Register(u32::from(grain.seed));
        register.0 ^= (((number * 37 + 178) & 255) << 8) as u32;
        register.0 ^= ((number * 173 + 105) & 255) as u32;
        let mut stripe = vec![vec![0; width + 64]; 34 >> sy];
        for x in (0..frame.upscaled_width.div_ceil(2)).step_by(16) {
            let random = register.bits(8);
            let (ox, oy) = (random >> 4, random & 15);
            let ox = if sx > 0 { 6 + ox } else { 9 + ox * 2 };
            let oy = if sy > 0 { 6 + oy } else { 9 + oy * 2 };
            for i in 0..34 >> sy {
                for j in 0..34 >> sx {
                    let to = &mut stripe[i][((x * 2) >> sx) + j];
                    let g = template[oy + i][ox + j];
                    *to = if j < 2 >> sx && grain.overlaps && x > 0 {
                        mix(*to, g, sx > 0, j)
                    } else {
                        g
                    };
                }
            }
        }
        stripes.push(stripe);
    }
    let mut image = vec![vec![0; width]; height];
    for y in 0..height {
        let number = y >> (5 - sy);
        let i = y - (number << (5 - sy));
        for x in 0..width {
            let mut g = stripes[number][i][x];
            if i < 2 >> sy && number > 0 && grain.overlaps {
                g = mix(stripes[number - 1][i + (32 >> sy)][x], g, sy > 0, i);
            }
            image[y][x] = g;
        }
    }
    image
}

fn add(frame: &PostFrame, grain: &FilmGrain, planes: &[Plane]) -> Vec<Vec<i32>> {
    let templates = generate(frame, grain);
    let depth = frame.bit_depth - 8;
    let mut out = Vec::new();
    for (plane, from) in planes.iter().enumerate() {
        let (sx, sy) = frame.shifts(plane);
        let (_, width, height) = frame.size(plane);
        let image = noise(frame, grain, &templates[plane], plane);
        let (least, most) = match (grain.is_clipped, plane > 0 && !grain.is_identity) {
            (false, _) => (0, (256 << depth) - 1),
            (_, false) => (16 << depth, 235 << depth),
            _ => (16 << depth, 240 << depth),
        };
        let mut samples = Vec::new();
        for y in 0..height {
            for x in 0..width {
                let original = i64::from(from.at(x, y));
                let is_used =
                    !grain.points[plane].is_empty() || (plane > 0 && grain.chroma_from_luma);
                let mut index = original;
                let mut points = &grain.points[plane];
                if plane > 0 {
                    let luma = |x: usize| i64::from(planes[0].at(x, y << sy));
                    let next = ((x << sx) + 1).min(frame.upscaled_width - 1);
                    let mut average = luma(x << sx);
                    if sx > 0 {
                        average = round2(average + luma(next), 1);
                    }
                    if grain.chroma_from_luma {
                        points = &grain.points[0];
                        index = average;
                    } else {
                        let mix = grain.chroma_mix[plane - 1];
                        let combined = average * (i64::from(mix.luma) - 128)
                            + original * (i64::from(mix.chroma) - 128);
                        index = (combined >> 6) + ((i64::from(mix.offset) - 256) << depth);
                        index = index.clamp(0, (1 << frame.bit_depth) - 1);
                    }
                }
                let mut value = original;
                if is_used {
                    let scaled = scale(frame, points, index) * image[y][x];
                    value = (value + round2(scaled, grain.scaling_shift.into())).clamp(least, most);
                }
                samples.push(value as i32);
            }
        }
        out.push(samples);
    }
    out
}

fn parameters(numbers: &mut Numbers, frame: &PostFrame) -> FilmGrain {
    let mut points = |most: i32| {
        let count = numbers.next(0..most);
        let mut value = 0;
        (0..count)
            .map(|_| {
                value += numbers.next(1..256 / most);
                [value as u8, numbers.next(0..256) as u8]
            })
            .collect::<Vec<_>>()
    };
    let points = [points(15), points(11), points(11)];
    let chroma_from_luma = !frame.is_monochrome && numbers.next(0..3) == 0;
    let none = frame.is_monochrome || chroma_from_luma;
    let [luma, cb, cr] = points;
    let points = if none {
        [luma, Vec::new(), Vec::new()]
    } else {
        [luma, cb, cr]
    };
    let mut coefficient = || numbers.next(-30..31) as i8;
    FilmGrain {
        points,
        chroma_from_luma,
        luma_coefficients: std::array::from_fn(|_| coefficient()),
        chroma_coefficients: [
            std::array::from_fn(|_| coefficient()),
            std::array::from_fn(|_| coefficient()),
        ],
        seed: numbers.next(0..65536) as u16,
        scaling_shift: numbers.next(8..12) as u8,
        lag: numbers.next(0..4) as u8,
        coefficient_shift: numbers.next(6..10) as u8,
        grain_shift: numbers.next(0..4) as u8,
        chroma_mix: std::array::from_fn(|_| ChromaMix {
            chroma: numbers.next(0..256) as u8,
            luma: numbers.next(0..256) as u8,
            offset: numbers.next(0..512) as u16,
        }),
        overlaps: numbers.next(0..2) == 0,
        is_clipped: numbers.next(0..2) == 0,
        is_identity: numbers.next(0..2) == 0,
    }
}

#[test]
fn grain_is_that_of_the_specification() {
    let mut numbers = Numbers::new(81);
    for round in 0..40 {
        let (width, height) = (numbers.next(1..150) as usize, numbers.next(1..150) as usize);
        let whole = frame(&mut numbers, width, height, [8, 10, 12][round % 3]);
        let grain = parameters(&mut numbers, &whole);
        let frame = PostFrame {
            deblocking: None,
            cdef: None,
            restoration: [None; 3],
            upscaled_width: width,
            grain: Some(grain.clone()),
            ..whole
        };
        let planes: Vec<Plane> = (0..frame.planes())
            .map(|plane| {
                let (x, y) = frame.shifts(plane);
                let size = (frame.padded_width() >> x, height.next_multiple_of(128) >> y);
                samples(&mut numbers, size.0, size.1, frame.bit_depth)
            })
            .collect();
        let map: Map = map(&mut numbers, &frame);
        let units = units(&mut numbers, &frame);
        let expected = add(&frame, &grain, &planes);
        assert!(
            stream::<u16>(&frame, &map, &units, &planes) == expected,
            "{frame:?}"
        );
        if frame.bit_depth == 8 {
            assert!(
                stream::<u8>(&frame, &map, &units, &planes) == expected,
                "{frame:?}"
            );
        }
    }
}

#[test]
fn memory_is_known_before() {
    let mut numbers = Numbers::new(82);
    let frame = frame(&mut numbers, 8000, 6000, 8);
    // A small part of the 72 million samples.
    assert!(PostFilter::<u8>::memory(&frame) < 8_000_000);
}

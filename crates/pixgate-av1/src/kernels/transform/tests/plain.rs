//! The inverse transforms step by step as section 7.13 lists them, in numbers that cannot overflow.

use super::super::size::Line;
use super::super::{TransformKind, TransformSize};

/// Reverses the lowest `bits` bits.
fn brev(bits: u32, value: usize) -> usize {
    (0..bits).fold(0, |to, bit| to | ((value >> bit & 1) << (bits - 1 - bit)))
}

fn round2(value: i64, bits: u32) -> i64 {
    if bits == 0 {
        value
    } else {
        (value + (1 << (bits - 1))) >> bits
    }
}

/// `cos128`: the cosine of 256ths of a turn in 1/4096.
fn cos128(angle: i64) -> i64 {
    let turn = f64::from(angle as i32) * std::f64::consts::PI / 128.0;
    (turn.cos() * 4096.0).round() as i64
}

fn sin128(angle: i64) -> i64 {
    cos128(angle - 64)
}

struct Lines {
    t: Vec<i64>,
    /// Bits of numbers with the sign.
    r: u32,
}

impl Lines {
    fn b(&mut self, a: usize, b: usize, angle: i64, swap: bool) {
        let (x, y) = (self.t[a], self.t[b]);
        self.t[a] = round2(x * cos128(angle) - y * sin128(angle), 12);
        self.t[b] = round2(x * sin128(angle) + y * cos128(angle), 12);
        if swap {
            self.t.swap(a, b);
        }
    }

    fn h(&mut self, a: usize, b: usize, swap: bool) {
        let (a, b) = if swap { (b, a) } else { (a, b) };
        let (x, y) = (self.t[a], self.t[b]);
        let limit = 1 << (self.r - 1);
        self.t[a] = (x + y).clamp(-limit, limit - 1);
        self.t[b] = (x - y).clamp(-limit, limit - 1);
    }

    /// Section 7.13.2.3.
    fn dct(&mut self, n: u32) {
        let from = self.t.clone();
        for i in 0..1 << n {
            self.t[i] = from[brev(n, i)];
        }
        if n == 6 {
            (0..16).for_each(|i| self.b(32 + i, 63 - i, 63 - 4 * brev(4, i) as i64, false));
        }
        if n >= 5 {
            (0..8).for_each(|i| self.b(16 + i, 31 - i, 6 + ((brev(3, 7 - i) as i64) << 3), false));
        }
        if n == 6 {
            (0..16).for_each(|i| self.h(32 + i * 2, 33 + i * 2, i & 1 == 1));
        }
        if n >= 4 {
            (0..4).for_each(|i| self.b(8 + i, 15 - i, 12 + ((brev(2, 3 - i) as i64) << 4), false));
        }
        if n >= 5 {
            (0..8).for_each(|i| self.h(16 + 2 * i, 17 + 2 * i, i & 1 == 1));
        }
        if n == 6 {
            for (i, j) in (0..4).flat_map(|i| (0..2).map(move |j| (i, j))) {
                let angle = 60 - 16 * brev(2, i) as i64 + 64 * j as i64;
                self.b(62 - i * 4 - j, 33 + i * 4 + j, angle, true);
            }
        }
        if n >= 3 {
            (0..2).for_each(|i| self.b(4 + i, 7 - i, 56 - 32 * i as i64, false));
        }
        if n >= 4 {
            (0..4).for_each(|i| self.h(8 + 2 * i, 9 + 2 * i, i & 1 == 1));
        }
        if n >= 5 {
            for (i, j) in (0..2).flat_map(|i| (0..2).map(move |j| (i, j))) {
                let angle = 24 + ((j as i64) << 6) + ((1 - i as i64) << 5);
                self.b(30 - 4 * i - j, 17 + 4 * i + j, angle, true);
            }
        }
        if n == 6 {
            for (i, j) in (0..8).flat_map(|i| (0..2).map(move |j| (i, j))) {
                self.h(32 + i * 4 + j, 35 + i * 4 - j, i & 1 == 1);
            }
        }
        (0..2).for_each(|i| self.b(2 * i, 2 * i + 1, 32 + 16 * i as i64, i == 0));
        self.second_half(n);
    }

    fn second_half(&mut self, n: u32) {
        if n >= 3 {
            (0..2).for_each(|i| self.h(4 + 2 * i, 5 + 2 * i, i == 1));
        }
        if n >= 4 {
            (0..2).for_each(|i| self.b(14 - i, 9 + i, 48 + 64 * i as i64, true));
        }
        if n >= 5 {
            for (i, j) in (0..4).flat_map(|i| (0..2).map(move |j| (i, j))) {
                self.h(16 + 4 * i + j, 19 + 4 * i - j, i & 1 == 1);
            }
        }
        if n == 6 {
            for (i, j) in (0..2).flat_map(|i| (0..4).map(move |j| (i, j))) {
                let angle = 56 - i as i64 * 32 + (j as i64 >> 1) * 64;
                self.b(61 - i * 8 - j, 34 + i * 8 + j, angle, true);
            }
        }
        (0..2).for_each(|i| self.h(i, 3 - i, false));
        if n >= 3 {
            self.b(6, 5, 32, true);
        }
        if n >= 4 {
            for (i, j) in (0..2).flat_map(|i| (0..2).map(move |j| (i, j))) {
                self.h(8 + 4 * i + j, 11 + 4 * i - j, i == 1);
            }
        }
        if n >= 5 {
            (0..4).for_each(|i| self.b(29 - i, 18 + i, 48 + (i as i64 >> 1) * 64, true));
        }
        if n == 6 {
            for (i, j) in (0..4).flat_map(|i| (0..4).map(move |j| (i, j))) {
                self.h(32 + 8 * i + j, 39 + 8 * i - j, i & 1 == 1);
            }
        }
        if n >= 3 {
            (0..4).for_each(|i| self.h(i, 7 - i, false));
        }
        if n >= 4 {
            (0..2).for_each(|i| self.b(13 - i, 10 + i, 32, true));
        }
        if n >= 5 {
            for (i, j) in (0..2).flat_map(|i| (0..4).map(move |j| (i, j))) {
                self.h(16 + i * 8 + j, 23 + i * 8 - j, i == 1);
            }
        }
        if n == 6 {
            (0..8).for_each(|i| self.b(59 - i, 36 + i, if i < 4 { 48 } else { 112 }, true));
        }
        if n >= 4 {
            (0..8).for_each(|i| self.h(i, 15 - i, false));
        }
        if n >= 5 {
            (0..4).for_each(|i| self.b(27 - i, 20 + i, 32, true));
        }
        if n == 6 {
            (0..8).for_each(|i| self.h(32 + i, 47 - i, false));
            (0..8).for_each(|i| self.h(48 + i, 63 - i, true));
        }
        if n >= 5 {
            (0..16).for_each(|i| self.h(i, 31 - i, false));
        }
        if n == 6 {
            (0..8).for_each(|i| self.b(55 - i, 40 + i, 32, true));
            (0..32).for_each(|i| self.h(i, 63 - i, false));
        }
    }

    /// Sections 7.13.2.6 to 7.13.2.8.
    fn adst(&mut self, n: u32) {
        match n {
            2 => self.adst4(),
            3 => self.adst8(),
            _ => self.adst16(),
        }
    }

    fn adst4(&mut self) {
        let t = &mut self.t;
        let (s0, s1) = (1321 * t[0], 2482 * t[0]);
        let s2 = 3344 * t[1];
        let (s3, s4) = (3803 * t[2], 1321 * t[2]);
        let (s5, s6) = (2482 * t[3], 3803 * t[3]);
        let b7 = t[0] - t[2] + t[3];
        let (s0, s1, s3, s2) = (s0 + s3 + s5, s1 - s4 - s6, s2, 3344 * b7);
        let x = [s0 + s3, s1 + s3, s2, s0 + s1 - s3];
        for (to, x) in t.iter_mut().zip(x) {
            *to = round2(x, 12);
        }
    }

    fn adst_in(&mut self, n: u32) {
        let (from, n0) = (self.t.clone(), 1 << n);
        for i in 0..n0 {
            let index = if i & 1 == 1 { i - 1 } else { n0 - i - 1 };
            self.t[i] = from[index];
        }
    }

    fn adst_out(&mut self, n: u32) {
        let from = self.t.clone();
        for i in 0..1_usize << n {
            let a = (i >> 3) & 1;
            let b = ((i >> 2) & 1) ^ ((i >> 3) & 1);
            let c = ((i >> 1) & 1) ^ ((i >> 2) & 1);
            let d = (i & 1) ^ ((i >> 1) & 1);
            let index = ((d << 3) | (c << 2) | (b << 1) | a) >> (4 - n);
            self.t[i] = if i & 1 == 1 {
                -from[index]
            } else {
                from[index]
            };
        }
    }

    fn adst8(&mut self) {
        self.adst_in(3);
        (0..4).for_each(|i| self.b(2 * i, 2 * i + 1, 60 - 16 * i as i64, true));
        (0..4).for_each(|i| self.h(i, 4 + i, false));
        (0..2).for_each(|i| self.b(4 + 3 * i, 5 + i, 48 - 32 * i as i64, true));
        for (i, j) in (0..2).flat_map(|i| (0..2).map(move |j| (i, j))) {
            self.h(4 * j + i, 2 + 4 * j + i, false);
        }
        (0..2).for_each(|i| self.b(2 + 4 * i, 3 + 4 * i, 32, true));
        self.adst_out(3);
    }

    fn adst16(&mut self) {
        self.adst_in(4);
        (0..8).for_each(|i| self.b(2 * i, 2 * i + 1, 62 - 8 * i as i64, true));
        (0..8).for_each(|i| self.h(i, 8 + i, false));
        for i in 0..2 {
            self.b(8 + 2 * i, 9 + 2 * i, 56 - 32 * i as i64, true);
            self.b(13 + 2 * i, 12 + 2 * i, 8 + 32 * i as i64, true);
        }
        for (i, j) in (0..4).flat_map(|i| (0..2).map(move |j| (i, j))) {
            self.h(8 * j + i, 4 + 8 * j + i, false);
        }
        for (i, j) in (0..2).flat_map(|i| (0..2).map(move |j| (i, j))) {
            self.b(4 + 8 * j + 3 * i, 5 + 8 * j + i, 48 - 32 * i as i64, true);
        }
        for (i, j) in (0..2).flat_map(|i| (0..4).map(move |j| (i, j))) {
            self.h(4 * j + i, 2 + 4 * j + i, false);
        }
        (0..4).for_each(|i| self.b(2 + 4 * i, 3 + 4 * i, 32, true));
        self.adst_out(4);
    }

    /// Section 7.13.2.15.
    fn identity(&mut self, n: u32) {
        for t in &mut self.t {
            *t = match n {
                2 => round2(*t * 5793, 12),
                3 => *t * 2,
                4 => round2(*t * 11586, 12),
                _ => *t * 4,
            };
        }
    }

    fn run(&mut self, line: Line, n: usize) {
        let n = n as u32;
        match line {
            Line::Cosines => self.dct(n),
            Line::Sines => self.adst(n),
            Line::Flipped => {
                self.adst(n);
                self.t.reverse();
            }
            Line::Identity => self.identity(n),
        }
    }
}

/// The residual of a block: section 7.13.3.
pub(super) fn inverse(
    coefficients: &[i32],
    size: TransformSize,
    kind: TransformKind,
    bit_depth: u32,
) -> Vec<i64> {
    const ROW_SHIFT: [u32; 19] = [0, 1, 2, 2, 2, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2];
    let (width, height) = (size.width(), size.height());
    let mut between = vec![0; width * height];
    for i in 0..height.min(32) {
        let mut line = Lines {
            t: vec![0; width],
            r: bit_depth + 8,
        };
        let limit = 1 << (bit_depth + 7);
        for j in 0..width.min(32) {
            let mut t = i64::from(coefficients[i * width.min(32) + j]);
            if width == 2 * height || height == 2 * width {
                t = round2(t * 2896, 12);
            }
            line.t[j] = t.clamp(-limit, limit - 1);
        }
        line.run(kind.horizontal(), size.width_log2());
        for j in 0..width {
            between[i * width + j] = round2(line.t[j], ROW_SHIFT[size as usize]);
        }
    }
    let mut residual = vec![0; width * height];
    for j in 0..width {
        let r = (bit_depth + 6).max(16);
        let limit = 1 << (r - 1);
        let t = (0..height).map(|i| between[i * width + j].clamp(-limit, limit - 1));
        let mut line = Lines { t: t.collect(), r };
        line.run(kind.vertical(), size.height_log2());
        for i in 0..height {
            residual[i * width + j] = round2(line.t[i], 4);
        }
    }
    residual
}

//! Values of sRGB and the light they stand for (IEC 61966-2-1).

use std::sync::LazyLock;

use crate::lossless::rounded;

/// Both curves, as tables.
pub(super) struct Light {
    /// Of values in eighths.
    of_value: Vec<f32>,
    /// Values by the square root of light.
    of_root: Vec<f32>,
}

/// Steps between two values.
const FINE: f32 = 8.0;
/// Steps of the square root of light.
const ROOTS: f32 = 4096.0;

impl Light {
    /// The tables, made once.
    pub(super) fn tables() -> &'static Self {
        static TABLES: LazyLock<Light> = LazyLock::new(|| Light {
            of_value: (0_u16..=255 * 8)
                .map(|value| linear(f32::from(value) / (FINE * 255.0)))
                .collect(),
            of_root: (0_u16..=4097)
                .map(|root| value(f32::from(root) / ROOTS) * 255.0)
                .collect(),
        });
        &TABLES
    }

    /// Light, 0 to 1, of a value, 0 to 255.
    #[inline(always)]
    pub(super) fn of(&self, value: f32) -> f32 {
        let at = rounded(value.clamp(0.0, 255.0) * FINE) as usize;
        self.of_value[at.min(self.of_value.len() - 1)]
    }

    /// The value, 0 to 255, that stands for light.
    #[inline(always)]
    pub(super) fn value(&self, light: f32) -> f32 {
        let root = light.clamp(0.0, 1.0).sqrt() * ROOTS;
        let whole = root.floor();
        let at = (rounded(whole) as usize).min(self.of_root.len() - 2);
        let (below, above) = (self.of_root[at], self.of_root[at + 1]);
        below + (above - below) * (root - whole)
    }
}

fn linear(value: f32) -> f32 {
    if value <= 0.04045 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

/// - `root`: of light.
fn value(root: f32) -> f32 {
    let light = root * root;
    if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    }
}

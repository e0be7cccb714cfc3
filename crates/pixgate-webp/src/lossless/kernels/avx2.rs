//! Kernels for x86-64 with AVX2 and BMI2.

#![allow(
    unsafe_code,
    reason = "vector instructions; every block names its bound"
)]

mod residue;
mod restore;

use super::Kernels;
use crate::Error;
use crate::lossless::bits::BitReader;
use crate::lossless::coded::Coded;
use crate::lossless::color::{self, Multipliers};
use crate::lossless::encode;
use crate::lossless::window::Window;

/// The kernels, if the machine has AVX2, BMI1, BMI2 and LZCNT.
pub(super) fn detect() -> Option<Kernels> {
    let has_all = is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("lzcnt");
    has_all.then_some(Kernels {
        decode,
        restore: restore::restore,
        join,
        add_green,
        to_rgba,
        to_rgb,
        to_green,
        mode_sums: residue::mode_sums,
        subtract: residue::subtract,
        rest_sum,
        add_costs,
    })
}

/// Compiles a portable loop for these machines.
macro_rules! compiled {
    ($name:ident, ($($argument:ident: $type:ty),*) $(-> $result:ty)?, $body:expr) => {
        fn $name($($argument: $type),*) $(-> $result)? {
            #[target_feature(enable = "avx2,bmi1,bmi2,lzcnt")]
            fn kernel($($argument: $type),*) $(-> $result)? {
                $body
            }
            // SAFETY: `detect` found the features; the code is the safe portable one.
            unsafe { kernel($($argument),*) }
        }
    };
}

compiled!(
    decode,
    (coded: &mut Coded, reader: &mut BitReader<'_>, window: &mut Window, target: usize)
        -> Result<(), Error>,
    coded.decode(reader, window, target)
);
compiled!(
    join,
    (multipliers: Multipliers, row: &mut [u32]),
    color::join(multipliers, row)
);
compiled!(add_green, (row: &mut [u32]), color::add_green(row));
compiled!(to_rgba, (row: &[u32], out: &mut [u8]), color::to_rgba(row, out));
compiled!(to_rgb, (row: &[u32], out: &mut [u8]), color::to_rgb(row, out));
compiled!(to_green, (row: &[u32], out: &mut [u8]), color::to_green(row, out));
compiled!(
    rest_sum,
    (channel: &[i16], other: &[i16], multiplier: i16) -> (u32, u32),
    encode::rest_sum(channel, other, multiplier)
);
compiled!(
    add_costs,
    (tile: &[(u16, u16)], table: &[f32], sums: &mut [f32]),
    encode::add_costs(tile, table, sums)
);

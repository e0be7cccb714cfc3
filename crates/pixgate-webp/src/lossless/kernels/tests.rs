//! Every set gives the same pixels as the portable one.

use super::Kernels;
use crate::lossless::color::Multipliers;
use proptest::prelude::*;

proptest! {
    #[test]
    fn rows_are_restored_alike(
        mode in 0..16_u8,
        row in prop::collection::vec(any::<u32>(), 0..70),
        above in prop::collection::vec(any::<u32>(), 72),
        left: u32,
    ) {
        let (mut ours, mut portable) = (row.clone(), row);
        let above = &above[..ours.len() + 2];
        (Kernels::detect().restore)(mode, &mut ours, above, left);
        (Kernels::PORTABLE.restore)(mode, &mut portable, above, left);
        prop_assert_eq!(ours, portable);
    }

    #[test]
    fn colors_are_joined_alike(
        row in prop::collection::vec(any::<u32>(), 0..70),
        factors: (i8, i8, i8),
    ) {
        let multipliers = Multipliers {
            green_to_red: factors.0,
            green_to_blue: factors.1,
            red_to_blue: factors.2,
        };
        let (mut ours, mut portable) = (row.clone(), row.clone());
        (Kernels::detect().join)(multipliers, &mut ours);
        (Kernels::PORTABLE.join)(multipliers, &mut portable);
        prop_assert_eq!(&ours, &portable);
        crate::lossless::color::separate(multipliers, &mut ours);
        prop_assert_eq!(ours, row);
    }

    #[test]
    fn pixels_are_laid_out_alike(row in prop::collection::vec(any::<u32>(), 0..70)) {
        let (ours, portable) = (Kernels::detect(), Kernels::PORTABLE);
        for (ours, portable, channels) in [
            (ours.to_rgba, portable.to_rgba, 4),
            (ours.to_rgb, portable.to_rgb, 3),
            (ours.to_green, portable.to_green, 1),
        ] {
            let mut out = [vec![0; row.len() * channels], vec![0; row.len() * channels]];
            ours(&row, &mut out[0]);
            portable(&row, &mut out[1]);
            prop_assert_eq!(&out[0], &out[1]);
        }
    }
}

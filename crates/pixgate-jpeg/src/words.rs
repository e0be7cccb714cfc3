//! Operations on words of 64 bits, one for each coefficient of a block, that some machines have an
//! instruction for.

/// One way to do them.
pub(crate) trait Words: Copy {
    /// Spreads the lowest bits of `bits` over the places that are set in `places`, lowest first.
    fn deposit(self, bits: u64, places: u64) -> u64;

    /// The bits of `bits` at the places that are set in `places`, side by side, lowest first.
    fn extract(self, bits: u64, places: u64) -> u64;

    /// What is known of each magnitude.
    fn magnitudes(self, values: &[i16; 64]) -> Magnitudes;
}

/// A bit for each value of a block, lowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Magnitudes {
    /// Whether the magnitude is 1, 2 or 4 at least.
    pub(crate) at_least: [u64; 3],
    /// Bits 0 and 1 of the magnitude.
    pub(crate) bit: [u64; 2],
}

/// For every machine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Portable;

impl Words for Portable {
    #[inline(always)]
    fn deposit(self, mut bits: u64, mut places: u64) -> u64 {
        let mut spread = 0;
        while bits != 0 && places != 0 {
            let lowest = places & places.wrapping_neg();
            spread |= lowest & (bits & 1).wrapping_neg();
            places ^= lowest;
            bits >>= 1;
        }
        spread
    }

    #[inline(always)]
    fn extract(self, bits: u64, mut places: u64) -> u64 {
        let (mut dense, mut count) = (0, 0);
        while places != 0 {
            dense |= (bits >> places.trailing_zeros() & 1) << count;
            count += 1;
            places &= places - 1;
        }
        dense
    }

    #[inline(always)]
    fn magnitudes(self, values: &[i16; 64]) -> Magnitudes {
        let at_least = |least| mask(values, |value| value.unsigned_abs() >= least);
        let bit = |at: u32| mask(values, |value| value.unsigned_abs() >> at & 1 == 1);
        Magnitudes {
            at_least: [at_least(1), at_least(2), at_least(4)],
            bit: [bit(0), bit(1)],
        }
    }
}

/// A bit for each value that is so.
#[inline(always)]
pub(crate) fn mask(values: &[i16; 64], is_so: impl Fn(i16) -> bool) -> u64 {
    let mut all = 0;
    let flags = values.map(|value| u8::from(is_so(value)));
    for (index, eight) in flags.as_chunks::<8>().0.iter().enumerate() {
        // The product has the eight bytes' lowest bits side by side at its top.
        let bits = u64::from_le_bytes(*eight).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        all |= bits << (8 * index);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_go_to_places_and_back() {
        let places = 0b1101_0010;
        assert_eq!(Portable.deposit(0b101, places), 0b0100_0010);
        assert_eq!(Portable.deposit(1 << 2, places), 1 << 6);
        assert_eq!(Portable.deposit(1 << 4, places), 0);
        assert_eq!(Portable.deposit(u64::MAX, u64::MAX), u64::MAX);
        assert_eq!(Portable.extract(0b0100_0010, places), 0b101);
        assert_eq!(Portable.extract(!places, places), 0);
        assert_eq!(Portable.extract(u64::MAX, u64::MAX), u64::MAX);
    }

    #[test]
    fn magnitudes_have_no_sign() {
        let mut values = [0; 64];
        (values[0], values[7], values[8], values[63]) = (-3, 4, -1, i16::MIN);
        let found = Portable.magnitudes(&values);
        assert_eq!(
            found.at_least,
            [1 | 3 << 7 | 1 << 63, 1 | 1 << 7 | 1 << 63, 1 << 7 | 1 << 63]
        );
        assert_eq!(found.bit, [1 | 1 << 8, 1]);
    }
}

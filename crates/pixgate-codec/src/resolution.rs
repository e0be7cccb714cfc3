//! How large pixels are meant to be shown or printed.

/// Pixels per inch, across and down, in ten-thousandths.
///
/// # Examples
///
/// ```
/// use pixgate_codec::Resolution;
///
/// let resolution = Resolution::per_inch(300.0, 300.0).unwrap();
/// assert_eq!(resolution.in_inches(), (300.0, 300.0));
/// assert_eq!(Resolution::per_inch(0.0, 72.0), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Resolution {
    across: u32,
    down: u32,
}

impl Resolution {
    /// From pixels per inch; none unless both are above 0 and at most 65,535.
    #[must_use]
    pub fn per_inch(across: f64, down: f64) -> Option<Self> {
        let across = parts(across)?;
        let down = parts(down)?;
        Some(Self { across, down })
    }

    /// Pixels per inch, across and down.
    #[must_use]
    pub fn in_inches(self) -> (f64, f64) {
        let inches = |parts: u32| f64::from(parts) / f64::from(PARTS);
        (inches(self.across), inches(self.down))
    }

    /// From pixels per metre, as PNG and BMP have them.
    pub(crate) fn per_metre(across: u32, down: u32) -> Option<Self> {
        let inches = |metres: u32| f64::from(metres) * INCH;
        Self::per_inch(inches(across), inches(down))
    }

    /// Whole pixels per metre, at least one.
    pub(crate) fn in_metres(self) -> (u32, u32) {
        let (across, down) = self.in_inches();
        (whole(across / INCH), whole(down / INCH))
    }

    /// Whole pixels per inch, at least one, as JFIF has them.
    pub(crate) fn in_whole_inches(self) -> (u16, u16) {
        let (across, down) = self.in_inches();
        let short = |inches| u16::try_from(whole(inches)).unwrap_or(u16::MAX);
        (short(across), short(down))
    }

    /// As numerators, across and down, and their common denominator.
    #[must_use]
    pub const fn in_fractions(self) -> ([u32; 2], u32) {
        ([self.across, self.down], PARTS)
    }
}

/// Ten-thousandths of what files have room for.
fn parts(inches: f64) -> Option<u32> {
    let is_possible = inches > 0.0 && inches <= f64::from(u16::MAX);
    is_possible.then(|| whole(inches * f64::from(PARTS)))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a float too large becomes the largest number"
)]
fn whole(value: f64) -> u32 {
    value.round().max(1.0) as u32
}

const PARTS: u32 = 10_000;
/// Metres.
const INCH: f64 = 0.0254;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_per_metre_come_back_as_they_were() {
        for metres in [1, 2, 2834, 2835, 3780, 11_811, 100_000] {
            let resolution = Resolution::per_metre(metres, 2835).unwrap();
            assert_eq!(resolution.in_metres(), (metres, 2835), "{metres}");
        }
        let resolution = Resolution::per_inch(300.0, 72.0).unwrap();
        assert_eq!(resolution.in_metres(), (11_811, 2835));
        assert_eq!(resolution.in_whole_inches(), (300, 72));
    }

    #[test]
    fn what_no_file_has_room_for_is_none() {
        for inches in [0.0, -1.0, 65_536.0, f64::NAN, f64::INFINITY] {
            assert_eq!(Resolution::per_inch(inches, 72.0), None);
        }
        assert!(Resolution::per_inch(65_535.0, 0.01).is_some());
    }
}

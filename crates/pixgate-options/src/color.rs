//! Colours.

use std::fmt;
use std::str::FromStr;

use crate::UnknownName;

/// An opaque sRGB colour, 8 bits per channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub struct Rgb {
    /// Red.
    pub red: u8,
    /// Green.
    pub green: u8,
    /// Blue.
    pub blue: u8,
}

impl Rgb {
    /// Black.
    pub const BLACK: Self = Self::new(0, 0, 0);
    /// White.
    pub const WHITE: Self = Self::new(255, 255, 255);

    /// A colour from its channels.
    #[must_use]
    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self { red, green, blue }
    }

    /// Reads exactly three or six hexadecimal digits; each of three digits is doubled.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let digits: Option<Vec<u8>> = match text.len() {
            3 | 6 => text.chars().map(hex_digit).collect(),
            _ => None,
        };
        match *digits?.as_slice() {
            [r, g, b] => Some(Self::new(r * 17, g * 17, b * 17)),
            [r1, r0, g1, g0, b1, b0] => Some(Self::new(r1 * 16 + r0, g1 * 16 + g0, b1 * 16 + b0)),
            _ => None,
        }
    }
}

impl FromStr for Rgb {
    type Err = UnknownName;

    /// As [`Rgb::from_hex`].
    fn from_str(digits: &str) -> Result<Self, Self::Err> {
        Self::from_hex(digits).ok_or(UnknownName)
    }
}

impl fmt::Display for Rgb {
    /// Six lower-case hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02x}{:02x}{:02x}", self.red, self.green, self.blue)
    }
}

fn hex_digit(digit: char) -> Option<u8> {
    digit
        .to_digit(16)
        .and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::Rgb;

    #[test]
    fn doubles_the_digits_of_the_short_form() {
        assert_eq!(Rgb::from_hex("FDE"), Some(Rgb::new(0xff, 0xdd, 0xee)));
        assert_eq!(
            Rgb::from_hex("808182").map(|c| c.to_string()),
            Some("808182".into())
        );
    }

    #[test]
    fn refuses_other_lengths_and_characters() {
        for text in ["", "ff", "ffff", "ffddee80", "#fff", "ggg", "é1"] {
            assert_eq!(Rgb::from_hex(text), None, "{text}");
        }
    }
}

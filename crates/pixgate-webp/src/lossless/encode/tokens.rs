//! What a picture is coded as, and how often each symbol comes.

use crate::lossless::coded::{DISTANCES, LENGTHS, LITERALS};
use crate::lossless::distance::prefix;

/// A pixel or some.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Token {
    /// A pixel as it is.
    Literal(u32),
    /// A place of the colour cache.
    Cached(u16),
    /// Pixels that were there before: how many, and the code of how far back.
    Copy(u16, u32),
}

impl Token {
    /// How many pixels.
    #[inline(always)]
    pub(crate) fn len(self) -> usize {
        match self {
            Self::Copy(length, _) => usize::from(length),
            _ => 1,
        }
    }
}

/// Where the symbols of each of the five codes start, in one row of all of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Alphabets {
    pub(crate) starts: [usize; 6],
}

impl Alphabets {
    /// - `cache_bits`: of the colour cache, 0 for none.
    pub(crate) const fn new(cache_bits: u32) -> Self {
        let cached = if cache_bits == 0 { 0 } else { 1 << cache_bits };
        let red = LITERALS + LENGTHS + cached;
        let blue = red + LITERALS;
        let alpha = blue + LITERALS;
        let distance = alpha + LITERALS;
        Self {
            starts: [0, red, blue, alpha, distance, distance + DISTANCES],
        }
    }

    /// Number of all symbols.
    pub(crate) const fn len(&self) -> usize {
        self.starts[5]
    }

    /// Calls for each symbol of a token.
    #[inline(always)]
    pub(crate) fn each(&self, token: Token, mut take: impl FnMut(usize)) {
        match token {
            Token::Literal(argb) => {
                let [blue, green, red, alpha] = argb.to_le_bytes().map(usize::from);
                take(green);
                take(self.starts[1] + red);
                take(self.starts[2] + blue);
                take(self.starts[3] + alpha);
            }
            Token::Cached(place) => take(LITERALS + LENGTHS + usize::from(place)),
            Token::Copy(length, code) => {
                take(LITERALS + prefix(u32::from(length)).0 as usize);
                take(self.starts[4] + prefix(code).0 as usize);
            }
        }
    }

    /// The parts of one row of values, one for each code.
    pub(crate) fn split<T>(self, values: &[T]) -> [&[T]; 5] {
        std::array::from_fn(|i| &values[self.starts[i]..self.starts[i + 1]])
    }

    /// How often each symbol comes.
    pub(crate) fn count(&self, tokens: &[Token]) -> Vec<u32> {
        let mut counts = vec![0; self.len()];
        for &token in tokens {
            self.each(token, |symbol| counts[symbol] += 1);
        }
        counts
    }
}

//! How a square is divided into blocks (section 5.11.4).

use super::{Parser, SUPERBLOCK_4};
use crate::decode::symbol::Cdf;

/// The kinds of divisions, in the order of the specification.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::decode) enum Partition {
    /// Not at all.
    None,
    /// An upper and a lower half.
    Horizontal,
    /// A left and a right half.
    Vertical,
    /// Four quarters that may be divided again.
    Split,
    /// The upper half in two.
    HorizontalA,
    /// The lower half in two.
    HorizontalB,
    /// The left half in two.
    VerticalA,
    /// The right half in two.
    VerticalB,
    /// Four rows.
    Horizontal4,
    /// Four columns.
    Vertical4,
}

const PARTITIONS: [Partition; 10] = [
    Partition::None,
    Partition::Horizontal,
    Partition::Vertical,
    Partition::Split,
    Partition::HorizontalA,
    Partition::HorizontalB,
    Partition::VerticalA,
    Partition::VerticalB,
    Partition::Horizontal4,
    Partition::Vertical4,
];

impl Parser<'_> {
    /// How the square at a place is divided.
    ///
    /// - `log2`: binary logarithm of its side in samples, from 3 to 7.
    pub(in crate::decode) fn read_partition(
        &mut self,
        row: usize,
        column: usize,
        log2: u8,
    ) -> Partition {
        let half = 1 << (log2 - 3);
        let has_rows = row + half < self.header.size.rows_4();
        let has_columns = column + half < self.header.size.columns_4();
        let state = &mut *self.state;
        let above = state.above.sides[column - state.columns.start] < log2;
        let left = state.left.sides[row % SUPERBLOCK_4] < log2;
        let context = 2 * usize::from(left) + usize::from(above);
        let cdfs = &mut state.cdfs.modes;
        match (has_rows, has_columns) {
            (true, true) => {
                let symbol = match log2 {
                    3 => self.symbols.symbol(&mut cdfs.partition_8[context]),
                    7 => self.symbols.symbol(&mut cdfs.partition_128[context]),
                    _ => {
                        let cdf = &mut cdfs.partition[usize::from(log2) - 4][context];
                        self.symbols.symbol(cdf)
                    }
                };
                PARTITIONS[symbol]
            }
            (false, false) => Partition::Split,
            _ => {
                let kinds = if has_columns { ACROSS } else { DOWN };
                let chance = match log2 {
                    3 => chance_of(&cdfs.partition_8[context], kinds),
                    7 => chance_of(&cdfs.partition_128[context], kinds),
                    _ => chance_of(&cdfs.partition[usize::from(log2) - 4][context], kinds),
                };
                match (self.symbols.flag_of(chance), has_columns) {
                    (true, _) => Partition::Split,
                    (false, true) => Partition::Horizontal,
                    (false, false) => Partition::Vertical,
                }
            }
        }
    }
}

/// The sum of the probabilities of some symbols.
fn chance_of<const N: usize>(cdf: &Cdf<N>, symbols: [usize; 6]) -> u16 {
    let above = |symbol: usize| if symbol < N - 1 { cdf[symbol] } else { 0 };
    let of = |symbol: usize| {
        if symbol < N {
            above(symbol - 1) - above(symbol)
        } else {
            0
        }
    };
    symbols.into_iter().map(of).sum()
}

/// Divisions with a vertical edge at the top, of which one is no longer possible.
const ACROSS: [usize; 6] = [2, 3, 4, 6, 7, 9];
/// Divisions with a horizontal edge at the left, of which one is no longer possible.
const DOWN: [usize; 6] = [1, 3, 4, 5, 6, 8];

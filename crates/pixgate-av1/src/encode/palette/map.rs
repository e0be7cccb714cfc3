//! Which colour each sample has (section 5.11.49 and its contexts, 5.11.50).

use crate::encode::cdf::Cdf;
use crate::encode::model::PaletteModel;
use crate::encode::range_coder::Coder;

/// Codes places in a palette of `colors` for all samples of a block, diagonal by diagonal.
///
/// - `kind`: 0 for luma, 1 for chroma.
/// - `map`: row by row, `width` in each.
pub(crate) fn code<C: Coder>(
    coder: &mut C,
    model: &mut PaletteModel,
    kind: usize,
    (map, width): (&[u8], usize),
    colors: usize,
) {
    match colors {
        2 => code_of(coder, &mut model.index_2[kind], map, width),
        3 => code_of(coder, &mut model.index_3[kind], map, width),
        4 => code_of(coder, &mut model.index_4[kind], map, width),
        5 => code_of(coder, &mut model.index_5[kind], map, width),
        6 => code_of(coder, &mut model.index_6[kind], map, width),
        7 => code_of(coder, &mut model.index_7[kind], map, width),
        _ => code_of(coder, &mut model.index_8[kind], map, width),
    }
}

fn code_of<C: Coder, const N: usize>(
    coder: &mut C,
    cdfs: &mut [Cdf<N>; 5],
    map: &[u8],
    width: usize,
) {
    let Some(&first) = map.first() else {
        return;
    };
    code_first::<C, N>(coder, first);
    let height = map.len() / width;
    for diagonal in 1..height + width - 1 {
        let last = diagonal.min(width - 1);
        for column in ((diagonal + 1).saturating_sub(height)..=last).rev() {
            let row = diagonal - column;
            let at = row * width + column;
            let (context, symbol) = match (row, column) {
                (0, _) => alone(map[at - 1], map[at]),
                (_, 0) => alone(map[at - width], map[at]),
                _ => among([map[at - 1], map[at - width], map[at - width - 1]], map[at]),
            };
            coder.symbol(&mut cdfs[context], symbol);
        }
    }
}

/// The first of all, as a number below `N`.
fn code_first<C: Coder, const N: usize>(coder: &mut C, first: u8) {
    #[expect(clippy::cast_possible_truncation, reason = "at most 8 colours")]
    let count = N as u32;
    let bits = count.ilog2() + 1;
    let short = (1 << bits) - count;
    let value = u32::from(first);
    if value < short {
        coder.literal(value, bits - 1);
    } else {
        coder.literal(value + short, bits);
    }
}

/// Context and rank of a colour beside one other.
fn alone(neighbour: u8, color: u8) -> (usize, usize) {
    (0, rank(&[neighbour], color))
}

/// Context and rank of a colour beside those on the left, above, and between the two.
fn among([left, above, corner]: [u8; 3], color: u8) -> (usize, usize) {
    match (left == above, left == corner, above == corner) {
        (true, true, _) => (4, rank(&[left], color)),
        (true, false, _) => (3, rank(&[left, corner], color)),
        (false, true, _) => (2, rank(&[left, above], color)),
        (false, false, true) => (2, rank(&[above, left], color)),
        (false, false, false) => {
            let (low, high) = (left.min(above), left.max(above));
            (1, rank(&[low, high, corner], color))
        }
    }
}

/// The place of a colour if `leading` come first and the others in their order.
fn rank(leading: &[u8], color: u8) -> usize {
    leading
        .iter()
        .position(|&other| other == color)
        .unwrap_or_else(|| {
            let after = leading.iter().filter(|&&other| other > color);
            usize::from(color) + after.count()
        })
}

//! The order of coefficients with what their contexts depend on (sections 5.11.41 and 8.3.2).

use std::sync::LazyLock;

use super::size::Size;
use crate::kernels::transform::TransformKind;

/// Directions of a transform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Both, or none at all.
    Both,
    /// Along the rows only.
    Rows,
    /// Down the columns only.
    Columns,
}

impl Class {
    pub(super) const fn of(kind: TransformKind) -> Self {
        match kind {
            TransformKind::VDct | TransformKind::VAdst | TransformKind::VFlipadst => Self::Columns,
            TransformKind::HDct | TransformKind::HAdst | TransformKind::HFlipadst => Self::Rows,
            _ => Self::Both,
        }
    }
}

/// A coefficient in the order of a scan.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    /// Row by row.
    pub(super) position: u16,
    /// The same with rows of [`STRIDE`] places.
    pub(super) place: u16,
    /// Added to the context of `coeff_base`.
    pub(super) base: u8,
    /// Added to the context of `coeff_br`.
    pub(super) range: u8,
}

/// From one row of places to the next: the longest, and four that contexts look at.
pub(super) const STRIDE: usize = 32 + 4;

/// The scan of a transform. Transforms with sides of 64 have the coefficients of those of 32, but the
/// contexts of their own shape.
pub(super) fn scan(size: Size, class: Class) -> &'static [Entry] {
    let index = match (size.width_log2, size.height_log2) {
        (6, 5) => 16,
        (5, 6) => 17,
        _ => {
            let size = size.at_most(5);
            4 * usize::from(size.height_log2 - 2) + usize::from(size.width_log2 - 2)
        }
    };
    &SCANS[class as usize][index]
}

static SCANS: LazyLock<[Vec<Vec<Entry>>; 3]> = LazyLock::new(|| {
    [Class::Both, Class::Rows, Class::Columns].map(|class| {
        let sizes = (0..16u8).map(|index| Size::new(2 + index % 4, 2 + index / 4));
        let large = [Size::new(6, 5), Size::new(5, 6)];
        sizes.chain(large).map(|size| build(size, class)).collect()
    })
});

fn build(size: Size, class: Class) -> Vec<Entry> {
    let coded = size.at_most(5);
    let (width, height) = (coded.width(), coded.height());
    let places: Vec<(usize, usize)> = match class {
        Class::Both => diagonals(width, height),
        Class::Columns => (0..width * height)
            .map(|at| (at / width, at % width))
            .collect(),
        Class::Rows => (0..width * height)
            .map(|at| (at % height, at / height))
            .collect(),
    };
    let entry = |(row, column): (usize, usize)| {
        let position = row * width + column;
        Entry {
            position: u16::try_from(position).unwrap_or(0),
            place: u16::try_from(row * STRIDE + column).unwrap_or(0),
            base: base(size, class, row, column),
            range: range(class, row, column),
        }
    };
    places.into_iter().map(entry).collect()
}

/// Diagonals: in turns in squares, else all from the longer side on.
fn diagonals(width: usize, height: usize) -> Vec<(usize, usize)> {
    let mut all = Vec::with_capacity(width * height);
    for diagonal in 0..width + height - 1 {
        let columns = (diagonal + 1).saturating_sub(height)..=diagonal.min(width - 1);
        let is_rightward = width > height || (width == height && diagonal % 2 == 0);
        let place = |column: usize| (diagonal - column, column);
        if is_rightward {
            all.extend(columns.map(place));
        } else {
            all.extend(columns.rev().map(place));
        }
    }
    all
}

/// `Coeff_Base_Ctx_Offset` and `Coeff_Base_Pos_Ctx_Offset`.
fn base(size: Size, class: Class, row: usize, column: usize) -> u8 {
    let along = match class {
        Class::Both => {
            let table = match size.width_log2.cmp(&size.height_log2) {
                std::cmp::Ordering::Equal => &SQUARE,
                std::cmp::Ordering::Greater => &WIDE,
                std::cmp::Ordering::Less => &TALL,
            };
            return table[row.min(4)][column.min(4)];
        }
        Class::Rows => column,
        Class::Columns => row,
    };
    [26, 31, 36][along.min(2)]
}

fn range(class: Class, row: usize, column: usize) -> u8 {
    let is_near = match class {
        _ if row == 0 && column == 0 => return 0,
        Class::Both => row < 2 && column < 2,
        Class::Rows => column == 0,
        Class::Columns => row == 0,
    };
    if is_near { 7 } else { 14 }
}

const SQUARE: [[u8; 5]; 5] = [
    [0, 1, 6, 6, 21],
    [1, 6, 6, 21, 21],
    [6, 6, 21, 21, 21],
    [6, 21, 21, 21, 21],
    [21, 21, 21, 21, 21],
];
const WIDE: [[u8; 5]; 5] = [
    [0, 16, 6, 6, 21],
    [16, 16, 6, 21, 21],
    [16, 16, 21, 21, 21],
    [16, 16, 21, 21, 21],
    [16, 16, 21, 21, 21],
];
const TALL: [[u8; 5]; 5] = [
    [0, 11, 11, 11, 11],
    [11, 11, 11, 11, 11],
    [6, 6, 21, 21, 21],
    [6, 21, 21, 21, 21],
    [21, 21, 21, 21, 21],
];

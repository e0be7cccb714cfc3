//! Vectors of blocks that are copied from the same frame (sections 5.11.26, 5.11.31 and 7.10.2).

use std::ops::Range;

use super::{Parser, SUPERBLOCK_4};
use crate::decode::block::{Block, Vector};
use crate::decode::error::DecodeError;
use crate::decode::size::Size;

/// What vectors are predicted from: the superblock row and some rows of units above it.
#[derive(Clone, Debug, Default)]
pub(in crate::decode) struct VectorMap {
    columns: Range<usize>,
    /// The first row of units of the superblock row, in the frame.
    top: usize,
    cells: Vec<Option<Cell>>,
}

/// A block that was decoded.
#[derive(Clone, Copy, Debug)]
struct Cell {
    vector: Option<Vector>,
    size: Size,
}

/// Rows above the superblock row.
const ROWS_ABOVE: usize = 8;

impl VectorMap {
    /// For each unit in a row.
    pub(in crate::decode) const BYTES_PER_COLUMN: usize =
        (ROWS_ABOVE + SUPERBLOCK_4) * size_of::<Option<Cell>>();

    pub(super) fn start(&mut self, columns: Range<usize>, rows: Range<usize>) {
        self.cells.clear();
        self.cells
            .resize(columns.len() * (ROWS_ABOVE + SUPERBLOCK_4), None);
        self.columns = columns;
        self.top = rows.start;
    }

    /// Turns to the next superblock row; the last had `rows` rows of units.
    pub(in crate::decode) fn turn(&mut self, rows: usize) {
        let count = self.columns.len();
        if self.cells.is_empty() {
            return;
        }
        let start = rows * count;
        self.cells.copy_within(start..start + ROWS_ABOVE * count, 0);
        self.cells[ROWS_ABOVE * count..].fill(None);
        self.top += rows;
    }

    fn place(&self, row: usize, column: usize) -> usize {
        let row = row + ROWS_ABOVE - self.top;
        row * self.columns.len() + column - self.columns.start
    }

    fn get(&self, row: usize, column: usize) -> Option<Cell> {
        self.cells.get(self.place(row, column)).copied().flatten()
    }

    pub(super) fn remember(&mut self, block: &Block) {
        let cell = Some(Cell {
            vector: block.vector,
            size: block.size,
        });
        let end = (block.column + block.size.width_4()).min(self.columns.end);
        for row in block.row..block.row + block.size.height_4() {
            let start = self.place(row, block.column);
            let count = end - block.column;
            if let Some(cells) = self.cells.get_mut(start..start + count) {
                cells.fill(cell);
            }
        }
    }
}

/// `RefStackMv` and `WeightStack`.
#[derive(Default)]
struct Stack {
    entries: Vec<(Vector, usize)>,
}

impl Stack {
    fn add(&mut self, vector: Vector, weight: usize) {
        if let Some(entry) = self.entries.iter_mut().find(|entry| entry.0 == vector) {
            entry.1 += weight;
        } else if self.entries.len() < MAX_STACK {
            self.entries.push((vector, weight));
        }
    }
}

/// A direction in which blocks are looked for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    /// In rows above.
    Up,
    /// In columns on the left.
    Left,
}

/// What is looked at in one direction.
struct Scan {
    direction: Direction,
    /// Units away, at most.
    furthest: usize,
    /// Units away that need not be looked at, as a larger block covers them.
    covered: usize,
}

impl Parser<'_> {
    /// The vector of a block that is copied.
    pub(super) fn read_vector(&mut self, block: &Block) -> Result<Vector, DecodeError> {
        let stack = self.expected(block);
        let found = stack
            .entries
            .iter()
            .take(2)
            .map(|entry| self.clamp(entry.0, block));
        let mut vector = found
            .into_iter()
            .find(|&vector| vector != Vector::default())
            .unwrap_or_else(|| self.default_vector(block));
        let cdf = &mut self.state.cdfs.screen.vector_joint;
        let joint = self.symbols.symbol(cdf);
        if joint & 2 != 0 {
            vector.down += self.read_component(0);
        }
        if joint & 1 != 0 {
            vector.right += self.read_component(1);
        }
        self.check_vector(block, vector)?;
        Ok(vector)
    }

    /// `read_mv_component`, in whole samples.
    fn read_component(&mut self, component: usize) -> i32 {
        let cdfs = &mut self.state.cdfs.screen.vectors[component];
        let is_negative = self.symbols.flag(&mut cdfs.sign);
        let class = self.symbols.symbol(&mut cdfs.class);
        let size = if class == 0 {
            1 + i32::from(self.symbols.flag(&mut cdfs.class_0))
        } else {
            let bits = cdfs.bits[..class].iter_mut().enumerate();
            let low: i32 = bits
                .map(|(bit, cdf)| i32::from(self.symbols.flag(cdf)) << bit)
                .sum();
            (1 << class) + low + 1
        };
        if is_negative { -size } else { size }
    }

    /// Where blocks come from of which nothing is known.
    fn default_vector(&self, block: &Block) -> Vector {
        let (units, side) = if self.sequence.is_128 {
            (32, 128)
        } else {
            (16, 64)
        };
        if block.row < self.state.rows.start + units {
            let right = -side - DELAY;
            return Vector { down: 0, right };
        }
        Vector {
            down: -side,
            right: 0,
        }
    }

    /// Vectors of blocks around, the likeliest first.
    fn expected(&self, block: &Block) -> Stack {
        let mut stack = Stack::default();
        let (width, height) = (block.size.width_4(), block.size.height_4());
        let mut up = Scan::new(
            Direction::Up,
            block.row - self.state.rows.start,
            height,
            block.row,
        );
        let distance = block.column - self.state.columns.start;
        let mut left = Scan::new(Direction::Left, distance, width, block.column);
        self.scan(block, &mut up, 1, &mut stack);
        self.scan(block, &mut left, 1, &mut stack);
        if width.max(height) <= 16 && block.row > 0 {
            self.look(block.row - 1, block.column + width, &mut stack);
        }
        let nearest = stack.entries.len();
        if block.row > 0 && block.column > 0 {
            self.look(block.row - 1, block.column - 1, &mut stack);
        }
        for step in 2..=3 {
            for (scan, side, place) in [
                (&mut up, height, block.row),
                (&mut left, width, block.column),
            ] {
                let offset = 2 * step - 1 - usize::from(side == 1 && place % 2 == 1);
                if offset <= scan.furthest && offset > scan.covered {
                    self.scan(block, scan, offset, &mut stack);
                }
            }
        }
        let (near, far) = stack.entries.split_at_mut(nearest);
        for part in [near, far] {
            part.sort_by_key(|entry| std::cmp::Reverse(entry.1));
        }
        stack
    }

    /// Looks at the blocks in a row above or a column on the left, `offset` units away.
    fn scan(&self, block: &Block, scan: &mut Scan, offset: usize, stack: &mut Stack) {
        if scan.furthest == 0 {
            return;
        }
        let frame = &self.header.size;
        let is_up = scan.direction == Direction::Up;
        let (length, start, frame_end) = if is_up {
            (block.size.width_4(), block.column, frame.columns_4())
        } else {
            (block.size.height_4(), block.row, frame.rows_4())
        };
        let end = length.min(frame_end - start).min(16);
        let shift = usize::from(offset > 1 && !(start % 2 == 1 && length < 2));
        let mut index = 0;
        while index < end {
            let along = start + shift + index;
            let (row, column) = if is_up {
                (block.row - offset, along)
            } else {
                (along, block.column - offset)
            };
            if !self.state.is_inside(row, column) {
                break;
            }
            let Some(cell) = self.state.vectors.get(row, column) else {
                break;
            };
            let (side, depth) = if is_up {
                (cell.size.width_4(), cell.size.height_4())
            } else {
                (cell.size.height_4(), cell.size.width_4())
            };
            let mut count = length.min(side);
            if length >= 16 {
                count = count.max(4);
            } else if offset > 1 {
                count = count.max(2);
            }
            let mut weight = 2;
            if length >= 2 && length <= side {
                let more = (scan.furthest + 1 - offset).min(depth);
                weight = weight.max(more);
                scan.covered = more + offset - 1;
            }
            if let Some(vector) = cell.vector {
                stack.add(vector, count * weight);
            }
            index += count;
        }
    }

    /// Looks at one block, if it was decoded.
    fn look(&self, row: usize, column: usize, stack: &mut Stack) {
        if !self.state.is_inside(row, column) {
            return;
        }
        let cell = self.state.vectors.get(row, column);
        if let Some(vector) = cell.and_then(|cell| cell.vector) {
            stack.add(vector, 4);
        }
    }

    /// `clamp_mv_row` and `clamp_mv_col`.
    fn clamp(&self, vector: Vector, block: &Block) -> Vector {
        let frame = &self.header.size;
        let clamp = |value: i32, place: usize, units: usize, all: usize| {
            let signed = |units: usize| i32::try_from(4 * units).unwrap_or(i32::MAX / 2);
            let border = BORDER + signed(units);
            let least = -signed(place) - border;
            let most = signed(all) - signed(units) - signed(place) + border;
            value.clamp(least, most.max(least))
        };
        let (width, height) = (block.size.width_4(), block.size.height_4());
        Vector {
            down: clamp(vector.down, block.row, height, frame.rows_4()),
            right: clamp(vector.right, block.column, width, frame.columns_4()),
        }
    }

    /// The samples must be those of the same tile.
    fn check_vector(&self, block: &Block, vector: Vector) -> Result<(), DecodeError> {
        let (is_narrow, is_low) = self.sequence.format.subsampling;
        let has_chroma = block.has_chroma;
        let is_in = |place: usize, units: usize, by: i32, tile: &Range<usize>, more: bool| {
            let signed = |units: usize| i64::try_from(4 * units).unwrap_or(i64::MAX / 2);
            let start = signed(place) + i64::from(by);
            // Chroma of a block of 4 samples has those of the block before as well.
            let before = if more && has_chroma && units == 1 {
                4
            } else {
                0
            };
            start >= signed(tile.start) + before && start + signed(units) <= signed(tile.end)
        };
        let (width, height) = (block.size.width_4(), block.size.height_4());
        let is_valid = is_in(block.row, height, vector.down, &self.state.rows, is_low)
            && is_in(
                block.column,
                width,
                vector.right,
                &self.state.columns,
                is_narrow,
            );
        if !is_valid {
            return Err(DecodeError::Invalid("vector of a copied block"));
        }
        Ok(())
    }
}

impl Scan {
    /// - `distance`: units between the block and the edge of the tile.
    /// - `side`, `place`: of the block across what is looked at.
    fn new(direction: Direction, distance: usize, side: usize, place: usize) -> Self {
        let most = match (side, place % 2) {
            (1, 1) => 3,
            (1, _) => 4,
            _ => 6,
        };
        Self {
            direction,
            furthest: distance.min(most),
            covered: 0,
        }
    }
}

/// `MAX_REF_MV_STACK_SIZE`.
const MAX_STACK: usize = 8;
/// `MV_BORDER`, in samples.
const BORDER: i32 = 16;
/// `INTRABC_DELAY_PIXELS`.
const DELAY: i32 = 256;

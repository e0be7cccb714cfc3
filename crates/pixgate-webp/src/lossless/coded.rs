//! Entropy-coded pictures: the pixels themselves, and the small pictures that steer transforms.

use super::bits::BitReader;
use super::cache::{ColorCache, MAX_BITS};
use super::distance::distance;
use super::prefix::{Code, CodeReader, Pool};
use super::window::Window;
use crate::Error;
use crate::error::broken;

/// Symbols of literals, and of lengths of copies.
pub(crate) const LITERALS: usize = 256;
pub(crate) const LENGTHS: usize = 24;
/// Symbols of distances.
pub(crate) const DISTANCES: usize = 40;

/// The five codes of a part of a picture.
#[derive(Clone, Copy, Debug, Default)]
struct Group {
    green: Code,
    red: Code,
    blue: Code,
    alpha: Code,
    distance: Code,
    /// What red, blue and alpha are where they are always the same.
    fixed: Option<u32>,
    /// The pixel that takes no bits at all.
    only: Option<u32>,
}

/// Which group codes which part.
#[derive(Debug)]
struct Parts {
    /// Indexes of groups, a row of tiles after the other.
    groups: Vec<u16>,
    width: usize,
    bits: u32,
}

/// A picture's codes, with where decoding stands.
#[derive(Debug)]
pub(crate) struct Coded {
    width: usize,
    pool: Pool,
    groups: Vec<Group>,
    parts: Option<Parts>,
    cache: ColorCache,
}

impl Coded {
    /// Reads what stands in front of the pixels.
    ///
    /// - `is_main`: whether the picture may be in parts.
    /// - `limit`: most entries of all tables.
    pub(crate) fn new(
        reader: &mut BitReader<'_>,
        (width, height): (usize, usize),
        is_main: bool,
        limit: usize,
    ) -> Result<Self, Error> {
        let mut cache_bits = 0;
        if reader.flag() {
            cache_bits = reader.read(4);
            if !(1..=MAX_BITS).contains(&cache_bits) {
                return Err(broken("colour cache of no or too many colours"));
            }
        }
        let mut parts = None;
        let mut used = vec![Some(0)];
        if is_main && reader.flag() {
            let (found, groups) = read_parts(reader, (width, height))?;
            parts = Some(found);
            used = groups;
        }
        let cache = ColorCache::new(cache_bits);
        let mut coded = Self {
            width,
            pool: Pool::new(limit),
            groups: Vec::new(),
            parts,
            cache,
        };
        coded.read_groups(reader, &used)?;
        Ok(coded)
    }

    /// - `used`: for each stored group its place among those that some part uses.
    fn read_groups(
        &mut self,
        reader: &mut BitReader<'_>,
        used: &[Option<u16>],
    ) -> Result<(), Error> {
        let greens = LITERALS + LENGTHS + self.cache.len();
        let mut codes = CodeReader::new(greens);
        let count = used.iter().flatten().count();
        self.groups = crate::memory::zeroed(count)?;
        for place in used {
            let mut read = |count| {
                let pool = place.is_some().then_some(&mut self.pool);
                codes.read(reader, count, pool)
            };
            let mut group = Group {
                green: read(greens)?,
                red: read(LITERALS)?,
                blue: read(LITERALS)?,
                alpha: read(LITERALS)?,
                distance: read(DISTANCES)?,
                ..Group::default()
            };
            if let Some(place) = place {
                group.find_fixed(&self.pool.entries);
                self.groups[usize::from(*place)] = group;
            }
        }
        Ok(())
    }

    /// Decodes pixels until there are as many as asked for, or some more.
    ///
    /// - `target`: how many there are to be, at most as many as the picture has.
    #[inline(always)]
    pub(crate) fn decode(
        &mut self,
        reader: &mut BitReader<'_>,
        window: &mut Window,
        target: usize,
    ) -> Result<(), Error> {
        let mut column = window.end() % self.width;
        let mut row = window.end() / self.width;
        while window.end() < target {
            let (group, run) = self.part(column, row);
            // A pixel takes less than 64 bits; close to the end there is one at a time.
            let run = run.min(target - window.end()).min(reader.sure());
            let before = window.end();
            if let Some(argb) = group.only {
                window.fill(argb, run);
                self.cache.insert(argb);
            } else if self.cache.is_on() {
                self.run::<true>(&group, reader, window, before + run)?;
            } else {
                self.run::<false>(&group, reader, window, before + run)?;
            }
            if !reader.is_within() && !window.is_full() {
                window.truncate(before);
                return reader.check();
            }
            column += window.end() - before;
            while column >= self.width {
                column -= self.width;
                row += 1;
            }
        }
        Ok(())
    }

    /// The codes at a pixel, and for how many pixels of its row they are.
    #[inline(always)]
    fn part(&self, column: usize, row: usize) -> (Group, usize) {
        let left = self.width - column;
        let Some(parts) = &self.parts else {
            return (self.groups[0], left);
        };
        let place = (row >> parts.bits) * parts.width + (column >> parts.bits);
        let group = self.groups[usize::from(parts.groups[place])];
        let side = 1_usize << parts.bits;
        (group, left.min(side - (column & (side - 1))))
    }

    /// Pixels by the same codes; stops behind a copy that goes beyond them.
    #[inline(always)]
    fn run<const CACHED: bool>(
        &mut self,
        group: &Group,
        reader: &mut BitReader<'_>,
        window: &mut Window,
        target: usize,
    ) -> Result<(), Error> {
        let pool = self.pool.entries.as_slice();
        while window.end() < target {
            reader.refill();
            let symbol = group.green.read(pool, reader);
            if symbol < 256 {
                let argb = group.literal(symbol, pool, reader);
                window.push(argb);
                if CACHED {
                    self.cache.insert(argb);
                }
            } else if symbol < 280 {
                let length = value(symbol - 256, reader) as usize;
                reader.refill();
                let code = group.distance.read(pool, reader);
                let code = value(code, reader);
                window.copy(distance(code, self.width), length)?;
                if CACHED {
                    for &argb in window.last(length) {
                        self.cache.insert(argb);
                    }
                }
                if !reader.is_within() {
                    return Ok(());
                }
            } else {
                let argb = self.cache.get(symbol - 280);
                window.push(argb);
                self.cache.insert(argb);
            }
        }
        Ok(())
    }
}

impl Group {
    fn find_fixed(&mut self, pool: &[u32]) {
        let only = |code: Code| code.only(pool);
        if let (Some(red), Some(blue), Some(alpha)) =
            (only(self.red), only(self.blue), only(self.alpha))
        {
            let fixed = alpha << 24 | red << 16 | blue;
            self.fixed = Some(fixed);
            self.only = only(self.green)
                .filter(|&green| green < 256)
                .map(|green| fixed | green << 8);
        }
    }

    /// The rest of a pixel whose green is known.
    #[inline(always)]
    fn literal(&self, green: u32, pool: &[u32], reader: &mut BitReader<'_>) -> u32 {
        if let Some(fixed) = self.fixed {
            return fixed | green << 8;
        }
        let red = self.red.read(pool, reader);
        let blue = self.blue.read(pool, reader);
        if reader.ready() < 15 {
            reader.refill();
        }
        let alpha = self.alpha.read(pool, reader);
        alpha << 24 | red << 16 | green << 8 | blue
    }
}

/// A length or a distance code from its symbol and bits behind that.
#[inline(always)]
fn value(symbol: u32, reader: &mut BitReader<'_>) -> u32 {
    if symbol < 4 {
        return symbol + 1;
    }
    let extra = (symbol - 2) >> 1;
    ((2 + (symbol & 1)) << extra) + reader.take(extra) + 1
}

/// Reads which groups there are, and gives those that are used numbers without gaps.
fn read_parts(
    reader: &mut BitReader<'_>,
    (width, height): (usize, usize),
) -> Result<(Parts, Vec<Option<u16>>), Error> {
    let bits = 2 + reader.read(3);
    let width = width.div_ceil(1 << bits);
    let tiles = small_picture(reader, (width, height.div_ceil(1 << bits)))?;
    let number = |argb: u32| (argb >> 8) as usize & 0xFFFF;
    let largest = tiles.iter().copied().map(number).max().unwrap_or(0);
    let mut used: Vec<Option<u16>> = crate::memory::zeroed(largest + 1)?;
    let mut count = 0;
    let mut groups: Vec<u16> = crate::memory::zeroed(tiles.len())?;
    for (group, tile) in groups.iter_mut().zip(&tiles) {
        *group = *used[number(*tile)].get_or_insert_with(|| {
            count += 1;
            count - 1
        });
    }
    Ok((
        Parts {
            groups,
            width,
            bits,
        },
        used,
    ))
}

/// Decodes a picture that is not in parts.
pub(crate) fn small_picture(
    reader: &mut BitReader<'_>,
    size: (usize, usize),
) -> Result<Vec<u32>, Error> {
    let mut coded = Coded::new(reader, size, false, SMALL_ENTRIES)?;
    let mut window = Window::whole(size.0 * size.1)?;
    coded.decode(reader, &mut window, size.0 * size.1)?;
    Ok(window.into_pixels())
}

/// More than five codes can have.
const SMALL_ENTRIES: usize = 1 << 16;

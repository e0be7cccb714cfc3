//! The colour cache: colours seen lately, found by a hash of theirs.

/// Most bits of a cache's index.
pub(crate) const MAX_BITS: u32 = 11;

/// Where a colour lies in a cache of 2^32 places; smaller caches take the highest bits.
#[inline(always)]
pub(crate) const fn hash(argb: u32) -> u32 {
    argb.wrapping_mul(0x1E35_A7BD)
}

/// Colours by their hash.
#[derive(Clone, Debug, Default)]
pub(crate) struct ColorCache {
    colors: Vec<u32>,
    shift: u32,
}

impl ColorCache {
    /// - `bits`: of the index, from 1 on; 0 for none.
    pub(crate) fn new(bits: u32) -> Self {
        let len = if bits == 0 {
            0
        } else {
            1 << bits.min(MAX_BITS)
        };
        Self {
            colors: vec![0; len],
            shift: 32 - bits.clamp(1, MAX_BITS),
        }
    }

    /// Whether there is one.
    #[inline(always)]
    pub(crate) const fn is_on(&self) -> bool {
        !self.colors.is_empty()
    }

    pub(crate) const fn len(&self) -> usize {
        self.colors.len()
    }

    #[inline(always)]
    pub(crate) fn insert(&mut self, argb: u32) {
        let place = (hash(argb) >> self.shift) as usize;
        if let Some(color) = self.colors.get_mut(place) {
            *color = argb;
        }
    }

    /// The colour at a place; nothing where there is none.
    #[inline(always)]
    pub(crate) fn get(&self, place: u32) -> u32 {
        self.colors.get(place as usize).copied().unwrap_or_default()
    }

    /// The place of a colour that is in the cache.
    pub(crate) fn find(&self, argb: u32) -> Option<u32> {
        let place = hash(argb) >> self.shift;
        let found = self.colors.get(place as usize);
        found.is_some_and(|&color| color == argb).then_some(place)
    }
}

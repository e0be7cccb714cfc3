//! The different colours of an image, as long as they are few.

/// At most 256 colours and their numbers, in the order in which they were met.
#[derive(Clone)]
pub(crate) struct Colors {
    /// Number of a colour plus one, by its hash.
    slots: Vec<u16>,
    list: Vec<[u8; 4]>,
    last: ([u8; 4], u8),
}

impl Colors {
    pub(crate) fn new() -> Self {
        Self {
            slots: vec![0; SLOTS],
            list: Vec::new(),
            last: ([0; 4], 0),
        }
    }

    /// The number of a colour, which is entered if it is new; none if there are too many.
    #[inline]
    pub(crate) fn number(&mut self, color: [u8; 4]) -> Option<u8> {
        if self.last.0 == color && !self.list.is_empty() {
            return Some(self.last.1);
        }
        let mut slot = hash(color);
        loop {
            let number = self.slots[slot];
            if number == 0 {
                break;
            }
            if self.list.get(usize::from(number - 1)) == Some(&color) {
                let number = u8::try_from(number - 1).ok()?;
                self.last = (color, number);
                return Some(number);
            }
            slot = (slot + 1) % SLOTS;
        }
        let number = u8::try_from(self.list.len()).ok()?;
        self.slots[slot] = u16::from(number) + 1;
        self.list.push(color);
        self.last = (color, number);
        Some(number)
    }

    pub(crate) fn list(&self) -> &[[u8; 4]] {
        &self.list
    }
}

fn hash(color: [u8; 4]) -> usize {
    (u32::from_le_bytes(color).wrapping_mul(0x9E37_79B1) >> (32 - SLOT_BITS)) as usize
}

const SLOT_BITS: u32 = 10;
const SLOTS: usize = 1 << SLOT_BITS;

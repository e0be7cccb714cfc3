//! What a parse comes to: literals, then a match.

/// So many bytes as they are, then a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Step {
    /// Bytes as they are.
    pub(crate) literals: u32,
    /// Bytes to copy, 3 to 258; 0 for none.
    pub(crate) length: u16,
    /// How far back they lie.
    pub(crate) distance: u16,
}

/// Steps as a parser finds them.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    pub(crate) list: Vec<Step>,
    /// Where the literals that were not written yet begin.
    start: usize,
}

impl Steps {
    /// Starts over at a position.
    pub(crate) fn begin(&mut self, at: usize) {
        self.list.clear();
        self.start = at;
    }

    /// A match at a position; what is in front of it since the last one are literals.
    pub(crate) fn matched(&mut self, at: usize, length: usize, distance: usize) {
        self.literals(at);
        let literals = at - self.start;
        self.list.push(Step {
            literals: u32::try_from(literals).unwrap_or(u32::MAX),
            length: u16::try_from(length).unwrap_or(u16::MAX),
            distance: u16::try_from(distance).unwrap_or(u16::MAX),
        });
        self.start = at + length;
    }

    /// The rest are literals.
    pub(crate) fn end(&mut self, at: usize) {
        self.literals(at);
        if at > self.start {
            self.matched(at, 0, 0);
        }
    }

    /// Long runs are cut, so that blocks can end in them.
    fn literals(&mut self, at: usize) {
        while at - self.start > RUN as usize {
            self.list.push(Step {
                literals: RUN,
                length: 0,
                distance: 0,
            });
            self.start += RUN as usize;
        }
    }
}

/// Longest run of literals in one step.
const RUN: u32 = 4096;

//! Interlacing: seven passes over the image (PNG 3, section 8.2).

use crate::Header;

/// First column and row of a pass, and the steps to the next ones.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pass {
    pub(crate) left: usize,
    pub(crate) top: usize,
    pub(crate) right: usize,
    pub(crate) down: usize,
}

impl Pass {
    /// Columns and rows of the pass in an image; both can be none.
    pub(crate) const fn size(self, header: &Header) -> (usize, usize) {
        let width = (header.width as usize).saturating_sub(self.left);
        let height = (header.height as usize).saturating_sub(self.top);
        (width.div_ceil(self.right), height.div_ceil(self.down))
    }
}

const fn pass(left: usize, top: usize, right: usize, down: usize) -> Pass {
    Pass {
        left,
        top,
        right,
        down,
    }
}

/// All passes, in order.
pub(crate) const PASSES: [Pass; 7] = [
    pass(0, 0, 8, 8),
    pass(4, 0, 8, 8),
    pass(0, 4, 4, 8),
    pass(2, 0, 4, 4),
    pass(0, 2, 2, 4),
    pass(1, 0, 2, 2),
    pass(0, 1, 1, 2),
];

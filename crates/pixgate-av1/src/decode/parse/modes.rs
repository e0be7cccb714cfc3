//! Modes of prediction (section 5.11.7).

use super::Parser;
use crate::decode::block::Block;
use crate::decode::error::DecodeError;
use crate::decode::size::Size;
use crate::kernels::predict::Mode;

impl Parser<'_> {
    /// `intra_frame_mode_info`.
    pub(super) fn read_modes(&mut self, block: &mut Block) -> Result<(), DecodeError> {
        self.read_segment_and_skip(block);
        self.read_deltas(block);
        if self.header.has_intrabc && self.symbols.flag(&mut self.state.cdfs.screen.use_intrabc) {
            block.vector = Some(self.read_vector(block)?);
            return Ok(());
        }
        self.read_luma_mode(block);
        if block.has_chroma {
            self.read_chroma_mode(block);
        }
        let size = block.size;
        if self.header.has_screen_content_tools && size.is_large() && size.longer_log2() <= 6 {
            self.read_palettes(block);
        }
        self.read_filter_intra(block);
        Ok(())
    }

    fn read_luma_mode(&mut self, block: &mut Block) {
        let [above, left] = self.state.spans(block).map(|span| span.start);
        let above = MODE_KINDS[self.state.above.modes[above] as usize];
        let left = MODE_KINDS[self.state.left.modes[left] as usize];
        let cdf = &mut self.state.cdfs.modes.luma_mode[above][left];
        block.luma_mode = MODES[self.symbols.symbol(cdf)];
        block.angle_deltas[0] = self.read_angle_delta(block.size, block.luma_mode);
    }

    fn read_angle_delta(&mut self, size: Size, mode: Mode) -> i32 {
        let index = mode as usize;
        if !size.is_large() || !(1..=8).contains(&index) {
            return 0;
        }
        let cdf = &mut self.state.cdfs.modes.angle_delta[index - 1];
        i32::try_from(self.symbols.symbol(cdf)).unwrap_or(3) - 3
    }

    fn read_chroma_mode(&mut self, block: &mut Block) {
        let allows_cfl = self.allows_cfl(block);
        let cdfs = &mut self.state.cdfs.modes;
        let luma = block.luma_mode as usize;
        let symbol = if allows_cfl {
            self.symbols.symbol(&mut cdfs.chroma_mode_or_cfl[luma])
        } else {
            self.symbols.symbol(&mut cdfs.chroma_mode[luma])
        };
        if let Some(&mode) = MODES.get(symbol) {
            block.chroma_mode = mode;
            block.angle_deltas[1] = self.read_angle_delta(block.size, mode);
        } else {
            block.cfl = Some(self.read_cfl_factors());
        }
    }

    fn allows_cfl(&self, block: &Block) -> bool {
        if self.header.lossless[usize::from(block.segment)] {
            let shifts = self.sequence.format.shifts(1);
            return block.size.in_plane(shifts) == Size::S4;
        }
        block.size.longer_log2() <= 5
    }

    /// `read_cfl_alphas`.
    fn read_cfl_factors(&mut self) -> [i32; 2] {
        let cdfs = &mut self.state.cdfs.modes;
        let signs = self.symbols.symbol(&mut cdfs.cfl_signs) + 1;
        let signs = [signs / 3, signs % 3];
        let mut factors = [0; 2];
        for plane in 0..2 {
            let (sign, other) = (signs[plane], signs[1 - plane]);
            if sign == 0 {
                continue;
            }
            let cdf = &mut cdfs.cfl_factor[(sign - 1) * 3 + other];
            let size = i32::try_from(self.symbols.symbol(cdf)).unwrap_or(0) + 1;
            factors[plane] = if sign == 1 { -size } else { size };
        }
        factors
    }

    /// `filter_intra_mode_info`.
    fn read_filter_intra(&mut self, block: &mut Block) {
        let size = block.size;
        if !self.sequence.has_filter_intra
            || block.luma_mode != Mode::Dc
            || block.palette_sizes[0] > 0
            || size.longer_log2() > 5
        {
            return;
        }
        let cdfs = &mut self.state.cdfs.modes;
        let (row, column) = (
            usize::from(size.height_log2) - 2,
            usize::from(size.width_log2) - 2,
        );
        if self.symbols.flag(&mut cdfs.use_filter_intra[row][column]) {
            let mode = self.symbols.symbol(&mut cdfs.filter_intra_mode);
            block.filter_intra = Some(mode.to_le_bytes()[0]);
        }
    }
}

/// By number.
const MODES: [Mode; 13] = [
    Mode::Dc,
    Mode::Vertical,
    Mode::Horizontal,
    Mode::D45,
    Mode::D135,
    Mode::D113,
    Mode::D157,
    Mode::D203,
    Mode::D67,
    Mode::Smooth,
    Mode::SmoothVertical,
    Mode::SmoothHorizontal,
    Mode::Paeth,
];

/// `Intra_Mode_Context`.
const MODE_KINDS: [usize; 13] = [0, 1, 2, 3, 4, 4, 4, 4, 3, 0, 1, 2, 0];

//! What is known of a plan before it is decided how it is carried out.

use pixgate_raster::Layout;

use super::output::Output;
use crate::load::Load;
use crate::step::Step;

/// A plan of interleaved pixels.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sketch<'a> {
    pub(crate) load: Load<'a>,
    pub(crate) frames: u32,
    /// Whether the steps begin with the source, and not with what a trim has left of it.
    pub(crate) begins: bool,
    /// Whether images are scaled in linear light.
    pub(crate) is_linear: bool,
    pub(crate) steps: &'a [Step],
    pub(crate) output: &'a Output,
    pub(crate) alternatives: &'a [Output],
}

impl Sketch<'_> {
    /// Most bytes at any time while steps are carried out on an image, and the layout after them.
    pub(crate) fn step_bytes(&self, layout: Layout, done: usize) -> (u64, Layout) {
        let mut most = 0_u64;
        let mut layout = layout;
        for step in self.steps.iter().skip(done) {
            most = most.max(layout.bytes().saturating_add(step.bytes(layout)));
            layout = step.layout_after(layout);
        }
        (most, layout)
    }
}

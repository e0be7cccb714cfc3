//! Frames of an animation as a child hands them over.

use pixgate_codec::{Error, Frames, OutputLayout, Pixels};
use pixgate_raster::Image;

use crate::message::Reply;
use crate::pixels::read_pixels;
use crate::work::Work;

/// Reads one frame after the other; the child is a pipe's length ahead.
#[derive(Debug)]
pub(crate) struct PipedFrames {
    work: Work,
    is_over: bool,
}

impl PipedFrames {
    /// Frames that follow the metadata.
    pub(crate) const fn new(work: Work) -> Self {
        Self {
            work,
            is_over: false,
        }
    }
}

impl Frames for PipedFrames {
    fn next_frame(&mut self) -> Result<Option<(Image, u32)>, Error> {
        if self.is_over {
            return Ok(None);
        }
        match self.work.reply()? {
            Reply::Frame { layout, delay_ms } => {
                self.work.check_room(layout.bytes())?;
                let layout = OutputLayout::Interleaved(layout);
                let read = read_pixels(&mut self.work, layout);
                match self.work.read(read)? {
                    Pixels::Interleaved(image) => Ok(Some((image, delay_ms))),
                    Pixels::Planar(_) => Err(self.work.unexpected(Reply::End)),
                }
            }
            Reply::End => {
                self.is_over = true;
                self.work.done(None)
            }
            reply => Err(self.work.unexpected(reply)),
        }
    }
}

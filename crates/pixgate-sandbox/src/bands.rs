//! Rows of an image as a child hands them over.

use pixgate_codec::{Band, Decoder, Error, Metadata, OutputLayout};

use crate::message::Reply;
use crate::pixels::read_pixels;
use crate::work::Work;

/// Reads one band after the other; the child is a pipe's length ahead.
#[derive(Debug)]
pub(crate) struct PipedBands {
    work: Work,
    layout: OutputLayout,
    metadata: Metadata,
    /// The first row that has not come.
    first_row: u32,
    is_over: bool,
}

impl PipedBands {
    /// Bands that follow [`Reply::Opened`].
    pub(crate) const fn new(work: Work, layout: OutputLayout, metadata: Metadata) -> Self {
        Self {
            work,
            layout,
            metadata,
            first_row: 0,
            is_over: false,
        }
    }
}

impl Decoder for PipedBands {
    fn layout(&self) -> OutputLayout {
        self.layout
    }

    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn next_band(&mut self) -> Result<Option<Band>, Error> {
        if self.is_over {
            return Ok(None);
        }
        let (width, height) = self.layout.size();
        match self.work.reply()? {
            Reply::Band { first_row, layout } => {
                let (columns, rows) = layout.size();
                let fits = columns == width && rows > 0 && rows <= height - self.first_row;
                if first_row != self.first_row || !fits {
                    return Err(self.work.unexpected(Reply::End));
                }
                self.first_row += rows;
                self.work.check_room(layout.bytes())?;
                let read = read_pixels(&mut self.work, layout);
                let pixels = self.work.read(read)?;
                Ok(Some(Band { first_row, pixels }))
            }
            Reply::End if self.first_row == height => {
                self.is_over = true;
                self.work.done(None)
            }
            reply => Err(self.work.unexpected(reply)),
        }
    }
}

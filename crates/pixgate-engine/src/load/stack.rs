//! Pages or frames put under each other: what it takes, and how it is done.

use pixgate_codec::{DecodeRequest, Header, Metadata, frames_bytes};
use pixgate_raster::convert::{convert_channels, convert_depth};
use pixgate_raster::geometry::{orient, orient_bytes};
use pixgate_raster::{Image, Layout, Orientation, Samples, SamplesMut};

use super::Load;
use crate::colour::{CONVERT_BYTES, convert_to_srgb};
use crate::stack::{Layers, Stack};
use crate::work::Work;
use crate::{Error, ErrorKind, metadata};

impl Load<'_> {
    /// Decodes one layer after the other into the whole.
    pub(super) fn read_stack(
        &self,
        stack: &Stack,
        bytes: &[u8],
        work: &Work<'_>,
    ) -> Result<(Image, Metadata), Error> {
        let mut pile = Pile {
            image: Image::zeroed(self.working_layout())?,
            turn: stack.turn,
            filled: 0,
        };
        let mut metadata = match &stack.layers {
            Layers::Pages(pages) => self.read_pages(pages, bytes, work, &mut pile)?,
            Layers::Frames {
                header,
                first,
                count,
            } => self.read_frames((header, *first, *count), bytes, work, &mut pile)?,
        };
        if stack.turn != Orientation::UPRIGHT {
            metadata::set_upright(&mut metadata);
        }
        Ok((pile.image, metadata))
    }

    /// Pages, with the metadata of the first; profiles are used up.
    fn read_pages(
        &self,
        pages: &[Header],
        bytes: &[u8],
        work: &Work<'_>,
        pile: &mut Pile,
    ) -> Result<Metadata, Error> {
        let mut first = None;
        for page in pages {
            work.cancel.check()?;
            let request = DecodeRequest::default();
            let (mut image, mut metadata) = self.of_page(page, &request).read(bytes, work)?;
            // Inks have become sRGB when they were read.
            if let Some(profile) = metadata.icc.take() {
                convert_to_srgb(&mut image, &profile)?;
            }
            first.get_or_insert(metadata);
            pile.add(image)?;
        }
        Ok(first.unwrap_or_default())
    }

    /// Frames as they look on the canvas; room of frames that a file cut short does not have stays
    /// empty.
    fn read_frames(
        &self,
        (header, first, count): (&Header, u32, u32),
        bytes: &[u8],
        work: &Work<'_>,
        pile: &mut Pile,
    ) -> Result<Metadata, Error> {
        let request = DecodeRequest::default();
        let load = self.of_page(header, &request);
        let (mut frames, metadata) = load.open_frames(bytes, work)?;
        for index in 0..first.saturating_add(count) {
            work.cancel.check()?;
            let Some((frame, _)) = frames.next_frame()? else {
                break;
            };
            if index >= first {
                pile.add(frame)?;
            }
        }
        Ok(metadata)
    }

    /// The same for one layer alone.
    const fn of_page<'a>(&self, page: &'a Header, decode: &'a DecodeRequest) -> Load<'a> {
        Load {
            header: page,
            decode,
            size: (page.width, page.height),
            depth: self.depth,
            box_shrink: 1,
            stack: None,
        }
    }

    /// Bytes to read all layers: the whole, and the layer that takes most.
    pub(super) fn stack_bytes(&self, stack: &Stack) -> u64 {
        let request = DecodeRequest::default();
        let pages = stack.headers();
        let layers = pages.iter().map(|page| {
            let load = self.of_page(page, &request);
            let working = load.working_layout();
            let reading = match &stack.layers {
                Layers::Pages(_) => load.bytes(),
                Layers::Frames { header, .. } => frames_bytes(header),
            };
            let profile = if page.has_color_profile {
                CONVERT_BYTES
            } else {
                0
            };
            // Turned, with other channels, or of another depth.
            let wide = Layout {
                channels: self.header.channels,
                ..working
            };
            let converting = working
                .bytes()
                .saturating_add(orient_bytes(working))
                .saturating_add(wide.bytes());
            reading.saturating_add(converting).saturating_add(profile)
        });
        let most = layers.max().unwrap_or(0);
        self.working_layout().bytes().saturating_add(most)
    }
}

/// What has been put under each other so far.
struct Pile {
    image: Image,
    turn: Orientation,
    /// Rows that are filled.
    filled: u32,
}

impl Pile {
    /// Puts a picture under those that are there, at the left.
    fn add(&mut self, layer: Image) -> Result<(), Error> {
        let whole = self.image.layout();
        let layer = convert_depth(layer, whole.depth)?;
        let layer = match self.turn {
            Orientation::UPRIGHT => layer,
            turn => orient(&layer, turn)?,
        };
        let layer = convert_channels(layer, whole.channels)?;
        if layer.width() > whole.width || layer.height() > whole.height - self.filled {
            return Err(ErrorKind::SourceChanged.into());
        }
        let (from, to) = (layer.layout().row_samples(), whole.row_samples());
        let start = self.filled as usize * to;
        match (self.image.samples_mut(), layer.samples()) {
            (SamplesMut::U8(to_all), Samples::U8(all)) => copy(all, from, to_all, (start, to)),
            (SamplesMut::U16(to_all), Samples::U16(all)) => copy(all, from, to_all, (start, to)),
            _ => return Err(ErrorKind::Internal.into()),
        }
        self.filled += layer.height();
        Ok(())
    }
}

/// Copies rows to the beginnings of longer ones.
fn copy<T: Copy>(rows: &[T], length: usize, to: &mut [T], (start, step): (usize, usize)) {
    let to = to.get_mut(start..).unwrap_or_default();
    let rows = rows.chunks_exact(length.max(1));
    for (to, row) in to.chunks_mut(step.max(1)).zip(rows) {
        if let Some(to) = to.get_mut(..length) {
            to.copy_from_slice(row);
        }
    }
}

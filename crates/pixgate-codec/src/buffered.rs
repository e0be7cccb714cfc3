//! Adapters for codecs that know whole images only.

use crate::pixels::Collector;
use crate::{Band, Decoder, EncodeSettings, Encoder, Error, Metadata, OutputLayout, Pixels};

type Work<'a> = Box<dyn FnOnce() -> Result<Pixels, Error> + Send + 'a>;

/// A decoder whose only band is the whole image, decoded when it is asked for.
pub(crate) struct WholeDecoder<'a> {
    layout: OutputLayout,
    metadata: Metadata,
    work: Option<Work<'a>>,
}

impl<'a> WholeDecoder<'a> {
    /// - `work`: decodes to pixels of exactly this layout.
    pub(crate) fn boxed(
        layout: OutputLayout,
        metadata: Metadata,
        work: impl FnOnce() -> Result<Pixels, Error> + Send + 'a,
    ) -> Box<dyn Decoder + 'a> {
        Box::new(Self {
            layout,
            metadata,
            work: Some(Box::new(work)),
        })
    }
}

impl Decoder for WholeDecoder<'_> {
    fn layout(&self) -> OutputLayout {
        self.layout
    }

    fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    fn next_band(&mut self) -> Result<Option<Band>, Error> {
        let Some(work) = self.work.take() else {
            return Ok(None);
        };
        let pixels = work()?;
        Ok(Some(Band {
            first_row: 0,
            pixels,
        }))
    }
}

type Encode = fn(&Pixels, &EncodeSettings, &Metadata) -> Result<Vec<u8>, Error>;

/// An encoder that collects all bands and encodes at the end.
pub(crate) struct WholeEncoder {
    collector: Collector,
    settings: EncodeSettings,
    metadata: Metadata,
    encode: Encode,
}

impl WholeEncoder {
    pub(crate) fn boxed(
        layout: OutputLayout,
        settings: &EncodeSettings,
        metadata: &Metadata,
        encode: Encode,
    ) -> Box<dyn Encoder> {
        Box::new(Self {
            collector: Collector::new(layout),
            settings: settings.clone(),
            metadata: metadata.clone(),
            encode,
        })
    }
}

impl Encoder for WholeEncoder {
    fn write_band(&mut self, band: Band) -> Result<(), Error> {
        self.collector.push(band)
    }

    fn finish(self: Box<Self>) -> Result<Vec<u8>, Error> {
        let pixels = self.collector.finish()?;
        (self.encode)(&pixels, &self.settings, &self.metadata)
    }
}

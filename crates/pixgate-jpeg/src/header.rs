//! Everything a file says before its first scan.

use crate::frame::{Frame, restart_interval};
use crate::markers::{DRI, EOI, Markers, SOS};

use crate::metadata::{Adobe, Collector, Jfif};
use crate::{ColorModel, Component, Error, ErrorKind, Metadata, Process};

/// Facts read without decoding a pixel.
///
/// # Examples
///
/// ```
/// use pixgate_jpeg::{ErrorKind, Header};
///
/// let error = Header::read(b"GIF89a").unwrap_err();
/// assert_eq!(*error.kind(), ErrorKind::NotJpeg);
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Header {
    /// Stored width in pixels, 1 to 65,535.
    pub width: u32,
    /// Stored height in pixels, 1 to 65,535.
    pub height: u32,
    /// Bits of a sample.
    pub precision: u8,
    /// How the picture is coded.
    pub process: Process,
    /// The components, one to four.
    pub components: Vec<Component>,
    /// What the components mean.
    pub color_model: ColorModel,
    /// Whether the first scan holds all components, so that rows are ready while reading if the
    /// process is sequential.
    pub is_interleaved: bool,
    /// Coded units between restart markers at the first scan; 0 is none.
    pub restart_interval: u16,
    /// The JFIF segment.
    pub jfif: Option<Jfif>,
    /// The Adobe segment.
    pub adobe: Option<Adobe>,
    /// Metadata blocks.
    pub metadata: Metadata,
}

impl Header {
    /// Reads the segments up to the first scan.
    ///
    /// The file may be of a kind that this crate does not decode; see
    /// [`Process::unsupported`]. Time and memory are bounded by the length of `data`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotJpeg`], [`ErrorKind::Truncated`] if the data ends before the first scan,
    /// [`ErrorKind::MissingFrame`], [`ErrorKind::MissingScan`], and the kinds for segments that
    /// contradict themselves.
    pub fn read(data: &[u8]) -> Result<Self, Error> {
        let mut markers = Markers::new(data)?;
        let mut found = Found::default();
        loop {
            let segment = markers.next()?;
            match segment.marker {
                SOS => return found.finish(segment.payload),
                EOI => return Err(ErrorKind::MissingScan.into()),
                DRI => found.restart_interval = restart_interval(&segment)?,
                _ => match Frame::read(&segment)? {
                    Some(_) if found.frame.is_some() => return Err(segment.invalid()),
                    Some(frame) => found.frame = Some(frame),
                    None => found.metadata.add(&segment),
                },
            }
        }
    }

    /// The orientation that EXIF asks for, 1 to 8; 1 if there is none.
    #[must_use]
    pub fn orientation(&self) -> u8 {
        let exif = self.metadata.exif.as_deref();
        exif.and_then(crate::orientation::orientation).unwrap_or(1)
    }

    /// Whether the rows are known only after the whole file was read: progressive, one scan for
    /// each component, or arithmetic coding, which is too rare to be streamed.
    #[must_use]
    pub fn is_multi_pass(&self) -> bool {
        self.process.is_progressive() || self.process.is_arithmetic() || !self.is_interleaved
    }

    /// Largest sampling factors, horizontal and vertical.
    pub(crate) fn largest_factors(&self) -> (u8, u8) {
        let all = self.components.iter();
        all.fold((1, 1), |(h, v), c| (h.max(c.horizontal), v.max(c.vertical)))
    }

    /// Pixels per inch, horizontally and vertically, if the JFIF segment says.
    #[must_use]
    pub fn density_per_inch(&self) -> Option<(f64, f64)> {
        let jfif = self.jfif?;
        let factor = match jfif.unit {
            1 => 1.0,
            2 => 2.54,
            _ => return None,
        };
        let inch = |density: u16| f64::from(density) * factor;
        Some((inch(jfif.horizontal), inch(jfif.vertical)))
    }
}

#[derive(Default)]
struct Found<'a> {
    frame: Option<Frame>,
    restart_interval: u16,
    metadata: Collector<'a>,
}

impl Found<'_> {
    fn finish(self, scan: &[u8]) -> Result<Header, Error> {
        let frame = self.frame.ok_or(ErrorKind::MissingFrame)?;
        let ids: Vec<_> = frame.components.iter().map(|c| c.id).collect();
        let (jfif, adobe) = (self.metadata.jfif, self.metadata.adobe);
        let in_scan = usize::from(scan.first().copied().unwrap_or(0));
        Ok(Header {
            width: u32::from(frame.width),
            height: u32::from(frame.height),
            precision: frame.precision,
            process: frame.process,
            color_model: ColorModel::decide(&ids, jfif.is_some(), adobe),
            is_interleaved: in_scan == frame.components.len(),
            components: frame.components,
            restart_interval: self.restart_interval,
            jfif,
            adobe,
            metadata: self.metadata.finish(),
        })
    }
}

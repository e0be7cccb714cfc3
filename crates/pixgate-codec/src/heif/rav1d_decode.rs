//! One AV1 picture that is predicted from others, through rav1d: the only file that calls it.
#![allow(unsafe_code, reason = "rav1d 1.1 has the interface of a C library")]

use std::mem::MaybeUninit;
use std::ptr::NonNull;

use pixgate_raster::{Channels, ChromaSubsampling, Depth, Image, Layout, Samples, zeroed};
use rav1d::include::dav1d::data::Dav1dData;
use rav1d::include::dav1d::dav1d::{
    DAV1D_INLOOPFILTER_DEBLOCK, Dav1dContext, Dav1dLogger, Dav1dSettings,
};
use rav1d::include::dav1d::headers::{
    DAV1D_PIXEL_LAYOUT_I400, DAV1D_PIXEL_LAYOUT_I420, DAV1D_PIXEL_LAYOUT_I422,
};
use rav1d::include::dav1d::picture::Dav1dPicture;
use rav1d::src::lib as library;

use super::broken;
use super::item::CodePoints;
use super::picture::Picture;
use crate::{Error, ErrorKind};

/// Decodes the first picture of an AV1 stream.
///
/// - `max_pixels`: refuses larger frames.
/// - `is_fine`: whether small details matter, or the picture is going to be scaled down so far that
///   only the edges of blocks need smoothing. Prediction within a frame looks at samples before
///   all filters.
pub(super) fn decode(stream: &[u8], max_pixels: u64, is_fine: bool) -> Result<Picture, Error> {
    let mut context = Context::open(max_pixels, is_fine)?;
    let mut data = Data::copy(stream)?;
    for _ in 0..MAX_STEPS {
        context.send(&mut data);
        if let Some(picture) = context.picture() {
            return picture.read();
        }
        if data.0.sz == 0 && context.is_drained {
            break;
        }
        context.is_drained = data.0.sz == 0;
    }
    Err(broken("AV1 data"))
}

struct Context {
    inner: Option<Dav1dContext>,
    /// Whether a picture was asked for after all data was sent.
    is_drained: bool,
}

impl Context {
    fn open(max_pixels: u64, is_fine: bool) -> Result<Self, Error> {
        let mut settings = MaybeUninit::<Dav1dSettings>::uninit();
        // SAFETY: the pointer is valid for writing one `Dav1dSettings`, which the call fills
        // completely.
        let mut settings = unsafe {
            library::dav1d_default_settings(NonNull::from(&mut settings).cast());
            settings.assume_init()
        };
        // With a single frame context rav1d 1.1 unwraps a missing frame header after every broken
        // frame, and a panic in a C function ends the process; with two it reports the error.
        settings.n_threads = 2;
        settings.max_frame_delay = 2;
        // SAFETY: without a callback nothing is ever called.
        settings.logger = unsafe { Dav1dLogger::new(None, None) };
        if !is_fine {
            settings.inloop_filters = DAV1D_INLOOPFILTER_DEBLOCK;
        }
        settings.frame_size_limit = u32::try_from(max_pixels).unwrap_or(u32::MAX);
        let mut inner = None;
        // SAFETY: both pointers are to live values of the right types.
        let result = unsafe {
            library::dav1d_open(
                Some(NonNull::from(&mut inner)),
                Some(NonNull::from(&mut settings)),
            )
        };
        if result.0 != 0 {
            return Err(ErrorKind::OutOfMemory { bytes: 0 }.into());
        }
        let is_drained = false;
        Ok(Self { inner, is_drained })
    }

    /// Hands data over; what the library does not take yet stays.
    fn send(&mut self, data: &mut Data) {
        if data.0.sz > 0 {
            // SAFETY: the context is open, and the data is valid for reading and writing. What
            // goes wrong shows when no picture comes.
            unsafe { library::dav1d_send_data(self.inner, Some(NonNull::from(&mut data.0))) };
        }
    }

    fn picture(&mut self) -> Option<Frame> {
        let mut frame = Frame(Dav1dPicture::default());
        // SAFETY: the context is open, and the picture is valid for writing.
        let result =
            unsafe { library::dav1d_get_picture(self.inner, Some(NonNull::from(&mut frame.0))) };
        (result.0 == 0).then_some(frame)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        // SAFETY: the pointer is to a context that was opened and not closed yet.
        unsafe { library::dav1d_close(Some(NonNull::from(&mut self.inner))) }
    }
}

/// Compressed data in a buffer of the library's.
struct Data(Dav1dData);

impl Data {
    fn copy(stream: &[u8]) -> Result<Self, Error> {
        if stream.is_empty() {
            return Err(broken("no AV1 data"));
        }
        let mut data = Self(Dav1dData::default());
        let length = stream.len();
        // SAFETY: the pointer is valid for writing.
        let start = unsafe { library::dav1d_data_create(Some(NonNull::from(&mut data.0)), length) };
        let Some(start) = NonNull::new(start) else {
            let bytes = length as u64;
            return Err(ErrorKind::OutOfMemory { bytes }.into());
        };
        // SAFETY: the library allocated `length` bytes at `start`, which nobody else knows yet.
        unsafe { start.copy_from_nonoverlapping(NonNull::from(stream).cast(), length) };
        Ok(data)
    }
}

impl Drop for Data {
    fn drop(&mut self) {
        // SAFETY: the pointer is to data of the library's, or to none, which is allowed.
        unsafe { library::dav1d_data_unref(Some(NonNull::from(&mut self.0))) }
    }
}

/// A picture in buffers of the library's.
struct Frame(Dav1dPicture);

impl Frame {
    fn read(&self) -> Result<Picture, Error> {
        let picture = &self.0;
        let side = |side| u32::try_from(side).map_err(|_| broken("size"));
        let (width, height) = (side(picture.p.w)?, side(picture.p.h)?);
        let subsampling = match picture.p.layout {
            DAV1D_PIXEL_LAYOUT_I400 => None,
            DAV1D_PIXEL_LAYOUT_I420 => Some(ChromaSubsampling::Both),
            DAV1D_PIXEL_LAYOUT_I422 => Some(ChromaSubsampling::Horizontal),
            _ => Some(ChromaSubsampling::Full),
        };
        let mut planes = vec![self.plane(0, width, height)?];
        if let Some(subsampling) = subsampling {
            let (width, height) = subsampling.chroma_size(width, height);
            planes.push(self.plane(1, width, height)?);
            planes.push(self.plane(2, width, height)?);
        }
        let header = picture.seq_hdr.ok_or_else(|| broken("sequence header"))?;
        // SAFETY: the library keeps the header alive as long as the picture.
        let header = unsafe { header.as_ref() };
        Ok(Picture {
            planes,
            subsampling,
            bits: u8::try_from(picture.p.bpc).map_err(|_| broken("bit depth"))?,
            code_points: CodePoints {
                primaries: u16::try_from(header.pri).unwrap_or(2),
                transfer: u16::try_from(header.trc).unwrap_or(2),
                matrix: u16::try_from(header.mtrx).unwrap_or(2),
                is_full_range: header.color_range != 0,
            },
        })
    }

    fn plane(&self, index: usize, width: u32, height: u32) -> Result<Image, Error> {
        let start = self.0.data[index].ok_or_else(|| broken("plane"))?;
        let stride = self.0.stride[index.min(1)];
        let depth = if self.0.p.bpc == 8 {
            Depth::U8
        } else {
            Depth::U16
        };
        let layout = Layout {
            width,
            height,
            channels: Channels::Grey,
            depth,
        };
        let row = width as usize;
        let samples = match depth {
            Depth::U8 => {
                let mut samples = zeroed::<u8>(layout.samples()?)?;
                for (y, to) in (0..).zip(samples.chunks_exact_mut(row)) {
                    // SAFETY: the library's plane has at least `height` rows of at least `width`
                    // samples, `stride` bytes apart, and `y < height`.
                    let from = unsafe {
                        let row_start = start.as_ptr().cast::<u8>().offset(stride * y);
                        std::slice::from_raw_parts(row_start, row)
                    };
                    to.copy_from_slice(from);
                }
                Samples::U8(samples)
            }
            _ => {
                let mut samples = zeroed::<u16>(layout.samples()?)?;
                for (y, to) in (0..).zip(samples.chunks_exact_mut(row)) {
                    // SAFETY: as above; planes of more than 8 bits hold aligned 16-bit samples.
                    let from = unsafe {
                        let row_start = start.as_ptr().cast::<u8>().offset(stride * y);
                        std::slice::from_raw_parts(row_start.cast::<u16>(), row)
                    };
                    to.copy_from_slice(from);
                }
                Samples::U16(samples)
            }
        };
        Ok(Image::from_samples(layout, samples)?)
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        // SAFETY: the pointer is to a picture of the library's, or to none, which is allowed.
        unsafe { library::dav1d_picture_unref(Some(NonNull::from(&mut self.0))) };
        // The library leaves an empty list of messages behind, and nobody else frees it.
        if let Some(messages) = self.0.itut_t35_ref.take() {
            // SAFETY: the call above has just made this reference, and it is used no more.
            drop(unsafe { messages.into_arc() });
        }
    }
}

/// A still picture needs two steps; a stream of several layers some more.
const MAX_STEPS: usize = 64;

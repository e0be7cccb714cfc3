//! Pictures with alpha or without loss through libwebp: the only file beside the one of animations that calls it.
#![allow(unsafe_code, reason = "libwebp is a C library")]

use libwebp_sys::{
    WebPConfig, WebPEncCSP, WebPEncode, WebPEncodingError, WebPMemoryWrite, WebPMemoryWriter,
    WebPMemoryWriterClear, WebPMemoryWriterInit, WebPPicture, WebPPictureAlloc, WebPPictureFree,
    WebPPictureImportRGB, WebPPictureImportRGBA, WebPPreset,
};
use pixgate_options::{WebpCompression, WebpPreset};
use pixgate_raster::convert::convert_channels;
use pixgate_raster::{
    Channels, ChromaSubsampling, Depth, Image, Planes, Samples, YuvMatrix, YuvRange,
};

use super::container::with_metadata;
use super::{failed, unsupported};
use crate::{EncodeSettings, Error, ErrorKind, Metadata, Pixels};

/// Encodes a whole image; lossy chroma is at half resolution.
pub(super) fn encode(
    pixels: &Pixels,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Vec<u8>, Error> {
    let (width, height) = pixels.size();
    let mut picture = Picture::new(width, height)?;
    match pixels {
        Pixels::Interleaved(image) => {
            picture.0.use_argb = i32::from(needs_rgb(settings));
            picture.import(image)?;
        }
        Pixels::Planar(planes) => picture.import_planes(planes)?,
    }
    let file = picture.encode(settings)?;
    with_metadata(file, (width, height), metadata)
}

/// Lossless coding and sharp chroma start from RGB.
pub(super) fn needs_rgb(settings: &EncodeSettings) -> bool {
    settings.webp_compression != WebpCompression::Lossy || settings.webp_smart_subsample
}

/// A picture that libwebp owns the planes of.
pub(super) struct Picture(WebPPicture);

impl Picture {
    pub(super) fn new(width: u32, height: u32) -> Result<Self, Error> {
        let mut picture = WebPPicture::new().map_err(|()| failed())?;
        let side = |side: u32| i32::try_from(side).map_err(|_| failed());
        picture.width = side(width)?;
        picture.height = side(height)?;
        picture.use_argb = 0;
        Ok(Self(picture))
    }

    /// A frame for the animation encoder, chroma at half resolution unless that must not be.
    ///
    /// The encoder compares frames in RGB and turns them back itself. Handing it RGB would always keep a
    /// little more chroma, but results would look different from the reference's.
    pub(super) fn frame(image: &Image, needs_rgb: bool) -> Result<Self, Error> {
        let mut picture = Self::new(image.width(), image.height())?;
        picture.0.use_argb = i32::from(needs_rgb);
        picture.import(image)?;
        Ok(picture)
    }

    /// The library's view of it.
    pub(super) const fn as_mut(&mut self) -> &mut WebPPicture {
        &mut self.0
    }

    fn import(&mut self, image: &Image) -> Result<(), Error> {
        let is_grey = matches!(
            image.layout().channels,
            Channels::Grey | Channels::GreyAlpha
        );
        if is_grey && self.0.use_argb != 0 {
            let channels = match image.layout().channels.has_alpha() {
                true => Channels::Rgba,
                false => Channels::Rgb,
            };
            return self.import(&convert_channels(image.clone(), channels)?);
        }
        let Samples::U8(samples) = image.samples() else {
            return Err(unsupported("more than 8 bits"));
        };
        let layout = image.layout();
        let stride = i32::try_from(layout.row_samples()).map_err(|_| failed())?;
        let import = match layout.channels {
            Channels::Grey => return self.import_grey(samples, 1),
            Channels::GreyAlpha => return self.import_grey(samples, 2),
            Channels::Rgb => WebPPictureImportRGB,
            Channels::Rgba => WebPPictureImportRGBA,
            Channels::Cmyk => return Err(unsupported("CMYK")),
        };
        // SAFETY: the picture was initialised with this image's width and height, and `samples`
        // holds exactly `height` rows of `stride` bytes, which `Image` guarantees.
        let done = unsafe { import(&raw mut self.0, samples.as_ptr(), stride) };
        self.check(done)
    }

    /// - `step`: bytes from one grey value to the next; the second byte is alpha.
    fn import_grey(&mut self, samples: &[u8], step: usize) -> Result<(), Error> {
        self.allocate(step == 2)?;
        let luma = |grey: u8| 16 + (u32::from(grey) * 219 + 127) / 255;
        for (y, row) in samples.chunks(step * self.width()).enumerate() {
            for (to, from) in self.row(Plane::Y, y).iter_mut().zip(row.chunks(step)) {
                *to = u8::try_from(luma(from[0])).unwrap_or(u8::MAX);
            }
            if step == 2 {
                for (to, from) in self.row(Plane::Alpha, y).iter_mut().zip(row.chunks(step)) {
                    *to = from[1];
                }
            }
        }
        for y in 0..self.height().div_ceil(2) {
            self.row(Plane::U, y).fill(128);
            self.row(Plane::V, y).fill(128);
        }
        Ok(())
    }

    fn import_planes(&mut self, planes: &Planes) -> Result<(), Error> {
        planes.check()?;
        let is_webp = planes.matrix == YuvMatrix::Bt601
            && planes.range == YuvRange::Limited
            && planes.subsampling == ChromaSubsampling::Both
            && planes.y.layout().depth == Depth::U8;
        let (Some([u, v]), true) = (&planes.chroma, is_webp) else {
            return Err(unsupported("YCbCr other than 4:2:0 limited-range BT.601"));
        };
        self.allocate(planes.alpha.is_some())?;
        self.copy(Plane::Y, &planes.y)?;
        self.copy(Plane::U, u)?;
        self.copy(Plane::V, v)?;
        planes
            .alpha
            .as_ref()
            .map_or(Ok(()), |alpha| self.copy(Plane::Alpha, alpha))
    }

    fn copy(&mut self, plane: Plane, image: &Image) -> Result<(), Error> {
        let view = image.view::<u8>()?;
        for (y, from) in view.rows().enumerate() {
            self.row(plane, y).copy_from_slice(from);
        }
        Ok(())
    }

    fn allocate(&mut self, alpha: bool) -> Result<(), Error> {
        self.0.colorspace = if alpha {
            WebPEncCSP::WEBP_YUV420A
        } else {
            WebPEncCSP::WEBP_YUV420
        };
        // SAFETY: the picture is initialised, with its size and colour space set.
        let done = unsafe { WebPPictureAlloc(&raw mut self.0) };
        self.check(done)
    }

    fn width(&self) -> usize {
        usize::try_from(self.0.width).unwrap_or_default()
    }

    fn height(&self) -> usize {
        usize::try_from(self.0.height).unwrap_or_default()
    }

    /// A row of a plane that [`Picture::allocate`] made; empty if there is none.
    fn row(&mut self, plane: Plane, y: usize) -> &mut [u8] {
        let (full_width, full_height) = (self.width(), self.height());
        let half = (full_width.div_ceil(2), full_height.div_ceil(2));
        let picture = &self.0;
        let (start, stride, (width, height)) = match plane {
            Plane::Y => (picture.y, picture.y_stride, (full_width, full_height)),
            Plane::U => (picture.u, picture.uv_stride, half),
            Plane::V => (picture.v, picture.uv_stride, half),
            Plane::Alpha => (picture.a, picture.a_stride, (full_width, full_height)),
        };
        let stride = usize::try_from(stride).unwrap_or_default();
        if start.is_null() || y >= height || stride < width {
            return &mut [];
        }
        // SAFETY: `WebPPictureAlloc` made the plane with `height` rows `stride` bytes apart, and
        // `y < height`, `width <= stride` were checked; the borrow of `self` keeps it alive.
        unsafe { std::slice::from_raw_parts_mut(start.add(y * stride), width) }
    }

    fn encode(&mut self, settings: &EncodeSettings) -> Result<Vec<u8>, Error> {
        let config = config(settings)?;
        let mut output = Output::new();
        self.0.writer = Some(WebPMemoryWrite);
        self.0.custom_ptr = (&raw mut output.0).cast();
        // SAFETY: configuration and picture are initialised, the writer is the library's own and
        // its state outlives the call.
        let done = unsafe { WebPEncode(&raw const config, &raw mut self.0) };
        self.check(done)?;
        output.to_vec()
    }

    fn check(&self, done: i32) -> Result<(), Error> {
        if done != 0 {
            return Ok(());
        }
        match self.0.error_code {
            WebPEncodingError::VP8_ENC_ERROR_OUT_OF_MEMORY
            | WebPEncodingError::VP8_ENC_ERROR_BITSTREAM_OUT_OF_MEMORY => {
                Err(ErrorKind::OutOfMemory { bytes: 0 }.into())
            }
            _ => Err(failed()),
        }
    }
}

/// The library's settings.
pub(super) fn config(settings: &EncodeSettings) -> Result<WebPConfig, Error> {
    let quality = f32::from(settings.quality.clamp(1, 100));
    let preset = match settings.webp_preset {
        WebpPreset::Default => WebPPreset::WEBP_PRESET_DEFAULT,
        WebpPreset::Photo => WebPPreset::WEBP_PRESET_PHOTO,
        WebpPreset::Picture => WebPPreset::WEBP_PRESET_PICTURE,
        WebpPreset::Drawing => WebPPreset::WEBP_PRESET_DRAWING,
        WebpPreset::Icon => WebPPreset::WEBP_PRESET_ICON,
        WebpPreset::Text => WebPPreset::WEBP_PRESET_TEXT,
    };
    let mut config = WebPConfig::new_with_preset(preset, quality).map_err(|()| failed())?;
    config.method = i32::from(settings.webp_effort.clamp(0, 6));
    match settings.webp_compression {
        WebpCompression::Lossy => config.use_sharp_yuv = settings.webp_smart_subsample.into(),
        WebpCompression::Lossless => config.lossless = 1,
        // As libvips does it: the quality says how near.
        WebpCompression::NearLossless => {
            config.lossless = 1;
            config.near_lossless = i32::from(settings.quality.clamp(1, 100));
        }
    }
    Ok(config)
}

impl Drop for Picture {
    fn drop(&mut self) {
        // SAFETY: the picture was initialised; freeing one without planes is allowed.
        unsafe { WebPPictureFree(&raw mut self.0) }
    }
}

#[derive(Clone, Copy)]
enum Plane {
    Y,
    U,
    V,
    Alpha,
}

/// The library's growing output buffer.
struct Output(WebPMemoryWriter);

impl Output {
    fn new() -> Self {
        let mut writer = WebPMemoryWriter {
            mem: std::ptr::null_mut(),
            size: 0,
            max_size: 0,
            pad: [0],
        };
        // SAFETY: the pointer is to a live structure.
        unsafe { WebPMemoryWriterInit(&raw mut writer) };
        Self(writer)
    }

    fn to_vec(&self) -> Result<Vec<u8>, Error> {
        let bytes = if self.0.mem.is_null() {
            &[]
        } else {
            // SAFETY: the library wrote `size` bytes at `mem`, which lives until `drop`.
            unsafe { std::slice::from_raw_parts(self.0.mem, self.0.size) }
        };
        owned(bytes)
    }
}

impl Drop for Output {
    fn drop(&mut self) {
        // SAFETY: the writer was initialised and nothing points into it any more.
        unsafe { WebPMemoryWriterClear(&raw mut self.0) }
    }
}

/// A copy of what the library made.
pub(super) fn owned(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut file = Vec::new();
    file.try_reserve_exact(bytes.len())
        .map_err(|_| ErrorKind::OutOfMemory {
            bytes: bytes.len() as u64,
        })?;
    file.extend_from_slice(bytes);
    Ok(file)
}

//! WebP animations through libwebp's animation encoder, which looks for differences itself.
#![allow(unsafe_code, reason = "libwebp is a C library")]

use std::ptr::NonNull;

use libwebp_sys::{
    WEBP_MUX_ABI_VERSION, WebPAnimEncoder, WebPAnimEncoderAdd, WebPAnimEncoderAssemble,
    WebPAnimEncoderDelete, WebPAnimEncoderNewInternal, WebPAnimEncoderOptions,
    WebPAnimEncoderOptionsInitInternal, WebPConfig, WebPData, WebPDataClear, WebPMuxAnimParams,
};
use pixgate_raster::convert::convert_channels;
use pixgate_raster::{Channels, Depth, Image, Layout};

use super::container::{Chunks, with_metadata};
use super::encode::MAX_SIDE;
use super::libwebp::{Picture, config, needs_rgb, owned};
use super::{failed, unsupported};
use crate::{AnimationEncoder, EncodeSettings, Error, Metadata};

/// Starts an animation.
pub(crate) fn animation(
    layout: Layout,
    settings: &EncodeSettings,
    metadata: &Metadata,
) -> Result<Box<dyn AnimationEncoder>, Error> {
    if layout.width.max(layout.height) > MAX_SIDE {
        return Err(unsupported("a side of more than 16383 pixels"));
    }
    if layout.depth != Depth::U8 || layout.channels == Channels::Cmyk {
        return Err(unsupported("CMYK or more than 8 bits"));
    }
    Ok(Box::new(Animation {
        layout,
        config: config(settings)?,
        needs_rgb: needs_rgb(settings),
        metadata: metadata.clone(),
        library: Library::new(layout)?,
        time_ms: 0,
        is_empty: true,
    }))
}

struct Animation {
    layout: Layout,
    config: WebPConfig,
    needs_rgb: bool,
    metadata: Metadata,
    library: Library,
    /// When the next frame starts.
    time_ms: i32,
    is_empty: bool,
}

// SAFETY: the library's encoder and the configuration are plain memory that no thread owns; all
// access goes through `&mut` or by value.
unsafe impl Send for Animation {}

impl AnimationEncoder for Animation {
    fn write_frame(&mut self, image: Image, delay_ms: u32) -> Result<(), Error> {
        if image.layout() != self.layout {
            return Err(unsupported("frames of different sizes"));
        }
        let mut picture = Picture::frame(&rgb(image)?, self.needs_rgb)?;
        self.library
            .add(Some(&mut picture), self.time_ms, &self.config)?;
        let delay_ms = i32::try_from(delay_ms).map_err(|_| failed())?;
        self.time_ms = self.time_ms.checked_add(delay_ms).ok_or_else(failed)?;
        self.is_empty = false;
        Ok(())
    }

    fn finish(mut self: Box<Self>, loop_count: u32) -> Result<Vec<u8>, Error> {
        if self.is_empty {
            return Err(failed());
        }
        self.library.add(None, self.time_ms, &self.config)?;
        let mut file = self.library.assemble()?;
        set_loop_count(&mut file, loop_count);
        let size = (self.layout.width, self.layout.height);
        with_metadata(file, size, &self.metadata)
    }
}

/// The library takes colours only.
fn rgb(image: Image) -> Result<Image, Error> {
    match image.layout().channels {
        Channels::Grey => Ok(convert_channels(image, Channels::Rgb)?),
        Channels::GreyAlpha => Ok(convert_channels(image, Channels::Rgba)?),
        _ => Ok(image),
    }
}

/// Puts the number of plays into the ANIM chunk; files of one frame have none.
fn set_loop_count(file: &mut [u8], loop_count: u32) {
    let mut at = 12;
    let mut found = None;
    for chunk in Chunks::new(file) {
        if chunk.name == b"ANIM" {
            found = Some(at + 8 + 4);
            break;
        }
        at += 8 + chunk.payload.len().next_multiple_of(2);
    }
    let place = found.and_then(|at| file.get_mut(at..at + 2));
    if let Some(place) = place {
        let count = u16::try_from(loop_count).unwrap_or(u16::MAX);
        place.copy_from_slice(&count.to_le_bytes());
    }
}

/// The library's encoder.
struct Library(NonNull<WebPAnimEncoder>);

impl Library {
    fn new(layout: Layout) -> Result<Self, Error> {
        let side = |side: u32| i32::try_from(side).map_err(|_| failed());
        let abi = i32::try_from(WEBP_MUX_ABI_VERSION).map_err(|_| failed())?;
        let mut options = WebPAnimEncoderOptions {
            anim_params: WebPMuxAnimParams {
                bgcolor: 0,
                loop_count: 0,
            },
            minimize_size: 0,
            kmin: 0,
            kmax: 0,
            allow_mixed: 0,
            verbose: 0,
            padding: [0; 4],
        };
        // SAFETY: the pointer is to a live structure.
        if unsafe { WebPAnimEncoderOptionsInitInternal(&raw mut options, abi) } == 0 {
            return Err(failed());
        }
        // Key frames as good as never, as the reference has it.
        options.kmax = i32::MAX;
        options.kmin = i32::MAX - 1;
        let (width, height) = (side(layout.width)?, side(layout.height)?);
        // SAFETY: the options are initialised and copied by the library.
        let encoder = unsafe { WebPAnimEncoderNewInternal(width, height, &raw const options, abi) };
        NonNull::new(encoder).map(Self).ok_or_else(failed)
    }

    /// - `picture`: none ends the last frame.
    fn add(
        &mut self,
        picture: Option<&mut Picture>,
        time_ms: i32,
        config: &WebPConfig,
    ) -> Result<(), Error> {
        let picture = picture.map_or(std::ptr::null_mut(), |p| std::ptr::from_mut(p.as_mut()));
        // SAFETY: the encoder lives until `drop`; picture and configuration are initialised and
        // not kept by the library.
        let done = unsafe {
            WebPAnimEncoderAdd(
                self.0.as_ptr(),
                picture,
                time_ms,
                std::ptr::from_ref(config),
            )
        };
        if done == 0 { Err(failed()) } else { Ok(()) }
    }

    fn assemble(&mut self) -> Result<Vec<u8>, Error> {
        let mut data = WebPData::default();
        // SAFETY: the encoder lives until `drop`, the pointer is to a live structure.
        let done = unsafe { WebPAnimEncoderAssemble(self.0.as_ptr(), &raw mut data) };
        if done == 0 || data.bytes.is_null() {
            return Err(failed());
        }
        // SAFETY: the library made `size` bytes at `bytes`, which live until they are cleared.
        let file = owned(unsafe { std::slice::from_raw_parts(data.bytes, data.size) });
        // SAFETY: the bytes were allocated by the library and nothing points to them any more.
        unsafe { WebPDataClear(&mut data) };
        file
    }
}

impl Drop for Library {
    fn drop(&mut self) {
        // SAFETY: the encoder was made by the library and is not used any more.
        unsafe { WebPAnimEncoderDelete(self.0.as_ptr()) }
    }
}

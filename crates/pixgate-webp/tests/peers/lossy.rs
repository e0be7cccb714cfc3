//! Lossy pictures by libwebp.

use libwebp_sys::{
    WebPConfig, WebPEncode, WebPMemoryWrite, WebPMemoryWriter, WebPMemoryWriterClear,
    WebPMemoryWriterInit, WebPPicture, WebPPictureFree, WebPPictureImportRGBA,
    WebPPictureSharpARGBToYUVA,
};

/// What it is asked for.
#[derive(Clone, Copy)]
pub(crate) struct Lossy {
    pub(crate) quality: u8,
    pub(crate) method: u8,
    pub(crate) is_sharp: bool,
}

impl Lossy {
    pub(crate) fn config(self) -> WebPConfig {
        let mut config = WebPConfig::new().unwrap();
        config.quality = f32::from(self.quality);
        config.method = i32::from(self.method);
        config.use_sharp_yuv = i32::from(self.is_sharp);
        config
    }
}

/// A picture in the library's memory.
pub(crate) struct Picture(pub(crate) WebPPicture);

impl Picture {
    pub(crate) fn new(rgba: &[u8], (width, height): (u32, u32), is_argb: bool) -> Self {
        let mut picture = WebPPicture::new().unwrap();
        (picture.width, picture.height) = (width as i32, height as i32);
        picture.use_argb = i32::from(is_argb);
        // SAFETY: `rgba` holds `height` rows of `width` pixels.
        let done =
            unsafe { WebPPictureImportRGBA(&raw mut picture, rgba.as_ptr(), width as i32 * 4) };
        assert_ne!(done, 0);
        Self(picture)
    }
}

impl Drop for Picture {
    fn drop(&mut self) {
        // SAFETY: the picture was initialised.
        unsafe { WebPPictureFree(&raw mut self.0) }
    }
}

/// A lossy file.
pub(crate) fn encode(rgba: &[u8], size: (u32, u32), settings: Lossy) -> Vec<u8> {
    let mut picture = Picture::new(rgba, size, settings.is_sharp);
    let config = settings.config();
    let mut writer = WebPMemoryWriter {
        mem: std::ptr::null_mut(),
        size: 0,
        max_size: 0,
        pad: [0],
    };
    // SAFETY: all structures are initialised and outlive the calls; the writer has `size` bytes at `mem`.
    unsafe {
        WebPMemoryWriterInit(&raw mut writer);
        picture.0.writer = Some(WebPMemoryWrite);
        picture.0.custom_ptr = (&raw mut writer).cast();
        assert_ne!(WebPEncode(&raw const config, &raw mut picture.0), 0);
        let file = std::slice::from_raw_parts(writer.mem, writer.size).to_vec();
        WebPMemoryWriterClear(&raw mut writer);
        file
    }
}

/// Y, Cb and Cr as its sharp conversion makes them.
pub(crate) fn sharp_planes(rgba: &[u8], (width, height): (u32, u32)) -> [Vec<u8>; 3] {
    let mut picture = Picture::new(rgba, (width, height), true);
    // SAFETY: the picture holds pixels.
    assert_ne!(unsafe { WebPPictureSharpARGBToYUVA(&raw mut picture.0) }, 0);
    let picture = &picture.0;
    let half = (width.div_ceil(2), height.div_ceil(2));
    let plane = |start: *mut u8, stride: i32, (width, height): (u32, u32)| {
        (0..height as usize)
            .flat_map(|y| {
                // SAFETY: the library made `height` rows, `stride` apart, of at least `width` bytes.
                unsafe {
                    std::slice::from_raw_parts(start.add(y * stride as usize), width as usize)
                }
            })
            .copied()
            .collect()
    };
    [
        plane(picture.y, picture.y_stride, (width, height)),
        plane(picture.u, picture.uv_stride, half),
        plane(picture.v, picture.uv_stride, half),
    ]
}

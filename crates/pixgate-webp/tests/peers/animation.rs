//! Animations by libwebp.

use libwebp_sys::{
    WEBP_DEMUX_ABI_VERSION, WEBP_MUX_ABI_VERSION, WebPAnimDecoderDelete, WebPAnimDecoderGetNext,
    WebPAnimDecoderNewInternal, WebPAnimEncoderAdd, WebPAnimEncoderAssemble, WebPAnimEncoderDelete,
    WebPAnimEncoderNewInternal, WebPAnimEncoderOptions, WebPAnimEncoderOptionsInitInternal,
    WebPConfig, WebPData, WebPDataClear,
};

use super::lossy::Picture;

/// Writes frames of 100 ms, key frames as good as never.
pub(crate) fn encode(
    frames: &[Vec<u8>],
    (width, height): (u32, u32),
    config: &WebPConfig,
) -> Vec<u8> {
    let mux = WEBP_MUX_ABI_VERSION as i32;
    // SAFETY: all is plain numbers, and initialised by the library.
    let mut options: WebPAnimEncoderOptions = unsafe { std::mem::zeroed() };
    let is_argb = config.lossless != 0 || config.use_sharp_yuv != 0;
    // SAFETY: structures are initialised and outlive the calls; the library's memory is freed once.
    unsafe {
        assert_ne!(WebPAnimEncoderOptionsInitInternal(&raw mut options, mux), 0);
        (options.kmax, options.kmin) = (i32::MAX, i32::MAX - 1);
        let encoder =
            WebPAnimEncoderNewInternal(width as i32, height as i32, &raw const options, mux);
        let mut time = 0;
        for frame in frames {
            let mut picture = Picture::new(frame, (width, height), is_argb);
            assert_ne!(
                WebPAnimEncoderAdd(encoder, &raw mut picture.0, time, config),
                0
            );
            time += 100;
        }
        assert_ne!(
            WebPAnimEncoderAdd(encoder, std::ptr::null_mut(), time, config),
            0
        );
        let mut data = WebPData::default();
        assert_ne!(WebPAnimEncoderAssemble(encoder, &raw mut data), 0);
        let file = std::slice::from_raw_parts(data.bytes, data.size).to_vec();
        WebPDataClear(&mut data);
        WebPAnimEncoderDelete(encoder);
        file
    }
}

/// RGBA of each frame as it is shown, and when it ends in milliseconds.
pub(crate) fn decode(file: &[u8], (width, height): (u32, u32)) -> Option<Vec<(Vec<u8>, i32)>> {
    let data = WebPData {
        bytes: file.as_ptr(),
        size: file.len(),
    };
    let mut all = Vec::new();
    // SAFETY: the file outlives the decoder, whose frames hold the canvas in RGBA until the next.
    unsafe {
        let decoder = WebPAnimDecoderNewInternal(
            &raw const data,
            std::ptr::null(),
            WEBP_DEMUX_ABI_VERSION as i32,
        );
        if decoder.is_null() {
            return None;
        }
        let (mut pixels, mut time) = (std::ptr::null_mut(), 0);
        while WebPAnimDecoderGetNext(decoder, &raw mut pixels, &raw mut time) != 0 {
            let length = width as usize * height as usize * 4;
            all.push((std::slice::from_raw_parts(pixels, length).to_vec(), time));
        }
        WebPAnimDecoderDelete(decoder);
    }
    Some(all)
}

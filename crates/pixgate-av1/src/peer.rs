//! Decodes a stream with rav1d.
#![allow(unsafe_code, reason = "rav1d has the interface of a C library")]
#![allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "small numbers of tests"
)]

use std::mem::MaybeUninit;
use std::ptr::NonNull;

use rav1d::include::dav1d::data::Dav1dData;
use rav1d::include::dav1d::dav1d::{Dav1dContext, Dav1dLogger, Dav1dSettings};
use rav1d::include::dav1d::headers::{
    DAV1D_PIXEL_LAYOUT_I400, DAV1D_PIXEL_LAYOUT_I420, DAV1D_PIXEL_LAYOUT_I422,
};
use rav1d::include::dav1d::picture::Dav1dPicture;
use rav1d::src::lib as library;

/// Samples of each plane, row by row.
pub(crate) fn decode(stream: &[u8]) -> Vec<Vec<u16>> {
    let mut settings = MaybeUninit::<Dav1dSettings>::uninit();
    // SAFETY: the call fills the settings; all pointers below are to live values of their types.
    unsafe {
        library::dav1d_default_settings(NonNull::from(&mut settings).cast());
        let mut settings = settings.assume_init();
        settings.n_threads = 2;
        settings.max_frame_delay = 2;
        settings.logger = Dav1dLogger::new(None, None);
        let mut context: Option<Dav1dContext> = None;
        let opened = library::dav1d_open(
            Some(NonNull::from(&mut context)),
            Some(NonNull::from(&mut settings)),
        );
        assert_eq!(opened.0, 0);
        let mut data = Dav1dData::default();
        let start = library::dav1d_data_create(Some(NonNull::from(&mut data)), stream.len());
        NonNull::new(start)
            .unwrap()
            .copy_from_nonoverlapping(NonNull::from(stream).cast(), stream.len());
        let mut picture = Dav1dPicture::default();
        for _ in 0..100 {
            if data.sz > 0 {
                let sent = library::dav1d_send_data(context, Some(NonNull::from(&mut data)));
                assert!(sent.0 == 0 || sent.0 == -11, "send: {}", sent.0);
            }
            let result = library::dav1d_get_picture(context, Some(NonNull::from(&mut picture)));
            if result.0 == 0 {
                break;
            }
            assert_eq!(result.0, -11, "no picture");
        }
        let planes = read(&picture);
        library::dav1d_picture_unref(Some(NonNull::from(&mut picture)));
        library::dav1d_close(Some(NonNull::from(&mut context)));
        planes
    }
}

unsafe fn read(picture: &Dav1dPicture) -> Vec<Vec<u16>> {
    let (width, height) = (picture.p.w as usize, picture.p.h as usize);
    let planes = if picture.p.layout == DAV1D_PIXEL_LAYOUT_I400 {
        1
    } else {
        3
    };
    (0..planes)
        .map(|plane| {
            let (w, h) = match picture.p.layout {
                DAV1D_PIXEL_LAYOUT_I420 if plane > 0 => (width.div_ceil(2), height.div_ceil(2)),
                DAV1D_PIXEL_LAYOUT_I422 if plane > 0 => (width.div_ceil(2), height),
                _ => (width, height),
            };
            let start = picture.data[plane].unwrap();
            let stride = picture.stride[plane.min(1)];
            let mut samples = Vec::new();
            for y in 0..h {
                // SAFETY: the library's plane has `h` rows of `w` samples, `stride` bytes apart.
                unsafe {
                    let row = start.as_ptr().cast::<u8>().offset(stride * y as isize);
                    if picture.p.bpc == 8 {
                        let row = std::slice::from_raw_parts(row, w);
                        samples.extend(row.iter().map(|&value| u16::from(value)));
                    } else {
                        samples.extend_from_slice(std::slice::from_raw_parts(row.cast::<u16>(), w));
                    }
                }
            }
            samples
        })
        .collect()
}

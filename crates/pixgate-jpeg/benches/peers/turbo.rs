//! libjpeg-turbo in C, loaded when the bench starts: nothing is linked or installed with a build.

#![allow(
    unsafe_code,
    clippy::cast_possible_wrap,
    clippy::cast_possible_truncation,
    reason = "calls into a C library, in a bench only"
)]

use std::ffi::{CStr, CString, c_char, c_int, c_ulong, c_void};
use std::sync::OnceLock;

#[cfg(unix)]
unsafe extern "C" {
    fn dlopen(path: *const c_char, flags: c_int) -> *mut c_void;
    fn dlsym(library: *mut c_void, name: *const c_char) -> *mut c_void;
}

#[cfg(not(unix))]
unsafe fn dlopen(_: *const c_char, _: c_int) -> *mut c_void {
    std::ptr::null_mut()
}

#[cfg(not(unix))]
unsafe fn dlsym(_: *mut c_void, _: *const c_char) -> *mut c_void {
    std::ptr::null_mut()
}

type Header = unsafe extern "C" fn(
    *mut c_void,
    *const u8,
    c_ulong,
    *mut c_int,
    *mut c_int,
    *mut c_int,
    *mut c_int,
) -> c_int;
type Decompress = unsafe extern "C" fn(
    *mut c_void,
    *const u8,
    c_ulong,
    *mut u8,
    c_int,
    c_int,
    c_int,
    c_int,
    c_int,
) -> c_int;

type Init = unsafe extern "C" fn() -> *mut c_void;
type Destroy = unsafe extern "C" fn(*mut c_void) -> c_int;

/// `libturbojpeg.so.0`, at the path that `PIXGATE_TURBOJPEG` names.
pub(crate) struct Turbo {
    init: Init,
    destroy: Destroy,
    header: Header,
    decompress: Decompress,
}

/// The library; none if the variable is not set.
pub(crate) fn turbo() -> Option<&'static Turbo> {
    static TURBO: OnceLock<Option<Turbo>> = OnceLock::new();
    TURBO.get_or_init(Turbo::load).as_ref()
}

impl Turbo {
    fn load() -> Option<Self> {
        let path = std::env::var_os("PIXGATE_TURBOJPEG")?;
        let path = CString::new(path.into_encoded_bytes()).unwrap();
        // SAFETY: the path is a string that ends with a zero; 2 is RTLD_NOW.
        let library = unsafe { dlopen(path.as_ptr(), 2) };
        assert!(!library.is_null(), "PIXGATE_TURBOJPEG cannot be loaded");
        let symbol = |name: &CStr| {
            // SAFETY: the library is loaded and never closed.
            let symbol = unsafe { dlsym(library, name.as_ptr()) };
            assert!(!symbol.is_null(), "{name:?}");
            symbol
        };
        // SAFETY: the types are those of `turbojpeg.h`, versions 1.2 to 3.
        Some(unsafe {
            Self {
                init: std::mem::transmute::<*mut c_void, Init>(symbol(c"tjInitDecompress")),
                destroy: std::mem::transmute::<*mut c_void, Destroy>(symbol(c"tjDestroy")),
                header: std::mem::transmute::<*mut c_void, Header>(symbol(c"tjDecompressHeader3")),
                decompress: std::mem::transmute::<*mut c_void, Decompress>(symbol(
                    c"tjDecompress2",
                )),
            }
        })
    }

    /// Decodes to RGB at a `divisor`-th of the size and returns the rows.
    pub(crate) fn decode(&self, data: &[u8], divisor: u32) -> usize {
        let scaled = |side: c_int| (side + divisor as c_int - 1) / divisor as c_int;
        let length = data.len() as c_ulong;
        let (mut width, mut height, mut subsampling, mut colors) = (0, 0, 0, 0);
        // SAFETY: data is `length` bytes; the buffer holds three bytes for every pixel; the handle
        // is destroyed once.
        unsafe {
            let handle = (self.init)();
            let (w, h) = (&raw mut width, &raw mut height);
            let (s, c) = (&raw mut subsampling, &raw mut colors);
            assert_eq!((self.header)(handle, data.as_ptr(), length, w, h, s, c), 0);
            let (w, h) = (scaled(width), scaled(height));
            let mut pixels = vec![0; w as usize * h as usize * 3];
            let out = pixels.as_mut_ptr();
            let done = (self.decompress)(handle, data.as_ptr(), length, out, w, 0, h, 0, 0);
            assert_eq!(done, 0);
            std::hint::black_box(&pixels);
            (self.destroy)(handle);
            h as usize
        }
    }
}

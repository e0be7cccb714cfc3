//! Decoding with the help of an idle core.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use pixgate_codec::Decoder;
use pixgate_raster::cores::{IdleCores, Loan};

use crate::Error;

/// Decodes while an idle core works ahead of the decoder, if there is a core, and work of that kind.
///
/// - `bytes`: what the decoder was opened with.
/// - `decode`: asks for bands.
pub(crate) fn beside<T>(
    decoder: &mut dyn Decoder,
    bytes: &[u8],
    cores: &dyn IdleCores,
    decode: impl FnOnce(&mut dyn Decoder) -> Result<T, Error>,
) -> Result<T, Error> {
    let Some(loan) = Loan::of(cores) else {
        return decode(decoder);
    };
    let Some(ahead) = decoder.ahead() else {
        drop(loan);
        return decode(decoder);
    };
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        let _over = SetWhenDropped(&is_over);
        let is_over = &is_over;
        // Refused a thread, the decoder does everything itself.
        let _thread = loan.spawn(scope, move |loan| {
            let stop = || loan.is_missed() || is_over.load(Ordering::Relaxed);
            ahead.work(bytes, &stop);
        });
        decode(decoder)
    })
}

/// Says that work ahead is not wanted any more, whatever the reason.
struct SetWhenDropped<'a>(&'a AtomicBool);

impl Drop for SetWhenDropped<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

//! A look at whether there is memory, before a library takes it that cannot be refused any.

use pixgate_options::Format;

use crate::{Error, ErrorKind};

/// Refuses work for which so many bytes cannot be had at once.
///
/// Libraries end the process where memory runs out, and own code does not; so the whole of it is
/// reserved and given back before they begin. Others may take it in between, but a limit on the
/// address space is met here.
///
/// # Errors
///
/// [`ErrorKind::OutOfMemory`].
pub(crate) fn check_room(format: Format, bytes: u64) -> Result<(), Error> {
    if bytes < LEAST_BYTES || matches!(format, Format::Jpeg | Format::Bmp) {
        return Ok(());
    }
    let short = || ErrorKind::OutOfMemory { bytes };
    let count = usize::try_from(bytes).map_err(|_| short())?;
    let mut room: Vec<u8> = Vec::new();
    room.try_reserve_exact(count).map_err(|_| short())?;
    // Memory that nobody sees would not be asked for at all.
    std::hint::black_box(room.as_ptr());
    Ok(())
}

/// Less than this is not looked for: glibc keeps what was freed in smaller pieces.
const LEAST_BYTES: u64 = 33 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_no_machine_has_is_refused() {
        assert!(check_room(Format::Png, 34 << 20).is_ok());
        let error = check_room(Format::Png, 1 << 60).unwrap_err();
        assert_eq!(*error.kind(), ErrorKind::OutOfMemory { bytes: 1 << 60 });
    }
}

//! What is wrong with a file and does not keep it from being decoded.

use crate::{DecodeOptions, Error, Tolerance};

/// Takes note of damage, or makes an error of it.
#[derive(Debug)]
pub(crate) struct Damage<'d> {
    first: &'d mut Option<Error>,
    tolerance: Tolerance,
    pub(crate) max_scans: u32,
}

impl<'d> Damage<'d> {
    pub(crate) fn new(first: &'d mut Option<Error>, options: &DecodeOptions) -> Self {
        Self {
            first,
            tolerance: options.tolerance,
            max_scans: options.max_scans,
        }
    }

    pub(crate) fn note(&mut self, error: Error) -> Result<(), Error> {
        match self.tolerance {
            Tolerance::Strict => Err(error),
            Tolerance::Lenient => {
                self.first.get_or_insert(error);
                Ok(())
            }
        }
    }
}

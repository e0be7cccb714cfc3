//! Filters of single pixels: what becomes of one depends on it and its place alone.

mod greyness;
mod palette;
mod ramp;
mod recoloring;
mod saturation;
mod tint;

pub use ramp::{Ramp, RampLine};
pub use recoloring::Recoloring;
pub use tint::{Tint, tint_bytes};

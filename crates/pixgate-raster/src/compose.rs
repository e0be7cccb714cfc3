//! One picture on another, and what alpha has to do with it.

mod alpha;
mod composite;
mod cut_out;
mod flatten;
mod mask;
mod outline;

pub use alpha::{premultiply, unpremultiply};
pub use composite::{composite, composite_bytes};
pub use cut_out::{RoundedRect, cut_out, cut_out_bytes};
pub use flatten::{flatten, flatten_bytes};
pub use mask::{coverage, mask, mask_bytes};
pub use outline::outline;

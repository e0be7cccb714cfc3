//! Where pixels stand: cutting, embedding, turning.
//!
//! Nothing here changes a colour, but [`tilt`], which interpolates at angles that are no multiple
//! of 90°.

mod crop;
mod embed;
mod flip;
mod rotate;
mod tilt;

pub use crop::{crop, crop_bytes};
pub use embed::{Canvas, embed, embed_bytes};
pub use flip::{flip_horizontal, flip_vertical};
pub use rotate::{orient, orient_bytes, orient_planes, orients_exactly};
pub use tilt::{tilt, tilt_bytes, tilted};

//! What can be said of a picture: its average, border, centre of attention, complexity, and how much
//! it differs from another.

mod attention;
mod average;
mod complexity;
mod dissimilarity;
mod trim;

pub use attention::{attention, attention_bytes};
pub use average::{average, average_bytes};
pub use complexity::complexity;
pub use dissimilarity::{dssim, luma};
pub use trim::{find_trim, find_trim_bytes};

//! AV1 to still pictures.

mod post;

//! Sizes and places: what the steps of a pipeline are planned from.
//!
//! Integers and ratios only; nothing here has seen a pixel, and nothing knows what a step does.

mod crop_ratio;
mod gravity;
mod position;
mod scale;
mod shrink;
mod size;
mod size_request;
mod state;
mod track;
mod turn;

pub(crate) use gravity::{Gravity, Toward};
pub(crate) use position::{hanging_position, offset, position};
pub(crate) use scale::Geometry;
pub(crate) use shrink::{Loaded, Source};
pub(crate) use size::{Factors, Size};
pub(crate) use size_request::SizeRequest;
pub(crate) use state::{Entry, Pipeline, State};
pub(crate) use track::{Move, Track};
pub(crate) use turn::Turn;

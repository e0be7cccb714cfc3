//! Options and a header become a plan; a plan and bytes become a result.
#![forbid(unsafe_code)]

mod cancel;
mod colour;
mod error;
mod fit_bytes;
mod metadata;
mod plan;
mod rounding;
mod run;
mod settings;
mod support;

pub use cancel::Cancel;
pub use error::{Error, ErrorKind};
pub use plan::{
    MetadataPolicy, Output, PixelPath, Plan, ProfileAction, Rect, Sides, Step, Warning,
    WatermarkPlacement, WatermarkStep, plan,
};
pub use run::{Encoded, run};
pub use settings::{Negotiation, Preference, Settings, WatermarkImage};
pub use support::{Support, support, supported_options};

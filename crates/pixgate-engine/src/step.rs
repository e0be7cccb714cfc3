//! What can be done to pixels: one file knows one step.
//!
//! A step's file says when it is planned (`plan`), which layout it gives, which bytes it takes, how
//! it runs and how it reads in an explanation ([`Display`](std::fmt::Display)); [`Step`] only leads
//! there. The order of steps is in `plan/pipeline.rs`.

mod blur;
mod blur_areas;
mod chain;
mod color_filter;
mod colorize;
mod crop;
mod crop_objects;
mod cut_out;
mod detect;
mod detections;
mod extend;
mod flatten;
mod format_limit;
mod gradient;
mod mask;
mod object_crop;
mod operation;
mod orient;
mod pad;
mod pixelate;
mod progressive_blur;
mod recolor;
mod repeat;
mod resample;
mod row_filter;
mod shadow;
mod sharpen;
mod smart_crop;
mod tilt;
mod trim;
mod underlay;
mod unsharp;
mod watermark;

use std::fmt;

use pixgate_options::Rgb;
use pixgate_raster::{Image, Layout};

use crate::Error;
use crate::geometry::Move;
use crate::work::Work;
use operation::{Operation, Overlay};

pub use blur::Blur;
pub use blur_areas::BlurAreas;
pub(crate) use chain::RowChain;
pub use colorize::Colorize;
pub use crop::Crop;
pub use crop_objects::CropObjects;
pub use cut_out::{CutOut, Shape};
pub use detect::Detect;
pub use detections::{BlurDetections, DrawDetections};
pub use extend::Extend;
pub use flatten::Flatten;
pub(crate) use flatten::is_opaque;
pub use format_limit::FormatLimit;
pub(crate) use format_limit::format_limit;
pub use gradient::Gradient;
pub use mask::Mask;
pub use object_crop::ObjectCrop;
pub use orient::Orient;
pub use pad::Pad;
pub use pixelate::Pixelate;
pub use progressive_blur::ProgressiveBlur;
pub use recolor::Recolor;
pub use repeat::Repeat;
pub use resample::Resample;
pub(crate) use resample::factor;
pub(crate) use row_filter::RowPlace;
pub use shadow::Shadow;
pub use sharpen::Sharpen;
pub use smart_crop::SmartCrop;
pub use tilt::Tilt;
pub use trim::Trim;
pub use underlay::Underlay;
pub use unsharp::Unsharp;
pub use watermark::{Watermark, WatermarkPlacement};

/// One step of a [`Plan`](crate::Plan), with final sizes.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Step {
    /// Cut off uniform borders; the steps after it were planned as if there were none.
    Trim(Trim),
    /// Look for objects, which later steps have to know.
    Detect(Detect),
    /// Cut to the objects; the steps after it were planned as if there were none.
    CropObjects(CropObjects),
    /// Cut before scaling, in stored orientation.
    Crop(Crop),
    /// As [`Crop`](Self::Crop); the place is found in the pixels.
    SmartCrop(SmartCrop),
    /// As [`Crop`](Self::Crop) or [`ResultCrop`](Self::ResultCrop); the place is found by objects.
    ObjectCrop(Box<ObjectCrop>),
    /// Scale to exactly this size, in stored orientation.
    Resample(Resample),
    /// Turn and mirror: EXIF orientation, rotation and flips in one.
    Orient(Orient),
    /// Cut after scaling and turning.
    ResultCrop(Crop),
    /// As [`ResultCrop`](Self::ResultCrop); the place is found in the pixels.
    SmartResultCrop(SmartCrop),
    /// Sharpen what scaling has softened.
    Unsharp(Unsharp),
    /// Change colours pixel by pixel.
    Recolor(Recolor),
    /// Blur with a Gaussian.
    Blur(Blur),
    /// Sharpen lightness.
    Sharpen(Sharpen),
    /// Average blocks.
    Pixelate(Pixelate),
    /// Blur parts of the picture.
    BlurAreas(BlurAreas),
    /// Blur objects.
    BlurDetections(BlurDetections),
    /// Draw frames around objects.
    DrawDetections(DrawDetections),
    /// Blur more and more along a direction.
    ProgressiveBlur(ProgressiveBlur),
    /// Place on a transparent canvas of the requested size.
    Extend(Extend),
    /// Place on a transparent canvas of the requested ratio.
    ExtendAspectRatio(Extend),
    /// Add transparent room.
    Pad(Pad),
    /// Scale down to what the result format can hold.
    FormatLimit(FormatLimit),
    /// Lay a colour over the whole image.
    Colorize(Colorize),
    /// Lay a colour over it that grows along a direction.
    Gradient(Gradient),
    /// Blend transparency onto a colour.
    Flatten(Flatten),
    /// Put a translucent colour behind transparency.
    Underlay(Underlay),
    /// Draw the configured watermark.
    Watermark(Box<Watermark>),
    /// Make transparent what is outside of a shape.
    CutOut(CutOut),
    /// Make transparent what a picture hides.
    Mask(Box<Mask>),
    /// Turn a watermark by any angle.
    Tilt(Tilt),
    /// Repeat a watermark.
    Repeat(Repeat),
    /// Put a shadow under a watermark.
    Shadow(Shadow),
}

impl Step {
    /// The one place that knows all steps.
    fn operation(&self) -> &dyn Operation {
        match self {
            Self::Trim(step) => step,
            Self::Detect(step) => step,
            Self::CropObjects(step) => step,
            Self::Crop(step) => step,
            Self::ObjectCrop(step) => &**step,
            Self::SmartCrop(step) => step,
            Self::Resample(step) => step,
            Self::Orient(step) => step,
            Self::ResultCrop(step) => step,
            Self::SmartResultCrop(step) => step,
            Self::Unsharp(step) => step,
            Self::Recolor(step) => step,
            Self::Blur(step) => step,
            Self::Sharpen(step) => step,
            Self::Pixelate(step) => step,
            Self::BlurAreas(step) => step,
            Self::BlurDetections(step) => step,
            Self::DrawDetections(step) => step,
            Self::ProgressiveBlur(step) => step,
            Self::Extend(step) => step,
            Self::ExtendAspectRatio(step) => step,
            Self::Pad(step) => step,
            Self::FormatLimit(step) => step,
            Self::Colorize(step) => step,
            Self::Gradient(step) => step,
            Self::Flatten(step) => step,
            Self::Underlay(step) => step,
            Self::Watermark(step) => &**step,
            Self::CutOut(step) => step,
            Self::Mask(step) => &**step,
            Self::Tilt(step) => step,
            Self::Repeat(step) => step,
            Self::Shadow(step) => step,
        }
    }

    /// Whether the size of what it gives is known only when the pixels are.
    pub(crate) const fn has_size_to_find(&self) -> bool {
        matches!(self, Self::Trim(_) | Self::CropObjects(_))
    }

    /// The layout of what it gives for an image of this layout.
    pub(crate) fn layout_after(&self, layout: Layout) -> Layout {
        self.operation().layout_after(layout)
    }

    /// Bytes that it allocates at a time beside the image it gets.
    pub(crate) fn bytes(&self, layout: Layout) -> u64 {
        self.operation().bytes(layout)
    }

    /// Carries it out.
    pub(crate) fn run(&self, image: Image, work: &Work<'_>) -> Result<Image, Error> {
        self.operation().run(image, work)
    }

    /// What becomes of places, if it moves any.
    pub(crate) fn movement(&self, layout: Layout) -> Option<Move> {
        self.operation().movement(layout)
    }

    /// What it draws, the same on every frame of an animation.
    pub(crate) fn overlay(&self) -> Option<&dyn Overlay> {
        self.operation().overlay()
    }

    /// Settles with the step before it what both would do and undo between them.
    pub(crate) fn follow(&mut self, before: &mut Self) {
        if let (Self::Blur(blur), Self::Sharpen(sharpen)) = (before, self) {
            sharpen.follow(blur);
        }
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.operation().explain(f)
    }
}

/// A colour as samples of 8 bits.
const fn samples_of(color: Rgb) -> [u8; 3] {
    [color.red, color.green, color.blue]
}

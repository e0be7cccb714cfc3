//! Objects in a picture: what is looked for, and what was found.
//!
//! The one class is `face`, with the cargo feature `faces`; without it nothing is ever looked for,
//! because options that need it are refused.

use pixgate_options::{Area, GravityKind, GravityOptions, PipelineOptions};
use pixgate_raster::{Image, Layout, Orientation};

use crate::Error;
use crate::geometry::{Geometry, Size};

/// Whether this build finds objects.
pub(crate) const ARE_FOUND: bool = cfg!(feature = "faces");

/// An object in an upright picture.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Object {
    pub(crate) area: Area,
    /// Between 0 and 1.
    pub(crate) confidence: f64,
}

/// Looks for objects in a picture that `upright` shows as it is meant to be seen; the surest first.
#[cfg(feature = "faces")]
pub(crate) fn find(image: &Image, upright: Orientation) -> Result<Vec<Object>, Error> {
    let faces = pixgate_faces::find(image, upright).map_err(|error| match error {
        pixgate_faces::Error::OutOfMemory => crate::ErrorKind::OutOfMemory {
            bytes: find_bytes(image.layout()),
        },
        _ => crate::ErrorKind::Internal,
    })?;
    let objects = faces.iter().map(|face| Object {
        area: Area {
            left: face.left,
            top: face.top,
            width: face.width,
            height: face.height,
        },
        confidence: face.confidence,
    });
    Ok(objects.collect())
}

/// Bytes that [`find`] allocates at most.
#[cfg(feature = "faces")]
pub(crate) fn find_bytes(layout: Layout) -> u64 {
    pixgate_faces::find_bytes(layout)
}

/// Longest side of what is looked at.
#[cfg(feature = "faces")]
pub(crate) const MOST_SIDE: u32 = pixgate_faces::MOST_SIDE;

#[cfg(not(feature = "faces"))]
pub(crate) const fn find(_: &Image, _: Orientation) -> Result<Vec<Object>, Error> {
    Ok(Vec::new())
}

#[cfg(not(feature = "faces"))]
pub(crate) const fn find_bytes(_: Layout) -> u64 {
    0
}

#[cfg(not(feature = "faces"))]
pub(crate) const MOST_SIDE: u32 = 0;

/// Whether steps of a pipeline have to know where objects are.
pub(crate) fn are_sought(options: &PipelineOptions, geometry: &Geometry) -> bool {
    let targets = &geometry.targets;
    let crops =
        is_toward_objects(options.crop_gravity().kind) && is_cut(geometry.source, geometry.crop);
    let fills =
        is_toward_objects(options.gravity().kind) && is_cut(targets.scaled, targets.result_crop);
    let blurs = options
        .blur_detections
        .sigma
        .is_some_and(|sigma| sigma > 0.0);
    let draws = options.draw_detections.enabled.unwrap_or(false);
    ARE_FOUND && (crops || fills || blurs || draws)
}

/// Whether the picture is cut to its objects.
pub(crate) fn are_cut_to(options: &PipelineOptions) -> bool {
    let scale = options.crop_objects.scale_factor;
    ARE_FOUND && scale.is_some_and(|scale| scale > 0.0)
}

/// Whether an image loses anything that is cut to a size; zero sides are whole ones.
fn is_cut(image: Size, wanted: Size) -> bool {
    let is_less = |side: i64, wanted: i64| wanted > 0 && wanted < side;
    is_less(image.width, wanted.width) || is_less(image.height, wanted.height)
}

/// Whether a gravity pulls toward objects.
pub(crate) const fn is_toward_objects(kind: GravityKind) -> bool {
    matches!(kind, GravityKind::Objects | GravityKind::WeightedObjects)
}

/// Whether a list names anything that is never found; none is every class.
pub(crate) fn has_strangers(classes: Option<&Vec<String>>) -> bool {
    let mut names = classes.into_iter().flatten();
    names.any(|name| !matches!(name.as_str(), FACE | ALL))
}

/// Whether a gravity names anything that is never found.
pub(crate) fn has_strange_gravity(gravity: &GravityOptions) -> bool {
    let weights = gravity.class_weights.as_ref();
    let mut names = weights.into_iter().flat_map(|weights| weights.keys());
    match gravity.kind {
        Some(GravityKind::Objects) => has_strangers(gravity.classes.as_ref()),
        Some(GravityKind::WeightedObjects) => {
            names.any(|name| !matches!(name.as_str(), FACE | ALL))
        }
        _ => false,
    }
}

/// What a face weighs: 1, unless a gravity says otherwise.
pub(crate) fn weight(gravity: &GravityOptions) -> f64 {
    let weights = gravity.class_weights.as_ref();
    let of = |name| weights.and_then(|weights| weights.get(name)).copied();
    match gravity.kind {
        Some(GravityKind::WeightedObjects) => of(FACE).or(of(ALL)).unwrap_or(1.0),
        _ => 1.0,
    }
}

const FACE: &str = "face";
/// Every class.
const ALL: &str = "all";

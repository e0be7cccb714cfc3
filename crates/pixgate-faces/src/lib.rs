//! Finds faces that look towards the camera.
//!
//! The detector is SeetaFace's cascade for frontal faces (Wu, Kan, He, Shan, Chen: "Funnel-structured
//! cascade for multi-view face detection with alignment awareness", Neurocomputing 2017), as the crate
//! `rustface` has it, with the model that its authors trained (`model/`, 1.2 MB, BSD-2-Clause).
//!
//! Whatever the size of a picture, the detector sees a grey copy whose longer side has [`MOST_SIDE`]
//! pixels at most: time and memory are bounded, and faces below about a twentieth of that side are not
//! found. Profiles and faces that lie on their side are not found either.
//!
//! ```
//! use pixgate_faces::find;
//! use pixgate_raster::{Channels, Image, Layout, Orientation};
//!
//! let blank = Image::zeroed(Layout::u8(300, 200, Channels::Rgb))?;
//! assert_eq!(find(&blank, Orientation::UPRIGHT)?, []);
//! # Ok::<(), pixgate_faces::Error>(())
//! ```
//!
//! What this crate does not do: decode files, recognise who somebody is, find anything but faces.
#![forbid(unsafe_code)]

mod copy;
mod error;

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use pixgate_raster::{Image, Layout, Orientation};
use rustface::{FaceInfo, ImageData};

pub use copy::MOST_SIDE;
pub use error::Error;

/// A face in an upright picture, as shares of its width and height; some of it may lie outside.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Face {
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// How sure it is that this is a face, between 0 and 1.
    pub confidence: f64,
}

/// The faces of a picture that `upright` shows as it is meant to be seen, the surest first.
///
/// CMYK pictures have none. Allocates [`find_bytes`].
///
/// # Errors
///
/// [`Error::OutOfMemory`], and [`Error::Broken`] for a fault of the detector, which ends here.
pub fn find(image: &Image, upright: Orientation) -> Result<Vec<Face>, Error> {
    let Some(grey) = copy::grey(image, upright)? else {
        return Ok(Vec::new());
    };
    let found = catch_unwind(AssertUnwindSafe(|| detect(&grey.samples, grey.sides)));
    let found = found.map_err(|_| Error::Broken)??;
    let mut faces: Vec<_> = found.iter().map(|face| shares(face, grey.sides)).collect();
    faces.sort_by(|one, other| other.confidence.total_cmp(&one.confidence));
    Ok(faces)
}

/// Bytes that [`find`] allocates at most.
#[must_use]
pub fn find_bytes(source: Layout) -> u64 {
    copy::bytes(source).max(DETECTOR_BYTES)
}

fn detect(samples: &[u8], (width, height): (u32, u32)) -> Result<Vec<FaceInfo>, Error> {
    if width.min(height) < SMALLEST_FACE {
        return Ok(Vec::new());
    }
    let model = rustface::read_model(Cursor::new(MODEL)).map_err(|_| Error::Broken)?;
    let mut detector = rustface::create_detector_with_model(model);
    detector.set_min_face_size(SMALLEST_FACE);
    detector.set_score_thresh(LEAST_SCORE);
    detector.set_slide_window_step(STEP, STEP);
    Ok(detector.detect(&ImageData::new(samples, width, height)))
}

fn shares(face: &FaceInfo, (width, height): (u32, u32)) -> Face {
    let area = face.bbox();
    let (width, height) = (f64::from(width), f64::from(height));
    // Of clear faces the score is 10 to 40.
    let confidence = face.score() / (face.score() + LEAST_SCORE);
    Face {
        left: f64::from(area.x()) / width,
        top: f64::from(area.y()) / height,
        width: f64::from(area.width()) / width,
        height: f64::from(area.height()) / height,
        confidence: confidence.clamp(0.0, 1.0),
    }
}

const MODEL: &[u8] = include_bytes!("../model/seeta_fd_frontal_v1.0.bin");
/// Side of the smallest face in the copy; the detector's window has no less.
const SMALLEST_FACE: u32 = 20;
/// The score from which the authors of the model call it a face.
const LEAST_SCORE: f64 = 2.0;
/// Between two windows; the detector's own search begins with such steps.
const STEP: u32 = 4;
/// Measured: 5.9 MB beside the copy for 512 by 512 pixels of noise, and 1.3 MB of model.
const DETECTOR_BYTES: u64 = 10 << 20;

#[doc = include_str!("../README.md")]
#[cfg(doctest)]
struct ReadmeDoctests;

//! How much each axis is scaled, and the sizes that follow from it.

use pixgate_options::ResizingType;

use super::crop_ratio::with_ratio;
use super::size::{Factors, Size};
use super::size_request::SizeRequest;
use crate::rounding::{min_set, scale, scale_even, to_float, truncate};

/// Sizes and factors computed from the options and a source size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Geometry {
    /// Size of the source as displayed: after orientation and rotation.
    pub(crate) source: Size,
    /// Size of the crop before scaling; a zero side is the full one.
    pub(crate) crop: Size,
    /// Factors that scale the cropped image; 1 leaves an axis as it is.
    pub(crate) factors: Factors,
    /// The DPR that is left after all corrections.
    pub(crate) dpr: f64,
    /// Sizes of the later steps.
    pub(crate) targets: Targets,
}

/// Sizes that the scaled image is brought to; a zero side is unset.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Targets {
    /// The requested size with zoom and DPR.
    pub(crate) target: Size,
    /// The scaled image.
    pub(crate) scaled: Size,
    /// The crop after scaling.
    pub(crate) result_crop: Size,
    /// The canvas of `extend_aspect_ratio`.
    pub(crate) aspect_canvas: Size,
}

impl Geometry {
    /// Computes everything for a displayed source size.
    ///
    /// Vector sources may be enlarged without being asked.
    pub(crate) fn new(request: &SizeRequest, source: Size, is_vector: bool) -> Self {
        let crop = Size::new(
            crop_length(source.width, request.crop_width),
            crop_length(source.height, request.crop_height),
        );
        let crop = with_ratio(crop, source, request);
        let content = crop.min_set(source);
        let (factors, dpr) = factors(request, content, is_vector);
        let targets = targets(request, content, factors, dpr);
        let geometry = Self {
            source,
            crop,
            factors,
            dpr,
            targets,
        };
        geometry.limited(request, content)
    }

    /// Whether a side of what is kept gets smaller.
    pub(crate) fn shrinks(&self) -> bool {
        let content = self.crop.min_set(self.source);
        let scaled = self.targets.scaled;
        scaled.width < content.width || scaled.height < content.height
    }

    /// Scales everything down so that no side of the result exceeds the limit, but for rounding.
    fn limited(self, request: &SizeRequest, content: Size) -> Self {
        let limit = request.max_result_dimension;
        let longest = result_size(request, self.targets, self.dpr).longest();
        if limit <= 0 || longest <= limit {
            return self;
        }
        let ratio = to_float(limit) / to_float(longest);
        let factors = Factors {
            x: (self.factors.x * ratio).max(1.0 / to_float(content.width)),
            y: (self.factors.y * ratio).max(1.0 / to_float(content.height)),
        };
        let dpr = self.dpr * ratio;
        Self {
            factors,
            dpr,
            targets: targets(request, content, factors, dpr),
            ..self
        }
    }
}

/// One side of the crop: pixels from 1 on, below that a share of the side.
fn crop_length(side: i64, wanted: f64) -> i64 {
    if wanted >= 1.0 {
        truncate(wanted)
    } else if wanted > 0.0 {
        scale(side, wanted).max(1)
    } else {
        0
    }
}

/// Factors and effective DPR.
fn factors(request: &SizeRequest, content: Size, is_vector: bool) -> (Factors, f64) {
    let shrink = resized(request, content);
    let shrink = Factors {
        x: shrink.x / request.zoom_x,
        y: shrink.y / request.zoom_y,
    };
    let (shrink, dpr) = if request.enlarge || is_vector {
        (shrink, request.dpr)
    } else {
        without_enlarging(shrink, request)
    };
    let shrink = with_minimum(shrink, request, content);
    let scale = Factors {
        x: 1.0 / (shrink.x / dpr).min(to_float(content.width)),
        y: 1.0 / (shrink.y / dpr).min(to_float(content.height)),
    };
    (scale, dpr)
}

/// Shrink factors that the resizing type gives.
fn resized(request: &SizeRequest, content: Size) -> Factors {
    let width = if request.width == 0 {
        content.width
    } else {
        request.width
    };
    let height = if request.height == 0 {
        content.height
    } else {
        request.height
    };
    let x = ratio(content.width, width);
    let y = ratio(content.height, height);
    if width == content.width && height == content.height {
        return Factors { x, y };
    }
    let resizing = match request.resizing {
        ResizingType::Auto => auto(content, Size::new(width, height)),
        other => other,
    };
    match resizing {
        ResizingType::Force => Factors { x, y },
        _ if request.width == 0 => Factors { x: y, y },
        _ if request.height == 0 => Factors { x, y: x },
        ResizingType::Fit | ResizingType::Auto => both(x.max(y)),
        ResizingType::Fill | ResizingType::FillDown => both(x.min(y)),
    }
}

fn ratio(length: i64, wanted: i64) -> f64 {
    if length == wanted {
        1.0
    } else {
        to_float(length) / to_float(wanted)
    }
}

const fn both(factor: f64) -> Factors {
    Factors {
        x: factor,
        y: factor,
    }
}

/// `auto` fills if content and target lie the same way; a square counts as lying.
fn auto(content: Size, target: Size) -> ResizingType {
    let lies = |size: Size| size.width - size.height >= 0;
    if lies(content) == lies(target) {
        ResizingType::Fill
    } else {
        ResizingType::Fit
    }
}

/// Takes back what would enlarge, from the DPR too.
fn without_enlarging(shrink: Factors, request: &SizeRequest) -> (Factors, f64) {
    let mut shrink = shrink;
    let mut dpr = request.dpr;
    let least = shrink.min();
    if least < 1.0 {
        shrink.x /= least;
        shrink.y /= least;
        if !request.extend {
            dpr /= least;
        }
    }
    (shrink, dpr.min(shrink.min()))
}

/// Shrinks less where the result would fall below the minimum size.
fn with_minimum(shrink: Factors, request: &SizeRequest, content: Size) -> Factors {
    let Factors { mut x, mut y } = shrink;
    if request.min_width > 0 {
        let most = to_float(content.width) / to_float(request.min_width);
        if most < x {
            y /= x / most;
            x = most;
        }
    }
    if request.min_height > 0 {
        let most = to_float(content.height) / to_float(request.min_height);
        if most < y {
            x /= y / most;
            y = most;
        }
    }
    Factors { x, y }
}

fn targets(request: &SizeRequest, content: Size, factors: Factors, dpr: f64) -> Targets {
    let target = Size::new(
        scale(request.width, dpr * request.zoom_x),
        scale(request.height, dpr * request.zoom_y),
    );
    let scaled = Size::new(
        scale(content.width, factors.x),
        scale(content.height, factors.y),
    );
    let result_crop = match request.resizing {
        ResizingType::FillDown if !request.enlarge => filled_down(target, scaled),
        _ => target,
    };
    let aspect_canvas = if request.extend_aspect_ratio {
        aspect_canvas(target, scaled.min_set(result_crop))
    } else {
        Size::default()
    };
    Targets {
        target,
        scaled,
        result_crop,
        aspect_canvas,
    }
}

/// The largest crop of the target's ratio, if the scaled image is too small for the target.
fn filled_down(target: Size, scaled: Size) -> Size {
    let x = to_float(target.width) / to_float(scaled.width);
    let y = to_float(target.height) / to_float(scaled.height);
    if x > y && x > 1.0 {
        let ratio = to_float(target.height) / to_float(target.width);
        Size::new(scaled.width, scale(scaled.width, ratio))
    } else if y > x && y > 1.0 {
        let ratio = to_float(target.width) / to_float(target.height);
        Size::new(scale(scaled.height, ratio), scaled.height)
    } else {
        target
    }
}

/// The smallest canvas of the target's ratio around the content; unset if the ratio is right.
fn aspect_canvas(target: Size, content: Size) -> Size {
    if target.width <= 0 || target.height <= 0 {
        return Size::default();
    }
    let x = to_float(target.width) / to_float(content.width);
    let y = to_float(target.height) / to_float(content.height);
    if y > x {
        let ratio = to_float(target.height) / to_float(target.width);
        Size::new(content.width, scale(content.width, ratio))
    } else if x > y {
        let ratio = to_float(target.width) / to_float(target.height);
        Size::new(scale(content.height, ratio), content.height)
    } else {
        Size::default()
    }
}

/// The size of the result with canvas and padding, as the limit sees it.
fn result_size(request: &SizeRequest, targets: Targets, dpr: f64) -> Size {
    let mut size = Size::new(
        min_set(targets.scaled.width, targets.result_crop.width),
        min_set(targets.scaled.height, targets.result_crop.height),
    );
    if request.extend {
        size = size.max(targets.target);
    } else if request.extend_aspect_ratio {
        size = size.max(targets.aspect_canvas);
    }
    let padding = request.padding;
    let across = scale_even(padding.left, dpr).saturating_add(scale_even(padding.right, dpr));
    let down = scale_even(padding.top, dpr).saturating_add(scale_even(padding.bottom, dpr));
    Size::new(
        size.width.saturating_add(across),
        size.height.saturating_add(down),
    )
}

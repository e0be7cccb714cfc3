//! What drawing will take: memory for layers, and work.
//!
//! resvg cannot be interrupted and allocates layers as it goes, so both are estimated on its tree
//! first. Estimates are upper ones; bounds are far above what drawings need.

use std::sync::Arc;

use resvg::tiny_skia::{PathSegment, Rect, Transform};
use resvg::usvg::filter::{Filter, Kind};
use resvg::usvg::{Fill, Group, ImageKind, Node, Paint, Path, Stroke, Tree};

use super::too_complex;
use crate::{Error, ErrorKind, Limits};
use pixgate_raster::Layout;

/// Refuses drawings that would take too much of either.
pub(super) fn check(
    tree: &Tree,
    transform: Transform,
    layout: Layout,
    limits: &Limits,
) -> Result<(), Error> {
    let canvas = layout.bytes();
    let mut estimate = Estimate {
        width: to_f64(layout.width),
        height: to_f64(layout.height),
        work: 0.0,
    };
    let layers = estimate.group(tree.root(), transform);
    if estimate.work > MAX_WORK {
        return Err(too_complex("too much to draw"));
    }
    let bytes = layers.saturating_add(canvas);
    let limit = limits.max_decode_bytes;
    if bytes > limit {
        return Err(ErrorKind::TooMuchMemory { bytes, limit }.into());
    }
    Ok(())
}

struct Estimate {
    width: f64,
    height: f64,
    /// Pixels touched, weighed by what is done to each.
    work: f64,
}

impl Estimate {
    /// Adds a group's work and gives the bytes of the layers that exist together at most.
    ///
    /// - `canvas`: from the tree's absolute coordinates to pixels.
    fn group(&mut self, group: &Group, canvas: Transform) -> u64 {
        let mut bytes = 0;
        if self.work > MAX_WORK {
            // Enough is known; what is shared could be gone through for ever.
            return 0;
        }
        for node in group.children() {
            bytes = bytes.max(self.node(node, canvas));
        }
        if !group.should_isolate() {
            return bytes;
        }
        let area = self.layer(group.abs_layer_bounding_box().to_rect(), canvas);
        self.work += area * LAYER_WORK;
        let mut beside = 0;
        for filter in group.filters() {
            beside = beside.max(self.filter(filter, area, scale(group.abs_transform(), canvas)));
        }
        beside = beside.max(self.clips_and_masks(group, area, canvas));
        pixel_bytes(area).saturating_add(bytes.max(beside))
    }

    fn node(&mut self, node: &Node, canvas: Transform) -> u64 {
        self.work += NODE_WORK;
        match node {
            Node::Group(group) => self.group(group, canvas),
            Node::Path(path) => self.path(path, canvas),
            Node::Text(text) => self.group(text.flattened(), canvas),
            Node::Image(image) => {
                let area = self.visible(image.abs_bounding_box(), canvas);
                self.work += area * IMAGE_WORK;
                match image.kind() {
                    ImageKind::SVG(tree) => self.group(tree.root(), canvas),
                    ImageKind::PNG(data)
                    | ImageKind::JPEG(data)
                    | ImageKind::GIF(data)
                    | ImageKind::WEBP(data) => self.picture(data),
                }
            }
        }
    }

    /// A picture is decoded each time it is drawn.
    fn picture(&mut self, png: &[u8]) -> u64 {
        let side = |at| crate::bytes::be32(png, at).map_or(0.0, f64::from);
        let pixels = side(16) * side(20);
        self.work += pixels * IMAGE_WORK;
        pixel_bytes(pixels).saturating_mul(2)
    }

    fn path(&mut self, path: &Path, canvas: Transform) -> u64 {
        let area = self.visible(path.abs_stroke_bounding_box(), canvas);
        let scale = scale(path.abs_transform(), canvas);
        let outline = Outline::of(path);
        let rows = (outline.height * scale).min(outline.segments * self.height);
        self.work += area + outline.segments * SEGMENT_WORK + rows * ROW_WORK;
        let mut bytes = self.stroke(path, &outline, scale);
        let paints = [
            path.fill().map(Fill::paint),
            path.stroke().map(Stroke::paint),
        ];
        for paint in paints.into_iter().flatten() {
            if let Paint::Pattern(pattern) = paint {
                let rect = pattern.rect();
                let own = f64::from(rect.width()) * f64::from(rect.height());
                let turned = scale_of(pattern.transform());
                let area = own * (scale * turned).powi(2);
                self.work += area * LAYER_WORK;
                let inner = self.group(pattern.root(), canvas);
                bytes = bytes.max(pixel_bytes(area).saturating_add(inner));
            }
        }
        bytes
    }

    /// What the outline of a stroke takes, which is made as a path of its own.
    fn stroke(&mut self, path: &Path, outline: &Outline, scale: f64) -> u64 {
        let Some(stroke) = path.stroke() else {
            return 0;
        };
        let mut pieces = outline.segments;
        let mut bytes = pieces * JOIN_BYTES;
        if let Some(dashes) = stroke.dasharray() {
            let period: f64 = dashes.iter().map(|dash| f64::from(*dash)).sum();
            let count = outline.length / period.max(1e-6) * to_f64(dashes.len());
            let count = count.min(MAX_DASHES);
            self.work += count * DASH_WORK;
            bytes += count * DASH_BYTES;
            pieces += count;
        }
        let across = (f64::from(stroke.width().get()) * scale).min(self.height);
        self.work += pieces * (SEGMENT_WORK + across * 4.0 * ROW_WORK);
        pixel_bytes(bytes / 4.0)
    }

    fn clips_and_masks(&mut self, group: &Group, area: f64, canvas: Transform) -> u64 {
        let mut bytes = 0;
        let mut clip = group.clip_path();
        while let Some(path) = clip {
            self.work += area * LAYER_WORK;
            bytes += pixel_bytes(area).saturating_mul(2);
            bytes = bytes.saturating_add(self.group(path.root(), canvas));
            clip = path.clip_path();
        }
        let mut mask = group.mask();
        while let Some(content) = mask {
            self.work += area * LAYER_WORK;
            bytes += pixel_bytes(area).saturating_mul(2);
            bytes = bytes.saturating_add(self.group(content.root(), canvas));
            mask = content.mask();
        }
        bytes
    }

    /// Every primitive keeps its result, in two copies for a moment.
    fn filter(&mut self, filter: &Arc<Filter>, area: f64, scale: f64) -> u64 {
        let mut inner = 0;
        for primitive in filter.primitives() {
            self.work += area * primitive_work(primitive.kind(), scale);
            if let Kind::Image(image) = primitive.kind() {
                inner = inner.max(self.group(image.root(), Transform::from_scale(1.0, 1.0)));
            }
        }
        let count = filter.primitives().len() as u64 + 2;
        pixel_bytes(area)
            .saturating_mul(count)
            .saturating_add(inner)
    }

    /// The area of a box as far as it is on the canvas.
    fn visible(&self, rect: Rect, canvas: Transform) -> f64 {
        let Some(rect) = rect.transform(canvas) else {
            return self.width * self.height;
        };
        let side = |from: f32, to: f32, most: f64| {
            (f64::from(to).min(most) - f64::from(from).max(0.0)).max(0.0)
        };
        side(rect.left(), rect.right(), self.width) * side(rect.top(), rect.bottom(), self.height)
    }

    /// The area of a layer, which may reach beyond the canvas by twice its size on each side.
    fn layer(&self, rect: Rect, canvas: Transform) -> f64 {
        let most = 25.0 * self.width * self.height;
        let area = rect
            .transform(canvas)
            .map(|rect| (f64::from(rect.width()) + 4.0) * (f64::from(rect.height()) + 4.0));
        area.map_or(most, |area| area.min(most))
    }
}

/// Operations per pixel.
fn primitive_work(kind: &Kind, scale: f64) -> f64 {
    match kind {
        Kind::ConvolveMatrix(matrix) => {
            let matrix = matrix.matrix();
            f64::from(matrix.columns()) * f64::from(matrix.rows()) * 4.0
        }
        Kind::Morphology(morphology) => {
            let side = |radius: f32| (f64::from(radius) * scale * 2.0 + 1.0).max(1.0);
            side(morphology.radius_x().get()) * side(morphology.radius_y().get()) * 4.0
        }
        Kind::Turbulence(turbulence) => 60.0 * f64::from(turbulence.num_octaves()).max(1.0),
        Kind::DiffuseLighting(_) | Kind::SpecularLighting(_) => 60.0,
        Kind::GaussianBlur(_) | Kind::DropShadow(_) => 30.0,
        Kind::Merge(merge) => 4.0 * to_f64(merge.inputs().len()),
        _ => 8.0,
    }
}

/// A path's control polygon, in its own units.
#[derive(Debug, Default)]
struct Outline {
    segments: f64,
    length: f64,
    /// All ways up and down together.
    height: f64,
}

impl Outline {
    fn of(path: &Path) -> Self {
        let mut outline = Self::default();
        let mut last = None;
        for segment in path.data().segments() {
            outline.segments += 1.0;
            let to = match segment {
                PathSegment::MoveTo(to) => {
                    last = Some(to);
                    continue;
                }
                PathSegment::LineTo(to)
                | PathSegment::QuadTo(_, to)
                | PathSegment::CubicTo(_, _, to) => to,
                PathSegment::Close => continue,
            };
            if let Some(from) = last {
                // A curve is seldom longer than three times the way between its ends.
                outline.length += 3.0 * f64::from(from.distance(to));
                outline.height += f64::from((from.y - to.y).abs());
            }
            last = Some(to);
        }
        outline
    }
}

fn scale(own: Transform, canvas: Transform) -> f64 {
    scale_of(canvas.pre_concat(own))
}

/// How much longer a transform makes a unit at most, roughly.
fn scale_of(transform: Transform) -> f64 {
    let (x, y) = transform.get_scale();
    f64::from(x.abs().max(y.abs()))
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "areas are positive; a float too large becomes the largest number"
)]
fn pixel_bytes(area: f64) -> u64 {
    (area * 4.0) as u64
}

#[expect(clippy::cast_precision_loss, reason = "an estimate")]
fn to_f64(count: impl TryInto<u64>) -> f64 {
    count.try_into().map_or(f64::MAX, |count| count as f64)
}

/// Some seconds of drawing.
const MAX_WORK: f64 = 4e9;
const NODE_WORK: f64 = 500.0;
const LAYER_WORK: f64 = 4.0;
const IMAGE_WORK: f64 = 8.0;
const SEGMENT_WORK: f64 = 200.0;
const DASH_WORK: f64 = 1000.0;
/// For each row that an edge goes through, drawn four times as fine.
const ROW_WORK: f64 = 16.0;
/// The library gives up dashes beyond this.
const MAX_DASHES: f64 = 1e6;
/// What a dash takes with its caps, as an outline and as edges.
const DASH_BYTES: f64 = 1500.0;
/// What a segment of a stroke takes with its join.
const JOIN_BYTES: f64 = 160.0;

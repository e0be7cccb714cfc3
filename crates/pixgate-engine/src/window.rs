//! Where a window lies so that it shows objects.

use crate::ObjectGravity;
use crate::rect::Rect;

/// A part of a picture whose place is sought.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Window {
    /// The picture.
    pub(crate) outer: (u32, u32),
    /// The part; no side is longer than the picture's.
    pub(crate) inner: (u32, u32),
}

/// What the place depends on besides the objects.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Aim {
    pub(crate) mode: ObjectGravity,
    pub(crate) middle: Option<Middle>,
}

/// Where in the part the objects' middle comes to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Middle {
    /// There, in pixels.
    At(f64, f64),
    /// Where it is in the picture, in proportion.
    Proportional,
}

/// An object in the picture.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Boxed {
    x: Span,
    y: Span,
    /// Weight by confidence.
    value: f64,
}

/// From one edge to the other.
#[derive(Debug, Clone, Copy)]
struct Span {
    start: f64,
    end: f64,
}

impl Span {
    fn new(start: u32, length: u32) -> Self {
        let start = f64::from(start);
        Self {
            start,
            end: start + f64::from(length),
        }
    }

    fn length(self) -> f64 {
        self.end - self.start
    }

    fn middle(self) -> f64 {
        (self.start + self.end) / 2.0
    }

    /// How much of it a window shows, as a share.
    fn visible(self, start: f64, length: f64) -> f64 {
        let shown = self.end.min(start + length) - self.start.max(start);
        shown.max(0.0) / self.length()
    }
}

impl Boxed {
    pub(crate) fn new(rect: Rect, value: f64) -> Self {
        Self {
            x: Span::new(rect.left, rect.width),
            y: Span::new(rect.top, rect.height),
            value,
        }
    }

    fn area(&self) -> f64 {
        self.x.length() * self.y.length()
    }

    fn middle(&self) -> (f64, f64) {
        (self.x.middle(), self.y.middle())
    }
}

impl Window {
    /// The corner of the part that shows the objects; none without objects of any weight.
    pub(crate) fn around(&self, objects: &[Boxed], aim: Aim) -> Option<(u32, u32)> {
        let objects: Vec<_> = objects
            .iter()
            .filter(|object| object.value > 0.0)
            .take(MOST_OBJECTS)
            .copied()
            .collect();
        let middle = match aim.mode {
            ObjectGravity::MaxScoreArea => balance(&objects)?,
            mode => self.best(&objects, mode)?.middle(),
        };
        let (width, height) = self.inner();
        let corner = match (aim.middle, aim.mode) {
            (Some(Middle::At(x, y)), _) => (middle.0 - x, middle.1 - y),
            (Some(Middle::Proportional), _) => {
                let (outer_width, outer_height) = self.outer();
                (
                    middle.0 * (1.0 - width / outer_width),
                    middle.1 * (1.0 - height / outer_height),
                )
            }
            (None, ObjectGravity::MaxScoreArea) => self.most_shown(&objects, middle),
            (None, _) => (middle.0 - width / 2.0, middle.1 - height / 2.0),
        };
        Some(self.whole(corner))
    }

    /// The corner with most of the objects in the part; where several show as much, the one whose
    /// middle is nearest to the objects' middle.
    ///
    /// What is shown grows and falls linearly along both axes between edges of objects, so that no
    /// corner is better than the best of those where an edge of the part meets one.
    fn most_shown(&self, objects: &[Boxed], middle: (f64, f64)) -> (f64, f64) {
        let ((width, height), (wide, high)) = (self.inner(), self.room());
        let spans = |of: fn(&Boxed) -> Span| objects.iter().map(of).collect::<Vec<_>>();
        let xs = candidates(&spans(|object| object.x), middle.0, width, wide);
        let ys = candidates(&spans(|object| object.y), middle.1, height, high);
        let mut best = ((0.0, 0.0), f64::NEG_INFINITY, f64::INFINITY);
        for &x in &xs {
            for &y in &ys {
                let shown = objects.iter().map(|object| {
                    let share = object.x.visible(x, width) * object.y.visible(y, height);
                    object.value * share
                });
                let shown: f64 = shown.sum();
                let away = (x + width / 2.0 - middle.0).hypot(y + height / 2.0 - middle.1);
                let is_more = shown > best.1 + TIE;
                if is_more || shown > best.1 - TIE && away < best.2 {
                    best = ((x, y), shown.max(best.1), away);
                }
            }
        }
        best.0
    }

    fn best<'o>(&self, objects: &'o [Boxed], mode: ObjectGravity) -> Option<&'o Boxed> {
        let (width, height) = self.outer();
        let score = |object: &Boxed| {
            let share = (object.area() / (width * height)).sqrt();
            let (x, y) = object.middle();
            let away = (x - width / 2.0).hypot(y - height / 2.0) / (width.hypot(height) / 2.0);
            let nearness = match mode {
                ObjectGravity::OneBestCentermost => 1.0 - away,
                ObjectGravity::MaxScoreArea | ObjectGravity::OneBest => 1.0,
            };
            object.value * share * nearness
        };
        let objects = objects.iter();
        objects.max_by(|one, other| score(one).total_cmp(&score(other)))
    }

    fn inner(&self) -> (f64, f64) {
        (f64::from(self.inner.0), f64::from(self.inner.1))
    }

    fn outer(&self) -> (f64, f64) {
        (f64::from(self.outer.0), f64::from(self.outer.1))
    }

    /// The last corner that there is.
    fn room(&self) -> (f64, f64) {
        let (outer, inner) = (self.outer(), self.inner());
        ((outer.0 - inner.0).max(0.0), (outer.1 - inner.1).max(0.0))
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "within the picture"
    )]
    fn whole(&self, corner: (f64, f64)) -> (u32, u32) {
        let room = self.room();
        let whole = |at: f64, most: f64| at.clamp(0.0, most).round() as u32;
        (whole(corner.0, room.0), whole(corner.1, room.1))
    }
}

/// The middle of all objects, each as heavy as its value.
fn balance(objects: &[Boxed]) -> Option<(f64, f64)> {
    let sum: f64 = objects.iter().map(|object| object.value).sum();
    let mean = |at: fn(&Boxed) -> f64| {
        let weighted = objects.iter().map(|object| object.value * at(object));
        weighted.sum::<f64>() / sum
    };
    (sum > 0.0).then(|| {
        (
            mean(|object| object.x.middle()),
            mean(|object| object.y.middle()),
        )
    })
}

/// Places along an axis where the most can be shown.
fn candidates(spans: &[Span], middle: f64, length: f64, room: f64) -> Vec<f64> {
    let edges = spans
        .iter()
        .flat_map(|span| [span.start, span.end - length]);
    let centred = std::iter::once(middle - length / 2.0);
    centred
        .chain(edges)
        .map(|start| start.clamp(0.0, room))
        .collect()
}

/// Of one picture; those that are less sure are left out.
const MOST_OBJECTS: usize = 64;
/// What rounding errors may add up to.
const TIE: f64 = 1e-9;

#[cfg(test)]
mod tests {
    use super::*;

    const AIM: Aim = Aim {
        mode: ObjectGravity::MaxScoreArea,
        middle: None,
    };

    fn boxed([left, top, width, height]: [u32; 4], value: f64) -> Boxed {
        let rect = Rect {
            left,
            top,
            width,
            height,
        };
        Boxed::new(rect, value)
    }

    fn around(inner: (u32, u32), objects: &[Boxed], aim: Aim) -> Option<(u32, u32)> {
        let window = Window {
            outer: (100, 60),
            inner,
        };
        window.around(objects, aim)
    }

    #[test]
    fn one_object_comes_to_the_middle_as_far_as_the_picture_allows() {
        for (place, corner) in [
            ([40, 20, 10, 10], (30, 10)),
            ([0, 0, 10, 10], (0, 0)),
            ([90, 50, 10, 10], (70, 30)),
        ] {
            assert_eq!(around((30, 30), &[boxed(place, 0.5)], AIM), Some(corner));
        }
        assert_eq!(around((30, 30), &[], AIM), None);
        assert_eq!(around((30, 30), &[boxed([1, 1, 9, 9], 0.0)], AIM), None);
    }

    #[test]
    fn as_much_as_possible_of_all_objects_is_shown() {
        let (left, near, right) = (
            boxed([0, 20, 10, 10], 0.5),
            boxed([20, 20, 10, 10], 0.5),
            boxed([80, 20, 10, 10], 0.9),
        );
        let corner = around((30, 30), &[left, near, right], AIM);
        assert_eq!(corner.map(|(x, _)| x), Some(0), "two small ones are more");
        let corner = around((25, 30), &[left, near, right], AIM);
        assert_eq!(corner.map(|(x, _)| x), Some(65), "now the large one is");
        let corner = around((100, 30), &[left, near, right], AIM);
        assert_eq!(corner, Some((0, 10)));
    }

    #[test]
    fn the_best_one_is_large_sure_and_in_the_middle_if_asked() {
        let large = boxed([0, 0, 20, 20], 0.5);
        let central = boxed([45, 25, 10, 10], 0.9);
        let one = |mode| around((20, 20), &[large, central], Aim { mode, ..AIM });
        assert_eq!(one(ObjectGravity::OneBest), Some((0, 0)));
        assert_eq!(one(ObjectGravity::OneBestCentermost), Some((40, 20)));
    }

    #[test]
    fn the_middle_of_objects_comes_where_it_is_asked_for() {
        let object = [boxed([50, 30, 10, 10], 1.0)];
        let at = |middle| {
            let middle = Some(middle);
            around((20, 20), &object, Aim { middle, ..AIM })
        };
        assert_eq!(at(Middle::At(0.0, 20.0)), Some((55, 15)));
        assert_eq!(at(Middle::At(10.0, 10.0)), Some((45, 25)));
        assert_eq!(at(Middle::Proportional), Some((44, 23)));
    }
}

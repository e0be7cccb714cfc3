//! Effects that grow along a direction.

/// How an effect grows along a direction, whatever the size of the image.
///
/// Positions run from 0 at the corner that the direction leaves to 1 at the opposite one; they are
/// measured between the middles of pixels, so that the first and the last row or column of an
/// upright ramp are exactly 0 and 1. The effect begins at `start` and is full from `stop` on; if `stop`
/// comes first it is full before and fades out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ramp {
    /// Clockwise degrees: at 0 the effect grows downwards, at 90 to the left.
    pub degrees: f64,
    /// Where along the direction the effect begins.
    pub start: f64,
    /// Where it is full.
    pub stop: f64,
}

impl Ramp {
    /// The effect on the pixels of an image of this size.
    #[must_use]
    pub fn over(self, width: u32, height: u32) -> RampLine {
        let (down, across) = direction(self.degrees);
        let far = [
            across * f64::from(width.saturating_sub(1)),
            down * f64::from(height.saturating_sub(1)),
        ];
        let least: f64 = far.iter().map(|v| v.min(0.0)).sum();
        let length: f64 = far.iter().map(|v| v.abs()).sum();
        RampLine {
            ramp: self,
            step: (across, down),
            least,
            length,
        }
    }

    /// Effect at a position, 0 to 1.
    fn effect(self, position: f64) -> f64 {
        let span = self.stop - self.start;
        if span.abs() > 0.0 {
            ((position - self.start) / span).clamp(0.0, 1.0)
        } else if position < self.start {
            0.0
        } else {
            1.0
        }
    }
}

/// A [`Ramp`] over an image of a certain size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RampLine {
    ramp: Ramp,
    /// What a pixel to the right and one downwards come to.
    step: (f64, f64),
    least: f64,
    length: f64,
}

impl RampLine {
    /// The effect on a pixel, 0 to 1.
    #[must_use]
    pub fn at(&self, x: u32, y: u32) -> f64 {
        if self.length > 0.0 {
            let along = f64::from(x) * self.step.0 + f64::from(y) * self.step.1;
            self.ramp.effect((along - self.least) / self.length)
        } else {
            self.ramp.effect(0.5)
        }
    }

    /// Whether all pixels of a row have the same effect.
    #[must_use]
    pub fn is_level(&self) -> bool {
        self.step.0.abs() <= 0.0
    }

    /// Whether all rows have the same effects.
    #[must_use]
    pub fn is_upright(&self) -> bool {
        self.step.1.abs() <= 0.0
    }
}

/// How far a direction leads down and to the right; quarters of a turn exactly.
fn direction(degrees: f64) -> (f64, f64) {
    let degrees = degrees.rem_euclid(360.0);
    let quarter = |at: f64| (degrees - at).abs() <= 0.0;
    match degrees {
        _ if quarter(0.0) || quarter(360.0) => (1.0, 0.0),
        _ if quarter(90.0) => (0.0, -1.0),
        _ if quarter(180.0) => (-1.0, 0.0),
        _ if quarter(270.0) => (0.0, 1.0),
        _ => {
            let (sine, cosine) = degrees.to_radians().sin_cos();
            (cosine, -sine)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(degrees: f64, start: f64, stop: f64) -> Ramp {
        Ramp {
            degrees,
            start,
            stop,
        }
    }

    fn near(found: f64, expected: f64) -> bool {
        (found - expected).abs() < 1e-12
    }

    #[test]
    fn ends_are_exact_in_all_four_directions() {
        for (degrees, none, full) in [
            (0.0, (3, 0), (7, 20)),
            (90.0, (10, 4), (0, 9)),
            (180.0, (3, 20), (7, 0)),
            (270.0, (0, 4), (10, 9)),
            (-90.0, (0, 4), (10, 9)),
            (720.0, (3, 0), (7, 20)),
        ] {
            let line = ramp(degrees, 0.0, 1.0).over(11, 21);
            assert!(near(line.at(none.0, none.1), 0.0), "{degrees}");
            assert!(near(line.at(full.0, full.1), 1.0), "{degrees}");
            assert!(near(line.at(5, 10), 0.5), "{degrees}");
        }
    }

    #[test]
    fn slanted_ramps_go_from_corner_to_corner() {
        let line = ramp(45.0, 0.0, 1.0).over(11, 21);
        assert!(near(line.at(10, 0), 0.0) && near(line.at(0, 20), 1.0));
        assert!(!line.is_level() && !line.is_upright());
    }

    #[test]
    fn start_and_stop_may_lie_anywhere() {
        for (start, stop, at, expected) in [
            (0.2, 0.8, 0, 0.0),
            (0.2, 0.8, 5, 0.5),
            (0.2, 0.8, 9, 1.0),
            (0.5, 0.5, 4, 0.0),
            (0.5, 0.5, 5, 1.0),
            (0.8, 0.2, 0, 1.0),
            (0.8, 0.2, 9, 0.0),
            (-1.0, 1.0, 0, 0.5),
            (0.0, 2.0, 10, 0.5),
        ] {
            let found = ramp(0.0, start, stop).over(1, 11).at(0, at);
            assert!(near(found, expected), "{start} {stop} at {at}: {found}");
        }
        assert!(near(ramp(0.0, 0.0, 1.0).over(1, 1).at(0, 0), 0.5));
    }
}

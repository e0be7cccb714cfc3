//! Bisecting the quality of a result.

use crate::{Cancel, Error, QualityGoal, QualitySearch};

/// Finds the quality that the goal asks for, and the file of that quality.
///
/// - `encode`: the file of a quality.
/// - `dissimilarity`: of a file, if the goal is one.
pub(crate) fn find(
    search: &QualitySearch,
    cancel: &Cancel,
    mut encode: impl FnMut(u8) -> Result<Vec<u8>, Error>,
    dissimilarity: impl Fn(&[u8]) -> Result<f64, Error>,
) -> Result<(u8, Vec<u8>), Error> {
    let (mut lowest, mut highest) = (search.lowest, search.highest);
    let mut good = None;
    loop {
        cancel.check()?;
        let quality = lowest.midpoint(highest);
        let file = encode(quality)?;
        let verdict = judge(search.goal, &file, &dissimilarity)?;
        match verdict {
            Verdict::Right => return Ok((quality, file)),
            Verdict::Good(Next::Higher) | Verdict::Bad(Next::Higher) => lowest = quality + 1,
            Verdict::Good(Next::Lower) | Verdict::Bad(Next::Lower) => highest = quality - 1,
        }
        let is_over = lowest > highest;
        if matches!(verdict, Verdict::Good(_)) {
            good = Some((quality, file));
        } else if is_over && good.is_none() {
            return Ok((quality, file));
        }
        if let Some(found) = good.take_if(|_| is_over) {
            return Ok(found);
        }
    }
}

/// What a file says about the quality to try next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// As wanted.
    Right,
    /// It will do, but another may be nearer.
    Good(Next),
    /// It will not do.
    Bad(Next),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Higher,
    Lower,
}

fn judge(
    goal: QualityGoal,
    file: &[u8],
    dissimilarity: impl Fn(&[u8]) -> Result<f64, Error>,
) -> Result<Verdict, Error> {
    Ok(match goal {
        QualityGoal::Bytes(limit) if file.len() as u64 <= limit => Verdict::Good(Next::Higher),
        QualityGoal::Bytes(_) => Verdict::Bad(Next::Lower),
        QualityGoal::Dssim {
            target,
            allowed_error,
        } => {
            let found = dissimilarity(file)?;
            if (found - target).abs() <= allowed_error {
                Verdict::Right
            } else if found < target {
                Verdict::Good(Next::Lower)
            } else {
                Verdict::Bad(Next::Higher)
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A file has a byte per quality, and is the less dissimilar the longer.
    fn found(goal: QualityGoal, lowest: u8, highest: u8) -> (u8, u32) {
        let search = QualitySearch {
            goal,
            lowest,
            highest,
        };
        let mut encodings = 0;
        let encode = |quality: u8| {
            encodings += 1;
            Ok(vec![0; quality.into()])
        };
        let dissimilarity = |file: &[u8]| Ok(1.0 - file.len() as f64 / 100.0);
        let result = find(&search, &Cancel::never(), encode, dissimilarity);
        let (quality, file) = result.expect("nothing fails");
        assert_eq!(file.len(), usize::from(quality));
        (quality, encodings)
    }

    #[test]
    fn the_nearest_quality_on_the_right_side_is_found_soon() {
        let dssim = |target| QualityGoal::Dssim {
            target,
            allowed_error: 0.001,
        };
        for (goal, bounds, expected) in [
            (QualityGoal::Bytes(50), (1, 100), 50),
            (QualityGoal::Bytes(500), (1, 100), 100),
            (QualityGoal::Bytes(5), (70, 80), 70),
            (dssim(0.5), (1, 100), 50),
            (dssim(0.255), (70, 80), 75),
            (dssim(0.9), (70, 80), 70),
            (dssim(0.001), (70, 80), 80),
            (dssim(0.2), (77, 77), 77),
        ] {
            let (quality, encodings) = found(goal, bounds.0, bounds.1);
            assert_eq!(quality, expected, "{goal:?} {bounds:?}");
            assert!(encodings <= 7, "{goal:?}: {encodings}");
        }
    }
}

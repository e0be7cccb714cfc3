//! Better palettes by k-means (S. Lloyd, "Least squares quantization in PCM", 1982).

use super::histogram::Entry;
use super::nearest::Nearest;
use super::point::Point;

/// Moves each colour to the mean of what is nearest to it, several times.
pub(super) fn refine(entries: &[Entry], palette: &mut [Point]) {
    let mut guesses = vec![0_u8; entries.len()];
    let mut last = f64::INFINITY;
    for _ in 0..ROUNDS {
        let error = round(entries, palette, &mut guesses);
        if error >= last * ENOUGH {
            break;
        }
        last = error;
    }
}

/// One round; gives the error before it.
fn round(entries: &[Entry], palette: &mut [Point], guesses: &mut [u8]) -> f64 {
    let nearest = Nearest::new(palette);
    let mut sums = vec![([0.0_f64; 4], 0.0_f64); palette.len()];
    let mut error = 0.0;
    let mut farthest = (0.0, [0.0; 4]);
    for (entry, guess) in entries.iter().zip(guesses) {
        let (index, distance) = nearest.find(entry.mean, *guess);
        *guess = index;
        let weight = f64::from(entry.weight);
        let own = weight * f64::from(distance);
        error += own;
        if own > farthest.0 {
            farthest = (own, entry.mean);
        }
        if let Some((sum, count)) = sums.get_mut(usize::from(index)) {
            *count += weight;
            for (sum, channel) in sum.iter_mut().zip(entry.mean) {
                *sum += weight * f64::from(channel);
            }
        }
    }
    for (color, (sum, weight)) in palette.iter_mut().zip(sums) {
        if weight > 0.0 {
            *color = sum.map(|sum| narrowed(sum / weight));
        } else if farthest.0 > 0.0 {
            // A colour that nothing needs goes where the error is largest.
            *color = farthest.1;
            farthest.0 = 0.0;
        }
    }
    error
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "single precision is enough"
)]
fn narrowed(value: f64) -> f32 {
    value as f32
}

const ROUNDS: usize = 12;
/// A round that leaves more of the error than this is the last.
const ENOUGH: f64 = 0.99;

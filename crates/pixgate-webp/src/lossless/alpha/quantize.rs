//! Fewer different values of alpha.

use crate::lossless::narrow::low8;

/// How many values a quality allows, on libwebp's scale; none for all of them.
pub(super) const fn levels(quality: u8) -> Option<usize> {
    let quality = quality as usize;
    match quality {
        ..=70 => Some(2 + quality / 5),
        71..=99 => Some(16 + (quality - 70) * 8),
        _ => None,
    }
}

/// Most rounds; values settle long before.
const ROUNDS: usize = 12;

/// Replaces values by the nearest of a few, the smallest and the largest of them as they were.
///
/// None if there are few already.
pub(super) fn quantize(plane: &[u8], levels: usize) -> Option<Vec<u8>> {
    let mut counts = [0_u64; 256];
    for &value in plane {
        counts[usize::from(value)] += 1;
    }
    let used = |count: &&u64| **count > 0;
    if counts.iter().filter(used).count() <= levels {
        return None;
    }
    let first = counts.iter().position(|&count| count > 0)? as f32;
    let last = counts.iter().rposition(|&count| count > 0)? as f32;
    let step = (last - first) / (levels - 1) as f32;
    let mut centers: Vec<f32> = (0..levels).map(|n| first + n as f32 * step).collect();
    for _ in 0..ROUNDS {
        let mut sums = vec![(0.0, 0.0); levels];
        for (value, &count) in (0_u8..=255).zip(&counts) {
            let (sum, weight) = &mut sums[nearest(&centers, f32::from(value))];
            *sum += f32::from(value) * count as f32;
            *weight += count as f32;
        }
        for (center, (sum, weight)) in centers.iter_mut().zip(sums) {
            if weight > 0.0 && *center > first && *center < last {
                *center = sum / weight;
            }
        }
    }
    let mut map = [0; 256];
    for (value, to) in (0_u8..=255).zip(&mut map) {
        let center = centers[nearest(&centers, f32::from(value))];
        *to = low8(crate::lossless::narrow::rounded(center));
    }
    Some(plane.iter().map(|&value| map[usize::from(value)]).collect())
}

/// - `centers`: in order.
fn nearest(centers: &[f32], value: f32) -> usize {
    let above = centers.partition_point(|&center| center < value);
    let is_nearer = |at: usize| centers[at] - value < value - centers[at - 1];
    match above {
        0 => 0,
        at if at == centers.len() => at - 1,
        at if is_nearer(at) => at,
        at => at - 1,
    }
}

//! Units of 4 samples along an edge.

/// Sets `count` units from `start` on; those beyond the end are left out.
///
/// Counts are nearly always powers of two, for each of which there are few instructions.
#[inline(always)]
pub(super) fn fill<T: Copy>(to: &mut [T], start: usize, count: usize, value: T) {
    let Some(to) = to.get_mut(start..) else {
        return;
    };
    let is_done = match count {
        1 => set::<T, 1>(to, value),
        2 => set::<T, 2>(to, value),
        4 => set::<T, 4>(to, value),
        8 => set::<T, 8>(to, value),
        16 => set::<T, 16>(to, value),
        _ => false,
    };
    if !is_done {
        let count = count.min(to.len());
        to[..count].fill(value);
    }
}

#[inline(always)]
fn set<T: Copy, const N: usize>(to: &mut [T], value: T) -> bool {
    to.first_chunk_mut().is_some_and(|to| {
        *to = [value; N];
        true
    })
}

/// The bytes of up to 16 units from `start` on, the first one lowest; none where there is no room for 16.
#[inline(always)]
pub(super) fn load(from: &[u8], start: usize, count: usize) -> u128 {
    let all = from.get(start..).and_then(<[u8]>::first_chunk);
    let all = all.map_or(0, |all| u128::from_le_bytes(*all));
    let rest = 16usize.saturating_sub(count);
    all & u128::MAX.unbounded_shr(8 * u32::try_from(rest).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_set_and_read() {
        for count in 0..=16 {
            for start in [0, 3, 20] {
                let mut units = vec![0; 36];
                fill(&mut units, start, count, 7);
                let expected = |at: usize| {
                    if (start..start + count).contains(&at) {
                        7
                    } else {
                        0
                    }
                };
                assert!(
                    units
                        .iter()
                        .enumerate()
                        .all(|(at, &unit)| unit == expected(at))
                );
                let read = load(&[7; 36], start, count).to_le_bytes();
                assert!(read[..count].iter().all(|&unit| unit == 7));
                assert!(read[count..].iter().all(|&unit| unit == 0));
            }
        }
        let mut units = [0; 5];
        fill(&mut units, 3, 4, 1);
        assert_eq!(units, [0, 0, 0, 1, 1]);
        fill(&mut units, 9, 4, 1);
        assert_eq!(units, [0, 0, 0, 1, 1]);
    }
}

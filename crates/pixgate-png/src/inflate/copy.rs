//! Matches copied within the output.

/// Copies what lies `distance` back; up to 64 bytes behind it may be written over.
///
/// - `distance`: at most `at`.
#[inline(always)]
pub(crate) fn copy_match(room: &mut [u8], at: usize, length: usize, distance: usize) {
    if distance >= 16 {
        let mut done = 0;
        while done < length {
            chunk::<16>(room, at + done, distance);
            done += 16;
        }
    } else if distance >= 8 {
        let mut done = 0;
        while done < length {
            chunk::<8>(room, at + done, distance);
            done += 8;
        }
    } else {
        repeat(room, at, length, distance);
    }
}

/// Copies bytes that do not overlap; `distance` is at least their number.
#[inline(always)]
fn chunk<const N: usize>(room: &mut [u8], to: usize, distance: usize) {
    let Some((before, behind)) = room.split_at_mut_checked(to) else {
        return;
    };
    let from = before
        .get(to - distance..)
        .and_then(|rest| rest.first_chunk::<N>());
    if let (Some(from), Some(place)) = (from, behind.first_chunk_mut::<N>()) {
        *place = *from;
    }
}

/// Repeats fewer than eight bytes.
#[inline]
fn repeat(room: &mut [u8], at: usize, length: usize, distance: usize) {
    // As many repetitions as fit into eight bytes, then so many at a time.
    let mut pattern = [0; 8];
    let from = room.get(at - distance..at).unwrap_or_default();
    for (slot, byte) in pattern.iter_mut().zip(from.iter().cycle()) {
        *slot = *byte;
    }
    let step = 8 - 8 % distance.max(1);
    let mut done = 0;
    while done < length {
        let rest = room.get_mut(at + done..);
        if let Some(place) = rest.and_then(|rest| rest.first_chunk_mut()) {
            *place = pattern;
        }
        done += step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_as_if_byte_by_byte() {
        for distance in 1..40 {
            for length in 3..=258 {
                let mut room: Vec<u8> = (0_u8..=255).cycle().take(40 + 258 + 64).collect();
                let mut plain = room.clone();
                for i in 40..40 + length {
                    plain[i] = plain[i - distance];
                }
                copy_match(&mut room, 40, length, distance);
                assert_eq!(room[..40 + length], plain[..40 + length]);
            }
        }
    }
}

//! Matches copied within the output.

#![allow(clippy::cast_possible_truncation, reason = "shifts are below 64")]

/// Copies what lies `distance` back; up to 31 bytes behind it may be written over.
///
/// # Safety
///
/// `distance` is at most `at`, and `at + length + 31` at most the room's length.
#[inline(always)]
pub(crate) unsafe fn copy_match(room: &mut [u8], at: usize, length: usize, distance: usize) {
    debug_assert!(distance <= at && at + length + 31 <= room.len());
    // SAFETY: as the caller promises: `at` is within the room.
    let to = unsafe { room.as_mut_ptr().add(at) };
    let mut done = 0;
    // SAFETY: what is read begins `distance` in front of what is written, which begins less than
    // `length` behind `at` and ends less than 32 bytes later.
    unsafe {
        if distance >= 16 {
            // Most are no longer than the first two.
            while done < length {
                chunk::<16>(to.add(done), distance);
                chunk::<16>(to.add(done + 16), distance);
                done += 32;
            }
        } else if distance >= 8 {
            while done < length {
                chunk::<8>(to.add(done), distance);
                chunk::<8>(to.add(done + 8), distance);
                done += 16;
            }
        } else {
            let word = to.sub(distance).cast::<u64>().read_unaligned();
            let first = u64::from_le(word) & !(u64::MAX << (8 * distance));
            let (repeats, step) = REPEATS[distance & 7];
            let pattern = first.wrapping_mul(repeats).to_le();
            while done < length {
                to.add(done).cast::<u64>().write_unaligned(pattern);
                to.add(done + step).cast::<u64>().write_unaligned(pattern);
                done += 2 * step;
            }
        }
    }
}

/// Copies bytes that do not overlap; `distance` is at least their number.
///
/// # Safety
///
/// So many bytes can be written at `to` and read `distance` in front of it.
#[inline(always)]
unsafe fn chunk<const N: usize>(to: *mut u8, distance: usize) {
    // SAFETY: as the caller promises.
    unsafe {
        let bytes = to.sub(distance).cast::<[u8; N]>().read_unaligned();
        to.cast::<[u8; N]>().write_unaligned(bytes);
    }
}

/// For each distance what makes eight bytes of the first few, and how many of those are whole
/// repetitions.
const REPEATS: [(u64, usize); 8] = {
    let mut repeats = [(0, 8); 8];
    let mut distance = 1;
    while distance < 8 {
        let mut shift = 0;
        while shift < 64 {
            repeats[distance].0 |= 1 << shift;
            shift += 8 * distance as u32;
        }
        repeats[distance].1 = 8 - 8 % distance;
        distance += 1;
    }
    repeats
};

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
                // SAFETY: distances are below 40, and 64 bytes lie behind the longest.
                unsafe { copy_match(&mut room, 40, length, distance) };
                assert_eq!(room[..40 + length], plain[..40 + length]);
            }
        }
    }
}

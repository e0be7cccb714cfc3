//! Huffman codes of limited length for known frequencies.

/// Gives each symbol with a frequency a code length of at most `limit`.
///
/// Lengths of two or more symbols fill the code space; a single symbol gets one bit. The tree is
/// built by merging two sorted queues (van Leeuwen, 1976); codes that came out too long are
/// shortened and paid for by the least frequent of the shorter ones.
pub(crate) fn lengths(frequencies: &[u32], limit: u8, lengths: &mut [u8]) {
    lengths.fill(0);
    let mut symbols: Vec<(u32, u16)> = (0_u16..)
        .zip(frequencies)
        .filter(|(_, count)| **count > 0)
        .map(|(symbol, count)| (*count, symbol))
        .collect();
    match *symbols {
        [] => {}
        [(_, only)] => set(lengths, only, 1),
        _ => {
            symbols.sort_unstable();
            let mut counts = depths(&symbols, limit);
            shorten(&mut counts, limit);
            // The most frequent are last and get the shortest codes.
            let mut rest = symbols.iter().rev();
            for (length, count) in (0_u8..).zip(counts) {
                for (_, symbol) in rest.by_ref().take(count as usize) {
                    set(lengths, *symbol, length);
                }
            }
        }
    }
}

fn set(lengths: &mut [u8], symbol: u16, length: u8) {
    if let Some(slot) = lengths.get_mut(usize::from(symbol)) {
        *slot = length;
    }
}

/// How many leaves stand at each depth; those deeper than the limit are counted at it.
fn depths(symbols: &[(u32, u16)], limit: u8) -> [u32; MOST + 1] {
    let leaves = symbols.len();
    // Inner nodes come out in the order of their weights, so they are a sorted queue.
    let mut weights = [0_u64; 288];
    let mut parents = [0_u16; 2 * 288];
    let (mut leaf, mut inner) = (0, 0);
    for made in 0..leaves - 1 {
        for _ in 0..2 {
            let of_leaf = symbols.get(leaf).map_or(u64::MAX, |s| u64::from(s.0));
            let is_leaf = inner >= made || of_leaf <= weights[inner];
            let (node, weight) = if is_leaf {
                leaf += 1;
                (leaf - 1, of_leaf)
            } else {
                inner += 1;
                (leaves + inner - 1, weights[inner - 1])
            };
            weights[made] += weight;
            parents[node] = u16::try_from(leaves + made).unwrap_or(u16::MAX);
        }
    }
    let mut counts = [0; MOST + 1];
    let mut depth = [0_u8; 2 * 288];
    for node in (0..2 * leaves - 2).rev() {
        depth[node] = depth[usize::from(parents[node])].saturating_add(1);
        if node < leaves {
            counts[usize::from(depth[node].min(limit))] += 1;
        }
    }
    counts
}

/// Makes room in the code space that was overdrawn.
fn shorten(counts: &mut [u32; MOST + 1], limit: u8) {
    let limit = usize::from(limit);
    let used = |counts: &[u32]| -> u32 {
        let taken = (1..=limit).map(|length| counts[length] << (limit - length));
        taken.sum()
    };
    let space = 1 << limit;
    let mut over = used(counts).saturating_sub(space);
    while over > 0 {
        // The longest code that is not at the limit gets a bit longer.
        let Some(length) = (1..limit).rev().find(|length| counts[*length] > 0) else {
            return;
        };
        counts[length] -= 1;
        counts[length + 1] += 1;
        over = over.saturating_sub(1 << (limit - length - 1));
    }
    // What was freed too much goes to codes at the limit.
    let mut free = space.saturating_sub(used(counts));
    for length in (2..=limit).rev() {
        let gain = 1 << (limit - length);
        while free >= gain && counts[length] > 0 {
            counts[length] -= 1;
            counts[length - 1] += 1;
            free -= gain;
        }
    }
}

/// The codes for lengths (RFC 1951, section 3.2.2), first bit lowest.
pub(crate) fn codes(lengths: &[u8], codes: &mut [u16]) {
    let mut next = [0_u16; MOST + 2];
    for length in lengths.iter().filter(|length| **length > 0) {
        next[usize::from(*length) + 1] += 1;
    }
    for length in 1..=MOST {
        next[length + 1] = next[length + 1].wrapping_add(next[length]) << 1;
    }
    for (code, length) in codes.iter_mut().zip(lengths) {
        if *length > 0 {
            let slot = &mut next[usize::from(*length)];
            *code = slot.reverse_bits() >> (16 - length);
            *slot = slot.wrapping_add(1);
        }
    }
}

/// Longest code.
pub(crate) const MOST: usize = 15;

#[cfg(test)]
mod tests {
    use super::*;

    fn space(lengths: &[u8]) -> u32 {
        let used = lengths.iter().filter(|length| **length > 0);
        used.map(|length| 1 << (15 - length)).sum()
    }

    #[test]
    fn fills_the_code_space_within_the_limit() {
        for limit in [7_u8, 9, 14, 15] {
            for count in 2..=100_usize {
                let steep: Vec<u32> = (0..count).map(|i| 1_u32 << (i % 30)).collect();
                let even = vec![3; count];
                for frequencies in [steep, even] {
                    let mut got = vec![0; count];
                    lengths(&frequencies, limit, &mut got);
                    assert_eq!(space(&got), 1 << 15, "{limit} {count}");
                    assert!(got.iter().all(|length| (1..=limit).contains(length)));
                }
            }
        }
    }

    #[test]
    fn gives_codes_in_order_of_length_and_symbol() {
        let mut got = [0; 8];
        codes(&[3, 3, 3, 3, 3, 2, 4, 4], &mut got);
        // The example of RFC 1951, section 3.2.2, with bits reversed.
        assert_eq!(
            got,
            [0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111]
        );
    }
}

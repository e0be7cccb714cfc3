//! Lines `key`, `salt`, `signature`, then the rest of a path: only the true signature passes.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pixgate_fuzz::{flip_bit, lines};
use pixgate_sign::{Acceptance, KeyPair, KeyRing, SourceCipher};

fuzz_target!(|data: &[u8]| {
    let [key, salt, forged, rest] = lines(data);
    let Ok(pair) = KeyPair::new(key, salt) else {
        return assert!(key.is_empty());
    };
    let ring = KeyRing::new(vec![pair]);
    let signature = ring.signature(rest).unwrap();
    assert_eq!(ring.verify(&signature, rest), Ok(Acceptance::Pair(0)));
    // The last character has unused bits.
    let stem = signature.len() - 1;
    if forged.get(..stem) != signature.as_bytes().get(..stem) {
        assert!(ring.verify(forged, rest).is_err());
    }
    let slashed = if rest.starts_with(b"/") {
        rest.to_vec()
    } else {
        [b"/", rest].concat()
    };
    if let Some(changed) = flip_bit(&slashed[1..], forged) {
        assert!(
            ring.verify(&signature, [b"/", &changed[..]].concat())
                .is_err()
        );
    }
    let changed = flip_bit(&signature.as_bytes()[..stem], rest).unwrap_or_default();
    assert!(
        ring.verify([&changed, &signature.as_bytes()[stem..]].concat(), rest)
            .is_err()
    );
    assert_eq!(
        KeyRing::default().verify(forged, rest).is_ok(),
        !forged.contains(&b':')
    );
    if let Ok(cipher) = SourceCipher::new(key) {
        let _ = cipher.decrypt_raw(forged);
        assert_eq!(cipher.decrypt(&cipher.encrypt(rest)).as_deref(), Ok(rest));
    }
});

//! Laws that hold for all keys, paths and sources.

use pixgate_sign::{Acceptance, KeyPair, KeyRing, SourceCipher, is_expired};
use proptest::collection::vec;
use proptest::prelude::{Strategy, any, prop_oneof};
use proptest::sample::Index;
use proptest::{prop_assert, prop_assert_eq, proptest};

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), 1..80)
}

fn pair() -> impl Strategy<Value = KeyPair> {
    (bytes(), vec(any::<u8>(), 0..80)).prop_filter_map("keys are not empty", |(key, salt)| {
        KeyPair::new(&key, &salt).ok()
    })
}

fn cipher() -> impl Strategy<Value = SourceCipher> {
    let key = prop_oneof![
        vec(any::<u8>(), 16),
        vec(any::<u8>(), 24),
        vec(any::<u8>(), 32)
    ];
    key.prop_filter_map("keys have a valid size", |key| SourceCipher::new(&key).ok())
}

fn sized(pairs: Vec<KeyPair>, size: usize) -> Option<KeyRing> {
    KeyRing::new(pairs).with_signature_size(size).ok()
}

fn ring() -> impl Strategy<Value = KeyRing> {
    (vec(pair(), 1..4), 8_usize..=32)
        .prop_filter_map("sizes are valid", |(pairs, size)| sized(pairs, size))
}

fn flip(bytes: &mut [u8], at: &Index, bit: u8) {
    let at = at.index(bytes.len());
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << (bit % 8);
    }
}

proptest! {
    #[test]
    fn what_a_ring_signs_it_verifies(ring in ring(), rest in "[a-z:/.%@]{1,60}") {
        let path = ring.sign(&rest);
        let (signature, after) = path.strip_prefix('/').and_then(|path| path.split_once('/')).unwrap();
        prop_assert_eq!(after, rest.strip_prefix('/').unwrap_or(&rest));
        prop_assert_eq!(ring.verify(signature, &rest), Ok(Acceptance::Pair(0)));
    }

    #[test]
    fn every_pair_is_accepted_at_its_place(ring in ring(), rest in bytes()) {
        for (index, signature) in ring.signatures(&rest).enumerate() {
            let first = ring.signatures(&rest).position(|other| other == signature);
            prop_assert_eq!(ring.verify(&signature, &rest).ok(), first.map(Acceptance::Pair));
            prop_assert!(first <= Some(index));
        }
    }

    #[test]
    fn one_changed_bit_of_the_path_fails(ring in ring(), rest in bytes(), at: Index, bit: u8) {
        let signature = ring.signature(&rest).unwrap();
        let mut slashed = if rest.starts_with(b"/") { rest } else { [b"/", &*rest].concat() };
        prop_assert!(ring.verify(&signature, &slashed).is_ok());
        // The first slash is put back when it is missing, so it is not flipped.
        if let [_, tail @ ..] = slashed.as_mut_slice() && !tail.is_empty() {
            flip(tail, &at, bit);
            prop_assert!(ring.verify(&signature, &slashed).is_err());
        }
    }

    #[test]
    fn one_changed_bit_of_the_signature_fails(
        ring in ring(), rest in bytes(), at: Index, bit: u8,
    ) {
        let mut signature = ring.signature(&rest).unwrap().into_bytes();
        // Unused bits of the last character are not checked.
        let whole = signature.len() - usize::from(!ring.signature_size().is_multiple_of(3));
        flip(&mut signature[..whole], &at, bit);
        prop_assert!(ring.verify(&signature, &rest).is_err());
    }

    #[test]
    fn another_ring_refuses(one in ring(), other in ring(), rest in bytes()) {
        let signature = one.signature(&rest).unwrap();
        prop_assert!(other.verify(signature, &rest).is_err());
    }

    #[test]
    fn no_signature_panics_or_passes(ring in ring(), signature in bytes(), rest in bytes()) {
        prop_assert!(ring.verify(signature, rest).is_err());
    }

    #[test]
    fn decryption_undoes_encryption(
        cipher in cipher(), source in vec(any::<u8>(), 0..100), iv: [u8; 16],
    ) {
        prop_assert_eq!(cipher.decrypt(&cipher.encrypt(&source)), Ok(source.clone()));
        let text = cipher.encrypt_with_iv(&source, iv);
        prop_assert_eq!(cipher.decrypt(&text), Ok(source.clone()));
        prop_assert_eq!(cipher.decrypt(&(text + "==")), Ok(source));
    }

    #[test]
    fn no_encrypted_bytes_panic(cipher in cipher(), raw in vec(any::<u8>(), 0..100)) {
        if let Ok(source) = cipher.decrypt_raw(&raw) {
            prop_assert!(source.len() < raw.len() - 16);
        }
    }

    #[test]
    fn time_only_makes_urls_older(expires: i64, now: i64) {
        prop_assert!(!is_expired(expires, now) || is_expired(expires, now.saturating_add(1)));
        prop_assert!(!is_expired(expires, expires));
    }
}

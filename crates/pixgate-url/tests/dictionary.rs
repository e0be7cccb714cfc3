//! The committed fuzzing dictionary is the one that the option table gives.

use std::fs;

#[test]
fn the_fuzzing_dictionary_is_up_to_date() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../fuzz/dictionaries/url.dict"
    );
    let committed = fs::read_to_string(path).expect("the dictionary is in the repository");
    let hint = "write it anew: cd fuzz && cargo run --example seeds";
    assert!(committed == pixgate_url::dictionary(), "{hint}");
}

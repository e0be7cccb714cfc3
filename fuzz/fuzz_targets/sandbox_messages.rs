//! What parent and child of a sandbox say to each other: nothing that one side sends makes the other
//! panic or take more memory than its share.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pixgate_sandbox::fuzzing::{replies, requests};

fuzz_target!(|data: &[u8]| {
    let _ = replies(data, MEMORY_BYTES);
    let _ = requests(data, MEMORY_BYTES);
});

const MEMORY_BYTES: u64 = 16 << 20;

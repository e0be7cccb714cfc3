//! Signs request paths as imgproxy's clients do: `sign KEY SALT PATH...`, key and salt in hex.
//!
//! ```text
//! cargo run --example sign -- 736563726574 68656c6c6f /w:10/plain/http://img.test/a.jpg
//! ```

#![allow(clippy::print_stdout, reason = "an example for the terminal")]

use std::error::Error;

use pixgate_sign::KeyRing;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [key, salt, paths @ ..] = arguments.as_slice() else {
        return Err("usage: sign KEY SALT PATH...".into());
    };
    let ring = KeyRing::from_hex_lists(key, salt)?;
    for path in paths {
        println!("{}", ring.sign(path));
    }
    Ok(())
}

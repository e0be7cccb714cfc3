//! The pixgate server and command line.
fn main() {}

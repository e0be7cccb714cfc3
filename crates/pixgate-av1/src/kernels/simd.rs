//! Work in the vectors of AVX2.
//!
//! Only `dispatch!` names these types and functions, for where the machine has AVX2.

mod eight;
mod four;
mod hadamard;
mod rows;

pub(crate) use self::eight::Eight;
pub(crate) use self::four::Four;
pub(crate) use self::hadamard::{satd_by_8, satd_of_4};
pub(crate) use self::rows::WideRows;

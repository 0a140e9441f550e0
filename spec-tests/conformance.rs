//! The conformance suite, stamped on every kind of array and every way of storing one.

mod chunked;
mod dense;
mod forced;
mod lazy;
mod tensor;

//! The specification as tests: one binary.

mod chunked;
mod conformance;
mod planted;

//! The public interface as callers write it.

#[path = "usage/errors.rs"]
mod errors;
#[path = "usage/functions.rs"]
mod functions;
#[path = "usage/input.rs"]
mod input;
#[path = "usage/operators.rs"]
mod operators;
#[cfg(feature = "approx")]
#[path = "usage/rounding.rs"]
mod rounding;

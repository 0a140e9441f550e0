//! `cargo xtask bench`.

use crate::Result;
use crate::cargo::{self, cargo};
use crate::steps::Steps;

/// Runs the benches, or those whose name contains `filter`.
pub(crate) fn run(steps: &mut Steps, filter: Option<&str>) -> Result {
    steps.run("benches", || {
        cargo::run(
            cargo(&["bench", "--package", "redpoll-benches", "--benches", "--"]).args(filter),
        )
    })
}

//! `cargo xtask coverage`: the lines of `src/` that the tests reach.

use std::process::Stdio;

use crate::Result;
use crate::cargo::{self, cargo};
use crate::steps::Steps;

/// Everything that is not `src/` of the crate.
const IGNORED: &str = "(^|/)(xtask|spec-tests|benches|examples)/";

/// Runs the tests with instrumentation and prints the table of line coverage.
pub(crate) fn run(steps: &mut Steps) -> Result {
    steps.run("coverage", || {
        installed()?;
        cargo::run(&mut cargo(&[
            "llvm-cov",
            "--package=redpoll",
            "--features=testing",
            "--lib",
            "--tests",
            "--ignore-filename-regex",
            IGNORED,
        ]))
    })
}

fn installed() -> Result {
    let status =
        cargo(&["llvm-cov", "--version"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        _ => Err("cargo-llvm-cov is not installed; `cargo install cargo-llvm-cov --locked` and \
                  `rustup component add llvm-tools` install it"
            .into()),
    }
}

//! `cargo xtask lint`: what needs no test to run.

use crate::cargo::{self, cargo};
use crate::steps::Steps;
use crate::{Result, rooms, root};

/// Formatting, clippy, the documentation and the order of the rooms; every warning is an error.
pub(crate) fn run(steps: &mut Steps) -> Result {
    steps.run("rustfmt", || cargo::run(&mut cargo(&["fmt", "--all", "--check"])))?;
    rooms(steps)?;
    steps.run("clippy", || {
        let what = [
            "clippy",
            "--workspace",
            "--all-targets",
            "--features=testing,approx",
            "--",
            "--deny=warnings",
        ];
        cargo::run(&mut cargo(&what))
    })?;
    steps.run("docs", || {
        let what = ["doc", "--workspace", "--no-deps", "--features=testing,approx"];
        cargo::run(cargo(&what).env("RUSTDOCFLAGS", "-D warnings"))
    })
}

/// Every room of `src/` uses only the rooms below it.
pub(crate) fn rooms(steps: &mut Steps) -> Result {
    steps.run("rooms", || {
        let findings = rooms::check(&root().join("src"))?;
        if findings.is_empty() {
            return Ok(());
        }
        findings.iter().for_each(|finding| println!("{finding}"));
        Err(format!(
            "{} uses of what a room must not know; the table is in xtask/src/rooms/table.rs",
            findings.len()
        ))
    })
}

//! `cargo xtask test`: everything that says whether redpoll is right.

use crate::cargo::{self, TEST_PROFILE, cargo};
use crate::steps::Steps;
use crate::{Result, pca, python};

/// Runs the unit, conformance and documentation tests, then the examples, pca against its reference,
/// then the wheel for Python and its tests.
pub(crate) fn run(steps: &mut Steps) -> Result {
    // Not the examples: an unoptimised one would take the place of the one that `cargo run --release` built.
    for (name, targets) in
        [("tests", &["--lib", "--tests"][..]), ("documentation tests", &["--doc"])]
    {
        let what = ["test", "--package=redpoll", "--features=testing,approx"];
        steps.run(name, || cargo::run(cargo(&what).args(targets).args(TEST_PROFILE)))?;
    }
    steps.run("tests of xtask", || cargo::run(&mut cargo(&["test", "--package=xtask"])))?;
    steps.run("examples", || cargo::run(&mut cargo(&["build", "--release", "--examples"])))?;
    steps.run("quickstart", || {
        cargo::run(&mut cargo(&["run", "--release", "--quiet", "--example=quickstart"]))
    })?;
    pca::run(steps)?;
    python::run(steps)
}

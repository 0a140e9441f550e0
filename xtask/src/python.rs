//! `cargo xtask python`: the wheel, in a virtual environment of its own, and its tests.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{self, TEST_PROFILE};
use crate::steps::Steps;
use crate::{Result, root};

/// What the tests need beside the wheel: the first is what builds it.
const PACKAGES: [&str; 6] = ["maturin", "numpy", "scipy", "sparse", "pytest", "hypothesis"];

/// Builds the wheel as tests are built, installs it, and runs its tests.
pub(crate) fn run(steps: &mut Steps) -> Result {
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    let environment = target.join("python");
    let program = |name: &str| environment.join("bin").join(name);
    let python = || Command::new(program("python"));
    if !program("pytest").exists() {
        steps.run("python: environment", || {
            let interpreter =
                std::env::var_os("PYTHON").unwrap_or_else(|| OsString::from("python3"));
            cargo::run(Command::new(interpreter).args(["-m", "venv"]).arg(&environment))?;
            cargo::run(python().args(["-m", "pip", "install", "--quiet"]).args(PACKAGES))
        })?;
    }
    let wheels = target.join("wheels");
    steps.run("python: wheel", || {
        // A wheel of before would be found beside this one.
        remove(&wheels)?;
        let mut maturin = Command::new(program("maturin"));
        maturin
            .args(["build", "--quiet", "--manifest-path=python/Cargo.toml", "--out"])
            .arg(&wheels);
        // The skin is no more to be optimised than redpoll.
        let skin = "--config=profile.release.package.redpoll-python.opt-level=0";
        cargo::run(maturin.args(TEST_PROFILE).arg(skin).current_dir(root()))?;
        let install = ["-m", "pip", "install", "--quiet", "--no-deps", "--force-reinstall"];
        cargo::run(python().args(install).arg(only_file(&wheels)?))
    })?;
    steps.run("python: tests", || {
        // Not as a module: the sources beside the tests must not hide the wheel.
        let mut pytest = Command::new(program("pytest"));
        cargo::run(
            pytest.args(["--quiet", "-p", "no:cacheprovider", "python/tests"]).current_dir(root()),
        )
    })
}

fn remove(directory: &Path) -> Result {
    match std::fs::remove_dir_all(directory) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(format!("{}: {error}", directory.display()))
        }
        _ => Ok(()),
    }
}

fn only_file(directory: &Path) -> Result<PathBuf> {
    let failed = |error: std::io::Error| format!("{}: {error}", directory.display());
    let mut files = std::fs::read_dir(directory).map_err(failed)?;
    let file = files.next().ok_or_else(|| format!("{}: no wheel", directory.display()))?;
    Ok(file.map_err(failed)?.path())
}

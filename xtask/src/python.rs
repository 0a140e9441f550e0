//! `cargo xtask python`: the wheel, in a virtual environment of its own, and its tests.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::cargo::{self, TEST_PROFILE};
use crate::steps::Steps;
use crate::{Result, root};

/// What the tests need beside the wheel: the first is what builds it.
const PACKAGES: [&str; 9] = [
    "maturin",
    "numpy",
    "scipy",
    "scipy-stubs",
    "sparse",
    "pytest",
    "hypothesis",
    "mypy",
    "basedpyright",
];

/// Builds the wheel as tests are built, installs it, and runs its tests.
pub(crate) fn run(steps: &mut Steps) -> Result {
    let environment = Environment::with_wheel(steps, Built::AsTests)?;
    steps.run("python: tests", || {
        // Not as a module: the sources beside the tests must not hide the wheel.
        let mut pytest = environment.command("pytest");
        let ignored = "--ignore=python/tests/conformance";
        cargo::run(
            pytest
                .args(["--quiet", "-p", "no:cacheprovider", ignored, "python/tests"])
                .current_dir(root()),
        )
    })?;
    steps.run("python: types", || {
        let script = root().join("python/typecheck.py");
        cargo::run(environment.command("python").arg(script).current_dir(target()))
    })?;
    environment.fuzz(steps, &["--minutes=1"])
}

/// Random programs against NumPy, on the wheel as tests are built: it checks itself on the way.
pub(crate) fn fuzz(steps: &mut Steps, arguments: &[&str]) -> Result {
    let environment = Environment::with_wheel(steps, Built::AsTests)?;
    environment.fuzz(steps, arguments)
}

/// Builds the wheel as users get it, and times calls of it beside other libraries.
pub(crate) fn overhead(steps: &mut Steps) -> Result {
    let environment = Environment::with_wheel(steps, Built::Optimised)?;
    steps.run("overhead of calls", || {
        let script = root().join("python/benches/overhead.py");
        cargo::run(environment.command("python").arg(script).current_dir(target()))
    })
}

/// How a wheel is built.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Built {
    AsTests,
    Optimised,
}

/// A virtual environment with the wheel.
pub(crate) struct Environment(PathBuf);

impl Environment {
    /// The environment of the tests, with the wheel.
    pub(crate) fn with_wheel(steps: &mut Steps, built: Built) -> Result<Self> {
        let environment = Self::with_packages(steps, "python", &PACKAGES)?;
        environment.add_wheel(steps, built)?;
        Ok(environment)
    }

    /// Makes an environment if it is not there, and installs what it lacks.
    pub(crate) fn with_packages(steps: &mut Steps, name: &str, packages: &[&str]) -> Result<Self> {
        let environment = Self(target().join(name));
        steps.run("python: environment", || {
            if !environment.program("python").exists() {
                let interpreter =
                    std::env::var_os("PYTHON").unwrap_or_else(|| OsString::from("python3"));
                cargo::run(Command::new(interpreter).args(["-m", "venv"]).arg(&environment.0))?;
            }
            // One of before may lack some; those that are there it leaves as they are.
            environment.install(packages)
        })?;
        Ok(environment)
    }

    /// Builds the wheel and installs it.
    pub(crate) fn add_wheel(&self, steps: &mut Steps, built: Built) -> Result {
        let wheels = target().join("wheels");
        steps.run("python: wheel", || {
            // A wheel of before would be found beside this one.
            remove(&wheels)?;
            let mut maturin = self.command("maturin");
            maturin
                .args(["build", "--quiet", "--manifest-path=python/Cargo.toml", "--out"])
                .arg(&wheels);
            if built == Built::AsTests {
                // The skin is no more to be optimised than redpoll.
                let skin = "--config=profile.release.package.redpoll-python.opt-level=0";
                maturin.args(TEST_PROFILE).arg(skin);
            } else {
                maturin.arg("--release");
            }
            maturin.arg("--interpreter").arg(self.program("python"));
            cargo::run(maturin.current_dir(root()))?;
            let wheel = only_file(&wheels)?;
            self.install(&["--no-deps", "--force-reinstall", &wheel.to_string_lossy()])
        })
    }

    fn fuzz(&self, steps: &mut Steps, arguments: &[&str]) -> Result {
        steps.run("python: random programs", || {
            let script = root().join("python/fuzz/fuzz.py");
            cargo::run(self.command("python").arg(script).args(arguments).current_dir(target()))
        })
    }

    /// Installs packages with pip.
    pub(crate) fn install(&self, packages: &[&str]) -> Result {
        cargo::run(self.command("python").args(["-m", "pip", "install", "--quiet"]).args(packages))
    }

    /// A program of the environment.
    pub(crate) fn command(&self, name: &str) -> Command {
        Command::new(self.program(name))
    }

    fn program(&self, name: &str) -> PathBuf {
        self.0.join("bin").join(name)
    }
}

/// Cargo's directory for what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
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

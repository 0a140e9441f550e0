//! `cargo xtask bench-peers`: redpoll beside the libraries that do the same, by the scripts in `python/bench/`; writes
//! `BENCHMARKS.md`.

use std::path::PathBuf;
use std::process::Command;

use crate::cargo::{self, cargo};
use crate::python::{Built, Environment, target};
use crate::steps::Steps;
use crate::{Result, root};

/// What the command was asked for.
#[derive(Default)]
struct Arguments<'a> {
    /// A directory with a package `redpoll` that is built already: then nothing is built.
    package: Option<&'a str>,
    /// An interpreter that has the peers, and redpoll too unless `package` says where it is.
    python: Option<&'a str>,
    /// Names of workloads and `--quick`, which are the scripts' matter.
    rest: Vec<&'a str>,
}

impl<'a> Arguments<'a> {
    fn parse(words: &[&'a str]) -> Result<Self> {
        let mut arguments = Self::default();
        let mut words = words.iter();
        while let Some(&word) = words.next() {
            let path = match word {
                "--package" => &mut arguments.package,
                "--python" => &mut arguments.python,
                _ => {
                    arguments.rest.push(word);
                    continue;
                }
            };
            *path = Some(words.next().ok_or_else(|| format!("{word} needs a path"))?);
        }
        Ok(arguments)
    }
}

/// Runs the workloads, and writes `BENCHMARKS.md` if all of them were run in full.
pub(crate) fn run(steps: &mut Steps, words: &[&str]) -> Result {
    let arguments = Arguments::parse(words)?;
    let mut python = match arguments.python {
        Some(path) => Command::new(path),
        None => environment(steps, arguments.package.is_none())?.command("python"),
    };
    if let Some(package) = arguments.package {
        let path = PathBuf::from(package);
        let path = path.canonicalize().map_err(|error| format!("{}: {error}", path.display()))?;
        python.env("PYTHONPATH", path);
    } else {
        python.env("REDPOLL_PCA", pca(steps)?);
    }
    python.arg(root().join("python/bench/peers.py")).args(&arguments.rest);
    if arguments.rest.is_empty() {
        python.arg("--output").arg(root().join("BENCHMARKS.md"));
    }
    steps.run("workloads", || cargo::run(&mut python))
}

/// How redpoll's own time grows with elements and shrinks with threads, by `python/bench/scaling.py`.
pub(crate) fn scaling(steps: &mut Steps, words: &[&str]) -> Result {
    let mut python = environment(steps, true)?.command("python");
    python.arg(root().join("python/bench/scaling.py")).args(words);
    steps.run("scaling", || cargo::run(&mut python))
}

/// A virtual environment with the peers, and the wheel as users get it.
fn environment(steps: &mut Steps, wheel: bool) -> Result<Environment> {
    let requirements = root().join("python/bench/requirements.txt");
    let requirements = requirements.to_string_lossy();
    let packages = ["maturin", "-r", &*requirements];
    let environment = Environment::with_packages(steps, "peers", &packages)?;
    if wheel {
        environment.add_wheel(steps, Built::Optimised)?;
    }
    Ok(environment)
}

/// The program of the example `pca`, built as users build it.
fn pca(steps: &mut Steps) -> Result<PathBuf> {
    steps.run("example pca", || {
        cargo::run(&mut cargo(&["build", "--release", "--quiet", "--example", "pca"]))
    })?;
    Ok(target().join("release/examples/pca"))
}

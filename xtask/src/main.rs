//! `cargo xtask …`: the commands that check this project. Each is a list of steps; the first that fails stops the
//! run.
//!
//! ```text
//! ci = lint (fmt, clippy, docs, rooms) → features → test (cargo test, the pca example against NumPy, the wheel)
//! ```

mod bench;
mod cargo;
mod conformance;
mod coverage;
mod features;
mod lint;
mod pca;
mod peers;
mod python;
mod rooms;
mod steps;
mod test;

use std::path::PathBuf;
use std::process::ExitCode;

use steps::Steps;

/// What can go wrong, as a text for whoever runs the command.
type Result<T = (), E = String> = std::result::Result<T, E>;

const USAGE: &str = "\
usage: cargo xtask COMMAND

  test          every test, of Python's wheel too, and the pca example against its reference
  python        Python's wheel and its tests alone
  fuzz [--minutes N] [--seed S] [--case K] [--threads]
                random programs against NumPy, through the wheel
  conformance --suite PATH [--only NAME] [--max-examples N] [-- ARGUMENTS]
                the official suite of the standard, in every format; writes CONFORMANCE.md
  lint          rustfmt, clippy, rustdoc and rooms, warnings denied
  rooms         every room of src/ uses only the rooms below it
  features      the crate without features, and with each one alone
  ci            lint, features, test
  bench [NAME]  the benches, or those whose name contains NAME
  bench-peers [NAME…] [--quick] [--package PATH] [--python PATH]
                the wheel beside scipy.sparse, MKL, GraphBLAS and others, in all workloads or those whose name
                contains a NAME; of all, writes BENCHMARKS.md. --quick tries small sizes; --package is a directory
                with redpoll already built, --python an interpreter with all that is needed
  bench-scaling [--most N]
                redpoll's time from 1e4 to 1e8 (or N) stored elements, and on one thread and two
  overhead      what a call from Python costs, beside NumPy, scipy.sparse and PyData sparse
  coverage      line coverage of src/ (needs cargo-llvm-cov)";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut steps = Steps::default();
    let outcome = match words[..] {
        ["test"] => test::run(&mut steps),
        ["python"] => python::run(&mut steps),
        ["conformance", ref arguments @ ..] => conformance::run(&mut steps, arguments),
        ["fuzz", ref arguments @ ..] => python::fuzz(&mut steps, arguments),
        ["lint"] => lint::run(&mut steps),
        ["rooms"] => lint::rooms(&mut steps),
        ["features"] => features::run(&mut steps),
        ["ci"] => ci(&mut steps),
        ["bench"] => bench::run(&mut steps, None),
        ["bench", name] => bench::run(&mut steps, Some(name)),
        ["bench-peers", ref arguments @ ..] => peers::run(&mut steps, arguments),
        ["bench-scaling", ref arguments @ ..] => peers::scaling(&mut steps, arguments),
        ["overhead"] => python::overhead(&mut steps),
        ["coverage"] => coverage::run(&mut steps),
        ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    steps.summary();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn ci(steps: &mut Steps) -> Result {
    lint::run(steps)?;
    features::run(steps)?;
    test::run(steps)
}

/// The root of the repository.
fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().expect("xtask/ is a directory of the repository").to_path_buf()
}

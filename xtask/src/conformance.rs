//! `cargo xtask conformance --suite PATH`: the official test suite of the standard, in every storage format and on
//! chunked arrays.
//!
//! The suite is a checkout of <https://github.com/data-apis/array-api-tests> with the stubs of
//! <https://github.com/data-apis/array-api> in its folder `array-api`; it is not part of this repository. No test is
//! skipped or excused by us: the lists of skips and of expected failures are empty files.

mod report;

use std::path::{Path, PathBuf};

use crate::cargo;
use crate::python::{Built, Environment, target};
use crate::steps::Steps;
use crate::{Result, root};
use report::{Report, Versions};

/// The revision of the standard.
const REVISION: &str = "2025.12";

/// How one run of the suite stores what it creates.
struct Configuration {
    name: &'static str,
    module: &'static str,
    format: &'static str,
    chunks: Option<&'static str>,
    /// The most elements of an array that the suite makes: it makes them element by element.
    most_elements: Option<&'static str>,
}

const fn tensors(name: &'static str, format: &'static str) -> Configuration {
    Configuration { name, module: "redpoll", format, chunks: None, most_elements: None }
}

const fn chunked(name: &'static str, chunks: &'static str) -> Configuration {
    Configuration {
        name,
        module: "redpoll.chunked",
        format: "csf",
        chunks: Some(chunks),
        most_elements: Some("64"),
    }
}

const CONFIGURATIONS: [Configuration; 9] = [
    tensors("dense", "dense"),
    tensors("sparse (CSF)", "csf"),
    tensors("coo", "coo"),
    tensors("bitmap", "bitmap"),
    tensors("runs", "runs"),
    tensors("permuted (CSF)", "csf-reversed"),
    chunked("chunks of 1", "1"),
    chunked("chunks of 2", "2"),
    chunked("chunks of 3", "3"),
];

/// What the command was asked for.
struct Arguments<'a> {
    suite: PathBuf,
    /// Only configurations whose name contains this.
    only: Option<&'a str>,
    max_examples: &'a str,
    /// What is passed on to pytest, such as one file of the suite; then no report is written.
    rest: &'a [&'a str],
}

impl<'a> Arguments<'a> {
    fn parse(words: &'a [&'a str]) -> Result<Self> {
        let (mut suite, mut only, mut max_examples) = (None, None, "100");
        let mut words = words;
        loop {
            words = match words {
                ["--suite", path, rest @ ..] => {
                    suite = Some(PathBuf::from(path));
                    rest
                }
                ["--only", name, rest @ ..] => {
                    only = Some(*name);
                    rest
                }
                ["--max-examples", count, rest @ ..] => {
                    max_examples = count;
                    rest
                }
                ["--", rest @ ..] => {
                    words = rest;
                    break;
                }
                [] => break,
                [other, ..] => return Err(format!("unknown argument {other}")),
            };
        }
        let suite = suite.ok_or("conformance needs --suite PATH, a checkout of the suite")?;
        let suite = suite.canonicalize().map_err(|e| format!("{}: {e}", suite.display()))?;
        if !suite.join("array-api/spec").is_dir() {
            return Err(format!("{} lacks the stubs in its folder array-api", suite.display()));
        }
        Ok(Self { suite, only, max_examples, rest: words })
    }
}

/// Runs the suite, and writes `CONFORMANCE.md` and `target/conformance/report.json` if all of it was run.
pub(crate) fn run(steps: &mut Steps, words: &[&str]) -> Result {
    let arguments = Arguments::parse(words)?;
    let environment = Environment::with_wheel(steps, Built::AsTests)?;
    let requirements = arguments.suite.join("requirements.txt");
    steps.run("requirements of the suite", || {
        environment.install(&["pytest-xdist", "-r", &requirements.to_string_lossy()])
    })?;
    let output = target().join("conformance");
    std::fs::create_dir_all(&output).map_err(|e| format!("{}: {e}", output.display()))?;
    let mut reports = Vec::new();
    for configuration in &CONFIGURATIONS {
        if arguments.only.is_some_and(|name| !configuration.name.contains(name)) {
            continue;
        }
        let report = steps.run(configuration.name, || {
            let report = configuration.run(&arguments, &environment, &output)?;
            println!("{}", report.summary());
            Ok(report)
        })?;
        reports.push(report);
    }
    let versions = Versions::ask(&environment, &arguments.suite)?;
    if arguments.only.is_none() && arguments.rest.is_empty() {
        let table = report::markdown(&reports, &versions, REVISION, arguments.max_examples);
        write(&root().join("CONFORMANCE.md"), &table)?;
        write(&output.join("report.json"), &report::json(&reports, &versions))?;
    }
    let failed: Vec<String> =
        reports.iter().filter(|r| !r.is_clean()).map(Report::summary).collect();
    if failed.is_empty() { Ok(()) } else { Err(format!("\n{}", failed.join("\n"))) }
}

impl Configuration {
    fn run(
        &self,
        arguments: &Arguments<'_>,
        environment: &Environment,
        output: &Path,
    ) -> Result<Report> {
        let stem: String =
            self.name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        let record = output.join(format!("{stem}.json"));
        let empty = output.join("none.txt");
        write(&empty, "")?;
        let _ = std::fs::remove_file(&record); // of an earlier run, if there was one
        let mut command = environment.command("python");
        command.current_dir(&arguments.suite);
        command.args(["-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", "-p", "record"]);
        if arguments.rest.is_empty() {
            command.arg("array_api_tests/");
        } else {
            command.args(arguments.rest);
        }
        command.args([
            "--max-examples",
            arguments.max_examples,
            "--disable-deadline",
            "--derandomize",
        ]);
        command.arg("--skips-file").arg(&empty).arg("--xfails-file").arg(&empty);
        command.env("ARRAY_API_TESTS_MODULE", self.module).env("ARRAY_API_TESTS_VERSION", REVISION);
        command.env("REDPOLL_FORMAT", self.format).env("REDPOLL_RECORD", &record);
        command.env("PYTHONPATH", root().join("python/tests/conformance"));
        for (name, value) in [
            ("REDPOLL_CHUNKS", self.chunks),
            ("ARRAY_API_TESTS_MAX_ARRAY_SIZE", self.most_elements),
        ] {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        // Failed tests are the report's matter; that there is none is an error.
        let outcome = cargo::run(&mut command);
        let text = std::fs::read_to_string(&record).map_err(|error| {
            format!("nothing recorded: {error}; {}", outcome.err().unwrap_or_default())
        })?;
        Report::parse(self.name, &text)
    }
}

fn write(path: &Path, text: &str) -> Result {
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

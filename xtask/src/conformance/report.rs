//! What a run of the suite gave, and how it is shown.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

use crate::python::Environment;
use crate::{Result, cargo};

/// How many tests ended how.
#[derive(Default, Clone, Copy, PartialEq, Eq, Debug)]
struct Counts {
    passed: u64,
    failed: u64,
    errors: u64,
    skipped: u64,
}

impl Counts {
    fn add(&mut self, outcome: &str) -> Result {
        *(match outcome {
            "passed" => &mut self.passed,
            "failed" => &mut self.failed,
            "error" => &mut self.errors,
            "skipped" => &mut self.skipped,
            other => return Err(format!("a test ended as {other}: nothing may be excused")),
        }) += 1;
        Ok(())
    }

    /// `88`, or `86, 2 failed`.
    fn cell(self) -> String {
        let mut cell = self.passed.to_string();
        for (count, what) in
            [(self.failed, "failed"), (self.errors, "errors"), (self.skipped, "skipped")]
        {
            if count > 0 {
                let _ = write!(cell, ", {count} {what}");
            }
        }
        cell
    }
}

/// One configuration's results.
pub(super) struct Report {
    name: String,
    total: Counts,
    files: BTreeMap<String, Counts>,
    /// The tests that failed, with the last line of what they said.
    failures: Vec<(String, String)>,
    census: Census,
}

/// What the engine counted of formats in a run.
struct Census {
    results: u64,
    /// Results that were not in the format forced, by operation.
    other: BTreeMap<String, u64>,
    /// Sparse operands that an operation wrote out, by operation.
    densified: BTreeMap<String, u64>,
}

impl Report {
    /// Of what the plugin `python/tests/conformance/record.py` wrote.
    pub(super) fn parse(name: &str, text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text).map_err(|e| format!("record: {e}"))?;
        let tests = value["tests"].as_object().ok_or("record: no tests")?;
        let mut report = Self {
            name: name.to_owned(),
            total: Counts::default(),
            files: BTreeMap::new(),
            failures: Vec::new(),
            census: Census::parse(&value)?,
        };
        for (id, test) in tests {
            let outcome = test["outcome"].as_str().ok_or("record: a test without an outcome")?;
            let file = id.split("::").next().unwrap_or(id);
            let file = file.rsplit('/').next().unwrap_or(file);
            report.files.entry(file.to_owned()).or_default().add(outcome)?;
            report.total.add(outcome)?;
            if matches!(outcome, "failed" | "error") {
                let says = test["says"].as_str().unwrap_or_default();
                let line = says.lines().next().unwrap_or_default().to_owned();
                report.failures.push((id.clone(), line));
            }
        }
        Ok(report)
    }

    pub(super) fn is_clean(&self) -> bool {
        self.total.failed == 0 && self.total.errors == 0 && self.census.other.is_empty()
    }

    pub(super) fn summary(&self) -> String {
        let Counts { passed, failed, errors, skipped } = self.total;
        let other: u64 = self.census.other.values().sum();
        format!(
            "{}: {passed} passed, {failed} failed, {errors} errors, {skipped} skipped; of {} results {other} in \
             another format",
            self.name, self.census.results
        )
    }
}

impl Census {
    fn parse(value: &Value) -> Result<Self> {
        let table = |name: &str| -> Result<BTreeMap<String, u64>> {
            let object = value[name].as_object().ok_or(format!("record: no {name}"))?;
            Ok(object.iter().map(|(op, n)| (op.clone(), n.as_u64().unwrap_or(0))).collect())
        };
        let results = value["results"].as_u64().ok_or("record: no results")?;
        Ok(Self { results, other: table("other")?, densified: table("densified")? })
    }
}

/// What took part.
pub(super) struct Versions(Value);

impl Versions {
    /// Of the environment and the suite.
    pub(super) fn ask(environment: &Environment, suite: &Path) -> Result<Self> {
        let program = "import datetime, json, platform, numpy, hypothesis, redpoll; print(json.dumps({\
                       'redpoll': redpoll.__version__, 'Python': platform.python_version(), \
                       'NumPy': numpy.__version__, 'hypothesis': hypothesis.__version__, \
                       'date': datetime.date.today().isoformat()}))";
        let text = cargo::output(environment.command("python").args(["-c", program]))?;
        let mut value: Value = serde_json::from_str(&text).map_err(|e| format!("versions: {e}"))?;
        let commit = Command::new("git")
            .arg("-C")
            .arg(suite)
            .args(["rev-parse", "--short", "HEAD"])
            .output();
        if let Ok(commit) = commit
            && commit.status.success()
            && suite.join(".git").exists()
        {
            value["array-api-tests"] = String::from_utf8_lossy(&commit.stdout).trim().into();
        }
        Ok(Self(value))
    }
}

/// The page `CONFORMANCE.md`.
pub(super) fn markdown(
    reports: &[Report],
    versions: &Versions,
    revision: &str,
    max_examples: &str,
) -> String {
    let mut page = format!(
        "# Conformance\n\nThe official test suite of the Python array API standard \
         ([array-api-tests](https://github.com/data-apis/array-api-tests)), revision {revision}, with \
         `--max-examples={max_examples}`\nand empty lists of skips and expected failures, in every storage format that \
         can be forced and on chunked arrays of\nsparse blocks. `cargo xtask conformance --suite PATH` makes this \
         page.\n\n"
    );
    let versions_of = |name: &str| versions.0[name].as_str().unwrap_or("unknown").to_owned();
    let names = ["redpoll", "Python", "NumPy", "hypothesis", "array-api-tests"];
    let listed: Vec<String> = names.iter().map(|n| format!("{n} {}", versions_of(n))).collect();
    let _ = writeln!(page, "{}; {}.\n", listed.join(", "), versions_of("date"));
    let counted =
        |what: fn(&Counts) -> u64| reports.iter().map(|r| what(&r.total).to_string()).collect();
    table(
        &mut page,
        reports,
        "tests",
        vec![
            ("passed".to_owned(), counted(|c| c.passed)),
            ("failed".to_owned(), counted(|c| c.failed)),
            ("errors".to_owned(), counted(|c| c.errors)),
            ("skipped".to_owned(), counted(|c| c.skipped)),
            (
                "results in another format than the one forced".to_owned(),
                reports.iter().map(|r| r.census.other.values().sum::<u64>().to_string()).collect(),
            ),
        ],
    );
    let rows = distinct(reports.iter().flat_map(|r| r.files.keys())).map(|file| {
        let cells = reports.iter().map(|r| r.files.get(file).copied().unwrap_or_default().cell());
        (format!("`{file}`"), cells.collect())
    });
    table(&mut page, reports, "passed, by file", rows.collect());
    let mut failures: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for report in reports {
        for (test, said) in &report.failures {
            failures.entry((test, said)).or_default().push(&report.name);
        }
    }
    if !failures.is_empty() {
        page.push_str("## What fails\n\n| test | in | says |\n|---|---|---|\n");
        for ((test, said), names) in failures {
            let test = test.rsplit('/').next().unwrap_or(test).replace('|', "\\|");
            let said = said.replace('|', "\\|");
            let _ = writeln!(page, "| `{test}` | {} | {said} |", names.join(", "));
        }
        page.push('\n');
    }
    page.push_str(
        "## What is held densely inside\n\nOperations that wrote out all elements of an operand that leaves some of them \
         to its fill, and how often in these runs:\nfactorisations and Fourier transforms; those whose result stores as \
         much by nature, such as positions of all elements,\nscans of a fill that adds up, and joins of arrays with \
         different fills; products in which a fill meets infinities or NaN.\nEvery operand that an operation stores \
         densely inside is counted, if it did not store all of its elements, in runs or\notherwise, before.\n\n",
    );
    let rows = distinct(reports.iter().flat_map(|r| r.census.densified.keys())).map(|operation| {
        let count = |r: &Report| r.census.densified.get(operation).unwrap_or(&0).to_string();
        (operation.clone(), reports.iter().map(count).collect())
    });
    table(&mut page, reports, "operation", rows.collect());
    // One line ends the page, not an empty one more.
    page.pop();
    page
}

/// Adds a table with a column for each report.
fn table(page: &mut String, reports: &[Report], title: &str, rows: Vec<(String, Vec<String>)>) {
    let heads: Vec<&str> = reports.iter().map(|r| r.name.as_str()).collect();
    let _ = writeln!(page, "| {title} | {} |", heads.join(" | "));
    let _ = writeln!(page, "|---|{}", "---|".repeat(heads.len()));
    for (name, cells) in rows {
        let _ = writeln!(page, "| {name} | {} |", cells.join(" | "));
    }
    page.push('\n');
}

/// Names in order, each once.
fn distinct<'a>(names: impl Iterator<Item = &'a String>) -> impl Iterator<Item = &'a String> {
    names.collect::<BTreeSet<_>>().into_iter()
}

/// The same for a program to read.
pub(super) fn json(reports: &[Report], versions: &Versions) -> String {
    let configurations = reports.iter().map(|r| {
        let counts = |c: &Counts| json!({"passed": c.passed, "failed": c.failed, "errors": c.errors, "skipped": c.skipped});
        json!({
            "name": r.name,
            "total": counts(&r.total),
            "files": r.files.iter().map(|(file, c)| (file.clone(), counts(c))).collect::<serde_json::Map<_, _>>(),
            "failures": r.failures.iter().map(|(test, said)| json!({"test": test, "says": said})).collect::<Vec<_>>(),
            "results": r.census.results,
            "other_format": r.census.other,
            "densified": r.census.densified,
        })
    });
    let value =
        json!({"versions": versions.0, "configurations": configurations.collect::<Vec<_>>()});
    format!("{value:#}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(outcome: &str) -> String {
        json!({
            "tests": {
                "suite/test_a.py::test_one": {"outcome": "passed", "says": ""},
                "suite/test_b.py::test_two[x|y]": {"outcome": outcome, "says": "no | yes\nand more"},
            },
            "results": 7,
            "other": {},
            "densified": {"sort": 2},
        })
        .to_string()
    }

    #[test]
    fn the_page_counts_files_failures_and_operations() {
        let reports = [
            Report::parse("first", &record("passed")).unwrap(),
            Report::parse("second", &record("failed")).unwrap(),
        ];
        assert_eq!(reports.each_ref().map(Report::is_clean), [true, false]);
        let page = markdown(&reports, &Versions(json!({"Python": "3.11"})), "2025.12", "9");
        for line in [
            "| tests | first | second |",
            "| passed | 2 | 1 |",
            "| `test_b.py` | 1 | 0, 1 failed |",
            "| `test_b.py::test_two[x\\|y]` | second | no \\| yes |",
            "| sort | 2 | 2 |",
        ] {
            assert!(page.lines().any(|l| l == line), "{line} is not in\n{page}");
        }
        assert!(page.ends_with("|\n"));
        assert!(page.contains("Every operand that an operation stores densely inside is counted"));
    }

    #[test]
    fn a_test_that_is_excused_is_refused() {
        let message = Report::parse("any", &record("excused")).err().unwrap();
        assert!(message.contains("excused"), "{message}");
    }
}

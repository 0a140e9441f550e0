//! [`Steps`]: named steps with their wall times, and the table of them at the end.

use std::time::{Duration, Instant};

use crate::Result;

/// The steps run so far.
#[derive(Default)]
pub(crate) struct Steps(Vec<Step>);

struct Step {
    name: String,
    took: Duration,
    passed: bool,
}

impl Steps {
    /// Runs a step, after printing its name; its failure is returned with the name in front.
    pub(crate) fn run<T>(&mut self, name: &str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n== {name}");
        let start = Instant::now();
        let outcome = step();
        let took = start.elapsed();
        let passed = outcome.is_ok();
        println!("== {name}: {} in {:.1} s", verdict(passed), took.as_secs_f64());
        self.0.push(Step { name: name.to_owned(), took, passed });
        outcome.map_err(|message| format!("{name}: {message}"))
    }

    /// Prints the table of the steps, if there is more than one.
    pub(crate) fn summary(&self) {
        if self.0.len() > 1 {
            print!("\n{}", self.table());
        }
    }

    fn table(&self) -> String {
        let total: Duration = self.0.iter().map(|step| step.took).sum();
        let rows = self.0.iter().map(|step| (step.name.as_str(), step.took, verdict(step.passed)));
        let rows: Vec<_> = rows.chain([("total", total, "")]).collect();
        let width = rows.iter().map(|(name, ..)| name.chars().count()).max().unwrap_or(0);
        let line = |(name, took, verdict): &(&str, Duration, &str)| {
            format!(
                "{}\n",
                format!("{name:width$}  {:8.1} s  {verdict}", took.as_secs_f64()).trim_end()
            )
        };
        rows.iter().map(line).collect()
    }
}

fn verdict(passed: bool) -> &'static str {
    if passed { "ok" } else { "FAILED" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_step_is_named_and_tabled() {
        let mut steps = Steps::default();
        assert_eq!(steps.run("first", || Ok(7)), Ok(7));
        assert_eq!(
            steps.run::<()>("second one", || Err("no".into())),
            Err("second one: no".into())
        );
        let table = steps.table();
        let lines: Vec<&str> = table.lines().collect();
        assert_eq!(lines.len(), 3);
        assert!(lines[0].starts_with("first       ") && lines[0].ends_with("ok"), "{table}");
        assert!(lines[1].starts_with("second one  ") && lines[1].ends_with("FAILED"), "{table}");
        assert!(lines[2].starts_with("total ") && lines[2].ends_with(" s"), "{table}");
    }
}

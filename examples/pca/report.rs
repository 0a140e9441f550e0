//! What came out, as a table, as JSON and as files.

use crate::arguments::Arguments;
use crate::picture;
use redpoll::Result;
use redpoll::io::h5ad::Matrix;
use std::fmt::Write as _;
use std::fs;
use std::time::{Duration, Instant};

/// Times of named phases.
pub struct Clock {
    start: Instant,
    phases: Vec<(&'static str, Duration)>,
}

impl Clock {
    pub fn start() -> Self {
        Self { start: Instant::now(), phases: vec![] }
    }

    pub fn time<T>(&mut self, phase: &'static str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let start = Instant::now();
        let result = work();
        self.phases.push((phase, start.elapsed()));
        result
    }
}

pub struct Outcome {
    /// Row-major, one row per cell.
    pub scores: Vec<f64>,
    pub singular_values: Vec<f64>,
    pub explained_variance_ratio: Vec<f64>,
}

pub struct Report {
    shape: Vec<usize>,
    stored: usize,
    outcome: Outcome,
    seconds: Vec<(&'static str, f64)>,
    peak_rss: Option<u64>,
    title: String,
}

impl Report {
    pub fn new(arguments: &Arguments, matrix: &Matrix, outcome: Outcome, clock: Clock) -> Self {
        let mut seconds: Vec<_> = clock.phases.iter().map(|(n, d)| (*n, d.as_secs_f64())).collect();
        seconds.push(("total", clock.start.elapsed().as_secs_f64()));
        let name =
            arguments.file.file_name().map_or_else(String::new, |n| n.to_string_lossy().into());
        Self {
            shape: matrix.shape().to_vec(),
            stored: matrix.stored(),
            outcome,
            seconds,
            peak_rss: peak_rss(),
            title: format!("{name}, {}", arguments.storage.name()),
        }
    }

    /// Writes the files, then prints the table or the JSON object.
    pub fn write(&self, arguments: &Arguments) -> Result<(), String> {
        let out = &arguments.out;
        let k = self.outcome.singular_values.len();
        fs::create_dir_all(out).map_err(|e| format!("{}: {e}", out.display()))?;
        let scores = out.join("scores.csv");
        fs::write(&scores, self.csv(k)).map_err(|e| format!("{}: {e}", scores.display()))?;
        let picture = out.join("pca.svg");
        picture::draw(&picture, &self.title, &self.outcome)
            .map_err(|e| format!("{}: {e}", picture.display()))?;
        if arguments.json {
            println!("{}", self.json());
        } else {
            print!("{}", self.table());
            println!("wrote {} and {}", scores.display(), picture.display());
        }
        Ok(())
    }

    fn csv(&self, k: usize) -> String {
        let mut text: String = (1..=k).map(|c| format!("PC{c}")).collect::<Vec<_>>().join(",");
        text.push('\n');
        for row in self.outcome.scores.chunks(k) {
            text += &row.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
            text.push('\n');
        }
        text
    }

    fn json(&self) -> serde_json::Value {
        let seconds: serde_json::Map<String, serde_json::Value> =
            self.seconds.iter().map(|(name, s)| ((*name).to_owned(), (*s).into())).collect();
        serde_json::json!({
            "shape": self.shape,
            "stored": self.stored,
            "singular_values": self.outcome.singular_values,
            "explained_variance_ratio": self.outcome.explained_variance_ratio,
            "seconds": seconds,
            "peak_rss_bytes": self.peak_rss,
        })
    }

    fn table(&self) -> String {
        let mut text = format!(
            "{}: {} cells × {} genes, {} stored counts\n\n  PC  singular value  variance explained\n",
            self.title, self.shape[0], self.shape[1], self.stored
        );
        let rows = self.outcome.singular_values.iter().zip(&self.outcome.explained_variance_ratio);
        for (k, (s, ratio)) in rows.enumerate() {
            let _ = writeln!(text, "{:4}  {s:14.4}  {:17.2} %", k + 1, 100.0 * ratio);
        }
        text.push('\n');
        for (phase, seconds) in &self.seconds {
            let _ = writeln!(text, "{phase:>14}  {seconds:8.3} s");
        }
        if let Some(bytes) = self.peak_rss {
            let _ = writeln!(
                text,
                "{:>14}  {:8.1} MiB",
                "peak memory",
                bytes as f64 / f64::from(1 << 20)
            );
        }
        text
    }
}

/// The most memory this process has held, where the system says so (Linux).
fn peak_rss() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kib| kib << 10)
}

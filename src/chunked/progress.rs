//! [`ProgressBar`]: an observer that draws on a terminal.

use super::event::{Event, Observer};
use indicatif::{HumanBytes, ProgressBar as Bar, ProgressDrawTarget, ProgressStyle};

/// Draws the share of tasks that are done, and what is kept in memory, on standard error; nothing where that is not a
/// terminal.
///
/// ```no_run
/// use redpoll::chunked::{Chunked, ProgressBar, RunOptions};
/// use redpoll::{Array, Result};
/// fn total<A: Array>(x: &Chunked<A>) -> Result<A> {
///     x.sum(..)?.compute_with(&RunOptions::new().observe(ProgressBar::new()))
/// }
/// ```
#[derive(Debug)]
pub struct ProgressBar {
    bar: Bar,
}

impl ProgressBar {
    /// A bar that appears when a run begins.
    pub fn new() -> Self {
        let bar = Bar::with_draw_target(None, ProgressDrawTarget::stderr());
        let style = ProgressStyle::with_template("{bar:30} {pos}/{len} tasks {elapsed} {msg}");
        bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
        Self { bar }
    }
}

impl Default for ProgressBar {
    fn default() -> Self {
        Self::new()
    }
}

impl Observer for ProgressBar {
    fn event(&self, event: &Event<'_>) {
        match *event {
            Event::Planned { tasks } => {
                self.bar.reset();
                self.bar.set_length(tasks as u64);
            }
            Event::Finished { live_bytes, .. } => {
                self.bar.set_message(format!("{} kept", HumanBytes(live_bytes as u64)));
                self.bar.inc(1);
            }
            Event::Failed { error, .. } => self.bar.abandon_with_message(error.to_string()),
            Event::Done { finished, tasks, peak_bytes } => {
                if finished == tasks {
                    let peak = HumanBytes(peak_bytes as u64);
                    self.bar.finish_with_message(format!("at most {peak} kept"));
                } else {
                    self.bar.abandon();
                }
            }
            Event::Started { .. } => {}
        }
    }
}

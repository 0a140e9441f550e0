//! Progress of a run where there is no terminal: lines that notebooks show.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use redpoll::chunked::{Event, Observer};
use redpoll::print::bytes;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How often a line is drawn at most.
const PERIOD: Duration = Duration::from_millis(100);

/// Draws by `redpoll._progress`.
pub(crate) struct Notebook(Mutex<State>);

#[derive(Default)]
struct State {
    tasks: usize,
    finished: usize,
    drawn: Option<Instant>,
}

impl Notebook {
    /// One, if a notebook runs the program.
    pub(crate) fn here(py: Python<'_>) -> PyResult<Option<Self>> {
        let is_here = py.import("redpoll._progress")?.call_method0("in_notebook")?.extract()?;
        Ok(if is_here { Some(Self(Mutex::default())) } else { None })
    }
}

impl Observer for Notebook {
    fn event(&self, event: &Event<'_>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (kept, over) = match *event {
            Event::Planned { tasks } => {
                *state = State { tasks, ..State::default() };
                return;
            }
            Event::Finished { live_bytes, .. } => {
                state.finished += 1;
                (format!("{} kept", bytes(live_bytes)), false)
            }
            Event::Done { peak_bytes, .. } => (format!("at most {} kept", bytes(peak_bytes)), true),
            _ => return,
        };
        if !over && state.drawn.is_some_and(|drawn| drawn.elapsed() < PERIOD) {
            return;
        }
        state.drawn = Some(Instant::now());
        let (finished, tasks) = (state.finished, state.tasks);
        // Python is not waited for under the lock: another thread may hold it and wait for the lock.
        drop(state);
        Python::attach(|py| {
            let drawn = (|| {
                let options = PyDict::new(py);
                options.set_item("over", over)?;
                let arguments = (finished, tasks, kept);
                py.import("redpoll._progress")?.call_method("draw", arguments, Some(&options))
            })();
            // What cannot be drawn stops no computation.
            if let Err(error) = drawn {
                error.write_unraisable(py, None);
            }
        });
    }
}

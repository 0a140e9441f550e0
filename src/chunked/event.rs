//! What happens during a run, for whoever watches: [`Event`] and [`Observer`]. The scheduler knows no observer.

use crate::Error;
use std::fmt;

/// Something that happened in a run.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The plan is made; its tasks are numbered from 0.
    Planned {
        /// How many tasks there are.
        tasks: usize,
    },
    /// A task begins.
    Started {
        /// Its number.
        task: usize,
        /// What it does.
        label: Label<'a>,
        /// The position of the block that it makes, or of the one that it makes a partial result of.
        block: &'a [usize],
    },
    /// A task has succeeded.
    Finished {
        /// Its number.
        task: usize,
        /// The bytes of its results.
        bytes: usize,
        /// How many results of tasks are kept now, these included.
        live_blocks: usize,
        /// Their bytes.
        live_bytes: usize,
    },
    /// A task has failed. The run stops; other tasks that are running are waited for.
    Failed {
        /// Its number.
        task: usize,
        /// Why.
        error: &'a Error,
    },
    /// The run is over: after success, failure or cancellation.
    Done {
        /// How many tasks have succeeded.
        finished: usize,
        /// How many there were.
        tasks: usize,
        /// The most bytes of results of tasks kept at a time, by their [footprints](crate::standard::Footprint). What
        /// a task uses while it runs is not counted.
        peak_bytes: usize,
    },
}

/// What a task does, to be displayed: its chain of operations.
#[derive(Clone, Copy)]
pub struct Label<'a>(pub(super) &'a (dyn fmt::Display + Sync));

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Debug for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Whoever watches a run. Events come from the threads of the run, some at the same time; a slow observer slows them.
pub trait Observer: Send + Sync {
    /// Called at each event.
    fn event(&self, event: &Event<'_>);
}

impl<F: Fn(&Event<'_>) + Send + Sync> Observer for F {
    fn event(&self, event: &Event<'_>) {
        self(event);
    }
}

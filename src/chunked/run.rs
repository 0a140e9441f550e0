//! The scheduler: threads that take the lowest task that is ready.
//!
//! They are threads of the run's own, unless it is called inside a pool of rayon's. There the pool does the tasks, as
//! jobs that wait for nothing: a thread of a pool that waited for another task might have been the one to do it.
//!
//! A result is dropped after its last use. The order in which partial results are combined is the plan's, never that
//! of arrival: results are the same for any number of threads.

use super::Chunked;
use super::event::{Event, Label, Observer};
use super::plan::Plan;
use super::task;
use crate::error::ChunkError;
use crate::parallel::{self, CancelToken, PATIENCE, Scope, is_cancellation};
use crate::standard::Array;
use crate::{Error, Result};
use std::any::Any;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// How a plan is run.
///
/// ```
/// use redpoll::chunked::{CancelToken, Event, RunOptions};
/// let token = CancelToken::new();
/// let options = RunOptions::new().threads(2).cancel(&token).observe(|event: &Event<'_>| {
///     if let Event::Finished { task, .. } = event {
///         println!("task {task} is done");
///     }
/// });
/// # let _ = options;
/// ```
#[derive(Clone, Default)]
pub struct RunOptions {
    threads: Option<usize>,
    observers: Vec<Arc<dyn Observer>>,
    cancel: CancelToken,
}

impl RunOptions {
    /// As many threads as rayon has where the run is called, nobody watching.
    pub fn new() -> Self {
        Self::default()
    }

    /// How many tasks run at a time, at least 1. One of them is on the calling thread. Operations inside a task have
    /// threads of their own: those of rayon's global pool. A run that is called inside a pool of rayon's
    /// (`pool.install(|| x.compute())`) is done by that pool alone, tasks and operations.
    #[must_use]
    pub fn threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads);
        self
    }

    /// Adds an observer.
    #[must_use]
    pub fn observe(self, observer: impl Observer + 'static) -> Self {
        self.observe_shared(Arc::new(observer))
    }

    /// Adds an observer that others hold too.
    #[must_use]
    pub fn observe_shared(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observers.push(observer);
        self
    }

    /// The token that stops the run: no other task begins, and operations stop between pieces of their work. A
    /// result that was complete by then is not lost.
    #[must_use]
    pub fn cancel(mut self, token: &CancelToken) -> Self {
        self.cancel = token.clone();
        self
    }

    fn thread_count(&self) -> usize {
        self.threads.unwrap_or_else(parallel::threads).max(1)
    }

    /// For what a user's function computes inside a task: that is part of the task, not a run for observers.
    pub(super) fn unobserved(mut self) -> Self {
        self.observers.clear();
        self
    }

    fn tell(&self, event: &Event<'_>) {
        for observer in &self.observers {
            observer.event(event);
        }
    }
}

impl fmt::Debug for RunOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunOptions")
            .field("threads", &self.threads)
            .field("observers", &self.observers.len())
            .field("cancel", &self.cancel)
            .finish()
    }
}

/// Why a run stopped.
enum Failure {
    /// A task failed.
    Error {
        task: usize,
        error: Error,
    },
    /// A task panicked: a defect, passed on.
    Panic(Box<dyn Any + Send>),
    Cancelled,
}

struct State<A> {
    ready: BinaryHeap<Reverse<usize>>,
    /// For each task, how many of its inputs are missing.
    missing: Vec<usize>,
    values: Vec<Option<A>>,
    /// For each value, how many uses are to come.
    uses: Vec<usize>,
    running: usize,
    /// How many jobs of a pool there are, started or not.
    jobs: usize,
    finished: usize,
    live_blocks: usize,
    live_bytes: usize,
    peak_bytes: usize,
    failure: Option<Failure>,
}

struct Run<'a, A> {
    plan: &'a Plan<A>,
    options: &'a RunOptions,
    /// How many tasks run at a time.
    threads: usize,
    /// What stops it.
    scope: Scope,
    /// For each value, the tasks that need it.
    consumers: Vec<Vec<usize>>,
    state: Mutex<State<A>>,
    changed: Condvar,
}

/// Runs a plan; its results in their order.
pub(super) fn run<A: Array>(plan: &Plan<A>, options: &RunOptions) -> Result<Vec<A>> {
    options.tell(&Event::Planned { tasks: plan.tasks.len() });
    let run = Run::new(plan, options);
    let settings = Chunked::<A>::settings();
    if parallel::in_pool() {
        let job = || {
            let mut more = 0;
            settings(&mut || more = run.job());
            more
        };
        parallel::jobs(run.more_jobs(), &job);
    } else {
        let work = || settings(&mut || run.work());
        std::thread::scope(|scope| {
            for _ in 1..run.threads {
                // Where there is no memory for another thread, those that are there do its work.
                if std::thread::Builder::new().spawn_scoped(scope, work).is_err() {
                    break;
                }
            }
            work();
        });
    }
    let state = run.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    options.tell(&Event::Done {
        finished: state.finished,
        tasks: plan.tasks.len(),
        peak_bytes: state.peak_bytes,
    });
    match state.failure {
        Some(Failure::Error { error, .. }) => Err(error),
        Some(Failure::Panic(panic)) => resume_unwind(panic),
        Some(Failure::Cancelled) => Err(ChunkError::Cancelled.into()),
        None => {
            let result = |&value: &usize| state.values[value].clone().expect("kept to the end");
            Ok(plan.outputs.iter().map(result).collect())
        }
    }
}

impl<'a, A: Array> Run<'a, A> {
    fn new(plan: &'a Plan<A>, options: &'a RunOptions) -> Self {
        let mut consumers = vec![Vec::new(); plan.values];
        let mut uses = vec![0; plan.values];
        for (number, task) in plan.tasks.iter().enumerate() {
            for &(_, value) in &task.inputs {
                consumers[value].push(number);
                uses[value] += 1;
            }
        }
        for &value in &plan.outputs {
            uses[value] += 1;
        }
        let missing: Vec<usize> = plan.tasks.iter().map(|task| task.inputs.len()).collect();
        let ready = missing.iter().enumerate().filter(|&(_, &n)| n == 0);
        let ready = ready.map(|(task, _)| Reverse(task)).collect();
        let state = State {
            ready,
            missing,
            values: (0..plan.values).map(|_| None).collect(),
            uses,
            running: 0,
            jobs: 0,
            finished: 0,
            live_blocks: 0,
            live_bytes: 0,
            peak_bytes: 0,
            failure: None,
        };
        let threads = options.thread_count().min(plan.tasks.len());
        let scope = Scope::carried().and(&options.cancel);
        let (state, changed) = (Mutex::new(state), Condvar::new());
        Self { plan, options, threads, scope, consumers, state, changed }
    }

    fn lock(&self) -> MutexGuard<'_, State<A>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What each thread of the run does until nothing is left.
    fn work(&self) {
        while let Some((number, inputs)) = self.next() {
            self.complete(number, inputs);
        }
    }

    /// What a job of a pool does: one task, if there is one. How many more jobs are to follow.
    fn job(&self) -> usize {
        let task = self.take(&mut self.lock());
        if let Some((number, inputs)) = task {
            self.complete(number, inputs);
        }
        self.lock().jobs -= 1;
        self.more_jobs()
    }

    /// How many jobs there may be beside those that there are.
    fn more_jobs(&self) -> usize {
        let mut state = self.lock();
        if state.failure.is_some() {
            return 0;
        }
        let more = state.ready.len().min(self.threads - state.jobs);
        state.jobs += more;
        more
    }

    /// The lowest task that is ready, with its inputs; waits for one while others run.
    fn next(&self) -> Option<(usize, Vec<A>)> {
        loop {
            // Whoever is asked may do anything: not under the lock.
            parallel::ask();
            let mut state = self.lock();
            if let Some(task) = self.take(&mut state) {
                return Some(task);
            }
            if state.failure.is_some() || state.running == 0 {
                return None;
            }
            // From time to time, since a token that is cancelled wakes nobody.
            drop(self.changed.wait_timeout(state, PATIENCE));
        }
    }

    /// The lowest task that is ready, with its inputs, unless the run has failed or is cancelled.
    fn take(&self, state: &mut State<A>) -> Option<(usize, Vec<A>)> {
        let complete = state.finished == self.plan.tasks.len();
        if state.failure.is_none() && !complete && self.scope.is_cancelled() {
            state.failure = Some(Failure::Cancelled);
            self.changed.notify_all();
        }
        if state.failure.is_some() {
            return None;
        }
        let Reverse(number) = state.ready.pop()?;
        state.running += 1;
        let inputs = &self.plan.tasks[number].inputs;
        let input = |&(_, value): &(_, usize)| {
            state.values[value].clone().expect("a task is ready once its inputs are there")
        };
        Some((number, inputs.iter().map(input).collect()))
    }

    /// Does a task that was taken, whatever comes of it.
    fn complete(&self, number: usize, inputs: Vec<A>) {
        // Nothing of the task is used after a panic, be it an observer's, which ends the run.
        let perform = || match self.scope.enter(|| self.perform(number, inputs)) {
            Ok(results) => self.finish(number, results),
            Err(error) => self.fail(number, error),
        };
        let done = catch_unwind(AssertUnwindSafe(perform));
        let mut state = self.lock();
        state.running -= 1;
        match done {
            Ok(()) => {}
            Err(stopped) if is_cancellation(&*stopped) => {
                state.failure.get_or_insert(Failure::Cancelled);
            }
            Err(panic) => {
                if !matches!(state.failure, Some(Failure::Panic(_))) {
                    state.failure = Some(Failure::Panic(panic));
                }
            }
        }
        drop(state);
        self.changed.notify_all();
    }

    fn perform(&self, number: usize, inputs: Vec<A>) -> Result<Vec<A>> {
        let task = &self.plan.tasks[number];
        if !self.options.observers.is_empty() {
            let label = self.plan.label(task);
            let (label, block) = (Label(&label), task.block.as_slice());
            self.options.tell(&Event::Started { task: number, label, block });
        }
        task::run(self.plan, task, inputs)
    }

    fn finish(&self, number: usize, results: Vec<A>) {
        let task = &self.plan.tasks[number];
        let bytes: Vec<usize> = results.iter().map(|r| r.footprint().bytes).collect();
        let bytes = bytes.into_iter().sum();
        let mut dropped = Vec::new();
        let mut state = self.lock();
        state.finished += 1;
        state.live_bytes += bytes;
        state.live_blocks += results.len();
        state.peak_bytes = state.peak_bytes.max(state.live_bytes);
        for (&(_, value), result) in task.outputs.iter().zip(results) {
            state.values[value] = Some(result);
            for &consumer in &self.consumers[value] {
                state.missing[consumer] -= 1;
                if state.missing[consumer] == 0 {
                    state.ready.push(Reverse(consumer));
                }
            }
        }
        let (live_blocks, live_bytes) = (state.live_blocks, state.live_bytes);
        for &(_, value) in &task.inputs {
            state.uses[value] -= 1;
            if state.uses[value] == 0
                && let Some(done) = state.values[value].take()
            {
                state.live_bytes -= done.footprint().bytes;
                state.live_blocks -= 1;
                dropped.push(done);
            }
        }
        drop(state);
        self.changed.notify_all();
        // Memory is given back outside the lock.
        drop(dropped);
        self.options.tell(&Event::Finished { task: number, bytes, live_blocks, live_bytes });
    }

    fn fail(&self, number: usize, error: Error) {
        let task = &self.plan.tasks[number];
        let error: Error = ChunkError::Task {
            task: self.plan.label(task).to_string(),
            block: task.block.to_vec(),
            source: Box::new(error),
        }
        .into();
        self.options.tell(&Event::Failed { task: number, error: &error });
        let mut state = self.lock();
        // Of several failures that happened, the first in the order of the plan.
        let first = match &state.failure {
            None | Some(Failure::Cancelled) => true,
            Some(Failure::Error { task, .. }) => number < *task,
            Some(Failure::Panic(_)) => false,
        };
        if first {
            state.failure = Some(Failure::Error { task: number, error });
        }
    }
}

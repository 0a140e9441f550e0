//! Which threads do the work.

use super::cancel::{self, PATIENCE};
use rayon::{ThreadPool, ThreadPoolBuilder};
use std::sync::OnceLock;
use std::sync::mpsc::{RecvTimeoutError, channel};

/// What a process has threads in.
enum Threads {
    /// Rayon's own pools, the caller's or the global one.
    Rayon,
    /// A pool made for a process whose parent had the former: their threads did not come along.
    Own(ThreadPool),
    /// None could be started.
    Calling,
}

/// The threads of a process, in a list with those of the processes that it was forked from.
struct Home {
    process: u32,
    threads: Threads,
    next: OnceLock<Box<Home>>,
}

/// That of the first process that asked.
static FIRST: OnceLock<Home> = OnceLock::new();

/// Remembers this process as the one that the pools of rayon belong to. The first work in parallel does it too; a
/// program that forks before, but after other code has used rayon's global pool, calls it at its start.
pub fn note_process() {
    FIRST.get_or_init(|| Home {
        process: std::process::id(),
        threads: Threads::Rayon,
        next: OnceLock::new(),
    });
}

fn home() -> &'static Threads {
    note_process();
    let process = std::process::id();
    let mut home = FIRST.get().expect("noted above");
    while home.process != process {
        home = home.next.get().unwrap_or_else(|| {
            // Made before it is put there: a fork meanwhile must not find a cell that is half filled.
            let threads = ThreadPoolBuilder::new().build().map_or(Threads::Calling, Threads::Own);
            let own = Home { process, threads, next: OnceLock::new() };
            home.next.get_or_init(|| Box::new(own))
        });
    }
    &home.threads
}

/// Whether the calling thread is one of a pool: it must not wait for work that it might have to do itself.
pub(crate) fn in_pool() -> bool {
    rayon::current_thread_index().is_some()
}

/// How many threads there are for work that begins on the calling thread.
pub(crate) fn threads() -> usize {
    match home() {
        Threads::Own(pool) if !in_pool() => pool.current_num_threads(),
        Threads::Calling => 1,
        Threads::Rayon | Threads::Own(_) => rayon::current_num_threads(),
    }
}

/// Calls `job` in the pool that the calling thread belongs to, `count` times and as often again as the calls say.
pub(crate) fn jobs(count: usize, job: &(dyn Fn() -> usize + Sync)) {
    fn spawn<'s>(scope: &rayon::Scope<'s>, count: usize, job: &'s (dyn Fn() -> usize + Sync)) {
        for _ in 0..count {
            scope.spawn(move |scope| spawn(scope, job(), job));
        }
    }
    rayon::scope(|scope| spawn(scope, count, job));
}

/// Calls `work` where rayon finds the threads of this process; with `true` where there are none to share it. While they
/// work, the calling thread asks whether it is wanted to stop.
pub(super) fn inside(work: &mut (dyn FnMut(bool) + Send)) {
    let threads = home();
    let pool = match threads {
        _ if cancel::is_alone() => return work(true),
        Threads::Calling => return work(true),
        _ if in_pool() => return work(false),
        Threads::Rayon => None,
        Threads::Own(pool) => Some(pool),
    };
    if !cancel::is_watched() {
        return match pool {
            Some(pool) => pool.install(|| work(false)),
            None => work(false),
        };
    }
    match pool {
        Some(pool) => pool.in_place_scope(|scope| watched(scope, work)),
        None => rayon::in_place_scope(|scope| watched(scope, work)),
    }
}

/// Starts the work in a pool, and asks whether it is still wanted until it is done.
fn watched<'s>(scope: &rayon::Scope<'s>, work: &'s mut (dyn FnMut(bool) + Send)) {
    let (running, done) = channel::<()>();
    scope.spawn(move |_| {
        // Dropped at the end of the work, be it by a panic.
        let _running = running;
        work(false);
    });
    while done.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
        cancel::ask();
    }
}

/// The result of a computation on so many threads.
#[cfg(test)]
pub(crate) fn on_threads<R: Send>(threads: usize, compute: impl FnOnce() -> R + Send) -> R {
    ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool").install(compute)
}

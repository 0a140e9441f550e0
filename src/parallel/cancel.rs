//! Stopping work from outside: [`CancelToken`].
//!
//! Work that is stopped unwinds to the scope of the token, so that no function in between has to hand on that it was
//! stopped, nor a result that is half done.

use crate::Result;
use crate::error::ChunkError;
use smallvec::SmallVec;
use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How long work goes on before it is asked whether it is still wanted.
pub(crate) const PATIENCE: Duration = Duration::from_millis(50);

/// Stops work from outside: clone it, [`run`](Self::run) the work with one, or give it to
/// [`RunOptions`](crate::chunked::RunOptions), and call [`cancel`](Self::cancel) on the other. Operations stop between
/// pieces of their work; a factorisation of a matrix and a user's function are waited for. Of a chunked computation, no
/// other task begins.
///
/// ```
/// use redpoll::chunked::CancelToken;
/// use redpoll::{Array, Dense};
/// let token = CancelToken::new();
/// let x = Dense::from_values([100_000], vec![1.0; 100_000])?;
/// assert_eq!(token.run(|| x.sum(..))?.to_vec::<f64>()?, [100_000.0]);
/// token.cancel(); // as another thread would
/// assert!(token.run(|| x.sum(..)).is_err());
/// # Ok::<(), redpoll::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct CancelToken(Arc<AtomicBool>);

/// Says whether the user wants the work to stop.
type Watch = fn() -> bool;

/// What can stop the work of a thread.
#[derive(Default)]
pub(crate) struct Scope {
    tokens: SmallVec<[CancelToken; 2]>,
    /// Who is asked, and the token that is cancelled then. Only on the thread that set it.
    watch: Option<(Watch, CancelToken)>,
}

/// What a panic carries that is no panic: work was stopped.
struct Cancelled;

thread_local! {
    static CURRENT: RefCell<Scope> = RefCell::new(Scope::default());
    /// When the watch was asked last.
    static ASKED: Cell<Option<Instant>> = const { Cell::new(None) };
    /// Whether the thread is [`alone`].
    static ALONE: Cell<bool> = const { Cell::new(false) };
}

impl CancelToken {
    /// A token that is not cancelled.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels all work that has the token, now and later.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it is cancelled.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }

    /// Calls a function whose work stops when the token is cancelled.
    ///
    /// # Errors
    /// [`Cancelled`](ChunkError::Cancelled), if the work was stopped; else as of the function. What was done before
    /// the token was cancelled is not lost.
    pub fn run<T>(&self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        let mut scope = Scope::carried();
        scope.watch = CURRENT.with_borrow(|current| current.watch.clone());
        scope.tokens.push(self.clone());
        scope.caught(work)
    }

    /// As [`run`](Self::run); and while the work goes on, the calling thread asks `watch` now and then, and cancels the
    /// token if it says so. This is how a program that may only look for signals on its main thread does it.
    ///
    /// # Errors
    /// As of [`run`](Self::run).
    pub fn run_watched<T>(
        &self,
        watch: fn() -> bool,
        work: impl FnOnce() -> Result<T>,
    ) -> Result<T> {
        let mut scope = Scope::carried();
        scope.tokens.push(self.clone());
        scope.watch = Some((watch, self.clone()));
        scope.caught(work)
    }
}

/// Calls a function whose work is done by the calling thread alone, stopped by nothing, and during which nobody is asked
/// whether it is still wanted: for what is over soon, under a lock that other threads of the pool, or whoever is asked,
/// might wait for.
pub fn alone<R>(work: impl FnOnce() -> R) -> R {
    struct Restore(bool);
    impl Drop for Restore {
        fn drop(&mut self) {
            ALONE.set(self.0);
        }
    }
    let _restore = Restore(ALONE.replace(true));
    work()
}

impl Scope {
    /// That of the calling thread, for the threads that work for it.
    pub(crate) fn carried() -> Self {
        Self { tokens: CURRENT.with_borrow(|current| current.tokens.clone()), watch: None }
    }

    /// With one more token.
    pub(crate) fn and(mut self, token: &CancelToken) -> Self {
        self.tokens.push(token.clone());
        self
    }

    /// Calls a function on a thread that works for the scope. The watch of the thread itself stays.
    pub(crate) fn enter<R>(&self, work: impl FnOnce() -> R) -> R {
        if self.tokens.is_empty() {
            return work();
        }
        if self.is_cancelled() {
            stop();
        }
        let watch = CURRENT.with_borrow(|current| current.watch.clone());
        Self { tokens: self.tokens.clone(), watch }.during(work)
    }

    pub(crate) fn is_cancelled(&self) -> bool {
        self.tokens.iter().any(CancelToken::is_cancelled)
    }

    fn during<R>(self, work: impl FnOnce() -> R) -> R {
        /// Puts the former scope back, even if the function panics.
        struct Restore(Scope);
        impl Drop for Restore {
            fn drop(&mut self) {
                CURRENT.set(std::mem::take(&mut self.0));
            }
        }
        let _restore = Restore(CURRENT.replace(self));
        work()
    }

    fn caught<T>(self, work: impl FnOnce() -> Result<T>) -> Result<T> {
        // Nothing of the work is used after it was stopped.
        match catch_unwind(AssertUnwindSafe(|| self.during(work))) {
            Ok(result) => result,
            Err(panic) if is_cancellation(&*panic) => Err(ChunkError::Cancelled.into()),
            Err(panic) => resume_unwind(panic),
        }
    }
}

/// Whether the calling thread shares its work with no other.
pub(super) fn is_alone() -> bool {
    ALONE.get()
}

/// Whether the calling thread is to ask someone while it waits for others.
pub(super) fn is_watched() -> bool {
    CURRENT.with_borrow(|current| current.watch.is_some())
}

/// Asks the watch of the calling thread, if it has one.
pub(crate) fn ask() {
    // It may run anything, this module included: nothing is borrowed meanwhile.
    if let Some((watch, token)) = CURRENT.with_borrow(|current| current.watch.clone())
        && watch()
    {
        token.cancel();
    }
}

/// Leaves the work of the calling thread, if it was cancelled.
pub(crate) fn checkpoint() {
    if is_alone() {
        return;
    }
    let (cancelled, watched) =
        CURRENT.with_borrow(|current| (current.is_cancelled(), current.watch.is_some()));
    if cancelled {
        stop();
    }
    if !watched {
        return;
    }
    let now = Instant::now();
    if ASKED.get().is_none_or(|asked| now - asked >= PATIENCE) {
        ASKED.set(Some(now));
        ask();
        if CURRENT.with_borrow(Scope::is_cancelled) {
            stop();
        }
    }
}

fn stop() -> ! {
    resume_unwind(Box::new(Cancelled))
}

/// Whether what a function unwound with means that it was stopped: who catches panics lets it pass.
pub(crate) fn is_cancellation(panic: &(dyn Any + Send)) -> bool {
    panic.is::<Cancelled>()
}

#[cfg(test)]
mod tests {
    use super::super::for_each;
    use super::*;
    use std::sync::atomic::AtomicUsize;

    fn many(count: &AtomicUsize, each: impl Fn() + Sync) {
        for_each(0..1000, |_: usize| {
            count.fetch_add(1, Ordering::Relaxed);
            // Work within work is stopped too.
            for_each(vec![1, 2], |_| each());
        });
    }

    #[test]
    fn work_stops_between_pieces_on_any_thread() {
        let (token, count) = (CancelToken::new(), AtomicUsize::new(0));
        let outcome = token.run(|| {
            many(&count, || token.cancel());
            Ok(())
        });
        assert_eq!(outcome, Err(ChunkError::Cancelled.into()));
        assert!(count.into_inner() < 1000);
    }

    #[test]
    fn a_scope_inside_is_stopped_by_the_token_outside_and_not_the_other_way_round() {
        let (outer, inner) = (CancelToken::new(), CancelToken::new());
        let count = AtomicUsize::new(0);
        let stopped = outer.run(|| {
            let stopped = inner.run(|| {
                many(&count, || inner.cancel());
                Ok(())
            });
            assert_eq!(stopped, Err(ChunkError::Cancelled.into()));
            many(&AtomicUsize::new(0), || ());
            let stopped = CancelToken::new().run(|| {
                many(&count, || outer.cancel());
                Ok(())
            });
            assert_eq!(stopped, Err(ChunkError::Cancelled.into()));
            many(&AtomicUsize::new(0), || unreachable!("the outer token is cancelled"));
            Ok(())
        });
        assert_eq!(stopped, Err(ChunkError::Cancelled.into()));
    }

    #[test]
    fn the_calling_thread_asks_while_others_work() {
        thread_local! { static TIMES: Cell<usize> = const { Cell::new(0) } }
        let watch = || {
            TIMES.set(TIMES.get() + 1);
            TIMES.get() > 2
        };
        let count = AtomicUsize::new(0);
        let outcome = CancelToken::new().run_watched(watch, || {
            many(&count, || std::thread::sleep(Duration::from_millis(20)));
            Ok(())
        });
        assert_eq!(outcome, Err(ChunkError::Cancelled.into()));
        assert!(TIMES.get() > 2 && count.into_inner() < 1000);
    }

    #[test]
    fn work_alone_stays_on_its_thread_and_is_not_stopped() {
        let (token, count) = (CancelToken::new(), AtomicUsize::new(0));
        let own = std::thread::current().id();
        token.cancel();
        let outcome = token.run_watched(
            || unreachable!("nobody is asked"),
            || {
                alone(|| many(&count, || assert_eq!(std::thread::current().id(), own)));
                Ok(())
            },
        );
        assert_eq!((outcome, count.into_inner()), (Ok(()), 1000));
    }

    #[test]
    fn what_is_done_is_not_lost_and_panics_pass() {
        let token = CancelToken::new();
        let done = token.run(|| {
            token.cancel();
            Ok(1)
        });
        assert_eq!(done, Ok(1));
        let panicked = catch_unwind(|| {
            CancelToken::new().run(|| -> Result<()> { panic!("expected by the test") })
        });
        assert!(panicked.is_err());
    }
}

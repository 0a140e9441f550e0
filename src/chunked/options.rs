//! [`Options`]: how arrays are cut and runs are done that say nothing of it themselves, for a scope of the program.

use super::chunks::Chunks;
use super::run::RunOptions;
use std::cell::RefCell;

/// Settings for the chunked computations of a scope.
///
/// ```
/// use redpoll::chunked::Options;
/// let small = Options { chunks: 2.into(), ..Options::default() };
/// small.scope(|| {
///     // Arrays created here (zeros, arange, given values …) are cut into chunks of 2 along every axis.
///     assert_eq!(Options::current().chunks, 2.into());
/// });
/// ```
#[derive(Debug, Clone)]
pub struct Options {
    /// The chunks of arrays that are created, and of axes that are stretched.
    pub chunks: Chunks,
    /// The bytes that a block should have where the chunks are chosen automatically.
    pub block_bytes: usize,
    /// How a run is done that is given no options: by [`compute`](super::Chunked::compute), `to_values`, `item` …
    /// This is how a progress bar watches whatever a program computes.
    pub run: RunOptions,
}

impl Default for Options {
    fn default() -> Self {
        Self { chunks: Chunks::Auto, block_bytes: 64 << 20, run: RunOptions::new() }
    }
}

thread_local! {
    static CURRENT: RefCell<Options> = RefCell::new(Options::default());
}

impl Options {
    /// The settings of the innermost scope on this thread. The tasks of a run have those of the caller.
    pub fn current() -> Self {
        CURRENT.with_borrow(Clone::clone)
    }

    /// Calls a function with these settings.
    pub fn scope<R>(&self, f: impl FnOnce() -> R) -> R {
        /// Puts the former settings back, even if the function panics.
        struct Restore(Option<Options>);
        impl Drop for Restore {
            fn drop(&mut self) {
                if let Some(former) = self.0.take() {
                    CURRENT.set(former);
                }
            }
        }
        let _restore = Restore(Some(CURRENT.replace(self.clone())));
        f()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_nest_and_end() {
        let bytes = || Options::current().block_bytes;
        let with = |block_bytes| Options { block_bytes, ..Options::default() };
        let before = bytes();
        with(3).scope(|| {
            with(4).scope(|| assert_eq!(bytes(), 4));
            assert_eq!(bytes(), 3);
        });
        let panicked =
            std::panic::catch_unwind(|| with(5).scope(|| panic!("expected by the test")));
        assert!(panicked.is_err());
        assert_eq!(bytes(), before);
    }
}

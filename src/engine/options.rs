//! [`Options`]: what a scope of a program asks of the engine.

use super::format::Family;
use std::cell::RefCell;

/// What a scope asks of the engine, set for a thread with [`with_options`].
///
/// Operations read the options when they start, on the thread that called them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// The most bytes that a result may take by being dense, or by stretching a sparse operand. `None`: 1 GiB, or 8
    /// times the bytes of the inputs if that is more.
    pub densify_limit: Option<u128>,
    /// The format of every result; `None`: by the rule of [`result_format`](super::result_format).
    pub format: Option<Family>,
}

/// What results may always take.
const DENSIFY_ALWAYS: u128 = 1 << 30;
/// What results may take for each byte of the inputs.
const DENSIFY_FACTOR: u128 = 8;

thread_local! {
    static OPTIONS: RefCell<Options> = const {
        RefCell::new(Options { densify_limit: None, format: None })
    };
}

impl Options {
    /// Those of the innermost [`with_options`] on this thread.
    pub fn current() -> Self {
        OPTIONS.with_borrow(Self::clone)
    }

    /// The most bytes that a result of inputs of `input_bytes` may take by being dense.
    pub fn densify_limit_for(&self, input_bytes: u128) -> u128 {
        self.densify_limit
            .unwrap_or_else(|| DENSIFY_ALWAYS.max(input_bytes.saturating_mul(DENSIFY_FACTOR)))
    }
}

/// Runs `body` with these options, on this thread, and restores those before, also after a panic.
///
/// ```
/// use redpoll::engine::{Family, Options, with_options};
/// use redpoll::{Array, Tensor};
/// let options = Options { format: Some(Family::Coo), ..Options::current() };
/// let x = with_options(options, || Tensor::from_values([2, 2], vec![0.0, 1.0, 0.0, 2.0]))?;
/// assert_eq!(x.format().to_string(), "coo2(element)");
/// # Ok::<(), redpoll::Error>(())
/// ```
pub fn with_options<R>(options: Options, body: impl FnOnce() -> R) -> R {
    struct Restore(Options);
    impl Drop for Restore {
        fn drop(&mut self) {
            OPTIONS.set(self.0);
        }
    }
    let _restore = Restore(OPTIONS.replace(options));
    body()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_nest_and_end_with_a_panic() {
        let limit = |bytes| Options { densify_limit: Some(bytes), ..Options::default() };
        with_options(limit(1), || {
            let inner = std::panic::catch_unwind(|| with_options(limit(2), || panic!("inside")));
            assert!(inner.is_err());
            assert_eq!(Options::current(), limit(1));
        });
        assert_eq!(Options::current(), Options::default());
    }

    #[test]
    fn the_default_limit_grows_with_the_inputs() {
        let options = Options::default();
        assert_eq!(options.densify_limit_for(10), 1 << 30);
        assert_eq!(options.densify_limit_for(1 << 40), 1 << 43);
    }
}

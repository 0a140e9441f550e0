//! The census: whether a format that is [forced](super::Options::format) was kept, and what it cost.

use super::Options;
use crate::tensor::Tensor;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What was counted where a format is forced.
///
/// Operations count into the innermost [`Census::during`] around them, and those around which there is none into one
/// census for all threads, which [`Census::take`] reads.
///
/// *Densified* is an operand that leaves elements to its fill and that an operation stores in dense levels inside. One
/// that stores every element, whatever its levels, is not counted: it only moves, or is a run at a time before and one
/// element at a time after, within the limit on dense results. Nor are results, which are dense by the
/// [rule](super::result_format) or for the format forced. It is so for
///
/// | operation | where |
/// |---|---|
/// | those of `linalg` and `fft` | always |
/// | `argsort` | always: the result has a position for every element, of which `unique_all` takes a few |
/// | `cumulative_sum`, `cumulative_prod` | the fill adds up to something else with each element, as 1 does in sums |
/// | `concat`, `put` | an operand has another fill than the result, which stores all of its elements |
/// | `band` | the fill is not 0, and more than half of the elements lie on the diagonals |
/// | `contract` | a fill other than 0 meets what is infinite or NaN, in either operand or as the fill itself |
///
/// In all but the last the result stores as much as what is written out. There it may store less, but 0 times what is
/// not finite is NaN, so that the fill cannot be taken off and added again.
///
/// ```
/// use redpoll::engine::{Census, Family, Options, with_options};
/// use redpoll::{Array, Tensor};
/// let options = Options { format: Some(Family::Coo), ..Options::current() };
/// let (census, sum) = Census::during(|| {
///     with_options(options, || Tensor::from_values([2], vec![0.0, 1.0])?.exp()?.sum(..))
/// });
/// assert_eq!(sum?.item()?, (1.0 + 1_f64.exp()).into());
/// assert_eq!(census.results, 3);
/// assert!(census.other.is_empty() && census.densified.is_empty());
/// # Ok::<(), redpoll::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Census {
    /// Results of operations.
    pub results: u64,
    /// Those that were in another format than the one forced, by the operation's name. There should be none.
    pub other: BTreeMap<&'static str, u64>,
    /// How often an operation wrote out all elements of an operand that leaves some of them to its fill, by its name.
    pub densified: BTreeMap<&'static str, u64>,
}

type Shared = Arc<Mutex<Census>>;

/// What is counted in no scope.
static CENSUS: Mutex<Census> =
    Mutex::new(Census { results: 0, other: BTreeMap::new(), densified: BTreeMap::new() });

thread_local! {
    static SCOPE: RefCell<Option<Shared>> = const { RefCell::new(None) };
}

impl Census {
    /// What was counted in no scope since the last call, on all threads.
    pub fn take() -> Self {
        taken(&CENSUS)
    }

    /// Runs `body` and tells what was counted in it: by operations on this thread, and on those that work for it with
    /// its [settings](crate::Array::settings). It is counted nowhere else.
    pub fn during<R>(body: impl FnOnce() -> R) -> (Self, R) {
        let own = Shared::default();
        let result = Scope(Some(Arc::clone(&own))).run(body);
        (taken(&own), result)
    }

    fn update(change: impl FnOnce(&mut Self)) {
        let scope = Scope::current().0;
        let census = scope.as_deref().unwrap_or(&CENSUS);
        change(&mut census.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Counts the results of an operation.
    pub(super) fn count(op: &'static str, results: &[Tensor]) {
        let Some(family) = Options::current().format else { return };
        let other =
            results.iter().filter(|t| !t.has_levels_of(&family.format(t.ndim()))).count() as u64;
        debug_assert_eq!(other, 0, "{op}: not in the format forced, {family}");
        Self::update(|census| {
            census.results += results.len() as u64;
            if other > 0 {
                *census.other.entry(op).or_default() += other;
            }
        });
    }

    /// Counts an operand that an operation writes out.
    pub(super) fn count_densified(op: &'static str) {
        if Options::current().format.is_some() {
            Self::update(|census| *census.densified.entry(op).or_default() += 1);
        }
    }
}

fn taken(census: &Mutex<Census>) -> Census {
    std::mem::take(&mut *census.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Where a thread counts.
#[derive(Debug, Clone)]
pub(super) struct Scope(Option<Shared>);

impl Scope {
    /// That of this thread.
    pub(super) fn current() -> Self {
        Self(SCOPE.with_borrow(Clone::clone))
    }

    /// Runs `body` with what it does counted here, also after a panic only that.
    pub(super) fn run<R>(&self, body: impl FnOnce() -> R) -> R {
        struct Restore(Option<Shared>);
        impl Drop for Restore {
            fn drop(&mut self) {
                SCOPE.set(self.0.take());
            }
        }
        let _restore = Restore(SCOPE.replace(self.0.clone()));
        body()
    }
}

#[cfg(test)]
mod tests;

//! The census: whether a format that is [forced](super::Options::format) was kept.

use super::Options;
use crate::tensor::Tensor;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// What was counted in scopes that force a format, on all threads.
///
/// ```
/// use redpoll::engine::{Census, Family, Options, with_options};
/// use redpoll::{Array, Tensor};
/// Census::take();
/// let options = Options { format: Some(Family::Coo), ..Options::current() };
/// with_options(options, || Tensor::from_values([2], vec![0.0, 1.0])?.exp()?.sum(..))?;
/// let census = Census::take();
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
    /// How often an operation wrote out all elements of a sparse operand, by its name.
    pub densified: BTreeMap<&'static str, u64>,
}

static CENSUS: Mutex<Census> =
    Mutex::new(Census { results: 0, other: BTreeMap::new(), densified: BTreeMap::new() });

impl Census {
    /// What was counted since the last call.
    pub fn take() -> Self {
        std::mem::take(&mut *CENSUS.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn update(change: impl FnOnce(&mut Self)) {
        change(&mut CENSUS.lock().unwrap_or_else(PoisonError::into_inner));
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

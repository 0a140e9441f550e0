//! The one door to rayon: work cut into pieces by the data, never by the number of threads.
//!
//! Every caller goes through one function that is compiled once. Parallel iterators in the generic code of the
//! kernels would be compiled again for every data type and index width, and take most of the build.
//!
//! Work is done by the pool that the calling thread belongs to, else by rayon's global pool. A process that was forked
//! has none of its parent's threads: there it is done by a pool that the process makes for itself. Between pieces work
//! can be stopped: see [`CancelToken`].

mod cancel;
mod pool;

pub use cancel::{CancelToken, alone};
pub(crate) use cancel::{PATIENCE, Scope, ask, checkpoint, is_cancellation};
pub use pool::note_process;
#[cfg(test)]
pub(crate) use pool::on_threads;
pub(crate) use pool::{in_pool, jobs, threads};

use rayon::prelude::*;
use std::sync::{Mutex, PoisonError};

/// Calls `body` for every piece, in parallel. A piece is what one call may write, with what it needs to know. Of a single
/// one nothing is allocated.
///
/// # Panics
/// If `body` does.
pub fn for_each<P: Send>(pieces: impl IntoIterator<Item = P>, body: impl Fn(P) + Sync) {
    let mut pieces = pieces.into_iter();
    let (Some(first), second) = (pieces.next(), pieces.next()) else { return checkpoint() };
    let Some(second) = second else {
        checkpoint();
        return body(first);
    };
    // Each piece is taken once, by whoever comes to its number: the locks are never contended.
    let pieces = [first, second].into_iter().chain(pieces);
    let pieces: Vec<Mutex<Option<P>>> = pieces.map(|p| Mutex::new(Some(p))).collect();
    numbers(pieces.len(), &|k| {
        let piece = pieces[k].lock().ok().and_then(|mut piece| piece.take());
        body(piece.expect("every number comes once, and no lock is held while `body` runs"));
    });
}

/// The results of `body` for every piece, in order.
///
/// # Panics
/// If `body` does.
pub fn map<P: Send, R: Send>(
    pieces: impl IntoIterator<Item = P, IntoIter: ExactSizeIterator>,
    body: impl Fn(P) -> R + Sync,
) -> Vec<R> {
    let pieces = pieces.into_iter();
    let mut results: Vec<Option<R>> = std::iter::repeat_with(|| None).take(pieces.len()).collect();
    for_each(pieces.zip(&mut results), |(piece, result)| *result = Some(body(piece)));
    results.into_iter().map(|r| r.expect("every piece has its result")).collect()
}

/// As [`map`], of what can fail: the results, or the error of the first piece that has one.
///
/// # Errors
/// If `body` does.
///
/// # Panics
/// If `body` does.
pub fn try_map<P: Send, R: Send, E: Send>(
    pieces: impl IntoIterator<Item = P, IntoIter: ExactSizeIterator>,
    body: impl Fn(P) -> Result<R, E> + Sync,
) -> Result<Vec<R>, E> {
    map(pieces, body).into_iter().collect()
}

/// As [`for_each`], of what can fail.
///
/// # Errors
/// As [`try_map`].
///
/// # Panics
/// If `body` does.
pub fn try_for_each<P: Send, E: Send>(
    pieces: impl IntoIterator<Item = P>,
    body: impl Fn(P) -> Result<(), E> + Sync,
) -> Result<(), E> {
    let first: Mutex<Option<(usize, E)>> = Mutex::new(None);
    for_each(pieces.into_iter().enumerate(), |(k, piece)| {
        let Err(error) = body(piece) else { return };
        let mut first = first.lock().unwrap_or_else(PoisonError::into_inner);
        if first.as_ref().is_none_or(|&(other, _)| k < other) {
            *first = Some((k, error));
        }
    });
    let first = first.into_inner().unwrap_or_else(PoisonError::into_inner);
    first.map_or(Ok(()), |(_, error)| Err(error))
}

/// Calls `body` for every chunk of `length` elements (the last may be shorter) with its number, in parallel.
///
/// # Panics
/// If `length` is 0, or `body` panics.
pub fn for_each_chunk<T: Send>(
    out: &mut [T],
    length: usize,
    body: impl Fn(usize, &mut [T]) + Sync,
) {
    if (1..=length).contains(&out.len()) {
        checkpoint();
        return body(0, out);
    }
    for_each(out.chunks_mut(length).enumerate(), |(k, chunk)| body(k, chunk));
}

/// Consecutive parts of a slice, of these lengths: what each piece may write.
///
/// # Panics
/// If the slice is shorter than all of them.
pub fn cut<T>(
    mut slice: &mut [T],
    lengths: impl ExactSizeIterator<Item = usize>,
) -> impl ExactSizeIterator<Item = &mut [T]> {
    lengths.map(move |length| slice.split_off_mut(..length).expect("lengths of a slice's parts"))
}

/// The results of both, in parallel.
///
/// # Panics
/// If one of them does.
pub fn join<A: Send, B: Send>(
    first: impl FnOnce() -> A + Send,
    second: impl FnOnce() -> B + Send,
) -> (A, B) {
    let (mut a, mut b) = (None, None);
    let (mut first, mut second) = (Some(first), Some(second));
    let one = || a = first.take().map(|first| first());
    let other = || b = second.take().map(|second| second());
    let both: [&mut (dyn FnMut() + Send); 2] = [&mut { one }, &mut { other }];
    for_each(both, |one| one());
    (a.expect("every piece is worked on"), b.expect("every piece is worked on"))
}

/// Sorts in parallel. Elements that are equal must not differ: their order is not kept.
pub fn sort<T: Ord + Send>(elements: &mut [T]) {
    checkpoint();
    pool::inside(&mut |serial| {
        if serial { elements.sort_unstable() } else { elements.par_sort_unstable() }
    });
}

/// Calls `body` for `0..count`, in parallel.
#[inline(never)]
fn numbers(count: usize, body: &(dyn Fn(usize) + Sync)) {
    if cancel::is_alone() {
        return (0..count).for_each(body);
    }
    checkpoint();
    // Nested work is stopped too, whichever thread it is on.
    let scope = Scope::carried();
    let body = |k| scope.enter(|| body(k));
    pool::inside(&mut |serial| {
        if serial {
            (0..count).for_each(body);
        } else {
            (0..count).into_par_iter().with_max_len(1).for_each(body);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_piece_is_worked_on_once_and_results_keep_their_order() {
        assert_eq!(map(0..1000, |k: usize| 2 * k), (0..2000).step_by(2).collect::<Vec<_>>());
        let mut out = vec![0; 1001];
        for_each_chunk(&mut out, 10, |k, chunk| chunk.iter_mut().for_each(|v| *v += k + 1));
        assert!(out.iter().enumerate().all(|(i, &v)| v == i / 10 + 1));
        for_each(Vec::<usize>::new(), |_| unreachable!("no pieces"));
        assert_eq!(join(|| 1, || "two"), (1, "two"));
        let odd = |k: usize| if k % 2 == 1 { Err(k) } else { Ok(()) };
        assert_eq!(try_for_each((0..100).rev(), odd), Err(99));
        assert_eq!(try_for_each((0..100).step_by(2), odd), Ok(()));
    }
}

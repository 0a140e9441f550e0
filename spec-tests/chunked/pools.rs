//! Runs in pools of rayon's, inside other runs, and many at once: they end, with the same bits.

use rayon::prelude::*;
use redpoll::chunked::{CancelToken, Chunked, Event, Options, RunOptions};
use redpoll::{Array, Dense};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::time::Duration;

/// The result of a function that must end.
fn ends<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> T {
    let (sender, receiver) = channel();
    std::thread::spawn(move || sender.send(work()));
    receiver.recv_timeout(Duration::from_secs(120)).expect("it ends, without a panic")
}

fn pool(threads: usize) -> rayon::ThreadPool {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap()
}

/// Large enough that the operations of a task are done by several threads too.
fn values() -> Dense {
    let values: Vec<f64> = (0..200_000).map(|k| f64::from(k % 1013) * 0.37).collect();
    Dense::from_values([400, 500], values).unwrap()
}

fn recorded() -> Chunked<Dense> {
    let x = Chunked::from_array(&values(), [100, 250]).unwrap();
    let centred = x.subtract(&x.mean(0).unwrap()).unwrap();
    centred.t().unwrap().matmul(&centred).unwrap().sort(-1, false).unwrap()
}

fn bits(x: &Dense) -> Vec<u64> {
    x.to_vec::<f64>().unwrap().into_iter().map(f64::to_bits).collect()
}

#[test]
fn pools_compute_what_is_called_inside_them() {
    let expected = bits(&recorded().compute().unwrap());
    for threads in [1, 2, 5] {
        let (installed, scoped, mapped) = ends(move || {
            let pool = pool(threads);
            let installed = pool.install(|| recorded().compute().unwrap());
            let mut scoped = None;
            pool.scope(|scope| scope.spawn(|_| scoped = Some(recorded().compute().unwrap())));
            let arrays: Vec<Chunked<Dense>> = (0..9).map(|_| recorded()).collect();
            let compute = |x: &Chunked<Dense>| x.compute().unwrap();
            let mapped: Vec<Dense> = pool.install(|| arrays.par_iter().map(compute).collect());
            (installed, scoped.unwrap(), mapped)
        });
        assert!(bits(&installed) == expected);
        assert!(bits(&scoped) == expected);
        assert!(mapped.iter().all(|x| bits(x) == expected));
    }
}

#[test]
fn a_pool_does_as_many_tasks_at_a_time_as_are_allowed() {
    let most = ends(|| {
        let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let (running, seen) = (now.clone(), most.clone());
        let x = Chunked::from_array(&values(), [10, -1]).unwrap();
        let x = x.map_blocks(move |block, _| {
            seen.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::sleep(Duration::from_millis(2));
            running.fetch_sub(1, Ordering::SeqCst);
            Ok(block.clone())
        });
        let options = RunOptions::new().threads(2);
        pool(6).install(|| x.unwrap().persist_with(&options).unwrap());
        most.load(Ordering::SeqCst)
    });
    assert!((1..=2).contains(&most), "{most}");
}

#[test]
fn functions_on_blocks_may_compute() {
    let nested = || {
        let x = Chunked::from_array(&values(), [100, 250]).unwrap();
        let inner = Chunked::from_array(&values(), [50, -1]).unwrap();
        let x = x.map_blocks(move |block, _| block.add(&inner.sum(..)?.compute()?));
        x.unwrap().compute().unwrap()
    };
    let total =
        Chunked::from_array(&values(), [50, -1]).unwrap().sum(..).unwrap().compute().unwrap();
    let expected = bits(&values().add(&total).unwrap());
    assert!(bits(&ends(nested)) == expected);
    for threads in [1, 3] {
        assert!(bits(&ends(move || pool(threads).install(nested))) == expected);
    }
}

#[test]
fn many_may_compute_at_once() {
    let expected = bits(&recorded().compute().unwrap());
    let results = ends(|| {
        let compute = || std::thread::spawn(|| recorded().compute().unwrap());
        let running: Vec<_> = (0..16).map(|_| compute()).collect();
        running.into_iter().map(|r| r.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(results.iter().all(|x| bits(x) == expected));
}

#[test]
fn a_failure_in_a_pool_stops_the_run() {
    let x = Chunked::from_array(&values(), [1, -1]).unwrap();
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = calls.clone();
    let x = x.map_blocks(move |block, info| {
        counted.fetch_add(1, Ordering::Relaxed);
        if info.index[0] == 3 { block.reshape([7]) } else { Ok(block.clone()) }
    });
    let x = x.unwrap();
    let error = ends(move || pool(2).install(|| x.persist().unwrap_err().to_string()));
    assert!(error.contains("on block [3, 0] failed"), "{error}");
    assert!(calls.load(Ordering::Relaxed) < 100);
}

#[test]
fn what_was_complete_when_it_was_cancelled_is_not_lost() {
    let token = CancelToken::new();
    let inner = token.clone();
    let x = Chunked::from_array(&values(), -1).unwrap();
    let x = x.map_blocks(move |block, _| {
        inner.cancel();
        Ok(block.clone())
    });
    let options = RunOptions::new().cancel(&token);
    let x = x.unwrap().compute_with(&options).unwrap();
    assert!(bits(&x) == bits(&values()));
}

#[test]
fn a_token_stops_the_operation_of_one_long_block() {
    let token = CancelToken::new();
    let inner = token.clone();
    let x = Chunked::from_array(&values(), -1).unwrap();
    let mut y = x.map_blocks(move |block, _| {
        inner.cancel();
        Ok(block.clone())
    });
    for _ in 0..3 {
        y = y.unwrap().exp();
    }
    let options = RunOptions::new().cancel(&token);
    let error = y.unwrap().compute_with(&options).unwrap_err();
    assert_eq!(error.to_string(), "the computation was cancelled");
}

#[test]
fn observers_see_one_run_whatever_functions_on_blocks_compute() {
    let planned = Arc::new(AtomicUsize::new(0));
    let seen = planned.clone();
    let run = RunOptions::new().observe(move |event: &Event<'_>| {
        if let Event::Planned { .. } = event {
            seen.fetch_add(1, Ordering::Relaxed);
        }
    });
    Options { run, ..Options::default() }.scope(|| {
        let x = Chunked::from_array(&values(), [100, -1]).unwrap();
        let inner = x.sum(..).unwrap();
        x.map_blocks(move |b, _| b.add(&inner.compute()?)).unwrap().compute().unwrap();
    });
    assert_eq!(planned.load(Ordering::Relaxed), 1);
}

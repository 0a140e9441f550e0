//! What is read, what is kept, and how runs end.

use super::{Blocks, assert_close, counting};
use redpoll::chunked::{
    AxisChunks, CancelToken, Chunked, Chunks, Event, MapSource, Options, Region, RunOptions,
    Source, compute,
};
use redpoll::dense::Dense;
use redpoll::dtype::DType;
use redpoll::error::{ChunkError, Error, IoError};
use redpoll::standard::Meta;
use redpoll::{Array, Result};
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// A source that notes what is read from it.
struct Noted {
    array: Dense,
    read: Mutex<Vec<Region>>,
    broken: Option<usize>,
}

impl Noted {
    fn new(shape: &[usize]) -> Arc<Self> {
        Arc::new(Self { array: counting(shape), read: Mutex::default(), broken: None })
    }
    fn regions(&self) -> Vec<Vec<Range<usize>>> {
        let mut regions: Vec<_> = self.read.lock().unwrap().drain(..).map(|r| r.to_vec()).collect();
        regions.sort_by_key(|r| r.iter().map(|r| r.start).collect::<Vec<_>>());
        regions
    }
}

impl Source<Dense> for Noted {
    fn meta(&self) -> &Meta {
        self.array.meta()
    }
    fn name(&self) -> &str {
        "counts"
    }
    fn stored(&self, region: &[Range<usize>]) -> Option<usize> {
        Some(region[0].clone().map(|row| row * 10).sum())
    }
    fn read(&self, region: &[Range<usize>]) -> Result<Dense> {
        self.read.lock().unwrap().push(region.iter().cloned().collect());
        if self.broken.is_some_and(|row| region[0].contains(&row)) {
            let (path, message) = ("counts.h5".to_owned(), "a bad sector".to_owned());
            return Err(IoError::File { path, message }.into());
        }
        region.iter().enumerate().try_fold(self.array.clone(), |array, (axis, range)| {
            let indices: Vec<i64> = range.clone().map(|i| i as i64).collect();
            array.take(&indices, axis as isize)
        })
    }
}

fn chunked(source: &Arc<Noted>, chunks: impl Into<Chunks>) -> Blocks {
    Chunked::from_source(source.clone(), chunks).unwrap()
}

#[test]
fn selections_reach_the_source() {
    let source = Noted::new(&[10, 4]);
    let x = chunked(&source, [4, -1]);
    let part = x.log1p().unwrap().multiply(2.0).unwrap().index((3..6, ..2)).unwrap();
    let expected = source.array.log1p().unwrap().multiply(2.0).unwrap().index((3..6, ..2)).unwrap();
    assert_close(&part.compute().unwrap(), &expected, "part");
    assert_eq!(source.regions(), [[3..4, 0..2], [4..6, 0..2]]);
    part.index(0).unwrap().compute().unwrap();
    assert_eq!(source.regions(), [[3..4, 0..2]]);
    x.take(&[1, 2, 9], 0).unwrap().sum(..).unwrap().compute().unwrap();
    assert_eq!(source.regions(), [[1..3, 0..4], [9..10, 0..4]]);
    x.rechunk([5, -1]).unwrap().persist().unwrap();
    assert_eq!(source.regions(), [[0..5, 0..4], [5..10, 0..4]]);
    // What others use too is computed by its blocks.
    let y = x.log1p().unwrap();
    compute(&[&y.index(2).unwrap(), &y.sum(..).unwrap()]).unwrap();
    assert_eq!(source.regions(), [[0..4, 0..4], [4..8, 0..4], [8..10, 0..4]]);
}

#[test]
fn what_is_shared_is_read_once() {
    let source = Noted::new(&[9, 3]);
    let x = chunked(&source, [3, -1]);
    let y = x.subtract(&x.mean(0).unwrap()).unwrap();
    let results =
        compute(&[&y.square().unwrap().mean(0).unwrap(), &x.var(0, 0.0).unwrap()]).unwrap();
    assert_close(&results[0], &results[1], "variance");
    assert_eq!(source.regions().len(), 3);
}

#[test]
fn blocks_balance_what_is_stored() {
    let source = Noted::new(&[100, 2]);
    let options = Options { block_bytes: 16 * 49500 / 4, ..Options::default() };
    let x = options.scope(|| chunked(&source, [AxisChunks::Auto, AxisChunks::Whole]));
    assert_eq!(x.grid().counts().as_slice(), [4, 1]);
    assert_eq!(x.footprint().stored, 49500);
}

#[test]
fn long_reductions_keep_little() {
    let x: Blocks = options_of(1).scope(|| Chunked::ones([4096], DType::Float64)).unwrap();
    let total = x.add(1.0).unwrap().sum(0).unwrap();
    let most = Arc::new(AtomicUsize::new(0));
    let seen = most.clone();
    let options = RunOptions::new().threads(2).observe(move |event: &Event<'_>| {
        if let Event::Finished { live_blocks, .. } = event {
            seen.fetch_max(*live_blocks, Ordering::Relaxed);
        }
    });
    assert_eq!(total.compute_with(&options).unwrap().item().unwrap(), 8192.0.into());
    // Seven of each of four levels, and those in work.
    let most = most.load(Ordering::Relaxed);
    assert!((8..48).contains(&most), "{most}");
    assert_eq!(total.tasks().unwrap(), 4096 + 512 + 64 + 8 + 1);
}

fn options_of(chunk: usize) -> Options {
    Options { chunks: chunk.into(), ..Options::default() }
}

#[test]
fn events_tell_the_story() {
    let events = Arc::new(Mutex::new(Vec::new()));
    let log = events.clone();
    let observer = move |event: &Event<'_>| log.lock().unwrap().push(format!("{event:?}"));
    let options = RunOptions::new().threads(1).observe(observer);
    let x = Chunked::from_array(&counting(&[2]), 1).unwrap();
    x.sum(0).unwrap().compute_with(&options).unwrap();
    let events = events.lock().unwrap();
    assert_eq!(events[0], "Planned { tasks: 3 }");
    assert_eq!(events[1], "Started { task: 0, label: read array → sum(axes=[0]), block: [0] }");
    assert_eq!(events[7], "Done { finished: 3, tasks: 3, peak_bytes: 24 }");
    assert_eq!(events.len(), 8);
}

#[test]
fn failures_name_the_task() {
    let source =
        Arc::new(Noted { array: counting(&[9, 2]), read: Mutex::default(), broken: Some(4) });
    let total = chunked(&source, [2, -1]).log1p().unwrap().sum(..).unwrap();
    for threads in [1, 4] {
        let error = total.compute_with(&RunOptions::new().threads(threads)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "task read counts → log1p(·) → sum(axes=[0, 1]) on block [2, 0] failed: counts.h5: a bad sector"
        );
    }
}

#[test]
fn panics_of_users_are_errors() {
    let x = Chunked::from_array(&counting(&[6]), 2).unwrap();
    let y = x.map_blocks(|_, info| panic!("no block {}", info.index[0])).unwrap();
    let Error::Chunk(ChunkError::Task { block, source, .. }) =
        y.compute_with(&RunOptions::new().threads(1)).unwrap_err()
    else {
        panic!("another error")
    };
    assert_eq!(block, [0]);
    let expected =
        ChunkError::User { name: "map_blocks".to_owned(), message: "no block 0".to_owned() };
    assert_eq!(*source, expected.into());
}

#[test]
fn panics_of_sources_are_errors() {
    let source = MapSource::new(
        Noted { array: counting(&[4]), read: Mutex::default(), broken: None },
        |block: Dense| if block.shape() == [4] { Ok(block) } else { panic!("half a block") },
    );
    let x: Blocks = Chunked::from_source(Arc::new(source), 2).unwrap();
    let error = x.sum(0).unwrap().compute().unwrap_err().to_string();
    assert!(error.ends_with("user function \"counts\" failed: half a block"), "{error}");
}

#[test]
fn an_observer_that_panics_ends_the_run() {
    let x = Chunked::from_array(&counting(&[2]), 1).unwrap();
    let first_fails_last = x.map_blocks(|block, info| {
        if info.index[0] == 0 {
            std::thread::sleep(std::time::Duration::from_millis(20));
            return block.sum(1);
        }
        Ok(block.clone())
    });
    let total = first_fails_last.unwrap().sum(0).unwrap();
    let options = RunOptions::new().threads(2).observe(|event: &Event<'_>| {
        assert!(!matches!(event, Event::Failed { .. }), "told of a failure");
    });
    let run = std::panic::AssertUnwindSafe(|| total.compute_with(&options));
    let panic = std::panic::catch_unwind(run).unwrap_err();
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"told of a failure"));
}

#[test]
fn settings_reach_every_thread() {
    let run = RunOptions::new().threads(4);
    let options = Options { block_bytes: 77, run, ..Options::default() };
    let seen = Arc::new(Mutex::new(std::collections::HashSet::new()));
    let threads = seen.clone();
    let x = Chunked::from_array(&counting(&[40]), 1).unwrap();
    let y = x.map_blocks(move |b, _| {
        assert_eq!(Options::current().block_bytes, 77);
        threads.lock().unwrap().insert(std::thread::current().id());
        std::thread::sleep(std::time::Duration::from_millis(2));
        Ok(b.clone())
    });
    options.scope(|| y.unwrap().persist()).unwrap();
    assert_eq!(seen.lock().unwrap().len(), 4);
}

#[test]
fn sources_of_another_kind_of_block() {
    let source = Noted::new(&[4, 2]);
    struct Shared(Arc<Noted>);
    impl Source<Dense> for Shared {
        fn meta(&self) -> &Meta {
            self.0.meta()
        }
        fn name(&self) -> &str {
            "shared"
        }
        fn read(&self, region: &[Range<usize>]) -> Result<Dense> {
            self.0.read(region)
        }
    }
    let doubled = MapSource::new(Shared(source.clone()), |block: Dense| block.add(&block));
    let x: Blocks = Chunked::from_source(Arc::new(doubled), 2).unwrap();
    assert_close(&x.compute().unwrap(), &source.array.multiply(2).unwrap(), "doubled");
    // A source that breaks its promise is found out.
    let shorter = MapSource::new(Shared(source), |block: Dense| block.sum(0));
    let x: Blocks = Chunked::from_source(Arc::new(shorter), -1).unwrap();
    assert_eq!(
        x.compute().unwrap_err().to_string(),
        "task read shared on block [0, 0] failed: shared: the block is float64[2], but float64[4, 2] was declared"
    );
}

#[test]
fn runs_are_cancelled() {
    let token = CancelToken::new();
    let x = Chunked::from_array(&counting(&[100]), 1).unwrap();
    let (inner, calls) = (token.clone(), Arc::new(AtomicUsize::new(0)));
    let counted = calls.clone();
    let y = x.map_blocks(move |b, info| {
        counted.fetch_add(1, Ordering::Relaxed);
        if info.index[0] == 5 {
            inner.cancel();
        }
        Ok(b.clone())
    });
    let options = RunOptions::new().threads(2).cancel(&token);
    let error = y.unwrap().persist_with(&options).unwrap_err();
    assert_eq!(error, ChunkError::Cancelled.into());
    assert!(calls.load(Ordering::Relaxed) <= 8);
}

#[test]
fn long_chains_are_one_task_and_no_deep_recursion() {
    let mut x = Chunked::from_array(&counting(&[2]), 1).unwrap();
    for _ in 0..20_000 {
        x = x.add(1.0).unwrap();
    }
    assert_eq!(x.tasks().unwrap(), 3);
    assert_eq!(x.to_vec::<f64>().unwrap(), [20_000.0, 20_001.0]);
}

#[test]
fn large_partial_sums_are_added_one_by_one() {
    let a = counting(&[12, 5]);
    let x = Chunked::from_array(&a, [1, -1]).unwrap();
    let product = |options: &Options| {
        options.scope(|| {
            let most = Arc::new(AtomicUsize::new(0));
            let seen = most.clone();
            let run = RunOptions::new().threads(1).observe(move |event: &Event<'_>| {
                if let Event::Finished { live_blocks, .. } = event {
                    seen.fetch_max(*live_blocks, Ordering::Relaxed);
                }
            });
            let result = x.t().unwrap().matmul(&x).unwrap().compute_with(&run).unwrap();
            assert_close(&result, &a.t().unwrap().matmul(&a).unwrap(), "gram");
            most.load(Ordering::Relaxed)
        })
    };
    let tree = product(&Options::default());
    let chain = product(&Options { block_bytes: 100, ..Options::default() });
    assert!(chain <= 3 && chain < tree, "{chain} {tree}");
}

#[test]
fn single_precision_does_not_depend_on_the_chunks() {
    let values: Vec<f32> = (0..10_000).map(|k| 1.0e4 + (k % 7) as f32 * 0.1).collect();
    let whole = Dense::from_values([10_000], values.clone()).unwrap();
    let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / 1e4;
    let var = values.iter().map(|&v| (f64::from(v) - mean).powi(2)).sum::<f64>() / 1e4;
    for chunk in [1, 7, 1000] {
        let x = Chunked::from_array(&whole, chunk).unwrap();
        assert_eq!(x.mean(0).unwrap().item().unwrap(), (mean as f32).into());
        let got: f32 = x.var(0, 0.0).unwrap().item().unwrap().to();
        assert!((got - var as f32).abs() <= 1e-6 * var as f32, "{got} {var}");
    }
}

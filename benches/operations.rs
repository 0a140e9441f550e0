//! One benchmark for each class of operation, on a CSR matrix of 20,000 × 5,000 with about 2 million elements.

use criterion::{Criterion, criterion_group, criterion_main};
use redpoll::chunked::Chunked;
use redpoll::tensor::{Format, Tensor};
use redpoll::{Array, Result, stats};
use redpoll_benches::random_tensor;
use std::hint::black_box;

const ROWS: usize = 20_000;
const COLUMNS: usize = 5_000;

fn operations(criterion: &mut Criterion) {
    let x = random_tensor(ROWS, COLUMNS, 100, 7);
    let y = random_tensor(ROWS, COLUMNS, 100, 11);
    let row = x.sum(0).expect("a numeric matrix");
    let block =
        Tensor::from_values([COLUMNS, 32], vec![1.5; 32 * COLUMNS]).expect("as many values");
    let chunked = Chunked::from_array(&x, [2000, -1]).expect("chunks of rows");
    let mut group = criterion.benchmark_group("operations");
    group.sample_size(10);
    let mut bench = |name: &str, run: &dyn Fn() -> Result<Tensor>| {
        group.bench_function(name, |b| b.iter(|| black_box(run().expect("a valid operation"))));
    };
    bench("map: log1p", &|| x.log1p());
    bench("map: x * row", &|| x.multiply(&row));
    bench("map: x + y", &|| x.add(&y));
    bench("map: x * y", &|| x.multiply(&y));
    bench("reduce: sum of rows", &|| x.sum(1));
    bench("reduce: sum of columns", &|| x.sum(0));
    bench("reduce: mean and variance of columns", &|| Ok(stats::mean_var(&x, 0, 1.0)?.1));
    bench("reduce: max of columns", &|| x.max(0));
    bench("contract: x @ vector", &|| x.matmul(&row));
    bench("contract: x @ block of 32", &|| x.matmul(&block));
    bench("reindex: every third row", &|| x.index(redpoll::standard::Ix::step(.., 3)));
    bench("select: 100 columns", &|| x.take((0..100_i64).map(|k| 50 * k).collect::<Vec<_>>(), 1));
    bench("join: y below x", &|| Tensor::concat(&[&x, &y], 0));
    bench("convert: CSR to CSC", &|| x.to_format(&Format::csc()));
    bench("chunked: sum of columns", &|| chunked.sum(0)?.compute());
    group.finish();
}

fn gram(criterion: &mut Criterion) {
    let x = random_tensor(ROWS, 1000, 50, 7);
    let transposed = x.t().expect("a matrix");
    let mut group = criterion.benchmark_group("gram");
    group.sample_size(10);
    group.bench_function("XᵀX, 20000 × 1000", |b| {
        b.iter(|| black_box(transposed.matmul(&x).expect("a valid product")));
    });
    group.finish();
}

criterion_group!(benches, operations, gram);
criterion_main!(benches);

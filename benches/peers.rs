//! Beside a peer: the same product and sum of CSR matrices by redpoll and by sprs, interleaved, as a ratio of medians.

#![allow(clippy::print_stdout)]

use redpoll::Array;
use redpoll_benches::{random_csr, random_tensor};
use std::hint::black_box;
use std::time::Instant;

const ROUNDS: usize = 11;

fn main() {
    let (rows, columns, per_row) = (20_000, 20_000, 20);
    let matrix = |seed| {
        let (ptr, idx, values) = random_csr(rows, columns, per_row, seed);
        sprs::CsMatI::<f64, u32>::new((rows, columns), ptr, idx, values)
    };
    let (a, b) =
        (random_tensor(rows, columns, per_row, 7), random_tensor(rows, columns, per_row, 11));
    let (p, q) = (matrix(7), matrix(11));
    println!("{:20} {:>12} {:>12} {:>8}", "operation", "redpoll ms", "sprs ms", "ratio");
    side_by_side("A + B", || a.add(&b).expect("one shape"), || &p + &q);
    side_by_side("A @ B", || a.matmul(&b).expect("square matrices"), || &p * &q);
    side_by_side("A to CSC", || a.to_format(&redpoll::tensor::Format::csc()), || p.to_csc());
}

/// Runs both in turn and prints their medians and the peer's time over ours.
fn side_by_side<A, B>(name: &str, mut ours: impl FnMut() -> A, mut peers: impl FnMut() -> B) {
    let mut times = [vec![], vec![]];
    for _ in 0..ROUNDS {
        let start = Instant::now();
        black_box(ours());
        times[0].push(start.elapsed().as_secs_f64());
        let start = Instant::now();
        black_box(peers());
        times[1].push(start.elapsed().as_secs_f64());
    }
    let [ours, peers] = times.map(|mut t| {
        t.sort_by(f64::total_cmp);
        1e3 * t[ROUNDS / 2]
    });
    println!("{name:20} {ours:12.2} {peers:12.2} {:8.2}", peers / ours);
}

//! Beside a peer: the same product and sum of CSR matrices by redpoll and by sprs, interleaved, as a ratio of medians.

use redpoll::Array;
use redpoll_benches::{heading, random_csr, random_tensor, side_by_side};

fn main() {
    let (rows, columns, per_row) = (20_000, 20_000, 20);
    let matrix = |seed| {
        let (ptr, idx, values) = random_csr(rows, columns, per_row, seed);
        sprs::CsMatI::<f64, u32>::new((rows, columns), ptr, idx, values)
    };
    let (a, b) =
        (random_tensor(rows, columns, per_row, 7), random_tensor(rows, columns, per_row, 11));
    let (p, q) = (matrix(7), matrix(11));
    heading("sprs");
    side_by_side("A + B", || a.add(&b).expect("one shape"), || &p + &q);
    side_by_side("A @ B", || a.matmul(&b).expect("square matrices"), || &p * &q);
    side_by_side("A to CSC", || a.to_format(&redpoll::tensor::Format::csc()), || p.to_csc());
}

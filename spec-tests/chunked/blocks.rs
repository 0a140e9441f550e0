//! Grids, functions on blocks, persisting, and how arrays are shown.

use super::{Blocks, assert_close, counting};
use redpoll::chunked::{AxisChunks, Chunked, Chunks, Declare};
use redpoll::dense::Dense;
use redpoll::dtype::DType;
use redpoll::{Array, Result};

fn rows(shape: &[usize], chunk: usize) -> Blocks {
    let mut chunks = vec![AxisChunks::Whole; shape.len()];
    chunks[0] = AxisChunks::Size(chunk as isize);
    Chunked::from_array(&counting(shape), chunks).unwrap()
}

/// Xᵀ X as the sum of the products of the row blocks.
fn gram(x: &Blocks) -> Result<Blocks> {
    let d = x.shape()[1];
    let declare = Declare::new(x.dtype()).named("gram").new_axis(1).chunks([1, d, d]);
    x.map_blocks_with(|b, _| b.t()?.matmul(b)?.expand_dims(0), declare)?.sum(0)
}

#[test]
fn functions_on_blocks() {
    let x = rows(&[7, 3], 2);
    let whole = counting(&[7, 3]);
    let expected = whole.t().unwrap().matmul(&whole).unwrap();
    assert_close(&gram(&x).unwrap().compute().unwrap(), &expected, "gram");
    assert_close(&x.t().unwrap().matmul(&x).unwrap().compute().unwrap(), &expected, "matmul");
    // A block is read, multiplied and dropped in one task.
    assert_eq!(gram(&x).unwrap().tasks().unwrap(), 5);
    assert_eq!(x.t().unwrap().matmul(&x).unwrap().tasks().unwrap(), 5);
    // What a block is told of its place.
    let starts = x
        .map_blocks(|b, info| {
            assert_eq!(info.counts.as_slice(), [4, 1]);
            assert_eq!(info.inputs[0], info.region);
            b.multiply(0)?.add(info.region[0].start)
        })
        .unwrap();
    let first = starts.index((.., 0)).unwrap().to_vec::<f64>().unwrap();
    assert_eq!(first, [0.0, 0.0, 2.0, 2.0, 4.0, 4.0, 6.0]);
    // Several arrays, one of which stretches, and an axis dropped.
    let row = Chunked::from_array(&counting(&[1, 3]), 1).unwrap().rechunk([1, -1]).unwrap();
    let dots = Chunked::map_blocks_of(
        &[&x, &row],
        |blocks, _| blocks[0].multiply(blocks[1])?.sum(1),
        Declare::new(DType::Float64).drop_axis(1),
    );
    let expected = whole.multiply(&counting(&[1, 3])).unwrap().sum(1).unwrap();
    assert_close(&dots.unwrap().compute().unwrap(), &expected, "dots");
}

#[test]
fn declarations_are_checked() {
    let x = rows(&[4, 3], 2);
    let identity = |b: &Dense, _: &redpoll::chunked::BlockInfo| Ok(b.clone());
    let of = |declare: Declare| x.map_blocks_with(identity, declare).map(|y| y.shape().to_vec());
    let f64s = || Declare::new(DType::Float64);
    assert_eq!(of(f64s().chunks(vec![vec![1, 5], vec![3]])).unwrap(), [6, 3]);
    assert_eq!(of(f64s().chunks([1, -1])).unwrap(), [2, 3]);
    assert!(of(f64s().chunks(vec![vec![4], vec![3]])).is_err());
    assert!(of(f64s().chunks([1])).is_err());
    assert!(of(f64s().new_axis(3)).is_err());
    assert!(of(f64s().chunks([-3, 3])).is_err());
    // The blocks go to another axis, in row-major order.
    assert_eq!(of(f64s().new_axis(0).chunks([vec![1; 2], vec![4], vec![3]])).unwrap(), [2, 4, 3]);
    assert_eq!(
        of(f64s().drop_axis(0)).unwrap_err().to_string(),
        "map_blocks: grid of the result is 1 block (3): the input has 2 × 1 blocks (2×2, 3)"
    );
    // A block that is not what was declared.
    let wrong = x.map_blocks_with(identity, f64s().named("twist").chunks([1, 3])).unwrap();
    assert_eq!(
        wrong.compute().unwrap_err().to_string(),
        "task read array → twist on block [0, 0] failed: twist: the block is float64[2, 3], but float64[1, 3] was \
         declared"
    );
}

#[test]
fn blocks_in_memory() {
    let parts: Vec<Dense> = [(2, 3), (2, 1), (1, 3), (1, 1)].map(|(r, c)| counting(&[r, c])).into();
    let x = Chunked::from_blocks(parts.clone(), [2, 2]).unwrap();
    assert_eq!(x.shape(), [3, 4]);
    assert_eq!(x.to_vec::<f64>().unwrap()[..8], [0.0, 1.0, 2.0, 0.0, 3.0, 4.0, 5.0, 1.0]);
    assert!(Chunked::from_blocks(parts.clone(), [4, 1]).is_err());
    assert!(Chunked::from_blocks(parts, [3, 1]).is_err());
    assert!(Chunked::from_blocks(vec![counting(&[2, 2]), counting(&[2])], [1, 2]).is_err());
    let y = x.add(1.0).unwrap().persist().unwrap();
    assert_eq!(y.grid(), x.grid());
    assert_eq!(y.tasks().unwrap(), 5, "four blocks and their join");
    assert_eq!(
        y.sum(..).unwrap().item().unwrap(),
        (x.sum(..).unwrap().item().unwrap().to::<f64>() + 12.0).into()
    );
    assert_eq!(y.footprint().stored, 12);
    for (block, region) in y.blocks().zip(y.grid().regions()) {
        assert_eq!(
            block.unwrap().size() as usize,
            region.iter().map(|r| r.len()).product::<usize>()
        );
    }
    assert!(y.block([2, 0]).is_err());
    assert!(y.block([0]).is_err());
}

#[test]
fn how_it_is_shown() {
    let x = rows(&[1000, 20], 300);
    assert_eq!(
        format!("{x:?}"),
        "Chunked [1000, 20] float64, 4 × 1 blocks (3×300+100, 20), last step read array"
    );
    let mean = x.log1p().unwrap().mean(0).unwrap();
    assert_eq!(mean.to_string(), "Chunked [20] float64, 1 block (20), last step mean(axes=[0])");
    assert_eq!(
        mean.explain().unwrap(),
        "4 × read array → log1p(·) → sum(axes=[0])\n\
         1 × concat → sum(axes=[0]) → divide(·, 1000) → reshape\n"
    );
}

#[test]
fn rechunking() {
    let whole = counting(&[6, 5]);
    let x = Chunked::from_array(&whole, [4, 2]).unwrap();
    let lengths = |y: &Blocks| y.grid().to_string();
    for chunks in
        [Chunks::from(1), [6, 1].into(), [-1, -1].into(), vec![vec![1, 5], vec![5]].into()]
    {
        for y in [x.clone(), x.add(0.0).unwrap()] {
            let y = y.rechunk(chunks.clone()).unwrap();
            assert_close(&y.compute().unwrap(), &whole, &lengths(&y));
            assert_close(&y.persist().unwrap().compute().unwrap(), &whole, &lengths(&y));
        }
    }
    assert!(x.rechunk([7, -5]).is_err());
}

#[cfg(feature = "linalg")]
#[test]
fn stacks_stay_cut_and_matrices_are_whole() {
    let whole = counting(&[6, 4, 3]);
    let x = Chunked::from_array(&whole, 2).unwrap();
    assert_eq!(x.grid().counts().as_slice(), [3, 2, 2]);
    let redpoll::linalg::Qr { q, r } = redpoll::linalg::qr(&x, true).unwrap();
    for (factor, shape) in [(&q, [6, 4, 4]), (&r, [6, 4, 3])] {
        assert_eq!(factor.grid().counts().as_slice(), [3, 1, 1]);
        assert_eq!(factor.shape(), shape);
        // Each part of the stack is read and factorised in one task; then they are joined.
        assert_eq!(factor.tasks().unwrap(), 4);
    }
    let factors = redpoll::chunked::compute(&[&q, &r]).unwrap();
    assert_close(&factors[0].matmul(&factors[1]).unwrap(), &whole, "Q·R");
    let second = r.block([1, 0, 0]).unwrap().compute().unwrap();
    assert_close(&second, &factors[1].index(2..4).unwrap(), "a block of R");
}

//! Products of dense matrices.
//!
//! ```text
//!              n                     The result is cut into tiles of a fixed size, which run in parallel.
//!           ┌──┬──┐                  Where there is only one tile and the inner dimension is long, that is
//!         k │  B  │                  cut instead, and the parts are added in order.
//!           └──┴──┘
//!     k     ┌──┬──┐
//!   ┌───┐   ├──┼──┤
//! m │ A │   │  C  │
//!   └───┘   └──┴──┘
//! ```

use super::Arith;
use crate::dtype::{Complex64, Complex128};
use crate::parallel;
use ndarray::{ArrayView2, ArrayViewMut2, Axis, ShapeError, s};

/// Rows of a tile.
pub(super) const ROWS: usize = 256;
/// Columns of a tile.
pub(super) const COLUMNS: usize = 1024;
/// Inner length of a part of one tile.
pub(super) const DEPTH: usize = 16 * 1024;
/// The most inner length that is packed at a time by the kernels of floating-point numbers.
const PACKED_DEPTH: usize = 512;
/// Multiplications below which nothing is cut: rayon would cost more than it gains.
const SMALL: usize = 64 * 64 * 64;

/// The product of one tile on one thread.
pub trait Tile: Sized {
    /// Whether an operand that is not stored row by row is copied.
    const COPIES: bool;
    /// Adds a·b to c.
    fn tile(a: ArrayView2<'_, Self>, b: ArrayView2<'_, Self>, c: ArrayViewMut2<'_, Self>);
}

macro_rules! by_library {
    ($($T:ty),+) => {$(
        impl Tile for $T {
            const COPIES: bool = false;
            fn tile(a: ArrayView2<'_, Self>, b: ArrayView2<'_, Self>, c: ArrayViewMut2<'_, Self>) {
                library::add_product(a, b, c);
            }
        }
    )+};
}
by_library!(f32, f64, Complex64, Complex128);

/// faer's products where it is there for the factorisations: it has kernels for AVX-512.
#[cfg(feature = "linalg")]
mod library {
    use faer::linalg::matmul::matmul;
    use faer::traits::ComplexField;
    use faer::{Accum, MatMut, MatRef, Par};
    use ndarray::{ArrayView2, ArrayViewMut2};

    pub(super) fn add_product<T: ComplexField>(
        a: ArrayView2<'_, T>,
        b: ArrayView2<'_, T>,
        mut c: ArrayViewMut2<'_, T>,
    ) {
        let (rows, columns) = c.dim();
        let &[row_stride, column_stride] = c.strides() else { unreachable!("two axes") };
        // SAFETY: pointer, lengths and strides are those of a view that is borrowed as long as this one.
        let c = unsafe {
            MatMut::from_raw_parts_mut(c.as_mut_ptr(), rows, columns, row_stride, column_stride)
        };
        matmul(c, Accum::Add, of_view(&a), of_view(&b), T::one_impl(), Par::Seq);
    }

    fn of_view<'a, T>(view: &'a ArrayView2<'_, T>) -> MatRef<'a, T> {
        let (rows, columns) = view.dim();
        let &[row_stride, column_stride] = view.strides() else { unreachable!("two axes") };
        // SAFETY: pointer, lengths and strides are those of a view that is borrowed as long as this one.
        unsafe { MatRef::from_raw_parts(view.as_ptr(), rows, columns, row_stride, column_stride) }
    }
}

/// The products of `matrixmultiply`.
#[cfg(not(feature = "linalg"))]
mod library {
    use ndarray::linalg::general_mat_mul;
    use ndarray::{ArrayView2, ArrayViewMut2, LinalgScalar};

    pub(super) fn add_product<T: LinalgScalar>(
        a: ArrayView2<'_, T>,
        b: ArrayView2<'_, T>,
        mut c: ArrayViewMut2<'_, T>,
    ) {
        general_mat_mul(T::one(), &a, &b, T::one(), &mut c);
    }
}

macro_rules! by_rows {
    ($($T:ty),+) => {$(
        impl Tile for $T {
            const COPIES: bool = true;
            fn tile(a: ArrayView2<'_, Self>, b: ArrayView2<'_, Self>, c: ArrayViewMut2<'_, Self>) {
                rows(a, b, c);
            }
        }
    )+};
}
by_rows!(bool, i8, i16, i32, i64, u8, u16, u32, u64);

/// c[i, ..] += a[i, k] · b[k, ..], over blocks of k whose rows of b stay in the cache.
fn rows<T: Arith>(a: ArrayView2<'_, T>, b: ArrayView2<'_, T>, mut c: ArrayViewMut2<'_, T>) {
    const INNER: usize = 64;
    // Rows of both in a row: a transposed operand is copied once.
    let b = b.as_standard_layout();
    for start in (0..a.ncols()).step_by(INNER) {
        let end = a.ncols().min(start + INNER);
        for (a, mut c) in a.outer_iter().zip(c.outer_iter_mut()) {
            for k in start..end {
                let b = b.row(k);
                match (b.as_slice(), c.as_slice_mut()) {
                    (Some(b), Some(c)) => super::axpy(a[k], b, c),
                    _ => c.iter_mut().zip(b).for_each(|(c, &b)| *c = c.add(a[k].mul(b))),
                }
            }
        }
    }
}

/// Adds a·b to c, for matrices stored row by row in slices: a is m × k, b is k × n, c is m × n.
///
/// # Panics
/// If a slice's length is not that of its matrix.
///
/// ```
/// use redpoll::kernels::contract::gemm;
/// let mut c = [0, 0, 1, 0];
/// gemm(2, 2, 1, &[1, 2], &[3, 4], &mut c);
/// assert_eq!(c, [3, 4, 7, 8]);
/// ```
pub fn gemm<T: Arith>(m: usize, n: usize, k: usize, a: &[T], b: &[T], c: &mut [T]) {
    let expect = |matrix: Result<_, ShapeError>, name: &str| {
        matrix.unwrap_or_else(|_| panic!("gemm of {m} × {k} and {k} × {n}: length of {name}"))
    };
    let a = expect(ArrayView2::from_shape((m, k), a), "a");
    let b = expect(ArrayView2::from_shape((k, n), b), "b");
    let c = ArrayViewMut2::from_shape((m, n), c)
        .unwrap_or_else(|_| panic!("gemm of {m} × {k} and {k} × {n}: length of c"));
    gemm_view(a, b, c);
}

/// The bytes that products of m × k with k × n matrices take beside these, one on each thread: what is packed for the
/// cache, sums in parts, and the copy of a right operand that is not stored row by row. [`gemm`] cannot fail: its caller
/// asks for them before.
pub fn gemm_scratch<T: Arith>([m, n, k]: [usize; 3], is_row_major: bool) -> u128 {
    let packed = k.min(PACKED_DEPTH) as u128 * (m.min(ROWS) + n.min(COLUMNS)) as u128;
    let copied = if T::COPIES && !is_row_major { k as u128 * n as u128 } else { 0 };
    let is_one_tile = m <= ROWS && n <= COLUMNS;
    let parts = if is_one_tile && k >= 2 * DEPTH { k.div_ceil(DEPTH) } else { 0 };
    let sums = parts as u128 * m as u128 * n as u128;
    (packed + copied + sums) * parallel::threads() as u128 * size_of::<T>() as u128
}

/// Adds the upper half of aᵀ·a to c, a square matrix stored row by row: for a matrix of `n` columns, stored row by row. What
/// is below the diagonal of c changes too, but means nothing.
///
/// # Panics
/// If a slice's length is not that of its matrix.
pub fn gram_half<T: Arith>(n: usize, a: &[T], c: &mut [T]) {
    let a = ArrayView2::from_shape((a.len() / n.max(1), n), a).expect("whole rows");
    let mut c = ArrayViewMut2::from_shape((n, n), c).expect("a square");
    let bands = c.axis_chunks_iter_mut(Axis(0), ROWS).enumerate();
    let tiles: Vec<_> = bands
        .flat_map(|(band, rows)| {
            let top = band * ROWS;
            split_columns(rows.slice_move(s![.., top..]))
                .into_iter()
                .enumerate()
                .map(move |(column, tile)| (top, top + column * COLUMNS, tile))
        })
        .collect();
    parallel::for_each(tiles, |(top, left, tile)| {
        let rows = a.slice(s![.., top..top + tile.nrows()]).reversed_axes();
        T::tile(rows, a.slice(s![.., left..left + tile.ncols()]), tile);
    });
}

/// Adds a·b to c, for matrices of any strides.
///
/// # Panics
/// If the dimensions do not fit.
pub fn gemm_view<T: Arith>(
    a: ArrayView2<'_, T>,
    b: ArrayView2<'_, T>,
    mut c: ArrayViewMut2<'_, T>,
) {
    let ((m, k), (inner, n)) = (a.dim(), b.dim());
    assert_eq!(k, inner, "gemm: inner dimensions");
    assert_eq!((m, n), c.dim(), "gemm: dimensions of the result");
    if m == 0 || n == 0 || k == 0 {
        return;
    }
    if m.saturating_mul(n).saturating_mul(k) <= SMALL {
        return T::tile(a, b, c);
    }
    if m > ROWS || n > COLUMNS {
        let tiles: Vec<_> = c
            .axis_chunks_iter_mut(Axis(0), ROWS)
            .enumerate()
            .flat_map(|(row, band)| {
                let tiles = split_columns(band).into_iter().enumerate();
                tiles.map(move |(column, tile)| (row, column, tile))
            })
            .collect();
        parallel::for_each(tiles, |(row, column, tile)| {
            let (top, left) = (row * ROWS, column * COLUMNS);
            let a = a.slice(s![top..top + tile.nrows(), ..]);
            let b = b.slice(s![.., left..left + tile.ncols()]);
            T::tile(a, b, tile);
        });
        return;
    }
    if k < 2 * DEPTH {
        return T::tile(a, b, c);
    }
    let starts: Vec<usize> = (0..k).step_by(DEPTH).collect();
    let parts = parallel::map(starts, |start| {
        let end = k.min(start + DEPTH);
        let mut part = ndarray::Array2::from_elem((m, n), T::ZERO);
        T::tile(a.slice(s![.., start..end]), b.slice(s![start..end, ..]), part.view_mut());
        part
    });
    for part in parts {
        c.zip_mut_with(&part, |c, &x| *c = c.add(x));
    }
}

/// The column blocks of a band of rows.
fn split_columns<T>(band: ArrayViewMut2<'_, T>) -> Vec<ArrayViewMut2<'_, T>> {
    let mut tiles = Vec::with_capacity(band.ncols().div_ceil(COLUMNS));
    let mut rest = band;
    while rest.ncols() > COLUMNS {
        let (tile, right) = rest.split_at(Axis(1), COLUMNS);
        tiles.push(tile);
        rest = right;
    }
    tiles.push(rest);
    tiles
}

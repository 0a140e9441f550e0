//! Accumulators for the reductions: the state of every output cell, fed in any order and merged across parts.
//!
//! ```text
//! values of any type ──→ blocks of i64, u64, f64, complex128 or bool ──→ one state per cell ──→ finish, cast to out
//! ```
//!
//! Elements are widened block by block, so that a reduction is written for the few wide types alone. The ways to
//! feed an [`Accumulators`] differ in how an element finds its cell: segments (fibers of a sparse level), scattered
//! cells, dense rows, run lengths, or the fill repeated.
//!
//! Sums of `f64` carry their rounding errors along, so that they are accurate to the last digits whatever the order or
//! the partition. Elements of at most 32 bits whose result is `float32` are summed in plain `f64`: the error of a sum of n
//! elements stays below n · 2⁻⁵³ · Σ|x|, which for fewer than 2²⁸ of them does not reach the last digit unless they
//! cancel. Variances are sums of squared distances from the fill, and once more from the mean where these cancel.
//! Integers wrap around in the result's type.

mod arg;
mod cells;
mod scan;
mod state;

pub use arg::ArgAccumulators;
pub use scan::scan;

use super::cast;
use crate::Result;
use crate::buffer::{Index, Values, ValuesRef, filled, listed};
use crate::dtype::{Complex128, DType, Element, Kind, Scalar};
use crate::standard::Reduction;
use smallvec::{SmallVec, smallvec};
use state::{
    ComplexSum, Extreme, FloatProduct, Moments, Product, RealSum, RunningSum, State, Sum, Tally,
};

/// The states of a reduction's output cells.
///
/// ```
/// use redpoll::{buffer::Values, dtype::DType, kernels::reduce::Accumulators, standard::Reduction};
/// // Two fibers of length 3 with a fill of 0.5; [1, 2] are stored of one, and [3] of the other.
/// let values = Values::from(vec![1.0_f32, 2.0, 3.0]);
/// let fill = 0.5_f32.into();
/// let sums = Accumulators::new(Reduction::Sum, DType::Float32, DType::Float32, 2, fill)?;
/// let sums = sums.reduce(3, |sums| {
///     sums.push_segments(&[0_u32, 2, 3], values.view())?;
///     sums.push_repeated(&[1, 2], fill);
///     Ok(())
/// })?;
/// assert_eq!(sums[0], Values::from(vec![3.5_f32, 4.0]));
/// # Ok::<(), redpoll::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Accumulators {
    reduction: Reduction,
    dtype: DType,
    out: DType,
    cells: Cells,
}

/// Names the states once: they follow from the reduction and the kinds of elements and result.
macro_rules! cells {
    ($($V:ident: $S:ty),+ $(,)?) => {
        #[derive(Debug, Clone)]
        enum Cells {
            $($V(Vec<$S>),)+
        }

        impl Cells {
            /// As many cells that have seen nothing, to be merged into these.
            fn fresh(&self) -> Result<Self> {
                match self {
                    $(Self::$V(c) => Ok(Self::$V(listed("reduce", c.iter().map(State::fresh))?)),)+
                }
            }

            fn merge(&mut self, other: &Self) {
                match (self, other) {
                    $((Self::$V(a), Self::$V(b)) => cells::merge(a, b),)+
                    _ => unreachable!("one reduction of one type has one kind of state"),
                }
            }
        }

        /// Evaluates an expression with the vector of states, whatever they are.
        macro_rules! with_cells {
            ($cells:expr, $c:ident => $body:expr) => {
                match $cells {
                    $(Cells::$V($c) => $body,)+
                }
            };
        }
    };
}

cells! {
    SumInteger: Sum<i64>,
    SumNarrow: Sum<f64>,
    SumReal: RealSum,
    SumComplex: ComplexSum,
    ProdInteger: Product<i64>,
    ProdReal: FloatProduct<f64>,
    ProdComplex: FloatProduct<Complex128>,
    MinSigned: Extreme<i64, false>,
    MinUnsigned: Extreme<u64, false>,
    MinReal: Extreme<f64, false>,
    MaxSigned: Extreme<i64, true>,
    MaxUnsigned: Extreme<u64, true>,
    MaxReal: Extreme<f64, true>,
    MomentsNarrow: Moments<Sum<f64>>,
    MomentsReal: Moments<RealSum>,
    Nonzero: Tally<true>,
    Zero: Tally<false>,
}

impl Accumulators {
    /// `len` cells that have seen no element. Elements will be of type `dtype`, and the result of type `out`; most of them
    /// may be `fill`.
    ///
    /// A sum or product of floats with an integer for a result converts each element first, as the standard asks.
    ///
    /// # Panics
    /// If the reduction is `argmin` or `argmax`, which know positions (see [`ArgAccumulators`]), or one that
    /// [`Reduction::result_dtype`] refuses for `dtype`.
    pub fn new(
        reduction: Reduction,
        dtype: DType,
        out: DType,
        len: usize,
        fill: Scalar,
    ) -> Result<Self> {
        fn empty<S: State>(len: usize) -> Result<Vec<S>> {
            filled("reduce", S::EMPTY, len)
        }
        let complex = dtype.kind() == Kind::Complex;
        let narrow = dtype.size() <= 4 && out == DType::Float32;
        let cells = match reduction {
            Reduction::Sum if !out.is_floating() => Cells::SumInteger(empty(len)?),
            Reduction::Sum | Reduction::Mean if complex => Cells::SumComplex(empty(len)?),
            Reduction::Sum | Reduction::Mean if narrow => Cells::SumNarrow(empty(len)?),
            Reduction::Sum | Reduction::Mean => Cells::SumReal(empty(len)?),
            Reduction::Prod if !out.is_floating() => Cells::ProdInteger(empty(len)?),
            Reduction::Prod if complex => Cells::ProdComplex(empty(len)?),
            Reduction::Prod => Cells::ProdReal(empty(len)?),
            Reduction::Any | Reduction::CountNonzero => Cells::Nonzero(empty(len)?),
            Reduction::All => Cells::Zero(empty(len)?),
            Reduction::Min => match dtype.kind() {
                Kind::Signed => Cells::MinSigned(empty(len)?),
                Kind::Unsigned | Kind::Bool => Cells::MinUnsigned(empty(len)?),
                Kind::Float => Cells::MinReal(empty(len)?),
                Kind::Complex => refuse(reduction, dtype),
            },
            Reduction::Max => match dtype.kind() {
                Kind::Signed => Cells::MaxSigned(empty(len)?),
                Kind::Unsigned | Kind::Bool => Cells::MaxUnsigned(empty(len)?),
                Kind::Float => Cells::MaxReal(empty(len)?),
                Kind::Complex => refuse(reduction, dtype),
            },
            Reduction::Var { .. } | Reduction::Std { .. } | Reduction::MeanVar { .. } => {
                if complex {
                    refuse(reduction, dtype);
                }
                let fill = fill.cast(dtype).to::<f64>();
                let centre = if fill.is_finite() { fill } else { 0.0 };
                if narrow {
                    Cells::MomentsNarrow(filled("reduce", Moments::about(centre), len)?)
                } else {
                    Cells::MomentsReal(filled("reduce", Moments::about(centre), len)?)
                }
            }
            Reduction::ArgMin | Reduction::ArgMax => refuse(reduction, dtype),
        };
        Ok(Self { reduction, dtype, out, cells })
    }

    /// The results of cells of `count` elements each: one, or the mean and the variance for [`Reduction::MeanVar`].
    ///
    /// `feed` pushes the elements of all cells; again, where a variance asks to see them about their mean.
    ///
    /// A cell without elements has the sum 0, the product 1, the mean and variance NaN, and no least or greatest
    /// element: the caller has checked that there is one, and finds the far end of the type's range otherwise.
    ///
    /// # Errors
    /// As of `feed`.
    pub fn reduce(
        mut self,
        count: u64,
        feed: impl Fn(&mut Self) -> Result<()>,
    ) -> Result<SmallVec<[Values; 2]>> {
        feed(&mut self)?;
        let again = match &mut self.cells {
            Cells::MomentsNarrow(c) => about_means(c, count as f64),
            Cells::MomentsReal(c) => about_means(c, count as f64),
            _ => false,
        };
        if again {
            feed(&mut self)?;
        }
        self.finish(count)
    }

    /// As many cells that have seen no element, for a part of the elements: to be [merged](Self::merge) into these.
    ///
    /// # Errors
    /// If the memory cannot be had.
    pub fn fresh(&self) -> Result<Self> {
        Ok(Self { cells: self.cells.fresh()?, ..*self })
    }

    /// Whether elements that equal `value`, however many, change nothing: they need not be counted.
    pub fn ignores(&self, value: Scalar) -> bool {
        let value = self.converted(value);
        with_cells!(&self.cells, c => c.iter().all(|state| state.ignores(value.to())))
    }

    /// The number of cells.
    pub fn len(&self) -> usize {
        with_cells!(&self.cells, c => c.len())
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Segment s goes to cell s: the values from `ptr[s] - ptr[0]` to `ptr[s + 1] - ptr[0]`. In parallel, a long
    /// segment too, so that the reduction of everything is the case of one segment.
    ///
    /// # Panics
    /// If `ptr` does not hold one more than the number of cells or does not end with the values, or the values are
    /// not of the elements' type.
    pub fn push_segments<I: Index>(&mut self, ptr: &[I], values: ValuesRef<'_>) -> Result<()> {
        let values = self.elements(values)?;
        with_cells!(&mut self.cells, c => cells::push_segments(c, ptr, values.view()));
        Ok(())
    }

    /// Value k goes to cell `cells[k]`.
    ///
    /// # Panics
    /// If the lengths differ, a cell is out of range, or the values are not of the elements' type.
    pub fn push_scatter<I: Index>(&mut self, cells: &[I], values: ValuesRef<'_>) -> Result<()> {
        let values = self.elements(values)?;
        with_cells!(&mut self.cells, c => cells::push_scatter(c, cells, values.view()));
        Ok(())
    }

    /// Dense rows of as many elements as there are cells: value k goes to cell k % `row_len`. In parallel.
    ///
    /// # Panics
    /// If `row_len` is not the number of cells or does not divide the number of values, or the values are not of
    /// the elements' type.
    pub fn push_rows(&mut self, values: ValuesRef<'_>, row_len: usize) -> Result<()> {
        assert_eq!(row_len, self.len(), "{}: row length and cells", self.reduction.name());
        let values = self.elements(values)?;
        with_cells!(&mut self.cells, c => cells::push_rows(c, values.view()));
        Ok(())
    }

    /// Value k goes to cell `cells[k]`, and counts `weights[k]` times: run-length data.
    ///
    /// # Panics
    /// As [`push_scatter`](Self::push_scatter).
    pub fn push_weighted<I: Index>(
        &mut self,
        cells: &[I],
        values: ValuesRef<'_>,
        weights: &[u64],
    ) -> Result<()> {
        let values = self.elements(values)?;
        with_cells!(&mut self.cells, c => cells::push_weighted(c, cells, values.view(), weights));
        Ok(())
    }

    /// Cell c gets `counts[c]` further elements that all equal `value`: the fill.
    ///
    /// # Panics
    /// If there are not as many counts as cells.
    pub fn push_repeated(&mut self, counts: &[u64], value: Scalar) {
        assert_eq!(counts.len(), self.len(), "{}: counts and cells", self.reduction.name());
        let value = self.converted(value);
        with_cells!(&mut self.cells, c => cells::push_repeated(c, counts, value));
    }

    /// Adds what `other` has seen, cell by cell: its elements come after these.
    ///
    /// # Panics
    /// If the reductions, their types or the numbers of cells differ.
    pub fn merge(&mut self, other: &Self) {
        let same =
            (self.reduction, self.dtype, self.out) == (other.reduction, other.dtype, other.out);
        assert!(same, "{} merged with {}", self.reduction.name(), other.reduction.name());
        self.cells.merge(&other.cells);
    }

    fn finish(self, count: u64) -> Result<SmallVec<[Values; 2]>> {
        let (out, reduction, n) = (self.out, self.reduction, count as f64);
        let one = |values: Result<Values>| Ok(smallvec![cast::cast(&values?, out)?]);
        let n_of_mean = if reduction == Reduction::Mean { n } else { 1.0 };
        match self.cells {
            Cells::SumInteger(c) => one(each(&c, |s| s.0)),
            Cells::SumNarrow(c) => one(each(&c, |s| s.value() / n_of_mean)),
            Cells::SumReal(c) => one(each(&c, |s| s.value() / n_of_mean)),
            Cells::SumComplex(c) => one(each(&c, |s| s.value() / n_of_mean)),
            Cells::ProdInteger(c) => one(each(&c, |s| s.0)),
            Cells::ProdReal(c) => one(each(&c, FloatProduct::value)),
            Cells::ProdComplex(c) => one(each(&c, FloatProduct::value)),
            Cells::MinSigned(c) => one(each(&c, |s| s.0)),
            Cells::MinUnsigned(c) => one(each(&c, |s| s.0)),
            Cells::MinReal(c) => one(each(&c, |s| s.0)),
            Cells::MaxSigned(c) => one(each(&c, |s| s.0)),
            Cells::MaxUnsigned(c) => one(each(&c, |s| s.0)),
            Cells::MaxReal(c) => one(each(&c, |s| s.0)),
            Cells::MomentsNarrow(c) => moments(&c, reduction, n, out),
            Cells::MomentsReal(c) => moments(&c, reduction, n, out),
            Cells::Nonzero(c) if reduction == Reduction::Any => one(each(&c, |s| s.0 > 0)),
            Cells::Nonzero(c) => one(each(&c, |s| s.0)),
            Cells::Zero(c) => one(each(&c, |s| s.0 == 0)),
        }
    }

    /// A value as it is accumulated.
    fn converted(&self, value: Scalar) -> Scalar {
        let value = value.cast(self.dtype);
        if self.converts_first() { value.cast(self.out) } else { value }
    }

    /// Whether an element is converted to the result's type before it is widened: widening a float to `i64` and
    /// then narrowing it would wrap around where a conversion saturates.
    fn converts_first(&self) -> bool {
        matches!(self.reduction, Reduction::Sum | Reduction::Prod)
            && self.dtype.is_floating()
            && !self.out.is_floating()
    }

    /// The values to accumulate.
    fn elements<'a>(&self, values: ValuesRef<'a>) -> Result<Elements<'a>> {
        let name = self.reduction.name();
        assert_eq!(values.dtype(), self.dtype, "{name}: type of the elements");
        if self.converts_first() {
            Ok(Elements::Converted(cast::cast_view(values, self.out)?))
        } else {
            Ok(Elements::Given(values))
        }
    }
}

enum Elements<'a> {
    Given(ValuesRef<'a>),
    Converted(Values),
}

impl Elements<'_> {
    fn view(&self) -> ValuesRef<'_> {
        match self {
            Self::Given(values) => *values,
            Self::Converted(values) => values.view(),
        }
    }
}

fn each<S, W: Element>(cells: &[S], value: impl Fn(&S) -> W) -> Result<Values> {
    Ok(listed("reduce", cells.iter().map(value))?.into())
}

/// Empties the cells, with their means for centres, if one of them cancels about the centre that it has.
fn about_means<S: RunningSum>(cells: &mut [Moments<S>], count: f64) -> bool {
    let again = cells.iter().any(|c| c.cancels(count));
    if again {
        for cell in cells {
            let mean = cell.mean(count);
            *cell = Moments::about(if mean.is_finite() { mean } else { 0.0 });
        }
    }
    again
}

fn moments<S: RunningSum>(
    cells: &[Moments<S>],
    reduction: Reduction,
    count: f64,
    out: DType,
) -> Result<SmallVec<[Values; 2]>> {
    let cast = |values: Result<Values>| cast::cast(&values?, out);
    match reduction {
        Reduction::Std { correction } => {
            Ok(smallvec![cast(each(cells, |s| s.variance(count, correction).sqrt()))?])
        }
        Reduction::Var { correction } => {
            Ok(smallvec![cast(each(cells, |s| s.variance(count, correction)))?])
        }
        Reduction::MeanVar { correction } => Ok(smallvec![
            cast(each(cells, |s| s.mean(count)))?,
            cast(each(cells, |s| s.variance(count, correction)))?,
        ]),
        _ => unreachable!("only variances have moments"),
    }
}

fn refuse(reduction: Reduction, dtype: DType) -> ! {
    panic!("{} has no accumulator for {dtype}", reduction.name())
}

#[cfg(test)]
mod tests;

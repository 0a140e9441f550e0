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
//! Sums of floats carry their rounding errors along (in `f64`, whatever the type), so that they are accurate to the
//! last digits whatever the order or the partition. Variances merge the states of parts exactly as those of single
//! elements (T. Chan, G. Golub, R. LeVeque, "Algorithms for computing the sample variance", 1983). Integers wrap
//! around in the result's type.

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
    ComplexSum, Counted, Extreme, FloatProduct, Moments, Product, RealSum, State, Truth,
    WrappingSum,
};

/// The states of a reduction's output cells.
///
/// ```
/// use redpoll::{buffer::Values, dtype::DType, kernels::reduce::Accumulators, standard::Reduction};
/// // Two fibers of a sparse level, [1, 2] and [3], with a fill of 0.5 that the second holds twice more.
/// let values = Values::from(vec![1.0_f32, 2.0, 3.0]);
/// let mut sums = Accumulators::new(Reduction::Sum, DType::Float32, DType::Float32, 2)?;
/// sums.push_segments(&[0_u32, 2, 3], values.view())?;
/// sums.push_repeated(&[0, 2], 0.5_f32.into());
/// assert_eq!(sums.finish()?[0], Values::from(vec![3.0_f32, 4.0]));
/// # Ok::<(), redpoll::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Accumulators {
    reduction: Reduction,
    dtype: DType,
    out: DType,
    cells: Cells,
}

/// The states by what they hold, which follows from the reduction and the kinds of elements and result.
#[derive(Debug, Clone)]
enum Cells {
    SumInteger(Vec<WrappingSum>),
    SumReal(Vec<RealSum>),
    SumComplex(Vec<ComplexSum>),
    ProdInteger(Vec<Product<i64>>),
    ProdReal(Vec<FloatProduct<f64>>),
    ProdComplex(Vec<FloatProduct<Complex128>>),
    MinSigned(Vec<Extreme<i64, false>>),
    MinUnsigned(Vec<Extreme<u64, false>>),
    MinReal(Vec<Extreme<f64, false>>),
    MaxSigned(Vec<Extreme<i64, true>>),
    MaxUnsigned(Vec<Extreme<u64, true>>),
    MaxReal(Vec<Extreme<f64, true>>),
    MeanReal(Vec<Counted<RealSum>>),
    MeanComplex(Vec<Counted<ComplexSum>>),
    Moments(Vec<Moments>),
    Truth(Vec<Truth>),
}

/// Evaluates an expression with the vector of states, whatever they are.
macro_rules! with_cells {
    ($cells:expr, $c:ident => $body:expr) => {
        match $cells {
            Cells::SumInteger($c) => $body,
            Cells::SumReal($c) => $body,
            Cells::SumComplex($c) => $body,
            Cells::ProdInteger($c) => $body,
            Cells::ProdReal($c) => $body,
            Cells::ProdComplex($c) => $body,
            Cells::MinSigned($c) => $body,
            Cells::MinUnsigned($c) => $body,
            Cells::MinReal($c) => $body,
            Cells::MaxSigned($c) => $body,
            Cells::MaxUnsigned($c) => $body,
            Cells::MaxReal($c) => $body,
            Cells::MeanReal($c) => $body,
            Cells::MeanComplex($c) => $body,
            Cells::Moments($c) => $body,
            Cells::Truth($c) => $body,
        }
    };
}

impl Accumulators {
    /// `len` cells that have seen no element. Elements will be of type `dtype`, and the result of type `out`.
    ///
    /// A sum or product of floats with an integer for a result converts each element first, as the standard asks.
    ///
    /// # Panics
    /// If the reduction is `argmin` or `argmax`, which know positions (see [`ArgAccumulators`]), or one that
    /// [`Reduction::result_dtype`] refuses for `dtype`.
    pub fn new(reduction: Reduction, dtype: DType, out: DType, len: usize) -> Result<Self> {
        fn empty<S: State>(len: usize) -> Result<Vec<S>> {
            filled("reduce", S::EMPTY, len)
        }
        let complex = dtype.kind() == Kind::Complex;
        let cells = match reduction {
            Reduction::Sum if !out.is_floating() => Cells::SumInteger(empty(len)?),
            Reduction::Sum if complex => Cells::SumComplex(empty(len)?),
            Reduction::Sum => Cells::SumReal(empty(len)?),
            Reduction::Prod if !out.is_floating() => Cells::ProdInteger(empty(len)?),
            Reduction::Prod if complex => Cells::ProdComplex(empty(len)?),
            Reduction::Prod => Cells::ProdReal(empty(len)?),
            Reduction::Mean if complex => Cells::MeanComplex(empty(len)?),
            Reduction::Mean => Cells::MeanReal(empty(len)?),
            Reduction::Any | Reduction::All | Reduction::CountNonzero => Cells::Truth(empty(len)?),
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
                Cells::Moments(empty(len)?)
            }
            Reduction::ArgMin | Reduction::ArgMax => refuse(reduction, dtype),
        };
        Ok(Self { reduction, dtype, out, cells })
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
        let value = value.cast(self.dtype);
        let value = if self.converts_first() { value.cast(self.out) } else { value };
        with_cells!(&mut self.cells, c => cells::push_repeated(c, counts, value));
    }

    /// Adds what `other` has seen, cell by cell: its elements come after these.
    ///
    /// # Panics
    /// If the reductions, their types or the numbers of cells differ.
    pub fn merge(&mut self, other: Self) {
        let same =
            (self.reduction, self.dtype, self.out) == (other.reduction, other.dtype, other.out);
        assert!(same, "{} merged with {}", self.reduction.name(), other.reduction.name());
        macro_rules! merge {
            ($($V:ident),+) => {
                match (&mut self.cells, other.cells) {
                    $((Cells::$V(a), Cells::$V(b)) => cells::merge(a, &b),)+
                    _ => unreachable!("one reduction of one type has one kind of state"),
                }
            };
        }
        merge!(
            SumInteger,
            SumReal,
            SumComplex,
            ProdInteger,
            ProdReal,
            ProdComplex,
            MinSigned,
            MinUnsigned,
            MinReal,
            MaxSigned,
            MaxUnsigned,
            MaxReal,
            MeanReal,
            MeanComplex,
            Moments,
            Truth
        );
    }

    /// The results: one, or the mean and the variance for [`Reduction::MeanVar`].
    ///
    /// A cell without elements has the sum 0, the product 1, the mean and variance NaN, and no least or greatest
    /// element: the caller has checked that there is one, and finds the far end of the type's range otherwise.
    pub fn finish(self) -> Result<SmallVec<[Values; 2]>> {
        let (out, reduction) = (self.out, self.reduction);
        let one = |values: Result<Values>| Ok(smallvec![cast::cast(&values?, out)?]);
        match self.cells {
            Cells::SumInteger(c) => one(each(&c, |s| s.0)),
            Cells::SumReal(c) => one(each(&c, RealSum::value)),
            Cells::SumComplex(c) => one(each(&c, ComplexSum::value)),
            Cells::ProdInteger(c) => one(each(&c, |s| s.0)),
            Cells::ProdReal(c) => one(each(&c, FloatProduct::value)),
            Cells::ProdComplex(c) => one(each(&c, FloatProduct::value)),
            Cells::MinSigned(c) => one(each(&c, |s| s.0)),
            Cells::MinUnsigned(c) => one(each(&c, |s| s.0)),
            Cells::MinReal(c) => one(each(&c, |s| s.0)),
            Cells::MaxSigned(c) => one(each(&c, |s| s.0)),
            Cells::MaxUnsigned(c) => one(each(&c, |s| s.0)),
            Cells::MaxReal(c) => one(each(&c, |s| s.0)),
            Cells::MeanReal(c) => one(each(&c, |s| s.sum.value() / s.count as f64)),
            Cells::MeanComplex(c) => one(each(&c, |s| s.sum.value() / s.count as f64)),
            Cells::Moments(c) => match reduction {
                Reduction::Std { correction } => one(each(&c, |s| s.variance(correction).sqrt())),
                Reduction::Var { correction } => one(each(&c, |s| s.variance(correction))),
                Reduction::MeanVar { correction } => Ok(smallvec![
                    cast::cast(&each(&c, Moments::mean)?, out)?,
                    cast::cast(&each(&c, |s| s.variance(correction))?, out)?,
                ]),
                _ => unreachable!("only variances have moments"),
            },
            Cells::Truth(c) => match reduction {
                Reduction::Any => one(each(&c, |s| s.nonzero > 0)),
                Reduction::All => one(each(&c, |s| s.zero == 0)),
                _ => one(each(&c, |s| s.nonzero)),
            },
        }
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

fn refuse(reduction: Reduction, dtype: DType) -> ! {
    panic!("{} has no accumulator for {dtype}", reduction.name())
}

#[cfg(test)]
mod tests;

//! The reference: an array as a vector of scalars, and the standard's operations spelt out element by element.
//!
//! It shares no arithmetic with the crate: integers are computed in `i128` and wrapped, floats in `f64`, complex
//! numbers by `num_complex`. Slow and obvious on purpose.

pub mod index;
#[cfg(feature = "linalg")]
mod matrix;
mod order;
mod scalar;

#[cfg(feature = "linalg")]
pub use matrix::Matrix;
pub use order::{is_nan, precedes, same};
pub use scalar::{accepts, compute_dtype, convert, function, plus, promote, result_dtype, times};

use crate::buffer::Values;
use crate::dtype::{Complex128, DType, Kind, Scalar};
use crate::standard::{Func, Reduction};
use crate::{Array, Result, with_dtype};
use std::fmt;

/// An array: a shape, and its elements in row-major order.
#[derive(Clone, PartialEq)]
pub struct Reference {
    /// The lengths of the axes.
    pub shape: Vec<usize>,
    /// The data type of all elements.
    pub dtype: DType,
    /// The elements in row-major order.
    pub elements: Vec<Scalar>,
}

impl Reference {
    /// The array whose element at each index is what `element` gives for it.
    pub fn from_fn(
        shape: &[usize],
        dtype: DType,
        mut element: impl FnMut(&[usize]) -> Scalar,
    ) -> Self {
        let elements = indices(shape).iter().map(|i| element(i)).collect();
        Self { shape: shape.to_vec(), dtype, elements }
    }

    /// An array as a reference for others.
    ///
    /// # Errors
    /// Of the array, if it cannot give its values.
    pub fn of<A: Array>(array: &A) -> Result<Self> {
        let values = array.to_values()?;
        let elements = (0..values.len()).map(|k| values.get(k)).collect();
        Ok(Self { shape: array.shape().to_vec(), dtype: array.dtype(), elements })
    }

    /// The element at an index.
    pub fn at(&self, index: &[usize]) -> Scalar {
        assert_eq!(index.len(), self.shape.len());
        let position = index.iter().zip(&self.shape).fold(0, |p, (&i, &n)| {
            assert!(i < n);
            p * n + i
        });
        self.elements[position]
    }

    /// The elements as the crate's values.
    pub fn values(&self) -> Values {
        with_dtype!(self.dtype, T => {
            self.elements.iter().map(|e| e.to::<T>()).collect::<Vec<T>>().into()
        })
    }

    /// The number of dimensions.
    pub fn ndim(&self) -> usize {
        self.shape.len()
    }

    /// Each element converted.
    pub fn astype(&self, dtype: DType) -> Self {
        Self::from_fn(&self.shape, dtype, |i| self.at(i).cast(dtype))
    }

    /// An elementwise function, the arrays stretched to their common shape; `None` where types or shapes do not
    /// fit. An element is `None` where the reference does not know it.
    pub fn map(func: Func, args: &[&Self]) -> Option<(Vec<usize>, DType, Vec<Option<Scalar>>)> {
        let shape = broadcast(args.iter().map(|a| a.shape.as_slice()))?;
        let dtypes: Vec<DType> = args.iter().map(|a| a.dtype).collect();
        let compute = compute_dtype(func, &dtypes)?;
        let stretched: Vec<Self> = args.iter().map(|a| a.broadcast_to(&shape)).collect();
        let elements = (0..shape.iter().product())
            .map(|k| {
                let args: Vec<Scalar> = stretched.iter().map(|a| a.elements[k]).collect();
                function(func, compute, &args)
            })
            .collect();
        Some((shape, result_dtype(func, compute), elements))
    }

    /// As [`map`](Self::map), where the reference knows every element.
    pub fn known_map(func: Func, args: &[&Self]) -> Option<Self> {
        let (shape, dtype, elements) = Self::map(func, args)?;
        Some(Self { shape, dtype, elements: elements.into_iter().collect::<Option<_>>()? })
    }

    /// Stretched to a shape.
    pub fn broadcast_to(&self, shape: &[usize]) -> Self {
        let added = shape.len() - self.ndim();
        Self::from_fn(shape, self.dtype, |i| {
            let own: Vec<usize> = i[added..]
                .iter()
                .zip(&self.shape)
                .map(|(&i, &n)| if n == 1 { 0 } else { i })
                .collect();
            self.at(&own)
        })
    }

    /// Axis `k` of the result is axis `axes[k]`.
    pub fn permuted(&self, axes: &[usize]) -> Self {
        let shape: Vec<usize> = axes.iter().map(|&a| self.shape[a]).collect();
        Self::from_fn(&shape, self.dtype, |i| {
            let mut own = vec![0; i.len()];
            axes.iter().zip(i).for_each(|(&a, &i)| own[a] = i);
            self.at(&own)
        })
    }

    /// The same elements under another shape.
    pub fn reshaped(&self, shape: &[usize]) -> Self {
        assert_eq!(shape.iter().product::<usize>(), self.elements.len());
        Self { shape: shape.to_vec(), ..self.clone() }
    }

    /// The elements at lists of indices, one list for each axis.
    pub fn selected(&self, lists: &[Vec<usize>]) -> Self {
        let shape: Vec<usize> = lists.iter().map(Vec::len).collect();
        Self::from_fn(&shape, self.dtype, |i| {
            let own: Vec<usize> = i.iter().zip(lists).map(|(&i, list)| list[i]).collect();
            self.at(&own)
        })
    }

    /// The elements at a list of indices along one axis.
    pub fn taken(&self, axis: usize, list: &[usize]) -> Self {
        let mut lists: Vec<Vec<usize>> = self.shape.iter().map(|&n| (0..n).collect()).collect();
        lists[axis] = list.to_vec();
        self.selected(&lists)
    }

    /// Arrays of one data type one after the other.
    pub fn concat(arrays: &[&Self], axis: usize) -> Self {
        let mut shape = arrays[0].shape.clone();
        shape[axis] = arrays.iter().map(|a| a.shape[axis]).sum();
        Self::from_fn(&shape, arrays[0].dtype, |i| {
            let mut own = i.to_vec();
            for array in arrays {
                if own[axis] < array.shape[axis] {
                    return array.at(&own);
                }
                own[axis] -= array.shape[axis];
            }
            unreachable!("the lengths add up")
        })
    }

    /// A reduction along axes (all its results; two for the mean and variance).
    pub fn reduced(&self, reduction: Reduction, axes: &[usize], keepdims: bool) -> Vec<Self> {
        let kept: Vec<usize> = (0..self.ndim()).filter(|a| !axes.contains(a)).collect();
        let cells: Vec<usize> = kept.iter().map(|&a| self.shape[a]).collect();
        let folded: Vec<usize> = axes.iter().map(|&a| self.shape[a]).collect();
        let results: Vec<Vec<Scalar>> = indices(&cells)
            .iter()
            .map(|cell| {
                let elements: Vec<Scalar> = indices(&folded)
                    .iter()
                    .map(|inner| {
                        let mut own = vec![0; self.ndim()];
                        kept.iter().zip(cell).for_each(|(&a, &i)| own[a] = i);
                        axes.iter().zip(inner).for_each(|(&a, &i)| own[a] = i);
                        self.at(&own)
                    })
                    .collect();
                fold(reduction, self.dtype, &elements)
            })
            .collect();
        let shape: Vec<usize> = (0..self.ndim())
            .filter(|a| keepdims || !axes.contains(a))
            .map(|a| if axes.contains(&a) { 1 } else { self.shape[a] })
            .collect();
        let outputs = if matches!(reduction, Reduction::MeanVar { .. }) { 2 } else { 1 };
        (0..outputs)
            .map(|k| {
                let elements: Vec<Scalar> = results.iter().map(|r| r[k]).collect();
                Self { shape: shape.clone(), dtype: reduced_dtype(reduction, self.dtype), elements }
            })
            .collect()
    }

    /// A sum of products as `einsum` has it: letters for the axes of both operands and of the result.
    pub fn einsum(left: (&Self, &[u8]), right: (&Self, &[u8]), result: &[u8]) -> Option<Self> {
        let dtype = promote(left.0.dtype, right.0.dtype)?;
        let length = |label: u8| {
            let of = |(array, labels): (&Self, &[u8])| {
                labels.iter().position(|&l| l == label).map(|axis| array.shape[axis])
            };
            of(left).or_else(|| of(right)).expect("a label of an operand")
        };
        let summed: Vec<u8> =
            left.1.iter().copied().filter(|l| right.1.contains(l) && !result.contains(l)).collect();
        let shape: Vec<usize> = result.iter().map(|&l| length(l)).collect();
        let inner: Vec<usize> = summed.iter().map(|&l| length(l)).collect();
        Some(Self::from_fn(&shape, dtype, |outer| {
            let mut sum = Scalar::zero(dtype);
            for inner in indices(&inner) {
                let element = |(array, labels): (&Self, &[u8])| {
                    let index: Vec<usize> = labels
                        .iter()
                        .map(|l| match result.iter().position(|r| r == l) {
                            Some(k) => outer[k],
                            None => inner[summed.iter().position(|s| s == l).expect("summed")],
                        })
                        .collect();
                    array.at(&index).cast(dtype)
                };
                let (a, b) = (element(left), element(right));
                sum = scalar::plus(sum, scalar::times(a, b));
            }
            sum
        }))
    }

    /// The largest finite modulus of an element, at least 1: what rounding errors are measured by.
    pub fn magnitude(&self) -> f64 {
        self.elements
            .iter()
            .map(|e| e.to::<Complex128>().norm())
            .filter(|m| m.is_finite())
            .fold(1.0, f64::max)
    }
}

impl fmt::Debug for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let elements: Vec<String> = self.elements.iter().map(ToString::to_string).collect();
        write!(f, "{}{:?} [{}]", self.dtype, self.shape, elements.join(", "))
    }
}

/// All indices of a shape in row-major order.
pub fn indices(shape: &[usize]) -> Vec<Vec<usize>> {
    shape.iter().fold(vec![vec![]], |indices, &length| {
        let extend = |index: &Vec<usize>| {
            (0..length).map(|i| [index.as_slice(), &[i]].concat()).collect::<Vec<_>>()
        };
        indices.iter().flat_map(extend).collect()
    })
}

/// The common shape that shapes stretch to, if they have one.
pub fn broadcast<'a>(shapes: impl Iterator<Item = &'a [usize]>) -> Option<Vec<usize>> {
    shapes.map(<[usize]>::to_vec).try_fold(vec![], |a: Vec<usize>, b| {
        let ndim = a.len().max(b.len());
        let length =
            |s: &[usize], k: usize| if k + s.len() < ndim { 1 } else { s[k + s.len() - ndim] };
        (0..ndim)
            .map(|k| match (length(&a, k), length(&b, k)) {
                (x, y) if x == y || y == 1 => Some(x),
                (1, y) => Some(y),
                _ => None,
            })
            .collect()
    })
}

/// The data type of a reduction's results.
pub fn reduced_dtype(reduction: Reduction, dtype: DType) -> DType {
    match reduction {
        Reduction::Sum | Reduction::Prod => match dtype.kind() {
            Kind::Bool | Kind::Signed => DType::Int64,
            Kind::Unsigned => DType::UInt64,
            _ => dtype,
        },
        Reduction::Min | Reduction::Max => dtype,
        Reduction::Mean
        | Reduction::Var { .. }
        | Reduction::Std { .. }
        | Reduction::MeanVar { .. } => match dtype.kind() {
            Kind::Float | Kind::Complex => dtype,
            _ => DType::Float64,
        },
        Reduction::Any | Reduction::All => DType::Bool,
        Reduction::CountNonzero | Reduction::ArgMin | Reduction::ArgMax => DType::Int64,
    }
}

/// A reduction of a list.
fn fold(reduction: Reduction, dtype: DType, elements: &[Scalar]) -> Vec<Scalar> {
    let out = reduced_dtype(reduction, dtype);
    let nonzero = elements.iter().filter(|e| e.to::<bool>()).count();
    let n = elements.len() as f64;
    let complex = || elements.iter().map(|e| e.to::<Complex128>());
    let real = || elements.iter().map(|e| e.to::<f64>());
    let mean = || complex().fold(Complex128::new(0.0, 0.0), |s, x| s + x) / n;
    let variance = |correction: f64| {
        let mean = mean().re;
        // With fewer elements than are taken off, nothing is left to divide by.
        real().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (n - correction).max(0.0)
    };
    let one = |scalar: Scalar| vec![scalar.cast(out)];
    match reduction {
        Reduction::Sum => {
            one(elements.iter().fold(Scalar::zero(out), |s, e| scalar::plus(s, e.cast(out))))
        }
        Reduction::Prod => {
            one(elements.iter().fold(Scalar::one(out), |s, e| scalar::times(s, e.cast(out))))
        }
        Reduction::Min | Reduction::Max | Reduction::ArgMin | Reduction::ArgMax => {
            let better = |a: Scalar, b: Scalar| match reduction {
                Reduction::Min | Reduction::ArgMin => scalar::less(a, b),
                _ => scalar::less(b, a),
            };
            let nan = |e: &Scalar| e.to::<f64>().is_nan();
            let best = elements.iter().position(nan).unwrap_or_else(|| {
                (1..elements.len())
                    .fold(0, |best, k| if better(elements[k], elements[best]) { k } else { best })
            });
            match reduction {
                Reduction::Min | Reduction::Max => one(elements[best]),
                _ => one(Scalar::Int64(best as i64)),
            }
        }
        Reduction::Mean => {
            let mean = mean();
            if dtype.kind() == Kind::Complex { one(mean.into()) } else { one(mean.re.into()) }
        }
        Reduction::Var { correction } => one(variance(correction).into()),
        Reduction::Std { correction } => one(variance(correction).sqrt().into()),
        Reduction::MeanVar { correction } => {
            [one(mean().re.into()), one(variance(correction).into())].concat()
        }
        Reduction::Any => one((nonzero > 0).into()),
        Reduction::All => one((nonzero == elements.len()).into()),
        Reduction::CountNonzero => one(Scalar::Int64(nonzero as i64)),
    }
}

//! [`Dense`]: an array that stores every element, with its data type known at run time.
//!
//! It is a shared buffer seen through a shape and strides, as in NumPy, so that permuting, slicing and
//! broadcasting copy nothing. Loops over elements are [`ndarray`]'s where they follow the strides and the kernels'
//! where they compute.
//!
//! ```text
//! values   [ a b c d e f ]        exactly the memory that the strides reach
//! shape    [3, 2]
//! strides  [1, 3]                 element (i, j) lies at i + 3 j; with a negative stride its axis is counted from
//! ```                             the end of the memory
//!
//! | class | module |
//! |---|---|
//! | create | here, of [`Create::dense_values`](crate::standard::Create::dense_values) |
//! | cast, map | `map` |
//! | reduce | `reduce` |
//! | contract | `contract` |
//! | reindex | `reindex` |
//! | join, select | `select` |
//! | scan, order | `order` |
//! | linalg, fft | `linalg`, `fft` |

mod contract;
mod convert;
#[cfg(feature = "fft")]
mod fft;
#[cfg(feature = "linalg")]
mod linalg;
mod map;
mod order;
mod reduce;
mod reindex;
mod select;

use crate::buffer::{Values, reserve};
use crate::dtype::{Element, Scalar};
use crate::error::{ShapeError, evaluated};
use crate::kernels::apply::apply;
use crate::standard::{Array, Call, Create, Footprint, Meta, Op, Outputs, expect_dtype};
use crate::{Result, with_dtype};
use ndarray::{ArrayViewD, IxDyn, ShapeBuilder};
use smallvec::{SmallVec, smallvec};
use std::fmt;

/// The distances in memory between neighbours along each axis, in elements.
type Strides = SmallVec<[isize; 4]>;

/// An array that stores every element.
///
/// ```
/// use redpoll::dense::Dense;
/// use redpoll::{Array, dtype::DType};
/// let x = Dense::from_values([2, 3], vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])?;
/// assert_eq!(x.sum(0)?.to_vec::<f64>()?, [5.0, 7.0, 9.0]);
/// assert_eq!((&x.t()? * 10).index((.., 0))?.to_vec::<f64>()?, [10.0, 20.0, 30.0]);
/// # Ok::<(), redpoll::Error>(())
/// ```
#[derive(Clone)]
pub struct Dense {
    meta: Meta,
    /// 0 along every axis of an empty array.
    strides: Strides,
    /// The memory from the first to the last element that the strides reach, both included.
    values: Values,
}

impl Dense {
    /// Values in row-major order. The caller knows that there are as many as the shape has elements.
    fn row_major(meta: Meta, values: Values) -> Self {
        debug_assert_eq!(meta.size(), values.len() as u128);
        debug_assert_eq!(meta.dtype, values.dtype());
        Self { strides: row_major_strides(&meta.shape), meta, values }
    }

    /// The same value everywhere, stored once.
    fn uniform(meta: Meta, value: Scalar) -> Result<Self> {
        expect_addressable("full", &meta)?;
        let stored = usize::from(meta.size() > 0);
        Ok(Self { strides: smallvec![0; meta.ndim()], meta, values: Values::full(value, stored) })
    }

    /// The one value that is everywhere, if it is stored once.
    fn uniform_value(&self) -> Option<Scalar> {
        (self.values.len() == 1).then(|| self.values.get(0))
    }

    /// Whether the memory holds the elements in row-major order and nothing else.
    fn is_row_major(&self) -> bool {
        let expected = row_major_strides(&self.meta.shape);
        let lengths = self.meta.shape.iter();
        self.strides.iter().zip(&expected).zip(lengths).all(|((s, e), &n)| s == e || n == 1)
    }

    /// The elements as an [`ndarray`] view; `None` where they have another type.
    ///
    /// ```
    /// use redpoll::{Array, dense::Dense};
    /// let x = Dense::from_values([2, 2], vec![1_i32, 2, 3, 4])?;
    /// assert_eq!(x.t()?.view::<i32>().unwrap()[[0, 1]], 3);
    /// assert!(x.view::<f64>().is_none());
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    #[allow(clippy::missing_panics_doc)] // the memory is always what shape and strides reach
    pub fn view<T: Element>(&self) -> Option<ArrayViewD<'_, T>> {
        let strides: Vec<usize> = self.strides.iter().map(|&s| s as usize).collect();
        let layout = IxDyn(&self.meta.shape).strides(IxDyn(&strides));
        let view = ArrayViewD::from_shape(layout, self.values.as_slice::<T>()?);
        Some(view.expect("the memory is what shape and strides reach"))
    }

    /// Whether both have one shape and data type, and each pair of their elements is the same to a function.
    fn same_by(&self, other: &Self, same: impl Fn(Scalar, Scalar) -> bool) -> bool {
        self.meta == other.meta
            && with_dtype!(self.meta.dtype, T => {
                let left = self.view::<T>().expect("own data type");
                let right = other.view::<T>().expect("the same");
                left.iter().zip(right.iter()).all(|(a, b)| same(a.scalar(), b.scalar()))
            })
    }

    /// All elements in row-major order: the memory itself where it is so ordered, else a copy.
    fn row_major_values(&self) -> Result<Values> {
        if self.is_row_major() {
            return Ok(self.values.clone());
        }
        let size = expect_allocatable("to_values", &self.meta)?;
        Ok(with_dtype!(self.meta.dtype, T => {
            let mut values: Vec<T> = reserve("to_values", size as u128)?;
            values.extend(self.view().expect("own data type").iter());
            values.into()
        }))
    }

    fn create(create: &Create, meta: &Meta) -> Result<Self> {
        if let Create::Full { value, .. } = create {
            return Self::uniform(meta.clone(), *value);
        }
        expect_allocatable(create.name(), meta)?;
        Ok(Self::row_major(meta.clone(), create.dense_values()?))
    }
}

impl Array for Dense {
    fn meta(&self) -> &Meta {
        &self.meta
    }

    /// The memory that it refers to, which other arrays may share.
    fn footprint(&self) -> Footprint {
        Footprint { stored: self.values.len(), bytes: self.values.bytes() }
    }

    fn eval(call: &Call<'_>, inputs: &[&Self]) -> Result<Outputs<Self>> {
        evaluated(call.op().name(), &call.outputs()[0].shape, || by_class(call, inputs))
    }

    fn to_values(&self) -> Result<Values> {
        self.row_major_values()
    }

    fn map_values<T: Element, U: Element>(
        &self,
        function: impl Fn(T) -> U + Send + Sync + 'static,
    ) -> Result<Self> {
        expect_dtype::<T>("map_values", self.meta.dtype)?;
        let meta = Meta { dtype: U::DTYPE, ..self.meta.clone() };
        // Memory with gaps holds elements that are not the array's.
        let (values, strides) = if self.uniform_value().is_some() {
            (self.values.clone(), self.strides.clone())
        } else {
            (self.row_major_values()?, row_major_strides(&meta.shape))
        };
        let values = apply("map_values", &values, function)?;
        Ok(Self { meta, strides, values })
    }
}

crate::impl_operators!(Dense);

fn by_class(call: &Call<'_>, inputs: &[&Dense]) -> Result<Outputs<Dense>> {
    let meta = call.output();
    Ok(smallvec![match call.op() {
        Op::Create(op) => Dense::create(op, meta)?,
        Op::Cast(dtype) => inputs[0].cast(*dtype)?,
        Op::Map(op) => map::eval(op, inputs, meta)?,
        Op::Reduce(op) => return reduce::eval(op, inputs[0], meta),
        Op::Contract(op) => contract::eval(op, inputs, meta)?,
        Op::Reindex(op) => reindex::eval(op, inputs[0], meta)?,
        Op::Join(op) => select::join(op, inputs, meta)?,
        Op::Select(op) => select::eval(op, inputs, meta)?,
        Op::Scan(op) => order::scan(op, inputs[0], meta)?,
        Op::Order(op) => return order::eval(op, inputs, call.outputs()),
        #[cfg(feature = "linalg")]
        Op::Linalg(op) => return linalg::eval(*op, inputs, call.outputs()),
        #[cfg(feature = "fft")]
        Op::Fft(op) => fft::eval(*op, inputs[0], meta)?,
    }])
}

/// Whether shape, data type and elements are the same, bit for bit (any NaN is as any other).
impl PartialEq for Dense {
    fn eq(&self, other: &Self) -> bool {
        self.same_by(other, |a, b| a == b)
    }
}

#[cfg(feature = "approx")]
crate::dtype::approx_elements!(Dense);

impl fmt::Debug for Dense {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Dense {:?} {}", self.shape(), self.dtype())
    }
}

/// Row-major strides; of an empty array, zeros.
fn row_major_strides(shape: &[usize]) -> Strides {
    let mut strides: Strides = smallvec![0; shape.len()];
    if !shape.contains(&0) {
        let mut distance = 1;
        for (stride, &length) in strides.iter_mut().zip(shape).rev() {
            *stride = distance;
            distance *= length as isize;
        }
    }
    strides
}

/// An error unless the lengths other than 0 multiply to what a pointer can move by: what [`ndarray`] asks of any
/// view.
fn expect_addressable(op: &str, meta: &Meta) -> Result<()> {
    let size = meta.shape.iter().filter(|&&n| n > 0).try_fold(1_usize, |n, &d| n.checked_mul(d));
    match size {
        Some(size) if isize::try_from(size).is_ok() => Ok(()),
        _ => Err(too_large(op, meta)),
    }
}

/// The number of elements, if memory for all of them can be asked for.
fn expect_allocatable(op: &str, meta: &Meta) -> Result<usize> {
    expect_addressable(op, meta)?;
    if meta.dense_bytes() > isize::MAX as u128 {
        return Err(too_large(op, meta));
    }
    meta.checked_size(op)
}

fn too_large(op: &str, meta: &Meta) -> crate::Error {
    ShapeError::TooLarge { op: op.to_owned(), shape: meta.shape.to_vec() }.into()
}

#[cfg(test)]
mod tests;

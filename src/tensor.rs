//! The fibertree: tensors as chains of levels over values, in any nesting.
//!
//! A [`Tensor`] is a [`Pattern`] (which elements are stored, and where), a [`Leaf`] (their values), a fill value
//! (all others), and an order of the axes. The pattern is a chain of [`Level`]s, one for each dimension (a `Coo`
//! level covers several). Which levels, which leaf and which order is the tensor's [`Format`], a run-time value:
//!
//! ```text
//!  dense(sparse(element))            CSR          dense(dense(element))      a dense matrix
//!  dense(sparse(element))[1,0]       CSC          sparse(sparse(element))    DCSR: hypersparse rows
//!  coo2(element)                     COO          dense(bitmap(element))     half-full, or a mask
//!  sparse(sparse(sparse(element)))   CSF          dense(runs(element))       piecewise constant rows
//! ```
//!
//! ```
//! use redpoll::tensor::{Format, Tensor};
//! let csr = Tensor::from_dense(&[2, 3], vec![0.0, 1.0, 0.0, 2.0, 0.0, 3.0], 0.0, &Format::csr())?;
//! assert_eq!(csr.stored(), 3);
//! let runs = csr.to_format(&"sparse(runs(element))".parse()?)?;
//! assert!(runs.same_bits(&csr)?);
//! # Ok::<(), redpoll::Error>(())
//! ```
//!
//! Structure and values are apart: operations that change only values share the pattern, and buffers are shared
//! wherever two formats have one in common. Values equal to the fill may be stored and stay stored;
//! [`Tensor::prune`] drops them. `-0.0` and `0.0` are [one fill](crate::dtype::Zeros).

mod assemble;
mod build;
mod builder;
mod compress;
mod convert;
mod coordinates;
mod display;
mod ends;
mod format;
mod gather;
mod input;
mod leaf;
mod level;
mod ndarray;
mod offsets;
mod pattern;
#[cfg(feature = "sprs")]
mod sprs;
#[cfg(test)]
mod tests;
mod validate;

pub use assemble::{Placement, Same};
pub use build::Duplicates;
pub use builder::CooBuilder;
pub use coordinates::Coordinates;
pub use format::{Format, LeafKind, LevelKind};
pub use input::IndexInput;
pub use leaf::Leaf;
pub use level::Level;
pub use pattern::Pattern;

use crate::Result;
use crate::buffer::{Values, ValuesMut};
use crate::dtype::{DType, Element, Scalar};
use crate::error::{DTypeError, FormatError, ShapeError};
use crate::kernels::gather::{Extent, all_finite, extent};
use crate::standard::{IntoShape, Meta, Shape};
use format::permuted_order;
use std::sync::{Arc, LazyLock, OnceLock};
use validate::check_order;

/// An n-dimensional array, stored as a fibertree.
///
/// Cheap to clone and to move: it is shared. A tensor of no dimensions has no levels and one stored value.
#[derive(Clone)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
#[cfg_attr(feature = "serde", serde(into = "Parts", try_from = "Parts"))]
pub struct Tensor(Arc<Fields>);

#[derive(Clone)]
struct Fields {
    meta: Meta,
    order: Shape,
    pattern: Arc<Pattern>,
    leaf: Leaf,
    fill: Scalar,
    /// See [`extent`](Self::extent): found when it is first asked for.
    extent: OnceLock<Option<Extent>>,
}

/// What of a tensor is written down; the rest follows.
#[cfg(feature = "serde")]
#[derive(serde::Serialize, serde::Deserialize)]
struct Parts {
    order: Vec<usize>,
    pattern: Arc<Pattern>,
    leaf: Leaf,
    fill: Scalar,
}

#[cfg(feature = "serde")]
impl From<Tensor> for Parts {
    fn from(t: Tensor) -> Self {
        let Fields { order, pattern, leaf, fill, .. } = Arc::unwrap_or_clone(t.0);
        Self { order: order.to_vec(), pattern, leaf, fill }
    }
}

#[cfg(feature = "serde")]
impl TryFrom<Parts> for Tensor {
    type Error = crate::Error;
    fn try_from(parts: Parts) -> Result<Self> {
        Self::from_parts(parts.pattern, &parts.order, parts.leaf, parts.fill)
    }
}

impl Tensor {
    /// A tensor of a pattern and the values of its leaf positions. `order[k]` is the axis stored at storage
    /// dimension `k`; the shape follows from it and the pattern's dimensions.
    ///
    /// # Errors
    /// If `order` is no permutation of the dimensions, the leaf has not one value for each leaf position, the fill
    /// has another data type, or is not `false` beside a `Pattern` leaf.
    pub fn from_parts(
        pattern: impl Into<Arc<Pattern>>,
        order: &[usize],
        leaf: impl Into<Leaf>,
        fill: impl Into<Scalar>,
    ) -> Result<Self> {
        let (pattern, leaf, fill) = (pattern.into(), leaf.into(), fill.into());
        check_order(order, pattern.ndim())?;
        if leaf.len() != pattern.stored() {
            return Err(FormatError::Length {
                what: format!("leaf ({})", leaf.kind()),
                got: leaf.len(),
                expected: pattern.stored(),
                reason: "one value for each leaf position".into(),
            }
            .into());
        }
        check_fill(&leaf, fill)?;
        Ok(Self::new_unchecked(pattern, order, leaf, fill))
    }

    /// As [`from_parts`](Self::from_parts), of parts that the caller knows to fit.
    pub(crate) fn new_unchecked(
        pattern: impl Into<Arc<Pattern>>,
        order: impl Into<Shape>,
        leaf: impl Into<Leaf>,
        fill: Scalar,
    ) -> Self {
        let (pattern, order, leaf) = (pattern.into(), order.into(), leaf.into());
        debug_assert_eq!(leaf.len(), pattern.stored(), "one value for each leaf position");
        debug_assert!(
            check_order(&order, pattern.ndim()).is_ok() && check_fill(&leaf, fill).is_ok()
        );
        let mut shape = order.clone();
        for (&axis, &n) in order.iter().zip(pattern.dims()) {
            shape[axis] = n;
        }
        let (meta, extent) = (Meta { shape, dtype: leaf.dtype() }, OnceLock::new());
        Self(Arc::new(Fields { meta, order, pattern, leaf, fill, extent }))
    }

    /// A tensor of no dimensions.
    pub fn scalar(value: impl Into<Scalar>) -> Self {
        let value = value.into();
        static PATTERN: LazyLock<Arc<Pattern>> = LazyLock::new(|| Arc::new(Pattern::unit()));
        Self::new_unchecked(
            Arc::clone(&PATTERN),
            Shape::new(),
            Values::full(value, 1),
            Scalar::zero(value.dtype()),
        )
    }

    /// Shape and data type.
    pub fn meta(&self) -> &Meta {
        &self.0.meta
    }

    /// The lengths of the axes.
    pub fn shape(&self) -> &[usize] {
        &self.0.meta.shape
    }

    /// The number of axes.
    pub fn ndim(&self) -> usize {
        self.0.meta.ndim()
    }

    /// The data type.
    pub fn dtype(&self) -> DType {
        self.0.meta.dtype
    }

    /// The value of all elements that are not stored.
    pub fn fill(&self) -> Scalar {
        self.0.fill
    }

    /// `order()[k]` is the axis stored at storage dimension `k`.
    pub fn order(&self) -> &[usize] {
        &self.0.order
    }

    /// The structure, in storage order.
    pub fn pattern(&self) -> &Arc<Pattern> {
        &self.0.pattern
    }

    /// The stored values, as they are kept.
    pub fn leaf(&self) -> &Leaf {
        &self.0.leaf
    }

    /// How it is stored.
    pub fn format(&self) -> Format {
        Format::new_unchecked(self.0.pattern.kinds(), self.0.leaf.kind(), &self.0.order)
    }

    /// The stored values in leaf order: shared where they are kept one by one, else written out.
    ///
    /// # Errors
    /// If the memory for writing them out cannot be had.
    pub fn values(&self) -> Result<Values> {
        self.0.leaf.values()
    }

    /// The stored values in leaf order; `None` where they are of another type, or not kept one by one (`Pattern` and
    /// `Iso` leaves).
    pub fn values_as<T: Element>(&self) -> Option<&[T]> {
        match &self.0.leaf {
            Leaf::Element(values) => values.as_slice(),
            _ => None,
        }
    }

    /// The stored values, to be written to, where they are kept one by one in memory that belongs to this tensor alone.
    pub(crate) fn values_mut(&mut self) -> Option<ValuesMut<'_>> {
        let fields = Arc::get_mut(&mut self.0)?;
        let Leaf::Element(values) = &mut fields.leaf else { return None };
        // Of other values another extent is found.
        fields.extent = OnceLock::new();
        values.sole_mut()
    }

    /// The least and the greatest stored value, and whether any is NaN; `None` of complex ones. Found once and kept.
    pub(crate) fn extent(&self) -> Option<Extent> {
        *self.0.extent.get_or_init(|| match (&self.0.leaf, self.0.leaf.iso()) {
            (Leaf::Element(values), _) => extent(values.view()),
            (_, Some(value)) => extent((&value).into()),
            (_, None) => None,
        })
    }

    /// Whether no stored value is infinite or NaN.
    pub(crate) fn all_finite(&self) -> Result<bool> {
        Ok(match self.extent() {
            Some(extent) => extent.is_finite(),
            None => all_finite(self.values()?.view()),
        })
    }

    /// The number of stored elements: of coordinates whose value is not left to the fill. There may be fewer stored
    /// values, where indices of a `Runs` level share one.
    pub fn stored(&self) -> u128 {
        self.0.pattern.count()
    }

    /// Stored elements over all elements; 1 where there are none.
    pub fn density(&self) -> f64 {
        if self.0.meta.size() == 0 { 1.0 } else { self.stored() as f64 / self.0.meta.size() as f64 }
    }

    /// The bytes of structure and values.
    pub fn bytes(&self) -> usize {
        self.0.pattern.bytes() + self.0.leaf.bytes()
    }

    /// Whether both store the same elements in the same places: the same pattern, by pointer, in the same order of
    /// axes. The values of such tensors correspond one to one.
    pub fn same_pattern(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0.pattern, &other.0.pattern) && self.0.order == other.0.order
    }

    /// The same structure with other values, of any data type, and another fill.
    ///
    /// # Errors
    /// As [`from_parts`](Self::from_parts).
    pub fn with_values(&self, leaf: impl Into<Leaf>, fill: impl Into<Scalar>) -> Result<Self> {
        Self::from_parts(Arc::clone(&self.0.pattern), &self.0.order, leaf, fill)
    }

    /// The tensor with 0 for its fill if every element is stored, so that none is left to it.
    pub(crate) fn with_zero_if_unused(mut self) -> Self {
        let zero = Scalar::zero(self.dtype());
        if self.fill() != zero && self.stored() == self.0.meta.size() {
            Arc::make_mut(&mut self.0).fill = zero;
        }
        self
    }

    /// The tensor with its axes permuted: axis `j` of the result is axis `axes[j]` of this one. Nothing is moved.
    ///
    /// # Errors
    /// If `axes` is no permutation of the axes.
    ///
    /// ```
    /// use redpoll::tensor::{Format, Tensor};
    /// let csr = Tensor::from_dense(&[1, 2], vec![1, 0], 0, &Format::csr())?;
    /// let t = csr.permute(&[1, 0])?;
    /// assert_eq!((t.shape(), t.format()), (&[2, 1][..], Format::csc()));
    /// # Ok::<(), redpoll::Error>(())
    /// ```
    pub fn permute(&self, axes: &[usize]) -> Result<Self> {
        check_order(axes, self.ndim())?;
        let shape = axes.iter().map(|&a| self.0.meta.shape[a]).collect();
        Ok(Self(Arc::new(Fields {
            meta: Meta { shape, dtype: self.dtype() },
            order: permuted_order(&self.0.order, axes),
            pattern: Arc::clone(&self.0.pattern),
            leaf: self.0.leaf.clone(),
            fill: self.0.fill,
            extent: self.0.extent.clone(),
        })))
    }

    /// One element, found by walking the levels.
    ///
    /// # Errors
    /// If there is not one index for each axis, or one is out of range.
    pub fn get(&self, index: impl IntoShape) -> Result<Scalar> {
        let index = index.into_shape();
        if index.len() != self.ndim() {
            return Err(ShapeError::Mismatch {
                op: "get".into(),
                shapes: vec![self.shape().to_vec()],
                reason: format!("{} indices for {} axes", index.len(), self.ndim()),
            }
            .into());
        }
        if let Some(axis) = index.iter().zip(self.shape()).position(|(i, n)| i >= n) {
            return Err(ShapeError::Index {
                op: "get".into(),
                index: index[axis] as i128,
                axis,
                length: self.shape()[axis],
            }
            .into());
        }
        let coordinate: Shape = self.0.order.iter().map(|&a| index[a]).collect();
        Ok(self.0.pattern.find(&coordinate).map_or(self.0.fill, |p| self.0.leaf.get(p)))
    }
}

/// Whether shape, data type and elements are the same, as of [`Tensor::same_bits`], whatever the formats.
///
/// # Panics
/// If there are more stored elements than can be counted.
impl PartialEq for Tensor {
    fn eq(&self, other: &Self) -> bool {
        self.same_by(other, |a, b| a == b)
    }
}

#[cfg(feature = "approx")]
crate::dtype::approx_elements!(Tensor);

fn check_fill(leaf: &Leaf, fill: Scalar) -> Result<()> {
    if fill.dtype() != leaf.dtype() {
        return Err(DTypeError::Cast {
            op: "tensor".into(),
            from: fill.dtype(),
            to: leaf.dtype(),
            reason: "fill and values must have one data type".into(),
        }
        .into());
    }
    if matches!(leaf, Leaf::Pattern(_)) && fill != Scalar::Bool(false) {
        return validate::invariant("fill", 0, fill, "a pattern leaf goes with a fill of false");
    }
    Ok(())
}

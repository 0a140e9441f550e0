//! [`Leaf`]: the values at the end of a fibertree.

use super::LeafKind;
use crate::Result;
use crate::buffer::Values;
use crate::dtype::{DType, Element, Scalar};
use crate::with_dtype;

/// The stored values of a tensor, one for each leaf position of its [`Pattern`](super::Pattern).
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize))]
pub enum Leaf {
    /// A value for each position.
    Element(Values),
    /// A `bool` tensor whose stored values are all `true` and whose fill is `false`: only their number is kept.
    Pattern(usize),
    /// One value for all positions, and their number.
    Iso(Scalar, usize),
}

impl Leaf {
    /// The number of positions.
    pub fn len(&self) -> usize {
        match self {
            Self::Element(values) => values.len(),
            Self::Pattern(len) | Self::Iso(_, len) => *len,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The data type.
    pub const fn dtype(&self) -> DType {
        match self {
            Self::Element(values) => values.dtype(),
            Self::Pattern(_) => DType::Bool,
            Self::Iso(value, _) => value.dtype(),
        }
    }

    /// Its kind.
    pub const fn kind(&self) -> LeafKind {
        match self {
            Self::Element(_) => LeafKind::Element,
            Self::Pattern(_) => LeafKind::Pattern,
            Self::Iso(..) => LeafKind::Iso,
        }
    }

    /// The one value that all positions have by construction: that of `Pattern` and `Iso` leaves.
    pub const fn iso(&self) -> Option<Scalar> {
        match self {
            Self::Element(_) => None,
            Self::Pattern(_) => Some(Scalar::Bool(true)),
            Self::Iso(value, _) => Some(*value),
        }
    }

    /// The value at a position.
    ///
    /// # Panics
    /// If there is none.
    pub fn get(&self, position: usize) -> Scalar {
        match self {
            Self::Element(values) => values.get(position),
            Self::Pattern(len) | Self::Iso(_, len) => {
                assert!(position < *len, "position {position} of {len}");
                self.iso().expect("not an element leaf")
            }
        }
    }

    /// The values in leaf order: shared where they are stored, else written out.
    ///
    /// # Errors
    /// If the memory for writing them out cannot be had.
    pub fn values(&self) -> Result<Values> {
        match self {
            Self::Element(values) => Ok(values.clone()),
            Self::Pattern(len) => Values::filled("values", Scalar::Bool(true), *len),
            Self::Iso(value, len) => Values::filled("values", *value, *len),
        }
    }

    /// The bytes of the values.
    pub fn bytes(&self) -> usize {
        match self {
            Self::Element(values) => values.bytes(),
            Self::Pattern(_) => 0,
            Self::Iso(value, _) => value.dtype().size(),
        }
    }

    /// The same values as another kind of leaf; `None` where that kind cannot hold them. An empty `Iso` leaf takes
    /// the fill as its value.
    ///
    /// # Errors
    /// As of [`values`](Self::values).
    pub(crate) fn to_kind(&self, kind: LeafKind, fill: Scalar) -> Result<Option<Self>> {
        Ok(match kind {
            _ if kind == self.kind() => Some(self.clone()),
            LeafKind::Element => Some(Self::Element(self.values()?)),
            LeafKind::Iso => {
                let value = if self.is_empty() { fill } else { self.get(0) };
                self.all_are(value).then(|| Self::Iso(value, self.len()))
            }
            LeafKind::Pattern => {
                let (truth, falsity) = (Scalar::Bool(true), Scalar::Bool(false));
                (self.dtype() == DType::Bool && fill == falsity && self.all_are(truth))
                    .then(|| Self::Pattern(self.len()))
            }
        })
    }

    /// Whether every value is this one, bit for bit.
    pub(crate) fn all_are(&self, value: Scalar) -> bool {
        match self {
            Self::Element(values) => {
                values.dtype() == value.dtype()
                    && with_dtype!(values.dtype(), T => {
                        let value: T = value.to();
                        values.as_slice::<T>().expect("own dtype").iter().all(|&v| v.same(value))
                    })
            }
            Self::Pattern(_) | Self::Iso(..) => self.is_empty() || self.iso() == Some(value),
        }
    }
}

impl From<Values> for Leaf {
    fn from(values: Values) -> Self {
        Self::Element(values)
    }
}

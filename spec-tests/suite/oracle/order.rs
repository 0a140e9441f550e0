//! Scans and orders, by counting.

use super::{Reference, fold, indices, reduced_dtype};
use crate::dtype::{Complex128, DType, Kind, Scalar};
use crate::standard::ScanKind;

/// Whether one of two scalars of a type comes first: numbers by size, complex ones by their parts, NaN last.
pub fn precedes(a: Scalar, b: Scalar) -> bool {
    if a.dtype().kind() != Kind::Float && a.dtype().kind() != Kind::Complex {
        return super::scalar::less(a, b);
    }
    let (x, y): (Complex128, Complex128) = (a.to(), b.to());
    match (is_nan(a), is_nan(b)) {
        (false, false) => x.re < y.re || (x.re == y.re && x.im < y.im),
        (a_nan, b_nan) => !a_nan && b_nan,
    }
}

/// Whether two scalars of a type are one element of a set: NaN is none.
pub fn same(a: Scalar, b: Scalar) -> bool {
    !is_nan(a) && !is_nan(b) && !precedes(a, b) && !precedes(b, a)
}

/// Whether a part is NaN.
pub fn is_nan(a: Scalar) -> bool {
    let x: Complex128 = a.to();
    x.re.is_nan() || x.im.is_nan()
}

impl Reference {
    /// The positions along an axis in the order of the elements; equal ones in their own.
    pub fn argsorted(&self, axis: usize, descending: bool) -> Self {
        let length = self.shape[axis];
        let element = |index: &[usize], k: usize| {
            let mut own = index.to_vec();
            own[axis] = k;
            self.at(&own)
        };
        Self::from_fn(&self.shape, DType::Int64, |index| {
            // The one that as many come before as its place says.
            let place = |k: usize| {
                let x = element(index, k);
                let before = |j: &usize| {
                    let y = element(index, *j);
                    let (first, last) = if descending { (x, y) } else { (y, x) };
                    precedes(first, last) || (*j < k && !precedes(last, first))
                };
                (0..length).filter(before).count()
            };
            let found = (0..length).find(|&k| place(k) == index[axis]);
            Scalar::Int64(found.expect("each place is taken") as i64)
        })
    }

    /// The elements along an axis in order.
    pub fn sorted(&self, axis: usize, descending: bool) -> Self {
        let positions = self.argsorted(axis, descending);
        Self::from_fn(&self.shape, self.dtype, |index| {
            let mut own = index.to_vec();
            own[axis] = positions.at(index).to::<i64>() as usize;
            self.at(&own)
        })
    }

    /// Each element the sum or product of all up to it along an axis; with `initial` of those before it, and one
    /// more at the end.
    pub fn scanned(&self, kind: ScanKind, axis: usize, initial: bool) -> Self {
        let mut shape = self.shape.clone();
        shape[axis] += usize::from(initial);
        Self::from_fn(&shape, reduced_dtype(kind.reduction(), self.dtype), |index| {
            let count = index[axis] + usize::from(!initial);
            let elements: Vec<Scalar> = (0..count)
                .map(|k| {
                    let mut own = index.to_vec();
                    own[axis] = k;
                    self.at(&own)
                })
                .collect();
            fold(kind.reduction(), self.dtype, &elements)[0]
        })
    }

    /// The indices of all elements that are not zero, one array for each axis.
    pub fn nonzero(&self) -> Vec<Self> {
        let all = indices(&self.shape);
        let found: Vec<&Vec<usize>> = all.iter().filter(|i| self.at(i).to::<bool>()).collect();
        (0..self.ndim())
            .map(|axis| {
                Self::from_fn(&[found.len()], DType::Int64, |k| {
                    Scalar::Int64(found[k[0]][axis] as i64)
                })
            })
            .collect()
    }

    /// All elements as a vector.
    pub fn flat(&self) -> Self {
        self.reshaped(&[self.elements.len()])
    }
}

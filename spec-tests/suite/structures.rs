//! Structured elements: what is diagonal, banded, triangular, constant and so on, as elements drawn one by one almost
//! never are, and as the special cases of many kinds of array want them.
//!
//! Half of the cases of [`for_all`](super::for_all) have a structure, each in its turn. In such a case most arrays that
//! [`strategies`](super::strategies) draws, whatever the check, are of it, and most shapes are those of matrices.
//! Structures without rows and columns of their own (a vector's) are those of a matrix of one row; of a stack they are
//! those of each matrix.

use super::oracle::Reference;
use crate::dtype::Scalar;
use std::cell::RefCell;
use std::rc::Rc;

/// What the elements of an array have in common.
#[derive(Clone)]
pub enum Structure {
    /// Only zeros.
    Zero,
    /// One value everywhere.
    Constant,
    /// Zeros off the diagonal.
    Diagonal,
    /// Zeros but on the diagonal and beside it.
    Banded,
    /// Zeros above the diagonal.
    Lower,
    /// Zeros below the diagonal.
    Upper,
    /// Zeros but in one row.
    OneRow,
    /// Zeros but in one column.
    OneColumn,
    /// Zeros but in one place.
    Single,
    /// A one in each row and column.
    Permutation,
    /// Zeros off blocks of two by two on the diagonal.
    BlockDiagonal,
    /// Blocks of two by two of one value.
    BlockConstant,
    /// The same as its transpose.
    Symmetric,
    /// An author's own, see [`beside`].
    Own(Rc<dyn Fn(Reference) -> Reference>),
}

impl std::fmt::Debug for Structure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

const OF_THE_SUITE: [Structure; 13] = [
    Structure::Zero,
    Structure::Constant,
    Structure::Diagonal,
    Structure::Banded,
    Structure::Lower,
    Structure::Upper,
    Structure::OneRow,
    Structure::OneColumn,
    Structure::Single,
    Structure::Permutation,
    Structure::BlockDiagonal,
    Structure::BlockConstant,
    Structure::Symmetric,
];

thread_local! {
    static OWN: RefCell<Vec<Structure>> = const { RefCell::new(vec![]) };
    static CURRENT: RefCell<Option<Structure>> = const { RefCell::new(None) };
}

/// Calls a function in whose checks a structure of your own comes in its turn beside those of the suite: a function
/// that gives an array of the structure, of the shape and data type that it is given, from the elements that were drawn.
/// What does not suit the structure, such as a shape, it gives back as it is.
///
/// ```no_run
/// use redpoll::dense::Dense;
/// use redpoll::testing::{oracle::Reference, structures};
/// /// Each diagonal is of one value.
/// fn toeplitz(x: Reference) -> Reference {
///     if x.ndim() != 2 {
///         return x;
///     }
///     Reference::from_fn(&x.shape, x.dtype, |i| {
///         let first = i[0].min(i[1]);
///         x.at(&[i[0] - first, i[1] - first])
///     })
/// }
/// redpoll::conformance!(
///     of_diagonals,
///     |shape, values| Dense::from_values(shape, values),
///     |check| structures::beside(toeplitz, check)
/// );
/// # fn main() {}
/// ```
///
/// # Panics
/// As the function does.
pub fn beside<R>(own: impl Fn(Reference) -> Reference + 'static, body: impl FnOnce() -> R) -> R {
    struct Added;
    impl Drop for Added {
        fn drop(&mut self) {
            OWN.with_borrow_mut(Vec::pop);
        }
    }
    OWN.with_borrow_mut(|list| list.push(Structure::Own(Rc::new(own))));
    let _added = Added;
    body()
}

/// The structures of the suite, then those of [`beside`].
pub fn all() -> Vec<Structure> {
    OF_THE_SUITE.into_iter().chain(OWN.with_borrow(Clone::clone)).collect()
}

/// Calls a function in which arrays are drawn with the structure of a turn: none in every second.
pub(super) fn in_turn<R>(turn: usize, body: impl FnOnce() -> R) -> R {
    struct Ended(Option<Structure>);
    impl Drop for Ended {
        fn drop(&mut self) {
            CURRENT.set(self.0.take());
        }
    }
    let mut all = all();
    let structure = (turn % 2 == 1).then(|| all.swap_remove(turn / 2 % all.len()));
    let _ended = Ended(CURRENT.replace(structure));
    body()
}

/// The structure that arrays are drawn with now.
pub(super) fn current() -> Option<Structure> {
    CURRENT.with_borrow(Clone::clone)
}

impl Structure {
    /// Its name, for messages.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Zero => "zero",
            Self::Constant => "constant",
            Self::Diagonal => "diagonal",
            Self::Banded => "banded",
            Self::Lower => "lower triangular",
            Self::Upper => "upper triangular",
            Self::OneRow => "one row",
            Self::OneColumn => "one column",
            Self::Single => "single element",
            Self::Permutation => "permutation",
            Self::BlockDiagonal => "block-diagonal",
            Self::BlockConstant => "block-constant",
            Self::Symmetric => "symmetric",
            Self::Own(_) => "the author's own",
        }
    }

    /// The array of this structure that has, where it leaves a choice, the elements of another. Where something else
    /// must be chosen, such as a row, `pick` says which.
    pub fn of(&self, x: Reference, pick: usize) -> Reference {
        let (rows, columns) = match x.shape[..] {
            [.., rows, columns] => (rows, columns),
            [columns] => (1, columns),
            [] => (1, 1),
        };
        if x.elements.is_empty() {
            return x;
        }
        let zero = Scalar::zero(x.dtype);
        // The elements of which this holds.
        let kept = |keep: &dyn Fn(usize, usize) -> bool| {
            placed(&x, rows, columns, |i, j, at| if keep(i, j) { at(i, j) } else { zero })
        };
        match self {
            Self::Zero => kept(&|_, _| false),
            Self::Constant => Reference { elements: vec![x.elements[0]; x.elements.len()], ..x },
            Self::Diagonal => kept(&|i, j| i == j),
            Self::Banded => kept(&|i, j| i.abs_diff(j) <= 1),
            Self::Lower => kept(&|i, j| i >= j),
            Self::Upper => kept(&|i, j| i <= j),
            Self::OneRow => kept(&|i, _| i == pick % rows),
            Self::OneColumn => kept(&|_, j| j == pick % columns),
            Self::Single => {
                let mut elements = vec![zero; x.elements.len()];
                let place = pick % elements.len();
                elements[place] = x.elements[place];
                Reference { elements, ..x }
            }
            Self::Permutation => placed(&x, rows, columns, |i, j, _| {
                let n = rows.max(columns);
                if (i + pick) % n == j { Scalar::one(x.dtype) } else { zero }
            }),
            Self::BlockDiagonal => kept(&|i, j| i / 2 == j / 2),
            Self::BlockConstant => placed(&x, rows, columns, |i, j, at| at(i / 2 * 2, j / 2 * 2)),
            Self::Symmetric => placed(&x, rows, columns, |i, j, at| {
                if i < columns && j < rows { at(i.min(j), i.max(j)) } else { at(i, j) }
            }),
            Self::Own(own) => {
                let (shape, dtype) = (x.shape.clone(), x.dtype);
                let made = own(x);
                assert_eq!((&made.shape, made.dtype), (&shape, dtype), "a structure keeps both");
                made
            }
        }
    }
}

/// The array whose element in each row and column of each matrix is a function of them and of that matrix.
fn placed(
    x: &Reference,
    rows: usize,
    columns: usize,
    element: impl Fn(usize, usize, &dyn Fn(usize, usize) -> Scalar) -> Scalar,
) -> Reference {
    let size = rows * columns;
    let elements = (0..x.elements.len())
        .map(|k| {
            let (first, k) = (k / size * size, k % size);
            element(k / columns, k % columns, &|i, j| x.elements[first + i * columns + j])
        })
        .collect();
    Reference { elements, ..x.clone() }
}

//! [`Chunks`]: how a caller asks for a grid, and the sizes that are chosen where none are given.

use super::grid::{Grid, MOST_STEPS, Partition, Region};
use super::options::Options;
use crate::Result;
use crate::error::ShapeError;
use crate::standard::Meta;
use smallvec::SmallVec;
use std::ops::Range;

/// The chunks asked of an array.
///
/// | written | means |
/// |---|---|
/// | `Chunks::Auto` | blocks of about [`Options::block_bytes`], the [major](super::Source::major) axis cut first |
/// | `1000` | chunks of 1000 along every axis |
/// | `[1000, -1]` | chunks of 1000 along axis 0, axis 1 whole |
/// | `(1000, vec![3, 1])` | chunks of 1000 along axis 0, of 3 and 1 along axis 1 |
/// | `vec![vec![3, 2], vec![4]]` | the lengths of every chunk |
/// | `[AxisChunks::Auto, AxisChunks::Whole]` | axis 0 as fits, axis 1 whole |
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Chunks {
    /// As fits.
    #[default]
    Auto,
    /// The same along every axis.
    Every(AxisChunks),
    /// For each axis.
    Axes(SmallVec<[AxisChunks; 4]>),
}

/// The chunks asked of one axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AxisChunks {
    /// As fits.
    Auto,
    /// One chunk.
    Whole,
    /// Chunks of one length, the last perhaps shorter. Must be positive.
    Size(isize),
    /// The lengths of all chunks.
    Lengths(Vec<usize>),
}

/// What is known of an array that is cut automatically.
pub(super) trait Contents {
    /// The axis along which cuts are cheap.
    fn major(&self) -> usize;
    /// The stored elements of a region, if that is known without reading it.
    fn stored(&self, region: &[Range<usize>]) -> Option<usize>;
    /// The length along an axis at whose multiples cuts are cheap.
    fn natural(&self, axis: usize) -> Option<usize>;
}

/// Every element stored, cuts anywhere.
pub(super) struct Uniform;

impl Contents for Uniform {
    fn major(&self) -> usize {
        0
    }
    fn stored(&self, _: &[Range<usize>]) -> Option<usize> {
        None
    }
    fn natural(&self, _: usize) -> Option<usize> {
        None
    }
}

impl Chunks {
    /// The grid of an array of known shape and data type.
    ///
    /// # Errors
    /// If the chunks do not fit the shape; `op` names the operation in the message.
    pub fn resolve(&self, op: &str, meta: &Meta) -> Result<Grid> {
        self.resolve_for(op, meta, &Uniform)
    }

    pub(super) fn resolve_for(
        &self,
        op: &str,
        meta: &Meta,
        contents: &dyn Contents,
    ) -> Result<Grid> {
        let every = |axis: &AxisChunks| smallvec::smallvec![axis.clone(); meta.ndim()];
        let axes = match self {
            Self::Auto => every(&AxisChunks::Auto),
            Self::Every(axis) => every(axis),
            Self::Axes(axes) if axes.len() == meta.ndim() => axes.clone(),
            Self::Axes(axes) => {
                return Err(ShapeError::Mismatch {
                    op: op.to_owned(),
                    shapes: vec![meta.shape.to_vec()],
                    reason: format!("chunks for {} axes", axes.len()),
                }
                .into());
            }
        };
        let fixed = axes
            .iter()
            .enumerate()
            .map(|(axis, chunks)| chunks.fixed(op, axis, meta.shape[axis]))
            .collect::<Result<SmallVec<[Option<Partition>; 4]>>>()?;
        Ok(fill_in(fixed, meta, contents))
    }
}

impl AxisChunks {
    /// The partition of an axis, unless it is to be chosen.
    pub(super) fn fixed(&self, op: &str, axis: usize, length: usize) -> Result<Option<Partition>> {
        let wrong = |size: isize, reason: &str| ShapeError::Parameter {
            op: op.to_owned(),
            what: "chunk size",
            value: size.to_string(),
            reason: reason.to_owned(),
        };
        Ok(Some(match self {
            Self::Auto => return Ok(None),
            Self::Whole => Partition::whole(length),
            Self::Size(size) => {
                let n = usize::try_from(*size)
                    .ok()
                    .filter(|&n| n > 0)
                    .ok_or_else(|| wrong(*size, "it must be positive, or -1 for a whole axis"))?;
                if length.div_ceil(n) > MOST_STEPS {
                    return Err(wrong(*size, "the axis would have too many chunks").into());
                }
                Partition::regular(length, n)
            }
            Self::Lengths(lengths) => Partition::new(op, axis, length, lengths)?,
        }))
    }
}

/// The partition that chunks asked of arrays in general mean for one axis; lists for each axis are meant for arrays
/// they fit.
pub(super) fn preferred(
    chunks: &Chunks,
    op: &str,
    axis: usize,
    meta: &Meta,
) -> Result<Option<Partition>> {
    let length = meta.shape[axis];
    match chunks {
        Chunks::Every(every) => every.fixed(op, axis, length),
        Chunks::Axes(axes) if axes.len() == meta.ndim() => match &axes[axis] {
            AxisChunks::Lengths(lengths) => Ok(Partition::new(op, axis, length, lengths).ok()),
            other => other.fixed(op, axis, length),
        },
        _ => Ok(None),
    }
}

/// Chooses the partitions that are open: blocks of about [`Options::block_bytes`], the major axis cut first, then the
/// leading ones, so that a block is a run of whole rows (columns) while these fit.
pub(super) fn fill_in(
    mut fixed: SmallVec<[Option<Partition>; 4]>,
    meta: &Meta,
    contents: &dyn Contents,
) -> Grid {
    let limit = Options::current().block_bytes.max(1) as u128;
    let major = contents.major();
    if let Some(None) = fixed.get(major)
        && let Some(cut) = balanced(&fixed, meta, contents, limit)
    {
        fixed[major] = Some(cut);
        let all = fixed.into_iter().zip(&meta.shape);
        return Grid::new(all.map(|(p, &n)| p.unwrap_or_else(|| Partition::whole(n))));
    }
    // The bytes of a block with all open axes whole; each open axis in turn is cut until the block fits.
    let mut bytes = fixed
        .iter()
        .zip(&meta.shape)
        .map(|(p, &n)| p.as_ref().map_or(n, Partition::longest).max(1) as u128)
        .fold(meta.dtype.size() as u128, u128::saturating_mul);
    let mut order: SmallVec<[usize; 4]> = (0..meta.ndim()).collect();
    order.sort_by_key(|&axis| axis != major);
    for axis in order {
        let length = meta.shape[axis];
        fixed[axis].get_or_insert_with(|| {
            let layer = (bytes / length.max(1) as u128).max(1);
            let fits = usize::try_from(limit / layer).unwrap_or(usize::MAX);
            let size = fits.clamp(1, length.max(1)).max(length.div_ceil(MOST_STEPS));
            let size = match contents.natural(axis) {
                Some(n) if n > 0 && n <= size => size - size % n,
                _ => size,
            };
            bytes = layer.saturating_mul(size as u128);
            Partition::regular(length, size)
        });
    }
    Grid::new(fixed.into_iter().flatten())
}

/// Cuts along the major axis that balance stored elements, if they are known.
fn balanced(
    fixed: &[Option<Partition>],
    meta: &Meta,
    contents: &dyn Contents,
    limit: u128,
) -> Option<Partition> {
    let major = contents.major();
    let length = meta.shape[major];
    let stored = |lines: usize| {
        let all = meta.shape.iter().enumerate();
        let region: Region = all.map(|(a, &n)| 0..if a == major { lines } else { n }).collect();
        contents.stored(&region).map(|n| n as u128)
    };
    let total = stored(length)?;
    // Beside its value, a stored element has an index of four or eight bytes.
    let bytes = total * (meta.dtype.size() as u128 + 8);
    let across: u128 = fixed.iter().flatten().map(|p| p.count() as u128).product();
    let most = length.clamp(1, MOST_STEPS) as u128;
    let pieces = bytes.div_ceil(limit.saturating_mul(across)).clamp(1, most);
    let natural = contents.natural(major).filter(|&n| n > 0).unwrap_or(1);
    // The first line by which a share of the elements is stored, by bisection.
    let cut = |goal: u128| {
        let (mut low, mut high) = (0, length);
        while low < high {
            let middle = low + (high - low) / 2;
            if stored(middle)? < goal { low = middle + 1 } else { high = middle }
        }
        Some((low + natural / 2) / natural * natural)
    };
    let cuts: Option<Vec<usize>> = (1..pieces).map(|k| cut(total * k / pieces)).collect();
    Some(match cuts {
        Some(cuts) => Partition::from_bounds(cuts, length),
        // Only the total is known: it is taken to be spread evenly.
        None => Partition::regular(length, length.div_ceil(pieces as usize)),
    })
}

impl From<AxisChunks> for Chunks {
    fn from(axis: AxisChunks) -> Self {
        Self::Every(axis)
    }
}

impl<const N: usize> From<[AxisChunks; N]> for Chunks {
    fn from(axes: [AxisChunks; N]) -> Self {
        Self::Axes(axes.into_iter().collect())
    }
}

impl From<Vec<AxisChunks>> for Chunks {
    fn from(axes: Vec<AxisChunks>) -> Self {
        Self::Axes(axes.into())
    }
}

impl From<Vec<Vec<usize>>> for Chunks {
    fn from(axes: Vec<Vec<usize>>) -> Self {
        Self::Axes(axes.into_iter().map(AxisChunks::Lengths).collect())
    }
}

impl<const N: usize> From<[Vec<usize>; N]> for Chunks {
    fn from(axes: [Vec<usize>; N]) -> Self {
        Self::Axes(axes.into_iter().map(AxisChunks::Lengths).collect())
    }
}

impl From<&Grid> for Chunks {
    fn from(grid: &Grid) -> Self {
        let lengths = grid.axes().iter().map(|axis| axis.lengths().collect());
        Self::Axes(lengths.map(AxisChunks::Lengths).collect())
    }
}

macro_rules! from_integers {
    ($($T:ty),+) => {$(
        impl From<$T> for AxisChunks {
            fn from(size: $T) -> Self {
                // A size past `isize::MAX` is longer than any axis.
                match isize::try_from(size).unwrap_or(isize::MAX) {
                    -1 => Self::Whole,
                    size => Self::Size(size),
                }
            }
        }
        impl From<$T> for Chunks {
            fn from(size: $T) -> Self {
                Self::Every(size.into())
            }
        }
        impl<const N: usize> From<[$T; N]> for Chunks {
            fn from(sizes: [$T; N]) -> Self {
                Self::Axes(sizes.into_iter().map(AxisChunks::from).collect())
            }
        }
        impl From<&[$T]> for Chunks {
            fn from(sizes: &[$T]) -> Self {
                Self::Axes(sizes.iter().map(|&size| AxisChunks::from(size)).collect())
            }
        }
    )+};
}
from_integers!(i32, isize, usize);

macro_rules! from_tuples {
    ($($A:ident)+) => {
        impl<$($A: Into<AxisChunks>),+> From<($($A,)+)> for Chunks {
            #[allow(non_snake_case, reason = "the values are named as their types")]
            fn from(($($A,)+): ($($A,)+)) -> Self {
                Self::Axes([$($A.into()),+].into_iter().collect())
            }
        }
    };
}
from_tuples!(A);
from_tuples!(A B);
from_tuples!(A B C);
from_tuples!(A B C D);

impl From<Vec<usize>> for AxisChunks {
    fn from(lengths: Vec<usize>) -> Self {
        Self::Lengths(lengths)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dtype::DType;

    fn lengths(grid: &Grid) -> Vec<Vec<usize>> {
        grid.axes().iter().map(|a| a.lengths().collect()).collect()
    }

    #[test]
    fn ways_to_ask() {
        let meta = Meta::new([5, 4], DType::Float32);
        let of = |chunks: Chunks| chunks.resolve("rechunk", &meta).map(|g| lengths(&g));
        assert_eq!(of(2.into()).unwrap(), [vec![2, 2, 1], vec![2, 2]]);
        assert_eq!(of([3, -1].into()).unwrap(), [vec![3, 2], vec![4]]);
        assert_eq!(of(vec![vec![1, 4], vec![4]].into()).unwrap(), [vec![1, 4], vec![4]]);
        assert_eq!(of((vec![1, 4], -1).into()).unwrap(), [vec![1, 4], vec![4]]);
        assert_eq!(of(Chunks::Auto).unwrap(), [vec![5], vec![4]]);
        assert_eq!(
            of([0, 1].into()).unwrap_err().to_string(),
            "rechunk: chunk size is 0: it must be positive, or -1 for a whole axis"
        );
        assert!(of([-2, 1].into()).is_err());
        assert!(of([1].into()).is_err());
        assert!(Chunks::from(1).resolve("x", &Meta::new([usize::MAX], DType::Bool)).is_err());
    }

    #[test]
    fn automatic_blocks_keep_rows_whole_while_they_fit() {
        let options = Options { block_bytes: 64, ..Options::default() };
        options.scope(|| {
            let auto = |shape: [usize; 2]| {
                lengths(&Chunks::Auto.resolve("x", &Meta::new(shape, DType::Float64)).unwrap())
            };
            assert_eq!(auto([5, 4]), [vec![2, 2, 1], vec![4]]);
            assert_eq!(auto([2, 20]), [vec![1, 1], vec![8, 8, 4]]);
            assert_eq!(auto([0, 20]), [vec![0], vec![8, 8, 4]]);
        });
    }

    /// Line k along the major axis holds k elements, as far as that is known.
    struct Triangle(usize, bool);
    impl Contents for Triangle {
        fn major(&self) -> usize {
            self.0
        }
        fn stored(&self, region: &[Range<usize>]) -> Option<usize> {
            self.1.then(|| region[self.0].clone().sum())
        }
        fn natural(&self, _: usize) -> Option<usize> {
            None
        }
    }

    #[test]
    fn automatic_blocks_balance_stored_elements() {
        let meta = Meta::new([100, 100], DType::Float64);
        let options = Options { block_bytes: 16 * 4950 / 4, ..Options::default() };
        for (major, counts) in [(0, [4, 1]), (1, [1, 4])] {
            let contents = Triangle(major, true);
            let grid = options.scope(|| Chunks::Auto.resolve_for("x", &meta, &contents).unwrap());
            assert_eq!(grid.counts().as_slice(), counts);
            for range in grid.axes()[major].ranges() {
                let stored: usize = range.sum();
                assert!((1100..1400).contains(&stored), "{stored}");
            }
        }
    }

    #[test]
    fn automatic_blocks_keep_columns_whole_where_these_are_the_lines() {
        let options = Options { block_bytes: 64, ..Options::default() };
        let auto = |shape: [usize; 2]| {
            let meta = Meta::new(shape, DType::Float64);
            lengths(&Chunks::Auto.resolve_for("x", &meta, &Triangle(1, false)).unwrap())
        };
        options.scope(|| {
            assert_eq!(auto([4, 5]), [vec![4], vec![2, 2, 1]]);
            assert_eq!(auto([20, 2]), [vec![8, 8, 4], vec![1, 1]]);
        });
    }
}

//! Which indices of a dimension a part keeps.

use crate::Result;
use crate::buffer::{Index, copied, filled, grow, listed};
use crate::kernels::members::Members;
use crate::kernels::merge::{count_common, each_common};
use crate::standard::AxisSlice;

/// Which indices of a dimension remain, and what they become.
pub(in crate::engine) enum Selection {
    /// All of them.
    All,
    /// Those of a slice.
    Slice(AxisSlice),
    /// Those of a list, in its order.
    List(List),
    /// The only index of a dimension of length 1, so many times.
    Repeat(usize),
}

/// A list of indices: those that occur, and the places that each goes to.
pub(in crate::engine) struct List {
    /// Ascending.
    pub(super) keys: Vec<usize>,
    /// The length of the list.
    len: usize,
    /// Nothing where the list is the keys.
    places: Option<Places>,
    /// Whether the list itself is in order, so that places ascend with the keys.
    pub(super) ascending: bool,
}

/// The places of keys.
struct Places {
    /// For each key, and the end, its first one.
    ptr: Vec<usize>,
    all: Vec<usize>,
}

impl List {
    pub(in crate::engine) fn new(
        indices: impl IntoIterator<Item = usize, IntoIter: ExactSizeIterator>,
    ) -> Result<Self> {
        let list = listed("take", indices)?;
        let len = list.len();
        if list.is_sorted_by(|a, b| a < b) {
            return Ok(Self { keys: list, len, places: None, ascending: true });
        }
        let mut pairs = listed("take", list.into_iter().enumerate().map(|(k, i)| (i, k)))?;
        let ascending = pairs.is_sorted_by_key(|pair| pair.0);
        if !ascending {
            pairs.sort_unstable();
        }
        let (mut keys, mut ptr) = (Vec::new(), Vec::new());
        for (k, &(index, _)) in pairs.iter().enumerate() {
            if keys.last() != Some(&index) {
                grow("take", &mut keys, 1)?;
                grow("take", &mut ptr, 2)?;
                keys.push(index);
                ptr.push(k);
            }
        }
        ptr.push(pairs.len());
        let all = listed("take", pairs.into_iter().map(|pair| pair.1))?;
        Ok(Self { keys, len, places: Some(Places { ptr, all }), ascending })
    }

    /// How many places a key has.
    pub(super) fn count(&self, key: usize) -> usize {
        self.places.as_ref().map_or(1, |places| places.ptr[key + 1] - places.ptr[key])
    }

    /// The places of a key.
    pub(super) fn places(&self, key: usize) -> impl Iterator<Item = usize> {
        let own = self.places.as_ref().map(|p| &p.all[p.ptr[key]..p.ptr[key + 1]]);
        let only = own.is_none().then_some(key);
        only.into_iter().chain(own.into_iter().flatten().copied())
    }

    /// Whether no index comes twice.
    pub(super) const fn is_unique(&self) -> bool {
        self.keys.len() == self.len
    }
}

impl Selection {
    /// A slice, which is `All` where it is the whole dimension.
    pub(in crate::engine) fn slice(slice: AxisSlice, length: usize) -> Self {
        if slice.is_full(length) {
            return Self::All;
        }
        // Where nothing is selected, the start may be anything.
        Self::Slice(if slice.length == 0 { AxisSlice { start: 0, ..slice } } else { slice })
    }

    /// How many indices remain of a dimension of length `n`.
    pub(super) fn length(&self, n: usize) -> usize {
        match self {
            Self::All => n,
            Self::Slice(slice) => slice.length,
            Self::List(list) => list.len,
            Self::Repeat(times) => *times,
        }
    }

    /// The index that each place takes, in the order of the places.
    pub(super) fn indices(&self, n: usize) -> Result<Vec<usize>> {
        match self {
            Self::All => listed("select", 0..n),
            Self::Slice(slice) => listed("select", (0..slice.length).map(|k| slice.index(k))),
            Self::List(List { keys, places: None, .. }) => copied("take", keys),
            Self::List(list) => {
                let mut indices = filled("take", 0, list.len)?;
                for (key, &index) in list.keys.iter().enumerate() {
                    list.places(key).for_each(|place| indices[place] = index);
                }
                Ok(indices)
            }
            Self::Repeat(times) => filled("broadcast_to", 0, *times),
        }
    }
}

/// The keys of a list, to be found among the indices of fibers.
pub(super) enum Keys<I> {
    List(Vec<I>),
    Set(Members),
}

impl<I: Index> Keys<I> {
    /// Of a dimension of length `n`, of which about so many indices are looked at.
    pub(super) fn new(list: &List, n: usize, looked_at: usize) -> Result<Self> {
        let keys = listed("take", list.keys.iter().map(|&key| I::new(key)))?;
        // No more is written for the set than is read with it.
        let is_short = n <= looked_at && u32::try_from(keys.len()).is_ok();
        Ok(if is_short { Self::Set(Members::new(n, &keys)?) } else { Self::List(keys) })
    }

    pub(super) fn count(&self, indices: &[I]) -> usize {
        match self {
            Self::List(keys) => count_common(indices, keys),
            Self::Set(members) => members.count(indices),
        }
    }

    /// The places of what is common, among the indices and among the keys.
    pub(super) fn each(&self, indices: &[I], each: impl FnMut(usize, usize)) {
        match self {
            Self::List(keys) => each_common(indices, keys, each),
            Self::Set(members) => members.each(indices, each),
        }
    }
}

//! [`Map`]: where, among the values of another structure, those of one are.

use crate::Result;
use crate::buffer::{Index, Indices, Width, filled, listed};
use crate::standard::Shape;
use crate::with_width;
use std::sync::Arc;

/// For each leaf position of a structure the one of another, or `NONE`.
#[derive(Debug, Clone)]
pub(super) enum Map {
    List(Indices),
    /// Of two dense structures: nothing is written down.
    Strided(Arc<Strided>),
    /// Of one side of a [join](super::structure::Structures::join) that is not written down yet.
    Joined {
        join: usize,
        side: usize,
    },
}

/// Dense positions in row-major order, and how far a step along each dimension moves in the other structure: 0 where
/// that one is stretched.
#[derive(Debug)]
pub(super) struct Strided {
    pub(super) dims: Shape,
    pub(super) strides: Shape,
}

impl From<Indices> for Map {
    fn from(list: Indices) -> Self {
        Self::List(list)
    }
}

impl From<Strided> for Map {
    fn from(strided: Strided) -> Self {
        Self::Strided(Arc::new(strided))
    }
}

impl Map {
    /// This map, then another one.
    pub(super) fn then(&self, next: &Self) -> Result<Self> {
        let (from, to) = (self.list()?, next.list()?);
        with_width!(from.width(), I => with_width!(to.width(), J => {
            let from = from.as_slice::<I>().expect("own width");
            let to = to.as_slice::<J>().expect("own width");
            let at = |p: &I| if *p == I::NONE { J::NONE } else { to[p.get()] };
            Ok(<J as Index>::erase(listed("map", from.iter().map(at))?.into()).into())
        }))
    }

    /// The positions that some positions lead to.
    pub(super) fn look_up<I: Index>(&self, from: &[I], to: &mut [u64]) {
        match self {
            Self::List(list) => with_width!(list.width(), J => {
                let list = list.as_slice::<J>().expect("own width");
                for (to, &p) in to.iter_mut().zip(from) {
                    let found = if p == I::NONE { J::NONE } else { list[p.get()] };
                    *to = if found == J::NONE { u64::NONE } else { found.get() as u64 };
                }
            }),
            Self::Strided(strided) => {
                for (to, &p) in to.iter_mut().zip(from) {
                    *to = if p == I::NONE { u64::NONE } else { strided.place(p.get()) as u64 };
                }
            }
            Self::Joined { .. } => unreachable!("joins are written down before maps are composed"),
        }
    }

    /// Written down.
    ///
    /// # Panics
    /// If it is that of a join.
    fn list(&self) -> Result<Indices> {
        match self {
            Self::List(list) => Ok(list.clone()),
            Self::Strided(strided) => {
                let Strided { dims, strides } = &**strided;
                let last = dims.iter().zip(strides).map(|(n, s)| n.saturating_sub(1) * s).sum();
                with_width!(Width::for_counts([last]), I => {
                    let mut list = filled("map", I::default(), dims.iter().product())?;
                    strided.write(0, &mut list);
                    Ok(I::erase(list.into()))
                })
            }
            Self::Joined { .. } => unreachable!("joins are written down before maps are composed"),
        }
    }
}

impl Strided {
    /// The position that one leads to.
    fn place(&self, mut position: usize) -> usize {
        let mut place = 0;
        for (&n, &stride) in self.dims.iter().zip(&self.strides).rev() {
            place += position % n * stride;
            position /= n;
        }
        place
    }

    /// The positions from `start` on, as many as there is room for.
    pub(super) fn write<I: Index>(&self, start: usize, out: &mut [I]) {
        let Some((&inner, outer)) = self.dims.split_last() else {
            return out.fill(I::new(0));
        };
        if out.is_empty() {
            return;
        }
        let step = self.strides[outer.len()];
        let mut index: Shape = self.dims.clone();
        let mut rest = start;
        for (i, &n) in index.iter_mut().zip(&self.dims).rev() {
            (*i, rest) = (rest % n, rest / n);
        }
        let mut first: usize = index.iter().zip(&self.strides).map(|(i, s)| i * s).sum();
        let mut begin = index[outer.len()];
        let mut done = 0;
        loop {
            let count = (inner - begin).min(out.len() - done);
            for (k, out) in out[done..done + count].iter_mut().enumerate() {
                *out = I::new(first + k * step);
            }
            done += count;
            if done == out.len() {
                return;
            }
            // The start of the next row.
            first -= begin * step;
            begin = 0;
            for d in (0..outer.len()).rev() {
                index[d] += 1;
                first += self.strides[d];
                if index[d] < outer[d] {
                    break;
                }
                first -= index[d] * self.strides[d];
                index[d] = 0;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_from_anywhere() {
        // A (2, 3, 4) result of a (3, 1) operand and of a transposed one.
        let strides: [[usize; 3]; 3] = [[0, 1, 0], [1, 8, 2], [0, 0, 0]];
        for strides in strides {
            let strided =
                Strided { dims: [2, 3, 4].as_slice().into(), strides: strides.as_slice().into() };
            let all: Vec<u32> = (0..24)
                .map(|p| (p / 12 * strides[0] + p / 4 % 3 * strides[1] + p % 4 * strides[2]) as u32)
                .collect();
            for start in 0..24 {
                for end in start..24 {
                    let mut out = vec![0_u32; end - start];
                    strided.write(start, &mut out);
                    assert_eq!(out, all[start..end]);
                }
            }
            let listed = Map::from(strided).list().unwrap();
            assert_eq!(listed.as_slice::<u32>().unwrap(), all);
        }
    }
}

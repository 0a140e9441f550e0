//! The `Runs` level: consecutive equal fibers become one.

use super::{Frontier, Same, Split};
use crate::Result;
use crate::buffer::{Index, Indices, filled, grow};
use crate::tensor::{Level, gather};

impl<I: Index> Frontier<I> {
    /// Splits every fiber into runs. Of equal parts only the first is kept.
    pub(super) fn runs(
        &mut self,
        split: Split<I>,
        index: &Indices,
        n: usize,
        full_below: bool,
        same: Same<'_>,
    ) -> Result<Level> {
        let index = index.as_slice::<I>().expect("one width");
        let equal = Equal::<I> { frontier: self, split: &split, full_below, same };
        let len = self.positions.checked_add(1).ok_or_else(|| self.too_large())?;
        let mut ptr = filled("to_format", 0_u64, len)?;
        let mut ends: Vec<u64> = vec![];
        // The parts that are kept, and the run that each begins.
        let (mut kept, mut position) = (vec![], vec![]);
        let mut fiber = 0;
        for p in 0..if n == 0 { 0 } else { self.positions } {
            let parts = if fiber < self.fibers && self.position(fiber) == p {
                fiber += 1;
                split.ptr[fiber - 1].get()..split.ptr[fiber].get()
            } else {
                0..0
            };
            let begin = ends.len();
            let mut before = None;
            let mut add = |part: Option<usize>, end: usize| {
                // The fiber just before, not the run's first: each is then looked at no more than twice.
                if ends.len() > begin && equal.parts(before, part) {
                    *ends.last_mut().expect("a run began") = end as u64;
                } else {
                    if let Some(part) = part {
                        grow("to_format", &mut kept, 1)?;
                        grow("to_format", &mut position, 1)?;
                        kept.push(part);
                        position.push(ends.len());
                    }
                    grow("to_format", &mut ends, 1)?;
                    ends.push(end as u64);
                }
                before = part;
                Ok::<_, crate::Error>(())
            };
            let mut at = 0;
            for part in parts {
                let i = index[part].get();
                if i > at {
                    add(None, i)?;
                }
                add(Some(part), i + 1)?;
                at = i + 1;
            }
            if at < n {
                add(None, n)?;
            }
            ptr[p + 1] = ends.len() as u64;
        }
        self.keep(split, &kept)?;
        self.positions = ends.len();
        self.position = (position.len() < ends.len()).then_some(position);
        Ok(Level::Runs { ptr: ptr.into(), ends: ends.into() })
    }

    /// Leaves only these parts of the fibers.
    fn keep(&mut self, split: Split<I>, kept: &[usize]) -> Result<()> {
        self.fibers = kept.len();
        if kept.len() == split.len() {
            self.first = split.first;
            return Ok(());
        }
        let (mut first, mut coordinates) = (vec![I::new(0)], vec![]);
        for &part in kept {
            let own = split.coordinates(part);
            grow("to_format", &mut coordinates, own.len())?;
            coordinates.extend(own.map(I::new));
            grow("to_format", &mut first, 1)?;
            first.push(I::new(coordinates.len()));
        }
        for column in &mut self.columns[self.dim..] {
            *column = gather::gather_indices(column, &coordinates)?;
        }
        self.first = split.first.is_some().then_some(first);
        self.source = Some(match &self.source {
            Some(source) => gather::gather_indices(source, &coordinates)?,
            None => I::erase(coordinates.into()),
        });
        Ok(())
    }
}

impl<I: Index> Split<I> {
    /// The coordinates of a part.
    fn coordinates(&self, part: usize) -> std::ops::Range<usize> {
        self.first.as_ref().map_or(part..part + 1, |f| f[part].get()..f[part + 1].get())
    }
}

/// Compares parts of fibers.
struct Equal<'a, I> {
    frontier: &'a Frontier<I>,
    split: &'a Split<I>,
    full_below: bool,
    same: Same<'a>,
}

impl<I: Index> Equal<'_, I> {
    /// Whether two parts hold the same; `None` is a part without coordinates.
    fn parts(&self, a: Option<usize>, b: Option<usize>) -> bool {
        let (mut a, mut b) = (self.coordinates(a), self.coordinates(b));
        loop {
            match (a.next(), b.next()) {
                (None, None) => return true,
                (Some(a), Some(b)) if self.coordinate(a, b) => {}
                _ => return false,
            }
        }
    }

    /// The coordinates of a part that tell it from an empty one.
    fn coordinates(&self, part: Option<usize>) -> impl Iterator<Item = usize> {
        let all = part.map_or(0..0, |p| self.split.coordinates(p));
        all.filter(|&c| !(self.full_below && (self.same)(Some(self.source(c)), None)))
    }

    fn coordinate(&self, a: usize, b: usize) -> bool {
        let inner = &self.frontier.columns[self.frontier.dim..];
        inner.iter().all(|c| c.get(a) == c.get(b))
            && (self.same)(Some(self.source(a)), Some(self.source(b)))
    }

    fn source(&self, coordinate: usize) -> usize {
        self.frontier.source.as_ref().map_or(coordinate, |s| s.get(coordinate))
    }
}

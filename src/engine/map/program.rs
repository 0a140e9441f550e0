//! The pass over values: a few instructions on lanes that stay in the cache.

use super::positions::Map;
use super::structure::{Path, Structures};
use crate::Result;
use crate::buffer::{Values, ValuesMut, zeroed};
use crate::dtype::{DType, Element, Scalar};
use crate::kernels::cast::cast_into;
use crate::kernels::gather::gather_into;
use crate::kernels::map::{Lane, map_into, map_scalar};
use crate::kernels::{for_pieces, slice, slice_mut};
use crate::standard::Func;
use crate::tensor::Leaf;
use crate::{with_dtype, with_width};
use smallvec::SmallVec;
use std::ops::Range;

/// Elements of a lane.
pub(super) const LANE: usize = 2048;

/// A value of the computation, before it is known at which positions it is wanted.
pub(super) enum Source {
    /// Stored values.
    Leaf(Leaf),
    /// A conversion.
    Cast(Known),
    /// A function computed in a data type.
    Map(Func, DType, SmallVec<[Known; 3]>),
}

/// An argument.
#[derive(Debug, Clone)]
pub(super) enum Known {
    Scalar(Scalar),
    /// A register, and the way to its leaf positions.
    Register(usize, Path),
}

/// A value of the computation with the structure it has.
pub(super) struct Register {
    pub(super) source: Source,
    pub(super) dtype: DType,
    pub(super) structure: usize,
    /// Its value where nothing is stored; where everything is, any value that it may have.
    pub(super) fill: Scalar,
}

/// One value at the positions of a program.
enum Slot {
    Scalar(Scalar),
    /// Values at these very positions.
    Direct(Values),
    /// Values at other positions, and the one that stands where there is none.
    Gather(Values, Map, Scalar),
    Cast(usize, DType),
    Map(Func, DType, SmallVec<[usize; 3]>),
}

/// A lane for each instruction that needs one.
type Scratch = SmallVec<[Option<Values>; 4]>;

const ROOM: &str = "room for all that is computed before the result";

/// Instructions in an order in which each follows what it needs; the last one gives the result.
#[derive(Default)]
pub(super) struct Program {
    slots: SmallVec<[Slot; 4]>,
    /// The registers that slots hold.
    known: SmallVec<[((usize, Path), usize); 4]>,
}

impl Program {
    /// The program of a register at the positions of its own structure.
    pub(super) fn of(
        register: usize,
        registers: &[Register],
        structures: &mut Structures<'_>,
    ) -> Result<Self> {
        let mut program = Self::default();
        let last = program.register(register, Path::new(), registers, structures)?;
        program.slots.truncate(last + 1);
        Ok(program)
    }

    /// The program of a function.
    pub(super) fn of_map(
        func: Func,
        compute: DType,
        args: &[Known],
        registers: &[Register],
        structures: &mut Structures<'_>,
    ) -> Result<Self> {
        let mut program = Self::default();
        program.map(func, compute, args, &Path::new(), registers, structures)?;
        Ok(program)
    }

    fn push(&mut self, slot: Slot) -> usize {
        self.slots.push(slot);
        self.slots.len() - 1
    }

    fn register(
        &mut self,
        register: usize,
        path: Path,
        registers: &[Register],
        structures: &mut Structures<'_>,
    ) -> Result<usize> {
        let key = (register, path);
        if let Some((_, slot)) = self.known.iter().find(|(k, _)| *k == key) {
            return Ok(*slot);
        }
        let path = &key.1;
        let Register { source, dtype, fill, .. } = &registers[register];
        let slot = match source {
            Source::Leaf(leaf) if path.is_empty() => match leaf.iso() {
                Some(value) => self.push(Slot::Scalar(value)),
                None => self.push(Slot::Direct(leaf.values()?)),
            },
            Source::Leaf(leaf) => {
                let map = structures.compose(path)?;
                self.push(Slot::Gather(leaf.values()?, map, *fill))
            }
            Source::Cast(arg) => {
                let from = self.arg(arg, path, registers, structures)?;
                self.cast(from, *dtype)
            }
            Source::Map(func, compute, args) => {
                self.map(*func, *compute, args, path, registers, structures)?
            }
        };
        self.known.push((key, slot));
        Ok(slot)
    }

    fn arg(
        &mut self,
        arg: &Known,
        path: &Path,
        registers: &[Register],
        structures: &mut Structures<'_>,
    ) -> Result<usize> {
        match arg {
            Known::Scalar(value) => Ok(self.push(Slot::Scalar(*value))),
            Known::Register(register, below) => {
                let path = path.iter().chain(below).copied().collect();
                self.register(*register, path, registers, structures)
            }
        }
    }

    fn cast(&mut self, from: usize, dtype: DType) -> usize {
        match &self.slots[from] {
            Slot::Scalar(value) => {
                let value = value.cast(dtype);
                self.push(Slot::Scalar(value))
            }
            slot if slot.dtype() == dtype => from,
            _ => {
                let same = |s: &Slot| matches!(s, Slot::Cast(f, d) if (*f, *d) == (from, dtype));
                let found = self.slots.iter().position(same);
                found.unwrap_or_else(|| self.push(Slot::Cast(from, dtype)))
            }
        }
    }

    fn map(
        &mut self,
        func: Func,
        compute: DType,
        args: &[Known],
        path: &Path,
        registers: &[Register],
        structures: &mut Structures<'_>,
    ) -> Result<usize> {
        let args: SmallVec<[usize; 3]> = args
            .iter()
            .enumerate()
            .map(|(k, arg)| {
                let slot = self.arg(arg, path, registers, structures)?;
                Ok(self.cast(slot, func.arg_dtype(k, compute)))
            })
            .collect::<Result<_>>()?;
        let scalar = |slot: &usize| match self.slots[*slot] {
            Slot::Scalar(value) => Some(value),
            _ => None,
        };
        let scalars: Option<SmallVec<[Scalar; 3]>> = args.iter().map(scalar).collect();
        Ok(match scalars {
            Some(scalars) => self.push(Slot::Scalar(map_scalar(func, compute, &scalars))),
            None => self.push(Slot::Map(func, compute, args)),
        })
    }

    /// The instructions that are computed lane by lane.
    pub(super) fn len(&self) -> usize {
        let computed = |s: &&Slot| !matches!(s, Slot::Scalar(_) | Slot::Direct(_));
        self.slots.iter().filter(computed).count()
    }

    /// The values of the result at its `len` positions.
    ///
    /// # Errors
    /// If the memory for them cannot be had.
    pub(super) fn leaf(&self, len: usize) -> Result<Leaf> {
        Ok(match self.slots.last().expect("a program has a result") {
            Slot::Scalar(value) => Leaf::Iso(*value, len),
            Slot::Direct(values) => Leaf::Element(values.clone()),
            last => Leaf::Element(with_dtype!(last.dtype(), T => {
                let mut out = zeroed::<T>("map", len)?;
                for_pieces(&mut out, |start, out| self.piece(start, T::erase_slice_mut(out)));
                out.into()
            })),
        })
    }

    /// The values at the positions from `start` on.
    fn piece(&self, start: usize, mut out: ValuesMut<'_>) {
        let lane = LANE.min(out.len());
        let mut scratch = self.scratch(lane);
        for begin in (0..out.len()).step_by(LANE) {
            let end = out.len().min(begin + LANE);
            self.lane(
                start + begin..start + end,
                &mut scratch,
                Some(slice_mut(out.reborrow(), begin..end)),
            );
        }
    }

    /// The values at a few positions: at most [`LANE`].
    pub(super) fn values(&self, range: Range<usize>) -> Values {
        let len = range.len();
        match self.slots.last().expect("a program has a result") {
            Slot::Scalar(value) => Values::full(*value, len),
            Slot::Direct(values) => values.slice(range),
            last => {
                let mut out = Values::zeros(last.dtype(), len);
                self.lane(range, &mut self.scratch(len), Some(out.make_mut()));
                out
            }
        }
    }

    /// Room for the lanes of every instruction but the last.
    fn scratch(&self, lane: usize) -> Scratch {
        let room = |(k, slot): (usize, &Slot)| match slot {
            Slot::Scalar(_) | Slot::Direct(_) => None,
            _ if k + 1 == self.slots.len() => None,
            _ => Some(Values::zeros(slot.dtype(), lane)),
        };
        self.slots.iter().enumerate().map(room).collect()
    }

    fn lane(
        &self,
        range: Range<usize>,
        scratch: &mut [Option<Values>],
        mut out: Option<ValuesMut<'_>>,
    ) {
        let len = range.len();
        for (k, slot) in self.slots.iter().enumerate() {
            let (before, after) = scratch.split_at_mut(k);
            let arg = |slot: usize| match &self.slots[slot] {
                Slot::Scalar(value) => Lane::Scalar(*value),
                Slot::Direct(values) => Lane::Slice(slice(values.view(), range.clone())),
                _ => Lane::Slice(slice(before[slot].as_ref().expect(ROOM).view(), 0..len)),
            };
            let target = if k + 1 < self.slots.len() { None } else { out.take() };
            let target = match (slot, target) {
                (Slot::Scalar(_) | Slot::Direct(_), _) => continue,
                (_, Some(target)) => target,
                (_, None) => slice_mut(after[0].as_mut().expect(ROOM).make_mut(), 0..len),
            };
            match slot {
                Slot::Scalar(_) | Slot::Direct(_) => {}
                Slot::Gather(values, Map::List(map), missing) => with_width!(map.width(), I => {
                    let map = &map.as_slice::<I>().expect("own width")[range.clone()];
                    gather_into(values.view(), map, *missing, target);
                }),
                Slot::Gather(values, Map::Strided(map), missing) => {
                    let mut positions = [0_u64; LANE];
                    map.write(range.start, &mut positions[..len]);
                    gather_into(values.view(), &positions[..len], *missing, target);
                }
                Slot::Cast(from, _) => match arg(*from) {
                    Lane::Slice(values) => cast_into(values, target),
                    Lane::Scalar(value) => crate::kernels::gather::fill_into(value, target),
                },
                Slot::Map(func, compute, args) => {
                    let lanes: SmallVec<[Lane<'_>; 3]> = args.iter().map(|&a| arg(a)).collect();
                    map_into(*func, *compute, &lanes, target);
                }
            }
        }
    }
}

impl Slot {
    fn dtype(&self) -> DType {
        match self {
            Self::Scalar(value) => value.dtype(),
            Self::Direct(values) | Self::Gather(values, ..) => values.dtype(),
            Self::Cast(_, dtype) => *dtype,
            Self::Map(func, compute, _) => func.result_dtype(*compute),
        }
    }
}

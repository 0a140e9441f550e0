//! The pass over values: a few instructions on lanes that stay in the cache.

use super::merge::{Merged, with_last};
use super::positions::Map;
use super::step::Step;
use super::structure::{Path, Places, Structures};
use crate::Result;
use crate::buffer::{Index, Values, ValuesMut, ValuesRef, zeroed};
use crate::dtype::{DType, Element, Scalar};
use crate::kernels::cast::cast_into;
use crate::kernels::gather::gather_into;
use crate::kernels::map::{Lane, map_into, map_scalar};
use crate::kernels::{for_pieces, slice, slice_mut};
use crate::parallel;
use crate::standard::Func;
use crate::tensor::{Leaf, Level, Pattern, Tensor};
use crate::{with_dtype, with_width};
use smallvec::SmallVec;
use std::ops::Range;
use std::sync::Arc;

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
pub(super) struct Register<'a> {
    pub(super) source: Source,
    pub(super) dtype: DType,
    pub(super) structure: usize,
    /// Its value where nothing is stored; where everything is, any value that it may have.
    pub(super) fill: Scalar,
    /// The operand that it is.
    pub(super) operand: Option<&'a Tensor>,
}

/// One value at the positions of a program.
enum Slot {
    Scalar(Scalar),
    /// Values at these very positions.
    Direct(Values),
    /// Values at other positions, and the one that stands where there is none.
    Gather(Values, Places, Scalar),
    Cast(usize, DType),
    Map(Func, DType, SmallVec<[usize; 3]>),
}

/// A lane for each instruction that needs one.
type Scratch = SmallVec<[Option<Values>; 4]>;

/// The positions in both sides of a join that a lane is computed at.
#[derive(Clone, Copy)]
enum Sides<'a> {
    /// The program is not one of a join.
    None,
    U32([&'a [u32]; 2]),
    U64([&'a [u64]; 2]),
}

/// Indices that are read as sides.
trait Side: Index {
    fn sides<'a>(places: [&'a [Self]; 2]) -> Sides<'a>;
}

impl Side for u32 {
    fn sides<'a>(places: [&'a [Self]; 2]) -> Sides<'a> {
        Sides::U32(places)
    }
}

impl Side for u64 {
    fn sides<'a>(places: [&'a [Self]; 2]) -> Sides<'a> {
        Sides::U64(places)
    }
}

const ROOM: &str = "room for all that is computed before the result";

/// Instructions in an order in which each follows what it needs; the last one gives the result.
#[derive(Default)]
pub(super) struct Program {
    slots: SmallVec<[Slot; 3]>,
    /// The registers that slots hold.
    known: SmallVec<[((usize, Path), usize); 3]>,
    /// The join whose positions are those of the program.
    join: Option<usize>,
}

impl Program {
    /// The program of a register at the positions of its own structure; with those of a join that gives the structure, if
    /// there is one.
    pub(super) fn of(
        register: usize,
        join: Option<usize>,
        registers: &[Register<'_>],
        structures: &mut Structures<'_>,
    ) -> Result<Self> {
        let mut program = Self { join, ..Self::default() };
        let last = program.register(register, Path::new(), registers, structures)?;
        program.slots.truncate(last + 1);
        Ok(program)
    }

    /// The program of a function.
    pub(super) fn of_map(
        func: Func,
        compute: DType,
        args: &[Known],
        registers: &[Register<'_>],
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
        registers: &[Register<'_>],
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
                let places = structures.places(path, self.join)?;
                self.push(Slot::Gather(leaf.values()?, places, *fill))
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
        registers: &[Register<'_>],
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
        registers: &[Register<'_>],
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
                for_pieces(&mut out, |start, out| self.piece(start, T::erase_slice_mut(out), Sides::None));
                out.into()
            })),
        })
    }

    /// The values of a structure, which is that of the program, and its pattern.
    ///
    /// # Errors
    /// If the memory for them cannot be had.
    pub(super) fn run(
        &self,
        structure: usize,
        structures: &mut Structures<'_>,
    ) -> Result<(Arc<Pattern>, Leaf)> {
        let Some(join) = self.join else {
            return Ok((structures.pattern(structure)?, self.leaf(structures.stored(structure))?));
        };
        let mut merged = structures.take_join(join);
        let (last, leaf) = self.join(&mut merged)?;
        Ok((structures.joined_pattern(structure, merged, last)?, leaf))
    }

    /// The values of a join, and its last level.
    fn join(&self, merged: &mut Merged) -> Result<(Level, Leaf)> {
        with_last!(&mut merged.last, step => {
            let mut idx = step.room()?;
            let leaf = match self.slots.last().expect("a program has a result") {
                Slot::Scalar(value) => {
                    self.tiles(step, &mut idx, std::iter::repeat_with(|| None))?;
                    Leaf::Iso(*value, step.len())
                }
                last => Leaf::Element(with_dtype!(last.dtype(), T => {
                    let mut out = zeroed::<T>("map", step.len())?;
                    let values = parallel::cut(&mut out, step.lengths());
                    let values = values.map(T::erase_slice_mut);
                    self.tiles(step, &mut idx, values.map(Some))?;
                    out.into()
                })),
            };
            Ok((step.level(idx), leaf))
        })
    }

    fn tiles<'v, I: Side>(
        &self,
        step: &Step<I>,
        idx: &mut [I],
        values: impl Iterator<Item = Option<ValuesMut<'v>>>,
    ) -> Result<()> {
        let pieces = step.tiles().iter().zip(step.cut_indices(idx)).zip(values);
        parallel::try_for_each(pieces, |((tile, idx), values)| {
            let len = tile.children.len();
            let mut places = zeroed::<I>("map", 2 * len)?;
            let (left, right) = places.split_at_mut(len);
            step.write(tile, idx, [left, right]);
            if let Some(values) = values {
                self.piece(tile.children.start, values, I::sides([left, right]));
            }
            Ok::<_, crate::Error>(())
        })
    }

    /// The values at the positions from `start` on.
    fn piece(&self, start: usize, mut out: ValuesMut<'_>, sides: Sides<'_>) {
        let lane = LANE.min(out.len());
        let mut scratch = self.scratch(lane);
        for begin in (0..out.len()).step_by(LANE) {
            let end = out.len().min(begin + LANE);
            let out = slice_mut(out.reborrow(), begin..end);
            let sides = match sides {
                Sides::None => Sides::None,
                Sides::U32(places) => Sides::U32(places.map(|p| &p[begin..end])),
                Sides::U64(places) => Sides::U64(places.map(|p| &p[begin..end])),
            };
            self.lane(start + begin..start + end, &mut scratch, Some(out), sides);
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
                self.lane(range, &mut self.scratch(len), Some(out.make_mut()), Sides::None);
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
        sides: Sides<'_>,
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
                Slot::Gather(values, places, missing) => {
                    gather_at(values.view(), places, (range.clone(), sides), *missing, target);
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

/// The values at the places that a lane has in another structure.
fn gather_at(
    values: ValuesRef<'_>,
    places: &Places,
    (range, sides): (Range<usize>, Sides<'_>),
    missing: Scalar,
    target: ValuesMut<'_>,
) {
    match (places.side, &places.then, sides) {
        (None, Some(Map::List(map)), _) => with_width!(map.width(), I => {
            let map = &map.as_slice::<I>().expect("own width")[range];
            gather_into(values, map, missing, target);
        }),
        (None, Some(Map::Strided(map)), _) => {
            let mut positions = [0_u64; LANE];
            map.write(range.start, &mut positions[..range.len()]);
            gather_into(values, &positions[..range.len()], missing, target);
        }
        (Some(side), then, Sides::U32(sides)) => {
            gather_through(values, then.as_ref(), sides[side], missing, target);
        }
        (Some(side), then, Sides::U64(sides)) => {
            gather_through(values, then.as_ref(), sides[side], missing, target);
        }
        _ => unreachable!("values that move have a place, those of a join beside its sides"),
    }
}

fn gather_through<I: Index>(
    values: ValuesRef<'_>,
    then: Option<&Map>,
    side: &[I],
    missing: Scalar,
    target: ValuesMut<'_>,
) {
    let Some(then) = then else { return gather_into(values, side, missing, target) };
    let mut positions = [0_u64; LANE];
    let positions = &mut positions[..side.len()];
    then.look_up(side, positions);
    gather_into(values, positions, missing, target);
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

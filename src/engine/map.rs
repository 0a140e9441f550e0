//! Evaluation of elementwise functions on tensors: one pass over structure, one over values, for a whole group of
//! functions and conversions.
//!
//! A [`Group`] is a few steps over operands that broadcast to one shape. Its evaluation follows the steps twice:
//!
//! 1. *Structure*, which knows no data type: which elements a step stores. Operands with one pattern, recognised by
//!    pointer, share it; others are [merged](merge). The result of a function stores the union of what its arguments
//!    store, or less: where one argument, by being its fill, makes the result the same whatever the others are (0 times
//!    anything finite, 0 divided by anything but 0 and NaN, `where` of a mask), only what it stores itself. Which
//!    functions can is a [table](range::absorbs). Whether it is so here follows from the [interval](range) that stored
//!    values lie in, which a tensor finds once and keeps; where intervals do not decide, the values are tried.
//! 2. *Values*, which knows no structure: lanes of stored values, looked up where they moved, go through the steps in
//!    buffers that are used again. The last merge is written together with the values, tile by tile. The fill of the
//!    result comes from the fills in the same way.
//!
//! Whether a zero of the other sign than the fill's is the fill is said by [`Zeros`].

mod fiber;
mod merge;
mod positions;
mod program;
mod range;
mod ruler;
mod step;
mod structure;
#[cfg(all(test, feature = "testing"))]
mod tests;

use super::format::{check_bytes, densify_limit, finish};
use crate::Result;
use crate::buffer::{collected, grow};
use crate::dtype::{DType, Scalar, Zeros};
use crate::kernels::PIECE;
use crate::kernels::gather::{Extent, positions_different};
use crate::kernels::map::map_scalar;
use crate::parallel;
use crate::standard::{Func, Meta, Shape};
use crate::tensor::{Leaf, Tensor};
use program::{Known, LANE, Program, Register, Source};
pub(super) use ruler::Operand;
use smallvec::{SmallVec, smallvec};
use std::fmt::Write;
use std::ops::Range;
use step::Mode;
use structure::{Path, Structures};

/// An argument of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Arg {
    Operand(usize),
    Step(usize),
    Scalar(Scalar),
}

/// One function or conversion.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Step {
    Cast(DType, Arg),
    Map(Func, SmallVec<[Arg; 3]>),
}

/// Functions and conversions that are computed together; the last one is the result. All steps have its shape.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Group {
    pub(super) steps: SmallVec<[Step; 1]>,
}

/// What an evaluation writes down of its decisions, if it is asked to.
pub(super) type Notes<'n> = Option<&'n mut String>;

impl Group {
    /// The result, of metadata `meta`; `op` names it in errors.
    pub(super) fn eval(
        &self,
        op: &str,
        meta: &Meta,
        operands: &[&Tensor],
        notes: Notes<'_>,
    ) -> Result<Tensor> {
        let driver = driver(meta, operands);
        let limit = densify_limit(operands);
        let allow = |positions: usize| {
            check_bytes(
                op,
                meta,
                (positions as u128).saturating_mul(meta.dtype.size() as u128),
                limit,
            )
        };
        let target: Shape = match driver {
            Some(k) => operands[k].order().into(),
            None => (0..meta.ndim()).collect(),
        };
        let mut pass = Pass {
            size: meta.size(),
            structures: Structures::new(target, &allow),
            registers: SmallVec::new(),
            notes,
        };
        let operands_known = pass.operands(meta, operands);
        let mut steps: SmallVec<[Known; 1]> = SmallVec::new();
        for step in &self.steps {
            let known = |arg: &Arg| match arg {
                Arg::Operand(k) => operands_known[*k].clone(),
                Arg::Step(k) => steps[*k].clone(),
                Arg::Scalar(value) => Known::Scalar(*value),
            };
            let result = match step {
                Step::Cast(dtype, arg) => pass.cast(*dtype, known(arg)),
                Step::Map(func, args) => pass.map(*func, args.iter().map(known).collect())?,
            };
            steps.push(result);
        }
        let (register, structure) = match steps.last().expect("a group has steps") {
            Known::Scalar(value) => return finish(op, Tensor::scalar(*value), false, operands),
            Known::Register(register, _) => (*register, pass.registers[*register].structure),
        };
        let fill = pass.registers[register].fill;
        let join = pass.structures.open_join(structure);
        let program = Program::of(register, join, &pass.registers, &mut pass.structures)?;
        let (pattern, leaf) = program.run(structure, &mut pass.structures)?;
        let leaf = match leaf {
            Leaf::Iso(Scalar::Bool(true), len) if fill == Scalar::Bool(false) => Leaf::Pattern(len),
            leaf => leaf,
        };
        let structure = pass.structures.get(structure);
        let mut tensor = Tensor::new_unchecked(pattern, structure.axes.clone(), leaf, fill);
        if pass.collapses(register) {
            tensor = tensor.without_fill_values()?;
        }
        debug_assert_eq!(tensor.meta(), meta, "{op}");
        let (inherited, computed) = (structure.inherited, program.len());
        let result = finish(op, tensor, inherited, operands)?;
        if let Some(notes) = pass.notes {
            let how = if inherited { "of an operand" } else { "by the rule" };
            let (stored, format) = (result.stored(), result.format());
            let _ = writeln!(notes, "  pass over {stored} values, {computed} instructions");
            let _ = writeln!(notes, "  result {format}, {how}");
        }
        Ok(result)
    }
}

/// The operand whose order of axes the result takes: of those with all its axes the one that stores most.
pub(super) fn driver(meta: &Meta, operands: &[&Tensor]) -> Option<usize> {
    let whole = operands.iter().enumerate().filter(|(_, t)| t.ndim() == meta.ndim());
    // The first of several.
    whole
        .max_by_key(|(k, t)| (t.shape() == meta.shape.as_slice(), t.stored(), usize::MAX - k))
        .map(|(k, _)| k)
}

/// One evaluation of a group.
struct Pass<'a> {
    /// The elements of the result.
    size: u128,
    structures: Structures<'a>,
    registers: SmallVec<[Register<'a>; 3]>,
    notes: Notes<'a>,
}

impl<'a> Pass<'a> {
    fn operands(&mut self, meta: &Meta, operands: &[&'a Tensor]) -> SmallVec<[Known; 4]> {
        // An operand that is one value everywhere is a scalar, if others still give the shape.
        let constant = |t: &Tensor| match t.meta().size() {
            1 => Some(t.get(vec![0; t.ndim()]).expect("an index of the only element")),
            _ if t.stored() == 0 => Some(t.fill()),
            _ => None,
        };
        let mut constants: SmallVec<[Option<Scalar>; 4]> =
            operands.iter().map(|t| constant(t)).collect();
        let varying = || operands.iter().zip(&constants).filter(|(_, c)| c.is_none());
        let spans = (0..meta.ndim()).all(|axis| {
            varying().any(|(t, _)| {
                let offset = meta.ndim() - t.ndim();
                axis >= offset && t.shape()[axis - offset] == meta.shape[axis]
            })
        });
        if !spans || varying().next().is_none() {
            constants.iter_mut().for_each(|c| *c = None);
        }
        let first = self.registers.len();
        let known = operands
            .iter()
            .zip(constants)
            .map(|(tensor, constant)| match constant {
                Some(value) => Known::Scalar(value),
                None => {
                    let structure = self.structures.operand(tensor, meta.ndim());
                    self.push(Register {
                        source: Source::Leaf(tensor.leaf().clone()),
                        dtype: tensor.dtype(),
                        structure,
                        fill: tensor.fill(),
                        operand: Some(tensor),
                    })
                }
            })
            .collect();
        // The fill of an operand that stores everything is unused: what becomes of another operand's fill is better seen
        // beside one of the values.
        let merges = self.registers.windows(2).any(|w| w[0].structure != w[1].structure);
        for register in &mut self.registers[first..] {
            if let (true, Source::Leaf(leaf)) = (merges, &register.source)
                && self.structures.get(register.structure).full
            {
                register.fill = representative(leaf).unwrap_or(register.fill);
            }
        }
        known
    }

    fn push(&mut self, register: Register<'a>) -> Known {
        self.registers.push(register);
        Known::Register(self.registers.len() - 1, Path::new())
    }

    fn cast(&mut self, dtype: DType, arg: Known) -> Known {
        match &arg {
            Known::Scalar(value) => Known::Scalar(value.cast(dtype)),
            Known::Register(r, _) => {
                let Register { structure, fill, .. } = self.registers[*r];
                let fill = fill.cast(dtype);
                self.push(Register {
                    source: Source::Cast(arg),
                    dtype,
                    structure,
                    fill,
                    operand: None,
                })
            }
        }
    }

    fn map(&mut self, func: Func, mut args: SmallVec<[Known; 3]>) -> Result<Known> {
        let dtypes: SmallVec<[DType; 3]> = args.iter().map(|arg| self.dtype(arg)).collect();
        let compute = func.compute_dtype(&dtypes)?;
        let mut fill = self.fill(func, compute, &args);
        let mut distinct: SmallVec<[usize; 3]> = SmallVec::new();
        for structure in args.iter().filter_map(|a| self.structure(a)) {
            if !distinct.contains(&structure) {
                distinct.push(structure);
            }
        }
        // With an operand that stores everything, the sign of a zero depends on the value that stands for the operand:
        // parts of `x * row` would have fills of both signs.
        if distinct.len() > 1
            && fill.is_zero()
            && distinct.iter().any(|&s| self.structures.get(s).full)
        {
            fill = Scalar::zero(fill.dtype());
        }
        let structure = match *distinct.as_slice() {
            [] => return Ok(Known::Scalar(fill)),
            [one] => one,
            [first, second] => {
                let way = self.way(func, compute, &args, fill, [first, second])?;
                let Way { mode, sides: [left, right], beside } = way;
                match beside {
                    Some(positions) => self.join_at(left, right, &positions, &mut args)?,
                    None => self.join(mode, left, right, &mut args)?,
                }
            }
            _ => {
                let mut joined = distinct[0];
                for &next in &distinct[1..] {
                    if joined != next {
                        joined = self.join(Mode::Union, joined, next, &mut args)?;
                    }
                }
                joined
            }
        };
        let dtype = func.result_dtype(compute);
        let source = Source::Map(func, compute, args);
        Ok(self.push(Register { source, dtype, structure, fill, operand: None }))
    }

    /// The function of the arguments' fills.
    fn fill(&self, func: Func, compute: DType, args: &[Known]) -> Scalar {
        let args = args.iter().map(|arg| match arg {
            Known::Scalar(value) => *value,
            Known::Register(r, _) => self.registers[*r].fill,
        });
        map_scalar(func, compute, &args.collect::<SmallVec<[Scalar; 3]>>())
    }

    /// The structure of an argument that was not joined yet.
    fn structure(&self, arg: &Known) -> Option<usize> {
        match arg {
            Known::Scalar(_) => None,
            Known::Register(r, _) => Some(self.registers[*r].structure),
        }
    }

    /// Joins two structures, and sends the arguments from the new one to theirs.
    fn join(&mut self, mode: Mode, left: usize, right: usize, args: &mut [Known]) -> Result<usize> {
        let joined = self.structures.join(mode, left, right)?;
        for arg in args {
            let Known::Register(r, path) = arg else { continue };
            let from = self.registers[*r].structure;
            // An argument joined before lies below the structure that it was joined to.
            let way = if from == right && path.is_empty() {
                &joined.paths[1]
            } else if from == left || !path.is_empty() {
                &joined.paths[0]
            } else {
                continue;
            };
            *path = way.iter().chain(&*path).copied().collect();
        }
        if let Some(notes) = &mut self.notes {
            let stored = |s: usize| self.structures.stored(s);
            let (l, r, result) = (stored(left), stored(right), stored(joined.structure));
            let _ = match mode {
                _ if joined.structure == left => {
                    writeln!(notes, "  lookup for {l} stored among {r}")
                }
                _ if joined.structure == right => {
                    writeln!(notes, "  lookup for {r} stored among {l}")
                }
                Mode::Union => writeln!(notes, "  union of {l} and {r} stored: {result}"),
                Mode::Left => writeln!(notes, "  {l} stored, stretched to {result}"),
                Mode::Intersection => {
                    writeln!(notes, "  intersection of {l} and {r} stored: {result}")
                }
            };
        }
        Ok(joined.structure)
    }

    /// Joins two structures where the result stores what `ruler` does, and the elements at some leaf positions of
    /// `other`.
    fn join_at(
        &mut self,
        ruler: usize,
        other: usize,
        positions: &[usize],
        args: &mut [Known],
    ) -> Result<usize> {
        let part = self.structures.part(other, positions)?;
        let joined = self.join(Mode::Union, ruler, part, args)?;
        self.join(Mode::Left, joined, other, args)
    }

    /// What the result of a function of two structures stores.
    fn way(
        &mut self,
        func: Func,
        compute: DType,
        args: &[Known],
        fill: Scalar,
        [first, second]: [usize; 2],
    ) -> Result<Way> {
        let mut rules = |sides| self.rules(func, compute, args, fill, sides);
        let (one, other) = (rules([first, second])?, rules([second, first])?);
        let (mode, sides, beside) = match (one, other) {
            (Rules::Always | Rules::Full, Rules::Always | Rules::Full) => {
                (Mode::Intersection, [first, second], None)
            }
            (Rules::Always, _) => (Mode::Left, [first, second], None),
            (_, Rules::Always) => (Mode::Left, [second, first], None),
            (Rules::Except(at), _) => (Mode::Left, [first, second], Some(at)),
            (_, Rules::Except(at)) => (Mode::Left, [second, first], Some(at)),
            (Rules::Full, _) => (Mode::Left, [first, second], None),
            (_, Rules::Full) => (Mode::Left, [second, first], None),
            (Rules::Never, Rules::Never) => (Mode::Union, [first, second], None),
        };
        Ok(Way { mode, sides, beside })
    }

    /// An interval that the stored values of an argument lie in, and its fill if that is among what it is read as.
    fn range(&self, arg: &Known) -> Option<Extent> {
        let (register, path) = match arg {
            Known::Scalar(value) => return range::point(*value),
            Known::Register(register, path) => (&self.registers[*register], path),
        };
        let own = match &register.source {
            Source::Leaf(..) => register.operand.and_then(Tensor::extent),
            Source::Cast(arg) => range::cast(self.range(arg), register.dtype),
            Source::Map(func, compute, args) => {
                let args = args.iter().map(|arg| (self.dtype(arg), self.range(arg)));
                range::of_args(*func, *compute, args)
            }
        }?;
        if path.is_empty() { Some(own) } else { Some(own.and(range::point(register.fill)?)) }
    }

    /// Whether a step gives one value for many others.
    fn collapses(&self, register: usize) -> bool {
        let Register { source, dtype, .. } = &self.registers[register];
        match source {
            Source::Leaf(_) => false,
            Source::Cast(arg) => dtype.kind() < self.dtype(arg).kind(),
            Source::Map(func, ..) => range::collapses(*func),
        }
    }

    fn dtype(&self, arg: &Known) -> DType {
        match arg {
            Known::Scalar(value) => value.dtype(),
            Known::Register(r, _) => self.registers[*r].dtype,
        }
    }

    /// Whether the result is its fill wherever the arguments of structure `ruler` are theirs, whatever the values
    /// that the arguments of structure `other` have.
    fn rules(
        &mut self,
        func: Func,
        compute: DType,
        args: &[Known],
        fill: Scalar,
        [ruler, other]: [usize; 2],
    ) -> Result<Rules> {
        if self.structures.get(ruler).full {
            return Ok(Rules::Full);
        }
        // Of an operand that stores everything, one value at that, any function gives one.
        let is_constant =
            |arg: &Known| self.range(arg).is_some_and(|r| r.low == r.high && !r.has_nan);
        let gives_one = range::absorbs(func)
            || self.structures.get(other).full
                && args.iter().filter(|a| self.structure(a) == Some(other)).all(is_constant);
        if !gives_one {
            return Ok(Rules::Never);
        }
        let zeros = Zeros::of(self.size);
        let args: SmallVec<[Known; 3]> = args
            .iter()
            .map(|arg| match arg {
                Known::Register(r, _) if self.registers[*r].structure == ruler => {
                    Known::Scalar(self.registers[*r].fill)
                }
                arg => arg.clone(),
            })
            .collect();
        let ranges: SmallVec<[_; 3]> = args.iter().map(|arg| self.range(arg)).collect();
        let signless = zeros == Zeros::One || !compute.is_floating();
        if signless
            && fill.is_zero()
            && range::map(func, compute, &ranges).is_some_and(range::is_zero)
        {
            return Ok(Rules::Always);
        }
        let len = self.structures.stored(other);
        let program = Program::of_map(func, compute, &args, &self.registers, &mut self.structures)?;
        // Most functions do not, which the first values show.
        let lane = len.min(LANE);
        let mut exceptions = positions_different(program.values(0..lane).view(), fill, zeros)?;
        if exceptions.len() * EXCEPTIONS > lane {
            return Ok(Rules::Never);
        }
        if len > LANE {
            // What is computed for this test is not computed again.
            for arg in &args {
                if let Known::Register(r, _) = arg
                    && !matches!(self.registers[*r].source, Source::Leaf(_))
                {
                    let program = Program::of(*r, None, &self.registers, &mut self.structures)?;
                    let leaf = program.leaf(len)?;
                    self.registers[*r].source = Source::Leaf(leaf);
                }
            }
            let (registers, structures) = (&self.registers, &mut self.structures);
            let program = Program::of_map(func, compute, &args, registers, structures)?;
            let pieces = (0..len).step_by(PIECE).map(|start| start..len.min(start + PIECE));
            let found = parallel::try_map(pieces, |piece: Range<usize>| {
                let mut found = Vec::new();
                for start in piece.clone().step_by(LANE) {
                    let values = program.values(start..piece.end.min(start + LANE));
                    let places = positions_different(values.view(), fill, zeros)?;
                    grow(func.name(), &mut found, places.len())?;
                    found.extend(places.into_iter().map(|p| start + p));
                }
                Ok::<_, crate::Error>(found)
            })?;
            let count = found.iter().map(Vec::len).sum();
            exceptions = collected(func.name(), count, found.into_iter().flatten())?;
        }
        Ok(match exceptions.len() {
            0 => Rules::Always,
            n if n * EXCEPTIONS > len => Rules::Never,
            _ => Rules::Except(exceptions),
        })
    }
}

/// How two structures become that of a result: their join, or the left one with a few elements of the right one.
struct Way {
    mode: Mode,
    sides: [usize; 2],
    beside: Option<Vec<usize>>,
}

/// Whether one structure decides what a result stores.
enum Rules {
    /// As it stores everything.
    Full,
    Always,
    /// But for the elements at these leaf positions of the other one, which are few.
    Except(Vec<usize>),
    Never,
}

/// Exceptions are few if there are not more than one in so many.
const EXCEPTIONS: usize = 8;

/// A value that says how others of a leaf behave: one that is neither zero, infinite nor NaN, if there soon is one.
fn representative(leaf: &Leaf) -> Option<Scalar> {
    let usual = |v: &Scalar| v.is_finite() && v.to::<bool>();
    let mut values = (0..leaf.len().min(LANE)).map(|k| leaf.get(k));
    let first = (!leaf.is_empty()).then(|| leaf.get(0));
    values.find(usual).or(first)
}

/// A function of operands and scalars.
pub(super) fn eval(op: &crate::standard::Map, meta: &Meta, operands: &[&Tensor]) -> Result<Tensor> {
    let mut next = 0..operands.len();
    let args = op.args.iter().map(|arg| match arg {
        crate::standard::Arg::Scalar(value) => Arg::Scalar(*value),
        crate::standard::Arg::Input => Arg::Operand(next.next().expect("as many inputs as named")),
    });
    let group = Group { steps: smallvec![Step::Map(op.func, args.collect())] };
    group.eval(op.func.name(), meta, operands, None)
}

/// A conversion.
pub(super) fn cast(dtype: DType, meta: &Meta, operand: &Tensor) -> Result<Tensor> {
    let group = Group { steps: smallvec![Step::Cast(dtype, Arg::Operand(0))] };
    group.eval("astype", meta, &[operand], None)
}

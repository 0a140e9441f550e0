//! The standard, once: every operation as a value, what it does to shapes and data types, and the trait
//! [`Array`] of everything that can evaluate it.
//!
//! An [`Op`] has a *class* with its parameters. A class is one rule for every kind of storage:
//!
//! | class | operations |
//! |---|---|
//! | [`Create`] | zeros, ones, full, eye, arange, linspace, given values |
//! | cast ([`Op::Cast`]) | astype |
//! | [`Map`] | the elementwise functions ([`Func`]), where, clip |
//! | [`Reduce`] | the reductions ([`Reduction`]) |
//! | [`Contract`] | matmul, tensordot, vecdot, outer products |
//! | [`Reindex`] | permute, reshape, broadcast, slice; flip, roll, tile, repeat, squeeze are made of them |
//! | [`Join`] | concat, stack |
//! | [`Select`] | take, put, band; indexing by arrays, assignment, tril, triu are made of them |
//! | [`Scan`] | cumulative_sum, cumulative_prod |
//! | [`Order`] | sort, argsort, searchsorted, nonzero; the functions on sets are made of them |
//! | `Fft` | the transforms of the Fourier extension |
//! | `Linalg` | the factorisations of the linear algebra extension |
//!
//! `Op::call` checks an operation against the [`Meta`] of its inputs and gives a [`Call`]; an evaluator
//! ([`Array::eval`]) takes nothing else, so shape and dtype errors are written once.

mod array;
mod axes;
mod broadcast;
mod contract;
mod create;
mod einsum;
mod elementwise;
mod expr;
#[cfg(feature = "fft")]
pub mod fft;
mod func;
mod index;
mod join;
#[cfg(feature = "linalg")]
pub mod linalg;
mod manipulation;
mod map;
mod meta;
mod op;
mod operand;
#[doc(hidden)]
pub mod operators;
mod order;
mod products;
mod reduce;
mod reduction;
mod reindex;
mod scan;
mod searching;
mod select;
mod selection;
mod sequence;
mod sets;
mod shape;

pub use array::{Array, Footprint, Outputs, Settings};
pub use axes::{Axes, resolve_axes, resolve_axis};
pub use broadcast::{broadcast_shapes, broadcasts_to};
pub use contract::{Contract, Label, Role};
pub use create::Create;
pub use expr::{Expr, Node, Ref};
#[cfg(feature = "fft")]
pub use fft::{Fft, Transform};
pub use func::Func;
pub use index::{Assignment, IndexArray, IntoIndex, Ix, Key, Part};
pub use join::Join;
#[cfg(feature = "linalg")]
pub use linalg::Linalg;
pub use manipulation::Indexing;
pub use map::{Arg, Map};
pub use meta::{Meta, Shape, checked_size, expect_dtype, size};
pub use op::{Call, Op};
pub use operand::{AsOperand, Operand};
pub use order::Order;
pub use reduce::Reduce;
pub use reduction::Reduction;
pub use reindex::{AxisSlice, Reindex};
pub use scan::{Scan, ScanKind};
pub use select::Select;
pub use selection::Repetitions;
pub use sets::{UniqueAll, UniqueCounts, UniqueInverse};
pub use shape::IntoShape;

use sequence::{reshape_lengths, sequence_length};

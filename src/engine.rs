//! The engine: evaluates the operations of the standard on [`Tensor`]s. One module for each class of operation.
//!
//! | class | module | how |
//! |---|---|---|
//! | create | `create` | sparse where the values are |
//! | cast, map | `map` | structure merged once, then values in lanes |
//! | reduce | `reduce` | segments or scattered accumulators |
//! | contract | `contract` | a kernel for each pair of structures |
//! | reindex, join, select | `reindex`, `join`, `select` | structure; values are moved as they are |
//! | scan | `scan` | stored values of a fiber; what lies between them is runs |
//! | order | `order` | stored values of a fiber, around the fill |
//! | linalg, fft | `linalg`, `fft` | dense, within the limit on dense results |
//!
//! # The life of `a + b`
//!
//! ```text
//! a.add(&b)          builds an `Op` and has it checked: shapes, dtypes, promotion       standard
//!   eval             hands the checked `Call` to the module of its class                 engine
//!   Group::eval      one step over two operands: their structures, fills, registers      engine::map
//!   way, rules       what the result stores: the union, or less if a fill absorbs        engine::map, map::range
//!   Structures::join the levels from the root down, as pairs of fibers; the last level   map::structure, map::merge
//!                    is only counted, and cut into tiles of about equally many indices   map::step
//!   Program          the instructions on lanes: look up a, look up b, add                map::program
//!   Program::join    for each tile, in parallel: its indices and the pairs of positions,
//!                    then its values, straight into the buffers of the result            kernels::merge, gather, map
//!   finish           the format that the rule gives for so many stored elements          engine::format
//! ```
//!
//! An operand whose pattern is that of the result, by pointer, is not looked up but read; where both are, nothing is
//! joined at all.
//!
//! An expression is first [planned](explain): elementwise operations are fused. Results are in the format of an
//! input, or by a written-down [rule](result_format); a scope can choose another, and the limit on dense results, by
//! its [`Options`].

mod census;
mod chain;
mod contract;
mod create;
mod densify;
#[cfg(feature = "fft")]
mod fft;
mod format;
mod join;
mod lanes;
#[cfg(feature = "linalg")]
mod linalg;
mod listing;
mod map;
mod options;
mod order;
mod overwrite;
mod plan;
mod reduce;
mod reindex;
#[cfg(all(test, feature = "testing"))]
mod samples;
mod scan;
mod select;
mod subset;
#[cfg(test)]
mod tests;
mod walk;

pub use census::Census;
pub use format::{Family, result_format};
pub use options::{Options, with_options};
pub use plan::explain;

use crate::Result;
use crate::buffer::Values;
use crate::dtype::Element;
use crate::error::evaluated;
use crate::kernels::apply::apply;
use crate::standard::{
    Array, Call, Expr, Footprint, Meta, Op, Operand, Outputs, Part, Settings, expect_dtype,
};
use crate::tensor::{Leaf, Tensor};
use plan::Plan;
use smallvec::{SmallVec, smallvec};

impl Array for Tensor {
    fn meta(&self) -> &Meta {
        self.meta()
    }

    fn footprint(&self) -> Footprint {
        Footprint {
            stored: usize::try_from(self.stored()).unwrap_or(usize::MAX),
            bytes: self.bytes(),
        }
    }

    fn eval(call: &Call<'_>, inputs: &[&Self]) -> Result<Outputs<Self>> {
        let results = eval(call, inputs)?;
        Census::count(call.op().name(), &results);
        Ok(results)
    }

    fn overwrite(&mut self, parts: &[Part], values: Operand<'_, Self>) -> Result<bool> {
        let values_fit = match values {
            Operand::Array(values) => {
                parts.iter().map(Part::len).eq(values.shape().iter().copied())
                    && self.dtype() == values.dtype()
            }
            Operand::Scalar(value) => self.dtype() == value.dtype(),
            Operand::Weak(_) => false,
        };
        let fits = values_fit
            && parts.len() == self.ndim()
            && parts.iter().zip(self.shape()).all(|(part, &n)| part.fits(n));
        Ok(fits && overwrite::overwrite(self, parts, values)?)
    }

    fn element(&self, index: &[usize]) -> Result<Self> {
        self.get(index).map(Self::scalar)
    }

    fn to_values(&self) -> Result<Values> {
        self.to_dense_values()
    }

    fn map_values<T: Element, U: Element>(
        &self,
        function: impl Fn(T) -> U + Send + Sync + 'static,
    ) -> Result<Self> {
        expect_dtype::<T>("map_values", self.dtype())?;
        let fill = function(self.fill().to()).scalar();
        let leaf = match self.leaf().iso() {
            Some(value) => Leaf::Iso(function(value.to()).scalar(), self.leaf().len()),
            None => Leaf::Element(apply("map_values", &self.values()?, function)?),
        };
        self.with_values(leaf, fill)
    }

    fn settings() -> Settings {
        let (options, scope) = (Options::current(), census::Scope::current());
        Box::new(move |body| with_options(options, || scope.run(&mut *body)))
    }

    fn eval_expr(expr: &Expr, inputs: &[&Self]) -> Result<Vec<Self>> {
        let metas: SmallVec<[&Meta; 4]> = inputs.iter().map(|t| t.meta()).collect();
        Plan::new(expr, &metas)?.run(expr, inputs, None)
    }

    fn explain_expr(expr: &Expr, inputs: &[&Self]) -> Result<String> {
        plan::explain(expr, inputs)
    }
}

crate::impl_operators!(Tensor);

fn eval(call: &Call<'_>, inputs: &[&Tensor]) -> Result<Outputs<Tensor>> {
    evaluated(call.op().name(), &call.outputs()[0].shape, || by_class(call, inputs))
}

/// As [`Array::apply`], of a step within an evaluation, which the census does not count.
fn apply_op(op: &Op, inputs: &[&Tensor]) -> Result<Outputs<Tensor>> {
    let metas: SmallVec<[&Meta; 4]> = inputs.iter().map(|t| t.meta()).collect();
    eval(&op.call(&metas)?, inputs)
}

fn by_class(call: &Call<'_>, inputs: &[&Tensor]) -> Result<Outputs<Tensor>> {
    Ok(smallvec![match call.op() {
        Op::Create(op) => create::eval(op, call.output())?,
        Op::Cast(dtype) => map::cast(*dtype, call.output(), inputs[0])?,
        Op::Map(op) => map::eval(op, call.output(), inputs)?,
        Op::Reduce(op) => return reduce::eval(op, call, inputs[0]),
        Op::Contract(op) => contract::eval(op, call, inputs[0], inputs[1])?,
        Op::Reindex(op) => reindex::eval(op, call, inputs[0])?,
        Op::Join(op) => join::eval(op, call, inputs)?,
        Op::Select(op) => select::eval(op, call, inputs)?,
        Op::Scan(op) => scan::eval(op, call, inputs[0])?,
        Op::Order(op) => return order::eval(op, call, inputs),
        #[cfg(feature = "linalg")]
        Op::Linalg(op) => return linalg::eval(*op, call, inputs),
        #[cfg(feature = "fft")]
        Op::Fft(op) => fft::eval(*op, call, inputs[0])?,
    }])
}

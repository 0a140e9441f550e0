//! [`Lazy`]: an array that records what is asked of it, and computes it when told to, in as few passes as its kind of
//! array can.
//!
//! Operations on a [`Lazy`] are checked at once, so shapes and data types are always known, and recorded.
//! [`Lazy::compute`] hands the record, an [`Expr`], to [`Array::eval_expr`] of the arrays underneath: tensors fuse
//! chains of elementwise functions into one pass over structure and one over values.
//!
//! ```
//! use redpoll::{Array, Lazy, Result, Tensor};
//! /// Written once: whether it records or computes is the caller's choice.
//! fn scaled<A: Array>(x: &A) -> Result<A> {
//!     x.multiply(1e4)?.log1p()
//! }
//! let x = Tensor::from_values([2, 2], vec![0.0, 1.0, 0.0, 2.0])?;
//! let y = scaled(&Lazy::new(x.clone()))?;
//! println!("{}", y.explain()?); // one pass over the values, two instructions
//! assert_eq!(y.compute()?.to_vec::<f64>()?, scaled(&x)?.to_vec::<f64>()?);
//! # Ok::<(), redpoll::Error>(())
//! ```

use crate::Result;
use crate::buffer::Values;
use crate::dtype::Element;
use crate::print::PrintOptions;
use crate::standard::{
    Array, Call, Expr, Footprint, Meta, Op, Outputs, Ref, Settings, expect_dtype,
};
use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};
use std::fmt;
use std::sync::Arc;

/// An array of kind `A`, recorded and not yet computed.
///
/// Cheap to clone: clones share the record. Nothing is kept of a computation: what is used again is worth a
/// [`persist`](Self::persist).
pub struct Lazy<A> {
    node: Arc<Node<A>>,
    output: usize,
}

struct Node<A> {
    kind: Kind<A>,
    inputs: SmallVec<[Lazy<A>; 2]>,
    metas: SmallVec<[Meta; 1]>,
}

enum Kind<A> {
    Held(A),
    Apply(Op),
}

impl<A> Clone for Lazy<A> {
    fn clone(&self) -> Self {
        Self { node: self.node.clone(), output: self.output }
    }
}

/// Long chains are taken apart one by one: dropped recursively, they would overflow the stack.
impl<A> Drop for Node<A> {
    fn drop(&mut self) {
        let mut rest = std::mem::take(&mut self.inputs);
        while let Some(array) = rest.pop() {
            if let Some(mut node) = Arc::into_inner(array.node) {
                rest.append(&mut node.inputs);
            }
        }
    }
}

impl<A: Array> Lazy<A> {
    /// An array to record operations on.
    pub fn new(array: A) -> Self {
        let metas = smallvec![array.meta().clone()];
        let node = Node { kind: Kind::Held(array), inputs: SmallVec::new(), metas };
        Self { node: Arc::new(node), output: 0 }
    }

    /// The value.
    ///
    /// # Errors
    /// As of the operations recorded.
    pub fn compute(&self) -> Result<A> {
        Ok(Self::compute_all(&[self])?.swap_remove(0))
    }

    /// The values of several arrays, in one go: what they share is computed once.
    ///
    /// # Errors
    /// As of the operations recorded.
    pub fn compute_all(arrays: &[&Self]) -> Result<Vec<A>> {
        if let [array] = arrays
            && let Kind::Held(held) = &array.node.kind
        {
            return Ok(vec![held.clone()]);
        }
        let (expr, inputs) = Self::expression(arrays);
        A::eval_expr(&expr, &inputs)
    }

    /// The computed array, to record further operations on.
    ///
    /// # Errors
    /// As of the operations recorded.
    pub fn persist(&self) -> Result<Self> {
        self.compute().map(Self::new)
    }

    /// The record of several arrays as one expression, and its inputs.
    pub fn expression<'a>(arrays: &[&'a Self]) -> (Expr, Vec<&'a A>) {
        let mut expr = Expr::default();
        let mut inputs = Vec::new();
        let mut done: FxHashMap<*const Node<A>, usize> = FxHashMap::default();
        // Depth first, on a stack of our own: a node is written once all that it needs is.
        let mut stack: Vec<(&'a Node<A>, bool)> =
            arrays.iter().rev().map(|array| (&*array.node, false)).collect();
        while let Some((node, ready)) = stack.pop() {
            let key: *const Node<A> = node;
            if done.contains_key(&key) {
                continue;
            }
            if !ready {
                stack.push((node, true));
                stack.extend(node.inputs.iter().rev().map(|input| (&*input.node, false)));
                continue;
            }
            let result = match &node.kind {
                Kind::Held(array) => {
                    inputs.push(array);
                    expr.input(inputs.len() - 1)
                }
                Kind::Apply(op) => {
                    let args = node.inputs.iter().map(|input| input.reference(&done));
                    expr.apply(op.clone(), args.collect::<SmallVec<[Ref; 3]>>())
                }
            };
            done.insert(key, result.node);
        }
        for array in arrays {
            expr.output(array.reference(&done));
        }
        (expr, inputs)
    }

    /// How it is computed: computes it, and says what was done. See [`Array::explain_expr`].
    ///
    /// # Errors
    /// As of the operations recorded.
    pub fn explain(&self) -> Result<String> {
        let (expr, inputs) = Self::expression(&[self]);
        A::explain_expr(&expr, &inputs)
    }

    fn reference(&self, done: &FxHashMap<*const Node<A>, usize>) -> Ref {
        Ref { node: done[&Arc::as_ptr(&self.node)], output: self.output }
    }
}

impl<A: Array> From<A> for Lazy<A> {
    fn from(array: A) -> Self {
        Self::new(array)
    }
}

impl<A: Array> Array for Lazy<A> {
    fn meta(&self) -> &Meta {
        &self.node.metas[self.output]
    }

    /// Of an array that is there, its own; of anything else, as if every element were stored: an upper bound.
    fn footprint(&self) -> Footprint {
        match &self.node.kind {
            Kind::Held(array) => array.footprint(),
            Kind::Apply(_) => {
                let stored = usize::try_from(self.size()).unwrap_or(usize::MAX);
                Footprint { stored, bytes: stored.saturating_mul(self.dtype().size()) }
            }
        }
    }

    fn eval(call: &Call<'_>, inputs: &[&Self]) -> Result<Outputs<Self>> {
        let node = Arc::new(Node {
            kind: Kind::Apply(call.op().clone()),
            inputs: inputs.iter().map(|&input| input.clone()).collect(),
            metas: call.outputs().iter().cloned().collect(),
        });
        let outputs = 0..node.metas.len();
        Ok(outputs.map(|output| Self { node: node.clone(), output }).collect())
    }

    fn settings() -> Settings {
        A::settings()
    }

    fn is_recorded(&self) -> bool {
        matches!(self.node.kind, Kind::Apply(_))
    }

    fn persist(&self) -> Result<Self> {
        Self::persist(self)
    }

    fn to_values(&self) -> Result<Values> {
        self.compute()?.to_values()
    }

    /// Computes the array: a record is data, which a function is not.
    fn map_values<T: Element, U: Element>(
        &self,
        function: impl Fn(T) -> U + Send + Sync + 'static,
    ) -> Result<Self> {
        expect_dtype::<T>("map_values", self.dtype())?;
        self.compute()?.map_values(function).map(Self::new)
    }
}

crate::impl_operators!({A: Array} Lazy<A>);

impl<A: Array> Lazy<A> {
    /// One line: shape, data type, and the last step. Nothing is computed or planned for it.
    pub fn summary(&self, options: &PrintOptions) -> String {
        let step = match &self.node.kind {
            Kind::Held(_) => "an array".to_owned(),
            Kind::Apply(op) => op.to_string(),
        };
        format!("{} {}, last step {step}", options.tuple(self.shape()), self.dtype())
    }
}

/// One line that sums it up: `Lazy [1000, 200] float32, last step log1p(·)`.
impl<A: Array> fmt::Debug for Lazy<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lazy {}", self.summary(&PrintOptions::of(f)))
    }
}

/// As `Debug`; the alternate form (`{:#}`) is the steps recorded, one in a line (see [`Expr`]).
impl<A: Array> fmt::Display for Lazy<A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if f.alternate() {
            return Self::expression(&[self]).0.fmt(f);
        }
        fmt::Debug::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tensor;
    use crate::dense::Dense;

    #[test]
    fn what_is_shared_is_recorded_once() {
        let x = Lazy::new(Dense::from_values([2], vec![1.0, 2.0]).unwrap());
        let y = x.exp().unwrap();
        let z = y.add(&y).unwrap().multiply(&x).unwrap();
        assert_eq!(
            format!("{z:#}"),
            "%0 = input 0\n%1 = exp(·) %0\n%2 = add(·, ·) %1 %1\n%3 = multiply(·, ·) %2 %0\n-> %3\n"
        );
        assert_eq!(z.to_string(), "Lazy [2] float64, last step multiply(·, ·)");
        let both = Lazy::compute_all(&[&z, &y]).unwrap();
        let e = std::f64::consts::E;
        assert_eq!(both[1].to_vec::<f64>().unwrap()[0], e);
        assert_eq!(both[0].to_vec::<f64>().unwrap()[0], 2.0 * e);
    }

    #[test]
    fn chains_may_be_long() {
        let mut x = Lazy::new(Dense::from_values([1], vec![0_i64]).unwrap());
        for _ in 0..100_000 {
            x = x.add(1).unwrap();
        }
        assert_eq!(x.to_vec::<i64>().unwrap(), [100_000]);
    }

    #[test]
    fn a_chain_on_a_tensor_is_one_pass() {
        let x = Lazy::new(Tensor::from_values([1, 3], vec![0.0, 1.0, 0.0]).unwrap());
        let y = x.multiply(2.0).unwrap().log1p().unwrap().sqrt().unwrap();
        assert!(y.explain().unwrap().contains("3 instructions"));
    }
}

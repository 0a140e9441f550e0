//! Variance, standard deviation, and mean and variance at once. A partial result is the mean and the variance of its
//! elements; several are merged by the formula of Chan, Golub and LeVeque (1979) for many groups, with the weights
//! wᵢ = nᵢ / Σ n:
//!
//! ```text
//! mean = Σ wᵢ meanᵢ          variance = Σ wᵢ (varianceᵢ + (meanᵢ − mean)²)
//! ```

use super::{Context, Partial, Rule};
use crate::chunked::draft::{Draft, Value};
use crate::dtype::DType;
use crate::standard::{Array, Create, Func, Reduction, Shape};
use smallvec::{SmallVec, smallvec};

pub(super) struct Moments;

impl<A: Array> Rule<A> for Moments {
    fn chunk(
        &self,
        of: &Context<'_>,
        block: Value,
        _: usize,
        draft: &mut Draft<A>,
    ) -> SmallVec<[Value; 2]> {
        let block = draft.cast(block, of.input, Context::carried(of.input));
        draft.apply_all(of.of_block(Reduction::MeanVar { correction: 0.0 }), [block], 2)
    }

    fn combine(
        &self,
        of: &Context<'_>,
        partials: &[Partial],
        draft: &mut Draft<A>,
    ) -> SmallVec<[Value; 2]> {
        let means = of.join(partials, 0, draft);
        let variances = of.join(partials, 1, draft);
        let total: f64 = partials.iter().map(|p| p.count).sum();
        let mut shape: Shape = smallvec![1; of.ndim];
        shape[of.axis] = partials.len();
        let weights: Vec<f64> = partials.iter().map(|p| p.count / total).collect();
        let weights = draft.apply(Create::Literal { shape, values: weights.into() }, []);
        let sum = of.of_partials(Reduction::Sum);
        let weighted = draft.map(Func::Multiply, [means.into(), weights.into()]);
        let mean = draft.apply(sum.clone(), [weighted]);
        let distance = draft.map(Func::Subtract, [means.into(), mean.into()]);
        let between = draft.map(Func::Square, [distance.into()]);
        let within = draft.map(Func::Add, [variances.into(), between.into()]);
        let weighted = draft.map(Func::Multiply, [within.into(), weights.into()]);
        let variance = draft.apply(sum, [weighted]);
        smallvec![mean, variance]
    }

    fn finish(&self, of: &Context<'_>, all: Partial, draft: &mut Draft<A>) -> SmallVec<[Value; 2]> {
        let (Reduction::Var { correction }
        | Reduction::Std { correction }
        | Reduction::MeanVar { correction }) = of.op.reduction
        else {
            unreachable!("the rule of the variances")
        };
        let [mean, variance] = all.values[..] else { unreachable!("a mean and a variance") };
        // From Σ d² / n to Σ d² / (n − correction); with nothing left to divide by, NaN or infinite.
        let factor = all.count / (all.count - correction).max(0.0);
        let variance = draft.map(Func::Multiply, [variance.into(), factor.into()]);
        let cast = |value, draft: &mut Draft<A>| draft.cast(value, DType::Float64, of.output);
        match of.op.reduction {
            Reduction::MeanVar { .. } => smallvec![cast(mean, draft), cast(variance, draft)],
            Reduction::Std { .. } => {
                let deviation = draft.map(Func::Sqrt, [variance.into()]);
                smallvec![cast(deviation, draft)]
            }
            _ => smallvec![cast(variance, draft)],
        }
    }
}

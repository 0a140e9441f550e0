//! Variance, standard deviation, and mean and variance at once. A partial result is the mean and the variance of its
//! elements; several are merged by the formula of Chan, Golub and LeVeque (1979) for many groups, with the weights
//! wᵢ = nᵢ / Σ n:
//!
//! ```text
//! mean = Σ wᵢ meanᵢ          variance = Σ wᵢ (varianceᵢ + (meanᵢ − mean)²)
//! ```

use super::{Arrays, Lowering, Rule, carried};
use crate::chunked::draft::Value;
use crate::dtype::DType;
use crate::standard::{Array, Create, Func, Reduction, Shape};
use smallvec::smallvec;

pub(super) struct Moments;

impl<A: Array> Rule<A> for Moments {
    fn chunk(&self, of: &mut Lowering<'_, A>, block: Value, _: usize) -> Arrays {
        let block = of.draft.cast(block, of.input, carried(of.input));
        of.block(Reduction::MeanVar { correction: 0.0 }, block, 2)
    }

    fn combine(&self, of: &mut Lowering<'_, A>, joined: &[Value], counts: &[f64]) -> Arrays {
        let &[means, variances] = joined else { unreachable!("a mean and a variance") };
        let total: f64 = counts.iter().sum();
        let mut shape: Shape = smallvec![1; of.ndim];
        shape[of.axis] = counts.len();
        let weights: Vec<f64> = counts.iter().map(|count| count / total).collect();
        let weights = of.draft.apply(Create::Literal { shape, values: weights.into() }, []);
        let weighted = of.draft.map(Func::Multiply, [means.into(), weights.into()]);
        let mean = of.joined(Reduction::Sum, weighted);
        let distance = of.draft.map(Func::Subtract, [means.into(), mean.into()]);
        let between = of.draft.map(Func::Square, [distance.into()]);
        let within = of.draft.map(Func::Add, [variances.into(), between.into()]);
        let weighted = of.draft.map(Func::Multiply, [within.into(), weights.into()]);
        smallvec![mean, of.joined(Reduction::Sum, weighted)]
    }

    fn finish(&self, of: &mut Lowering<'_, A>, all: &[Value], count: f64) -> Arrays {
        let (Reduction::Var { correction }
        | Reduction::Std { correction }
        | Reduction::MeanVar { correction }) = of.op.reduction
        else {
            unreachable!("the rule of the variances")
        };
        let &[mean, variance] = all else { unreachable!("a mean and a variance") };
        // From Σ d² / n to Σ d² / (n − correction); with nothing left to divide by, NaN or infinite.
        let factor = count / (count - correction).max(0.0);
        let variance = of.draft.map(Func::Multiply, [variance.into(), factor.into()]);
        let results: Arrays = match of.op.reduction {
            Reduction::MeanVar { .. } => smallvec![mean, variance],
            Reduction::Std { .. } => smallvec![of.draft.map(Func::Sqrt, [variance.into()])],
            _ => smallvec![variance],
        };
        let cast = |value| of.draft.cast(value, DType::Float64, of.output);
        results.into_iter().map(cast).collect()
    }
}

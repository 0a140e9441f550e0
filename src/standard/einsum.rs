//! Sums of products in the notation of `einsum`: `"ij,jk->ik"`.
//!
//! Each operand first loses what it can lose alone: a label twice in it is a diagonal, a label nowhere else is summed.
//! What remains are contractions of pairs, of which the one whose result is expected to store least comes first. They are
//! one expression, so that an array need not hold what is between them.

use super::axes::signed;
use super::contract::name;
use super::manipulation::{reshaped, sliced};
use super::{
    Array, Axes, AxisSlice, Contract, Expr, Label, Ref, Reindex, Shape, broadcast_shapes,
    checked_size,
};
use crate::Result;
use crate::error::ShapeError;
use smallvec::SmallVec;

const OP: &str = "einsum";

/// The labels of the axes that an ellipsis stands for begin here, after those of the letters.
const ELLIPSIS: Label = 52;

type Labels = SmallVec<[Label; 8]>;

/// The subscripts of one array.
struct Term {
    /// The labels of the letters.
    labels: Labels,
    /// The place of an ellipsis among them.
    ellipsis: Option<usize>,
}

/// An array with a label for each axis.
struct Labelled<A> {
    array: A,
    labels: Labels,
}

/// An array in the expression.
struct Factor {
    result: Ref,
    labels: Labels,
    /// How many elements it is expected to store.
    stored: u128,
}

/// The sum of products over the labels that the result lacks.
pub(super) fn einsum<A: Array>(subscripts: &str, arrays: &[&A]) -> Result<A> {
    let wrong = |reason: String| wrong(subscripts, reason);
    let (terms, result) = parse(subscripts)?;
    super::op::expect_arity(OP, terms.len(), arrays.len())?;
    let mut hidden: Vec<&[usize]> = Vec::new();
    for (k, (term, array)) in terms.iter().zip(arrays).enumerate() {
        let axes = array.ndim();
        let named = term.labels.len();
        let count = axes.checked_sub(named).filter(|&n| n == 0 || term.ellipsis.is_some());
        let Some(count) = count else {
            return Err(wrong(format!("operand {k} has {axes} axes, but {named} subscripts")));
        };
        let start = term.ellipsis.unwrap_or(named);
        hidden.push(&array.shape()[start..start + count]);
    }
    let hidden = broadcast_shapes(OP, hidden)?;
    if hidden.len() > usize::from(Label::MAX - ELLIPSIS) {
        return Err(wrong(format!("an ellipsis stands for {} axes", hidden.len())));
    }
    let result = result_labels(subscripts, &terms, result, hidden.len())?;
    let mut operands: Vec<Labelled<A>> = terms
        .iter()
        .zip(arrays)
        .map(|(term, array)| labelled(term, *array, &hidden))
        .collect::<Result<_>>()?;
    let mut lengths: [Option<usize>; 256] = [None; 256];
    for operand in &operands {
        for (&label, &n) in operand.labels.iter().zip(operand.array.shape()) {
            match lengths[usize::from(label)].replace(n) {
                Some(other) if other != n => {
                    let label = name(label);
                    return Err(wrong(format!("subscript {label} has length {other} and {n}")));
                }
                _ => {}
            }
        }
    }
    for k in 0..operands.len() {
        operands[k].take_diagonals()?;
        let others = |label: &Label| {
            operands.iter().enumerate().any(|(other, o)| other != k && o.labels.contains(label))
        };
        let alone: Labels = operands[k].labels.clone();
        let alone = alone.into_iter().filter(|l| !result.contains(l) && !others(l)).collect();
        operands[k].sum(alone)?;
    }
    let arrays: Vec<A> = operands.iter().map(|operand| operand.array.clone()).collect();
    let mut expr = Expr::default();
    let mut factors: Vec<Factor> = operands
        .into_iter()
        .enumerate()
        .map(|(k, Labelled { array, labels })| {
            let stored = match array.is_recorded() {
                true => array.meta().size(),
                false => array.footprint().stored as u128,
            };
            Factor { result: expr.input(k), labels, stored }
        })
        .collect();
    while factors.len() > 1 {
        let (left, right, stored) = cheapest(&factors, &result, &lengths);
        let (b, a) = (factors.remove(right), factors.remove(left));
        let kept = kept(&a, &b, &factors, &result);
        let product = Contract { left: a.labels, right: b.labels, result: kept.clone() };
        let product = expr.apply(product, [a.result, b.result]);
        factors.insert(left, Factor { result: product, labels: kept, stored });
    }
    let Some(last) = factors.pop() else { return Err(wrong("no operands".to_owned())) };
    expr.output(last.result);
    let array = A::eval_expr(&expr, &arrays.iter().collect::<Vec<_>>())?.swap_remove(0);
    Labelled { array, labels: last.labels }.in_order(&result)
}

fn wrong(subscripts: &str, reason: String) -> crate::Error {
    let value = format!("{subscripts:?}");
    ShapeError::Parameter { op: OP.to_owned(), what: "subscripts", value, reason }.into()
}

/// The terms of the operands, and that of the result if it is written.
fn parse(subscripts: &str) -> Result<(Vec<Term>, Option<Term>)> {
    let term = |text: &str| -> Result<Term> {
        let mut term = Term { labels: Labels::new(), ellipsis: None };
        let mut rest = text.trim_start();
        while let Some(letter) = rest.chars().next() {
            if let Some(after) = rest.strip_prefix("...") {
                if term.ellipsis.replace(term.labels.len()).is_some() {
                    return Err(wrong(subscripts, format!("{text:?} has two ellipses")));
                }
                rest = after.trim_start();
                continue;
            }
            term.labels.push(match letter {
                'a'..='z' => letter as Label - b'a',
                'A'..='Z' => letter as Label - b'A' + 26,
                _ => return Err(wrong(subscripts, format!("{letter:?} is no subscript"))),
            });
            rest = rest[1..].trim_start();
        }
        Ok(term)
    };
    let (operands, result) = match subscripts.split_once("->") {
        Some((operands, result)) => (operands, Some(term(result)?)),
        None => (subscripts, None),
    };
    Ok((operands.split(',').map(term).collect::<Result<_>>()?, result))
}

/// The labels of the result, in order; `hidden` axes come from ellipses.
fn result_labels(
    subscripts: &str,
    terms: &[Term],
    result: Option<Term>,
    hidden: usize,
) -> Result<Labels> {
    let hidden = (0..hidden).map(|k| ELLIPSIS + k as Label);
    let Some(Term { mut labels, ellipsis }) = result else {
        // Labels that come once, in the order of the alphabet.
        let mut all: Labels = terms.iter().flat_map(|t| t.labels.iter().copied()).collect();
        all.sort_unstable_by_key(|&label| (label < 26, label));
        let once = all.chunk_by(|a, b| a == b).filter(|same| same.len() == 1).map(|same| same[0]);
        return Ok(hidden.chain(once).collect());
    };
    for (k, label) in labels.iter().enumerate() {
        let what = if labels[..k].contains(label) {
            "comes twice in the result"
        } else if !terms.iter().any(|t| t.labels.contains(label)) {
            "is in no operand"
        } else {
            continue;
        };
        return Err(wrong(subscripts, format!("subscript {} {what}", name(*label))));
    }
    match ellipsis {
        Some(place) => labels.insert_many(place, hidden),
        None if hidden.len() == 0 => {}
        None => return Err(wrong(subscripts, "the result lacks the ellipsis".to_owned())),
    }
    Ok(labels)
}

/// An operand with its labels. Axes of an ellipsis that stretch are dropped.
fn labelled<A: Array>(term: &Term, array: &A, hidden: &[usize]) -> Result<Labelled<A>> {
    let count = array.ndim() - term.labels.len();
    let place = term.ellipsis.unwrap_or(0);
    let first = hidden.len() - count;
    let mut labels = term.labels.clone();
    labels.insert_many(place, (first..hidden.len()).map(|k| ELLIPSIS + k as Label));
    let stretches = |&(label, n): &(Label, usize)| {
        label >= ELLIPSIS && n == 1 && hidden[usize::from(label - ELLIPSIS)] != 1
    };
    let axes =
        labels.into_iter().zip(array.shape().iter().copied()).filter(|axis| !stretches(axis));
    let (labels, shape): (Labels, Shape) = axes.unzip();
    Ok(Labelled { array: reshaped(array, shape)?, labels })
}

/// The labels that the product of two operands keeps: those of the result and of other operands.
fn kept(a: &Factor, b: &Factor, others: &[Factor], result: &[Label]) -> Labels {
    let both = a.labels.iter().chain(b.labels.iter().filter(|l| !a.labels.contains(l)));
    let needed =
        |label: &&Label| result.contains(label) || others.iter().any(|o| o.labels.contains(label));
    let kept: Labels = both.copied().filter(|l| needed(&l)).collect();
    if others.is_empty() { result.into() } else { kept }
}

/// The pair of operands whose product is expected to store the fewest elements: no more than it has, nor than the
/// products of numbers it is the sum of, if what is stored is spread evenly. Of pairs alike the one with the fewest
/// elements. With that number.
fn cheapest(
    operands: &[Factor],
    result: &[Label],
    lengths: &[Option<usize>; 256],
) -> (usize, usize, u128) {
    let pairs = (0..operands.len()).flat_map(|b| (0..b).map(move |a| (a, b)));
    let length = |label: Label| lengths[usize::from(label)].unwrap_or(1) as u128;
    let size = |&(a, b): &(usize, usize)| {
        let (a_labels, b_labels) = (&operands[a].labels, &operands[b].labels);
        let (shared, other): (Labels, Labels) =
            b_labels.iter().copied().partition(|l| a_labels.contains(l));
        let needed = |label: &&Label| {
            let others = operands.iter().enumerate().filter(|(k, _)| *k != a && *k != b);
            result.contains(label) || others.into_iter().any(|(_, o)| o.labels.contains(label))
        };
        let all = a_labels.iter().chain(&other).filter(needed);
        let size = all.fold(1, |n, &label| u128::saturating_mul(n, length(label)));
        let terms = operands[a].stored.saturating_mul(operands[b].stored);
        let met = shared.iter().fold(terms, |n, &label| n.div_ceil(length(label).max(1)));
        (size.min(met), size)
    };
    let (a, b) = pairs.min_by_key(size).expect("at least two operands");
    (a, b, size(&(a, b)).0)
}

impl<A: Array> Labelled<A> {
    /// Of axes with one label, only the elements with one index remain, along one axis.
    fn take_diagonals(&mut self) -> Result<()> {
        loop {
            let twice = (0..self.labels.len()).find_map(|b| {
                let a = self.labels[..b].iter().position(|&l| l == self.labels[b])?;
                Some((a, b))
            });
            let Some((a, b)) = twice else { return Ok(()) };
            let n = self.array.shape()[a];
            let rest = (0..self.labels.len()).filter(|&axis| axis != a && axis != b);
            let axes: SmallVec<[usize; 4]> = rest.chain([a, b]).collect();
            let labels: Labels = axes[..axes.len() - 1].iter().map(|&x| self.labels[x]).collect();
            let mut shape: Shape =
                axes[..axes.len() - 2].iter().map(|&x| self.array.shape()[x]).collect();
            shape.push(checked_size(OP, &[n, n])?);
            let square = A::apply_one(Reindex::Permute { axes }, &[&self.array])?;
            let mut slices: SmallVec<[AxisSlice; 4]> =
                shape.iter().map(|&n| AxisSlice::full(n)).collect();
            // An element of the diagonal lies n + 1 elements after the one before it.
            let step = signed(n).saturating_add(1);
            slices[shape.len() - 1] = AxisSlice { start: 0, step, length: n };
            *self = Self { array: sliced(&reshaped(&square, shape)?, slices)?, labels };
        }
    }

    /// Sums over some labels, in the data type of the array.
    fn sum(&mut self, labels: Labels) -> Result<()> {
        if labels.is_empty() {
            return Ok(());
        }
        let axes: SmallVec<[isize; 4]> = (0..self.labels.len())
            .filter(|&axis| labels.contains(&self.labels[axis]))
            .map(signed)
            .collect();
        self.array = self.array.sum(Axes::from(axes.as_slice()))?.astype(self.array.dtype())?;
        self.labels.retain(|label| !labels.contains(label));
        Ok(())
    }

    /// The array with its axes in the order of the labels of the result.
    fn in_order(self, result: &[Label]) -> Result<A> {
        if self.labels.as_slice() == result {
            return Ok(self.array);
        }
        let place = |label| self.labels.iter().position(|l| l == label);
        let axes = result.iter().map(|l| place(l).expect("every label of the result is kept"));
        A::apply_one(Reindex::Permute { axes: axes.collect() }, &[&self.array])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subscripts_are_read() {
        let (terms, result) = parse(" i j ... , ...jB -> B...i").unwrap();
        assert_eq!(terms[0].labels.as_slice(), [8, 9]);
        assert_eq!((terms[0].ellipsis, terms[1].ellipsis), (Some(2), Some(0)));
        let labels = result_labels("", &terms, result, 1).unwrap();
        assert_eq!(labels.as_slice(), [27, ELLIPSIS, 8]);
        assert_eq!(result_labels("", &terms, None, 0).unwrap().as_slice(), [27, 8]);
        for text in ["i1", "i->j", "i->ii", "......", "i..", "é", "i,->->"] {
            let read = parse(text).and_then(|(t, r)| result_labels(text, &t, r, 0));
            assert!(read.unwrap_err().to_string().starts_with("einsum: subscripts is "), "{text}");
        }
    }
}

//! Kinds of array with a fault planted in them: the conformance suite finds each.

mod kind;

use kind::{Fault, Planted, circulant};
use redpoll::testing::{Check, checks, structures};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The checks that find a fault, of those whose name is wanted.
fn finders(fault: Fault, wanted: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let make = |shape: &[usize], values| Planted::new(shape, values, fault);
    let fails = |check: Check<_>| catch_unwind(AssertUnwindSafe(|| check(&make))).is_err();
    checks::<Planted>()
        .into_iter()
        .filter(|&(name, check)| wanted(name) && fails(check))
        .map(|(name, _)| name)
        .collect()
}

#[test]
fn nothing_planted_nothing_found() {
    assert_eq!(finders(Fault::None, |_| true), [""; 0]);
}

/// One test for each fault, and the check that must find it.
macro_rules! found {
    ($($test:ident: $fault:ident by $check:literal;)+) => {$(
        #[test]
        fn $test() {
            assert_eq!(finders(Fault::$fault, |name| name == $check), [$check]);
        }
    )+};
}

found! {
    diagonal_times_diagonal_adds: DiagonalsAdd by "elementwise::structured";
    a_banded_matrix_loses_its_last_row: BandLosesLastRow by "linear_algebra::matrix_transpose";
    the_correction_of_a_variance_is_ignored: CorrectionIgnored by "statistical::reductions";
    a_permutation_is_taken_for_its_inverse: PermutationInverted by "linear_algebra::structured";
    the_sum_of_a_constant_is_the_constant: ConstantSummedOnce by "statistical::reductions";
    a_triangular_matrix_loses_its_diagonal: TriangleLosesDiagonal by "manipulation::reversals";
    a_symmetric_matrix_hides_its_last_corner: SymmetricCornerLost by "statistical::cumulative";
    the_sign_of_a_zero_is_lost: ZeroSignLost by "elementwise::unary";
    an_axis_of_length_one_is_not_stretched: LengthOneNotStretched by "elementwise::binary";
    the_last_of_equals_is_taken: LastOfEquals by "searching::extremes";
    the_last_chunk_is_forgotten: LastChunkForgotten by "statistical::reductions";
}

#[test]
fn an_authors_own_structure_is_among_the_inputs() {
    let check = "elementwise::structured";
    let find = || finders(Fault::CirculantsAdd, |name| name == check);
    assert_eq!(structures::beside(circulant, find), [check]);
}

//! Every format against dense values, and hostile input against the constructors.

use super::super::*;
use crate::buffer::{Buffer, Indices};
use crate::standard::checked_size;
use crate::with_dtype;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index as Choice, select};

/// A dense array, and which of its elements are to be stored.
#[derive(Debug, Clone)]
struct Oracle {
    shape: Vec<usize>,
    values: Values,
    stored: Vec<bool>,
    fill: Scalar,
}

impl Oracle {
    fn index(&self, mut k: usize) -> Vec<usize> {
        let mut index = vec![0; self.shape.len()];
        for (i, &n) in index.iter_mut().zip(&self.shape).rev() {
            (*i, k) = (k % n, k / n);
        }
        index
    }

    /// As coordinates, last ones first.
    fn tensor(&self, format: &Format) -> Tensor {
        let order: Vec<u64> =
            (0..self.values.len() as u64).rev().filter(|&k| self.stored[k as usize]).collect();
        let columns: Vec<Vec<usize>> = (0..self.shape.len())
            .map(|d| order.iter().map(|&k| self.index(k as usize)[d]).collect())
            .collect();
        let values = gather::gather_values(self.values.view(), &order.into()).unwrap();
        Tensor::from_coo(&self.shape, columns, values, self.fill, Duplicates::Error, format)
            .unwrap()
    }

    fn check(&self, t: &Tensor) {
        assert_eq!(t.shape(), self.shape);
        assert_eq!(t.to_dense_values().unwrap(), self.values, "{t:?}");
        for k in 0..self.values.len() {
            assert_eq!(t.get(self.index(k)).unwrap(), self.values.get(k), "{t:?} {k}");
        }
        check_pattern(t.pattern());
        assert!(t.bytes() as u128 <= t.format().bytes_for(t.shape(), t.dtype(), t.stored()));
        if !t.pattern().kinds().any(LevelKind::is_full) && t.ndim() > 0 {
            assert_eq!(t.stored(), self.stored.iter().filter(|&&s| s).count() as u128, "{t:?}");
        }
    }
}

/// A pattern's views of itself agree.
fn check_pattern(pattern: &Arc<Pattern>) {
    let listed = pattern.coordinates().unwrap();
    assert_eq!(listed.len() as u128, pattern.count());
    Coordinates::try_new(listed.dims(), listed.len(), listed.index().to_vec()).unwrap();
    for c in 0..listed.len() {
        let tuple: Vec<_> = listed.index().iter().map(|i| i.get(c)).collect();
        let child = listed.child().map_or(c, |child| child.get(c));
        assert_eq!(pattern.find(&tuple), Some(child), "{pattern:?} {tuple:?}");
    }
    let compressed = pattern.compressed().unwrap();
    assert_eq!(compressed.stored(), pattern.stored());
    assert_eq!(compressed.coordinates().unwrap(), listed);
    assert_eq!(compressed.levels().len(), pattern.ndim());
}

fn values(dtype: DType) -> impl Strategy<Value = Scalar> {
    let value = select(vec![0.0, 0.0, -0.0, 1.0, 1.0, 2.5, f64::NAN, f64::NEG_INFINITY]);
    value.prop_map(move |v| Scalar::from(v).cast(dtype))
}

fn shapes() -> impl Strategy<Value = Vec<usize>> {
    vec(select(vec![1_usize, 2, 3, 3, 4, 5, 0]), 0..5)
}

fn oracles() -> impl Strategy<Value = Oracle> {
    let dtypes = select(vec![
        DType::Bool,
        DType::UInt8,
        DType::Int64,
        DType::Float32,
        DType::Float64,
        DType::Complex128,
    ]);
    (shapes(), dtypes).prop_flat_map(|(shape, dtype)| {
        let size = checked_size("test", &shape).unwrap();
        (vec((values(dtype), 0_u8..3), size), values(dtype)).prop_map(move |(elements, fill)| {
            // A third are left to the fill, the others stored, also where they equal it.
            let values: Vec<Scalar> =
                elements.iter().map(|&(v, s)| if s == 0 { fill } else { v }).collect();
            let stored = elements.iter().map(|&(_, s)| s > 0).collect();
            let values = with_dtype!(dtype, T => {
                values.into_iter().map(|v| v.to::<T>()).collect::<Vec<_>>().into()
            });
            Oracle { shape: shape.clone(), values, stored, fill }
        })
    })
}

fn formats(ndim: usize) -> impl Strategy<Value = Format> {
    let order = Just((0..ndim).collect::<Vec<_>>()).prop_shuffle();
    (vec((0_u8..7, 1_usize..4), ndim), order, any::<bool>()).prop_map(
        move |(kinds, order, sorted)| {
            let (mut levels, mut left) = (vec![], ndim);
            for (kind, k) in kinds {
                let level = match kind {
                    0 => LevelKind::Dense,
                    1 | 2 => LevelKind::Sparse,
                    3 => LevelKind::Bitmap,
                    4 | 5 => LevelKind::Runs,
                    _ => LevelKind::Coo(k.min(left).max(1)),
                };
                if level.ndim() <= left {
                    left -= level.ndim();
                    levels.push(level);
                }
            }
            levels.extend(std::iter::repeat_n(LevelKind::Sparse, left));
            let format = Format::of(levels);
            if sorted { format } else { format.with_order(&order).unwrap() }
        },
    )
}

fn oracle_and_formats() -> impl Strategy<Value = (Oracle, Format, Format)> {
    oracles().prop_flat_map(|o| {
        let ndim = o.shape.len();
        (Just(o), formats(ndim), formats(ndim))
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_format_holds_the_elements((oracle, a, b) in oracle_and_formats()) {
        let t = oracle.tensor(&a);
        prop_assert_eq!(t.format(), a.clone());
        oracle.check(&t);
        let other = t.to_format(&b).unwrap();
        prop_assert_eq!(other.format(), b.clone());
        if a.levels().iter().any(|k| k.is_full()) {
            // What a full level stores comes along.
            prop_assert_eq!(other.to_dense_values().unwrap(), oracle.values.clone());
            check_pattern(other.pattern());
        } else {
            oracle.check(&other);
        }
        prop_assert!(t.same_bits(&other).unwrap());
    }

    #[test]
    fn fills_are_not_stored_when_pruned((mut oracle, a, b) in oracle_and_formats()) {
        let t = oracle.tensor(&a).sparsify(&b).unwrap();
        let dense = Tensor::from_dense(&oracle.shape, oracle.values.clone(), oracle.fill, &b).unwrap();
        for k in 0..oracle.values.len() {
            oracle.stored[k] = oracle.values.get(k) != oracle.fill;
        }
        oracle.check(&t);
        oracle.check(&dense);
        prop_assert_eq!(t.pattern(), dense.pattern());
        prop_assert_eq!(t.leaf(), dense.leaf());
        // Asked to prune, it drops zeros of the other sign too.
        let pruned = dense.prune().unwrap();
        let is_fill = |k: &usize| oracle.values.get(*k).same_fill(oracle.fill);
        for k in 0..oracle.values.len() {
            prop_assert!(pruned.get(oracle.index(k)).unwrap().same_fill(oracle.values.get(k)));
        }
        if !b.levels().iter().any(|k| k.is_full()) && pruned.ndim() > 0 {
            let others = (0..oracle.values.len()).filter(|k| !is_fill(k)).count();
            prop_assert_eq!(pruned.stored(), others as u128);
        }
    }

    #[test]
    fn permuting_moves_the_axes((oracle, format, like) in oracle_and_formats()) {
        let t = oracle.tensor(&format);
        let axes = like.order();
        let p = t.permute(axes).unwrap();
        prop_assert_eq!(p.format(), format.permuted(axes).unwrap());
        for k in 0..oracle.values.len() {
            let index = oracle.index(k);
            let moved: Vec<_> = axes.iter().map(|&a| index[a]).collect();
            prop_assert_eq!(p.get(&moved).unwrap(), oracle.values.get(k));
        }
        prop_assert!(p.same_bits(&p.to_format(&Format::dense(p.ndim())).unwrap()).unwrap());
    }

    #[test]
    fn one_other_element_is_a_difference((oracle, a, b) in oracle_and_formats(), at in any::<Choice>()) {
        prop_assume!(!oracle.values.is_empty());
        let at = at.index(oracle.values.len());
        let changed = if oracle.values.get(at).is_zero() { Scalar::one } else { Scalar::zero }(oracle.fill.dtype());
        let mut other = oracle.clone();
        with_dtype!(changed.dtype(), T => {
            let mut values = other.values.as_slice::<T>().unwrap().to_vec();
            values[at] = changed.to();
            other.values = values.into();
        });
        other.stored[at] = true;
        prop_assert!(!oracle.tensor(&a).same_bits(&other.tensor(&b)).unwrap());
    }

    #[test]
    fn formats_read_what_they_print(format in (0_usize..6).prop_flat_map(formats), leaf in select(vec![LeafKind::Element, LeafKind::Pattern, LeafKind::Iso])) {
        let format = format.with_leaf(leaf);
        prop_assert_eq!(format.to_string().parse::<Format>().unwrap(), format);
    }

    #[test]
    fn any_text_is_a_format_or_an_error(text in "[a-z0-9()\\[\\], é]{0,20}|(dense|coo2?|csf|sparse)[(]([0-9]{0,30}|sparse|element|dense[(]iso[)])[)]{0,2}(\\[[0-9,]*\\])?") {
        if let Ok(format) = text.parse::<Format>() {
            prop_assert_eq!(format.to_string().parse::<Format>().unwrap(), format);
        }
    }

    #[test]
    fn a_changed_array_is_refused_or_still_valid((oracle, format, _) in oracle_and_formats(), which in any::<Choice>(), at in any::<Choice>(), to in select(vec![0_usize, 1, 2, 3, 5, 100, u32::MAX as usize - 1, 1 << 40])) {
        let pattern = oracle.tensor(&format).pattern().clone();
        let mut levels = pattern.levels().to_vec();
        {
            let mut arrays: Vec<&mut Indices> = levels.iter_mut().flat_map(Level::arrays_mut).collect();
            prop_assume!(!arrays.is_empty());
            let array = &mut arrays[which.index(which_len(&pattern))];
            let mut all: Vec<u64> = array.iter().map(|i| i as u64).collect();
            if all.is_empty() { all.push(to as u64) } else { let at = at.index(all.len()); all[at] = to as u64 }
            **array = all.into();
        }
        if let Ok(changed) = Pattern::try_new(pattern.dims(), levels) {
            check_pattern(&Arc::new(changed));
        }
    }

    #[test]
    fn garbage_is_refused(dims in vec(0_usize..5, 0..4), levels in vec(garbage(), 0..4)) {
        if let Ok(pattern) = Pattern::try_new(&dims, levels) {
            check_pattern(&Arc::new(pattern));
        }
    }

    #[test]
    fn hostile_matrices_are_refused_or_right(rows in 0_usize..4, cols in 0_usize..4, ptr in vec(-1_i64..4, 0..5), idx in vec(-1_i32..4, 0..5), sum in any::<bool>()) {
        let duplicates = if sum { Duplicates::Sum } else { Duplicates::Error };
        let values: Vec<i32> = (1..=idx.len() as i32).collect();
        if let Ok(t) = Tensor::from_csc([rows, cols], ptr.clone(), idx.clone(), values.clone(), duplicates) {
            let mut dense = vec![0; rows * cols];
            for (c, range) in ptr.windows(2).enumerate() {
                for k in range[0] as usize..range[1] as usize {
                    dense[idx[k] as usize * cols + c] += values[k];
                }
            }
            prop_assert_eq!(t.to_dense_values().unwrap(), dense.into());
        }
    }

    #[test]
    fn duplicates_add_up(entries in vec((0_usize..3, 0_usize..3, -5_i64..5), 0..20), format in formats(2), last in any::<bool>()) {
        let columns = [entries.iter().map(|e| e.0).collect::<Vec<_>>(), entries.iter().map(|e| e.1).collect()];
        let values: Vec<i64> = entries.iter().map(|e| e.2).collect();
        let mut dense = vec![0; 9];
        for &(r, c, v) in &entries {
            dense[3 * r + c] = if last { v } else { dense[3 * r + c] + v };
        }
        let duplicates = if last { Duplicates::Last } else { Duplicates::Sum };
        let t = Tensor::from_coo([3, 3], columns, values, 0_i64, duplicates, &format).unwrap();
        prop_assert_eq!(t.to_dense_values().unwrap(), dense.into());
    }

    #[test]
    fn sorting_by_digits_sorts(rows in vec((0_u32..300, 0_u32..70_000), 0..50)) {
        let (a, b): (Vec<u32>, Vec<u32>) = rows.iter().copied().unzip();
        let sorted = coordinates::sort_by_digits(&[(&a, 300), (&b, 70_000)], rows.len()).unwrap();
        let mut expected: Vec<u32> = (0..rows.len() as u32).collect();
        expected.sort_by_key(|&k| rows[k as usize]);
        prop_assert_eq!(sorted, expected);
    }
}

fn which_len(pattern: &Pattern) -> usize {
    pattern.levels().to_vec().iter_mut().flat_map(Level::arrays_mut).count()
}

fn garbage() -> impl Strategy<Value = Level> {
    let array = || {
        (
            vec(select(vec![0_u64, 0, 1, 1, 2, 3, 4, 5, u64::from(u32::MAX), u64::MAX - 1]), 0..6),
            any::<bool>(),
        )
            .prop_map(|(v, wide)| {
                match wide || v.iter().any(|&i| i >= u64::from(u32::MAX)) {
                    true => Indices::from(v),
                    false => Indices::from(v.into_iter().map(|i| i as u32).collect::<Vec<_>>()),
                }
            })
    };
    prop_oneof![
        Just(Level::Dense),
        (array(), array()).prop_map(|(ptr, idx)| Level::Sparse { ptr, idx }),
        (array(), vec(array(), 0..3)).prop_map(|(ptr, idx)| Level::Coo { ptr, idx }),
        (vec(0_u64..32, 0..2), array())
            .prop_map(|(bits, rank)| Level::Bitmap { bits: Buffer::from(bits), rank }),
        vec(0_u64..32, 0..2).prop_map(|bits| Level::bitmap(bits.into()).unwrap()),
        (array(), array()).prop_map(|(ptr, ends)| Level::Runs { ptr, ends }),
    ]
}

//! Examples by hand here; properties against a dense oracle in [`properties`].

#[cfg(feature = "testing")]
mod properties;

use super::*;
use crate::buffer::{Buffer, Indices};
use crate::error::Error;

fn u32s(v: &[u32]) -> Indices {
    v.to_vec().into()
}

fn sparse(ptr: &[u32], idx: &[u32]) -> Level {
    Level::Sparse { ptr: u32s(ptr), idx: u32s(idx) }
}

fn runs(ptr: &[u32], ends: &[u32]) -> Level {
    Level::Runs { ptr: u32s(ptr), ends: u32s(ends) }
}

fn coo(ptr: &[u32], idx: &[&[u32]]) -> Level {
    Level::Coo { ptr: u32s(ptr), idx: idx.iter().map(|c| u32s(c)).collect() }
}

fn bitmap(bits: &[u64], rank: &[u32]) -> Level {
    Level::Bitmap { bits: Buffer::from(bits.to_vec()), rank: u32s(rank) }
}

fn format(text: &str) -> Format {
    text.parse().unwrap()
}

#[test]
fn every_violation_is_named() {
    let cases: Vec<(&[usize], Level, &str)> = vec![
        (&[4], sparse(&[0], &[]), "level 0 (sparse): ptr: length is 1, but 2"),
        (&[4], sparse(&[1, 1], &[1]), "ptr: position 0 holds 1: does not start at 0"),
        (&[4], sparse(&[0, 2], &[1]), "ptr: position 1 holds 2: there are 1 children"),
        (&[4], sparse(&[0, 1], &[4]), "idx: position 0 holds 4: is not below the dimension, 4"),
        (&[4], sparse(&[0, 2], &[2, 1]), "idx: position 1 holds 1: is not above"),
        (&[4], sparse(&[0, 2], &[2, 2]), "idx: position 1 holds 2: is not above"),
        (&[4, 4], coo(&[0, 2], &[&[1, 1], &[3, 3]]), "idx: position 1 holds 1,3: is not above"),
        (&[4, 4], coo(&[0, 2], &[&[1, 0], &[2, 3]]), "idx: position 1 holds 0,3: is not above"),
        (&[4, 4], coo(&[0, 1], &[&[1], &[4]]), "idx[1]: position 0 holds 4: is not below"),
        (&[4, 4], coo(&[0, 1], &[&[1], &[]]), "idx[1]: length is 0, but 1"),
        (&[4], coo(&[0, 0], &[]), "idx: length is 0, but 1"),
        (&[4, 4], sparse(&[0, 0], &[]), "dims: length is 2, but 1"),
        (&[4], bitmap(&[], &[0]), "bits: length is 0, but 1"),
        (&[4], bitmap(&[0b1_0000], &[0, 1]), "bits: position 0 holds 0x10: a bit past"),
        (&[4], bitmap(&[0b101], &[0]), "rank: length is 1, but 2"),
        (&[4], bitmap(&[0b101], &[0, 1]), "rank: position 1 holds 1: 2 bits are set"),
        (&[4], runs(&[0, 0], &[]), "ptr: position 1 holds 0: a fiber of length 4 with 0 runs"),
        (&[0], runs(&[0, 1], &[0]), "ptr: position 1 holds 1: a fiber of length 0 with 1 runs"),
        (&[4], runs(&[0, 1], &[3]), "ends: position 0 holds 3: the last run of a fiber ends at 4"),
        (&[4], runs(&[0, 2], &[4, 4]), "ends: position 1 holds 4: is not between 4"),
        (&[4], runs(&[0, 2], &[0, 4]), "ends: position 0 holds 0: is not between 0"),
        (&[4], runs(&[0, 1], &[5]), "ends: position 0 holds 5: is not between 0"),
    ];
    for (dims, level, message) in cases {
        let error = Pattern::try_new(dims, vec![level]).unwrap_err().to_string();
        assert!(error.contains(message), "{error:?} does not contain {message:?}");
    }
    let error = Pattern::try_new(&[3, 4], vec![Level::Dense, sparse(&[0, 2, 1, 3], &[0, 1, 2])]);
    assert_eq!(
        error.unwrap_err().to_string(),
        "level 1 (sparse): ptr: position 2 holds 1: is below the one before, 2"
    );
    let huge = Pattern::try_new(&[1 << 40, 1 << 40], vec![Level::Dense, Level::Dense]);
    assert!(matches!(huge, Err(Error::Shape(ShapeError::TooLarge { .. }))));
}

#[test]
fn index_arrays_have_one_width() {
    let level = Level::Sparse { ptr: vec![0_u64, 2].into(), idx: u32s(&[1, 3]) };
    let pattern = Pattern::try_new(&[4], vec![level]).unwrap();
    assert_eq!(pattern, Pattern::try_new(&[4], vec![sparse(&[0, 2], &[1, 3])]).unwrap());
    assert_eq!(pattern.bytes(), 16);
    // Too large an index is found before the arrays are narrowed.
    let level = Level::Sparse { ptr: vec![0_u64, 1].into(), idx: vec![1_u64 << 40].into() };
    assert!(Pattern::try_new(&[4], vec![level]).is_err());
}

#[test]
fn dimensions_beyond_32_bits() {
    let shape = [1 << 40, 3, 1 << 35];
    let columns = [vec![5_u64, 1 << 39, 5], vec![1, 0, 1], vec![1 << 34, 7, 3]];
    let values = vec![1.5, 2.5, 3.5];
    let coo =
        Tensor::from_coo(shape, columns, values, 0.0, Duplicates::Error, &Format::coo(3)).unwrap();
    assert_eq!(coo.pattern().width(), crate::buffer::Width::U64);
    for text in [
        "csf(3)",
        "csf(3)[2,0,1]",
        "sparse(coo2(element))[1,2,0]",
        "sparse(dense(sparse(element)))",
        "runs(sparse(runs(element)))",
        "sparse(runs(coo1(element)))[2,1,0]",
    ] {
        let other = coo.to_format(&format(text)).unwrap();
        assert!(other.bytes() < 1000, "{other:?}");
        // The elements that runs stand for are too many to be listed.
        assert_eq!(other.same_bits(&coo).ok(), (!text.contains("runs(element)")).then_some(true));
        assert_eq!(other.get([5, 1, 1 << 34]).unwrap(), 1.5.into());
        assert_eq!(other.get([6, 1, 1 << 34]).unwrap(), 0.0.into());
    }
    for text in ["dense(3)", "bitmap(3)", "csf(3)"] {
        // What cannot be had is refused, or fits.
        let result = coo.to_format(&format(text));
        assert!(result.is_err() || text == "csf(3)", "{result:?}");
    }
}

#[test]
fn runs_of_runs_count_without_listing() {
    let n = 1_usize << 40;
    let one = |n: usize| Level::Runs { ptr: u32s(&[0, 1]), ends: vec![n as u64].into() };
    let pattern = Pattern::try_new(&[n, n], vec![one(n), one(n)]).unwrap();
    let tensor = Tensor::from_parts(pattern, &[0, 1], Values::from(vec![3_i32]), 0).unwrap();
    assert_eq!((tensor.stored(), tensor.density()), (1 << 80, 1.0));
    assert_eq!(tensor.get([n - 1, 0]).unwrap(), 3.into());
    assert!(matches!(
        tensor.to_format(&Format::csr()),
        Err(Error::Shape(ShapeError::TooLarge { .. }))
    ));
    // A run over a fiber with few stored elements repeats only these.
    let inner = sparse(&[0, 2], &[3, 9]);
    let pattern = Pattern::try_new(&[5, 10], vec![runs(&[0, 1], &[5]), inner]).unwrap();
    assert_eq!((pattern.stored(), pattern.count()), (2, 10));
    let empty = Pattern::try_new(&[n, 10], vec![one(n), sparse(&[0, 0], &[])]).unwrap();
    assert_eq!(empty.coordinates().unwrap().len(), 0);
    // One run without anything below it and one with: only the second is walked.
    let two = Level::Runs { ptr: u32s(&[0, 2]), ends: vec![n as u64 - 1, n as u64].into() };
    let pattern = Pattern::try_new(&[n, 10], vec![two, sparse(&[0, 0, 1], &[4])]).unwrap();
    let listed = pattern.coordinates().unwrap();
    assert_eq!((listed.index()[0].get(0), listed.index()[1].get(0)), (n - 1, 4));
}

/// Below a level that stores few indices lie more dense positions than there is memory to list.
#[test]
fn runs_over_huge_dense_levels_count_without_listing() {
    let levels =
        vec![runs(&[0, 2], &[2, 5]), sparse(&[0, 1, 3], &[1, 0, 2]), Level::Dense, Level::Dense];
    let pattern = Pattern::try_new(&[5, 3, 1 << 30, 1 << 20], levels).unwrap();
    assert_eq!((pattern.stored(), pattern.count()), (3 << 50, (2 + 3 * 2) << 50));
    let tensor =
        Tensor::from_parts(pattern, &[0, 1, 2, 3], Leaf::Iso(1.0.into(), 3 << 50), 0.0).unwrap();
    assert_eq!(tensor.get([4, 2, 7, 9]).unwrap(), 1.0.into());
}

#[test]
fn equal_fibers_become_runs() {
    let rows = vec![0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 2, 0];
    let t = Tensor::from_dense([4, 3], rows, 0, &format("runs(sparse(element))")).unwrap();
    assert_eq!(t.pattern().levels(), [runs(&[0, 3], &[2, 3, 4]), sparse(&[0, 1, 1, 2], &[1, 1])]);
    assert_eq!((t.values().unwrap(), t.stored()), (vec![1, 2].into(), 3));
    let t = t.to_format(&format("runs(runs(element))")).unwrap();
    assert_eq!(
        t.pattern().levels(),
        [runs(&[0, 3], &[2, 3, 4]), runs(&[0, 3, 4, 7], &[1, 2, 3, 3, 1, 2, 3])]
    );
    // A stored fill and an unstored one are the same where every index is stored.
    let coo = Tensor::from_coo(
        [2, 2],
        [vec![0_u32], vec![1]],
        vec![0],
        0,
        Duplicates::Error,
        &Format::coo(2),
    )
    .unwrap();
    let runs = |text| coo.to_format(&format(text)).unwrap().pattern().stored();
    assert_eq!(
        (runs("runs(runs(element))"), runs("runs(dense(element))"), runs("runs(sparse(element))")),
        (1, 2, 1)
    );
    assert_eq!(coo.to_format(&format("runs(sparse(element))")).unwrap().pattern().positions(0), 2);
}

#[test]
fn what_stays_the_same_is_shared() {
    let csr = Tensor::from_dense([2, 3], vec![0., 1., 0., 2., 0., 3.], 0., &Format::csr()).unwrap();
    let same = csr.to_format(&Format::csr()).unwrap();
    assert!(same.same_pattern(&csr) && same.values().unwrap().ptr_eq(&csr.values().unwrap()));
    assert!(!csr.permute(&[1, 0]).unwrap().same_pattern(&csr));
    let coo = csr.to_format(&Format::coo(2)).unwrap();
    assert!(coo.values().unwrap().ptr_eq(&csr.values().unwrap()));
    let (Level::Coo { idx, .. }, Level::Sparse { idx: cols, .. }) =
        (&coo.pattern().levels()[0], &csr.pattern().levels()[1])
    else {
        panic!("{coo:?} {csr:?}")
    };
    assert_eq!(
        idx[1].as_slice::<u32>().unwrap().as_ptr(),
        cols.as_slice::<u32>().unwrap().as_ptr()
    );
    assert!(Arc::ptr_eq(&csr.pattern().compressed().unwrap(), csr.pattern()));
    let values = Values::from(vec![1, 2, 3, 4]);
    let dense = Tensor::from_dense([2, 2], values.clone(), 0, &Format::dense(2)).unwrap();
    assert!(dense.to_dense_values().unwrap().ptr_eq(&values));
    let (indptr, indices) = (Buffer::from(vec![0_u32, 1]), Buffer::from(vec![2_u32]));
    let address = indices.as_ptr();
    let csr = Tensor::from_csr([1, 3], indptr, indices, vec![1.0], Duplicates::Error).unwrap();
    let Level::Sparse { idx, .. } = &csr.pattern().levels()[1] else { panic!("{csr:?}") };
    assert_eq!(idx.as_slice::<u32>().unwrap().as_ptr(), address);
}

#[test]
fn compressed_matrices_from_outside() {
    let csr = |ptr: Vec<i32>, idx: Vec<i64>, duplicates| {
        let values: Vec<f64> = (1..=idx.len()).map(|k| k as f64).collect();
        Tensor::from_csr([2, 3], ptr, idx, values, duplicates)
    };
    let unsorted = csr(vec![0, 3, 4], vec![2, 0, 1, 1], Duplicates::Error).unwrap();
    assert_eq!(unsorted.to_dense_values().unwrap(), vec![2., 3., 1., 0., 4., 0.].into());
    let twice = csr(vec![0, 3, 4], vec![2, 0, 2, 1], Duplicates::Sum).unwrap();
    assert_eq!(twice.to_dense_values().unwrap(), vec![2., 0., 4., 0., 4., 0.].into());
    // What lies beyond the last row is not looked at.
    let beyond = csr(vec![0, 1, 2], vec![2, 0, -5, 99], Duplicates::Error).unwrap();
    assert_eq!((beyond.stored(), beyond.get([1, 0]).unwrap()), (2, 2.0.into()));
    let last = csr(vec![0, 3, 4], vec![2, 0, 2, 1], Duplicates::Last).unwrap();
    assert_eq!(last.to_dense_values().unwrap(), vec![2., 0., 3., 0., 4., 0.].into());
    for (ptr, idx, message) in [
        (vec![0, 3, 4], vec![2, 0, 2, 1], "coordinates: position 2 holds [0, 2]: this coordinate"),
        (vec![0, 1, 1], vec![-1], "from_csr: indices: position 0 holds -1: is not in 0..3"),
        (vec![0, 1, 1], vec![3], "from_csr: indices: position 0 holds 3"),
        (vec![0, -1, 1], vec![0], "from_csr: indptr: position 1 holds -1"),
        (vec![0, 1], vec![0], "from_csr: indptr: length is 2, but 3"),
        (vec![0, 1, 0], vec![0], "from_csr: indptr: position 2 holds 0: is below the one before"),
        (vec![0, 0, 2], vec![0], "from_csr: indptr: position 2 holds 2: is not in 0..2"),
    ] {
        let error = csr(ptr, idx, Duplicates::Error).unwrap_err().to_string();
        assert!(error.contains(message), "{error:?} does not contain {message:?}");
    }
    let csc = Tensor::from_csc(
        [3, 2],
        vec![0_u8, 1, 2],
        vec![2_u64, 0],
        vec![true, true],
        Duplicates::Error,
    )
    .unwrap();
    assert_eq!((csc.format(), csc.get([2, 0]).unwrap()), (Format::csc(), true.into()));
    assert!(
        Tensor::from_csr(
            [2, 3],
            Values::from(vec![0.0, 0.0]),
            vec![0_u8],
            vec![1],
            Duplicates::Error
        )
        .is_err()
    );
}

#[test]
fn levels_cover_no_more_dimensions_than_can_be_counted() {
    // Modulo the size of a word these are one dimension.
    let kinds = [LevelKind::Coo(usize::MAX), LevelKind::Coo(2)];
    assert!(Format::new(kinds, LeafKind::Element, &[0]).is_err());
    let none = Coordinates::try_new(&[2], 0, vec![u32s(&[])]).unwrap();
    assert!(Pattern::from_coordinates(&none, &kinds).is_err());
}

#[test]
fn leaves_hold_what_they_can() {
    let mask = vec![true, false, true, false];
    let t = Tensor::from_dense([4], mask, false, &format("sparse(pattern)")).unwrap();
    assert_eq!((t.leaf(), t.bytes()), (&Leaf::Pattern(2), 16));
    let iso = t.to_format(&format("coo1(iso)")).unwrap();
    assert_eq!(iso.leaf(), &Leaf::Iso(true.into(), 2));
    assert!(iso.to_format(&format("dense(iso)")).is_err());
    assert!(t.to_format(&format("dense(pattern)")).is_err());
    assert!(iso.same_bits(&t.to_format(&Format::dense(1)).unwrap()).unwrap());
    let error = Tensor::from_dense([2], vec![1, 2], 0, &format("sparse(iso)")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "format sparse(iso) does not fit shape [2], dtype int64: the stored values are not all the same"
            .replace("int64", "int32")
    );
    assert!(t.to_format(&Format::csr()).unwrap_err().to_string().contains("it has 2 dimensions"));
    assert!(t.with_values(Values::from(vec![1.0]), 0.0).is_err());
    assert!(t.with_values(Values::from(vec![1.0, 2.0]), 0).is_err());
    assert!(t.with_values(Leaf::Pattern(2), true).is_err());
}

#[test]
fn shown_whole_or_summed_up() {
    let t = Tensor::from_dense([2, 3], vec![0.0, 1.5, -0.0, 2.0, 0.0, 10.0], 0.0, &Format::csr())
        .unwrap();
    assert_eq!(t.to_string(), "[[ 0. ,  1.5, -0. ],\n [ 2. ,  0. , 10. ]]");
    assert_eq!(
        format!("{t:?}"),
        "Tensor [2, 3] float64, csr, 4 stored (66.7 %), 60 bytes, fill 0.0"
    );
    assert_eq!(Tensor::scalar(7).to_string(), "7");
    let coo = Tensor::from_coo(
        [1000, 1000],
        [vec![3, 1], vec![4_u32, 2]],
        vec![5, 6],
        0,
        Duplicates::Error,
        &Format::coo(2).with_order(&[1, 0]).unwrap(),
    )
    .unwrap();
    assert_eq!(
        coo.to_string(),
        "Tensor [1000, 1000] int32, coo2(element)[1,0], 2 stored (0.0002 %), 32 bytes, fill 0\n  [1, 2]: 6\n  [3, 4]: 5"
    );
    let empty =
        Tensor::from_dense([0, 3], Values::from(Vec::<f32>::new()), 0_f32, &Format::csr()).unwrap();
    assert_eq!(empty.to_string(), "[]");
}

#[test]
fn leaf_positions_of_a_source_past_four_bytes() {
    // Of the 4.9 GB the system hands out only the pages that are touched.
    const N: usize = 70_000;
    let places = [3, (1 << 32) + 5, N * N - 1];
    let mut values = vec![0_u8; N * N];
    let mut columns = [vec![], vec![]];
    for (place, value) in places.into_iter().zip(1..) {
        values[place] = value;
        columns[0].push((place / N) as u64);
        columns[1].push((place % N) as u64);
    }
    let child = places.map(|place| place as u64).to_vec();
    let index = columns.map(Indices::from).to_vec();
    let listed =
        Coordinates::new_unchecked([N, N].as_slice(), 3, index, Some(child.into())).unwrap();
    let leaf = Leaf::Element(values.into());
    for format in [Format::csr(), Format::csc(), Format::coo(2), format("sparse(sparse(element))")]
    {
        let listed = listed.permuted(format.order()).unwrap();
        let tensor = Tensor::from_sorted(&listed, &leaf, 0_u8.into(), &format).unwrap();
        for (place, value) in places.into_iter().zip(1_u8..) {
            assert_eq!(tensor.get([place / N, place % N]).unwrap(), value.into(), "{format}");
        }
    }
}

#[cfg(feature = "serde")]
#[test]
fn what_is_read_back_is_checked() {
    let t =
        Tensor::from_dense([2, 3], vec![0, 1, 0, 2, 0, 3], 0, &format("bitmap(2)[1,0]")).unwrap();
    let text = serde_json::to_string(&t).unwrap();
    let back: Tensor = serde_json::from_str(&text).unwrap();
    assert!(back.same_bits(&t).unwrap() && back.format() == t.format());
    for (from, to) in [
        ("\"order\":[1,0]", "\"order\":[1,1]"),
        ("\"dims\":[3,2]", "\"dims\":[3,1]"),
        ("\"U32\":[0,3]", "\"U32\":[0,2]"),
    ] {
        assert!(text.contains(from), "{text}");
        assert!(serde_json::from_str::<Tensor>(&text.replace(from, to)).is_err());
    }
    let json = serde_json::to_string(&Format::csc()).unwrap();
    assert_eq!(json, "\"dense(sparse(element))[1,0]\"");
    assert_eq!(serde_json::from_str::<Format>(&json).unwrap(), Format::csc());
}

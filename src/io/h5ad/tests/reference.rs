//! Files that other programs wrote, compared with what SciPy and anndata found in them.
//!
//! Beside each `NAME.h5ad` is a `NAME.h5ad.ref.json`. Its top level describes `X`, its `other_sparse` the other
//! sparse matrices.

use super::super::{AnnData, Encoding};
use super::{Triple, data, files, reals, triples};
use crate::dtype::Complex128;
use crate::kernels::samples;
use serde_json::Value;

#[test]
fn files_of_others_hold_what_others_found() {
    let Some(folder) = data() else { return };
    let mut matrices = 0;
    for directory in ["singlecell", "h5ad_versions"] {
        for path in files(&folder.join(directory), ".h5ad") {
            let json = std::fs::read(format!("{}.ref.json", path.display())).unwrap();
            let reference: Value = serde_json::from_slice(&json).unwrap();
            let file = AnnData::open(&path).unwrap();
            let names = (file.obs_names().unwrap().len(), file.var_names().unwrap().len());
            assert_eq!(file.shape().unwrap(), names, "{}", path.display());
            compare(&file, "X", &reference);
            matrices += 1;
            for (name, reference) in reference["other_sparse"].as_object().into_iter().flatten() {
                compare(&file, name, reference);
                matrices += 1;
            }
            let listing = file.to_string();
            assert!(!listing.contains("not read: /"), "{listing}");
        }
    }
    assert!(matrices > 30, "only {matrices} matrices under {}", folder.display());
}

/// The example data; a packaged crate may lack it.
#[test]
fn the_example_data_holds_what_its_readme_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/examples/data/pbmc3k_csr_f32.h5ad");
    if !std::path::Path::new(path).exists() {
        eprintln!("skipped: no {path}");
        return;
    }
    let file = AnnData::open(path).unwrap();
    assert_eq!(file.shape().unwrap(), (2638, 13714));
    assert_eq!(file.obs_names().unwrap()[0], "AAACATACAACCAC");
    let counts = file.matrix("X").unwrap();
    assert_eq!(counts.stored(), 2_238_732);
    let window = counts.read_parts(0..3).unwrap();
    let data = reals(&window.data);
    let sum = |row: usize| {
        data[window.indptr[row] as usize..window.indptr[row + 1] as usize].iter().sum::<f64>()
    };
    assert_eq!([sum(0), sum(1), sum(2)], [2419.0, 4903.0, 3147.0]);
    let whole = counts.read_parts(0..2638).unwrap();
    assert_eq!(whole.indptr[2638], 2_238_732);
    assert_eq!(reals(&whole.data).iter().sum::<f64>(), 6_254_880.0);
}

#[test]
fn an_hdf5_file_of_another_kind_is_refused() {
    let Some(folder) = data() else { return };
    for path in files(&folder.join("singlecell"), ".h5") {
        let error = AnnData::open(&path).unwrap_err().to_string();
        assert!(error.contains("not an AnnData file: it has no \"obs\", but matrix"), "{error}");
    }
}

fn compare(file: &AnnData, name: &str, reference: &Value) {
    let place = format!("{}: {name}", file.path());
    let matrix = file.matrix(name).unwrap();
    let shape: Vec<u64> = matrix.shape().iter().map(|&d| d as u64).collect();
    assert_eq!(serde_json::json!(shape), reference["shape"], "{place}");
    assert_eq!(matrix.dtype().name(), reference["dtype"], "{place}");

    let whole = triples(&matrix, usize::MAX / 2).unwrap();
    let stored = match matrix.encoding() {
        // A dense matrix has no stored pattern: the reference counts its non-zeros.
        Encoding::Dense => whole.iter().filter(|(_, _, v)| *v != 0.0).count(),
        encoding => {
            assert_eq!(encoding.to_string(), reference["format"], "{place}");
            assert_eq!(whole.len(), matrix.stored(), "{place}");
            whole.len()
        }
    };
    assert_eq!(stored as u64, reference["nnz_stored"].as_u64().unwrap(), "{place}");
    close(whole.iter().map(|t| t.2).sum(), &reference["sum"], &place);
    for axis in 0..2 {
        let of = |t: &Triple| if axis == 0 { t.0 } else { t.1 };
        let mut sums = vec![0.0; matrix.shape()[axis]];
        let mut occupied = vec![false; sums.len()];
        for triple in whole.iter().filter(|t| t.2 != 0.0) {
            sums[of(triple)] += triple.2;
            occupied[of(triple)] = true;
        }
        let reference = &reference["axis_sums"][format!("indexed_by_axis{axis}")];
        for (k, first) in reference["first3"].as_array().unwrap().iter().enumerate() {
            close(sums[k], first, &place);
        }
        close(sums.iter().map(|s| s * s).sum::<f64>().sqrt(), &reference["l2"], &place);
        let nonempty = occupied.iter().filter(|o| **o).count();
        assert_eq!(nonempty as u64, reference["nonempty"].as_u64().unwrap(), "{place}");
    }
    let tensor = matrix.read().unwrap();
    assert_eq!((tensor.shape(), tensor.stored()), (matrix.shape(), matrix.stored() as u128));
    for &(row, column, v) in whole.iter().step_by(whole.len() / 50 + 1) {
        let got: Complex128 = tensor.get([row, column]).unwrap().to();
        assert_eq!(got.re.to_bits(), v.to_bits(), "{place}");
    }
    // Windows that do not meet the chunks of the file give the same as reading it whole.
    let step = matrix.shape().iter().max().unwrap() / 7 + 1;
    assert_eq!(triples(&matrix, step).unwrap(), whole, "{place}");
}

fn close(got: f64, expected: &Value, place: &str) {
    let expected = expected.as_f64().unwrap();
    assert!(samples::close(got, expected, 1e-9, 1.0), "{place}: {got}, not {expected}");
}

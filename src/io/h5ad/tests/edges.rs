//! Files at the edges of what is read, most of them by the HDF5 library (`spec-tests/reference/h5ad.py`): links, narrow
//! and big-endian numbers, values that nothing refers to, and few bytes that say they are many.

use super::super::AnnData;
use super::{Directory, triples};
use crate::dtype::DType;
use crate::{Array, Tensor};
use hdf5_pure::FileBuilder;

fn open(name: &str) -> AnnData {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/io/h5ad/tests/files");
    AnnData::open(format!("{folder}/{name}")).unwrap()
}

const COUNTS: [(usize, usize, f64); 3] = [(0, 0, 1.0), (0, 3, 2.0), (2, 1, 4.0)];

#[test]
fn soft_links_are_followed_and_others_refused() {
    for name in ["links.h5ad", "links_latest.h5ad"] {
        let file = open(name);
        assert_eq!(file.shape().unwrap(), (3, 4), "{name}");
        assert_eq!(
            file.obs_names().unwrap(),
            ["store/frames/obs 0", "store/frames/obs 1", "store/frames/obs 2"]
        );
        for item in ["X", "layers/chain", "layers/hard", "/layers//./chain"] {
            let matrix = file.matrix(item).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!(triples(&matrix, 2).unwrap(), COUNTS, "{name}: {item}");
        }
        for (item, reason) in [
            ("layers/circle", "more than 16 links lead to it"),
            ("layers/there", "more than 16 links lead to it"),
            ("layers/back", "more than 16 links lead to it"),
            ("layers/nowhere", "no \"layers/nowhere\"; it holds X, layers/back"),
            (
                "layers/outside",
                "\"outside\" is a link to \"/layers/counts\" in the file \"other.h5ad\"",
            ),
        ] {
            let error = file.matrix(item).unwrap_err().to_string();
            assert!(error.contains(reason), "{name}: {error}");
        }
        let listing = file.to_string();
        for line in ["  X  ", "  layers/hard ", "  layers/chain ", "  layers/outside "] {
            assert!(listing.contains(line), "{name}: no {line:?} in {listing}");
        }
    }
}

/// Beside each array is the same one as the HDF5 library and NumPy converted it to single precision.
#[test]
fn narrow_big_endian_and_boolean_numbers_are_read_as_numpy_reads_them() {
    let file = open("types.h5ad");
    let matrix = file.matrix("X").unwrap();
    assert_eq!(matrix.dtype(), DType::Float32);
    assert_eq!(triples(&matrix, 1).unwrap(), COUNTS);
    let big = file.matrix("layers/csr f8 big").unwrap();
    assert_eq!((big.dtype(), triples(&big, 2).unwrap()), (DType::Float64, COUNTS.to_vec()));

    let bits = |tensor: &Tensor| -> Vec<u32> {
        let values = tensor.astype(DType::Float32).unwrap().to_dense_values().unwrap();
        values.as_slice::<f32>().unwrap().iter().map(|v| v.to_bits()).collect()
    };
    let mut compared = 0;
    for entry in file.keys() {
        let Some(name) = entry.name.strip_suffix(" expected") else { continue };
        let (got, expected) = (file.matrix(name).unwrap(), file.matrix(&entry.name).unwrap());
        let dtype = match name.rsplit('/').next().unwrap() {
            name if name.starts_with("dense f8") => DType::Float64,
            name if name.starts_with("dense") => DType::Float32,
            "numbers i1" | "bool i1" => DType::Int8,
            "numbers i2" => DType::Int16,
            "numbers u4" => DType::UInt32,
            "numbers i8" => DType::Int64,
            _ => DType::Bool,
        };
        assert_eq!(got.dtype(), dtype, "{name}");
        assert_eq!(bits(&got.read().unwrap()), bits(&expected.read().unwrap()), "{name}");
        compared += 1;
    }
    assert_eq!(compared, 10);
}

/// SciPy takes a matrix whose arrays go on behind the last row, and never looks there.
#[test]
fn values_beyond_the_last_row_are_let_lie() {
    let matrix = open("beyond.h5ad").matrix("X").unwrap();
    assert_eq!(triples(&matrix, 2).unwrap(), COUNTS);
    let tensor = matrix.read().unwrap();
    assert_eq!((tensor.stored(), tensor.get([2, 1]).unwrap()), (3, 4f32.into()));
}

#[test]
fn chunks_that_share_their_bytes_are_refused() {
    let error = open("chunks.h5ad").matrix("X").unwrap().read().unwrap_err().to_string();
    assert!(error.contains("X: its chunks at ") && error.ends_with(" overlap"), "{error}");
}

/// The names of a file all refer to one text of 60 KB: 80 KB that would take 300 MB.
#[test]
fn names_that_are_all_one_text_are_refused() {
    let directory = Directory::new("one-text");
    let path = directory.file("file.h5ad");
    let long = "x".repeat(60_000);
    for (count, fits) in [(1000, true), (5000, false)] {
        let mut file = FileBuilder::new();
        let names: Vec<&str> = std::iter::once(long.as_str()).chain(vec!["y"; count - 1]).collect();
        for frame in ["obs", "var"] {
            let mut group = file.create_group(frame);
            group.create_dataset("_index").with_vlen_strings(if frame == "obs" {
                &names
            } else {
                &["a"]
            });
            file.add_group(group.finish());
        }
        file.write(&path).unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        // A reference: the length, the address of a collection, and the number of an object in it.
        let is_first = |at: &usize| {
            bytes[*at..].starts_with(&60_000u32.to_le_bytes())
                && bytes[at + 16..].starts_with(&1u32.to_le_bytes())
        };
        let first = (0..bytes.len() - 20).find(is_first).unwrap();
        let reference: [u8; 16] = bytes[first..first + 16].try_into().unwrap();
        for at in 1..count {
            bytes[first + 16 * at..first + 16 * (at + 1)].copy_from_slice(&reference);
        }
        std::fs::write(&path, bytes).unwrap();
        let read = AnnData::open(&path).unwrap().obs_names();
        match read {
            Ok(names) => assert!(fits && names.len() == count && names.iter().all(|n| *n == long)),
            Err(error) => {
                let error = error.to_string();
                assert!(
                    !fits
                        && error.contains("obs/_index: text 11")
                        && error.contains("many are the same object"),
                    "{error}"
                );
            }
        }
    }
}

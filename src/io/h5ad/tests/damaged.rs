//! Files that contradict themselves, are cut off, or have bytes changed: an error, and never a panic or a part.

use super::super::{AnnData, Encoding};
use super::written::{SHAPE, Stored, Written, compressed, values, write};
use super::{Directory, data, files, triples};
use crate::dtype::DType;
use hdf5_pure::FileBuilder;
use std::path::Path;
use std::time::Instant;

const HOW: Written = Written {
    encoding: Encoding::Csr,
    dtype: DType::Float32,
    index: DType::Int32,
    stored: Stored::Contiguous,
    legacy: false,
};

/// Indices, indptr, a shape, and what is wrong with them.
type Case<'a> = (&'a [f64], &'a [f64], (usize, usize), &'a str);

/// A small file whose `X` has these parts and this shape.
fn file_of(path: &Path, parts: [&[f64]; 3], shape: (usize, usize)) -> AnnData {
    let mut file = FileBuilder::new();
    for (frame, names) in [("obs", vec!["a", "b", "c"]), ("var", vec!["x", "y"])] {
        let mut group = file.create_group(frame);
        group.create_dataset("_index").with_vlen_strings(&names);
        file.add_group(group.finish());
    }
    let dtypes = [DType::Float32, DType::Int32, DType::Int64];
    let parts: Vec<_> =
        parts.into_iter().zip(dtypes).map(|(p, d)| values(p.iter().copied(), d)).collect();
    let mut group = file.create_group("X");
    compressed(&mut group, [&parts[0], &parts[1], &parts[2]], shape, HOW);
    file.add_group(group.finish());
    file.write(path).unwrap();
    AnnData::open(path).unwrap()
}

#[test]
fn parts_that_contradict_each_other_are_named() {
    let directory = Directory::new("contradictions");
    let path = directory.file("file.h5ad");
    let data: &[f64] = &[1.0, 2.0, 3.0];
    let cases: [Case; 8] = [
        (&[0., 1., 0.], &[0., 1., 2., 3.], (3, 2), ""),
        (
            &[0., 1., 0.],
            &[1., 1., 2., 3.],
            (3, 2),
            "X/indptr: position 0 holds 1, after 0: the first must be 0",
        ),
        (
            &[0., 1., 0.],
            &[0., 2., 1., 3.],
            (3, 2),
            "X/indptr: position 2 holds 1, after 2: it must not descend",
        ),
        (
            &[0., 1., 0.],
            &[0., 1., 2., 9.],
            (3, 2),
            "X/indptr: it ends at 9, but there are 3 values",
        ),
        (&[0., 1., 0.], &[0., 1., 3.], (3, 2), "X/indptr: its length is 3"),
        (&[0., 1.], &[0., 1., 2., 3.], (3, 2), "X/indices: its length is 2"),
        (
            &[0., 2., 0.],
            &[0., 1., 2., 3.],
            (3, 2),
            "X/indices: position 1 holds 2, outside the axis of length 2",
        ),
        (&[0., 1., -1.], &[0., 1., 2., 3.], (3, 2), "X/indices: position 2 holds -1, outside"),
    ];
    for (indices, indptr, shape, reason) in cases {
        let file = file_of(&path, [data, indices, indptr], shape);
        let read = file.matrix("X").and_then(|matrix| triples(&matrix, 2));
        match read {
            Ok(read) => assert_eq!((read.len(), reason), (3, "")),
            Err(error) => {
                let error = error.to_string();
                assert!(!reason.is_empty() && error.contains(reason), "{error}, not {reason}");
                assert!(error.contains("file.h5ad"), "{error}");
            }
        }
    }
    let file = file_of(&path, [data, &[0., 1., 0.], &[0., 1., 2., 3., 3.]], (4, 2));
    let error = file.matrix("X").unwrap_err().to_string();
    assert!(error.contains("[4, 2], but obs has 3 names for axis 0"), "{error}");
}

#[test]
fn what_a_file_has_not_is_named_with_what_it_has() {
    let directory = Directory::new("missing");
    let path = directory.file("file.h5ad");
    assert!(AnnData::open(&path).unwrap_err().to_string().contains("file.h5ad: "));
    std::fs::write(&path, "no HDF5 at all").unwrap();
    let error = AnnData::open(&path).unwrap_err().to_string();
    assert!(error.contains("not a readable HDF5 file"), "{error}");
    assert!(AnnData::open(&directory.0).is_err());

    write(&path, HOW);
    let file = AnnData::open(&path).unwrap();
    let error = file.matrix("layers/counts").unwrap_err().to_string();
    assert!(error.ends_with(": no \"layers/counts\"; it holds X, obs/n, var/n"), "{error}");
    let error = file.matrix("obs").unwrap_err().to_string();
    assert!(error.contains("obs: its encoding \"dataframe\" is no matrix"), "{error}");
    let error = file.matrix("obs/name").unwrap_err().to_string();
    assert!(error.contains("obs/name: holds text"), "{error}");
    let matrix = file.matrix("X").unwrap();
    let error = matrix.read_parts(3..SHAPE.0 + 1).unwrap_err().to_string();
    assert!(error.contains("window is 3..24: X has 23 along this axis"), "{error}");
    assert!(matrix.read_values(0..1).unwrap_err().to_string().contains("read_parts reads it"));
}

/// What is read from a file: names, or the elements of a matrix with the bits of their values.
#[derive(Debug, PartialEq)]
enum Read {
    Names(String, Vec<String>),
    Matrix(String, Vec<(usize, usize, u64)>),
}

/// All that is read from a file without an error.
fn everything(path: &Path) -> Vec<Read> {
    let Ok(file) = AnnData::open(path) else { return Vec::new() };
    let mut read = Vec::new();
    for frame in ["obs", "var"] {
        if let Ok(names) = file.names(frame) {
            read.push(Read::Names(frame.to_owned(), names));
        }
    }
    for entry in file.keys() {
        let Ok(matrix) = file.matrix(&entry.name) else { continue };
        if let Ok(elements) = triples(&matrix, matrix.shape()[0] / 2 + 1) {
            let bits = elements.into_iter().map(|(row, column, v)| (row, column, v.to_bits()));
            read.push(Read::Matrix(entry.name.clone(), bits.collect()));
        }
    }
    read
}

/// Cuts a file off at some lengths: whatever is still read is what it was.
fn truncate(path: &Path, scratch: &Path, cases: usize) {
    let bytes = std::fs::read(path).unwrap();
    let whole = everything(path);
    for k in 0..cases {
        let length = bytes.len() * k / cases;
        std::fs::write(scratch, &bytes[..length]).unwrap();
        for read in everything(scratch) {
            assert!(whole.contains(&read), "{}, {length} bytes: {read:?}", path.display());
        }
    }
}

/// Changes bytes of a file: nothing to compare with, but no panic either.
fn flip(path: &Path, scratch: &Path, cases: usize) {
    let original = std::fs::read(path).unwrap();
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    for _ in 0..cases {
        let mut bytes = original.clone();
        for _ in 0..=random(3) {
            // Most of a small file, and the first kilobytes of a large one, are about structure.
            let region = if random(2) == 0 { bytes.len() } else { bytes.len().min(8192) };
            let at = random(region);
            bytes[at] = [0, 0xff, 0x7f, 0x80, random(256) as u8][random(5)];
        }
        std::fs::write(scratch, &bytes).unwrap();
        let (before, began) = (memory("VmRSS").filter(|_| fuzz().is_some()), Instant::now());
        let _ = std::fs::write("/proc/self/clear_refs", "5");
        everything(scratch);
        if let (Some(before), Some(peak)) = (before, memory("VmHWM")) {
            let (taken, seconds) = (peak.saturating_sub(before), began.elapsed().as_secs());
            // The lists that the test makes of a large file take more than the reader.
            let bound = if bytes.len() < 1 << 20 { 4 * bytes.len() + (64 << 20) } else { 1 << 30 };
            if taken > bound || seconds > 5 {
                let kept = std::env::temp_dir().join("redpoll-fuzz.h5ad");
                std::fs::copy(scratch, &kept).unwrap();
                panic!("{}: {taken} bytes and {seconds} s", kept.display());
            }
        }
    }
}

/// How many cases to try for each file of others, from `REDPOLL_FUZZ`. Where it is given nothing else should run beside
/// the tests, for then the memory of the process is measured.
fn fuzz() -> Option<usize> {
    std::env::var("REDPOLL_FUZZ").ok()?.parse().ok()
}

/// A line of what Linux says about the process, in bytes.
fn memory(line: &str) -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let rest = status.lines().find_map(|l| l.strip_prefix(line))?;
    rest.trim_start_matches(':')
        .trim()
        .strip_suffix(" kB")?
        .parse::<usize>()
        .ok()
        .map(|kb| kb << 10)
}

#[test]
fn a_file_cut_off_gives_what_it_has_or_an_error() {
    let directory = Directory::new("cut");
    let (path, scratch) = (directory.file("file.h5ad"), directory.file("scratch.h5ad"));
    for stored in [Stored::Contiguous, Stored::Deflate, Stored::Lzf] {
        for legacy in [false, true] {
            write(&path, Written { stored, legacy, ..HOW });
            truncate(&path, &scratch, 40);
        }
    }
}

#[test]
fn a_file_with_changed_bytes_does_not_panic() {
    let directory = Directory::new("changed");
    let (path, scratch) = (directory.file("file.h5ad"), directory.file("scratch.h5ad"));
    for (stored, legacy) in
        [(Stored::Contiguous, false), (Stored::Deflate, true), (Stored::Lzf, false)]
    {
        write(&path, Written { stored, legacy, ..HOW });
        flip(&path, &scratch, 100);
    }
}

/// The same with the small files of the HDF5 library.
#[test]
fn small_files_of_others_with_changed_bytes_do_not_panic() {
    let directory = Directory::new("small");
    let scratch = directory.file("scratch.h5ad");
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/io/h5ad/tests/files");
    for path in files(Path::new(folder), ".h5ad") {
        flip(&path, &scratch, fuzz().unwrap_or(30));
    }
}

/// The same with files of others. `REDPOLL_FUZZ` is the number of cases for each file, 30 without it.
#[test]
fn files_of_others_cut_off_or_changed_do_not_panic() {
    let Some(folder) = data() else { return };
    let cases = fuzz().unwrap_or(30);
    let directory = Directory::new("others");
    let scratch = directory.file("scratch.h5ad");
    for name in ["singlecell", "h5ad_versions"] {
        for path in files(&folder.join(name), ".h5ad") {
            let large = std::fs::metadata(&path).unwrap().len() > 1 << 20;
            let cases = if large { cases / 10 } else { cases };
            truncate(&path, &scratch, cases);
            flip(&path, &scratch, cases);
        }
    }
}

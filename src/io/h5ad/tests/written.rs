//! Files written here: every encoding, data type, index width, filter and spelling, read back.

use super::super::{AnnData, Content, Encoding};
use super::{Directory, Triple, triples};
use crate::buffer::Values;
use crate::chunked::{Chunked, Chunks, Options, Source};
use crate::dtype::{DType, Element};
use crate::standard::Meta;
use crate::tensor::{Format, Tensor};
use crate::with_dtype;
use hdf5_pure::{
    AttrValue, CompoundTypeBuilder, DatasetBuilder, Datatype, DatatypeByteOrder, EnumTypeBuilder,
    FileBuilder, FinishedGroup, GroupBuilder,
};
use std::path::Path;
use std::sync::Arc;

pub(super) const SHAPE: (usize, usize) = (23, 17);

/// The elements of a matrix in which some rows and columns are empty, ordered by row.
pub(super) fn elements() -> Vec<Triple> {
    let mut elements = Vec::new();
    for row in 0..SHAPE.0 {
        for column in 0..SHAPE.1 {
            let hash = (row * 31 + column * 17 + row * column) % 11;
            if hash < 4 && row % 7 != 3 && column % 6 != 5 {
                elements.push((row, column, (hash + row) as f64 + 1.0));
            }
        }
    }
    elements
}

/// How a test's array is stored.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Stored {
    Contiguous,
    BigEndian,
    Chunked,
    Deflate,
    Lzf,
}

/// How a test's matrix is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Written {
    pub(super) encoding: Encoding,
    pub(super) dtype: DType,
    pub(super) index: DType,
    pub(super) stored: Stored,
    pub(super) legacy: bool,
}

/// The type in the file and the bytes of values.
fn bytes(values: &Values, big_endian: bool) -> (Datatype, Vec<u8>) {
    let real = |dtype: DType| {
        let mut datatype = match dtype {
            DType::Int8 => hdf5_pure::make_i8_type(),
            DType::Int16 => hdf5_pure::make_i16_type(),
            DType::Int32 => hdf5_pure::make_i32_type(),
            DType::Int64 => hdf5_pure::make_i64_type(),
            DType::UInt8 => hdf5_pure::make_u8_type(),
            DType::UInt16 => hdf5_pure::make_u16_type(),
            DType::UInt32 => hdf5_pure::make_u32_type(),
            DType::UInt64 => hdf5_pure::make_u64_type(),
            DType::Float32 => hdf5_pure::make_f32_type(),
            _ => hdf5_pure::make_f64_type(),
        };
        if big_endian {
            match &mut datatype {
                Datatype::FixedPoint { byte_order, .. }
                | Datatype::FloatingPoint { byte_order, .. } => {
                    *byte_order = DatatypeByteOrder::BigEndian;
                }
                _ => {}
            }
        }
        datatype
    };
    fn parts<T: Element>(values: &Values, part: impl Fn(&T) -> Vec<u8>) -> Vec<u8> {
        values.as_slice::<T>().unwrap().iter().flat_map(part).collect()
    }
    macro_rules! ordered {
        ($($T:ty),+) => {
            match values.dtype() {
                $(<$T>::DTYPE => parts::<$T>(values, |v| {
                    if big_endian { v.to_be_bytes().to_vec() } else { v.to_le_bytes().to_vec() }
                }),)+
                DType::Bool => parts::<bool>(values, |&v| vec![u8::from(v)]),
                DType::Complex64 => parts::<crate::dtype::Complex64>(values, |v| {
                    [v.re, v.im].iter().flat_map(|p| p.to_le_bytes()).collect()
                }),
                DType::Complex128 => parts::<crate::dtype::Complex128>(values, |v| {
                    [v.re, v.im].iter().flat_map(|p| p.to_le_bytes()).collect()
                }),
            }
        };
    }
    let raw = ordered!(i8, i16, i32, i64, u8, u16, u32, u64, f32, f64);
    let datatype = match values.dtype() {
        DType::Bool => EnumTypeBuilder::with_base(hdf5_pure::make_i8_type())
            .value("FALSE", 0)
            .value("TRUE", 1)
            .build()
            .unwrap(),
        DType::Complex64 => {
            CompoundTypeBuilder::new().f32_field("r").f32_field("i").build().unwrap()
        }
        DType::Complex128 => {
            CompoundTypeBuilder::new().f64_field("r").f64_field("i").build().unwrap()
        }
        dtype => real(dtype),
    };
    (datatype, raw)
}

/// Fills an array of a test's file.
fn fill(array: &mut DatasetBuilder, values: &Values, shape: &[usize], stored: Stored) {
    let (datatype, raw) = bytes(values, stored == Stored::BigEndian);
    let shape: Vec<u64> = shape.iter().map(|&d| d as u64).collect();
    array.with_raw_data(datatype, raw, values.len() as u64).with_shape(&shape);
    if matches!(stored, Stored::Contiguous | Stored::BigEndian) || values.is_empty() {
        return;
    }
    let chunks: Vec<u64> = shape.iter().map(|d| (d / 3).max(1)).collect();
    array.with_chunks(&chunks);
    match stored {
        Stored::Deflate => array.with_shuffle().with_deflate(6),
        Stored::Lzf => array.with_lzf(),
        _ => array,
    };
}

/// Real numbers as values of a data type.
pub(super) fn values(numbers: impl IntoIterator<Item = f64>, dtype: DType) -> Values {
    with_dtype!(dtype, T => {
        numbers.into_iter().map(|v| -> T { T::from_scalar(v.scalar()) }).collect::<Vec<T>>().into()
    })
}

/// The three arrays of a compressed matrix, as a group.
pub(super) fn compressed(
    group: &mut GroupBuilder,
    parts: [&Values; 3],
    shape: (usize, usize),
    how: Written,
) {
    for (name, values) in ["data", "indices", "indptr"].into_iter().zip(parts) {
        fill(group.create_dataset(name), values, &[values.len()], how.stored);
    }
    let name = how.encoding.to_string();
    if how.legacy {
        group.set_attr("h5sparse_format", AttrValue::String(name));
        let shape = vec![shape.0 as i32, shape.1 as i32];
        group.set_attr("h5sparse_shape", AttrValue::I32Array(shape));
    } else {
        group.set_attr("encoding-type", AttrValue::VarLenString(format!("{name}_matrix")));
        group.set_attr("encoding-version", AttrValue::VarLenString("0.1.0".to_owned()));
        let shape = vec![shape.0 as i64, shape.1 as i64];
        group.set_attr("shape", AttrValue::I64Array(shape));
    }
}

/// Writes the names of `obs` and `var`, in today's way or as arrays of records.
fn frames(file: &mut FileBuilder, legacy: bool) {
    for (frame, length) in [("obs", SHAPE.0), ("var", SHAPE.1)] {
        let names: Vec<String> = (0..length).map(|k| format!("{frame} {k} é")).collect();
        let texts: Vec<&str> = names.iter().map(String::as_str).collect();
        if legacy {
            let mut raw = Vec::new();
            for (k, name) in names.iter().enumerate() {
                raw.extend(format!("{name:\0<14}").into_bytes().iter().copied().take(14));
                raw.extend((k as f32).to_le_bytes());
            }
            let text = Datatype::String {
                size: 14,
                padding: hdf5_pure::StringPadding::NullPad,
                charset: hdf5_pure::CharacterSet::Ascii,
            };
            let record =
                CompoundTypeBuilder::new().field("index", text).f32_field("n").build().unwrap();
            file.create_dataset(frame).with_compound_data(record, raw, length as u64);
            continue;
        }
        let mut group = file.create_group(frame);
        group.create_dataset("name").with_vlen_strings(&texts);
        group.create_dataset("n").with_f32_data(&vec![0.5; length]);
        group.set_attr("encoding-type", AttrValue::String("dataframe".to_owned()));
        group.set_attr("_index", AttrValue::String("name".to_owned()));
        group.set_attr("column-order", AttrValue::VarLenStringArray(vec!["n".to_owned()]));
        file.add_group(group.finish());
    }
}

/// Writes a file with one matrix `X`.
pub(super) fn write(path: &Path, how: Written) {
    let mut file = FileBuilder::new();
    frames(&mut file, how.legacy);
    if let Some(group) = matrix(&mut file, "X", how) {
        file.add_group(group);
    }
    file.write(path).unwrap();
}

fn matrix(file: &mut FileBuilder, name: &str, how: Written) -> Option<FinishedGroup> {
    let mut elements = elements();
    let Some(axis) = how.encoding.major_axis() else {
        let mut dense = vec![0.0; SHAPE.0 * SHAPE.1];
        elements.into_iter().for_each(|(row, column, v)| dense[row * SHAPE.1 + column] = v);
        let values = values(dense, how.dtype);
        fill(file.create_dataset(name), &values, &[SHAPE.0, SHAPE.1], how.stored);
        return None;
    };
    let major = |t: &Triple| if axis == 0 { t.0 } else { t.1 };
    elements.sort_by_key(major);
    let length = [SHAPE.0, SHAPE.1][axis];
    let ends = (0..=length).map(|k| elements.iter().filter(|t| major(t) < k).count() as f64);
    let minor = elements.iter().map(|t| if axis == 0 { t.1 } else { t.0 } as f64);
    let data = values(elements.iter().map(|t| t.2), how.dtype);
    let (indices, indptr) = (values(minor, how.index), values(ends, how.index));
    let mut group = file.create_group(name);
    compressed(&mut group, [&data, &indices, &indptr], SHAPE, how);
    Some(group.finish())
}

/// What is read from a matrix of this data type.
fn expected(how: Written) -> Vec<Triple> {
    let mut expected = elements();
    if how.encoding == Encoding::Csc {
        expected.sort_by_key(|t| t.1);
    }
    if how.dtype == DType::Bool {
        expected.iter_mut().for_each(|t| t.2 = 1.0);
    }
    expected
}

#[test]
fn every_way_of_writing_is_read_back() {
    let directory = Directory::new("written");
    let path = directory.file("file.h5ad");
    let filters = [Stored::Contiguous, Stored::Chunked, Stored::Deflate, Stored::Lzf];
    let ways = DType::ALL.into_iter().enumerate().flat_map(|(k, dtype)| {
        [Encoding::Csr, Encoding::Csc, Encoding::Dense].map(|encoding| {
            let index = [DType::Int32, DType::Int64, DType::UInt32][k % 3];
            Written { encoding, dtype, index, stored: filters[k % 4], legacy: k % 2 == 1 }
        })
    });
    for how in ways {
        write(&path, how);
        let file = AnnData::open(&path).unwrap();
        let matrix = file.matrix("X").unwrap();
        assert_eq!((matrix.encoding(), matrix.dtype()), (how.encoding, how.dtype), "{how:?}");
        assert_eq!(matrix.shape(), [SHAPE.0, SHAPE.1], "{how:?}");
        for step in [1, 5, 100] {
            let mut read = triples(&matrix, step).unwrap();
            read.retain(|t| how.encoding != Encoding::Dense || t.2 != 0.0);
            assert_eq!(read, expected(how), "{how:?}, by {step}");
        }
        for (rows, columns) in [(0..SHAPE.0, 0..SHAPE.1), (4..9, 0..SHAPE.1), (6..20, 3..11)] {
            let tensor = matrix.read_region(&[rows.clone(), columns.clone()]).unwrap();
            assert_eq!(tensor.shape(), [rows.len(), columns.len()], "{how:?}");
            let mut dense = vec![0.0; rows.len() * columns.len()];
            for (row, column, v) in expected(how) {
                if rows.contains(&row) && columns.contains(&column) {
                    dense[(row - rows.start) * columns.len() + column - columns.start] = v;
                }
            }
            assert_eq!(tensor.to_dense_values().unwrap(), values(dense, how.dtype), "{how:?}");
            let format = match how.encoding {
                Encoding::Csr => Format::csr(),
                Encoding::Csc => Format::csc(),
                Encoding::Dense => Format::dense(2),
            };
            assert_eq!(tensor.format(), format, "{how:?}");
        }
        if how.encoding == Encoding::Dense {
            continue;
        }
        assert_eq!(matrix.read().unwrap().stored(), elements().len() as u128);
        assert_eq!(matrix.read_parts(0..1).unwrap().indices.dtype(), how.index);
        assert_eq!(matrix.stored(), elements().len());
    }
}

#[test]
fn either_byte_order_is_read() {
    let directory = Directory::new("order");
    let path = directory.file("file.h5ad");
    for dtype in [DType::Int16, DType::UInt64, DType::Float32, DType::Float64] {
        let (encoding, stored) = (Encoding::Csr, Stored::BigEndian);
        let how = Written { encoding, dtype, index: DType::Int64, stored, legacy: false };
        write(&path, how);
        let matrix = AnnData::open(&path).unwrap().matrix("X").unwrap();
        assert_eq!(triples(&matrix, 4).unwrap(), expected(how));
    }
}

#[test]
fn a_window_on_both_axes_is_the_elements_in_it() {
    let directory = Directory::new("window");
    let path = directory.file("file.h5ad");
    for encoding in [Encoding::Csr, Encoding::Csc] {
        let (dtype, index) = (DType::Float32, DType::Int32);
        write(&path, Written { encoding, dtype, index, stored: Stored::Deflate, legacy: false });
        let matrix = AnnData::open(&path).unwrap().matrix("X").unwrap();
        let [major, minor] = if encoding == Encoding::Csr { [0, 1] } else { [1, 0] };
        let lengths = [SHAPE.0, SHAPE.1];
        let (rows, columns) = (2..lengths[major] - 3, 4..lengths[minor] - 1);
        let parts = matrix.read_window(rows.clone(), columns.clone()).unwrap();
        let whole = matrix.read_parts(rows.clone()).unwrap();
        assert_eq!(parts.indptr.len(), rows.len() + 1);
        let (all, some) = (super::reals(&whole.indices), super::reals(&parts.indices));
        let (all_data, some_data) = (super::reals(&whole.data), super::reals(&parts.data));
        for row in 0..rows.len() {
            let kept = (whole.indptr[row] as usize..whole.indptr[row + 1] as usize)
                .filter(|&p| columns.contains(&(all[p] as usize)))
                .map(|p| (all[p] - columns.start as f64, all_data[p]));
            let got = (parts.indptr[row] as usize..parts.indptr[row + 1] as usize)
                .map(|p| (some[p], some_data[p]));
            assert!(kept.eq(got), "{encoding}, row {row}");
        }
    }
}

#[test]
fn names_and_columns_are_found_in_frames_and_in_records() {
    let directory = Directory::new("names");
    let path = directory.file("file.h5ad");
    for legacy in [false, true] {
        let (encoding, dtype, index) = (Encoding::Csr, DType::UInt8, DType::Int32);
        write(&path, Written { encoding, dtype, index, stored: Stored::Contiguous, legacy });
        let file = AnnData::open(&path).unwrap();
        assert_eq!(file.shape().unwrap(), SHAPE);
        let names = file.obs_names().unwrap();
        assert_eq!((names.len(), names[20].as_str()), (SHAPE.0, "obs 20 é"));
        assert_eq!(file.var_names().unwrap()[3], "var 3 é");
        let keys: Vec<&str> = file.keys().iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(keys, ["X", "obs/n", "var/n"]);
        let stored = elements().len();
        let (dtype, encoding) = (DType::UInt8, Encoding::Csr);
        assert_eq!(file.keys()[0].content, Content::Numbers { encoding, dtype, stored });
        assert!(file.to_string().contains(": 23 observations × 17 variables\n  X"), "{file}");
    }
}

/// A byte that is neither false nor true is an error that says where it is.
#[test]
fn a_bool_is_false_or_true() {
    let directory = Directory::new("bool");
    let path = directory.file("file.h5ad");
    let mut file = FileBuilder::new();
    frames(&mut file, false);
    let (datatype, mut raw) = bytes(&values(vec![1.0; SHAPE.0 * SHAPE.1], DType::Bool), false);
    raw[5 * SHAPE.1 + 3] = 7;
    let shape = [SHAPE.0 as u64, SHAPE.1 as u64];
    let count = raw.len() as u64;
    file.create_dataset("X").with_raw_data(datatype, raw, count).with_shape(&shape);
    file.write(&path).unwrap();
    let matrix = AnnData::open(&path).unwrap().matrix("X").unwrap();
    assert!(matrix.read_values(0..5).is_ok());
    for region in [[2..9, 0..SHAPE.1], [2..9, 1..5]] {
        let error = matrix.read_region(&region).unwrap_err().to_string();
        assert!(error.ends_with("X: row 5 holds [7], not a bool"), "{error}");
    }
}

#[test]
fn regions_of_arrays_with_more_dimensions_are_read() {
    let directory = Directory::new("regions");
    let path = directory.file("file.h5ad");
    let shape = [SHAPE.0, 6, 7];
    let number = |i: usize, j: usize, k: usize| (i * 42 + j * 7 + k) as f64;
    for stored in [Stored::Contiguous, Stored::Deflate] {
        let mut file = FileBuilder::new();
        frames(&mut file, false);
        let mut group = file.create_group("obsm");
        let all = values((0..SHAPE.0 * 42).map(|n| n as f64), DType::Int32);
        fill(group.create_dataset("cube"), &all, &shape, stored);
        file.add_group(group.finish());
        file.write(&path).unwrap();
        let cube = AnnData::open(&path).unwrap().matrix("obsm/cube").unwrap();
        assert_eq!(cube.shape(), shape);
        for region in
            [[3..20, 0..6, 0..7], [0..23, 2..4, 0..7], [5..9, 1..6, 3..5], [4..4, 0..1, 0..1]]
        {
            let [rows, columns, layers] = region.clone();
            let expected = rows.flat_map(|i| columns.clone().map(move |j| (i, j)));
            let expected = expected.flat_map(|(i, j)| layers.clone().map(move |k| number(i, j, k)));
            let got = cube.read_region(&region).unwrap().to_dense_values().unwrap();
            assert_eq!(got, values(expected, DType::Int32), "{region:?}");
        }
        assert_eq!(cube.natural(1), (stored == Stored::Deflate).then_some(2));
    }
}

#[test]
fn a_matrix_is_a_source_that_knows_what_its_blocks_store() {
    let directory = Directory::new("source");
    let path = directory.file("file.h5ad");
    for encoding in [Encoding::Csr, Encoding::Csc, Encoding::Dense] {
        let (dtype, index) = (DType::Float64, DType::Int64);
        write(&path, Written { encoding, dtype, index, stored: Stored::Chunked, legacy: false });
        let matrix = AnnData::open(&path).unwrap().matrix("X").unwrap();
        let small = Options { block_bytes: 512, ..Options::default() };
        let chunked = small.scope(|| Chunked::from_source(Arc::new(matrix.clone()), Chunks::Auto));
        let major = encoding.major_axis().unwrap_or(0);
        let counts = chunked.unwrap().grid().counts();
        assert!(counts[major] > 1 && counts[1 - major] == 1, "{encoding}: {counts:?}");
        let source: &dyn Source<Tensor> = &matrix;
        assert_eq!((source.name(), source.meta()), ("X", &Meta::new([SHAPE.0, SHAPE.1], dtype)));
        for region in [[0..SHAPE.0, 0..SHAPE.1], [5..12, 0..SHAPE.1], [0..SHAPE.0, 2..9]] {
            let block = source.read(&region).unwrap();
            let known = source.stored(&region);
            let whole = encoding.major_axis().is_none_or(|axis| region[1 - axis].start == 0);
            assert_eq!(known.map(|n| n as u128), whole.then_some(block.stored()), "{region:?}");
        }
    }
}

/// SciPy means the sum where an element is stored twice, and does not mind the order.
#[test]
fn unsorted_and_repeated_elements_are_sorted_and_added() {
    let directory = Directory::new("canonical");
    let path = directory.file("file.h5ad");
    let (encoding, dtype, index) = (Encoding::Csr, DType::Float32, DType::Int64);
    let how = Written { encoding, dtype, index, stored: Stored::Contiguous, legacy: false };
    let mut file = FileBuilder::new();
    frames(&mut file, false);
    let mut group = file.create_group("X");
    let pointers = [0.0, 4.0].into_iter().chain([4.0; SHAPE.0 - 1]);
    let parts = [
        values([1.0, 2.0, 4.0, 8.0], dtype),
        values([5.0, 2.0, 5.0, 0.0], index),
        values(pointers, index),
    ];
    compressed(&mut group, parts.each_ref(), SHAPE, how);
    file.add_group(group.finish());
    file.write(&path).unwrap();
    let tensor = AnnData::open(&path).unwrap().matrix("X").unwrap().read_rows(0..1).unwrap();
    let mut expected = [0.0f32; SHAPE.1];
    (expected[0], expected[2], expected[5]) = (8.0, 2.0, 5.0);
    assert_eq!(tensor.to_dense_values().unwrap(), expected.as_slice().into());
    assert_eq!(tensor.stored(), 3);
}

#[test]
fn empty_matrices_are_read() {
    let directory = Directory::new("empty");
    let path = directory.file("file.h5ad");
    let (encoding, dtype, index) = (Encoding::Csr, DType::Float32, DType::Int32);
    let how = Written { encoding, dtype, index, stored: Stored::Contiguous, legacy: false };
    let mut file = FileBuilder::new();
    frames(&mut file, false);
    let mut group = file.create_group("X");
    let nothing = [values([], dtype), values([], index), values([0.0; SHAPE.0 + 1], index)];
    compressed(&mut group, nothing.each_ref(), SHAPE, how);
    file.add_group(group.finish());
    file.write(&path).unwrap();
    let matrix = AnnData::open(&path).unwrap().matrix("X").unwrap();
    assert_eq!(matrix.stored(), 0);
    assert_eq!(triples(&matrix, 5).unwrap(), []);
    assert_eq!(matrix.read_parts(4..4).unwrap().indptr, [0]);
}

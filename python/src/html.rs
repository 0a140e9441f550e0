//! What notebooks show: a table, and a picture of where elements are stored or how the array is cut.

use crate::array::{PyChunked, PyLazy, PyTensor, chunked_of, lazy_of, tensor_of};
use crate::print;
use crate::settings::run;
use pyo3::prelude::*;
use redpoll::chunked::Grid;
use redpoll::print::{PrintOptions, bytes, percent, scalar};
use redpoll::{Array, Tensor};
use std::fmt::Write;

/// The longer side of a picture, in pixels, and the cells along it.
const SIDE: f64 = 160.0;
const CELLS: usize = 32;
/// How many stored elements are looked at for a picture.
const SAMPLE: usize = 20_000;
/// How many shades there are.
const SHADES: f64 = 8.0;

#[pymethods]
impl PyTensor {
    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
        let tensor = tensor_of(slf);
        let fill = scalar(tensor.fill(), &print::options(slf.py())?);
        run(slf.py(), || {
            let rows = [
                ("shape", shape(tensor.shape())),
                ("dtype", tensor.dtype().to_string()),
                ("format", tensor.format().name()),
                ("stored", format!("{} ({})", tensor.stored(), percent(tensor.density()))),
                ("fill value", fill),
                ("bytes", bytes(tensor.bytes())),
            ];
            Ok(page("Tensor", &rows, &pattern(&tensor)))
        })
    }
}

#[pymethods]
impl PyChunked {
    fn _repr_html_(slf: &Bound<'_, Self>) -> String {
        let chunked = chunked_of(slf);
        let rows = [
            ("shape", shape(chunked.shape())),
            ("dtype", chunked.dtype().to_string()),
            ("chunks", chunked.grid().to_string()),
            ("last step", last_step(&chunked.summary(&PrintOptions::default()))),
        ];
        page("chunked.Array", &rows, &grid(chunked.grid()))
    }
}

#[pymethods]
impl PyLazy {
    fn _repr_html_(slf: &Bound<'_, Self>) -> String {
        let lazy = lazy_of(slf);
        let rows = [
            ("shape", shape(lazy.shape())),
            ("dtype", lazy.dtype().to_string()),
            ("last step", last_step(&lazy.summary(&PrintOptions::default()))),
        ];
        page("lazy.Array", &rows, "")
    }
}

fn shape(shape: &[usize]) -> String {
    let lengths: Vec<String> = shape.iter().map(ToString::to_string).collect();
    if lengths.is_empty() { "()".to_owned() } else { lengths.join(" × ") }
}

fn last_step(summary: &str) -> String {
    summary.split_once("last step ").map_or(String::new(), |(_, step)| step.to_owned())
}

fn page(title: &str, rows: &[(&str, String)], picture: &str) -> String {
    // Pages without a document type give tables a colour of their own.
    let mut table = format!(
        "<table style=\"color:inherit;text-align:left\"><tr><th colspan=\"2\">redpoll {title}</th></tr>"
    );
    for (name, value) in rows {
        let _ = write!(table, "<tr><th>{name}</th><td>{}</td></tr>", escaped(value));
    }
    format!("<div style=\"display:flex;gap:1em;align-items:center\">{table}</table>{picture}</div>")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// A drawing as wide and high as rows and columns ask for.
fn svg(rows: f64, columns: f64, body: &str) -> String {
    let scale = SIDE / rows.max(columns).max(1.0);
    // A line of one row or of one column is still seen.
    let (width, height) = ((columns * scale).max(8.0), (rows * scale).max(8.0));
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {columns} {rows}\" preserveAspectRatio=\"none\" \
         style=\"border:1px solid #888\">{body}</svg>"
    )
}

/// Where the elements of a matrix, a vector, or the last two axes of a tensor are stored: the darker, the more.
fn pattern(tensor: &Tensor) -> String {
    if tensor.size() == 0 || tensor.ndim() == 0 {
        return String::new();
    }
    let axes = [tensor.ndim().checked_sub(2), Some(tensor.ndim() - 1)];
    let lengths = axes.map(|axis| axis.map_or(1, |a| tensor.shape()[a]));
    let cells = lengths.map(|n| n.min(CELLS));
    let mut counts = vec![0_usize; cells[0] * cells[1]];
    let sample = tensor.sample(SAMPLE);
    for index in &sample {
        let cell = |k: usize| {
            let at = axes[k].map_or(0, |axis| index[axis] as u128);
            (at * cells[k] as u128 / lengths[k] as u128) as usize
        };
        counts[cell(0) * cells[1] + cell(1)] += 1;
    }
    // The share of a cell that is stored, if the sample is like the rest.
    let share = tensor.density() * (cells[0] * cells[1]) as f64 / sample.len().max(1) as f64;
    let shade = |count: usize| {
        let density = (share * count as f64).min(1.0);
        // A thousandth is half as dark as all: few of the matrices that are drawn store more.
        let opacity = (1.0 + density.log10() / 6.0).max(0.1);
        (count > 0).then_some((opacity * SHADES).ceil() as usize)
    };
    let mut paths = vec![String::new(); SHADES as usize + 1];
    for (y, row) in counts.chunks(cells[1]).enumerate() {
        let mut x = 0;
        for cells in row.chunk_by(|&a, &b| shade(a) == shade(b)) {
            if let Some(shade) = shade(cells[0]) {
                let _ = write!(paths[shade], "M{x} {y}h{n}v1h-{n}z", n = cells.len());
            }
            x += cells.len();
        }
    }
    let mut body = String::new();
    for (shade, path) in paths.iter().enumerate().filter(|(_, path)| !path.is_empty()) {
        let opacity = shade as f64 / SHADES;
        let _ = write!(body, "<path d=\"{path}\" fill=\"#d5404b\" fill-opacity=\"{opacity:.2}\"/>");
    }
    svg(cells[0] as f64, cells[1] as f64, &body)
}

/// The cuts of the last two axes.
fn grid(grid: &Grid) -> String {
    let Some(columns) = grid.axes().last() else { return String::new() };
    let rows = grid.axes().len().checked_sub(2).map(|k| &grid.axes()[k]);
    let height = rows.map_or(1.0, |r| r.length().max(1) as f64);
    let width = columns.length().max(1) as f64;
    // A vector is drawn as a bar.
    let height = if rows.is_none() { width / 8.0 } else { height };
    let mut body = format!(
        "<rect width=\"{width}\" height=\"{height}\" fill=\"#d5404b\" fill-opacity=\"0.2\"/>"
    );
    let style = "stroke=\"#d5404b\" vector-effect=\"non-scaling-stroke\"";
    if let Some(rows) = rows.filter(|r| r.count() <= 4 * CELLS) {
        for cut in rows.ranges().skip(1) {
            let y = cut.start;
            let _ = write!(body, "<path d=\"M0 {y}H{width}\" {style}/>");
        }
    }
    if columns.count() <= 4 * CELLS {
        for cut in columns.ranges().skip(1) {
            let x = cut.start;
            let _ = write!(body, "<path d=\"M{x} 0V{height}\" {style}/>");
        }
    }
    svg(height, width, &body)
}

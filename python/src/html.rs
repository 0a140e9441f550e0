//! What notebooks show: a table, and a picture of where elements are stored or how the array is cut.

use crate::array::{PyChunked, PyTensor, chunked_of, tensor_of};
use crate::settings::run;
use pyo3::prelude::*;
use redpoll::chunked::{Chunked, Grid};
use redpoll::{Array, Tensor};
use std::fmt::Write;

/// The longer side of a picture, in pixels, and the cells along it.
const SIDE: f64 = 160.0;
const CELLS: usize = 64;
/// The most stored elements that are looked through for a picture.
const MOST: u128 = 20_000_000;

#[pymethods]
impl PyTensor {
    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
        let tensor = tensor_of(slf);
        run(slf.py(), || {
            let rows = [
                ("shape", shape(tensor.shape())),
                ("dtype", tensor.dtype().to_string()),
                ("format", tensor.format().to_string()),
                ("stored", format!("{} ({:.3} %)", tensor.stored(), 100.0 * tensor.density())),
                ("fill value", tensor.fill().to_string()),
                ("bytes", tensor.bytes().to_string()),
            ];
            Ok(page("Tensor", &rows, &pattern(&tensor)?))
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
            ("last step", last_step(&chunked)),
        ];
        page("chunked.Array", &rows, &grid(chunked.grid()))
    }
}

fn shape(shape: &[usize]) -> String {
    let lengths: Vec<String> = shape.iter().map(ToString::to_string).collect();
    if lengths.is_empty() { "()".to_owned() } else { lengths.join(" × ") }
}

fn last_step(chunked: &Chunked<Tensor>) -> String {
    let text = format!("{chunked:?}");
    text.split_once(": ").map_or(String::new(), |(_, step)| step.to_owned())
}

fn page(title: &str, rows: &[(&str, String)], picture: &str) -> String {
    let mut table = format!("<table><tr><th colspan=\"2\">redpoll {title}</th></tr>");
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
fn pattern(tensor: &Tensor) -> redpoll::Result<String> {
    if tensor.size() == 0 || tensor.ndim() == 0 || tensor.stored() > MOST {
        return Ok(String::new());
    }
    let axes = [tensor.ndim().checked_sub(2), Some(tensor.ndim() - 1)];
    let lengths = axes.map(|axis| axis.map_or(1, |a| tensor.shape()[a]));
    let cells = lengths.map(|n| n.min(CELLS));
    let mut counts = vec![0_usize; cells[0] * cells[1]];
    let coordinates = tensor.pattern().coordinates()?;
    let columns = axes.map(|axis| {
        let place = axis.and_then(|a| tensor.order().iter().position(|&o| o == a));
        place.map(|k| &coordinates.index()[k])
    });
    for c in 0..coordinates.len() {
        let [row, column] = [0, 1].map(|k| {
            columns[k].map_or(0, |index| {
                (index.get(c) as u128 * cells[k] as u128 / lengths[k] as u128) as usize
            })
        });
        counts[row * cells[1] + column] += 1;
    }
    let most = counts.iter().copied().max().unwrap_or(1).max(1) as f64;
    let mut body = String::new();
    for (cell, &count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let (x, y) = (cell % cells[1], cell / cells[1]);
        let shade = 0.25 + 0.75 * count as f64 / most;
        let _ = write!(
            body,
            "<rect x=\"{x}\" y=\"{y}\" width=\"1\" height=\"1\" fill=\"#b3202a\" \
             fill-opacity=\"{shade:.2}\"/>"
        );
    }
    Ok(svg(cells[0] as f64, cells[1] as f64, &body))
}

/// The cuts of the last two axes.
fn grid(grid: &Grid) -> String {
    let Some(columns) = grid.axes().last() else { return String::new() };
    let rows = grid.axes().len().checked_sub(2).map(|k| &grid.axes()[k]);
    let height = rows.map_or(1.0, |r| r.length().max(1) as f64);
    let width = columns.length().max(1) as f64;
    // A vector is drawn as a bar.
    let height = if rows.is_none() { width / 8.0 } else { height };
    let mut body = format!("<rect width=\"{width}\" height=\"{height}\" fill=\"#f3d6d8\"/>");
    let style = "stroke=\"#b3202a\" vector-effect=\"non-scaling-stroke\"";
    if let Some(rows) = rows.filter(|r| r.count() <= 2 * CELLS) {
        for cut in rows.ranges().skip(1) {
            let y = cut.start;
            let _ = write!(body, "<path d=\"M0 {y}H{width}\" {style}/>");
        }
    }
    if columns.count() <= 2 * CELLS {
        for cut in columns.ranges().skip(1) {
            let x = cut.start;
            let _ = write!(body, "<path d=\"M{x} 0V{height}\" {style}/>");
        }
    }
    svg(height, width, &body)
}

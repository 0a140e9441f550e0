//! The cells in the plane of the first two components, beside the share of each component in the variance.

use crate::report::Outcome;
use plotters::prelude::*;
use std::error::Error;
use std::path::Path;

const INK: RGBColor = RGBColor(40, 44, 52);
const POINT: RGBColor = RGBColor(176, 42, 48);
const BAR: RGBColor = RGBColor(93, 110, 140);

pub fn draw(path: &Path, title: &str, outcome: &Outcome) -> Result<(), Box<dyn Error>> {
    let root = SVGBackend::new(path, (1180, 560)).into_drawing_area();
    root.fill(&WHITE)?;
    let root = root.titled(title, ("sans-serif", 20).into_font().color(&INK))?;
    let (left, right) = root.split_horizontally(640);
    scatter(&left, outcome)?;
    scree(&right, outcome)?;
    root.present()?;
    Ok(())
}

type Area<'a> = DrawingArea<SVGBackend<'a>, plotters::coord::Shift>;

fn scatter(area: &Area<'_>, outcome: &Outcome) -> Result<(), Box<dyn Error>> {
    let k = outcome.singular_values.len();
    let second = usize::from(k > 1);
    let points: Vec<(f64, f64)> =
        outcome.scores.chunks(k).map(|row| (row[0], row[second])).collect();
    let label = |c: usize| {
        let share = 100.0 * outcome.explained_variance_ratio[c];
        format!("PC{} ({share:.1} % of the variance)", c + 1)
    };
    let mut chart = ChartBuilder::on(area)
        .margin(14)
        .x_label_area_size(46)
        .y_label_area_size(58)
        .build_cartesian_2d(
        range(points.iter().map(|p| p.0)),
        range(points.iter().map(|p| p.1)),
    )?;
    chart
        .configure_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(INK.mix(0.08))
        .axis_style(INK)
        .x_desc(label(0))
        .y_desc(label(second))
        .label_style(("sans-serif", 14).into_font().color(&INK))
        .draw()?;
    chart.draw_series(
        points.into_iter().map(|point| Circle::new(point, 2, POINT.mix(0.45).filled())),
    )?;
    Ok(())
}

fn scree(area: &Area<'_>, outcome: &Outcome) -> Result<(), Box<dyn Error>> {
    let shares: Vec<f64> = outcome.explained_variance_ratio.iter().map(|r| 100.0 * r).collect();
    let highest = shares.iter().fold(f64::MIN_POSITIVE, |a, &b| a.max(b));
    let mut chart = ChartBuilder::on(area)
        .margin(14)
        .x_label_area_size(46)
        .y_label_area_size(58)
        .build_cartesian_2d((1..shares.len()).into_segmented(), 0.0..1.08 * highest)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(TRANSPARENT)
        .bold_line_style(INK.mix(0.08))
        .axis_style(INK)
        .x_desc("principal component")
        .y_desc("variance explained (%)")
        .x_label_formatter(&|segment| match segment {
            SegmentValue::CenterOf(k) => k.to_string(),
            _ => String::new(),
        })
        .label_style(("sans-serif", 14).into_font().color(&INK))
        .draw()?;
    chart.draw_series(shares.iter().enumerate().map(|(k, &share)| {
        let corners = [(SegmentValue::Exact(k + 1), 0.0), (SegmentValue::Exact(k + 2), share)];
        let mut bar = Rectangle::new(corners, BAR.filled());
        bar.set_margin(0, 0, 6, 6);
        bar
    }))?;
    Ok(())
}

/// The extent of values with a margin, never empty.
fn range(values: impl Iterator<Item = f64>) -> std::ops::Range<f64> {
    let (low, high) =
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(l, h), v| (l.min(v), h.max(v)));
    let margin = (0.05 * (high - low)).max(1e-9);
    low - margin..high + margin
}

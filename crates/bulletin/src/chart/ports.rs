//! The services most tried, this month beside the month before.

use archive::question::ServiceCount;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::canvas::{Area, INK, PALE, Painted, letters};
use super::{Chart, Size};
use crate::{Result, figure, service};

const SHOWN: usize = 8;
/// Heights in pixels: of the key, and of each service.
const KEY: u32 = 24;
const ROW: u32 = 32;
/// How much of a bar's row its two bars take, and where they part.
const EDGES: [f64; 3] = [0.12, 0.49, 0.86];

/// What the bars are called: the period's name, and that of the one before, where it had data.
pub struct Names<'a> {
    /// The period.
    pub now: &'a str,
    /// The period before; none: it is not drawn.
    pub before: Option<&'a str>,
}

/// Bars of the services with the most accesses.
///
/// # Errors
/// It could not be drawn.
pub fn ports(title: String, rows: &[ServiceCount], names: &Names<'_>) -> Result<Chart> {
    let rows = rows.get(..SHOWN).unwrap_or(rows);
    let height = KEY + ROW * u32::try_from(rows.len().max(1)).unwrap_or_default();
    let words = [title, describe(rows, names)];
    Chart::draw("ports", words, height, |area, size| paint(area, size, rows, names))
}

fn describe(rows: &[ServiceCount], names: &Names<'_>) -> String {
    let row = |row: &ServiceCount| {
        let before =
            names.before.map(|name| format!(", {name} {}", figure::count(row.accesses_before)));
        format!(
            "{}: {}{}",
            service::label(row),
            figure::count(row.accesses),
            before.unwrap_or_default()
        )
    };
    format!("Accesses in {}. {}.", names.now, rows.iter().map(row).collect::<Vec<_>>().join("; "))
}

/// Where bars and letters go: y grows downwards from 0, a row a service.
#[derive(Default)]
struct Shapes {
    now: Vec<[At; 2]>,
    before: Vec<[At; 2]>,
    values: Vec<(At, String)>,
    labels: Vec<(At, String)>,
}

type At = (f64, f64);

impl Shapes {
    fn of(rows: &[ServiceCount], size: Size, compare: bool) -> Self {
        let mut shapes = Shapes::default();
        let [top, middle, bottom] = EDGES;
        for (row, index) in rows.iter().zip(0u32..) {
            let y = f64::from(index);
            let now = [(0.0, y + top), (row.accesses as f64, y + middle)];
            shapes.now.push(now);
            shapes.values.push(value(row.accesses, now));
            if compare {
                let before = [(0.0, y + middle), (row.accesses_before as f64, y + bottom)];
                shapes.before.push(before);
                shapes.values.push(value(row.accesses_before, before));
            }
            let height = if compare { middle } else { (top + middle) / 2.0 };
            let text = size.pick(service::label(row), row.service.to_string());
            shapes.labels.push(((0.0, y + height), text));
        }
        shapes
    }
}

/// A figure at the end of its bar.
fn value(accesses: u64, [(_, top), (end, bottom)]: [At; 2]) -> (At, String) {
    ((end, (top + bottom) / 2.0), figure::count(accesses))
}

fn paint(area: &Area<'_>, size: Size, rows: &[ServiceCount], names: &Names<'_>) -> Painted {
    let (key, area) = area.split_vertically(KEY);
    paint_key(&key, size, names)?;
    let shapes = Shapes::of(rows, size, names.before.is_some());
    let most = rows.iter().map(|row| row.accesses.max(row.accesses_before)).max();
    let mut chart = ChartBuilder::on(&area)
        .margin_right(size.pick(84, 70))
        .y_label_area_size(left(size))
        .build_cartesian_2d(
            0.0..most.unwrap_or_default().max(1) as f64,
            rows.len().max(1) as f64..0.0,
        )?;
    chart.draw_series(shapes.now.iter().map(|&bar| Rectangle::new(bar, INK.filled())))?;
    chart.draw_series(shapes.before.iter().map(|&bar| Rectangle::new(bar, PALE.filled())))?;
    chart.draw_series(shapes.before.iter().map(|&bar| Rectangle::new(bar, INK.stroke_width(1))))?;
    chart.draw_series(shapes.values.into_iter().map(|(at, text)| {
        EmptyElement::at(at) + Text::new(text, (6, 0), letters(HPos::Left, VPos::Center))
    }))?;
    chart.draw_series(shapes.labels.into_iter().map(|(at, text)| {
        EmptyElement::at(at) + Text::new(text, (-8, 0), letters(HPos::Right, VPos::Center))
    }))?;
    Ok(())
}

/// Where bars begin.
fn left(size: Size) -> i32 {
    size.pick(190, 84)
}

fn paint_key(area: &Area<'_>, size: Size, names: &Names<'_>) -> Painted {
    let left = left(size);
    let style = || letters(HPos::Left, VPos::Center);
    area.draw(&Rectangle::new([(left, 5), (left + 10, 13)], INK.filled()))?;
    area.draw(&Text::new(names.now.to_owned(), (left + 16, 9), style()))?;
    if let Some(before) = names.before {
        let next = left + 120;
        area.draw(&Rectangle::new([(next, 5), (next + 10, 13)], PALE.filled()))?;
        area.draw(&Rectangle::new([(next, 5), (next + 10, 13)], INK.stroke_width(1)))?;
        area.draw(&Text::new(before.to_owned(), (next + 16, 9), style()))?;
    }
    Ok(())
}

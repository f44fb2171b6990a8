//! Accesses per day as bars; days that nobody watched are shaded.

use std::collections::BTreeMap;

use archive::Day;
use archive::question::DayOfPoint;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, VPos};

use super::Chart;
use super::canvas::{self, Area, GRID, INK, Painted, Result, Size, TEXT, VOID, letters};
use crate::look::figure;

/// In pixels.
const HEIGHT: u32 = 280;

/// A day over all points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    /// The day.
    pub(crate) day: Day,
    /// Accesses; none where no point watched.
    pub(crate) accesses: Option<u64>,
}

/// Sums the points of each day, for every day asked about.
pub(crate) fn bars(days: impl Iterator<Item = Day>, rows: &[DayOfPoint]) -> Vec<Bar> {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for row in rows {
        *sums.entry(&row.day).or_default() += row.accesses;
    }
    days.map(|day| Bar { day, accesses: sums.get(day.to_string().as_str()).copied() }).collect()
}

/// The chart of days.
///
/// # Errors
/// It could not be drawn.
pub(crate) fn days(title: String, bars: &[Bar]) -> Result<Chart> {
    Chart::draw("days", [title, describe(bars)], HEIGHT, |area, size| paint(area, size, bars))
}

fn describe(bars: &[Bar]) -> String {
    let most = most(bars);
    let unwatched = bars.iter().filter(|bar| bar.accesses.is_none()).count();
    let most = most.map_or("No accesses.".to_owned(), |(day, most)| {
        format!("One bar a day. The most were {} accesses on {day}.", figure::count(most))
    });
    match unwatched {
        0 => most,
        count => format!("{most} Days without data, shaded: {count}."),
    }
}

fn most(bars: &[Bar]) -> Option<(Day, u64)> {
    let counted = bars.iter().filter_map(|bar| Some((bar.day, bar.accesses?)));
    // The first of equals.
    counted.filter(|&(_, most)| most > 0).rev().max_by_key(|&(_, most)| most)
}

fn paint(area: &Area<'_>, size: Size, bars: &[Bar]) -> Painted {
    let top = canvas::ceiling(most(bars).map_or(0, |(_, most)| most));
    let mut chart = ChartBuilder::on(area)
        .margin_top(14)
        .margin_right(8)
        .x_label_area_size(24)
        .y_label_area_size(size.pick(64, 58))
        .build_cartesian_2d(0.0..bars.len() as f64, 0.0..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(GRID)
        .y_labels(5)
        .y_label_formatter(&|value| figure::count(value.round() as u64))
        .label_style(letters(HPos::Right, VPos::Center))
        .draw()?;
    let columns = || bars.iter().zip(0u32..).map(|(bar, index)| (bar, f64::from(index)));
    let gaps = gaps(bars);
    chart.draw_series(
        gaps.iter().map(|&(from, to)| Rectangle::new([(from, 0.0), (to, top)], VOID.filled())),
    )?;
    let room = bars.len() as f64 / size.pick(9.0, 4.5);
    chart.draw_series(gaps.iter().filter(|(from, to)| to - from >= room).map(|&(from, to)| {
        let style = letters(HPos::Center, VPos::Center);
        EmptyElement::at(((from + to) / 2.0, top / 2.0)) + Text::new("no data", (0, 0), style)
    }))?;
    chart.draw_series(columns().filter_map(|(bar, x)| {
        let height = bar.accesses? as f64;
        Some(Rectangle::new([(x + 0.14, 0.0), (x + 0.86, height)], INK.filled()))
    }))?;
    chart.draw_series(std::iter::once(PathElement::new(
        [(0.0, 0.0), (bars.len() as f64, 0.0)],
        TEXT,
    )))?;
    let every = bars.len().div_ceil(size.pick(16, 8)).max(1);
    chart.draw_series(columns().step_by(every).map(|(bar, x)| {
        let style = letters(HPos::Center, VPos::Top);
        EmptyElement::at((x + 0.5, 0.0)) + Text::new(label(bar.day, bars), (0, 7), style)
    }))?;
    Ok(())
}

/// Runs of days without data, as places on the axis.
fn gaps(bars: &[Bar]) -> Vec<(f64, f64)> {
    let mut gaps: Vec<(f64, f64)> = Vec::new();
    for (bar, index) in bars.iter().zip(0u32..) {
        let at = f64::from(index);
        match gaps.last_mut() {
            _ if bar.accesses.is_some() => {}
            Some(gap) if gap.1 == at => gap.1 = at + 1.0,
            _ => gaps.push((at, at + 1.0)),
        }
    }
    gaps
}

/// The day's number within a month, else month and day.
fn label(day: Day, bars: &[Bar]) -> String {
    let one_month = bars.iter().all(|bar| bar.day.month() == day.month());
    let pattern = if one_month { "%-d" } else { "%m-%d" };
    day.0.strftime(pattern).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(day: &str, point: &str, accesses: u64) -> DayOfPoint {
        DayOfPoint {
            day: day.to_owned(),
            point: point.to_owned(),
            accesses,
            packets: None,
            sources: 1,
            seconds_up: None,
            assumed: true,
        }
    }

    #[test]
    fn a_day_without_rows_is_not_a_day_of_zero() {
        let month: bulletin::Month = "2005-05".parse().unwrap();
        let month = month.period().days();
        let mut rows: Vec<_> =
            (1..=16).map(|day| row(&format!("2005-05-{day:02}"), "adsl-1", 100 + day)).collect();
        rows.push(row("2005-05-02", "cable-2", 500));
        let bars = bars(month, &rows);
        assert_eq!(bars.len(), 31);
        assert_eq!(bars[1].accesses, Some(602), "two points");
        assert_eq!(bars[16].accesses, None);
        assert_eq!(gaps(&bars), [(16.0, 31.0)]);
        assert_eq!(
            describe(&bars),
            "One bar a day. The most were 602 accesses on 2005-05-02. Days without data, shaded: 15."
        );
    }

    #[test]
    fn charts_are_drawn_of_anything() {
        let day: Day = "2005-05-01".parse().unwrap();
        let most = |accesses| {
            days("all".to_owned(), &[Bar { day, accesses }]).unwrap().figure().into_string()
        };
        assert!(most(None).contains("No accesses."));
        assert!(most(Some(0)).contains("No accesses."));
        assert!(most(Some(u64::MAX)).contains("18,446,744,073,709,551,615 accesses"));
        assert!(days("none".to_owned(), &[]).is_ok());
    }
}

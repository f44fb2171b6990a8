//! The picture of growth: ratio, memory and bytes, each over the number of packets.

use anyhow::{Result, anyhow};
use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::growth::Growth;
use super::{BYTES, IMPORT, MEMORY};

/// Width and height of a panel, in pixels.
const PANEL: (u32, u32) = (720, 190);
/// Plotters writes a font's size over 1.24: this makes letters of 12 pixels.
const LETTERS: f64 = 12.0 * 1.24;

const INK: RGBColor = RGBColor(0x22, 0x3a, 0x5e);
const GOAL: RGBColor = RGBColor(0xb0, 0x6a, 0x2c);
const GRID: RGBColor = RGBColor(0xdd, 0xd9, 0xd0);
const TEXT: RGBColor = RGBColor(0x4a, 0x4a, 0x4a);

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Painted = std::result::Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// What one panel shows.
struct Panel {
    title: &'static str,
    goal: f64,
    decimals: usize,
    value: fn(&Growth) -> f64,
}

const PANELS: [Panel; 3] = [
    Panel {
        title: "Import: CPU time in multiples of tcpdump -r -w, over the packets of the capture",
        goal: IMPORT,
        decimals: 1,
        value: |point| point.ratio,
    },
    Panel {
        title: "Peak memory of the import, MB",
        goal: MEMORY,
        decimals: 0,
        value: |point| point.memory,
    },
    Panel {
        title: "Bytes an access, as written",
        goal: BYTES,
        decimals: 1,
        value: |point| point.bytes,
    },
];

/// The picture as SVG.
pub(super) fn growth(points: &[Growth]) -> Result<String> {
    let mut svg = String::new();
    {
        let (width, height) = (PANEL.0, PANEL.1 * PANELS.len() as u32);
        let area = SVGBackend::with_string(&mut svg, (width, height)).into_drawing_area();
        paint(&area, points)
            .and_then(|()| area.present())
            .map_err(|error| anyhow!("the picture of growth could not be drawn: {error}"))?;
    }
    Ok(svg)
}

fn paint(area: &Area<'_>, points: &[Growth]) -> Painted {
    area.fill(&WHITE)?;
    let areas = area.split_evenly((PANELS.len(), 1));
    PANELS.iter().zip(&areas).try_for_each(|(panel, area)| paint_panel(area, panel, points))
}

fn paint_panel(area: &Area<'_>, panel: &Panel, points: &[Growth]) -> Painted {
    let places: Vec<(f64, f64)> =
        points.iter().map(|point| (place(point.packets), (panel.value)(point))).collect();
    let top = 1.3 * places.iter().fold(panel.goal, |top, place| top.max(place.1));
    let left = places.iter().fold(9.0, |left: f64, place| left.min(place.0)) - 0.1;
    let right = places.iter().fold(left + 0.1, |right, place| right.max(place.0)) + 0.1;
    area.draw(&Text::new(panel.title, (16, 8), letters(HPos::Left, VPos::Top)))?;
    let mut chart = ChartBuilder::on(area)
        .margin(8)
        .margin_top(28)
        .margin_right(72)
        .x_label_area_size(24)
        .y_label_area_size(44)
        .build_cartesian_2d(left..right, 0.0..top)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .disable_x_axis()
        .light_line_style(TRANSPARENT)
        .bold_line_style(GRID)
        .axis_style(GRID)
        .y_labels(4)
        .y_label_formatter(&|value| format!("{value:.0}"))
        .label_style(letters(HPos::Right, VPos::Center))
        .draw()?;
    let goal = [(left, panel.goal), (right, panel.goal)];
    chart.draw_series([PathElement::new(goal, GOAL.stroke_width(1))])?;
    let style = letters(HPos::Left, VPos::Center).color(&GOAL);
    let words = Text::new(format!("goal {}", panel.goal), (8, 0), style);
    chart.draw_series([EmptyElement::at((right, panel.goal)) + words])?;
    chart.draw_series([PathElement::new(places.clone(), INK.stroke_width(2))])?;
    chart.draw_series(places.iter().map(|&place| Circle::new(place, 3, INK.filled())))?;
    chart.draw_series(places.iter().map(|&(x, y)| {
        let style = letters(HPos::Center, VPos::Bottom);
        EmptyElement::at((x, y)) + Text::new(format!("{y:.*}", panel.decimals), (0, -7), style)
    }))?;
    chart.draw_series(points.iter().map(|point| {
        let style = letters(HPos::Center, VPos::Top);
        let words = Text::new(count(point.packets), (0, 7), style);
        EmptyElement::at((place(point.packets), 0.0)) + words
    }))?;
    Ok(())
}

/// The place on the axis: sizes that double are equally far apart.
fn place(packets: u64) -> f64 {
    (packets.max(1) as f64).log10()
}

/// Packets as a person says them: 200 k, 5 M.
fn count(packets: u64) -> String {
    match packets {
        1_000_000.. => format!("{} M", packets as f64 / 1e6),
        1_000.. => format!("{} k", packets as f64 / 1e3),
        _ => packets.to_string(),
    }
}

fn letters(h: HPos, v: VPos) -> TextStyle<'static> {
    ("sans-serif", LETTERS).into_font().color(&TEXT).pos(Pos::new(h, v))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_panels_with_their_figures() {
        let point = |packets, ratio| Growth { packets, cpu: 1.0, ratio, memory: 99.0, bytes: 14.0 };
        let svg = growth(&[point(1_000_000, 8.25), point(50_000_000, 7.0)]).unwrap();
        for words in ["goal 7.5", "goal 128", "goal 16", "8.2", "7.0", "99", "14.0", "1 M", "50 M"]
        {
            assert!(svg.contains(words), "{words}");
        }
    }

    #[test]
    fn anything_can_be_drawn() {
        assert!(growth(&[]).is_ok());
        let point = Growth { packets: 0, cpu: 0.0, ratio: f64::NAN, memory: 0.0, bytes: 0.0 };
        assert!(growth(&[point]).is_ok());
    }

    #[test]
    fn counts_are_short() {
        assert_eq!(count(50_000_000), "50 M");
        assert_eq!(count(2_500_000), "2.5 M");
        assert_eq!(count(200_000), "200 k");
        assert_eq!(count(7), "7");
    }
}

//! The canvas of every chart: sizes, colours, letters, and shapes out of plotters.

use plotters::coord::Shift;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// A chart that could not be drawn: a fault of ours.
#[derive(Debug, thiserror::Error)]
#[error("the chart {0} could not be drawn: {1}")]
pub(crate) struct Undrawn(&'static str, String);

pub(super) type Result<T> = std::result::Result<T, Undrawn>;

/// Indigo, the ink of figures.
pub(super) const INK: RGBColor = RGBColor(0x22, 0x3a, 0x5e);
/// Days that nobody watched.
pub(super) const VOID: RGBColor = RGBColor(0xec, 0xe8, 0xdf);
/// Lines to read by.
pub(super) const GRID: RGBColor = RGBColor(0xdd, 0xd9, 0xd0);
/// Letters.
pub(super) const TEXT: RGBColor = RGBColor(0x4a, 0x4a, 0x4a);

/// Plotters writes a font's size over 1.24: this makes letters of 12 pixels.
const LETTERS: f64 = 12.0 * 1.24;

pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Painted = std::result::Result<(), DrawingAreaErrorKind<std::io::Error>>;

/// How wide the page is that a chart is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// A desk or paper.
    Wide,
    /// A phone.
    Narrow,
}

impl Size {
    /// The width in pixels.
    pub(crate) fn width(self) -> u32 {
        self.pick(720, 360)
    }

    /// One of two values.
    pub(super) fn pick<T>(self, wide: T, narrow: T) -> T {
        match self {
            Size::Wide => wide,
            Size::Narrow => narrow,
        }
    }

    pub(super) fn name(self) -> &'static str {
        self.pick("wide", "narrow")
    }
}

/// The shapes of a chart, without the `svg` element around them.
pub(super) fn draw(
    name: &'static str,
    pixels: (u32, u32),
    paint: impl FnOnce(&Area<'_>) -> Painted,
) -> Result<String> {
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, pixels).into_drawing_area();
        let painted = paint(&area).and_then(|()| area.present());
        painted.map_err(|error| Undrawn(name, error.to_string()))?;
    }
    let shapes = svg.split_once('>').map_or("", |(_, rest)| rest);
    Ok(shapes.trim().trim_end_matches("</svg>").to_owned())
}

/// The style of letters, held at a corner or an edge.
pub(super) fn letters(h: HPos, v: VPos) -> TextStyle<'static> {
    ("sans-serif", LETTERS).into_font().color(&TEXT).pos(Pos::new(h, v))
}

/// The least of 1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten that is not under a value.
pub(super) fn ceiling(value: u64) -> f64 {
    let value = value.max(4) as f64;
    let power = 10f64.powf(value.log10().floor());
    let steps = [1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
    steps.map(|step| step * power).into_iter().find(|&top| top >= value).unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_axis_ends_on_a_plain_figure() {
        for (value, top) in [(0, 4.0), (4, 4.0), (101, 150.0), (999, 1_000.0), (7_325, 8_000.0)] {
            assert_eq!(ceiling(value), top);
        }
        assert!(ceiling(u64::MAX) >= u64::MAX as f64);
    }
}

//! Bars as shapes: in one ink, from zero, each under its figure, which names its claim as figures in the
//! text do. Pages and paper show the same shapes.
//!
//! Libraries that draw charts were weighed: none lets a letter of a chart carry its claim.

use maud::{Markup, html};

use crate::document::{Bar, Cell};

/// Sizes in pixels: the chart's width, the highest bar, room for figures over and labels under the bars.
const WIDTH: usize = 720;
const HIGHEST: usize = 140;
const OVER: usize = 18;
const UNDER: usize = 38;
/// The widest bar: three months should not look like walls.
const WIDEST: usize = 40;

/// A chart as shapes, in pixels from its upper left corner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing<'a> {
    /// Its width.
    pub width: usize,
    /// Its height.
    pub height: usize,
    /// Where the bars stand.
    pub floor: usize,
    /// Its bars, in their order.
    pub columns: Vec<Column<'a>>,
}

/// A bar as a shape, with the baselines of its letters, which are centred on its middle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column<'a> {
    /// The bar.
    pub bar: &'a Bar,
    /// The middle of the bar and of its letters.
    pub middle: usize,
    /// Its left edge.
    pub left: usize,
    /// Its upper edge.
    pub top: usize,
    /// Its width.
    pub width: usize,
    /// Its height.
    pub height: usize,
    /// The baselines of its figure, its label, and the line below that.
    pub baselines: [usize; 3],
}

/// A chart's bars as shapes. Nothing is cut: every bar stands on zero.
pub fn drawing(bars: &[Bar]) -> Drawing<'_> {
    let step = WIDTH / bars.len().max(1);
    let floor = OVER + HIGHEST;
    let columns = bars.iter().enumerate().map(|(at, bar)| {
        // No bar of ours is higher than the highest.
        let height = HIGHEST * usize::try_from(bar.height.min(1_000)).unwrap_or(0) / 1_000;
        let (width, middle) = ((step * 3 / 5).min(WIDEST), at * step + step / 2);
        let (left, top) = (middle - width / 2, floor - height);
        Column {
            bar,
            middle,
            left,
            top,
            width,
            height,
            baselines: [top - 5, floor + 15, floor + 30],
        }
    });
    Drawing { width: WIDTH, height: floor + UNDER, floor, columns: columns.collect() }
}

/// A chart with its caption, as SVG.
pub(crate) fn figure(id: &str, caption: &str, alternative: &str, bars: &[Bar]) -> Markup {
    let drawing = drawing(bars);
    let view = format!("0 0 {} {}", drawing.width, drawing.height);
    let title = format!("{id}-alternative");
    html! {
        figure.chart {
            figcaption { (caption) }
            div.scroll tabindex="0" role="group" aria-label=(caption) {
                svg #(id) viewBox=(view) role="img" aria-labelledby=(title) {
                    title #(title) { (alternative) }
                    @for column in &drawing.columns { (self::column(column)) }
                    line.floor x1="0" x2=(drawing.width) y1=(drawing.floor) y2=(drawing.floor) {}
                }
            }
        }
    }
}

fn column(column: &Column<'_>) -> Markup {
    let Column { bar, middle, left, top, width, height, baselines: [figure, label, below] } =
        column;
    html! {
        rect.bar x=(left) y=(top) width=(width) height=(height) {}
        @match &bar.figure {
            Cell::Figure { text, claim } => text x=(middle) y=(figure) data-claim=(claim) { (text) },
            cell => text x=(middle) y=(figure) { (cell.text()) },
        }
        text.label x=(middle) y=(label) { (bar.label) }
        text.label x=(middle) y=(below) { (bar.below) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::ClaimId;

    #[test]
    fn bars_stand_on_zero_under_their_figures() {
        let figure = Cell::Figure { text: "94".to_owned(), claim: ClaimId::new("access") };
        let bar = |height, figure| Bar {
            label: "May".to_owned(),
            below: "2005".to_owned(),
            height,
            figure,
        };
        let bars = [bar(1_000, figure), bar(500, Cell::Nothing), bar(9_000, Cell::Nothing)];
        let drawn = super::figure("months", "Reports", "Bars", &bars).into_string();
        for part in [
            "data-claim=\"access\">94</text>",
            "y=\"18\" width=\"40\" height=\"140\"",
            "y=\"88\" width=\"40\" height=\"70\"",
            "<title id=\"months-alternative\">Bars</title>",
        ] {
            assert!(drawn.contains(part), "{part} is not in {drawn}");
        }
        assert!(super::figure("none", "Reports", "Bars", &[]).into_string().contains("<svg"));
    }
}

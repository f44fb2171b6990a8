//! Bars as SVG: in one ink, from zero, each under its figure, which names its claim as figures in the text do.
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

/// A chart with its caption. Nothing is cut: every bar stands on zero.
pub(crate) fn figure(id: &str, caption: &str, alternative: &str, bars: &[Bar]) -> Markup {
    let step = WIDTH / bars.len().max(1);
    let floor = OVER + HIGHEST;
    let view = format!("0 0 {WIDTH} {}", floor + UNDER);
    let title = format!("{id}-alternative");
    html! {
        figure.chart {
            figcaption { (caption) }
            div.scroll tabindex="0" role="group" aria-label=(caption) {
                svg #(id) viewBox=(view) role="img" aria-labelledby=(title) {
                    title #(title) { (alternative) }
                    @for (at, bar) in bars.iter().enumerate() { (self::bar(bar, at * step, step)) }
                    line.floor x1="0" x2=(WIDTH) y1=(floor) y2=(floor) {}
                }
            }
        }
    }
}

fn bar(bar: &Bar, left: usize, step: usize) -> Markup {
    let floor = OVER + HIGHEST;
    // No bar of ours is higher than the highest.
    let height = HIGHEST * usize::try_from(bar.height.min(1_000)).unwrap_or(0) / 1_000;
    let (width, middle) = ((step * 3 / 5).min(WIDEST), left + step / 2);
    let top = floor - height;
    html! {
        rect.bar x=(middle - width / 2) y=(top) width=(width) height=(height) {}
        @match &bar.figure {
            Cell::Figure { text, claim } => text x=(middle) y=(top - 5) data-claim=(claim) { (text) },
            cell => text x=(middle) y=(top - 5) { (cell.text()) },
        }
        text.label x=(middle) y=(floor + 15) { (bar.label) }
        text.label x=(middle) y=(floor + 30) { (bar.below) }
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

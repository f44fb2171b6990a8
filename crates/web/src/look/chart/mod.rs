//! Charts as SVG, drawn by plotters: readable in black and white, with a text alternative, system
//! fonts and nothing from elsewhere.
//!
//! Each chart is drawn twice, for a wide and for a narrow page, so that its letters keep their size
//! on a phone; a page shows the one that fits.

mod canvas;
mod days;

use maud::{Markup, PreEscaped, html};

use canvas::{Result, Size};

pub(crate) use canvas::Undrawn;
pub(crate) use days::{bars, days};

/// A chart and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chart {
    /// Its name: the file's, and the root of its ids in a page.
    name: &'static str,
    /// What it shows.
    title: String,
    /// What is to be seen in it, for those who cannot see it.
    description: String,
    height: u32,
    wide: String,
    narrow: String,
}

impl Chart {
    fn draw(
        name: &'static str,
        words: [String; 2],
        height: u32,
        paint: impl Fn(&canvas::Area<'_>, Size) -> canvas::Painted,
    ) -> Result<Self> {
        let shapes =
            |size: Size| canvas::draw(name, (size.width(), height), |area| paint(area, size));
        let (wide, narrow) = (shapes(Size::Wide)?, shapes(Size::Narrow)?);
        let [title, description] = words;
        Ok(Chart { name, title, description, height, wide, narrow })
    }

    /// For a page: both sizes, and the title as a caption.
    pub(crate) fn figure(&self) -> Markup {
        html! {
            figure.chart {
                figcaption { (self.title) }
                div.wide { (self.svg(Size::Wide, &self.wide)) }
                div.narrow { (self.svg(Size::Narrow, &self.narrow)) }
            }
        }
    }

    fn svg(&self, size: Size, shapes: &str) -> Markup {
        let (width, height) = (size.width(), self.height);
        let id = format!("chart-{}-{}", self.name, size.name());
        html! {
            svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (width) " " (height) }
                width=(width) height=(height) role="img"
                aria-labelledby={ (id) "-title " (id) "-desc" } {
                title id={ (id) "-title" } { (self.title) }
                desc id={ (id) "-desc" } { (self.description) }
                (PreEscaped(shapes))
            }
        }
    }
}

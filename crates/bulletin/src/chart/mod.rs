//! Charts as SVG, drawn by plotters: readable in black and white, with a text alternative, system
//! fonts and nothing from elsewhere.
//!
//! Each chart is drawn twice, for a wide and for a narrow page, so that its letters keep their size
//! on a phone; a page shows the one that fits.

mod canvas;
mod days;
mod ports;

use maud::{Markup, PreEscaped, html};

use crate::{Model, Result};

pub use canvas::Size;
pub use days::{Bar, bars, days};
pub use ports::{Names, ports};

/// A chart and its words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// Its name: the file's, and the root of its ids in a page.
    pub name: &'static str,
    /// What it shows.
    pub title: String,
    /// What is to be seen in it, for those who cannot see it.
    pub description: String,
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

    /// A file of its own, on white.
    pub fn file(&self) -> String {
        let paper = "<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>";
        let svg = self.svg(Size::Wide, &(paper.to_owned() + &self.wide)).into_string();
        format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{svg}\n")
    }

    /// For a page: both sizes, and the title as a caption.
    pub fn figure(&self) -> Markup {
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

/// The charts of a month; none where the month has no data.
///
/// # Errors
/// A chart could not be drawn.
pub fn of(model: &Model) -> Result<Vec<Chart>> {
    if !model.now.has_data() {
        return Ok(Vec::new());
    }
    let now = model.month.words();
    let before = model.month.before().words();
    let names = Names { now: &now, before: model.before.has_data().then_some(before.as_str()) };
    let bars = bars(model.month.period().days(), &model.now.days);
    Ok(vec![
        days(format!("Accesses per day, all points, {now}"), &bars)?,
        ports(format!("Accesses by service, {now}"), &model.services, &names)?,
    ])
}

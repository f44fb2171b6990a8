//! The page of a bulletin.

mod countries;
mod highlights;
mod method;
mod points;
mod services;

use maud::{Markup, html};

use crate::{Model, Result, STYLE, chart, html, listing, tables};

/// The page's name and the month: "Internet monitoring, May 2005".
pub fn title(model: &Model) -> String {
    format!("Internet monitoring, {}", model.month.words())
}

/// The bulletin as a page that stands alone.
///
/// # Errors
/// A chart or a table cannot be made.
pub fn document(model: &Model) -> Result<Markup> {
    let body = html! { main { (article(model, "")?) } };
    Ok(html::page(&title(model), &html::style(STYLE), &body))
}

/// The bulletin as an article within another page. Links to its data begin with `base`: empty, or
/// a path that ends with `/`.
///
/// # Errors
/// A chart or a table cannot be made.
pub fn article(model: &Model, base: &str) -> Result<Markup> {
    let charts = chart::of(model)?;
    let figure =
        |name: &str| charts.iter().find(|chart| chart.name == name).map(chart::Chart::figure);
    Ok(html! {
        article.bulletin {
            (head(model))
            (highlights::section(model))
            @if model.now.has_data() {
                section {
                    h2 { "Day by day" }
                    (figure("days").unwrap_or_default())
                    p.note { "Shaded: days of which no point has data." }
                }
                (points::section(model))
                (services::section(model, &figure("ports").unwrap_or_default()))
                (countries::section(model))
                section {
                    h2 { "Kinds and tools" }
                    (listing::kinds_and_tools(&model.kinds, &model.tools, model.now.totals.accesses))
                }
            }
            (method::section(model))
            (files(model, base)?)
        }
    })
}

fn head(model: &Model) -> Markup {
    html! {
        header {
            p.kicker { "Monthly bulletin" }
            h1 { (title(model)) }
            p.lead {
                (model.month.first()) " to " (model.month.last()) ", civil days in " (model.zone) "."
                @if let Some(as_of) = model.as_of { " Figures as of " (as_of) "." }
            }
        }
    }
}

fn files(model: &Model, base: &str) -> Result<Markup> {
    let tables = tables(model)?;
    Ok(html! {
        section.files {
            h2 { "Data" }
            p { "Every table of this bulletin is a CSV file (UTF-8, a header row, empty where there is no value)." }
            ul { @for table in &tables {
                li { a href={ (base) "data/" (table.file) } { (table.file) } ": " (table.meaning) "." }
            } }
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial;

    fn text(model: &Model) -> String {
        document(model).unwrap().into_string()
    }

    #[track_caller]
    fn says(page: &str, sentence: &str) {
        assert!(page.contains(sentence), "{sentence:?} is not in {page}");
    }

    #[test]
    fn the_page_says_what_the_model_holds() {
        let page = text(&trial::model());
        says(&page, "<title>Internet monitoring, May 2005</title>");
        says(&page, "2005-05-01 to 2005-05-31, civil days in Asia/Tokyo.");
        says(&page, "Points that have data only in this month: cable-2.");
        says(&page, "+10.1%");
        says(&page, "1,079.6");
        says(&page, "coverage assumed");
        says(&page, "<td class=\"n\">49,700</td>");
        says(&page, "50.0%");
        says(&page, "ms-sql-s");
        says(&page, "href=\"data/ports.csv\"");
    }

    #[test]
    fn countries_are_told_where_databases_can_be_relied_on() {
        let mut model = trial::model();
        let page = text(&model);
        says(
            &page,
            "China <small>CN</small></th><td class=\"n\">30,000</td><td class=\"n\">59.8%</td>",
        );
        says(&page, "<td class=\"n\">+97.4%</td>");
        says(&page, "<td class=\"n none\">none before</td>");
        says(&page, "as the database of 2005-05-01 said");
        says(&page, "href=\"data/countries.csv\"");

        model.before.countries = Vec::new();
        says(&text(&model), "April 2005, of which too little is known to compare.");

        model.now.countries = vec![trial::country(Some("CN"), 1_000, 101)];
        let page = text(&model);
        says(&page, "The countries of this month are not told.");
        says(&page, "10.1% of the accesses whose country is known");
        assert!(!page.contains("China") && !page.contains("countries.csv"), "{page}");

        model.now.countries = vec![trial::country(None, 1_000, 0)];
        let page = text(&model);
        assert!(!page.contains("<h2>Countries") && !page.contains("countries.csv"), "{page}");
    }

    #[test]
    fn missing_data_is_said_in_words() {
        let page = text(&trial::empty());
        says(&page, "The archive has no data of May 2005");
        assert!(!page.contains("<svg"), "nothing to draw");
        let mut model = trial::model();
        model.before = trial::empty().before;
        let page = text(&model);
        says(&page, "The archive has no data of April 2005, so no change is given.");
        assert!(!page.contains("%)"), "no change in percent");
    }

    #[test]
    fn the_moment_is_printed_only_where_named() {
        let mut model = trial::model();
        assert!(!text(&model).contains("as of"));
        model.as_of = Some("2005-06-10T00:00:00Z".parse().unwrap());
        says(&text(&model), "Figures as of 2005-06-10T00:00:00Z.");
    }

    #[test]
    fn links_begin_with_the_base() {
        let page = article(&trial::model(), "/bulletin/2005-05/").unwrap().into_string();
        says(&page, "href=\"/bulletin/2005-05/data/days.csv\"");
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        let page = text(&trial::model());
        for mark in ["http://", "https://", "@import", "url(", "<script", "<link"] {
            let elsewhere = page.replace("http://www.w3.org/2000/svg", "");
            assert!(!elsewhere.contains(mark), "{mark}");
        }
    }
}

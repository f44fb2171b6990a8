//! What leads to bulletins: a front page that lists the months, an Atom feed (RFC 4287), a month as JSON.

use maud::{DOCTYPE, PreEscaped, html};

use crate::document::Lang;
use crate::html::STYLE;
use crate::state::State;

/// A published bulletin. Its month and moments are checked by whoever made it: they are plain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// Its month, `2005-05`, which is the name of its folder too.
    pub month: String,
    /// Its state.
    pub state: State,
    /// Since when, RFC 3339 in UTC.
    pub at: String,
    /// The moment that its figures stand for.
    pub as_of: Option<String>,
    /// The languages that it is in: page, title.
    pub titles: Vec<(Lang, String)>,
}

impl Issue {
    fn page(&self, lang: Lang) -> String {
        format!("{}/index.{}.html", self.month, lang.as_str())
    }

    fn pdf(&self, lang: Lang) -> String {
        format!("{}/bulletin.{}.pdf", self.month, lang.as_str())
    }
}

/// The front page: every bulletin in its languages, in the order given.
pub fn front(issues: &[Issue]) -> String {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Monthly bulletins" }
                link rel="alternate" type="application/atom+xml" title="Monthly bulletins" href="feed.atom";
                style { (PreEscaped(STYLE)) }
            }
            body { main {
                header {
                    h1 { "Monthly bulletins " span lang="ja" { "月次報告" } }
                    p.links { a href="feed.atom" { "Atom feed" } }
                }
                @if issues.is_empty() { p { "No bulletin is published yet." } }
                ul { @for issue in issues { li {
                    @for (lang, title) in &issue.titles {
                        a href=(issue.page(*lang)) lang=(lang.as_str()) hreflang=(lang.as_str()) { (title) }
                        " (" a href=(issue.pdf(*lang)) lang=(lang.as_str()) hreflang=(lang.as_str())
                            type="application/pdf" aria-label={ (title) " PDF" } { "PDF" } ") · "
                    }
                    a href={ (issue.month) ".json" } aria-label={ (issue.month) " JSON" } { "JSON" }
                    @if issue.state == State::Superseded { " (superseded)" }
                } } }
            } }
        }
    };
    format!("{}\n", markup.into_string())
}

/// The feed of what is published, for a folder that is served at `base`, which ends in a slash.
pub fn feed(issues: &[Issue], base: &str) -> String {
    // No bulletin, no moment: the feed of nothing is as old as the epoch.
    let updated =
        issues.iter().map(|issue| issue.at.as_str()).max().unwrap_or("1970-01-01T00:00:00Z");
    let markup = html! {
        (PreEscaped("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"))
        feed xmlns="http://www.w3.org/2005/Atom" {
            title { "Monthly bulletins" }
            id { (base) "feed.atom" }
            (PreEscaped(link("self", &format!("{base}feed.atom"), "application/atom+xml")))
            (PreEscaped(link("alternate", base, "text/html")))
            updated { (updated) }
            author { name { "Yagura" } }
            @for issue in issues { @for (lang, title) in &issue.titles {
                entry xml:lang=(lang.as_str()) {
                    title { (title) }
                    id { (base) (issue.page(*lang)) }
                    (PreEscaped(link("alternate", &format!("{base}{}", issue.page(*lang)), "text/html")))
                    (PreEscaped(link("enclosure", &format!("{base}{}", issue.pdf(*lang)), "application/pdf")))
                    updated { (issue.at) }
                    summary { (title) " (" (issue.state.as_str()) ")" }
                }
            } }
        }
    };
    format!("{}\n", markup.into_string())
}

/// HTML knows a link without an end; XML does not.
fn link(rel: &str, href: &str, of: &str) -> String {
    let href = html! { (href) }.into_string();
    format!("<link rel=\"{rel}\" type=\"{of}\" href=\"{href}\"/>")
}

/// A month as JSON: where its files are. Everything in it is plain: no text needs an escape.
pub fn month(issue: &Issue) -> String {
    let langs = issue.titles.iter().map(|(lang, _)| {
        let (page, pdf) = (issue.page(*lang), issue.pdf(*lang));
        format!("\"{}\":{{\"page\":\"{page}\",\"pdf\":\"{pdf}\"}}", lang.as_str())
    });
    let langs: Vec<String> = langs.collect();
    let as_of = issue.as_of.as_ref().map_or("null".to_owned(), |as_of| format!("\"{as_of}\""));
    let Issue { month, at, .. } = issue;
    format!(
        "{{\"month\":\"{month}\",\"state\":\"{}\",\"at\":\"{at}\",\"as_of\":{as_of},\
         \"figures\":\"{month}/figures.json\",\"claims\":\"{month}/claims.json\",\
         \"manifest\":\"{month}/MANIFEST\",\"languages\":{{{}}}}}\n",
        issue.state.as_str(),
        langs.join(",")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_led_to() {
        let issue = Issue {
            month: "2005-05".to_owned(),
            state: State::Published,
            at: "2005-06-10T00:00:00Z".to_owned(),
            as_of: None,
            titles: vec![(Lang::En, "May 2005 & all".to_owned())],
        };
        let all = [issue];
        assert!(front(&all).contains("<a href=\"2005-05/index.en.html\" lang=\"en\""));
        let feed = feed(&all, "https://example.jp/b/");
        for part in [
            "<id>https://example.jp/b/2005-05/index.en.html</id>",
            "<title>May 2005 &amp; all</title>",
            "<updated>2005-06-10T00:00:00Z</updated>",
            "href=\"https://example.jp/b/2005-05/bulletin.en.pdf\"/>",
        ] {
            assert!(feed.contains(part), "{part} is not in {feed}");
        }
        assert!(month(&all[0]).contains("\"en\":{\"page\":\"2005-05/index.en.html\""));
        assert!(front(&[]).contains("No bulletin is published yet"));
    }
}

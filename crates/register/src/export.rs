//! Filings in other formats, each with a list of what it could not carry.
//!
//! No export says who reported: a reporter leaves by permission only, which is not given here.

use incident::Hash;
use incident::record::{Body, Category, Filing, Occurred};
use serde::Serialize;
use serde_json::{Value, json};
use uuid::Builder;

use crate::error::Result;

/// Something that a format has no place for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Lost {
    /// The filing's number.
    pub filing: i64,
    /// What.
    pub what: &'static str,
}

/// What was written, and what could not be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Export {
    /// The text.
    pub text: String,
    /// What it does not say.
    pub lost: Vec<Lost>,
}

impl Export {
    /// Filings as CSV (RFC 4180), a row each.
    ///
    /// A cell that a spreadsheet would take for a formula is preceded by an apostrophe.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn csv(filings: &[Filing]) -> Result<Export> {
        let mut text = String::from(
            "id,receipt,received,kind,tlp,discovered,status,names,category,damage,facets,cause,occurred\r\n",
        );
        let mut lost = Vec::new();
        for filing in filings {
            let cells = cells(filing);
            let row: Vec<String> = cells.iter().map(|cell| quoted(&harmless(cell))).collect();
            text.push_str(&row.join(","));
            text.push_str("\r\n");
            lost.extend(words_lost(filing));
        }
        Ok(Export { text, lost })
    }

    /// Events of MISP (the core format of misp-standard.org), one for each report, shared with nobody yet:
    /// `distribution` 0.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn misp(filings: &[Filing]) -> Result<Export> {
        let (mut events, mut lost) = (Vec::new(), Vec::new());
        for filing in filings {
            lost.extend(words_lost(filing));
            match event(filing) {
                Some(event) => events.push(json!({ "Event": event })),
                None => {
                    lost.push(Lost {
                        filing: filing.id,
                        what: "a consultation, which is no incident",
                    });
                }
            }
        }
        let text = serde_json::to_string_pretty(&json!({ "response": events }))?;
        Ok(Export { text, lost })
    }

    /// Machine tags of RSIT, a line each: `rsit:intrusions="system-compromise"`.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn rsit(filings: &[Filing]) -> Result<Export> {
        let (mut text, mut lost) = (String::new(), Vec::new());
        for filing in filings {
            lost.extend(words_lost(filing));
            match &filing.body {
                Body::Access(report) => {
                    for label in report.labels() {
                        let (class, kind) = label.as_str().split_once(':').unwrap_or_default();
                        text.push_str(&format!("{} rsit:{class}=\"{kind}\"\n", filing.receipt));
                    }
                    lost.push(Lost { filing: filing.id, what: "whether there was damage" });
                    if matches!(report.category, Category::MailRelay) {
                        lost.push(Lost { filing: filing.id, what: "that it was a mail relay" });
                    }
                }
                Body::Virus(_) => {
                    let tag = "rsit:malicious-code=\"infected-system\"";
                    text.push_str(&format!("{} {tag}\n", filing.receipt));
                    lost.push(Lost { filing: filing.id, what: "names and numbers of viruses" });
                }
                Body::Consultation(_) => {
                    lost.push(Lost {
                        filing: filing.id,
                        what: "a consultation, which is no incident",
                    });
                }
            }
        }
        Ok(Export { text, lost })
    }
}

fn cells(filing: &Filing) -> [String; 13] {
    let mut cells: [String; 13] = std::array::from_fn(|_| String::new());
    let [
        id,
        receipt,
        received,
        kind,
        tlp,
        discovered,
        status,
        names,
        category,
        damage,
        facets,
        cause,
        occurred,
    ] = &mut cells;
    *id = filing.id.to_string();
    *receipt = filing.receipt.to_string();
    *received = jiff::Timestamp::from_microsecond(filing.received).unwrap_or_default().to_string();
    *kind = filing.body.kind().to_string();
    *tlp = filing.tlp.to_string();
    match &filing.body {
        Body::Virus(report) => {
            *discovered = report.discovered.to_string();
            *status = report.status.to_string();
            let all: Vec<&str> = report.lines.iter().map(|line| line.name.as_str()).collect();
            *names = all.join("; ");
        }
        Body::Access(report) => {
            *category = report.category.to_string();
            *damage = if report.damage { "yes" } else { "no" }.to_owned();
            let all: Vec<&str> = report.facets.iter().map(|label| label.as_str()).collect();
            *facets = all.join("; ");
            *cause = report.cause.to_string();
            *occurred = match report.occurred {
                Some(Occurred::Day(day)) => day.to_string(),
                Some(Occurred::Year(year)) => year.to_string(),
                None => String::new(),
            };
        }
        Body::Consultation(_) => {}
    }
    cells
}

/// A report as an event; a consultation is none.
fn event(filing: &Filing) -> Option<Value> {
    let received = jiff::Timestamp::from_microsecond(filing.received).unwrap_or_default();
    let mut tags = vec![json!({ "name": filing.tlp.as_str().to_lowercase() })];
    let (info, values): (String, Vec<String>) = match &filing.body {
        Body::Virus(report) => {
            tags.push(json!({ "name": "rsit:malicious-code=\"infected-system\"" }));
            let names = report.lines.iter().map(|line| line.name.clone()).collect();
            (format!("virus report, {}", report.status), names)
        }
        Body::Access(report) => {
            for label in report.labels() {
                let (class, kind) = label.as_str().split_once(':').unwrap_or_default();
                tags.push(json!({ "name": format!("rsit:{class}=\"{kind}\"") }));
            }
            let damage = if report.damage { "with damage" } else { "without damage" };
            let cause = format!("cause: {}", report.cause);
            (format!("access report, {}, {damage}", report.category), vec![cause])
        }
        Body::Consultation(_) => return None,
    };
    let attributes: Vec<Value> = (0_u64..)
        .zip(values)
        .map(|(place, value)| {
            json!({
                "uuid": identifier(filing, place + 1),
                "type": "text",
                "category": "Other",
                "to_ids": false,
                "timestamp": received.as_second().to_string(),
                "value": value,
            })
        })
        .collect();
    Some(json!({
        "uuid": identifier(filing, 0),
        "info": info,
        "date": received.strftime("%Y-%m-%d").to_string(),
        "timestamp": received.as_second().to_string(),
        "threat_level_id": "4",
        "analysis": "0",
        "distribution": "0",
        "published": false,
        "Tag": tags,
        "Attribute": attributes,
    }))
}

/// The same report has the same identifiers whenever it is exported (RFC 9562, version 8).
fn identifier(filing: &Filing, place: u64) -> String {
    let digest = Hash::of_pieces(&[filing.receipt.to_string().as_bytes(), &place.to_le_bytes()]);
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest.as_bytes()).for_each(|(byte, from)| *byte = *from);
    Builder::from_custom_bytes(bytes).into_uuid().to_string()
}

/// Words that no table and no tag carries.
fn words_lost(filing: &Filing) -> Vec<Lost> {
    let lost = |what| Lost { filing: filing.id, what };
    match &filing.body {
        Body::Virus(report) if report.lines.iter().any(|line| line.vendor.is_some()) => {
            vec![lost("whose names they are")]
        }
        Body::Access(report) => [
            (report.narrative.is_some(), "what happened, in the reporter's words"),
            (report.recovery.is_some(), "what was done about it"),
            (report.note.is_some(), "the note"),
        ]
        .into_iter()
        .filter(|(there, _)| *there)
        .map(|(_, what)| lost(what))
        .collect(),
        Body::Consultation(_) => vec![lost("the question")],
        Body::Virus(_) => Vec::new(),
    }
}

/// A cell that no spreadsheet computes (OWASP, CSV injection).
fn harmless(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{cell}")
    } else {
        cell.to_owned()
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

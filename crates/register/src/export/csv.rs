//! A table.

use incident::record::{Body, Filing, Line, Occurred};

use super::{Export, choices_lost, words_lost};
use crate::error::Result;

impl Export {
    /// Filings as CSV (RFC 4180), a row each.
    ///
    /// Of a report with several names, `pieces` has a number for each, empty where none was told.
    /// A cell that a spreadsheet would take for a formula is preceded by an apostrophe.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn csv(filings: &[Filing]) -> Result<Export> {
        let mut text = String::from(
            "id,receipt,received,kind,tlp,discovered,status,names,category,damage,facets,cause,occurred,pieces\r\n",
        );
        let mut lost = Vec::new();
        for filing in filings {
            let cells = cells(filing);
            let row: Vec<String> = cells.iter().map(|cell| quoted(&harmless(cell))).collect();
            text.push_str(&row.join(","));
            text.push_str("\r\n");
            lost.extend(words_lost(filing));
            lost.extend(choices_lost(filing));
        }
        Ok(Export { text, lost })
    }
}

fn cells(filing: &Filing) -> [String; 14] {
    let mut cells: [String; 14] = std::array::from_fn(|_| String::new());
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
        pieces,
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
            if report.lines.iter().any(|line| line.pieces.is_some()) {
                let piece = |line: &Line| line.pieces.map(|n| n.to_string()).unwrap_or_default();
                let all: Vec<String> = report.lines.iter().map(piece).collect();
                *pieces = all.join("; ");
            }
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

//! MISP.

use incident::record::{AccessReport, Body, Filing, Label, Occurred};
use serde_json::{Value, json};

use super::{CONSULTATION, Export, Lost, choices_lost, identifier, machine_tag, words_lost};
use crate::error::Result;

impl Export {
    /// Events of MISP (the core format of misp-standard.org), one for each report, shared with nobody yet:
    /// `distribution` 0.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn misp(filings: &[Filing]) -> Result<Export> {
        let (mut events, mut lost) = (Vec::new(), Vec::new());
        for filing in filings {
            lost.extend(words_lost(filing));
            lost.extend(choices_lost(filing));
            match event(filing) {
                Some(event) => {
                    lost.extend(pieces_lost(filing));
                    events.push(json!({ "Event": event }));
                }
                None => {
                    lost.push(Lost { filing: filing.id, what: CONSULTATION });
                }
            }
        }
        let text = serde_json::to_string_pretty(&json!({ "response": events }))?;
        Ok(Export { text, lost })
    }
}

fn pieces_lost(filing: &Filing) -> Option<Lost> {
    let Body::Virus(report) = &filing.body else { return None };
    let has = report.lines.iter().any(|line| line.pieces.is_some());
    has.then_some(Lost { filing: filing.id, what: "how many pieces there were" })
}

/// The day of an event: when it was discovered or happened, else when it was received.
fn day(filing: &Filing) -> String {
    match &filing.body {
        Body::Virus(report) => report.discovered.to_string(),
        Body::Access(AccessReport { occurred: Some(Occurred::Day(day)), .. }) => day.to_string(),
        _ => {
            let received = jiff::Timestamp::from_microsecond(filing.received).unwrap_or_default();
            received.strftime("%Y-%m-%d").to_string()
        }
    }
}

/// A report as an event; a consultation is none.
fn event(filing: &Filing) -> Option<Value> {
    let received = jiff::Timestamp::from_microsecond(filing.received).unwrap_or_default();
    let mut tags = vec![json!({ "name": filing.tlp.as_str().to_lowercase() })];
    let (info, values): (String, Vec<String>) = match &filing.body {
        Body::Virus(report) => {
            tags.push(json!({ "name": machine_tag(Label::of_virus(report.status)) }));
            let names = report.lines.iter().map(|line| line.name.clone()).collect();
            (format!("virus report, {}", report.status), names)
        }
        Body::Access(report) => {
            for label in report.labels() {
                tags.push(json!({ "name": machine_tag(label) }));
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
        "date": day(filing),
        "timestamp": received.as_second().to_string(),
        "threat_level_id": "4",
        "analysis": "0",
        "distribution": "0",
        "published": false,
        "Tag": tags,
        "Attribute": attributes,
    }))
}

//! Feedback reports (RFC 5965): the fields of the part `message/feedback-report`.
//!
//! `virus` is a virus report; its name stands in no field that the RFC knows, so that without an
//! extension field the name waits for a person. `abuse` is spam, `fraud` phishing, `auth-failure`
//! (RFC 6591) a masquerade: access reports without damage, under `other`. `not-spam` is no report.

use incident::record::{
    AccessReport, Body, Category, Draft, Line, Occurred, Route, Tlp, VirusReport, VirusStatus,
};
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::reading::Reading;
use crate::{Arrival, text};

/// Extension fields that scanners put the name in.
const NAMES: [&str; 4] = ["virus-name", "x-virus-name", "x-virus", "malware-name"];

/// The fields of a feedback report, in order, folded lines joined.
fn fields(report: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in report.lines() {
        if line.starts_with([' ', '\t']) {
            if let Some((_, value)) = fields.last_mut() {
                value.push(' ');
                value.push_str(line.trim());
            }
        } else if let Some((name, value)) = line.split_once(':') {
            fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    fields
}

/// Reads a feedback report that a mail carries; `reference` is the mail's.
pub(crate) fn report(
    bytes: &[u8],
    reference: Option<String>,
    arrival: &Arrival<'_>,
    reading: &mut Reading,
) {
    let fields = fields(&text::decode(bytes));
    let value = |wanted: &str| {
        let found = fields.iter().find(|(name, _)| name == wanted);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    };
    let Some(kind) = value("feedback-type") else {
        return reading.refuse(1, "Feedback-Type is missing: RFC 5965 demands it");
    };
    if value("version").is_none() {
        return reading.refuse(1, "Version is missing: RFC 5965 demands it");
    }
    let (day, zone) = match value("arrival-date").or_else(|| value("received-date")) {
        None => received(arrival),
        // RFC 5322's date; its day is told in UTC, as an offset is no zone.
        Some(date) => match jiff::fmt::rfc2822::parse(date) {
            Ok(date) => (TimeZone::UTC.to_datetime(date.timestamp()).date(), "UTC".to_owned()),
            Err(_) => {
                return reading
                    .refuse(1, format!("Arrival-Date: {:?} is no date", text::cut(date, 60)));
            }
        },
    };
    let access = |label: &str| {
        let mut report = AccessReport::new(Category::Other, false);
        report.facets = label.parse().into_iter().collect();
        report.note = Some(format!("feedback report, {}", text::cut(kind, 40)));
        report.occurred = Some(Occurred::Day(day));
        Body::Access(report)
    };
    let body = match kind.to_ascii_lowercase().as_str() {
        "virus" => {
            let name = NAMES.iter().find_map(|name| value(name)).unwrap_or("unnamed");
            let vendor = value("user-agent").map(|agent| text::cut(agent, 100));
            let line = Line { name: text::cut(name, 200), vendor, pieces: Some(1) };
            let (status, route) = (VirusStatus::Found, Route::Mail);
            Body::Virus(VirusReport { status, discovered: day, zone, lines: vec![line], route })
        }
        "abuse" => access("abusive-content:spam"),
        "fraud" => access("fraud:phishing"),
        "auth-failure" => access("fraud:masquerade"),
        "not-spam" => {
            return reading.not_a_report("a feedback report that says that it is no spam");
        }
        _ => access("other:other"),
    };
    reading.draft(1, Draft { reporter: None, reference, tlp: Tlp::Amber, body });
}

fn received(arrival: &Arrival<'_>) -> (Date, String) {
    let zone = TimeZone::get(arrival.zone).unwrap_or(TimeZone::UTC);
    let moment = jiff::Timestamp::from_microsecond(arrival.received).unwrap_or_default();
    (zone.to_datetime(moment).date(), arrival.zone.to_owned())
}

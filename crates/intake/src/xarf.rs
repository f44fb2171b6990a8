//! XARF: abuse reports in JSON (xarf.org, specification 4; version 3 is turned into 4 first).
//!
//! A XARF report is filed about somebody else's machine. What it says becomes the primary category by
//! the table below, and a facet; evidence stays sealed. Fields that have no place in a record stay in the
//! item.

use data_encoding::BASE64;
use incident::Hash;
use incident::record::{
    AccessReport, Body, Category, Contact, Draft, Introduction, Label, Occurred, ReporterClass, Tlp,
};
use serde_json::{Value, json};

use crate::reading::{Reading, Sealed};
use crate::{Arrival, text};

/// XARF's category and type, ours, whether it means damage, and RSIT's label.
const TABLE: [(&str, &str, Category, bool, &str); 24] = [
    (
        "infrastructure",
        "compromised_server",
        Category::Intrusion,
        true,
        "intrusions:system-compromise",
    ),
    ("infrastructure", "botnet", Category::Other, false, "malicious-code:infected-system"),
    (
        "connection",
        "infected_host",
        Category::WormInfection,
        true,
        "malicious-code:infected-system",
    ),
    ("connection", "bot", Category::Other, false, "malicious-code:infected-system"),
    ("connection", "ddos", Category::Dos, false, "availability:ddos"),
    ("connection", "ddos_amplification", Category::Dos, false, "availability:ddos"),
    (
        "connection",
        "login_attack",
        Category::AccessAttempt,
        false,
        "intrusion-attempts:brute-force",
    ),
    (
        "connection",
        "auth_failure",
        Category::AccessAttempt,
        false,
        "intrusion-attempts:brute-force",
    ),
    ("connection", "port_scan", Category::AccessAttempt, false, "information-gathering:scanner"),
    (
        "connection",
        "reconnaissance",
        Category::AccessAttempt,
        false,
        "information-gathering:scanner",
    ),
    ("connection", "scraping", Category::AccessAttempt, false, "information-gathering:scanner"),
    (
        "connection",
        "vuln_scanning",
        Category::AccessAttempt,
        false,
        "information-gathering:scanner",
    ),
    (
        "connection",
        "vulnerability_scan",
        Category::AccessAttempt,
        false,
        "information-gathering:scanner",
    ),
    ("connection", "sql_injection", Category::AccessAttempt, false, "intrusion-attempts:exploit"),
    ("content", "phishing", Category::Other, false, "fraud:phishing"),
    ("content", "fraud", Category::Other, false, "fraud:masquerade"),
    ("content", "malware", Category::Other, false, "malicious-code:malware-distribution"),
    (
        "content",
        "remote_compromise",
        Category::Intrusion,
        true,
        "intrusions:application-compromise",
    ),
    ("content", "exposed_data", Category::Other, false, "information-content-security:data-leak"),
    ("messaging", "spam", Category::Other, false, "abusive-content:spam"),
    ("messaging", "bulk_messaging", Category::Other, false, "abusive-content:spam"),
    ("copyright", "", Category::Other, false, "fraud:copyright"),
    ("vulnerability", "", Category::Other, false, "vulnerable:vulnerable-system"),
    ("reputation", "", Category::Other, false, "other:other"),
];

/// Version 3's type, as its samples write it, and version 4's category and type.
const OLD: [(&str, &str, &str); 10] = [
    ("botnet", "infrastructure", "botnet"),
    ("spam", "messaging", "spam"),
    ("phishing", "content", "phishing"),
    ("malware", "content", "malware"),
    ("ddos", "connection", "ddos"),
    ("login-attack", "connection", "login_attack"),
    ("loginattack", "connection", "login_attack"),
    ("portscan", "connection", "port_scan"),
    ("port-scan", "connection", "port_scan"),
    ("copyright", "copyright", "copyright"),
];

/// The most pieces of evidence that are described.
const MOST_EVIDENCE: usize = 1_000;

/// Whether a JSON text says that it is XARF.
pub(crate) fn is_xarf(bytes: &[u8]) -> bool {
    let value: Result<Value, _> = serde_json::from_slice(bytes);
    value.is_ok_and(|value| {
        value.get("xarf_version").is_some() || value.get("ReporterInfo").is_some()
    })
}

/// A text of JSON as version 4.
pub(crate) fn four(bytes: &[u8]) -> Option<Value> {
    let value: Value = serde_json::from_slice(bytes).ok()?;
    match version(&value) {
        Version::Four => Some(value),
        Version::Three => newer(&value).ok(),
        Version::Other(_) | Version::None => None,
    }
}

/// An item, or a part of a mail, that is XARF.
pub(crate) fn item(bytes: &[u8], arrival: &Arrival<'_>, reading: &mut Reading) {
    let value: Value = match serde_json::from_slice(bytes) {
        Ok(value) => value,
        Err(error) => return reading.refuse(1, format!("no JSON: {error}")),
    };
    let value = match version(&value) {
        Version::Four => value,
        Version::Three => match newer(&value) {
            Ok(value) => value,
            Err(fault) => return reading.refuse(1, fault),
        },
        Version::Other(name) => {
            return reading.unsupported(format!("XARF {name} is not read: send version 4"));
        }
        Version::None => return reading.unsupported("JSON that is no XARF"),
    };
    match draft(&value, arrival) {
        Ok(draft) => {
            reading.draft(1, draft);
            reading.sealed.extend(evidence(&value));
        }
        Err(fault) => reading.refuse(1, fault),
    }
}

enum Version {
    Four,
    Three,
    Other(String),
    None,
}

fn version(value: &Value) -> Version {
    let named =
        |key: &str| value.get(key).map(|v| v.as_str().map_or_else(|| v.to_string(), str::to_owned));
    match (named("xarf_version"), named("Version")) {
        (Some(name), _) if name.starts_with("4.") || name == "4" => Version::Four,
        (None, Some(name)) if name.starts_with('3') && value.get("ReporterInfo").is_some() => {
            Version::Three
        }
        (Some(name), _) | (None, Some(name)) => Version::Other(text::cut(&name, 20)),
        (None, None) => Version::None,
    }
}

/// A report of version 3 as one of version 4.
fn newer(old: &Value) -> Result<Value, String> {
    let report = old.get("Report").ok_or("Report is missing")?;
    let who = old.get("ReporterInfo").ok_or("ReporterInfo is missing")?;
    let kind = string(report, "ReportType").ok_or("ReportType is missing")?.to_lowercase();
    let found = OLD.iter().find(|(name, ..)| *name == kind);
    let (_, category, kind) =
        found.ok_or_else(|| format!("ReportType: {:?} is not known", text::cut(&kind, 60)))?;
    let source = report.get("Source");
    let identifier =
        source.and_then(|source| string(source, "IP").or_else(|| string(source, "URL")));
    let evidence: Vec<Value> = report
        .get("Attachment")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .take(MOST_EVIDENCE)
        .map(|part| {
            json!({
                "content_type": part.get("ContentType"),
                "description": part.get("Description"),
                "payload": part.get("Data"),
            })
        })
        .collect();
    Ok(json!({
        "xarf_version": "4.0.0",
        "timestamp": report.get("Date"),
        "reporter": {
            "org": who.get("ReporterOrg"),
            "contact": who.get("ReporterContactEmail").or_else(|| who.get("ReporterOrgEmail")),
            "domain": who.get("ReporterOrgDomain"),
        },
        "source_identifier": identifier,
        "category": category,
        "type": kind,
        "evidence": evidence,
    }))
}

fn string<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

fn draft(value: &Value, arrival: &Arrival<'_>) -> Result<Draft, String> {
    let category = string(value, "category").ok_or("category is missing")?;
    let kind = string(value, "type").ok_or("type is missing")?;
    let timestamp = string(value, "timestamp").ok_or("timestamp is missing")?;
    let moment: jiff::Timestamp = timestamp
        .parse()
        .map_err(|_| format!("timestamp: {:?} is no time", text::cut(timestamp, 40)))?;
    let zone = jiff::tz::TimeZone::get(arrival.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    // What the table lacks is told in a note and not given another's meaning.
    let row = TABLE.iter().find(|row| row.0 == category && (row.1 == kind || row.1.is_empty()));
    let (ours, damage, label) =
        row.map_or((Category::Other, false, "other:other"), |r| (r.2, r.3, r.4));
    let mut report = AccessReport::new(ours, damage);
    report.facets = vec![label.parse::<Label>().map_err(|error| error.to_string())?];
    report.occurred = Some(Occurred::Day(zone.to_datetime(moment).date()));
    report.note = Some(format!("XARF {}/{}", text::cut(category, 60), text::cut(kind, 60)));
    let who = value.get("reporter").ok_or("reporter is missing")?;
    let owned = |key| string(who, key).map(str::to_owned);
    let contact =
        Contact { organisation: owned("org"), mail: owned("contact"), ..Contact::default() };
    let (class, sector) = (ReporterClass::Unknown, None);
    let reporter = contact.key().is_some().then_some(Introduction { class, sector, contact });
    let reference = string(value, "report_id").map(str::to_owned);
    let tlp = match string(value, "tlp").map(str::to_uppercase).as_deref() {
        Some("RED") => Tlp::Red,
        Some("GREEN") => Tlp::Green,
        Some("CLEAR" | "WHITE") => Tlp::Clear,
        _ => Tlp::Amber,
    };
    Ok(Draft { reporter, reference, tlp, body: Body::Access(report) })
}

fn evidence(value: &Value) -> impl Iterator<Item = Sealed> {
    pieces(value).map(|part| {
        let payload = payload(part);
        Sealed {
            name: string(part, "description").map(|name| text::cut(name, 200)),
            media: string(part, "content_type").map(|media| text::cut(media, 200)),
            size: payload.len() as u64,
            sha256: Hash::of(&payload),
        }
    })
}

fn pieces(value: &Value) -> impl Iterator<Item = &Value> {
    let parts = value.get("evidence").and_then(Value::as_array).into_iter().flatten();
    parts.take(MOST_EVIDENCE)
}

/// A piece of evidence: base64 (RFC 4648) as the specification says, or text as version 3's senders wrote it.
fn payload(part: &Value) -> Vec<u8> {
    let text = string(part, "payload").unwrap_or_default();
    let plain: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    BASE64.decode(&plain).unwrap_or_else(|_| text.as_bytes().to_vec())
}

/// The evidence of a report at a place.
pub(crate) fn attached(bytes: &[u8], place: usize) -> Option<Vec<u8>> {
    pieces(&four(bytes)?).nth(place).map(payload)
}

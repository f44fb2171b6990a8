//! XARF 4.
//!
//! A XARF report is about a machine that does harm, and says which. What came as XARF leaves as XARF,
//! without who reported it and without evidence. A filing of another form names no machine: where it
//! tells of a taken machine of the reporter's own, that gets a pseudonym; the others are no XARF.

use incident::record::{AccessReport, Body, Category, Filing, Label, Occurred};
use serde_json::{Map, Value, json};
use uuid::Builder;

use super::{Export, House, Lost, bits, identifier};
use crate::error::Result;

/// The version that is written, where none was given.
const VERSION: &str = "4.2.0";

/// Members of an original that leave with it: they say what happened and where it came from. Whatever is
/// not here could name a victim.
const TECHNICAL: [&str; 34] = [
    "source_port",
    "source_identifier",
    "category",
    "type",
    "timestamp",
    "evidence_source",
    "confidence",
    "protocol",
    "first_seen",
    "last_seen",
    "destination_port",
    "bot_type",
    "scan_type",
    "probed_resources",
    "threat_type",
    "compromise_method",
    "compromise_type",
    "compromise_evidence",
    "fraud_type",
    "malware_family",
    "url",
    "service",
    "service_port",
    "attack_vector",
    "attempt_count",
    "duration_seconds",
    "total_requests",
    "recipient_count",
    "cve_id",
    "detection_method",
    "data_types",
    "exposure_method",
    "p2p_protocol",
    "infringement_type",
];

/// Members that the kinds which have them require (schemas of XARF 4.2), and that name a sender, a site or a work:
/// without them such a report is none, and with them it does not leave. So it is with `smtp_from` of mail by SMTP.
const NAMING: [&str; 12] = [
    "legitimate_site",
    "infringing_url",
    "hosting_service",
    "site_name",
    "swarm_info",
    "platform_name",
    "newsgroup",
    "message_info",
    "classification",
    "exploitation_type",
    "registration_date",
    "suspicious_indicators",
];

/// What is gone in every case.
const EVIDENCE: &str = "evidence, which stays sealed";

impl Export {
    /// Reports of XARF 4, a line of JSON each. `original`: a filing's item as XARF 4, where it came so.
    ///
    /// # Errors
    /// Those of `original`.
    pub fn xarf(
        filings: &[Filing],
        house: &House,
        mut original: impl FnMut(&Filing) -> Result<Option<Value>>,
    ) -> Result<Export> {
        let (mut text, mut lost) = (String::new(), Vec::new());
        for filing in filings {
            let mut lose = |what| lost.push(Lost { filing: filing.id, what });
            let report = match (original(filing)?, &filing.body) {
                (Some(Value::Object(members)), _) => of_original(&members, &mut lose),
                (_, Body::Access(report)) => of_access(filing, report, &mut lose),
                (_, Body::Virus(_)) => {
                    lose("a virus report: it names no machine and no protocol");
                    None
                }
                (_, Body::Consultation(_)) => {
                    lose(super::CONSULTATION);
                    None
                }
            };
            let Some(mut report) = report else { continue };
            let sender = json!({
                "org": house.organisation,
                "contact": house.contact,
                "domain": house.domain(),
            });
            // The reporter stays unknown: the house reports, and sends.
            for (name, value) in [
                (
                    "report_id",
                    Builder::from_random_bytes(bits(filing, 0)).into_uuid().to_string().into(),
                ),
                ("reporter", sender.clone()),
                ("sender", sender),
                ("tags", tags(filing)),
            ] {
                report.insert(name.to_owned(), value);
            }
            text.push_str(&serde_json::to_string(&report)?);
            text.push('\n');
        }
        Ok(Export { text, lost })
    }
}

fn tags(filing: &Filing) -> Value {
    let Body::Access(report) = &filing.body else { return json!([]) };
    report.labels().into_iter().map(Label::as_str).collect()
}

fn of_original(
    original: &Map<String, Value>,
    lose: &mut impl FnMut(&'static str),
) -> Option<Map<String, Value>> {
    let is_mail = original.get("protocol").is_some_and(|protocol| protocol == "smtp");
    if NAMING.iter().any(|name| original.contains_key(*name))
        || is_mail && original.contains_key("smtp_from")
    {
        lose("a report of a kind that has to name a sender, a site or a work");
        return None;
    }
    let (mut report, mut left) = (Map::new(), false);
    for (name, value) in original {
        match name.as_str() {
            "evidence" => lose(EVIDENCE),
            "reporter" | "sender" | "report_id" | "tags" | "_internal" => {}
            "xarf_version" => drop(report.insert(name.clone(), value.clone())),
            name if TECHNICAL.contains(&name) => {
                drop(report.insert(name.to_owned(), value.clone()));
            }
            _ => left = true,
        }
    }
    if left {
        lose("members of XARF that could name somebody");
    }
    Some(report)
}

/// A taken machine of the reporter's own; none where the filing tells of something else.
fn of_access(
    filing: &Filing,
    report: &AccessReport,
    lose: &mut impl FnMut(&'static str),
) -> Option<Map<String, Value>> {
    let taken = matches!(
        report.category,
        Category::Intrusion | Category::MailRelay | Category::WormInfection
    );
    if !taken {
        lose("an access report that names no machine which does harm");
        return None;
    }
    super::words_lost(filing).into_iter().for_each(|word| lose(word.what));
    lose("which machine it was");
    let received = jiff::Timestamp::from_microsecond(filing.received).unwrap_or_default();
    let timestamp = match report.occurred {
        Some(Occurred::Day(day)) => {
            lose("that only the day is known");
            format!("{day}T00:00:00Z")
        }
        _ => {
            lose("that only the time of the report is known");
            format!("{received:.0}")
        }
    };
    let report = json!({
        "xarf_version": VERSION,
        "timestamp": timestamp,
        "source_identifier": format!("urn:uuid:{}", identifier(filing, 1)),
        "category": "infrastructure",
        "type": "compromised_server",
        "compromise_method": report.cause.as_str(),
        "description": format!("{}; the machine has a pseudonym", report.category),
    });
    report.as_object().cloned()
}

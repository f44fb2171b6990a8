//! XARF: reports after the specification's own samples (xarf.org, samples/v4 and samples/v3; MIT).

use incident::record::{Category, Channel, Disposition};

use super::{access, draft, of};

const INFECTED: &str = r#"{
    "xarf_version": "4.0.0", "report_id": "h8i9j0k1-l2m3-4567-hi89-01234gh56789",
    "timestamp": "2025-01-11T13:42:15Z",
    "reporter": {"org": "Malware Detection Service", "contact": "infections@malware-detect.example", "domain": "malware-detect.example"},
    "sender": {"org": "Malware Detection Service", "contact": "infections@malware-detect.example", "domain": "malware-detect.example"},
    "source_identifier": "203.0.113.85", "source_port": 443,
    "category": "connection", "type": "infected_host", "evidence_source": "traffic_analysis", "malware_family": "Zeus",
    "evidence": [{"content_type": "text/plain", "description": "Network traffic analysis", "payload": "SW5mZWN0ZWQ="}]
}"#;

const BOTNET: &str = r#"{
    "Version": "3.0.0",
    "ReporterInfo": {"ReporterOrg": "Example CERT Organization", "ReporterOrgDomain": "cert-org.example",
        "ReporterOrgEmail": "cert@cert-org.example", "ReporterContactEmail": "botnet@cert-org.example"},
    "Disclosure": true,
    "Report": {"ReportClass": "System", "ReportType": "botnet", "Date": "2024-01-15T11:30:15Z",
        "Source": {"IP": "198.51.100.25", "Type": "ip"},
        "Attachment": [{"ContentType": "text/plain", "Description": "traffic", "Data": "Qm90bmV0"}]}
}"#;

#[test]
fn version_4() {
    let draft = draft(INFECTED.as_bytes(), Channel::Api);
    let report = access(&draft);
    assert_eq!((report.category, report.damage), (Category::WormInfection, true));
    assert_eq!(report.facets[0].as_str(), "malicious-code:infected-system");
    assert_eq!(draft.reference.as_deref(), Some("h8i9j0k1-l2m3-4567-hi89-01234gh56789"));
    assert_eq!(
        of(INFECTED.as_bytes(), Channel::Api).sealed[0].media.as_deref(),
        Some("text/plain")
    );
}

#[test]
fn version_3_is_turned_into_4() {
    let reading = of(BOTNET.as_bytes(), Channel::Api);
    assert_eq!((reading.disposition(), reading.sealed.len()), (Disposition::Parsed, 1));
    let draft = &reading.drafts[0].draft;
    assert_eq!(access(draft).note.as_deref(), Some("XARF infrastructure/botnet"));
    assert_eq!(
        draft.reporter.as_ref().unwrap().contact.mail.as_deref(),
        Some("botnet@cert-org.example")
    );
}

#[test]
fn in_a_mail() {
    let mail = format!(
        "From: a@example.jp\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\nContent-Type: application/json; name=xarf.json\r\n\r\n{INFECTED}\r\n--b--\r\n"
    );
    assert_eq!(access(&draft(mail.as_bytes(), Channel::Mail)).category, Category::WormInfection);
}

#[test]
fn what_it_lacks_is_named() {
    for (from, to, wanted) in [
        ("\"4.0.0\"", "\"5.0.0\"", Disposition::Unsupported),
        ("xarf_version", "version", Disposition::Unsupported),
        ("\"category\"", "\"class\"", Disposition::Corrupt),
        ("\"timestamp\"", "\"time\"", Disposition::Corrupt),
        ("2025-01-11T13", "2025-13-11T13", Disposition::Corrupt),
        ("\"reporter\"", "\"who\"", Disposition::Corrupt),
        ("}]\n}", "}]", Disposition::Corrupt),
    ] {
        let reading = of(INFECTED.replacen(from, to, 1).as_bytes(), Channel::Api);
        assert_eq!(reading.disposition(), wanted, "{from}: {:?}", reading.faults());
    }
    let deep = format!("{}{}", "{\"a\":".repeat(10_000), "[".repeat(10_000));
    assert_eq!(of(deep.as_bytes(), Channel::Api).disposition(), Disposition::Corrupt);
}

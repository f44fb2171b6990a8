//! IODEF version 2, in XML (RFC 7970) and in JSON (RFC 8727).

use std::fmt::Write as _;

use incident::record::Filing;
use serde_json::{Map, Value, json};

use super::incident_of::{Incident, incident_of};
use super::{Export, House};
use crate::error::Result;

impl Export {
    /// One document of IODEF 2 in XML, an incident for each report.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn iodef_xml(filings: &[Filing], house: &House) -> Result<Export> {
        let mut lost = Vec::new();
        let mut text = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
             <IODEF-Document version=\"2.00\" xml:lang=\"en\" xmlns=\"urn:ietf:params:xml:ns:iodef-2.0\">\n",
        );
        for filing in filings {
            if let Some(incident) = incident_of(filing, &mut lost) {
                xml(&mut text, &incident, house);
            }
        }
        text.push_str("</IODEF-Document>\n");
        Ok(Export { text, lost })
    }

    /// One document of IODEF 2 in JSON, an incident for each report.
    ///
    /// # Errors
    /// None that a caller can cause.
    pub fn iodef_json(filings: &[Filing], house: &House) -> Result<Export> {
        let mut lost = Vec::new();
        let incidents = filings.iter().filter_map(|filing| incident_of(filing, &mut lost));
        let incidents: Vec<Value> = incidents.map(|incident| json_of(&incident, house)).collect();
        let document = json!({ "version": "2.0", "lang": "en", "Incident": incidents });
        let text = serde_json::to_string_pretty(&document)?;
        Ok(Export { text, lost })
    }
}

/// The order of elements is that of the schema in RFC 7970, section 8.
fn xml(text: &mut String, incident: &Incident, house: &House) {
    let (id, name) = (&incident.id, house.domain());
    let _ = writeln!(
        text,
        " <Incident purpose=\"reporting\" restriction=\"{}\">\n  \
           <IncidentID name=\"{}\">{id}</IncidentID>",
        incident.restriction,
        escaped(name),
    );
    let mut element = |name: &str, value: Option<&str>| {
        if let Some(value) = value {
            let _ = writeln!(text, "  <{name}>{}</{name}>", escaped(value));
        }
    };
    element("DetectTime", incident.detected.as_deref());
    element("StartTime", incident.began.as_deref());
    element("ReportTime", Some(&incident.reported));
    element("GenerationTime", Some(&incident.reported));
    element("Description", Some(&incident.description));
    if let Some(source) = incident.discovery {
        let _ = writeln!(text, "  <Discovery source=\"{source}\"/>");
    }
    let _ = writeln!(text, "  <Assessment occurrence=\"{}\">", occurrence(incident));
    for category in &incident.categories {
        let _ = writeln!(text, "   <IncidentCategory>{}</IncidentCategory>", escaped(category));
    }
    let _ = writeln!(text, "   <SystemImpact type=\"{}\"/>", incident.impact);
    if let Some(cause) = &incident.cause {
        let _ = writeln!(text, "   <Cause>{}</Cause>", escaped(cause));
    }
    let _ = writeln!(
        text,
        "  </Assessment>\n  <Contact role=\"creator\" type=\"organization\">\n   \
         <ContactName>{}</ContactName>\n   <Email><EmailTo>{}</EmailTo></Email>\n  </Contact>",
        escaped(&house.organisation),
        escaped(&house.contact),
    );
    for (name, meaning, value) in &incident.more {
        let _ = writeln!(
            text,
            "  <AdditionalData name=\"{name}\" dtype=\"string\" meaning=\"{meaning}\">{}</AdditionalData>",
            escaped(value)
        );
    }
    text.push_str(" </Incident>\n");
}

fn json_of(incident: &Incident, house: &House) -> Value {
    let mut members = Map::new();
    let mut member = |name: &str, value: Value| drop(members.insert(name.to_owned(), value));
    member("purpose", "reporting".into());
    member("restriction", incident.restriction.into());
    member("IncidentID", json!({ "id": incident.id, "name": house.domain() }));
    if let Some(detected) = &incident.detected {
        member("DetectTime", detected.as_str().into());
    }
    if let Some(began) = &incident.began {
        member("StartTime", began.as_str().into());
    }
    member("ReportTime", incident.reported.as_str().into());
    member("GenerationTime", incident.reported.as_str().into());
    member("Description", json!([incident.description]));
    if let Some(source) = incident.discovery {
        member("Discovery", json!([{ "source": source }]));
    }
    let mut assessment = json!({
        "occurrence": occurrence(incident),
        "IncidentCategory": incident.categories,
        "Impact": [{ "SystemImpact": { "type": incident.impact } }],
    });
    if let (Some(cause), Some(members)) = (&incident.cause, assessment.as_object_mut()) {
        members.insert("Cause".to_owned(), json!([cause]));
    }
    member("Assessment", json!([assessment]));
    let contact = json!({
        "role": "creator",
        "type": "organization",
        "ContactName": [house.organisation],
        "Email": [{ "EmailTo": house.contact }],
    });
    member("Contact", json!([contact]));
    let more = incident.more.iter().map(|(name, meaning, value)| {
        json!({ "name": name, "dtype": "string", "meaning": meaning, "value": value })
    });
    member("AdditionalData", more.collect());
    Value::Object(members)
}

fn occurrence(incident: &Incident) -> &'static str {
    if incident.actual { "actual" } else { "potential" }
}

/// Text within an element or an attribute. What XML 1.0 has no place for becomes U+FFFD.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("&#13;"),
            '\t' | '\n' | '\u{20}'..='\u{fffd}' | '\u{10000}'.. => out.push(c),
            _ => out.push('\u{fffd}'),
        }
    }
    out
}

//! Filings in other formats, each with a list of what it could not carry.
//!
//! No export says who reported: a reporter leaves by permission only, which is not given here.

mod csv;
mod incident_of;
mod iodef;
mod misp;
mod rsit;
mod xarf;

use incident::Hash;
use incident::record::{Body, Filing, Found, Label, Route};
use serde::Serialize;
use uuid::Builder;

use crate::error::{Error, Result};

/// What formats of incidents have no place for.
const CONSULTATION: &str = "a consultation, which is no incident";

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

/// Who exports. Formats that are sent to others name their sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct House {
    organisation: String,
    contact: String,
}

impl House {
    /// An organisation and its address for mail, whose domain stands for it.
    ///
    /// # Errors
    /// [`Error::House`] where one of them is missing or is none.
    pub fn new(organisation: &str, contact: &str) -> Result<House> {
        let organisation = organisation.trim();
        let domain = contact.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default();
        let label = |label: &str| {
            let inner = |c: char| c.is_ascii_alphanumeric() || c == '-';
            !label.is_empty() && label.chars().all(inner)
        };
        let is_domain = domain.contains('.') && domain.split('.').all(label);
        let plain = contact.is_ascii() && !contact.contains([' ', '<', '>']);
        if organisation.is_empty() || organisation.len() > 200 || !is_domain || !plain {
            return Err(Error::House);
        }
        Ok(House { organisation: organisation.to_owned(), contact: contact.to_owned() })
    }

    fn domain(&self) -> &str {
        self.contact.rsplit_once('@').map(|(_, domain)| domain).unwrap_or_default()
    }
}

/// A label as a machine tag: `rsit:intrusions="system-compromise"`.
fn machine_tag(label: Label) -> String {
    let (class, kind) = label.as_str().split_once(':').unwrap_or_default();
    format!("rsit:{class}=\"{kind}\"")
}

/// The same report has the same identifiers whenever it is exported (RFC 9562, version 8).
fn identifier(filing: &Filing, place: u64) -> String {
    Builder::from_custom_bytes(bits(filing, place)).into_uuid().to_string()
}

/// 128 bits of a report, as good as random to whoever does not know its receipt number.
fn bits(filing: &Filing, place: u64) -> [u8; 16] {
    let digest = Hash::of_pieces(&[filing.receipt.to_string().as_bytes(), &place.to_le_bytes()]);
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(digest.as_bytes()).for_each(|(byte, from)| *byte = *from);
    bytes
}

/// Choices that no table and no tag carries.
fn choices_lost(filing: &Filing) -> Vec<Lost> {
    let lost = |what| vec![Lost { filing: filing.id, what }];
    match &filing.body {
        Body::Virus(report) if report.route != Route::Unknown => lost("the way by which it came"),
        Body::Access(report) if report.found != Found::Unknown => lost("how it was found"),
        _ => Vec::new(),
    }
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

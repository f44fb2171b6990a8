//! Which format an item is in.

use incident::record::Channel;
use serde::{Deserialize, Serialize};

use crate::{clamav, form, text};

/// A format that is read here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Text with fields and ticks.
    Form,
    /// A mail.
    Mail,
    /// A mail that is a feedback report.
    Arf,
    /// XARF, version 4 or 3.
    Xarf,
    /// A table of filings.
    Csv,
    /// The same as a workbook of a spreadsheet program.
    Xlsx,
    /// The table of the VERIS Community Database.
    Vcdb,
    /// A log of ClamAV.
    Clamav,
}

/// How much of an item is looked at.
const LOOK: usize = 64 << 10;

impl Format {
    /// Its name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::Form => "form",
            Format::Mail => "mail",
            Format::Arf => "arf",
            Format::Xarf => "xarf",
            Format::Csv => "csv",
            Format::Xlsx => "xlsx",
            Format::Vcdb => "vcdb",
            Format::Clamav => "clamav",
        }
    }

    /// What some bytes look like, of those that come by a channel; none where they look like nothing.
    pub fn of(bytes: &[u8], channel: Channel) -> Option<Format> {
        if bytes.trim_ascii().is_empty() {
            return None;
        }
        match channel {
            Channel::Mail => return Some(Format::Mail),
            Channel::Log => return Some(Format::Clamav),
            _ => {}
        }
        if crate::xlsx::is_workbook(bytes) {
            return Some(Format::Xlsx);
        }
        let begin = bytes.get(..LOOK).unwrap_or(bytes);
        if begin.trim_ascii_start().starts_with(b"{") {
            return Some(Format::Xarf);
        }
        let text = text::decode(begin);
        let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
        if first.contains(',') && first.contains("action.Malware") {
            Some(Format::Vcdb)
        } else if crate::csv::is_header(first) {
            Some(Format::Csv)
        } else if text.lines().any(clamav::is_line) {
            Some(Format::Clamav)
        } else if is_mail(&text) {
            Some(Format::Mail)
        } else if form::is_form(&text) {
            Some(Format::Form)
        } else {
            None
        }
    }
}

/// Whether a text begins with the fields that every mail has.
fn is_mail(text: &str) -> bool {
    let head = text.lines().take_while(|line| !line.trim().is_empty());
    let names: Vec<String> = head
        .filter_map(|line| line.split_once(':'))
        .map(|(name, _)| name.to_ascii_lowercase())
        .collect();
    let has = |wanted: &str| names.iter().any(|name| name == wanted);
    has("from") && (has("date") || has("received") || has("message-id") || has("subject"))
}

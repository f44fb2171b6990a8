//! Several notices in one message.

use std::fmt::Write as _;

use observation::{DAY, Micros};
use ring::digest;
use serde_json::{Value, json};

use crate::Notice;

/// Findings that a message names; of the others it says how many there are.
pub const LISTED: usize = 25;

/// What a channel is given.
#[derive(Clone, Debug)]
pub struct Message {
    /// A digest of the ids of its findings: the same message again has the same.
    pub id: String,
    /// When it was made, µs.
    pub at: Micros,
    /// All of its findings, the surest first.
    pub notices: Vec<Notice>,
    /// Where findings are shown, if anywhere: the id goes behind it.
    pub page: Option<String>,
}

impl Message {
    /// A message about these.
    pub fn new(at: Micros, mut notices: Vec<Notice>, page: Option<String>) -> Self {
        notices.sort_by(|a, b| {
            b.confidence().total_cmp(&a.confidence()).then_with(|| a.id.cmp(&b.id))
        });
        let mut ids: Vec<&str> = notices.iter().map(|notice| notice.id.as_str()).collect();
        ids.sort_unstable();
        let digest = digest::digest(&digest::SHA256, ids.join("\n").as_bytes());
        let id = digest.as_ref().iter().take(12).map(|byte| format!("{byte:02x}")).collect();
        Message { id, at, notices, page }
    }

    /// One line.
    pub(crate) fn subject(&self) -> String {
        let Some(first) = self.notices.first() else { return "no finding".to_owned() };
        match self.notices.len() - 1 {
            0 => first.title(),
            1 => format!("{}, and one more finding", first.title()),
            more => format!("{}, and {more} more findings", first.title()),
        }
    }

    /// What a person reads.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        for notice in self.listed() {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{}: {}", notice.title(), notice.details());
            let _ = writeln!(text, "    rule {}, finding {}", notice.rule(), notice.id);
            if let Some(page) = &self.page {
                let _ = writeln!(text, "    {page}{}", notice.id);
            }
            let day = day(notice.detected_at);
            let _ = writeln!(text, "    yagura detect replay --from {day} --to {day} --json\n");
        }
        let more = self.notices.len().saturating_sub(LISTED);
        if more > 0 {
            let _ = writeln!(text, "And {more} more: yagura findings list\n");
        }
        text.push_str("Seen to it? yagura findings ack ID --note \"what was done\"\n");
        text
    }

    /// What a program reads.
    pub(crate) fn json(&self) -> Value {
        let findings: Vec<Value> =
            self.listed().iter().map(|notice| Value::Object(notice.line.clone())).collect();
        json!({
            "type": "yagura.findings",
            "id": self.id,
            "count": self.notices.len(),
            "findings": findings,
        })
    }

    /// The findings that are named.
    pub(crate) fn listed(&self) -> &[Notice] {
        self.notices.get(..LISTED).unwrap_or(&self.notices)
    }
}

fn day(time: Micros) -> String {
    // What was known by a day's end belongs to that day.
    let at = jiff::Timestamp::from_microsecond(time.saturating_sub(1).div_euclid(DAY) * DAY);
    at.map_or_else(|_| "?".to_owned(), |at| format!("{at:.10}"))
}

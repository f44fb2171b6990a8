//! What a detector says, and the line of JSON that it promises.
//!
//! The line is one JSON object with at least these keys, which stay: `id`, `kind`, `rule`,
//! `protocol` (IP protocol number), `dst_port`, `target`, `points` (names), `sources`, `first_seen`,
//! `last_seen`, `detected_at` (RFC 3339, UTC), `times_usual`, `confidence`. What does not apply is
//! null. Beside them: `times_low` and `times_high` (a 95 % interval), `open`, and `evidence`, an
//! object of whatever figures the rule went by.
//!
//! The same finding is told again as it grows: whoever keeps findings keeps the last of each `id`.

use std::net::IpAddr;

use observation::{Micros, Point, SECOND};
use serde_json::{Map, Value, json};
use twox_hash::XxHash3_64;

/// What sort of thing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum FindingKind {
    /// A service is asked for more than usual.
    Surge,
    /// A source tries passwords.
    PasswordCracking,
    /// Sources that act alike.
    Campaign,
    /// A victim of denial of service, seen by its answers to forged packets.
    Backscatter,
    /// A watched address is flooded.
    Flood,
    /// One source tries many addresses or ports in a short time.
    Scan,
    /// Something never seen before.
    New,
    /// The sources of a service double again and again.
    Growth,
    /// A point sees what its peers do not.
    Differs,
    /// A point that used to see traffic sees none.
    Silence,
}

impl FindingKind {
    /// Every kind.
    pub const ALL: [FindingKind; 10] = [
        FindingKind::Surge,
        FindingKind::PasswordCracking,
        FindingKind::Campaign,
        FindingKind::Backscatter,
        FindingKind::Flood,
        FindingKind::Scan,
        FindingKind::New,
        FindingKind::Growth,
        FindingKind::Differs,
        FindingKind::Silence,
    ];

    /// The name in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            FindingKind::Surge => "surge",
            FindingKind::PasswordCracking => "password-cracking",
            FindingKind::Campaign => "campaign",
            FindingKind::Backscatter => "backscatter",
            FindingKind::Flood => "flood",
            FindingKind::Scan => "scan",
            FindingKind::New => "new",
            FindingKind::Growth => "growth",
            FindingKind::Differs => "differs",
            FindingKind::Silence => "silence",
        }
    }
}

/// How many times the usual level, with a 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Times {
    /// The estimate.
    pub usual: f64,
    /// The interval's lower end.
    pub low: f64,
    /// The interval's upper end.
    pub high: f64,
}

/// A finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What it is about, by which rule, since when: the same in every replay.
    pub id: u64,
    /// What sort of thing.
    pub kind: FindingKind,
    /// The rule that made it.
    pub rule: &'static str,
    /// IP protocol number.
    pub protocol: Option<u8>,
    /// Destination port; of backscatter the port that was attacked.
    pub dst_port: Option<u16>,
    /// The victim's or flooded address. A flooded address is a telescope's secret (invariant 9).
    pub target: Option<IpAddr>,
    /// The points that saw it, in alphabetical order.
    pub points: Vec<Point>,
    /// Source addresses; a surge counts them by TALOT2's rule.
    pub sources: Option<u64>,
    /// When it began.
    pub first_seen: Micros,
    /// When it was last seen.
    pub last_seen: Micros,
    /// The time in the data at which it was known.
    pub detected_at: Micros,
    /// How many times its usual level.
    pub times: Option<Times>,
    /// From 0 to 1: an order of belief by the rule's own measure, not a probability.
    pub confidence: f64,
    /// Whether it goes on.
    pub open: bool,
    /// What the rule went by.
    pub evidence: Vec<(&'static str, Value)>,
}

/// What a finding is about: what its `id` is made of.
#[derive(Clone, Copy, Debug)]
pub(crate) struct About<'a> {
    pub(crate) kind: FindingKind,
    pub(crate) rule: &'static str,
    /// Service, address, point, hash: whatever tells it from its like.
    pub(crate) what: &'a str,
    pub(crate) first_seen: Micros,
}

impl About<'_> {
    pub(crate) fn id(&self) -> u64 {
        let About { kind, rule, what, first_seen } = self;
        let text = format!("{}\n{rule}\n{what}\n{first_seen}", kind.as_str());
        XxHash3_64::oneshot(text.as_bytes())
    }

    /// A finding of which the rest is still to say.
    pub(crate) fn finding(&self, detected_at: Micros) -> Finding {
        Finding {
            id: self.id(),
            kind: self.kind,
            rule: self.rule,
            protocol: None,
            dst_port: None,
            target: None,
            points: Vec::new(),
            sources: None,
            first_seen: self.first_seen,
            last_seen: self.first_seen,
            detected_at,
            times: None,
            confidence: 0.0,
            open: false,
            evidence: Vec::new(),
        }
    }
}

impl Finding {
    /// The promised object.
    pub fn json(&self) -> Value {
        let points: Vec<&str> = self.points.iter().map(Point::as_str).collect();
        let evidence: Map<String, Value> =
            self.evidence.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        json!({
            "id": format!("{:016x}", self.id),
            "kind": self.kind.as_str(),
            "rule": self.rule,
            "protocol": self.protocol,
            "dst_port": self.dst_port,
            "target": self.target.map(|target| target.to_string()),
            "points": points,
            "sources": self.sources,
            "first_seen": rfc3339(self.first_seen),
            "last_seen": rfc3339(self.last_seen),
            "detected_at": rfc3339(self.detected_at),
            "times_usual": self.times.map(|times| rounded(times.usual)),
            "times_low": self.times.map(|times| rounded(times.low)),
            "times_high": self.times.map(|times| rounded(times.high)),
            "confidence": rounded(self.confidence),
            "open": self.open,
            "evidence": evidence,
        })
    }

    /// The promised line, without its end.
    pub fn line(&self) -> String {
        self.json().to_string()
    }
}

/// Figures of evidence are read by people: three decimals.
pub(crate) fn rounded(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

/// A moment as RFC 3339 has it, in UTC; none where the calendar has no such day.
pub fn rfc3339(time: Micros) -> Option<String> {
    let timestamp = jiff::Timestamp::from_microsecond(time).ok()?;
    let places = if time % SECOND == 0 { 0 } else { 6 };
    Some(format!("{timestamp:.places$}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_promised_line() {
        let about = About {
            kind: FindingKind::Surge,
            rule: "surge-accesses",
            what: "1433/tcp",
            first_seen: 1_760_486_400 * SECOND,
        };
        let finding = Finding {
            protocol: Some(6),
            dst_port: Some(1433),
            points: vec!["p0".parse().unwrap()],
            sources: Some(12),
            times: Some(Times { usual: 3.21159, low: 2.0, high: 5.0 }),
            confidence: 0.9,
            evidence: vec![("networks", json!(7))],
            ..about.finding(1_760_490_000 * SECOND + 1)
        };
        let want = r#"{"confidence":0.9,"detected_at":"2025-10-15T01:00:00.000001Z","dst_port":1433,"evidence":{"networks":7},"first_seen":"2025-10-15T00:00:00Z","id":"ID","kind":"surge","last_seen":"2025-10-15T00:00:00Z","open":false,"points":["p0"],"protocol":6,"rule":"surge-accesses","sources":12,"target":null,"times_high":5.0,"times_low":2.0,"times_usual":3.212}"#;
        let id = format!("{:016x}", finding.id);
        assert_eq!(finding.line(), want.replace("ID", &id));
        assert_eq!(finding.id, about.id());
        let later = About { first_seen: about.first_seen + 1, ..about };
        assert_ne!(later.id(), about.id());
    }
}

//! Labels of the Reference Security Incident Taxonomy.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::access::Category;
use super::virus::VirusStatus;

/// Class and type, as the machine tags of RSIT 1003 name them (ENISA and TF-CSIRT, Reference Incident
/// Classification Taxonomy Working Group).
pub const LABELS: [&str; 39] = [
    "abusive-content:harmful-speech",
    "abusive-content:spam",
    "abusive-content:violence",
    "availability:ddos",
    "availability:dos",
    "availability:misconfiguration",
    "availability:outage",
    "availability:sabotage",
    "fraud:copyright",
    "fraud:masquerade",
    "fraud:phishing",
    "fraud:unauthorised-use-of-resources",
    "information-content-security:data-leak",
    "information-content-security:data-loss",
    "information-content-security:unauthorised-information-access",
    "information-content-security:unauthorised-information-modification",
    "information-gathering:scanner",
    "information-gathering:sniffing",
    "information-gathering:social-engineering",
    "intrusion-attempts:brute-force",
    "intrusion-attempts:exploit",
    "intrusion-attempts:ids-alert",
    "intrusions:application-compromise",
    "intrusions:burglary",
    "intrusions:privileged-account-compromise",
    "intrusions:system-compromise",
    "intrusions:unprivileged-account-compromise",
    "malicious-code:c2-server",
    "malicious-code:infected-system",
    "malicious-code:malware-configuration",
    "malicious-code:malware-distribution",
    "other:other",
    "other:undetermined",
    "test:test",
    "vulnerable:ddos-amplifier",
    "vulnerable:information-disclosure",
    "vulnerable:potentially-unwanted-accessible",
    "vulnerable:vulnerable-system",
    "vulnerable:weak-crypto",
];

/// One of [`LABELS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Label(&'static str);

/// Text that is no label of RSIT.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no label of RSIT 1003: write it like intrusions:system-compromise")]
pub struct UnknownLabel(pub String);

impl Label {
    /// `class:type`.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// What a primary category means where nothing more exact is said; IPA's categories have no
    /// exact place in RSIT, and a mail relay has none at all.
    pub const fn of(category: Category) -> Label {
        Label(match category {
            Category::Intrusion => "intrusions:system-compromise",
            Category::MailRelay => "abusive-content:spam",
            Category::WormInfection => "malicious-code:infected-system",
            Category::Dos => "availability:dos",
            Category::AddressSpoofing => "fraud:masquerade",
            Category::Other => "other:other",
            Category::AccessAttempt | Category::WormTrace => "information-gathering:scanner",
        })
    }

    /// What a virus report means. RSIT's infected-system is a "system infected with malware", and its other
    /// types of malicious code are machines and URIs that serve it: a virus that was found before it could act
    /// is none of these, and "incidents that do not fit in one of the given categories" are other.
    pub const fn of_virus(status: VirusStatus) -> Label {
        Label(match status {
            VirusStatus::Infected => "malicious-code:infected-system",
            VirusStatus::Found => "other:other",
        })
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl FromStr for Label {
    type Err = UnknownLabel;

    fn from_str(text: &str) -> Result<Label, UnknownLabel> {
        let label = LABELS.iter().find(|label| **label == text);
        label.map(|label| Label(label)).ok_or_else(|| UnknownLabel(text.to_owned()))
    }
}

impl Serialize for Label {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0)
    }
}

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Label, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_category_has_a_label() {
        for &category in Category::ALL {
            assert_eq!(Label::of(category).as_str().parse(), Ok(Label::of(category)));
        }
        for &status in VirusStatus::ALL {
            assert_eq!(Label::of_virus(status).as_str().parse(), Ok(Label::of_virus(status)));
        }
    }
}

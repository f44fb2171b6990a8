//! One thing that a reporter tells.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::access::AccessReport;
use super::consultation::Consultation;
use super::item::ItemId;
use super::reporter::{Introduction, ReporterId};
use super::virus::VirusReport;
use crate::{Hash, Micros};

/// A filing's number, in the order in which filings were stored; from 1.
pub type FilingId = i64;

words! {
    /// How far a filing may go: Traffic Light Protocol 2.0 (FIRST, 2022).
    Tlp, "TLP label" {
        /// To its recipients alone.
        Red = "TLP:RED",
        /// Within the recipients' organisation.
        AmberStrict = "TLP:AMBER+STRICT",
        /// Within the organisation and its clients.
        Amber = "TLP:AMBER",
        /// Within the community.
        Green = "TLP:GREEN",
        /// To everybody.
        Clear = "TLP:CLEAR",
    }
}

words! {
    /// What kind of filing it is.
    Kind, "kind of filing" {
        /// A virus report.
        Virus = "virus",
        /// An access report.
        Access = "access",
        /// A consultation.
        Consultation = "consultation",
    }
}

/// What a filing tells.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Body {
    /// A virus report.
    Virus(VirusReport),
    /// An access report.
    Access(AccessReport),
    /// A consultation.
    Consultation(Consultation),
}

impl Body {
    /// Which kind it is.
    pub const fn kind(&self) -> Kind {
        match self {
            Body::Virus(_) => Kind::Virus,
            Body::Access(_) => Kind::Access,
            Body::Consultation(_) => Kind::Consultation,
        }
    }

    /// Whether it can be taken in.
    ///
    /// # Errors
    /// A sentence that says what the reporter should complete.
    pub fn check(&self) -> Result<(), String> {
        match self {
            Body::Virus(report) => report.check().map_err(|bad| bad.to_string()),
            Body::Access(report) => report.check().map_err(|bad| bad.to_string()),
            Body::Consultation(_) => Ok(()),
        }
    }
}

/// A filing as it was read, before it is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// Who files; none is anonymous.
    pub reporter: Option<Introduction>,
    /// The reporter's own name for this filing, such as a Message-ID: the same reference and the same
    /// words again are a duplicate.
    pub reference: Option<String>,
    /// How far it may go.
    pub tlp: Tlp,
    /// What it tells.
    pub body: Body,
}

impl Draft {
    /// What tells the same filing when it comes again, whoever else uses the reference.
    ///
    /// None without a reference: two equal filings without one are two.
    pub fn identity(&self) -> Option<Hash> {
        let reference = self.reference.as_deref()?;
        let words = serde_json::to_vec(&(&self.reporter, &self.body)).ok()?;
        Some(Hash::of_pieces(&[reference.as_bytes(), &words]))
    }
}

/// A filing that is stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filing {
    /// Its number.
    pub id: FilingId,
    /// The item that it was read from.
    pub item: ItemId,
    /// Who filed; none is anonymous.
    pub reporter: Option<ReporterId>,
    /// When it first came, by whichever channel.
    pub received: Micros,
    /// What its reporter has in hand to ask for it.
    pub receipt: Receipt,
    /// How far it may go.
    pub tlp: Tlp,
    /// What it tells.
    pub body: Body,
}

/// A receipt number: 60 random bits as twelve of Crockford's digits, in three groups, `7K2M-0QX9-V4TD`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Receipt(u64);

const DIGITS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Receipt {
    /// The receipt of some random bits, of which 60 are used.
    pub const fn of_random(bits: u64) -> Receipt {
        Receipt(bits & ((1 << 60) - 1))
    }

    /// The first receipt number that stands in a text.
    pub fn find(text: &str) -> Option<Receipt> {
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '-')
            .find_map(|word| word.parse().ok())
    }
}

impl fmt::Display for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for place in (0..12).rev() {
            let digit = DIGITS.get((self.0 >> (5 * place)) as usize & 31).copied().unwrap_or(b'0');
            write!(f, "{}{}", char::from(digit), if place == 8 || place == 4 { "-" } else { "" })?;
        }
        Ok(())
    }
}

/// Text that is no receipt number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a receipt number looks like 7K2M-0QX9-V4TD")]
pub struct BadReceipt;

impl FromStr for Receipt {
    type Err = BadReceipt;

    fn from_str(text: &str) -> Result<Receipt, BadReceipt> {
        let groups: Vec<&str> = text.split('-').collect();
        if groups.len() != 3 || groups.iter().any(|group| group.len() != 4) {
            return Err(BadReceipt);
        }
        let mut value = 0;
        for byte in groups.concat().bytes() {
            // As people misread them.
            let byte = match byte.to_ascii_uppercase() {
                b'O' => b'0',
                b'I' | b'L' => b'1',
                other => other,
            };
            let digit = DIGITS.iter().position(|digit| *digit == byte).ok_or(BadReceipt)?;
            value = value << 5 | digit as u64;
        }
        Ok(Receipt(value))
    }
}

impl Serialize for Receipt {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Receipt {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Receipt, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn receipts() {
        for bits in [0, 1, u64::MAX, 0x0123_4567_89ab_cdef] {
            let receipt = Receipt::of_random(bits);
            assert_eq!(receipt.to_string().parse(), Ok(receipt));
            assert_eq!(receipt.to_string().to_lowercase().parse(), Ok(receipt));
            let text = format!("Re: your report [{receipt}] of May");
            assert_eq!(Receipt::find(&text), Some(receipt));
        }
        assert_eq!("OOOO-llll-iiii".parse(), "0000-1111-1111".parse::<Receipt>());
        assert_eq!(Receipt::find("no such number 2005-05-01 here"), None);
    }
}

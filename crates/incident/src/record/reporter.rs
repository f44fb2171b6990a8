//! Who reports: a number for counting, and a contact that can be erased.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::UnicodeNormalization as _;

/// A reporter's number: 128 random bits, which say nothing of who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ReporterId(pub u128);

impl fmt::Display for ReporterId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", self.0)
    }
}

/// Text that is no reporter's number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a reporter's number is 32 hexadecimal digits")]
pub struct BadReporterId;

impl FromStr for ReporterId {
    type Err = BadReporterId;

    fn from_str(text: &str) -> Result<ReporterId, BadReporterId> {
        if text.len() != 32 || text.starts_with('+') {
            return Err(BadReporterId);
        }
        u128::from_str_radix(text, 16).map(ReporterId).map_err(|_| BadReporterId)
    }
}

impl Serialize for ReporterId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ReporterId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<ReporterId, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

words! {
    /// What kind of reporter it is, as IPA's statistics split them.
    ReporterClass, "class of reporters" {
        /// A person at home.
        Individual = "individual",
        /// A company.
        Company = "company",
        /// A school or university.
        School = "school",
        /// An office of the state or of a town.
        Public = "public",
        /// A provider of Internet access.
        Provider = "provider",
        /// A team like the one that receives.
        Csirt = "csirt",
        /// Another.
        Other = "other",
        /// It did not say.
        Unknown = "unknown",
    }
}

/// A reporter, without who it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reporter {
    /// The number.
    pub id: ReporterId,
    /// The kind.
    pub class: ReporterClass,
    /// The sector, in the reporter's words.
    pub sector: Option<String>,
}

/// Who a reporter is. It is stored apart, leaves by permission only, and can be erased.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// A person's name.
    pub name: Option<String>,
    /// An organisation's.
    pub organisation: Option<String>,
    /// An address for mail.
    pub mail: Option<String>,
    /// A telephone number.
    pub phone: Option<String>,
}

impl Contact {
    /// The address in what was written for one, lower case: `Taro <taro@example.jp>` and `mailto:taro@example.jp`
    /// are taro@example.jp. None where nothing was written.
    pub fn address(&self) -> Option<String> {
        let mail = clean(&self.mail);
        // Of several addresses none is the one.
        let inside = mail.rsplit_once('<').filter(|(name, _)| !name.contains('@'));
        let inside = inside.and_then(|(_, rest)| rest.split('>').next());
        let address = inside.map(str::trim).filter(|inside| !inside.is_empty()).unwrap_or(&mail);
        let address = address.strip_prefix("mailto:").unwrap_or(address);
        (!address.is_empty()).then(|| address.to_owned())
    }

    /// What tells one reporter from the next: the mail address, lower case, without the name beside it; without
    /// one the organisation and the name together. None where there is neither: such a filing is anonymous.
    ///
    /// All are compared in Unicode's form NFKC (UAX #15), in which ㈱ is (株) and ａ is a.
    pub fn key(&self) -> Option<String> {
        if let Some(address) = self.address() {
            return Some(format!("mail:{address}"));
        }
        match (clean(&self.organisation), clean(&self.name)) {
            (organisation, name) if !organisation.is_empty() || !name.is_empty() => {
                Some(format!("name:{organisation}\n{name}"))
            }
            _ => None,
        }
    }
}

/// A text as it is compared.
fn clean(text: &Option<String>) -> String {
    let text: String = text.as_deref().unwrap_or_default().nfkc().collect();
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// How a reporter introduces itself in a filing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Introduction {
    /// The kind.
    pub class: ReporterClass,
    /// The sector, in the reporter's words.
    pub sector: Option<String>,
    /// Who it is.
    pub contact: Contact,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_reporter_in_many_spellings() {
        let of = |mail: &str| Contact { mail: Some(mail.to_owned()), ..Contact::default() };
        for mail in [
            "taro@example.jp",
            " TARO@example.jp ",
            "Taro <taro@example.jp>",
            "\"Y, Taro\" <taro@example.jp>",
            "<taro@example.jp>",
            "mailto:taro@example.jp",
            "ｔａｒｏ＠ｅｘａｍｐｌｅ．ｊｐ",
        ] {
            assert_eq!(of(mail).key().as_deref(), Some("mail:taro@example.jp"), "{mail}");
        }
        for odd in ["<>", "<", "a <>", "@", "taro@example.jp, hana <hana@example.jp>"] {
            assert_eq!(of(odd).key(), Some(format!("mail:{odd}")), "{odd}");
        }
        let of = |name: &str| Contact { organisation: Some(name.to_owned()), ..Contact::default() };
        assert_eq!(of("㈱テスト").key(), of("(株)テスト").key());
        assert_eq!(of(" ").key(), None);
    }
}

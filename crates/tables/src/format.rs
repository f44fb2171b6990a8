//! The formats of logs.

use std::fmt;

use crate::{cowrie, iptables};

/// A format of logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// The lines of netfilter's target LOG, in syslog.
    Iptables,
    /// The JSON lines of the honeypot Cowrie.
    Cowrie,
    /// Text in columns, explained by a [`Map`](crate::Map).
    Csv,
}

impl Format {
    /// The name, as the user says it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Format::Iptables => "iptables",
            Format::Cowrie => "cowrie",
            Format::Csv => "csv",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The format of a log by its first bytes, decompressed; 64 KiB are plenty.
///
/// Never [`Format::Csv`]: any text may be that, and only the caller knows whether there is a map.
pub fn detect(first: &[u8]) -> Option<Format> {
    let mut lines = first.split(|&byte| byte == b'\n');
    if lines.clone().find(|line| !line.trim_ascii().is_empty()).is_some_and(cowrie::recognise) {
        return Some(Format::Cowrie);
    }
    lines.any(iptables::recognise).then_some(Format::Iptables)
}

//! How a log is to be read.

use crate::csv::Map;
use crate::format::Format;
use crate::zone::Zone;

/// The version of this room's rules: whatever gives other rows from the same lines is a new one.
pub const VERSION: u32 = 1;

/// How a log is to be read: all that shapes its rows, beside the point.
#[derive(Clone, Debug)]
pub enum Rules {
    /// Netfilter's lines in syslog.
    Iptables {
        /// The zone of stamps that name none.
        zone: Zone,
        /// The year of the log's first line, for stamps that have none. Without it such lines are
        /// counted as [`Reason::NoYear`](crate::Reason::NoYear).
        year: Option<i16>,
    },
    /// Cowrie's JSON lines.
    Cowrie {
        /// The zone of stamps that name none: Cowrie's since 2018 do.
        zone: Zone,
    },
    /// Columns, as a map says.
    Csv(Box<Map>),
}

impl Rules {
    /// The format that is read.
    pub fn format(&self) -> Format {
        match self {
            Rules::Iptables { .. } => Format::Iptables,
            Rules::Cowrie { .. } => Format::Cowrie,
            Rules::Csv(_) => Format::Csv,
        }
    }

    /// A text that says all of it: rules of the same text give the same rows of every log. To be
    /// hashed into an import's identity. How a map was spelt does not show in it.
    pub fn canonical(&self) -> String {
        let head = format!("tables {VERSION}\nformat {}\n", self.format());
        let rest = match self {
            Rules::Iptables { zone, year: Some(year) } => format!("zone {zone}\nyear {year}\n"),
            Rules::Iptables { zone, year: None } => format!("zone {zone}\n"),
            Rules::Cowrie { zone } => format!("zone {zone}\n"),
            Rules::Csv(map) => map.canonical(),
        };
        head + &rest
    }
}

//! What the columns of a table mean.

use std::collections::BTreeMap;
use std::fmt;

use observation::Point;

use super::clock::Pattern;
use super::grammar;
use crate::number::{address, integer_address};
use crate::protocol;
use crate::reason::Field;

/// What the columns of a table mean, as a file in TOML says it.
///
/// ```toml
/// [csv]
/// delimiter = ","                  # the default; one character
/// header = true                    # the default
/// time = { column = "when", format = "%Y-%m-%d %H:%M:%S", zone = "Asia/Tokyo" }
/// point = { value = "tokyo-1" }    # or { column = … }, or none and --point
/// src = { column = "from", form = "text" }
/// dst = { column = 3, form = "integer" }
/// protocol = { column = "proto", names = { T = 6, U = 17 } }   # or { value = 17 }
/// src_port = { column = "sport" }  # and dst_port, icmp_type, icmp_code, packets, bytes, ttl
/// ```
///
/// A column is named as in the header, or by its position from 1. `format` is in the manner of
/// strftime, or `unix` or `unix_ms`: seconds or milliseconds since 1970, with a fraction or without.
/// `zone` (UTC where it lacks) is for formats that have no offset of their own (`%z`). An integer
/// address is IPv4 below 2^32 and IPv6 from there on. Protocols are understood as numbers and, beside
/// `names`, by their usual names; case does not matter. Ports are read where the protocol has ports
/// or is not known, and type and code where it is ICMP or not known.
///
/// An empty column and one that holds only `-` say nothing.
#[derive(Clone, Debug)]
pub struct Map {
    pub(super) delimiter: u8,
    pub(super) header: bool,
    pub(super) pattern: Pattern,
    pub(super) point: Option<Point>,
    pub(super) src: Form,
    pub(super) dst: Form,
    pub(super) protocol: Protocol,
    /// The column of everything that is read from one.
    pub(super) columns: BTreeMap<Field, Column>,
}

/// Why a map is refused. Who wrote it is at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {problem}; {advice}")]
pub struct MapError {
    /// The key that is wrong, with those around it, as in `time.format`; `the map` for all of it.
    pub key: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to write.
    pub advice: String,
}

impl Map {
    /// Reads a map.
    ///
    /// The columns may stand under `[csv]` or beside it.
    ///
    /// # Errors
    /// [`MapError`] where the text is not TOML, a key is not known or is there twice, lacks or has a
    /// value that it cannot have.
    pub fn from_toml(text: &str) -> Result<Map, MapError> {
        grammar::read(text)
    }

    /// Whether the map says which point the log is of.
    pub fn names_point(&self) -> bool {
        self.point.is_some() || self.columns.contains_key(&Field::Point)
    }

    /// See [`Rules::canonical`](crate::Rules::canonical).
    pub(crate) fn canonical(&self) -> String {
        let Map { delimiter, header, pattern, point, src, dst, protocol, columns } = self;
        let mut text = format!("delimiter {delimiter}\nheader {header}\ntime {pattern}\n");
        text += &format!("src {src}\ndst {dst}\nprotocol {protocol}\n");
        if let Some(point) = point {
            text += &format!("point {point}\n");
        }
        for (field, column) in columns {
            text += &format!("column {} {column}\n", field.as_str());
        }
        text
    }
}

/// Which column is meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Column {
    /// By its name in the header.
    Name(String),
    /// By its position, from 0.
    Position(usize),
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Column::Name(name) => write!(f, "{name:?}"),
            Column::Position(place) => write!(f, "{}", place.saturating_add(1)),
        }
    }
}

/// How addresses are written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    #[default]
    Text,
    Integer,
}

impl Form {
    pub(super) fn read(self, text: &[u8]) -> Option<std::net::IpAddr> {
        match self {
            Form::Text => address(text),
            Form::Integer => integer_address(text),
        }
    }
}

impl fmt::Display for Form {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Form::Text => "text",
            Form::Integer => "integer",
        })
    }
}

/// Where the protocol comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Protocol {
    /// It is the same in every row.
    Value(u8),
    /// From a column, if there is one for it, by these names in lower case beside the usual ones.
    Names(BTreeMap<String, u8>),
}

impl Protocol {
    pub(super) fn read(&self, text: &[u8]) -> Option<u8> {
        let Protocol::Names(names) = self else { return None };
        let mut names = names.iter();
        let named = names.find(|(name, _)| text.eq_ignore_ascii_case(name.as_bytes()));
        named.map(|(_, number)| *number).or_else(|| protocol::read(text))
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Protocol::Value(number) => write!(f, "{number}"),
            Protocol::Names(names) => write!(f, "{names:?}"),
        }
    }
}

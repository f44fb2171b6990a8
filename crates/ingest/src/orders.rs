//! What the user wants of an import.

use capture::fold::{Spans, Watch};
use sha2::{Digest as _, Sha256};
use tables::{Map, Rules, Zone};

use crate::identity::{hex, settings};

/// What a file is to be taken for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// What it looks like: a capture, a log that we know, or else columns, where there is a map.
    #[default]
    Auto,
    /// A capture: pcap or pcapng.
    Capture,
    /// Netfilter's lines in syslog.
    Iptables,
    /// Cowrie's JSON lines.
    Cowrie,
    /// Columns, as the map says.
    Csv,
}

/// How files are to be read, and for which points.
#[derive(Clone, Debug)]
pub struct Orders {
    /// The points, and what they watch; none where a map names the point of each row.
    pub watch: Option<Watch>,
    /// What decides what one access is.
    pub spans: Spans,
    /// Allows a file that overlaps in time with another of the same point.
    pub overlap: bool,
    /// What the files are to be taken for.
    pub format: Format,
    /// The zone of a log's stamps that name none.
    pub zone: Zone,
    /// The year of a log's first line, for stamps without one.
    pub year: Option<i16>,
    /// What columns mean.
    pub map: Option<Map>,
}

impl Orders {
    /// To read captures, and logs that need no word more, for these points.
    pub fn new(watch: Watch, spans: Spans) -> Self {
        let (format, zone) = (Format::Auto, Zone::utc());
        Orders { watch: Some(watch), spans, overlap: false, format, zone, year: None, map: None }
    }

    /// The rules for a log of this format.
    pub(crate) fn rules(&self, format: tables::Format) -> Result<Rules, &'static str> {
        Ok(match format {
            tables::Format::Iptables => {
                Rules::Iptables { zone: self.zone.clone(), year: self.year }
            }
            tables::Format::Cowrie => Rules::Cowrie { zone: self.zone.clone() },
            tables::Format::Csv => Rules::Csv(Box::new(
                self.map
                    .clone()
                    .ok_or("columns need a map that says what they mean: give --map")?,
            )),
        })
    }

    /// The log format that a file's first bytes are to be read as; none: it is to be read as a
    /// capture.
    pub(crate) fn format_of(&self, is_capture: bool, first: &[u8]) -> Option<tables::Format> {
        match self.format {
            Format::Capture => None,
            Format::Iptables => Some(tables::Format::Iptables),
            Format::Cowrie => Some(tables::Format::Cowrie),
            Format::Csv => Some(tables::Format::Csv),
            Format::Auto if is_capture => None,
            Format::Auto if self.map.is_some() => Some(tables::Format::Csv),
            Format::Auto => tables::detect(first),
        }
    }

    /// A digest of all that shapes a capture's rows.
    pub(crate) fn capture_settings(&self) -> Option<String> {
        self.watch.as_ref().map(|watch| settings(watch, self.spans))
    }

    /// A digest of all that shapes a log's rows.
    pub(crate) fn log_settings(&self, rules: &Rules) -> String {
        let watch = self.watch.as_ref().map(|watch| settings(watch, self.spans));
        let text = format!("{}watch {}\n", rules.canonical(), watch.unwrap_or_default());
        hex(&Sha256::digest(text))
    }
}

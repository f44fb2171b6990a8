//! What an import says of itself.

use capture::fold::Tally;
use jiff::Timestamp;
use observation::{Fates, Micros};
use serde::Serialize;
use tables::Report;

/// What one file gave.
#[derive(Clone, Debug, Default, Serialize)]
pub struct FileSummary {
    /// The file, as it was named.
    pub file: String,
    /// SHA-256 of its decompressed bytes; none where it could not be opened.
    pub sha256: Option<String>,
    /// What was counted.
    #[serde(flatten)]
    pub counts: Counts,
    /// Why the file was refused, or could be read only in part.
    pub error: Option<String>,
    /// Whether the file broke off, and everything before the break was imported.
    pub partial: bool,
    /// Packets of interfaces whose link type is not read; they are counted in `not_ip`.
    pub unreadable: u64,
    /// Accesses that had to make room while further packets could still have joined them.
    pub evicted: u64,
    /// Conversations of live hosts that had to make room before they were over.
    pub forgotten: u64,
    /// Jumps of the capture's clock.
    pub clock_jumps: u64,
    /// What became of a log's lines; none for a capture.
    pub lines: Option<Report>,
}

/// Counts that add up: `packets = inbound + outbound + elsewhere + malformed + not_ip` and
/// `inbound = access_packets + solicited + expected`. What had been imported before counts nothing.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Counts {
    /// Every packet.
    pub packets: u64,
    /// To a watched address.
    pub inbound: u64,
    /// From a watched address.
    pub outbound: u64,
    /// Neither.
    pub elsewhere: u64,
    /// The IP header could not be read.
    pub malformed: u64,
    /// No IP.
    pub not_ip: u64,
    /// Rows.
    pub accesses: u64,
    /// Inbound packets in accesses.
    pub access_packets: u64,
    /// Inbound packets in conversations that the watched host began.
    pub solicited: u64,
    /// Inbound packets to what the host offers on purpose.
    pub expected: u64,
    /// Packets captured shorter than they were.
    pub truncated: u64,
    /// The earliest packet.
    pub first: Option<Timestamp>,
    /// The latest packet.
    pub last: Option<Timestamp>,
    /// Whether everything had been imported before, and nothing was done.
    pub already_imported: bool,
}

/// What all files of one call gave.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Summary {
    /// The sums over all files.
    #[serde(flatten)]
    pub counts: Counts,
    /// Each file.
    pub files: Vec<FileSummary>,
}

impl Counts {
    pub(crate) fn new(fates: &Fates, tally: Tally, span: Option<(Micros, Micros)>) -> Self {
        let moment = |time| Timestamp::from_microsecond(time).ok();
        Counts {
            packets: fates.packets,
            inbound: fates.inbound,
            outbound: fates.outbound,
            elsewhere: fates.elsewhere,
            malformed: fates.malformed,
            not_ip: fates.not_ip,
            accesses: tally.accesses,
            access_packets: fates.access_packets,
            solicited: fates.solicited,
            expected: fates.expected,
            truncated: fates.truncated,
            first: span.and_then(|(first, _)| moment(first)),
            last: span.and_then(|(_, last)| moment(last)),
            already_imported: false,
        }
    }

    fn add(&mut self, other: &Counts) {
        self.packets += other.packets;
        self.inbound += other.inbound;
        self.outbound += other.outbound;
        self.elsewhere += other.elsewhere;
        self.malformed += other.malformed;
        self.not_ip += other.not_ip;
        self.accesses += other.accesses;
        self.access_packets += other.access_packets;
        self.solicited += other.solicited;
        self.expected += other.expected;
        self.truncated += other.truncated;
        self.first = [self.first, other.first].into_iter().flatten().min();
        self.last = self.last.max(other.last);
    }
}

impl Summary {
    /// Adds a file.
    pub fn push(&mut self, file: FileSummary) {
        self.counts.add(&file.counts);
        self.files.push(file);
        self.counts.already_imported = self.files.iter().all(|file| file.counts.already_imported);
    }
}

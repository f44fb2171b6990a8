//! Why a line is no access.

use std::fmt;

/// What a line tells of an access, by its name in a map.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is what its name says: see observation::Logged")]
pub enum Field {
    Time,
    Point,
    Src,
    Dst,
    Protocol,
    SrcPort,
    DstPort,
    IcmpType,
    IcmpCode,
    Packets,
    Bytes,
    Ttl,
    SynWindow,
    SynOptions,
    TcpFlags,
}

impl Field {
    /// The name, as in a map and in the table `access`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Field::Time => "time",
            Field::Point => "point",
            Field::Src => "src",
            Field::Dst => "dst",
            Field::Protocol => "protocol",
            Field::SrcPort => "src_port",
            Field::DstPort => "dst_port",
            Field::IcmpType => "icmp_type",
            Field::IcmpCode => "icmp_code",
            Field::Packets => "packets",
            Field::Bytes => "bytes",
            Field::Ttl => "ttl",
            Field::SynWindow => "syn_window",
            Field::SynOptions => "syn_options",
            Field::TcpFlags => "tcp_flags",
        }
    }
}

/// An event of Cowrie's by its place in the list of those that have a name here, so that however
/// many names a file makes up there are few reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Event(pub(crate) &'static str);

impl Event {
    /// Its name, as `cowrie.login.failed`; `another event` where it is not in the list.
    pub const fn name(self) -> &'static str {
        self.0
    }
}

/// Why a line is no access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// There is nothing in the line.
    Empty,
    /// The line names the columns.
    Header,
    /// The line is not of netfilter's making.
    NotNetfilter,
    /// A program other than the kernel wrote a line that looks like netfilter's.
    OtherProgram,
    /// An event of Cowrie's that is no connection.
    Event(Event),
    /// A login that Cowrie saw: it belongs to a connection, and is kept for later.
    Login(Event),
    /// The line is longer than [`MAXIMUM_LINE`](crate::MAXIMUM_LINE).
    TooLong,
    /// The input fails within the line.
    Cut,
    /// The line ends before its format says so.
    BreaksOff,
    /// The line is not JSON.
    NotJson,
    /// A JSON object without the name of an event.
    NoEvent,
    /// A JSON value in which something is of another type than it should be, or is there twice.
    Shape,
    /// A quote is not closed, or something other than a delimiter follows it.
    Quote,
    /// The line has more or fewer columns than the header, or than the map needs.
    Columns,
    /// The line begins with no time stamp that we know.
    NoStamp,
    /// The stamp has no year, and the caller gave none: nothing is guessed.
    NoYear,
    /// The year has no such day.
    NoSuchDay,
    /// What every line must give lacks.
    Missing(Field),
    /// A value is there and cannot be one.
    Bad(Field),
}

impl Reason {
    /// Whether the line is something else by right, and not one that could not be read.
    pub const fn is_other(self) -> bool {
        matches!(
            self,
            Reason::Empty
                | Reason::Header
                | Reason::NotNetfilter
                | Reason::OtherProgram
                | Reason::Event(_)
                | Reason::Login(_)
        )
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match self {
            Reason::Empty => "an empty line",
            Reason::Header => "the header",
            Reason::NotNetfilter => "not a line of netfilter",
            Reason::OtherProgram => "another program's line that looks like netfilter's",
            Reason::Event(Event(name)) => return write!(f, "{name}: not a connection"),
            Reason::Login(Event(name)) => return write!(f, "{name}: kept for later"),
            Reason::TooLong => "longer than 64 KiB",
            Reason::Cut => "the file breaks off within the line",
            Reason::BreaksOff => "the line breaks off",
            Reason::NotJson => "not JSON",
            Reason::NoEvent => "no eventid",
            Reason::Shape => "JSON of another shape",
            Reason::Quote => "a quote that does not close, or closes within a column",
            Reason::Columns => "not as many columns as there should be",
            Reason::NoStamp => "no time stamp at the beginning",
            Reason::NoYear => "the time stamp has no year: say --year",
            Reason::NoSuchDay => "the year has no such day",
            Reason::Missing(field) => return write!(f, "no {}", field.as_str()),
            Reason::Bad(field) => return write!(f, "{} cannot be read", field.as_str()),
        };
        f.write_str(text)
    }
}

//! The JSON lines of the SSH and Telnet honeypot Cowrie.
//!
//! A connection is an access. Everything else that Cowrie sees happens within a connection that has
//! been counted already; logins are told apart for who will keep them.

use std::borrow::Cow;

use jiff::Timestamp;
use jiff::civil::DateTime;
use observation::{Kind, Logged, Micros, Point, protocol};
use serde::Deserialize;
use serde_json::error::Category;

use crate::number::address;
use crate::reason::{Event, Field, Reason};
use crate::zone::Zone;

/// Cowrie's events beside connections and logins, by their `eventid`
/// (docs.cowrie.org, "Cowrie output event code reference").
const EVENTS: [&str; 24] = [
    "cowrie.client.fingerprint",
    "cowrie.client.kex",
    "cowrie.client.size",
    "cowrie.client.var",
    "cowrie.client.version",
    "cowrie.command.failed",
    "cowrie.command.input",
    "cowrie.command.success",
    "cowrie.direct-tcpip.data",
    "cowrie.direct-tcpip.ja4",
    "cowrie.direct-tcpip.ja4h",
    "cowrie.direct-tcpip.request",
    "cowrie.log.closed",
    "cowrie.log.open",
    "cowrie.session.closed",
    "cowrie.session.file_download",
    "cowrie.session.file_download.failed",
    "cowrie.session.file_upload",
    "cowrie.session.input",
    "cowrie.session.params",
    "cowrie.telnet.exploit_attempt",
    "cowrie.tunnelproxy-tcpip.data",
    "cowrie.virustotal.scanfile",
    "cowrie.virustotal.scanurl",
];

/// An event whose name is not in the list.
const ANOTHER: &str = "another event";

/// What a line is about.
enum What {
    Connection,
    Login(Event),
    Other(Event),
}

impl What {
    fn of(name: &str) -> What {
        match name {
            "cowrie.session.connect" => What::Connection,
            "cowrie.login.success" => What::Login(Event("cowrie.login.success")),
            "cowrie.login.failed" => What::Login(Event("cowrie.login.failed")),
            _ => {
                let known = EVENTS.iter().find(|known| **known == name);
                What::Other(Event(known.copied().unwrap_or(ANOTHER)))
            }
        }
    }
}

/// The one member that every line has.
#[derive(Deserialize)]
struct Head<'a> {
    #[serde(borrow)]
    eventid: Option<Cow<'a, str>>,
}

/// A connection. Ports are whole numbers; addresses are those that the sensor saw.
#[derive(Deserialize)]
struct Connection<'a> {
    #[serde(borrow)]
    timestamp: Option<Cow<'a, str>>,
    #[serde(borrow)]
    src_ip: Option<Cow<'a, str>>,
    #[serde(borrow)]
    dst_ip: Option<Cow<'a, str>>,
    src_port: Option<serde_json::Number>,
    dst_port: Option<serde_json::Number>,
}

/// Whether a line looks like Cowrie's.
pub(crate) fn recognise(line: &[u8]) -> bool {
    let line = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line).trim_ascii_start();
    line.starts_with(b"{") && memchr::memmem::find(line, b"\"eventid\"").is_some()
}

/// Reads Cowrie's lines.
pub(crate) struct Reader {
    zone: Zone,
    point: Point,
}

impl Reader {
    pub(crate) fn new(zone: Zone, point: Point) -> Reader {
        Reader { zone, point }
    }

    pub(crate) fn read(&self, line: &[u8]) -> Result<Logged, Reason> {
        let head: Head<'_> = parse(line)?;
        let name = head.eventid.ok_or(Reason::NoEvent)?;
        match What::of(&name) {
            What::Connection => self.connection(&parse(line)?),
            What::Login(event) => Err(Reason::Login(event)),
            What::Other(event) => Err(Reason::Event(event)),
        }
    }

    /// A connection that a honeypot takes began with a SYN. How many packets it was, and what they
    /// looked like, the line does not say.
    fn connection(&self, line: &Connection<'_>) -> Result<Logged, Reason> {
        let time = line.timestamp.as_ref().ok_or(Reason::Missing(Field::Time))?;
        let time = self.time(time).ok_or(Reason::Bad(Field::Time))?;
        let src = line.src_ip.as_ref().ok_or(Reason::Missing(Field::Src))?;
        let src = address(src.as_bytes()).ok_or(Reason::Bad(Field::Src))?;
        let dst = line.dst_ip.as_ref().map(|dst| address(dst.as_bytes()));
        let mut row = Logged::new(time, self.point.clone(), src);
        row.dst = dst.map(|dst| dst.ok_or(Reason::Bad(Field::Dst))).transpose()?;
        row.protocol = Some(protocol::TCP);
        row.src_port = port(line.src_port.as_ref(), Field::SrcPort)?;
        row.dst_port = port(line.dst_port.as_ref(), Field::DstPort)?;
        row.kind = Some(Kind::TcpSyn);
        Ok(row)
    }

    fn time(&self, text: &str) -> Option<Micros> {
        match text.parse::<Timestamp>() {
            Ok(moment) => Some(moment.as_microsecond()),
            Err(_) => self.zone.moment(text.parse::<DateTime>().ok()?),
        }
    }
}

fn port(number: Option<&serde_json::Number>, field: Field) -> Result<Option<u16>, Reason> {
    let port = |number: &serde_json::Number| u16::try_from(number.as_u64()?).ok();
    number.map(|number| port(number).ok_or(Reason::Bad(field))).transpose()
}

/// A line of the wrong shape is JSON nevertheless: what is not of the type that it should be is
/// told apart from what is no JSON at all.
fn parse<'a, T: Deserialize<'a>>(line: &'a [u8]) -> Result<T, Reason> {
    serde_json::from_slice(line).map_err(|error| match error.classify() {
        Category::Data => Reason::Shape,
        Category::Io | Category::Syntax | Category::Eof => Reason::NotJson,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Logged, Reason> {
        Reader::new("+02:00".parse().unwrap(), "p".parse().unwrap()).read(line.as_bytes())
    }

    #[test]
    fn a_connection() {
        let line = r#"{"eventid": "cowrie.session.connect", "src_ip": "::ffff:1.2.3.4", "src_port": 5,
            "timestamp": "2018-05-06T17:44:05.866769Z", "dst_ip": "172.17.0.3", "dst_port": 2222}"#;
        let row = read(line).unwrap();
        let mut wanted =
            Logged::new(1_525_628_645_866_769, "p".parse().unwrap(), "1.2.3.4".parse().unwrap());
        wanted.dst = Some("172.17.0.3".parse().unwrap());
        (wanted.protocol, wanted.kind) = (Some(6), Some(Kind::TcpSyn));
        (wanted.src_port, wanted.dst_port) = (Some(5), Some(2222));
        assert_eq!(row, wanted);
        let local = line.replace("17:44:05.866769Z", "19:44:05.866769");
        assert_eq!(read(&local).unwrap(), wanted);
        let sparse = r#"{"eventid":"cowrie.session.connect","src_ip":"1.2.3.4","timestamp":"2018-05-06T17:44:05+0000"}"#;
        let row = read(sparse).unwrap();
        assert_eq!((row.dst, row.src_port, row.dst_port), (None, None, None));
    }

    #[test]
    fn what_is_no_connection_says_why() {
        let reason = |line: &str| read(line).unwrap_err().to_string();
        assert_eq!(
            reason(r#"{"eventid":"cowrie.login.failed"}"#),
            "cowrie.login.failed: kept for later"
        );
        assert_eq!(reason(r#"{"eventid":"cowrie.log.open"}"#), "cowrie.log.open: not a connection");
        assert_eq!(reason(r#"{"eventid":"a\nb"}"#), "another event: not a connection");
        let connect = |rest: &str| {
            read(&format!(r#"{{"eventid":"cowrie.session.connect"{rest}}}"#)).unwrap_err()
        };
        let time = r#","timestamp":"2018-05-06T17:44:05Z""#;
        assert_eq!(connect(""), Reason::Missing(Field::Time));
        assert_eq!(connect(r#","timestamp":"yesterday""#), Reason::Bad(Field::Time));
        assert_eq!(connect(time), Reason::Missing(Field::Src));
        assert_eq!(connect(&format!(r#"{time},"src_ip":"host""#)), Reason::Bad(Field::Src));
        let src = format!(r#"{time},"src_ip":"1.2.3.4""#);
        assert_eq!(connect(&format!(r#"{src},"dst_port":65536"#)), Reason::Bad(Field::DstPort));
        assert_eq!(connect(&format!(r#"{src},"src_port":1.5"#)), Reason::Bad(Field::SrcPort));
        assert_eq!(connect(&format!(r#"{src},"src_port":"1""#)), Reason::Shape);
        assert_eq!(connect(&format!(r#"{src},"src_ip":"1.2.3.5""#)), Reason::Shape);
        assert_eq!(read("{}"), Err(Reason::NoEvent));
        assert_eq!(read(r#"{"eventid":1}"#), Err(Reason::Shape));
        for line in ["x", "{", "\"", "{\"eventid\":\"a\"} x", "\0"] {
            assert_eq!(read(line), Err(Reason::NotJson), "{line}");
        }
        assert_eq!(read("[]"), Err(Reason::Shape));
        assert_eq!(read(&"[".repeat(60_000)), Err(Reason::Shape));
    }
}

//! Syslog: RFC 5424, by UDP (RFC 5426), or by TCP with octet counting (RFC 6587, section 3.4.1).

use std::fmt;

use jiff::Timestamp;
use observation::Micros;
use serde_json::Value;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpStream, UdpSocket};
use url::Url;

use super::ChannelError;
use crate::settings::{SettingsError, bad};
use crate::{Message, Notice};

/// Severity 4, warning (RFC 5424, table 2).
const WARNING: u32 = 4;
/// local0 (RFC 5424, table 1).
const LOCAL0: u8 = 16;
/// The name of our structured data. 32473 is the number for documentation (RFC 5612): we have none.
const DATA: &str = "finding@32473";

#[derive(Clone, Debug)]
pub(crate) struct Syslog {
    pub(crate) address: Address,
    facility: u8,
}

#[derive(Clone, Debug)]
pub(crate) struct Address {
    stream: bool,
    host: String,
    port: u16,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.stream { "tcp" } else { "udp" };
        write!(f, "{scheme}://{}:{}", self.host, self.port)
    }
}

impl Syslog {
    pub(crate) fn new(address: &Url, facility: Option<u8>) -> Result<Self, SettingsError> {
        let wrong = || bad("syslog.address", "write udp://HOST:PORT or tcp://HOST:PORT");
        let stream = match address.scheme() {
            "tcp" => true,
            "udp" => false,
            _ => return Err(wrong()),
        };
        let host = address.host_str().ok_or_else(wrong)?.to_owned();
        let port = address.port().unwrap_or(514);
        let facility = facility.unwrap_or(LOCAL0);
        if facility > 23 {
            return Err(bad("syslog.facility", "write a number from 0 to 23"));
        }
        Ok(Syslog { address: Address { stream, host, port }, facility })
    }

    pub(crate) async fn send(&self, message: &Message) -> Result<(), ChannelError> {
        let Address { stream, host, port } = &self.address;
        let host = host.trim_start_matches('[').trim_end_matches(']');
        let place = (host, *port);
        let records: Vec<String> =
            message.listed().iter().map(|notice| self.record(message.at, notice)).collect();
        if *stream {
            let mut stream = TcpStream::connect(place).await?;
            for record in records {
                stream.write_all(format!("{} {record}", record.len()).as_bytes()).await?;
            }
            stream.shutdown().await?;
            return Ok(());
        }
        let any = if host.contains(':') { "[::]:0" } else { "0.0.0.0:0" };
        let socket = UdpSocket::bind(any).await?;
        socket.connect(place).await?;
        for record in records {
            socket.send(record.as_bytes()).await?;
        }
        Ok(())
    }

    fn record(&self, at: Micros, notice: &Notice) -> String {
        let priority = u32::from(self.facility) * 8 + WARNING;
        let time =
            Timestamp::from_microsecond(at).map_or_else(|_| "-".to_owned(), |at| at.to_string());
        let process = std::process::id();
        let data = data(notice);
        // The byte order mark says that the text is UTF-8 (section 6.4).
        let text = format!("\u{feff}{}: {}", notice.title(), notice.details());
        format!("<{priority}>1 {time} - yagura {process} finding [{DATA}{data}] {text}")
    }
}

/// What is promised of a finding, as parameters; `"`, `\` and `]` are escaped (section 6.3.3).
fn data(notice: &Notice) -> String {
    let keys =
        ["id", "kind", "rule", "protocol", "dst_port", "sources", "times_usual", "confidence"];
    let one = |key: &str| {
        let text = match notice.line.get(key)? {
            Value::Null => return None,
            Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let text = text.replace('\\', "\\\\").replace('"', "\\\"").replace(']', "\\]");
        Some(format!(" {key}=\"{text}\""))
    };
    keys.into_iter().filter_map(one).collect()
}

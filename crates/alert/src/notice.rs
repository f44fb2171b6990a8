//! A finding, as somebody is told of it.

use observation::Micros;
use serde_json::{Map, Value};

/// What there is to tell.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// The finding's id.
    pub id: String,
    /// Its kind.
    pub kind: String,
    /// When it was known, in the data.
    pub detected_at: Micros,
    /// The finding as JSON.
    pub line: Map<String, Value>,
}

impl Notice {
    /// Without what is secret: the flooded address, which is a watched one.
    #[must_use]
    pub fn discreet(mut self) -> Self {
        if self.kind == "flood" {
            self.line.insert("target".to_owned(), Value::Null);
        }
        self
    }

    /// From 0 to 1.
    pub(crate) fn confidence(&self) -> f64 {
        self.number("confidence").unwrap_or(0.0)
    }

    fn number(&self, key: &str) -> Option<f64> {
        self.line.get(key).and_then(Value::as_f64)
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.line.get(key).and_then(Value::as_str)
    }

    /// `1433/tcp`, where it is about a port.
    fn service(&self) -> Option<String> {
        let protocol = match self.line.get("protocol")?.as_u64()? {
            1 => "icmp".to_owned(),
            6 => "tcp".to_owned(),
            17 => "udp".to_owned(),
            58 => "icmpv6".to_owned(),
            other => format!("protocol {other}"),
        };
        Some(match self.line.get("dst_port").and_then(Value::as_u64) {
            Some(port) => format!("{port}/{protocol}"),
            None => protocol,
        })
    }

    /// A few words: what, of what.
    pub(crate) fn title(&self) -> String {
        let mut title = self.kind.replace('-', " ");
        if let Some(service) = self.service() {
            title.push_str(&format!(" of {service}"));
        }
        if let Some(target) = self.text("target") {
            title.push_str(&format!(" at {target}"));
        }
        title
    }

    /// A sentence more: how much, where, since when.
    pub(crate) fn details(&self) -> String {
        let mut parts = Vec::new();
        if let Some(times) = self.number("times_usual") {
            parts.push(format!("{times:.1} times its usual level"));
        }
        let points = self.line.get("points").and_then(Value::as_array).map_or(0, Vec::len);
        if points > 0 {
            parts.push(format!("{points} {}", plural(points as u64, "point", "points")));
        }
        if let Some(sources) = self.line.get("sources").and_then(Value::as_u64) {
            parts.push(format!("{sources} {}", plural(sources, "source", "sources")));
        }
        if let Some(since) = self.text("first_seen") {
            parts.push(format!("since {since}"));
        }
        parts.join(", ")
    }

    /// The rule that made it.
    pub(crate) fn rule(&self) -> &str {
        self.text("rule").unwrap_or("?")
    }
}

fn plural(count: u64, one: &'static str, many: &'static str) -> &'static str {
    if count == 1 { one } else { many }
}

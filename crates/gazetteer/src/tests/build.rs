//! MMDB files by hand, after MaxMind's description of the format (version 2.0).

use std::net::Ipv6Addr;

/// A value of a record.
pub(super) enum Value {
    Text(&'static str),
    Short(u16),
    Number(u32),
    Long(u64),
    /// An array of nothing.
    Empty,
    Map(Vec<(&'static str, Value)>),
}

/// A file with records of 24 bits: networks in order, none of them inside another.
pub(super) struct File {
    pub(super) ip_version: u16,
    /// A network's bits from the left, its length and its record.
    pub(super) networks: Vec<(u128, u8, Value)>,
}

/// What a node leads to.
#[derive(Clone, Copy)]
enum Child {
    Nothing,
    Node(usize),
    Record(usize),
}

impl File {
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut nodes = vec![[Child::Nothing; 2]];
        let mut data = Vec::new();
        for (bits, length, value) in &self.networks {
            let mut node = 0;
            for depth in 0..*length {
                let side = (bits >> (127 - depth) & 1) as usize;
                if depth + 1 == *length {
                    nodes[node][side] = Child::Record(data.len());
                } else if let Child::Node(next) = nodes[node][side] {
                    node = next;
                } else {
                    nodes.push([Child::Nothing; 2]);
                    let next = nodes.len() - 1;
                    nodes[node][side] = Child::Node(next);
                    node = next;
                }
            }
            value.encode(&mut data);
        }
        let count = nodes.len();
        let mut bytes = Vec::new();
        for child in nodes.iter().flatten() {
            let number = match child {
                Child::Nothing => count,
                Child::Node(node) => *node,
                Child::Record(offset) => count + 16 + offset,
            };
            bytes.extend(&(number as u32).to_be_bytes()[1..]);
        }
        bytes.extend([0; 16]);
        bytes.append(&mut data);
        bytes.extend(b"\xAB\xCD\xEFMaxMind.com");
        self.metadata(count).encode(&mut bytes);
        bytes
    }

    fn metadata(&self, count: usize) -> Value {
        Value::Map(vec![
            ("binary_format_major_version", Value::Short(2)),
            ("binary_format_minor_version", Value::Short(0)),
            ("build_epoch", Value::Long(1_700_000_000)),
            ("database_type", Value::Text("by hand")),
            ("description", Value::Map(Vec::new())),
            ("ip_version", Value::Short(self.ip_version)),
            ("languages", Value::Empty),
            ("node_count", Value::Number(count as u32)),
            ("record_size", Value::Short(24)),
        ])
    }
}

impl Value {
    fn encode(&self, bytes: &mut Vec<u8>) {
        match self {
            Value::Text(text) => {
                assert!(text.len() < 29);
                bytes.push(2 << 5 | text.len() as u8);
                bytes.extend(text.as_bytes());
            }
            Value::Short(number) => {
                bytes.push(5 << 5 | 2);
                bytes.extend(number.to_be_bytes());
            }
            Value::Long(number) => {
                bytes.extend([8, 9 - 7]);
                bytes.extend(number.to_be_bytes());
            }
            Value::Empty => bytes.extend([0, 11 - 7]),
            Value::Number(number) => {
                bytes.push(6 << 5 | 4);
                bytes.extend(number.to_be_bytes());
            }
            Value::Map(pairs) => {
                bytes.push(7 << 5 | pairs.len() as u8);
                for (key, value) in pairs {
                    Value::Text(key).encode(bytes);
                    value.encode(bytes);
                }
            }
        }
    }
}

/// An IPv4 network where an IPv6 tree keeps it: below ::/96.
pub(super) fn v4(address: [u8; 4], length: u8) -> (u128, u8) {
    (u128::from(u32::from_be_bytes(address)), 96 + length)
}

/// An IPv6 network.
pub(super) fn v6(address: &str, length: u8) -> (u128, u8) {
    (address.parse::<Ipv6Addr>().unwrap().to_bits(), length)
}

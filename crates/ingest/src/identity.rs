//! What an import is known by.

use std::fmt::Write as _;

use capture::fold::{self, Spans, Watch};
use sha2::{Digest as _, Sha256};

/// A digest of all that shapes the rows beside the file itself: the fold's version, its spans and
/// capacity, and each point's name, mode, watch list and expectations.
pub(crate) fn settings(watch: &Watch, spans: Spans) -> String {
    let mut text = format!(
        "fold {}\ncapacity {}\nidle {}\nactive {}\n",
        fold::VERSION,
        fold::CAPACITY,
        spans.idle,
        spans.active
    );
    for watched in watch.points() {
        let mut nets: Vec<String> =
            watched.nets.iter().map(|net| net.trunc().to_string()).collect();
        let mut expect: Vec<String> = watched.expect.iter().map(ToString::to_string).collect();
        nets.sort();
        expect.sort();
        text.push_str(&format!(
            "point {} {} watch {} expect {}\n",
            watched.point,
            watched.mode.as_str(),
            nets.join(","),
            expect.join(",")
        ));
    }
    hex(&Sha256::digest(text))
}

/// Bytes in lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

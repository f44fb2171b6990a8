//! The lines of netfilter's target LOG, as syslog keeps them.
//!
//! ```text
//! Mar 15 20:58:59 host kernel: [810518.886511] PREFIX IN=eth0 OUT= MAC=… SRC=… DST=… LEN=44 …
//! stamp           header                       prefix sequence
//! ```
//!
//! What the kernel writes, and in which order, is in its net/netfilter/nf_log_syslog.c. The header
//! and the prefix are others' words: nothing is read there but who wrote the line, and the fields
//! begin at the last `IN=… OUT=…`, behind which the kernel writes nothing that a sender chooses
//! freely.
//!
//! A line that syslog wrote in place of several ([`repeated`]) is one access of as many packets.
//!
//! As of captures without a watch list, every line is inbound, what the firewall's own machine sent
//! (`IN= OUT=eth0`) too.

mod clock;
mod fields;
mod header;
mod repeated;
mod row;
mod stamp;

use memchr::memmem;
use observation::{Logged, Point};

use crate::reason::Reason;
use crate::zone::Zone;
use clock::Clock;
use fields::Fields;
use header::Author;

/// Whether a line looks like netfilter's, whoever wrote it.
pub(crate) fn recognise(line: &[u8]) -> bool {
    sequence(line).is_some_and(|fields| fields.starts_with(b"SRC=") || holds(fields, b" SRC="))
}

fn holds(text: &[u8], word: &[u8]) -> bool {
    memmem::find(text, word).is_some()
}

/// Reads netfilter's lines.
pub(crate) struct Reader {
    point: Point,
    clock: Clock,
    /// The line before, where it was netfilter's: its host and its access.
    last: Option<Box<(Vec<u8>, Logged)>>,
}

impl Reader {
    pub(crate) fn new(zone: Zone, year: Option<i16>, point: Point) -> Reader {
        Reader { point, clock: Clock::new(zone, year), last: None }
    }

    /// Whether the line that was read last began a new year.
    pub(crate) fn began_a_year(&mut self) -> bool {
        self.clock.began_a_year()
    }

    /// Every stamp is looked at, whoever wrote the line, so that the first line's year is known and
    /// no turn of the year is missed.
    pub(crate) fn read(&mut self, line: &[u8]) -> Result<Logged, Reason> {
        let stamped = stamp::find(line);
        let time = stamped.as_ref().map(|stamped| self.clock.moment(stamped.stamp));
        let last = self.last.take();
        let Some(fields) = sequence(line) else {
            let (stamped, last) = stamped.zip(last).ok_or(Reason::NotNetfilter)?;
            let said = repeated::last(stamped.rest).filter(|(of, _)| *of == last.0);
            let (_, times) = said.ok_or(Reason::NotNetfilter)?;
            let again = Logged { first_seen: time.ok_or(Reason::NoStamp)??, ..last.1.clone() };
            // It may come again still.
            self.last = Some(last);
            return Ok(repeated::row(again, times));
        };
        let (Some(stamped), Some(time)) = (stamped, time) else { return Err(Reason::NoStamp) };
        if header::author(stamped.rest, stamped.style) == Author::Other {
            return Err(Reason::OtherProgram);
        }
        let row = row::row(&Fields::read(fields), time?, &self.point)?;
        self.last = Some(Box::new((repeated::host(stamped.rest).to_vec(), row.clone())));
        Ok(repeated::row(row, repeated::this(stamped.rest).unwrap_or(1)))
    }
}

/// What follows the last `IN=… OUT=…`.
fn sequence(line: &[u8]) -> Option<&[u8]> {
    const OUT: &[u8] = b" OUT=";
    let mut before = line;
    loop {
        let place = memmem::rfind(before, OUT)?;
        let (head, tail) = line.split_at_checked(place)?;
        if names_input(head) {
            let interface = tail.get(OUT.len()..)?;
            let end = memchr::memchr(b' ', interface)?;
            return interface.get(end..).map(<[u8]>::trim_ascii_start);
        }
        before = head;
    }
}

/// Whether the last word is or ends in `IN=…`. A prefix may be glued to it; `PHYSIN=` is another key.
fn names_input(head: &[u8]) -> bool {
    let word = memchr::memrchr(b' ', head).and_then(|place| head.get(place..)).unwrap_or(head);
    let glued = memmem::rfind(word, b"IN=").and_then(|place| word.get(..place));
    glued.is_some_and(|glued| !glued.ends_with(b"PHYS"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_sequence_counts() {
        let given =
            |line: &str| sequence(line.as_bytes()).map(String::from_utf8_lossy).map(String::from);
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(given("x DROP:IN=eth0 OUT= MAC=1 SRC=2"), some("MAC=1 SRC=2"));
        assert_eq!(given("IN= OUT= SRC=9 IN=a OUT=b SRC=2"), some("SRC=2"));
        assert_eq!(given("IN=a OUT=b PHYSIN=c OUT=d e"), some("PHYSIN=c OUT=d e"));
        assert_eq!(
            given("IN=br0 OUT= PHYSIN=eth1 PHYSOUT=x MAC="),
            some("PHYSIN=eth1 PHYSOUT=x MAC=")
        );
        for none in ["", " OUT=", "IN= OUT=", "OUT= IN=", "I OUT=x y", "IN=a  OUT=b c"] {
            assert_eq!(given(none), None, "{none:?}");
        }
    }
}

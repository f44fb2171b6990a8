//! How the figures were counted.

use maud::{Markup, html};

use crate::Model;

pub(super) fn section(model: &Model) -> Markup {
    html! {
        section.method {
            h2 { "Method and definitions" }
            dl {
                dt { "Access" }
                dd { "One unwanted access: the inbound packets that share point, source, destination, protocol and both \
                      ports (ICMP: type and code), until 60 s pass without another, or for at most an hour. It counts for \
                      the day of its first packet." }
                dt { "Sources" }
                dd { "By TALOT2\u{2019}s rule: a source address counts once per day, point and port (ICMP: type), summed \
                      over these. Where a table says \u{201c}distinct addresses\u{201d}, each address counts once." }
                dt { "Coverage" }
                dd { "The seconds in which a point watched. Of an imported capture it is taken to be the time from its first \
                      to its last packet, and of tables without times watched it is unknown: both are marked \
                      \u{201c}coverage assumed\u{201d}." }
                dt { "Per point and day" }
                dd { "The count divided by the seconds watched over 86,400; where these are unknown, by civil days \u{d7} points. \
                      Not told where less than a day was watched: minutes are not stretched to days." }
                dt { "Change" }
                dd { "In percent of the month before, reckoned from exact counts and rounded once, half away from zero. \
                      Where the month before has no data, none is given." }
                dt { "Country" }
                dd { "As a database said of the source address on a named day. Where more than a tenth of the accesses are \
                      more than 12 months from that day, countries are not told." }
                dt { "Days" }
                dd { "Civil days in " (model.zone) "." }
            }
            p { "The monitoring points only listen. Which addresses they watch is not published." }
        }
    }
}

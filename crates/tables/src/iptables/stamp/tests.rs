//! Stamps of many daemons.

use super::*;
use jiff::civil::date;

fn found(line: &str) -> Option<(Stamp, Style, String)> {
    let stamped = find(line.as_bytes())?;
    let rest = String::from_utf8_lossy(stamped.rest).into_owned();
    Some((stamped.stamp, stamped.style, rest))
}

#[test]
fn bsd_stamps() {
    let time = Time::new(20, 58, 59, 0).unwrap();
    let yearless = Stamp::Yearless(Yearless { month: 3, day: 5, time });
    let rest = " host x".to_owned();
    for line in ["Mar  5 20:58:59", "Mar 05 20:58:59", "<4>Mar  5 20:58:59", "Thu Mar 5 20:58:59"] {
        let given = found(&format!("{line} host x"));
        assert_eq!(given, Some((yearless, Style::Syslog, rest.clone())), "{line}");
    }
    let reading = Stamp::Reading(date(2010, 3, 5).to_datetime(time));
    for line in ["Mar  5 2010 20:58:59", "Mar  5 20:58:59 2010", "2010-03-05 20:58:59"] {
        let given = found(&format!("{line} host x"));
        assert_eq!(given, Some((reading, Style::Syslog, rest.clone())), "{line}");
    }
    let given = found("[Fri Mar  5 20:58:59 2010] x");
    assert_eq!(given, Some((reading, Style::Kernel, " x".to_owned())));
    let grep = found("messages.1:12:Mar  5 20:58:59 host x");
    assert_eq!(grep, Some((yearless, Style::Syslog, rest)));
    let fraction = found("Mar  5 20:58:60.25 h");
    let late = Stamp::Yearless(Yearless {
        month: 3,
        day: 5,
        time: Time::new(20, 58, 59, 250_000_000).unwrap(),
    });
    assert_eq!(fraction.unwrap().0, late);
}

#[test]
fn stamps_with_an_offset() {
    let moment = Stamp::Moment(1_425_697_770_045_015);
    for stamp in [
        "2015-03-07T05:09:30.045015+02:00",
        "2015-03-07T03:09:30.045015Z",
        "2015-03-07T05:09:30.045015+0200",
        "2015-03-07 05:09:30.045015+02:00",
    ] {
        let given = found(&format!("{stamp} h x"));
        assert_eq!(given, Some((moment, Style::Syslog, " h x".to_owned())), "{stamp}");
        let given = found(&format!("<30>1 {stamp} h x"));
        assert_eq!(given, Some((moment, Style::Structured, " h x".to_owned())), "{stamp}");
    }
}

#[test]
fn no_stamps() {
    for line in [
        "",
        "x",
        "Mar",
        "Mar 5",
        "Mar 0 20:58:59 h",
        "Mar 32 20:58:59 h",
        "Mrz 5 20:58:59 h",
        "Mar 5 24:00:00 h",
        "Mar 5 20:60:00 h",
        "Mar 5 20:58:61 h",
        "Feb 30 2010 20:58:59 h",
        "<4Mar 5 20:58:59 h",
        "<99999>Mar 5 20:58:59 h",
        "host Mar 5 20:58:59 h",
        "2015-03-07Tx h",
        "[Fri Mar  5 20:58:59 2010 x",
        "2015-03-07",
        "a:b:c:Mar 5 20:58:59 h",
    ] {
        assert_eq!(found(line), None, "{line:?}");
    }
}

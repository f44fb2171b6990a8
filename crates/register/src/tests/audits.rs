//! What an audit finds: every change by another hand.

use incident::record::Channel;

use super::*;
use crate::Error;

pub(super) fn audits(shelf: &Shelf) {
    let place = shelf.place();
    let mut book = open(&place);
    for day in 1..=3 {
        let form = virus_form("", &format!("2005-05-0{day}"), &["W32/Netsky.P"]);
        take(&mut book, &form, Channel::Form, MAY);
    }
    take(&mut book, &access_form("dos", true, ""), Channel::Form, MAY);
    take(&mut book, "/mail/1: Win.Worm.Netsky FOUND\n", Channel::Log, MAY);
    let form = virus_form("a@example.jp", "2005-05-04", &["W32/Netsky.P"]);
    let mail = format!(
        "From: a@example.jp\nMessage-ID: <1@example.jp>\nMIME-Version: 1.0\n\
         Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\n{form}\n\
         --b\nContent-Type: application/zip; name=worm.zip\n\nPK\n--b--\n"
    );
    take(&mut book, &mail, Channel::Mail, MAY);
    book.close_month(month("2005-05"), "ann", NOW).unwrap();
    book.publish("ipa-2005", month("2005-05"), "ann", NOW).unwrap();
    book.open_case("a case", "ann", NOW).unwrap();
    let audit = book.audit().unwrap();
    assert_eq!((audit.filings, audit.whole, audit.totals.received), (5, 6, 6));
    assert_eq!(audit.head, book.log_end().unwrap());
    let other = if place.contains("://") { "bytes = '\\x00'" } else { "bytes = x'00'" };
    for change in [
        "update log set who = 'somebody' where seq = (select max(seq) from log where subject = 'item 2')",
        "delete from log where subject = 'item 2'",
        "update filing set body = replace(body, 'Netsky', 'Bagle') where id = 2",
        "delete from filing where id = 2",
        "update item set disposition = 'duplicate' where id = 2",
        "delete from item where id = 3",
        "update content set bytes = 'x' where sha256 = (select sha256 from item where id = 2)",
        "update content set bytes = null where sha256 = (select sha256 from item where id = 2)",
        "delete from content where sha256 = (select sha256 from item where id = 2)",
        "update item set received = received + 1 where id = 4",
        "update item set channel = 'mail' where id = 2",
        "update item set format = 'xarf' where id = 2",
        "update item set faults = '[\"x\"]' where id = 2",
        "update item set same_as = 1 where id = 2",
        "update sealed set sha256 = replace(sha256, 'a', 'b') where item = 6",
        "update sealed set name = 'x' where item = 6",
        "delete from sealed where item = 6",
        "update filing set receipt = '0000-0000-0000' where id = 2",
        "update filing set identity = null where id = 5",
        "update filing set tlp = 'red' where id = 2",
        "delete from reporter where id = 1",
        "update reporter set number = '00' where id = 1",
        "delete from contact where reporter = 1",
        "update filing set received = received + 1 where id = 2",
        "update filing set kind = 'consultation' where id = 2",
        "update filing set damage = 1 where id = 2",
        "update filing set reporter = 7 where id = 2",
        "update line set leads = 0 where filing = 2",
        "update line set family = 'Bagle' where filing = 2",
        "update line set family = null, leads = 0 where filing = 2",
        "update line set received = received + 1 where filing = 2",
        "update line set pieces = 7 where filing = 2",
        "delete from line where filing = 2",
        "update facet set label = 'availability:ddos' where filing = 4",
        "delete from facet where filing = 4",
        "update detection set pieces = pieces + 1",
        "update closed set at = at + 1",
        "delete from closed",
        "insert into closed (month, at) values ('2005-04', 1)",
        "update vintage set vintage = replace(vintage, '2005-05', '2005-04') where rule = 'ipa-2005'",
        "delete from vintage where rule = 'ipa-2005'",
        "update name_entry set entry = replace(entry, 'Netsky', 'Bagle') where version = 1",
        "delete from case_event",
        "update case_event set case_id = 2",
    ] {
        // By another hand than the program's.
        let change = change.replace("bytes = 'x'", other);
        let (changed, said) = book.audit_after(&change).unwrap();
        assert_eq!(changed, 1, "{change}");
        assert!(matches!(said, Err(Error::Damaged(_) | Error::Log(_))), "{change}: {said:?}");
    }
    assert_eq!(book.audit().unwrap(), audit);
}

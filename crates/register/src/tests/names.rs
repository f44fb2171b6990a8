//! Names as the book keeps them: those that wait, those that stand together, those of older books.

use incident::name::{Entry, Scope};
use incident::record::Channel;

use super::*;
use crate::Error;

pub(super) fn names(shelf: &Shelf) {
    let place = shelf.place();
    let mut book = open(&place);
    for name in ["W32/Fresh.A", "W32/Fresh.B", "W32/Mimail.R", "W32/Netsky.P"] {
        take(&mut book, &virus_form("a@example.jp", "2005-05-12", &[name]), Channel::Form, MAY);
    }
    take(&mut book, "/x: Win.Worm.Fresh-1 FOUND\n", Channel::Log, MAY);
    let before = book.count("ipa-2005", month("2005-05")).unwrap();
    assert_eq!((before.total.as_whole(), before.awaiting["fresh"]), (Some(1), 2));
    let waiting = book.waiting_names(10).unwrap();
    assert_eq!(
        waiting.iter().map(|w| (w.stem.as_str(), w.times)).collect::<Vec<_>>(),
        [("fresh", 3), ("mimail", 1)]
    );
    let family = Entry::Family { family: "Fresh".into(), source: "a test".into() };
    let version = book.decide(family.clone(), "ann", NOW).unwrap();
    let after = book.count("ipa-2005", month("2005-05")).unwrap();
    assert_eq!((after.total.as_whole(), after.names_version), (Some(2), version));
    let pieces = book.count("detections-2004", month("2005-05")).unwrap();
    assert_eq!(pieces.parts["Fresh"].as_whole(), Some(1));
    assert!(matches!(book.decide(family, "ann", NOW), Err(Error::Name(_))));
    // What was decided is there when the book is opened again, by whomever.
    let mut other = open(&place);
    assert_eq!(other.names().version(), version);
    let alias = Entry::Alias {
        alias: "stale".into(),
        family: "Fresh".into(),
        scope: Scope::default(),
        source: "a test".into(),
        supersedes: None,
    };
    other.decide(alias, "bob", NOW).unwrap();
    assert_eq!(book.count("ipa-2005", month("2005-05")).unwrap().names_version, version + 1);
    book.audit().unwrap();
}

fn alias(alias: &str, family: &str) -> Entry {
    let (alias, family) = (alias.to_owned(), family.to_owned());
    let (scope, source) = (Scope::default(), "a test".to_owned());
    Entry::Alias { alias, family, scope, source, supersedes: None }
}

/// A name with two families in it waits, and is decided by itself.
pub(super) fn names_together(shelf: &Shelf) {
    let mut book = shelf.book();
    let names = [
        "Netsky or Bagle",
        "Foobarix and Netsky",
        "Zorglub, Netsky",
        "Netsky + Quuxar",
        "W32/Netsky.P",
    ];
    for (day, name) in (1..).zip(names) {
        let form = virus_form("a@example.jp", &format!("2005-05-0{day}"), &[name]);
        take(&mut book, &form, Channel::Form, MAY);
        take(&mut book, &format!("/x: {name} FOUND\n"), Channel::Log, MAY);
    }
    let told = |book: &mut Register| {
        book.audit().unwrap();
        let count = book.count("ipa-2005", month("2005-05")).unwrap();
        let parts = count.parts.iter().map(|(name, share)| format!("{name} {share}"));
        let waiting = count.awaiting.iter().map(|(stem, times)| format!("{stem} {times}"));
        parts.chain(waiting).collect::<Vec<_>>().join(", ")
    };
    assert_eq!(told(&mut book), "Netsky 2, bagle+netsky 1, foobarix 1, zorglub 1");
    // Not by what only one of them is called.
    book.decide(alias("BAGLE+netsky", "Bagle"), "ann", NOW).unwrap();
    assert_eq!(told(&mut book), "Bagle 1, Netsky 2, foobarix 1, zorglub 1");
    book.decide(alias("foobarix", "Netsky"), "ann", NOW).unwrap();
    assert_eq!(told(&mut book), "Bagle 1, Netsky 3, zorglub 1");
    // What becomes a family is one in every name.
    for family in ["Zorglub", "Quuxar"] {
        let entry = Entry::Family { family: family.into(), source: "a test".into() };
        book.decide(entry, "ann", NOW).unwrap();
    }
    assert_eq!(told(&mut book), "Bagle 1, Netsky 2, netsky+quuxar 1, netsky+zorglub 1");
    let family = Entry::Family { family: "Netsky+Quuxar".into(), source: "a test".into() };
    assert!(matches!(book.decide(family, "ann", NOW), Err(Error::Name(_))));
}

/// What an earlier program looked names and contacts up by is written anew.
pub(super) fn compared_anew(shelf: &Shelf) {
    let place = shelf.place();
    let mut book = open(&place);
    let form = virus_form("Taro <taro@example.jp>", "2005-05-12", &["Netsky or Bagle"]);
    take(&mut book, &form, Channel::Form, MAY);
    drop(book);
    let mut link = crate::link::Link::open(&place).unwrap();
    for sql in [
        "update line set stem = 'netsky', family = 'Netsky', leads = 1",
        "update contact set mark = 'mail:taro <taro@example.jp>'",
        "delete from migration where number > 3",
    ] {
        link.run(sql, &[]).unwrap();
    }
    drop(link);
    let mut book = open(&place);
    book.audit().unwrap();
    assert_eq!(total(&mut book, "ipa-2005", "2005-05"), 0);
    assert_eq!(book.waiting_names(9).unwrap()[0].stem, "bagle+netsky");
    let form = virus_form("taro@example.jp", "2005-05-13", &["W32/Netsky.P"]);
    take(&mut book, &form, Channel::Form, MAY);
    let reporters = [1, 2].map(|id| book.show(id).unwrap().reporter.unwrap().id);
    assert_eq!(reporters[0], reporters[1]);
    let end = book.log_end().unwrap();
    drop(book);
    assert_eq!(open(&place).log_end().unwrap(), end, "once");
}

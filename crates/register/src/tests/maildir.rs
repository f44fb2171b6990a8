//! Maildirs, collected once, twice, and by two after a kill.

use std::path::Path;

use incident::record::Disposition;

use super::*;

fn mail(n: usize) -> String {
    let form = virus_form("", "2005-05-12", &["W32/Netsky.P"]);
    format!("From: {n}@example.jp\nMessage-ID: <{n}@example.jp>\n\n{form}")
}

fn deliver(maildir: &Path, name: &str, text: &str) {
    std::fs::create_dir_all(maildir.join("new")).unwrap();
    std::fs::write(maildir.join("new").join(name), text).unwrap();
}

fn files(folder: &Path) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

#[test]
fn each_mail_counts_once() {
    let shelf = Shelf::folder();
    let mut book = shelf.book();
    let folder = tempfile::tempdir().unwrap();
    for n in 0..250 {
        // The seconds of 2005-05-14 in Tokyo.
        deliver(folder.path(), &format!("{}.{n}.host", 1_115_996_400 + n), &mail(n));
    }
    std::fs::create_dir(folder.path().join("new/folder")).unwrap();
    let collected = book.collect(folder.path(), NOW).unwrap();
    assert_eq!((collected.taken.len(), collected.left.len()), (250, 1));
    assert_eq!((files(&folder.path().join("new")), files(&folder.path().join("cur"))), (1, 250));
    assert!(collected.taken.iter().all(|taken| taken.disposition == Disposition::Parsed));
    assert_eq!(total(&mut book, "ipa-2005", "2005-05"), 250);
    assert!(book.collect(folder.path(), NOW).unwrap().taken.is_empty());
    // A mail that was stored and not put away when the power went comes again.
    deliver(folder.path(), "1115996400.0.host", &mail(0));
    let again = book.collect(folder.path(), NOW).unwrap();
    assert_eq!(again.taken[0].disposition, Disposition::Duplicate);
    assert_eq!(total(&mut book, "ipa-2005", "2005-05"), 250);
    book.collect(&folder.path().join("nowhere"), NOW).unwrap_err();
}

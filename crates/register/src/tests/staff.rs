//! Accounts, and the thread that keeps a book.

use std::sync::mpsc::channel;

use incident::record::{Channel, Disposition};
use incident::staff::Role;
use intake::Format;

use super::*;
use crate::{Error, Invitation, Item, Queue};

const LATER: Micros = NOW + HOUR;

fn invite(book: &mut Register, mark: &str, role: Role) {
    let invitation = Invitation { mark: mark.into(), role, secret: "s".into(), until: LATER };
    book.invite(&invitation, "start", NOW).unwrap();
}

pub(super) fn accounts(shelf: &Shelf) {
    let mut book = shelf.book();
    invite(&mut book, "m1", Role::Administrator);
    assert!(book.invitation("m1", LATER + 1).unwrap().is_none());
    assert!(book.join_staff("m2", "eve", "p", 1, NOW).is_err());
    let first = book.join_staff("m1", "ann", "p", 7, NOW).unwrap();
    assert_eq!((first.role, first.active, first.step), (Role::Administrator, true, 7));
    // An invitation holds once, and a name is one person's.
    assert!(book.join_staff("m1", "eve", "p", 1, NOW).is_err());
    invite(&mut book, "m2", Role::Analyst);
    assert!(matches!(book.join_staff("m2", "ann", "p", 1, NOW), Err(Error::Taken(_))));
    let second = book.join_staff("m2", "bob", "p", 1, NOW).unwrap();

    // A code holds once; a session until it ends.
    assert!(!book.begin_session(first.id, 7, "s1", "g", LATER, NOW).unwrap());
    assert!(book.begin_session(first.id, 8, "s1", "g", LATER, NOW).unwrap());
    assert!(book.begin_session(second.id, 8, "s2", "g2", LATER, NOW).unwrap());
    let (who, guard) = book.session("s1", NOW).unwrap().unwrap();
    assert_eq!((who.name.as_str(), guard.as_str()), ("ann", "g"));
    assert!(book.session("s1", LATER + 1).unwrap().is_none());
    assert!(book.session("s3", NOW).unwrap().is_none());

    // Somebody always looks after accounts; whoever is changed enters anew.
    let last = book.change_account("ann", Role::Editor, true, "ann", NOW);
    assert!(matches!(last, Err(Error::LastAdministrator)));
    assert!(book.session("s1", NOW).unwrap().is_some());
    book.change_account("bob", Role::Administrator, true, "ann", NOW).unwrap();
    assert!(book.session("s2", NOW).unwrap().is_none());
    book.change_account("ann", Role::Analyst, false, "bob", NOW).unwrap();
    assert!(book.session("s1", NOW).unwrap().is_none());
    assert!(!book.begin_session(first.id, 9, "s4", "g", LATER, NOW).unwrap());
    assert_eq!(book.accounts().unwrap().len(), 2);
    book.audit().unwrap();
}

#[test]
fn what_comes_together_is_committed_together() {
    let shelf = Shelf::folder();
    let (queue, thread) = Queue::start(shelf.book()).unwrap();
    // The book is kept busy until everything waits.
    let (open, gate) = channel::<()>();
    queue.ask(move |_| gate.recv().unwrap()).unwrap();
    let (tell, told) = channel();
    for n in 0..200 {
        // Each twice, as by an impatient sender.
        let mail = format!("{}@example.jp", n / 2);
        let text = virus_form(&mail, "2005-05-12", &["W32/Netsky.P"]);
        let text = format!("Reference: {}\n{text}", n / 2);
        let tell = tell.clone();
        let answer = Box::new(move |taken| tell.send(taken).unwrap());
        let (bytes, format) = (text.into_bytes(), Some(Format::Form));
        queue.take(Item { bytes, channel: Channel::Form, received: MAY, format, answer }).unwrap();
    }
    open.send(()).unwrap();
    let taken: Vec<crate::Taken> = told.iter().take(200).map(Result::unwrap).collect();
    let of = |disposition| taken.iter().filter(|one| one.disposition == disposition).count();
    assert_eq!((of(Disposition::Parsed), of(Disposition::Duplicate)), (100, 100));
    drop(queue);
    let mut book = thread.join().unwrap();
    assert_eq!(total(&mut book, "ipa-2005", "2005-05"), 100);
    book.audit().unwrap();
}

#[test]
fn what_is_too_much_is_told() {
    let (queue, thread) = Queue::start(Shelf::folder().book()).unwrap();
    let (open, gate) = channel::<()>();
    queue.ask(move |_| assert!(gate.recv().is_err())).unwrap();
    let busy = (0..2_000).find_map(|_| queue.ask(|_| ()).err());
    assert!(matches!(busy, Some(Error::Busy)));
    drop(open);
    drop(queue);
    thread.join().unwrap();
}

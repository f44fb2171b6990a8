//! What every database must do.

use incident::case::Change;
use incident::record::{Channel, Disposition, Kind};
use incident::rule::{Standing, Why};

use super::*;
use crate::{Error, Search};

type Part = (&'static str, fn(&Shelf));

const PARTS: [Part; 19] = [
    ("schema", super::schema::steps_lead_to_the_fresh_tables),
    ("dispositions", dispositions),
    ("twice", twice),
    ("earlier", earlier),
    ("leads", leads),
    ("names", super::names::names),
    ("names_together", super::names::names_together),
    ("compared_anew", super::names::compared_anew),
    ("erasure", erasure),
    ("cases", cases),
    ("vintages", vintages),
    ("lists", lists),
    ("long_searches", long_searches),
    ("accounts", super::staff::accounts),
    ("audits", super::audits::audits),
    ("dry_runs", dry_runs),
    ("killed", killed),
    ("two_readers", two_readers),
    ("differences", differences),
];

#[test]
fn on_sqlite() {
    let shelf = Shelf::folder();
    for (_, part) in PARTS {
        part(&shelf);
    }
}

#[test]
fn on_postgresql() {
    let Some(cluster) = cluster::Cluster::start() else { return };
    let shelf = Shelf::Cluster(cluster);
    for (name, part) in PARTS {
        let begun = std::time::Instant::now();
        part(&shelf);
        eprintln!("{name}: {:?}", begun.elapsed());
    }
    super::property::sql_counts_like_the_rules(&shelf, 10);
}

fn dispositions(shelf: &Shelf) {
    let mut book = shelf.book();
    let form = virus_form("a@example.jp", "2005-05-12", &["W32/Netsky.P"]);
    let half = "virus,discovered\nW32/Netsky.P,2005-05-12\nW32/Netsky.P,\n";
    let bounce = "From: a@example.jp\nSubject: x\nAuto-Submitted: auto-replied\n\nAway.\n";
    for (text, channel, wanted) in [
        (form.as_str(), Channel::Form, Disposition::Parsed),
        (half, Channel::File, Disposition::InPart),
        ("a letter without a form", Channel::File, Disposition::Unsupported),
        ("Virus: W32/Netsky.P\n", Channel::Form, Disposition::Corrupt),
        (form.as_str(), Channel::Api, Disposition::Duplicate),
        (bounce, Channel::Mail, Disposition::NotAReport),
        ("  \n", Channel::Form, Disposition::NotAReport),
    ] {
        let taken = take(&mut book, text, channel, MAY);
        assert_eq!(taken.disposition, wanted, "{text} {:?}", taken.faults);
        assert_eq!(book.item(taken.item).unwrap().disposition, wanted);
        assert_eq!(book.item_bytes(taken.item).unwrap().unwrap(), text.as_bytes());
    }
    let totals = book.totals().unwrap();
    assert_eq!((totals.received, totals.filings), (7, 2));
    assert_eq!(totals.by_disposition.values().sum::<u64>(), 7);
    assert_eq!(totals.by_disposition[&Disposition::NotAReport], 2);
    let huge = vec![b'x'; intake::MOST_BYTES + 1];
    let refused = book.take_in(&[raw(&huge, Channel::File, MAY)], NOW);
    assert!(matches!(refused, Err(Error::TooLarge(_))));
}

fn twice(shelf: &Shelf) {
    let mut book = shelf.book();
    let mail = |route: &str| {
        format!(
            "Received: {route}\nFrom: a@example.jp\nMessage-ID: <1@example.jp>\nSubject: report\n\n{}",
            access_form("access attempt", false, "")
        )
    };
    let first = take(&mut book, &mail("one"), Channel::Mail, MAY);
    let second = take(&mut book, &mail("another"), Channel::Mail, MAY + 1);
    let same = take(&mut book, &mail("one"), Channel::File, MAY + 2);
    assert_eq!((second.disposition, second.same_as), (Disposition::Duplicate, Some(first.item)));
    assert_eq!(second.again, [first.filings[0].0]);
    assert_eq!((same.disposition, same.same_as), (Disposition::Duplicate, Some(first.item)));
    assert_eq!(total(&mut book, "access-one-category", "2005-05"), 1);
    // The same reference with other words is another report: nobody can shut out somebody else's.
    let other = mail("one").replace("access attempt", "worm trace");
    assert_eq!(take(&mut book, &other, Channel::Mail, MAY).disposition, Disposition::Parsed);
    // Two equal filings without a reference are two, where their bytes differ at all.
    for end in ["", "\n"] {
        take(&mut book, &(access_form("worm trace", false, "") + end), Channel::Form, MAY);
    }
    assert_eq!(total(&mut book, "access-one-category", "2005-05"), 4);
}

fn earlier(shelf: &Shelf) {
    let mut book = shelf.book();
    let form = virus_form("a@example.jp", "2005-04-30", &["W32/Netsky.P"]);
    let log = "/x: Eicar-Test-Signature FOUND\n";
    for (text, first) in [(form.as_str(), Channel::Form), (log, Channel::Log)] {
        take(&mut book, text, first, MAY + 3 * HOUR);
        // Each copy came earlier than those before it.
        for earlier in [MAY + HOUR, MAY - HOUR] {
            let taken = take(&mut book, text, Channel::File, earlier);
            assert_eq!(taken.disposition, Disposition::Duplicate);
        }
        take(&mut book, text, first, MAY + 2 * HOUR);
    }
    assert_eq!(total(&mut book, "ipa-2005", "2005-04"), 1);
    assert_eq!(total(&mut book, "ipa-2005", "2005-05"), 0);
    assert_eq!(total(&mut book, "detections-2004", "2005-04"), 1);
    book.audit().unwrap();
    // Where a line without a stamp stands among others depends on when its copy came.
    let mixed = "/x: Netsky.A FOUND\nMon May  2 10:00:00 2005 -> /y: Netsky/Bagle FOUND\n";
    for received in [MAY + 40 * DAY, MAY + 20 * DAY, MAY - 20 * DAY, MAY - 10 * DAY] {
        take(&mut book, mixed, Channel::Log, received);
    }
    let april = book.count("detections-2004", month("2005-04")).unwrap();
    let may = book.count("detections-2004", month("2005-05")).unwrap();
    assert_eq!((april.parts["Netsky"].as_whole(), april.awaiting.len()), (Some(1), 1));
    assert_eq!((may.parts.get("Netsky"), may.awaiting["bagle+netsky"]), (None, 1));
    book.audit().unwrap();
}

fn leads(shelf: &Shelf) {
    let mut book = shelf.book();
    // In the wrong order, with two lines of one family, by two reporters and by nobody.
    for (mail, received, names) in [
        ("a@example.jp", MAY + 3 * HOUR, &["W32/Netsky.P", "W32/Netsky.Q"][..]),
        ("A@EXAMPLE.JP", MAY - HOUR, &["WORM_NETSKY.D"]),
        ("a@example.jp", MAY + HOUR, &["W32/Netsky.P", "W32/Bagle.A"]),
        ("b@example.jp", MAY + HOUR, &["W32/Netsky.P"]),
        ("", MAY + HOUR, &["W32/Netsky.P", "W32/Netsky.B"]),
        ("", MAY + 2 * HOUR, &["W32/Netsky.P"]),
    ] {
        take(&mut book, &virus_form(mail, "2005-04-30", names), Channel::Form, received);
    }
    let may = book.count("ipa-2005", month("2005-05")).unwrap();
    let told: Vec<(&str, Option<u64>)> =
        may.parts.iter().map(|(family, share)| (family.as_str(), share.as_whole())).collect();
    assert_eq!(told, [("Bagle", Some(1)), ("Netsky", Some(3))]);
    assert_eq!(total(&mut book, "ipa-2005", "2005-04"), 1);
    assert_eq!(total(&mut book, "ipa-2019", "2005-05"), 5);
}

fn erasure(shelf: &Shelf) {
    let mut book = shelf.book();
    let form = virus_form("secret@example.jp", "2005-05-12", &["W32/Netsky.P"]);
    let taken = take(&mut book, &form, Channel::Form, MAY);
    let again = virus_form("secret@example.jp", "2005-05-12", &["W32/Netsky.Q"]);
    take(&mut book, &again, Channel::Form, MAY + 1);
    let table = "mail,virus,discovered\nsecret@example.jp,W32/Bagle.A,2005-05-12\nother@example.jp,W32/Bagle.A,2005-05-12\n";
    let table = take(&mut book, table, Channel::File, MAY);
    // What came beside: an answer to the report, a form and a file that could not be read, somebody else's form.
    let receipt = taken.filings[0].1;
    let answer = format!("From: Secret@example.jp\nSubject: Re: {receipt}\n\nthank you\n");
    let answer = take(&mut book, &answer, Channel::Mail, MAY + 2);
    let unread = virus_form("SECRET@example.jp", "soon", &["W32/Netsky.P"]);
    let unread = take(&mut book, &unread, Channel::Form, MAY + 2);
    let file = "mail,virus,colour\nsecret@example.jp,W32/Bagle.A,red\n";
    let file = take(&mut book, file, Channel::File, MAY + 2);
    let another = virus_form("other@example.jp", "soon", &["W32/Netsky.P"]);
    let another = take(&mut book, &another, Channel::Form, MAY + 2);
    let reporter = book.show(taken.filings[0].0).unwrap().reporter.unwrap().id;
    assert!(book.contact(reporter).unwrap().is_some());
    let counts = |book: &mut Register| {
        ["ipa-2005", "ipa-2019", "detections-2004"]
            .map(|rule| book.count(rule, month("2005-05")).unwrap())
    };
    let before = counts(&mut book);
    let erased = book.erase(reporter, "ann", NOW).unwrap();
    assert!(erased.contact && erased.withdrawn.contains(&taken.item));
    assert_eq!(erased.kept, [table.item, file.item]);
    for gone in [answer.item, unread.item] {
        assert!(erased.withdrawn.contains(&gone), "{erased:?}");
        assert_eq!(book.item_bytes(gone).unwrap(), None);
    }
    assert!(book.item_bytes(another.item).unwrap().is_some());
    assert_eq!(book.contact(reporter).unwrap(), None);
    assert_eq!(book.item_bytes(taken.item).unwrap(), None);
    assert_eq!(counts(&mut book), before);
    assert_eq!(book.show(taken.filings[0].0).unwrap().reporter.unwrap().id, reporter);
    let told =
        format!("{:?} {:?}", book.log_after(0, 1_000).unwrap(), book.every_filing().unwrap());
    assert!(!told.contains("secret"));
    // The same bytes again are still a duplicate.
    assert_eq!(take(&mut book, &form, Channel::Form, MAY).disposition, Disposition::Duplicate);
    assert_eq!(book.audit().unwrap().withdrawn, 4);
}

fn cases(shelf: &Shelf) {
    let place = shelf.place();
    let mut book = open(&place);
    let filings: Vec<i64> = (0..4)
        .map(|n| {
            take(
                &mut book,
                &access_form("worm trace", false, &format!("Note: {n}\n")),
                Channel::Form,
                MAY,
            )
            .filings[0]
                .0
        })
        .collect();
    let before = book.count("access-one-category", month("2005-05")).unwrap();
    let (one, other) =
        (book.open_case("one", "ann", NOW).unwrap(), book.open_case("other", "ann", NOW).unwrap());
    for filing in &filings {
        let change = Change::Linked { filing: *filing, incident: None };
        book.change_case(if *filing % 2 == 0 { one } else { other }, change, "ann", NOW).unwrap();
    }
    let merge = book.change_case(one, Change::Merged { into: other }, "ann", NOW).unwrap();
    assert_eq!(book.board().unwrap().filings(other).unwrap().len(), 4);
    book.change_case(other, Change::Undone { event: merge }, "bob", NOW).unwrap();
    let off = book.split_case(other, "apart", &filings[..1], "bob", NOW).unwrap();
    let board = book.board().unwrap();
    assert_eq!(board.filings(off).unwrap(), [filings[0]].into());
    assert_eq!(board.filings(one).unwrap().len(), 2);
    let head = book.log_end().unwrap();
    for change in
        [Change::Moved { state: "lost".into() }, Change::Linked { filing: 999, incident: None }]
    {
        book.change_case(one, change, "bob", NOW).unwrap_err();
    }
    assert_eq!(book.log_end().unwrap(), head);
    assert_eq!(book.count("access-one-category", month("2005-05")).unwrap(), before);
    // What another program does to a case is seen, and a board that was kept is the one that is read anew.
    let mut second = open(&place);
    let said = Change::Commented { text: "from elsewhere".into() };
    second.change_case(one, said, "bob", NOW).unwrap();
    let cases = |book: &mut Register| book.board().unwrap().cases().cloned().collect::<Vec<_>>();
    let kept = cases(&mut book);
    assert_eq!(kept, cases(&mut open(&place)));
    assert_eq!(kept.iter().map(|case| case.comments.len()).sum::<usize>(), 1);
    book.audit().unwrap();
}

fn vintages(shelf: &Shelf) {
    let mut book = shelf.book();
    let may = month("2005-05");
    let virus = |book: &mut Register, day: i64| {
        let form = virus_form("a@example.jp", &format!("2005-05-{day:02}"), &["W32/Netsky.P"]);
        take(book, &form, Channel::Form, MAY + day * DAY);
    };
    virus(&mut book, 1);
    let first = book.publish("ipa-2005", may, "ann", NOW).unwrap();
    assert_eq!((first.number, first.standing), (1, Standing::Preliminary));
    assert_eq!(book.publish("ipa-2005", may, "ann", NOW).unwrap(), first);
    book.close_month(may, "ann", NOW).unwrap();
    assert!(matches!(book.close_month(may, "ann", NOW), Err(Error::Closed(_))));
    let closed = book.publish("ipa-2005", may, "ann", NOW).unwrap();
    assert_eq!((closed.number, closed.standing), (2, Standing::Closed));
    virus(&mut book, 2);
    let revised = book.publish("ipa-2005", may, "ann", NOW).unwrap();
    assert_eq!((revised.number, revised.standing), (3, Standing::Revised));
    assert_eq!(revised.before, Some(closed.count.total));
    let standings = book.standings("ipa-2005", may).unwrap();
    assert_eq!(standings.vintages, [first, closed, revised]);
    let refused = book.compare("ipa-2005", month("2004-02"), may, &[]);
    assert!(matches!(refused, Err(Error::Compare(_))));
    assert_eq!(
        book.compare("ipa-2005", month("2004-02"), may, &["2004-03-form"]).unwrap().across.len(),
        1
    );
}

fn lists(shelf: &Shelf) {
    let mut book = shelf.book();
    for n in 0..30 {
        let name = if n % 3 == 0 { "W32/Netsky.P" } else { "W32/Bagle.A" };
        take(
            &mut book,
            &virus_form("", &format!("2005-05-{:02}", n + 1), &[name]),
            Channel::Form,
            MAY,
        );
    }
    let story =
        "Occurred: 2005-05-14\nNarrative: 何者かにページが改ざんされた\nVirus: not a field here\n";
    let taken = take(&mut book, &access_form("intrusion", true, story), Channel::Form, MAY);
    let mut pages = Vec::new();
    let mut search = Search { kind: Some(Kind::Virus), most: 7, ..Search::default() };
    loop {
        let page = book.list(&search).unwrap();
        pages.extend(page.filings.iter().map(|filing| filing.id));
        search.before = page.next;
        if page.next.is_none() {
            break;
        }
    }
    assert_eq!(pages, (1..=30).rev().collect::<Vec<_>>());
    let mut find = |words: &str| {
        let search = Search { words: Some(words.into()), most: 100, ..Search::default() };
        book.list(&search).unwrap().filings
    };
    assert_eq!(find("netsky").len(), 10);
    assert_eq!(find("NETSKY w32").len(), 10);
    assert_eq!(find("netsky bagle").len(), 0);
    assert_eq!(find("...").len(), 0);
    assert_eq!(find("改ざん")[0].id, taken.filings[0].0);
    let receipt = taken.filings[0].1;
    assert_eq!(find(&receipt.to_string().to_lowercase())[0].id, taken.filings[0].0);
    let id = book.by_receipt(receipt).unwrap();
    let shown = book.show(id).unwrap();
    assert_eq!((shown.filing.receipt, shown.item.id), (receipt, taken.item));
    // A letter with the number in its subject joins the report.
    let letter = format!("From: a@example.jp\nSubject: Re: [{receipt}]\n\nMore about it.\n");
    let answer = take(&mut book, &letter, Channel::Mail, MAY);
    assert_eq!((answer.disposition, answer.filings.len()), (Disposition::Parsed, 0));
    assert_eq!(book.show(id).unwrap().answers, [answer.item]);
    let stranger = letter.replace(&receipt.to_string(), "0000-0000-0000");
    assert_eq!(
        take(&mut book, &stranger, Channel::Mail, MAY).disposition,
        Disposition::Unsupported
    );
    assert!(matches!(book.show(999), Err(Error::NotFound(_))));
}

/// More filings of a word than one page looks at.
fn long_searches(shelf: &Shelf) {
    let mut book = shelf.book();
    let row =
        |n: usize| format!("worm trace,no,{}\n", if n == 2 { "common rare" } else { "common odd" });
    let table: String = (0..4_500).map(row).collect();
    take(&mut book, &format!("category,damage,note\n{table}"), Channel::File, MAY);
    let row = |n: usize| format!("worm trace,no,other words {n} rare\n");
    let table: String = (0..4_500).map(row).collect();
    take(&mut book, &format!("category,damage,note\n{table}"), Channel::File, MAY);
    let mut search = Search { words: Some("common rare".into()), most: 50, ..Search::default() };
    let (mut found, mut pages) = (Vec::new(), 0);
    loop {
        let page = book.list(&search).unwrap();
        found.extend(page.filings.iter().map(|filing| filing.id));
        pages += 1;
        search.before = page.next;
        if page.next.is_none() {
            break;
        }
    }
    assert_eq!((found, pages), (vec![3], 3));
}

fn dry_runs(shelf: &Shelf) {
    let mut book = shelf.book();
    let table = "reference,mail,virus,discovered\n1,a@example.jp,W32/Netsky.P,2005-05-12\n,,,\n2,a@example.jp,W32/Netsky.P,soon\n1,a@example.jp,W32/Netsky.P,2005-05-12\n3,a@example.jp\n";
    let raw = raw(table.as_bytes(), Channel::File, MAY);
    let fates = book.dry_run(&raw).unwrap();
    let told: Vec<&str> = fates.rows.iter().map(|row| row.fate).collect();
    assert_eq!(told, ["other", "report", "other", "refused", "duplicate", "refused"]);
    assert_eq!(fates.totals.values().sum::<u64>(), 6);
    assert_eq!(book.totals().unwrap().received, 0);
    let taken = book.take_in(&[raw], NOW).unwrap().remove(0);
    assert_eq!(
        (taken.disposition, taken.filings.len(), taken.again.len()),
        (Disposition::InPart, 1, 1)
    );
    assert_eq!(book.dry_run(&raw).unwrap().totals["duplicate"], 2);
}

fn killed(shelf: &Shelf) {
    let place = shelf.place();
    drop(open(&place));
    let form = virus_form("a@example.jp", "2005-05-12", &["W32/Netsky.P"]);
    let mut link = crate::link::Link::open(&place).unwrap();
    let sha256 = incident::Hash::of(form.as_bytes()).to_string();
    // As it is when the power goes after the item is stored.
    let content = [sha256.as_str().into(), crate::link::Value::Bytes(form.into_bytes())];
    link.run("insert into content (sha256, size, bytes) values (?1, 1, ?2)", &content).unwrap();
    let sql = "insert into item (id, sha256, channel, received, disposition, faults)
               values (1, ?1, 'form', ?2, 'waiting', '[]')";
    link.run(sql, &[sha256.into(), MAY.into()]).unwrap();
    let mut book = open(&place);
    assert_eq!(total(&mut book, "ipa-2005", "2005-05"), 1);
    assert_eq!(book.item(1).unwrap().disposition, Disposition::Parsed);
    book.audit().unwrap();
}

/// Somebody opens the book between the two halves of taking in, and reads what waits.
fn two_readers(shelf: &Shelf) {
    let place = shelf.place();
    let mut book = open(&place);
    let form = virus_form("", "2005-05-12", &["W32/Netsky.P"]);
    let raws = [raw(form.as_bytes(), Channel::Form, MAY)];
    let stored = book.store_all(&raws).unwrap();
    let mut other = open(&place);
    let taken = book.read_all(&stored, &raws, NOW).unwrap();
    assert_eq!((taken[0].disposition, taken[0].filings.len()), (Disposition::Parsed, 1));
    assert_eq!(total(&mut other, "ipa-2005", "2005-05"), 1);
    assert_eq!(book.audit().unwrap().filings, 1);
}

fn differences(shelf: &Shelf) {
    let mut book = shelf.book();
    for names in [&["W32/Netsky.P", "W32/Bagle.A"][..], &["W32/Netsky.Q"]] {
        take(&mut book, &virus_form("a@example.jp", "2005-05-12", names), Channel::Form, MAY);
    }
    let apart = book.differences("ipa-2005", "ipa-2019", month("2005-05")).unwrap();
    assert_eq!(apart.len(), 2);
    assert_eq!(apart[1].one.why, Why::SameAs(vec![1]));
    assert!(book.differences("ipa-2005", "nobody", month("2005-05")).is_err());
}

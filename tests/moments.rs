//! Bulletins as of a moment, and what a later one says of an earlier one.

use std::path::Path;

use crate::bulletin::{report, says, words};
use crate::common::Observatory;

/// As of a moment, only what was received by then is counted, and what comes later changes nothing of it.
#[test]
fn a_book_is_told_as_of_an_earlier_moment() {
    let observatory = Observatory::new();
    observatory.settings("zone = \"Asia/Tokyo\"\n");
    let form = |who: &str, name: &str| {
        let text = format!(
            "Category: dos\nDamage: [x] yes [ ] no\nMail: {who}@example.org\nNote: {who}\n"
        );
        observatory.file(name, text)
    };
    report(&observatory, "2005-05-10T03:00:00Z", &[form("a", "a.txt"), form("b", "b.txt")]);
    report(&observatory, "2005-05-20T03:00:00Z", &[form("c", "c.txt")]);
    let out = observatory.data().with_file_name("bulletin").display().to_string();
    let data = observatory.data().display().to_string();
    let make = |moment: &[&str]| {
        let words = ["bulletin", "make", "--month", "2005-05", "--lang", "en", "--out", &out];
        observatory.run(&[&words, moment].concat()).ended(0);
        words_of(&out)
    };
    says(&make(&[]), "3 reports of unauthorized access were received in May 2005.");
    says(&make(&[]), "had been received by 20 May 2005, 03:00:00 UTC");
    let earlier = ["--as-of", "2005-05-15T00:00:00Z"];
    let page = make(&earlier);
    says(&page, "2 reports of unauthorized access were received in May 2005.");
    says(&page, "had been received by 15 May 2005, 00:00:00 UTC");
    let verify = ["bulletin", "verify", &out, "--data", &data];
    observatory.run(&verify).ended(0);
    report(&observatory, "2005-05-25T03:00:00Z", &[form("d", "d.txt")]);
    observatory.run(&verify).ended(0);
    assert_eq!(make(&earlier), page, "the same moment, the same bulletin");
    report(&observatory, "2005-05-14T03:00:00Z", &[form("e", "e.txt")]);
    let said = observatory.run(&verify).ended(1).out;
    says(&said, "the archive, claim access-reports: said 2, now 3");
    says(&make(&["--as-of", "2005-05-01T00:00:00Z"]), "There is no data of this month.");
}

fn words_of(bundle: &str) -> String {
    words(&Path::new(bundle).join("index.en.html"))
}

/// A published bulletin's month is looked at again in the next one: what came late is told as a revision.
#[test]
fn the_next_bulletin_tells_revisions() {
    let observatory = Observatory::new();
    observatory.settings("zone = \"Asia/Tokyo\"\n");
    let form = |who: &str| {
        let text = format!(
            "Category: dos\nDamage: [x] yes [ ] no\nMail: {who}@example.org\nNote: {who}\n"
        );
        observatory.file(&format!("{who}.txt"), text)
    };
    let april = observatory.data().join("bulletins/2005-04").display().to_string();
    let may = observatory.data().join("bulletins/2005-05").display().to_string();
    let make = |month: &str, out: &str| {
        observatory
            .run(&["bulletin", "make", "--month", month, "--lang", "en", "--out", out])
            .ended(0);
        words_of(out)
    };
    report(&observatory, "2005-04-10T03:00:00Z", &[form("a"), form("b")]);
    make("2005-04", &april);
    report(&observatory, "2005-05-10T03:00:00Z", &[form("c")]);
    says(&make("2005-05", &may), "Earlier bulletins were not looked at.");
    for state in ["reviewed", "published"] {
        observatory.run(&["bulletin", "state", &april, "--to", state]).ended(0);
    }
    says(&make("2005-05", &may), "compared with what is known now: none was revised.");
    report(&observatory, "2005-04-20T03:00:00Z", &[form("late")]);
    let page = make("2005-05", &may);
    says(
        &page,
        "2 figures of earlier bulletins were compared with what is known now; 2 were revised",
    );
    says(&page, "April 2005Reports of unauthorized access23+1");
    let data = observatory.data().display().to_string();
    observatory.run(&["bulletin", "verify", &may, "--data", &data]).ended(0);
}

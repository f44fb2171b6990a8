//! Pages in the language of whoever asks, all of them and all of each.

use std::collections::BTreeSet;

use super::desk::report;
use super::*;

/// The texts of a page that people read: between tags, and in labels for those who do not see it.
fn texts(page: &str) -> BTreeSet<String> {
    let body = page.split_once("<body>").map_or(page, |(_, body)| body);
    let mut found = BTreeSet::new();
    for piece in body.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        found.insert(text.trim().to_owned());
        for name in ["aria-label=\"", "placeholder=\"", "title=\""] {
            if let Some((_, rest)) = tag.split_once(name) {
                found.insert(rest.split('"').next().unwrap_or_default().to_owned());
            }
        }
    }
    found
}

/// Whether a text is the same in every language: numbers, marks, and what people and standards named.
fn is_data(text: &str) -> bool {
    const NAMED: [&str; 14] = [
        "ann",
        "eve",
        "W32/",
        "netsky",
        "Netsky",
        "obodyknows",
        "RSIT",
        "TLP",
        "Asia/Tokyo",
        "English",
        "日本語",
        "text/plain",
        "example.jp",
        "analysis of it",
    ];
    let words = text.split(|c: char| !c.is_ascii_alphabetic());
    let letters = words.filter(|word| word.len() > 1 && *word != "JST").count();
    let hex = text.len() >= 32 && text.chars().all(|c| c.is_ascii_hexdigit());
    // A secret of codes, and the path of an invitation.
    let secret = text.len() == 39 && text.split(' ').all(|four| four.len() == 4);
    let path = text.starts_with("/staff/join/");
    let receipt = text.parse::<incident::record::Receipt>().is_ok();
    // Labels of RSIT: class:type.
    let label = text.split(", ").all(|word| word.parse::<incident::record::Label>().is_ok());
    letters == 0
        || hex
        || receipt
        || label
        || secret
        || path
        || NAMED.iter().any(|named| text.contains(named))
}

/// A house with something of everything.
async fn furnished() -> (House, Somebody) {
    let house = House::new();
    let eve = house.somebody("eve", Role::Administrator).await;
    report(&house, "Mail: a@example.jp\nClass: school\nVirus: W32/Netsky.P; Nobodyknows.A\nVendor: x\nDiscovered: 2005-05-12\nRoute: mail\nTLP: red\n").await;
    report(&house, "Category: intrusion\nDamage: yes\nCause: unpatched\nOccurred: 2005-05-03\nHow found: logs\nNote: analysis of it\nRecovery: analysis of it\nPublish: no\nNarrative: analysis of it\n").await;
    report(&house, "Subject: analysis of it\nQuestion: analysis of it\nAbout: 7K2M-0QX9-V4TD\n")
        .await;
    house.mail().await;
    for title in ["analysis of it", "analysis of it, again"] {
        eve.post(&house, "/staff/cases", &[("title", title), ("filing", "2")]).await.is(303);
    }
    for (act, value) in [
        ("assign", "eve"),
        ("assign", ""),
        ("comment", "analysis of it"),
        ("state", "working"),
        ("due", "2026-01-31"),
        ("due", ""),
        ("incident", "analysis of it"),
        ("link", "3"),
        ("unlink", "3"),
        ("due", "2020-01-31"),
    ] {
        eve.post(&house, "/staff/cases/1", &[("act", act), ("value", value)]).await.is(303);
    }
    let split = [("act", "split"), ("value", "analysis of it"), ("filings", "2")];
    eve.post(&house, "/staff/cases/1", &split).await.is(303);
    eve.post(&house, "/staff/cases/2", &[("act", "merge"), ("value", "1")]).await.is(303);
    (house, eve)
}

#[tokio::test]
async fn no_page_is_half_in_another_language() {
    let (house, eve) = furnished().await;
    let month = open_month();
    let reporter = house.book(|book| book.show(1)).await.reporter.unwrap().id;
    let number = format!("/staff/reporters?number={reporter}");
    let (this, past) = (format!("/staff/months/{month}"), "/staff/months/2005-05".to_owned());
    eve.post(&house, &past, &[("act", "close"), ("sure", "yes")]).await.is(303);
    eve.post(&house, &this, &[("act", "publish")]).await.is(303);
    let invitation = house.counter_path(&eve).await;
    let mut paths: Vec<String> = [
        "/staff",
        "/staff?find=absent",
        "/staff?kind=access",
        "/staff?kind=sing",
        "/staff/reports/1",
        "/staff/reports/2",
        "/staff/reports/3",
        "/staff/reports/4",
        "/staff/reports/99",
        "/staff/cases",
        "/staff/cases/1",
        "/staff/cases/2",
        "/staff/cases/3",
        "/staff/cases/99",
        "/staff/months",
        "/staff/months?month=x",
        "/staff/names",
        "/staff/reporters",
        "/staff/reporters?number=x",
        "/staff/accounts",
        "/staff/login",
        "/staff/join/none",
        "/staff/nowhere",
    ]
    .map(str::to_owned)
    .into();
    paths.extend([this.clone(), past.clone(), number.clone(), invitation]);
    for path in &paths {
        let [english, japanese] = in_both(&eve, &house, path, None).await;
        compare(path, &english, &japanese);
    }
    // What is sent, and refused.
    let erase = |sure: &'static str| vec![("act", "erase"), ("number", "0"), ("sure", sure)];
    for (path, fields) in [
        ("/staff/cases", vec![("title", "")]),
        ("/staff/cases", vec![]),
        ("/staff/cases/1", vec![("act", "link"), ("value", "x")]),
        ("/staff/cases/1", vec![("act", "link"), ("value", "1 2")]),
        ("/staff/cases/1", vec![("act", "link"), ("value", "99")]),
        ("/staff/cases/1", vec![("act", "state"), ("value", "x")]),
        ("/staff/cases/1", vec![("act", "due"), ("value", "x")]),
        ("/staff/cases/1", vec![("act", "comment"), ("value", "")]),
        ("/staff/cases/1", vec![("act", "split"), ("value", "")]),
        ("/staff/cases/1", vec![("act", "merge"), ("value", "1")]),
        ("/staff/cases/1", vec![("act", "undo"), ("value", "1")]),
        ("/staff/cases/1", vec![("act", "sing")]),
        ("/staff/cases/2", vec![("act", "comment"), ("value", "x")]),
        (&past, vec![("act", "close"), ("sure", "yes")]),
        (&this, vec![("act", "close"), ("sure", "yes")]),
        (&this, vec![("act", "close")]),
        (&this, vec![("act", "open")]),
        ("/staff/names", vec![("stem", "x"), ("family", "")]),
        ("/staff/names", vec![("stem", "obodyknows"), ("family", "Absent")]),
        ("/staff/reporters", erase("yes")),
        ("/staff/reporters", vec![("act", "find"), ("mail", "absent@example.org")]),
        ("/staff/accounts", vec![("act", "change"), ("name", "eve"), ("role", "none")]),
        ("/staff/accounts", vec![("act", "invite"), ("role", "analyst")]),
        ("/staff/reports/1/sealed/0", vec![]),
        ("/staff/login", vec![("name", "x"), ("password", "x"), ("code", "x")]),
    ] {
        let [english, japanese] = in_both(&eve, &house, path, Some(&fields)).await;
        compare(&format!("{path} {fields:?}"), &english, &japanese);
    }
    // The public side, whatever is wrong with a form.
    for (form, fields) in [
        ("virus", vec![("virus", "W32/Netsky"), ("discovered", "x")]),
        ("virus", vec![("virus", "W32/Netsky")]),
        ("virus", vec![("discovered", "2005-05-12")]),
        ("virus", vec![("virus", "; ;"), ("discovered", "2005-05-12")]),
        ("virus", vec![("virus", "W32/Netsky"), ("discovered", "2005-05-12"), ("pieces", "x")]),
        ("virus", vec![("virus", "W32/Netsky"), ("discovered", "2005-05-12"), ("route", "x")]),
        ("access", vec![("category", "x"), ("damage", "yes")]),
        ("access", vec![("category", "dos")]),
        ("access", vec![("category", "dos"), ("damage", "x")]),
        ("access", vec![("category", "intrusion"), ("damage", "no")]),
        ("access", vec![("category", "worm trace"), ("damage", "yes")]),
        ("access", vec![("category", "other"), ("damage", "yes")]),
        ("question", vec![("question", "W32/Netsky"), ("about", "x")]),
        ("question", vec![]),
    ] {
        let both = ["en", "ja"].map(|tag| format!("/{tag}/{form}"));
        let english = house.post(&both[0], &fields).await.is(422);
        let japanese = house.post(&both[1], &fields).await.is(422);
        compare(&format!("{form} {fields:?}"), &english, &japanese);
    }
    for path in ["/", "/nowhere", "/virus", "/status", "/virus/x"] {
        let english = house.get(&format!("/en{path}")).await;
        compare(path, &english, &house.get(&format!("/ja{path}")).await);
    }
}

async fn in_both(
    eve: &Somebody,
    house: &House,
    path: &str,
    fields: Option<&[(&str, &str)]>,
) -> [Said; 2] {
    let mut said = Vec::new();
    for tag in ["en", "ja"] {
        said.push(match fields {
            Some(fields) => eve.post_in(house, tag, path, fields).await,
            None => eve.get_in(house, tag, path).await,
        });
    }
    said.try_into().unwrap()
}

fn compare(what: &str, english: &Said, japanese: &Said) {
    assert_eq!(english.status, japanese.status, "{what}");
    assert_ne!(japanese.status.as_u16() / 100, 5, "{what}: {}", japanese.text);
    let kind = japanese.headers.get(CONTENT_TYPE).map(|kind| kind.to_str().unwrap());
    assert_eq!(kind, Some("text/html; charset=utf-8"), "{what}: {}", japanese.text);
    assert!(japanese.text.contains("<html lang=\"ja\">"), "{what}");
    assert!(english.text.contains("<html lang=\"en\">"), "{what}");
    let (english, japanese) = (texts(&english.text), texts(&japanese.text));
    for text in english.intersection(&japanese) {
        assert!(is_data(text), "{what}: {text:?} is the same in both languages");
    }
    assert!(japanese.iter().any(|text| text.chars().any(|c| c > '\u{2fff}')), "{what}");
    let wide = |text: &&String| text.chars().any(|c| c > '\u{2fff}') && *text != "日本語";
    let wide: Vec<_> = english.iter().filter(wide).collect();
    assert!(wide.is_empty(), "{what}: {wide:?}");
}

#[tokio::test]
async fn a_language_is_chosen_and_kept() {
    let house = House::new();
    let ann = house.somebody("ann", Role::Analyst).await;
    let said = house.get("/staff/language/ja?back=/staff/cases/1").await.is(303);
    assert_eq!(said.to(), "/staff/cases/1");
    let cookie = said.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.starts_with("language=ja; Path=/staff;"), "{cookie}");
    assert_eq!(house.get("/staff/language/ja?back=//example.org").await.to(), "/staff");
    house.get("/staff/language/fr").await.is(404);
    // Nobody's choice: the browser's.
    let request = |path: &str| Request::get(path).header("accept-language", "ja,en;q=0.5");
    let said = house.send(request("/staff/login").body(Body::empty()).unwrap()).await;
    assert!(said.text.contains("サインイン"));
    assert_eq!(house.send(request("/").body(Body::empty()).unwrap()).await.to(), "/ja");
    // A choice holds against the browser's, and the pages of everybody know no cookie.
    let page = ann.get_in(&house, "ja", "/staff").await.is(200);
    assert!(page.text.contains("サインアウト"));
    let page = ann.get_in(&house, "ja", "/en").await.is(200);
    assert!(page.text.contains("Report an incident") && page.headers.get("set-cookie").is_none());
}

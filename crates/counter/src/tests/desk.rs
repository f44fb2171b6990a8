//! The staff at work.

use incident::record::Channel;
use intake::Format;
use register::Item;

use super::*;

pub(super) async fn report(house: &House, text: &str) {
    let (bytes, answer) = (text.as_bytes().to_vec(), Box::new(|_| ()));
    let format = Some(Format::Form);
    let item = Item { bytes, channel: Channel::Form, received: now(), format, answer };
    assert_eq!(house.counter.take(item).await.unwrap().filings.len(), 1);
}

/// The code that a program would show so many steps from now.
fn code(secret: &str, steps: i64) -> String {
    let secret = data_encoding::BASE32_NOPAD.decode(secret.as_bytes()).unwrap();
    format!("{:06}", secret::code(&secret, now() / 30_000_000 + steps))
}

#[tokio::test]
async fn the_first_administrator_comes_by_the_link() {
    let house = House::new();
    let old = house.counter.first_path().await.unwrap().unwrap();
    let path = house.counter.first_path().await.unwrap().unwrap();
    house.get(&old).await.is(404);
    let page = house.get(&path).await.is(200);
    let secret: String = page.between("<code>", "</code>").split(' ').collect();
    assert!(page.text.contains("You are invited as administrator"));
    assert!(
        page.text.contains(&format!(
            "otpauth://totp/Example%20%26%20Co:administrator?secret={secret}&amp;issuer="
        )),
        "{}",
        page.text
    );
    let first = code(&secret, 0);
    let join = async |name: &str, password: &str, code: &str| {
        let fields = [("name", name), ("password", password), ("again", password), ("code", code)];
        house.post(&path, &fields).await
    };
    let good = "correct horse battery";
    join("ann", "too short", &first).await.is(422);
    join("<ann>", good, &first).await.is(422);
    join("ann", good, "123").await.is(422);
    join("ann", good, &first).await.is(303);
    join("eve", good, &first).await.is(404);
    assert_eq!(house.counter.first_path().await.unwrap(), None);

    let enter = async |name: &str, password: &str, code: &str| {
        let fields = [("name", name), ("password", password), ("code", code)];
        house.post("/staff/login", &fields).await
    };
    // The code of the account's beginning is used up.
    enter("ann", good, &first).await.is(403);
    let second = code(&secret, 1);
    enter("ann", "another password", &second).await.is(403);
    enter("bob", good, &second).await.is(403);
    let said = enter("ann", good, &second).await.is(303);
    let cookie = said.headers["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("; HttpOnly; SameSite=Strict") && cookie.contains("Path=/staff"));
    let token = cookie.split(['=', ';']).nth(1).unwrap().to_owned();
    let ann = Somebody { token };
    let page = ann.get(&house, "/staff/accounts").await.is(200);
    let guard = page.between("name=\"guard\" value=\"", "\"").to_owned();

    // She invites, and cannot leave nobody to look after accounts.
    let post = async |path: &str, fields: &[(&str, &str)]| {
        let fields = [fields, &[("guard", guard.as_str())]].concat();
        house.send(form(path, &fields, Some(&ann.token))).await
    };
    let said = post("/staff/accounts", &[("act", "invite"), ("role", "analyst")]).await.is(200);
    assert!(said.text.contains("/staff/join/"));
    let change = [("act", "change"), ("name", "ann"), ("role", "none")];
    assert!(post("/staff/accounts", &change).await.is(409).text.contains("last administrator"));
    let out = post("/staff/logout", &[]).await.is(303);
    assert!(out.headers["set-cookie"].to_str().unwrap().contains("Max-Age=0"));
    assert_eq!(ann.get(&house, "/staff").await.is(303).to(), "/staff/login");
}

#[tokio::test]
async fn red_is_for_editors() {
    let house = House::new();
    report(&house, "Question: an open one\nTLP: green\n").await;
    report(&house, "Question: a closed one\nTLP: red\n").await;
    let analyst = house.somebody("ann", Role::Analyst).await;
    let editor = house.somebody("bob", Role::Editor).await;
    for (somebody, sees) in [(&analyst, false), (&editor, true)] {
        for path in ["/staff", "/staff?find=closed", "/staff?kind=consultation"] {
            let list = somebody.get(&house, path).await.is(200);
            assert_eq!(list.text.contains("a closed one"), sees, "{path}");
            assert_eq!(list.text.contains("1 on this page are TLP:RED"), !sees, "{path}");
        }
        let wanted = if sees { 200 } else { 403 };
        somebody.get(&house, "/staff/reports/2").await.is(wanted);
        somebody.api(&house, "GET", "/api/v1/reports/2", "").await.is(wanted);
        let list = somebody.api(&house, "GET", "/api/v1/reports", "").await.is(200).json();
        assert_eq!(list["reports"].as_array().unwrap().len(), if sees { 2 } else { 1 });
        // Nobody learns by a link what they may not see.
        let open = [("title", "x"), ("filing", "2")];
        somebody.post(&house, "/staff/cases", &open).await.is(if sees { 303 } else { 403 });
    }
    let link = [("act", "link"), ("value", "2")];
    analyst.post(&house, "/staff/cases/1", &link).await.is(403);
    editor.post(&house, "/staff/cases/1", &link).await.is(303);
    let page = analyst.get(&house, "/staff/reports/1").await.is(200);
    assert!(page.text.contains("an open one") && page.text.contains("anonymous"));
    analyst.get(&house, "/staff/reports/99").await.is(404);
    analyst.get(&house, "/staff/reports/x").await.is(404);
}

#[tokio::test]
async fn cases_are_worked_on() {
    let house = House::new();
    for n in 1..=3 {
        report(&house, &format!("Question: number {n}\n")).await;
    }
    let ann = house.somebody("ann", Role::Analyst).await;
    let open = async |title: &str, filing: &str| {
        let fields = [("title", title), ("filing", filing)];
        let said = ann.post(&house, "/staff/cases", &fields).await.is(303);
        said.to().to_owned()
    };
    let (first, second) = (open("a worm <1>", "1").await, open("another", "2").await);
    let act = async |path: &str, act: &str, value: &str| {
        ann.post(&house, path, &[("act", act), ("value", value)]).await
    };
    for (what, value) in [
        ("link", "3"),
        ("assign", "ann"),
        ("comment", "asked <them>"),
        ("state", "working"),
        ("due", "2026-01-31"),
        ("incident", "the first machine"),
    ] {
        assert_eq!(act(&first, what, value).await.is(303).to(), first);
    }
    let page = ann.get(&house, &first).await.is(200);
    for words in [
        "a worm &lt;1&gt;",
        "asked &lt;them&gt;",
        "2026-01-31",
        "the first machine",
        "moved it to working",
    ] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert!(ann.get(&house, "/staff/cases").await.is(200).text.contains("a worm &lt;1&gt;"));
    act(&second, "merge", "1").await.is(303);
    act(&second, "comment", "too late").await.is(409);
    let merged = ann.get(&house, &second).await.is(200);
    assert!(merged.text.contains("It goes on as part of"));
    let event = merged
        .between("name=\"act\" value=\"undo\"><input type=\"hidden\" name=\"value\" value=\"", "\"")
        .to_owned();
    act(&second, "undo", &event).await.is(303);
    act(&second, "comment", "in time").await.is(303);
    let split = [("act", "split"), ("value", "a part"), ("filings", "3")];
    let part = ann.post(&house, &first, &split).await.is(303).to().to_owned();
    assert_eq!(part, "/staff/cases/3");
    for (what, value) in [
        ("link", "99"),
        ("link", "x"),
        ("state", "lost"),
        ("due", "soon"),
        ("comment", ""),
        ("sing", "x"),
    ] {
        let status = act(&first, what, value).await.status.as_u16();
        assert!((400..500).contains(&status), "{what}: {status}");
    }
    ann.get(&house, "/staff/cases/99").await.is(404);
    // Whoever has the receipt sees that somebody is at it, and nothing else.
    let receipt = house.book(|book| book.show(1)).await.filing.receipt.to_string();
    let status = house.post("/en/status", &[("receipt", &receipt)]).await.is(200);
    assert!(status.text.contains("Somebody works on it") && !status.text.contains("ann"));
    house.book(Register::audit).await;
}

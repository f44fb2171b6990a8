//! The public forms.

use incident::record::{Body as Report, Disposition};
use register::Search;

use super::*;

const VIRUS: [(&str, &str); 5] = [
    ("virus", "W32/Netsky.P\r\nW32/Bagle.A"),
    ("discovered", "2005-05-12"),
    ("status", "found"),
    ("mail", "taro@example.jp"),
    ("vendor", ""),
];

async fn token(house: &House, path: &str) -> String {
    house.get(path).await.is(200).between("name=\"token\" value=\"", "\"").to_owned()
}

async fn reports(house: &House) -> usize {
    let search = Search { most: 200, ..Search::default() };
    house.book(move |book| book.list(&search)).await.filings.len()
}

#[tokio::test]
async fn a_form_is_one_report_however_often_it_is_sent() {
    let house = House::new();
    let token = token(&house, "/ja/virus").await;
    let fields = [&VIRUS[..], &[("token", token.as_str())]].concat();
    let said = house.post("/ja/virus", &fields).await.is(200);
    let receipt = said.between("class=\"receipt\">", "<").to_owned();
    assert!(said.text.contains("受け付けました") && said.text.contains("lang=\"ja\""));
    for language in ["ja", "en"] {
        let again = house.post(&format!("/{language}/virus"), &fields).await.is(200);
        assert_eq!(again.between("class=\"receipt\">", "<"), receipt);
    }
    assert_eq!(reports(&house).await, 1);
    let month = "2026-01".parse().unwrap();
    drop(house.book(move |book| book.count("ipa-2005", month)).await);

    // Its holder asks what became of it.
    let asked = house.post("/en/status", &[("receipt", &receipt.to_lowercase())]).await.is(200);
    assert!(asked.text.contains("nobody works on it yet") && !asked.text.contains("Netsky"));
    house.get(&format!("/api/v1/receipts/{receipt}")).await.is(200);
    for wrong in ["7K2M-0QX9-V4TD", "", "<b>"] {
        let said = house.post("/ja/status", &[("receipt", wrong)]).await.is(404);
        assert!(said.text.contains("この受付番号の届出はありません") && !said.text.contains("<b>"));
    }
}

#[tokio::test]
async fn what_cannot_be_read_is_kept_and_told() {
    let house = House::new();
    let fields = [("virus", "W32/<b>"), ("token", "t"), ("discovered", "yesterday")];
    let said = house.post("/en/virus", &fields).await.is(422);
    assert!(
        said.text.contains("Day of discovery: &quot;yesterday&quot; is no day"),
        "{}",
        said.text
    );
    // What was said stands in the form again, and the token is the same.
    assert!(said.text.contains("W32/&lt;b&gt;</textarea>") && said.text.contains("value=\"t\""));
    let item = house.book(|book| book.item(1)).await;
    assert_eq!(item.disposition, Disposition::Corrupt);
    let said = house.post("/ja/access", &[("category", "intrusion"), ("damage", "no")]).await;
    assert!(said.is(422).text.contains("「侵入」は実害のあった場合の分類です"));
    house.post("/ja/question", &[("subject", "nothing else")]).await.is(422);
    assert_eq!(house.book(Register::audit).await.totals.received, 3);
}

/// Whatever stands in a field stays in it.
#[tokio::test]
async fn no_field_breaks_out() {
    let house = House::new();
    let text = "is it safe?\r\nVirus: W32/Netsky.P\r\nDiscovered: 2005-05-12\r\n\",\"x\n-- \n> quoted; [x] yes";
    let fields = [("question", text), ("subject", "a,\"b\"\n"), ("token", "1"), ("virus", "W32/X")];
    house.post("/en/question", &fields).await.is(200);
    let shown = house.book(|book| book.show(1)).await;
    let Report::Consultation(question) = shown.filing.body else { panic!() };
    assert_eq!((question.text.as_str(), question.subject.as_str()), (text, "a,\"b\""));
    assert_eq!(reports(&house).await, 1);
}

#[tokio::test]
async fn a_network_may_send_so_much_and_no_more() {
    let house = House::with(|setup| setup.per_minute = 3);
    let send = async |peer: &str, forwarded: &str| {
        let mut request = form("/en/status", &[("receipt", "x")], None);
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
        house.send_from(peer, request).await.status.as_u16()
    };
    for _ in 0..3 {
        assert_eq!(send("192.0.2.1:1", "198.51.100.9").await, 404);
    }
    // Another port and another word about where it is from do not help; another network has its own.
    assert_eq!(send("192.0.2.1:2", "198.51.100.7").await, 429);
    assert_eq!(send("192.0.2.2:1", "198.51.100.9").await, 404);
    house.get("/en/virus").await.is(200);

    let house = House::with(|setup| (setup.per_minute, setup.behind_proxy) = (1, true));
    let send = async |forwarded: &str| {
        let mut request = form("/en/status", &[("receipt", "x")], None);
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
        house.send(request).await.status.as_u16()
    };
    assert_eq!(send("198.51.100.1").await, 404);
    assert_eq!(send("203.0.113.1, 198.51.100.1").await, 429);
    assert_eq!(send("198.51.100.1, 203.0.113.1").await, 404);
}

#[tokio::test]
async fn a_body_has_an_end() {
    let house = House::new();
    let large = "x".repeat(crate::MOST_BODY + 1);
    house.post("/en/question", &[("question", &large)]).await.is(413);
    house.send(Request::post("/api/v1/reports").body(Body::from(large)).unwrap()).await.is(413);
    assert_eq!(house.book(Register::audit).await.totals.received, 0);
    let request =
        Request::post("/en/virus").header(CONTENT_TYPE, "text/plain").body(Body::from("x"));
    house.send(request.unwrap()).await.is(415);
}

/// Every field has a label, every description is there, and all of it in both languages.
#[tokio::test]
async fn forms_are_accessible() {
    let house = House::new();
    for form in ["virus", "access", "question", "status"] {
        let pages =
            [house.get(&format!("/en/{form}")).await, house.get(&format!("/ja/{form}")).await];
        for page in &pages {
            let text = &page.text;
            let values = |attribute: &str| -> Vec<String> {
                let begin = format!(" {attribute}=\"");
                text.split(&begin)
                    .skip(1)
                    .map(|rest| rest.split('"').next().unwrap().to_owned())
                    .collect()
            };
            let ids = values("id");
            let unique: std::collections::BTreeSet<&String> = ids.iter().collect();
            assert_eq!(unique.len(), ids.len(), "{form}: {ids:?}");
            for name in ["for", "aria-describedby", "aria-labelledby"] {
                assert!(values(name).iter().all(|id| ids.contains(id)), "{form} {name}");
            }
            let labels = values("for");
            for tag in [
                "<textarea",
                "<select",
                "<input type=\"text\"",
                "<input type=\"date\"",
                "<input type=\"email\"",
            ] {
                for control in text.split(tag).skip(1) {
                    let control = control.split('>').next().unwrap();
                    let id = control.split("id=\"").nth(1).and_then(|rest| rest.split('"').next());
                    assert!(
                        labels.iter().any(|label| Some(label.as_str()) == id),
                        "{form}: {control}"
                    );
                }
            }
            assert!(!text.contains("<script") && !text.contains("style=\""));
        }
        // No English label is left in Japanese.
        let [english, japanese] = &pages;
        let labels = |page: &Said| -> Vec<String> {
            let parts = page.text.split("<label for=").skip(1);
            parts
                .map(|rest| rest.split_once('>').unwrap().1.split('<').next().unwrap().to_owned())
                .collect()
        };
        for (one, other) in labels(english).iter().zip(labels(japanese)) {
            assert!(other.chars().any(|c| c > '\u{2fff}') && *one != other, "{one} {other}");
        }
    }
}

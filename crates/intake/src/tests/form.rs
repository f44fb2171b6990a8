//! Forms in two languages.

use incident::record::{
    Category, Cause, Channel, Disposition, Found, Occurred, ReporterClass, Route, Tlp, VirusStatus,
};
use jiff::civil::date;
use proptest::prelude::*;

use super::{access, draft, of, virus};

#[test]
fn a_virus_report_in_english() {
    let text = "Virus report\n\nName: Taro\nMail: taro@example.jp\nClass: [ ] individual [x] company\nSector: retail\n\
        Discovery date: 2005-05-12\nStatus: [ ] found [x] infected\nVirus name: W32/Netsky.P@MM\nVirus name: W32/Bagle.A\n\
        Vendor: McAfee\nPieces: 12\nPieces: 1,000\nRoute: [x] mail [ ] web\nTLP: green\nReference: 2005-7\n";
    let draft = draft(text.as_bytes(), Channel::Form);
    let report = virus(&draft);
    assert_eq!((report.status, report.route), (VirusStatus::Infected, Route::Mail));
    assert_eq!((report.discovered, report.zone.as_str()), (date(2005, 5, 12), "Asia/Tokyo"));
    let lines: Vec<_> =
        report.lines.iter().map(|l| (l.name.as_str(), l.vendor.as_deref(), l.pieces)).collect();
    assert_eq!(
        lines,
        [
            ("W32/Netsky.P@MM", Some("McAfee"), Some(12)),
            ("W32/Bagle.A", Some("McAfee"), Some(1_000))
        ]
    );
    let reporter = draft.reporter.as_ref().unwrap();
    assert_eq!(
        (reporter.class, reporter.sector.as_deref()),
        (ReporterClass::Company, Some("retail"))
    );
    assert_eq!((draft.tlp, draft.reference.as_deref()), (Tlp::Green, Some("2005-7")));
}

#[test]
fn a_virus_report_in_japanese() {
    let text = "【ウイルス発見届出】\n氏名：山田太郎\n区分：□個人　■企業\n発見日：平成１７年５月１２日\n状況：■発見　□感染\n\
        ウイルス名：Ｗ３２／Ｎｅｔｓｋｙ\n検出数：１２個\n感染経路：■メール　□ダウンロード\n";
    let draft = draft(text.as_bytes(), Channel::Form);
    let report = virus(&draft);
    assert_eq!((report.status, report.route), (VirusStatus::Found, Route::Mail));
    assert_eq!((report.discovered, report.lines[0].pieces), (date(2005, 5, 12), Some(12)));
    assert_eq!(report.lines[0].name, "Ｗ３２／Ｎｅｔｓｋｙ");
    assert_eq!(draft.reporter.unwrap().class, ReporterClass::Company);
}

#[test]
fn an_access_report() {
    let text = "分類：■侵入 □サービス妨害\n実害：■あり □なし\n原因：■パスワード管理不備\n発見方法：■外部からの連絡\n発生日：2005年5月3日\n\
        公表：□可 ■不可\nFacets: intrusions:system-compromise; fraud:phishing\n概要：ページが改ざんされた。\n分類：これは本文\n-- \nTaro\n";
    let draft = draft(text.as_bytes(), Channel::Form);
    let report = access(&draft);
    assert_eq!(
        (report.category, report.damage, report.cause),
        (Category::Intrusion, true, Cause::Password)
    );
    assert_eq!((report.found, report.facets.len()), (Found::Outside, 2));
    assert_eq!(report.occurred, Some(Occurred::Day(date(2005, 5, 3))));
    let narrative = report.narrative.as_ref().unwrap();
    assert_eq!(narrative.text, "ページが改ざんされた。\n分類：これは本文");
    assert!(!narrative.publish && draft.reporter.is_none());
}

#[test]
fn nothing_is_guessed() {
    let virus = "Virus: W32/Netsky.P\nDiscovered: 2005-05-12\n";
    let access = "Category: intrusion\nDamage: yes\n";
    for (form, fault) in [
        ("Virus: W32/Netsky.P\n".to_owned(), "discovered is missing"),
        ("Virus: W32/Netsky.P\nDiscovered: 12/5/2005\n".to_owned(), "is no day"),
        (format!("{virus}Status: [x] found [x] infected\n"), "more than one box"),
        (format!("{virus}Status: perhaps\n"), "is no choice"),
        (format!("{virus}Pieces: many\n"), "is no number"),
        (format!("{virus}Pieces: 1; 2\n"), "given 2 times for 1"),
        (format!("{virus}Zone: Asia/Edo\n"), "no time zone"),
        (format!("{virus}{access}"), "do not go together"),
        ("Category: [ ] intrusion [ ] dos\nDamage: no\n".to_owned(), "no box is ticked"),
        ("Category: intrusion\n".to_owned(), "damage is missing"),
        ("Category: intrusion\nDamage: no\n".to_owned(), "is damage"),
        ("Category: other\nDamage: yes\n".to_owned(), "needs a note"),
        ("Category: access attempt\nDamage: yes\n".to_owned(), "nothing was damaged"),
        (format!("{access}Facets: bad:luck\n"), "no label"),
        (format!("{access}Damage: no\n"), "more"),
    ] {
        let reading = of(form.as_bytes(), Channel::Form);
        assert_eq!(reading.disposition(), Disposition::Corrupt, "{form}");
        let faults = reading.faults().join("\n");
        assert!(faults.contains(fault) || fault == "more", "{form}: {faults}");
    }
}

#[test]
fn encodings() {
    let text = "発見日：2005年5月12日\nウイルス名：W32/Netsky\n";
    for encoding in
        [encoding_rs::ISO_2022_JP, encoding_rs::SHIFT_JIS, encoding_rs::EUC_JP, encoding_rs::UTF_8]
    {
        let bytes = encoding.encode(text).0;
        assert_eq!(virus(&draft(&bytes, Channel::File)).lines.len(), 1, "{}", encoding.name());
    }
}

proptest! {
    #[test]
    fn any_text_has_a_fate(text in "\\PC{0,300}", bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        for &channel in Channel::ALL {
            of(text.as_bytes(), channel);
            of(&bytes, channel);
        }
    }
}

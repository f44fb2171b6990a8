//! What fields are called.

use crate::text::narrow;

/// A field of a form, or a column of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Field {
    Reference,
    Name,
    Organisation,
    Mail,
    Phone,
    Class,
    Sector,
    Discovered,
    Zone,
    Status,
    Virus,
    Vendor,
    Pieces,
    Route,
    Category,
    Damage,
    Facets,
    Cause,
    Found,
    Occurred,
    Note,
    Recovery,
    Publish,
    Tlp,
    Subject,
    About,
    Question,
    Narrative,
}

/// The first name is the one that faults tell.
const NAMES: [(Field, &[&str]); 28] = [
    (Field::Reference, &["reference", "your reference", "整理番号"]),
    (Field::Name, &["name", "your name", "氏名", "お名前", "担当者名"]),
    (Field::Organisation, &["organisation", "organization", "組織名", "会社名", "所属"]),
    (Field::Mail, &["mail", "e-mail", "email", "mail address", "メールアドレス", "メール"]),
    (Field::Phone, &["phone", "telephone", "電話番号", "電話"]),
    (Field::Class, &["class", "reporter", "届出者の区分", "区分"]),
    (Field::Sector, &["sector", "業種"]),
    (
        Field::Discovered,
        &["discovered", "discovery date", "date of discovery", "発見日", "発見年月日"],
    ),
    (Field::Zone, &["zone", "time zone", "時間帯"]),
    (Field::Status, &["status", "found or infected", "状況", "感染の有無"]),
    (Field::Virus, &["virus", "virus name", "ウイルス名", "ウィルス名", "ウイルスの名称"]),
    (
        Field::Vendor,
        &["vendor", "scanner", "antivirus", "ワクチン", "ワクチンソフト", "対策ソフト"],
    ),
    (Field::Pieces, &["pieces", "number of pieces", "検出数", "個数"]),
    (Field::Route, &["route", "infection route", "感染経路", "経路"]),
    (Field::Category, &["category", "分類", "被害の分類"]),
    (Field::Damage, &["damage", "actual damage", "実害", "被害の有無"]),
    (Field::Facets, &["facets", "rsit"]),
    (Field::Cause, &["cause", "原因"]),
    (Field::Found, &["how found", "found by", "発見方法", "発見の経緯"]),
    (Field::Occurred, &["occurred", "発生日"]),
    (Field::Note, &["note", "補足"]),
    (Field::Recovery, &["recovery", "対処", "復旧"]),
    (Field::Publish, &["publish", "consent to publish", "公表", "公開の可否"]),
    (Field::Tlp, &["tlp"]),
    (Field::Subject, &["subject", "件名"]),
    (Field::About, &["about", "receipt", "受付番号"]),
    (Field::Question, &["question", "相談内容"]),
    (Field::Narrative, &["narrative", "what happened", "概要", "被害内容"]),
];

impl Field {
    /// Its first name.
    pub(crate) fn as_str(self) -> &'static str {
        let names = NAMES.iter().find(|(field, _)| *field == self);
        names.and_then(|(_, names)| names.first()).copied().unwrap_or("a field")
    }

    /// The field of a name, however wide or high it is written.
    pub(crate) fn of(name: &str) -> Option<Field> {
        // The longest name has fewer characters than this.
        if name.len() > 120 {
            return None;
        }
        let plain = narrow(name).to_lowercase().replace('_', " ");
        let plain = plain.trim().trim_start_matches(['*', '-', '・', '#']).trim();
        NAMES.iter().find(|(_, names)| names.contains(&plain)).map(|(field, _)| *field)
    }
}

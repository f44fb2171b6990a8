//! The fields of each form. Their names and choices are those that intake reads.

use super::Kind;
use super::field::{Field, Input};
use crate::words::Text;

/// Fields that belong together.
pub(super) struct Part {
    pub(super) title: Text<'static>,
    pub(super) fields: &'static [Field],
}

/// The parts of a form.
pub(super) const fn parts(kind: Kind) -> [&'static Part; 2] {
    match kind {
        Kind::Virus => [&VIRUS, &WHO],
        Kind::Access => [&ACCESS, &WHO],
        Kind::Question => [&QUESTION, &WHO],
    }
}

/// Every field of a form.
pub(super) fn fields(kind: Kind) -> impl Iterator<Item = &'static Field> {
    parts(kind).into_iter().flat_map(|part| part.fields)
}

/// Every field of every form, those about whoever reports once.
pub(super) fn every_field() -> impl Iterator<Item = &'static Field> {
    [&VIRUS, &ACCESS, &QUESTION, &WHO].into_iter().flat_map(|part| part.fields)
}

/// What a form says for a word of intake's.
pub(crate) fn choice(field: &str, word: &str) -> Option<Text<'static>> {
    let Input::One(choices) = every_field().find(|known| known.name == field)?.input else {
        return None;
    };
    choices.iter().find(|(known, _)| *known == word).map(|(_, text)| *text)
}

const YES_NO: &[(&str, Text<'_>)] = &[("yes", Text("Yes", "はい")), ("no", Text("No", "いいえ"))];

static VIRUS: Part = Part {
    title: Text("What was found", "発見したもの"),
    fields: &[
        Field::new("virus", Text("Name of the virus", "ウイルスの名称"), Input::Lines).must().hint(
            "As your scanner shows it, one in each line, such as W32/Netsky.P",
            "対策ソフトの表示のとおり、1行に1つ（例 W32/Netsky.P）",
        ),
        Field::new("vendor", Text("Scanner", "対策ソフト"), Input::Line("off"))
            .hint("Whose names these are", "名称を表示した製品"),
        Field::new("discovered", Text("Day of discovery", "発見年月日"), Input::Day).must(),
        Field::new(
            "status",
            Text("What happened", "状況"),
            Input::One(&[
                ("found", Text("It was found before it could act", "感染前に発見した")),
                ("infected", Text("It had infected a machine", "感染した")),
            ]),
        )
        .must(),
        Field::new("pieces", Text("Number of pieces", "検出数"), Input::Number)
            .hint("Where you name one virus", "ウイルスが1種類の場合"),
        Field::new(
            "route",
            Text("How it came", "経路"),
            Input::One(&[
                ("mail", Text("By mail", "メール")),
                ("web", Text("By a page", "ウェブページ")),
                ("download", Text("By a download", "ダウンロード")),
                ("media", Text("By a disk or memory stick", "外部媒体")),
                ("network", Text("Over the network by itself", "ネットワーク")),
                ("other", Text("Otherwise", "その他")),
                ("unknown", Text("Not known", "不明")),
            ]),
        ),
    ],
};

static ACCESS: Part = Part {
    title: Text("What happened", "被害の内容"),
    fields: &[
        Field::new(
            "category",
            Text("Category", "分類"),
            Input::One(&[
                ("intrusion", Text("Somebody got in", "侵入")),
                ("mail relay", Text("A mail server relayed others' mail", "メール不正中継")),
                ("worm infection", Text("A worm got in by itself", "ワーム感染")),
                ("dos", Text("A service was made unusable, or that was tried", "サービス妨害")),
                ("address spoofing", Text("Mail under our address", "メールアドレス詐称")),
                ("access attempt", Text("A probe that got nowhere", "アクセス形跡")),
                ("worm trace", Text("A worm that got nowhere", "ワーム形跡")),
                ("other", Text("Something else", "その他")),
            ]),
        )
        .must(),
        Field::new(
            "damage",
            Text("Was anything damaged?", "実害はありましたか"),
            Input::One(YES_NO),
        )
        .must(),
        Field::new("occurred", Text("Day on which it happened", "発生日"), Input::Day),
        Field::new(
            "cause",
            Text("What made it possible", "原因"),
            Input::One(&[
                ("password", Text("A password", "ID・パスワードの管理不備")),
                (
                    "unpatched",
                    Text("An old version, or a missing patch", "古いバージョン、パッチ未導入"),
                ),
                ("setting", Text("A wrong setting", "設定不備")),
                ("own flaw", Text("A flaw in our own program", "自作プログラムの脆弱性")),
                ("insider", Text("Somebody inside", "内部者")),
                ("other", Text("Something else", "その他")),
                ("unknown", Text("Not known", "不明")),
            ]),
        ),
        Field::new(
            "how found",
            Text("How it was noticed", "発見の経緯"),
            Input::One(&[
                ("logs", Text("In a log", "ログの確認")),
                ("monitoring", Text("By a tool that watches", "監視ツール")),
                ("behaviour", Text("Something behaved oddly", "挙動の異常")),
                ("outside", Text("Somebody outside said so", "外部からの連絡")),
                ("other", Text("Otherwise", "その他")),
                ("unknown", Text("Not known", "不明")),
            ]),
        ),
        Field::new("note", Text("Note", "補足"), Input::Line("off")).hint(
            "Needed where the category is something else",
            "分類が「その他」の場合は必ず記入",
        ),
        Field::new("narrative", Text("What happened", "概要"), Input::Lines),
        Field::new("recovery", Text("What was done about it", "対処"), Input::Lines),
        Field::new(
            "publish",
            Text(
                "May the description be published, without your name?",
                "概要を匿名で公表してよいですか",
            ),
            Input::One(YES_NO),
        ),
    ],
};

static QUESTION: Part = Part {
    title: Text("Your question", "ご相談"),
    fields: &[
        Field::new("subject", Text("Subject", "件名"), Input::Line("off")),
        Field::new("question", Text("Question", "相談内容"), Input::Lines).must(),
        Field::new(
            "about",
            Text("Receipt number of a report", "届出の受付番号"),
            Input::Line("off"),
        )
        .hint(
            "Where it is about a report, such as 7K2M-0QX9-V4TD",
            "届出に関する相談の場合（例 7K2M-0QX9-V4TD）",
        ),
    ],
};

static WHO: Part = Part {
    title: Text("Who you are, if you like", "届出者（任意）"),
    fields: &[
        Field::new("mail", Text("Address for mail", "メールアドレス"), Input::Line("email")).hint(
            "For questions of ours. It is kept apart, and erased when you ask.",
            "確認の連絡に使います。別に保管し、ご希望により消去します。",
        ),
        Field::new("organisation", Text("Organisation", "組織名"), Input::Line("organization")),
        Field::new("name", Text("Name", "氏名"), Input::Line("name")),
        Field::new(
            "class",
            Text("You are", "区分"),
            Input::One(&[
                ("individual", Text("A person at home", "個人")),
                ("company", Text("A company", "企業")),
                ("school", Text("A school or university", "教育・研究機関")),
                ("public", Text("A public office", "公的機関")),
                ("provider", Text("A provider of Internet access", "プロバイダ")),
                ("csirt", Text("A response team", "CSIRT")),
                ("other", Text("Something else", "その他")),
            ]),
        ),
    ],
};

//! Choices by the words that forms use for them.

use incident::record::{Category, Cause, Found, ReporterClass, Route, Tlp, VirusStatus};

/// A list of choices: the value, and the words for it beside its own.
pub(super) trait Choice: Copy + Sized + std::str::FromStr + 'static {
    /// Words beside the value's own, lower case.
    const WORDS: &'static [(Self, &'static [&'static str])];

    /// The choice that a text names.
    fn of(text: &str) -> Option<Self> {
        let plain = crate::text::narrow(text).trim().to_lowercase();
        let other = || Self::WORDS.iter().find(|(_, words)| words.contains(&plain.as_str()));
        plain.parse().ok().or_else(|| other().map(|(choice, _)| *choice))
    }
}

impl Choice for VirusStatus {
    const WORDS: &'static [(Self, &'static [&'static str])] = &[
        (VirusStatus::Found, &["found only", "発見", "発見のみ", "感染なし"]),
        (VirusStatus::Infected, &["感染", "感染あり", "感染した"]),
    ];
}

impl Choice for ReporterClass {
    const WORDS: &'static [(Self, &'static [&'static str])] = &[
        (ReporterClass::Individual, &["person", "個人"]),
        (ReporterClass::Company, &["business", "企業", "法人", "一般法人"]),
        (ReporterClass::School, &["university", "教育・研究・公的機関", "教育機関", "学校"]),
        (ReporterClass::Public, &["government", "公的機関", "官公庁"]),
        (ReporterClass::Provider, &["isp", "プロバイダ"]),
        (ReporterClass::Csirt, &["cert"]),
        (ReporterClass::Other, &["その他"]),
        (ReporterClass::Unknown, &["不明"]),
    ];
}

impl Choice for Route {
    const WORDS: &'static [(Self, &'static [&'static str])] = &[
        (Route::Mail, &["e-mail", "email", "メール", "電子メール"]),
        (Route::Web, &["page", "ホームページ", "ウェブ"]),
        (Route::Download, &["ダウンロード"]),
        (Route::Media, &["disk", "usb", "外部媒体", "媒体"]),
        (Route::Network, &["ネットワーク"]),
        (Route::Other, &["その他"]),
        (Route::Unknown, &["不明"]),
    ];
}

impl Choice for Category {
    const WORDS: &'static [(Self, &'static [&'static str])] = &[
        (Category::Intrusion, &["侵入"]),
        (Category::MailRelay, &["relay", "unauthorized mail relay", "メール不正中継", "不正中継"]),
        (Category::WormInfection, &["worm", "ワーム感染"]),
        (Category::Dos, &["denial of service", "サービス妨害"]),
        (
            Category::AddressSpoofing,
            &["source address spoofing", "アドレス詐称", "メールアドレス詐称"],
        ),
        (Category::Other, &["その他"]),
        (Category::AccessAttempt, &["attempt", "アクセス形跡", "不正アクセス形跡"]),
        (Category::WormTrace, &["trace of a worm", "ワーム形跡"]),
    ];
}

impl Choice for Cause {
    const WORDS: &'static [(Self, &'static [&'static str])] = &[
        (Cause::Password, &["weak password", "id・パスワード管理不備", "パスワード管理不備"]),
        (Cause::Unpatched, &["old version", "no patch", "古いバージョン", "パッチ未導入"]),
        (Cause::Setting, &["misconfiguration", "設定不備"]),
        (Cause::OwnFlaw, &["脆弱性"]),
        (Cause::Insider, &["内部者"]),
        (Cause::Other, &["その他"]),
        (Cause::Unknown, &["not known", "不明", "原因不明"]),
    ];
}

impl Choice for Found {
    const WORDS: &'static [(Self, &'static [&'static str])] = &[
        (Found::Logs, &["log", "ログ"]),
        (Found::Monitoring, &["ids", "監視"]),
        (Found::Behaviour, &["odd behaviour", "挙動"]),
        (Found::Outside, &["somebody outside", "外部からの連絡", "外部"]),
        (Found::Other, &["その他"]),
        (Found::Unknown, &["不明"]),
    ];
}

impl Choice for Tlp {
    const WORDS: &'static [(Self, &'static [&'static str])] = &[
        (Tlp::Red, &["red", "tlp:red"]),
        (Tlp::AmberStrict, &["amber+strict", "tlp:amber+strict"]),
        (Tlp::Amber, &["amber", "tlp:amber"]),
        (Tlp::Green, &["green", "tlp:green"]),
        (Tlp::Clear, &["clear", "tlp:clear", "white", "tlp:white"]),
    ];
}

/// Yes or no.
pub(super) fn yes(text: &str) -> Option<bool> {
    match crate::text::narrow(text).trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "あり" | "有" | "はい" | "可" | "する" => Some(true),
        "no" | "n" | "false" | "0" | "none" | "なし" | "無" | "いいえ" | "不可" | "しない" => {
            Some(false)
        }
        _ => None,
    }
}

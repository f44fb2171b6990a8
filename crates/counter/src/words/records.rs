//! What records are called on pages. In English it is the word that is stored; the choices of the public forms
//! are the Japanese of the same words.

use incident::case::StateKind;
use incident::record::{Category, Cause, Channel, Found, Kind, ReporterClass, Route, VirusStatus};
use incident::rule::Standing;
use incident::staff::Role;

use super::{Language, Text};
use crate::public::choice;

pub(crate) const fn role(role: Role) -> Text<'static> {
    Text(
        role.as_str(),
        match role {
            Role::Analyst => "分析担当",
            Role::Editor => "編集担当",
            Role::Administrator => "管理者",
        },
    )
}

pub(crate) const fn kind(kind: Kind) -> Text<'static> {
    Text(
        kind.as_str(),
        match kind {
            Kind::Virus => "ウイルス",
            Kind::Access => "不正アクセス",
            Kind::Consultation => "相談",
        },
    )
}

pub(crate) const fn channel(channel: Channel) -> Text<'static> {
    Text(
        channel.as_str(),
        match channel {
            Channel::Form => "入力フォーム",
            Channel::Mail => "メール",
            Channel::File => "ファイル",
            Channel::Api => "API",
            Channel::Log => "ログ",
        },
    )
}

pub(crate) const fn standing(standing: Standing) -> Text<'static> {
    Text(
        standing.as_str(),
        match standing {
            Standing::Preliminary => "速報値",
            Standing::Closed => "確定値",
            Standing::Revised => "改定値",
        },
    )
}

pub(crate) const fn state_kind(kind: StateKind) -> Text<'static> {
    match kind {
        StateKind::Open => Text("Somebody works on it", "対応中"),
        StateKind::Waiting => Text("We wait for somebody", "連絡待ち"),
        StateKind::Closed => Text("Closed", "対応完了"),
    }
}

pub(crate) fn class(class: ReporterClass) -> Text<'static> {
    form("class", class.as_str())
}

pub(crate) fn status(status: VirusStatus) -> Text<'static> {
    form("status", status.as_str())
}

pub(crate) fn route(route: Route) -> Text<'static> {
    form("route", route.as_str())
}

pub(crate) fn category(category: Category) -> Text<'static> {
    form("category", category.as_str())
}

pub(crate) fn cause(cause: Cause) -> Text<'static> {
    form("cause", cause.as_str())
}

pub(crate) fn found(found: Found) -> Text<'static> {
    form("how found", found.as_str())
}

/// A choice of a public form; what no form offers is what nobody knows.
fn form(field: &str, word: &'static str) -> Text<'static> {
    Text(word, choice(field, word).map_or("不明", |text| Language::Ja.of(&text)))
}

/// A state of a case: a team's own word, but for those that are there from the beginning.
pub(crate) fn state(language: Language, name: &str) -> &str {
    let shipped = match name {
        "new" => "新規",
        "working" => "作業中",
        "waiting" => "連絡待ち",
        "closed" => "完了",
        other => other,
    };
    language.say(name, shipped)
}

//! What the book of reports refuses, as a sentence.

use axum::http::StatusCode;
use incident::case::CaseError;
use incident::name::BadEntry;
use register::Error as E;

use super::Failure;
use crate::words::{Sentence, Text};

impl From<E> for Failure {
    fn from(error: E) -> Failure {
        let status = match &error {
            E::NotFound(_) | E::Case(CaseError::NoCase(_)) => StatusCode::NOT_FOUND,
            E::Case(_)
            | E::Taken(_)
            | E::LastAdministrator
            | E::Closed(_)
            | E::NotOver(_)
            | E::Withdrawn(_) => StatusCode::CONFLICT,
            E::Rule(_) | E::Count(_) | E::Name(_) => StatusCode::BAD_REQUEST,
            E::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            E::Busy => StatusCode::SERVICE_UNAVAILABLE,
            _ => {
                // What a database says is for the operator alone.
                tracing::error!("the book of reports: {error}");
                let words = Text(
                    "The book of reports failed. Nothing that was confirmed is lost.",
                    "届出簿で障害が起きました。受付済みのものは失われていません。",
                );
                return Failure::new(StatusCode::INTERNAL_SERVER_ERROR, words);
            }
        };
        let words = error.to_string();
        let mut chars = words.chars();
        let begin = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
        Failure::new(status, Sentence::new(format!("{begin}{}.", chars.as_str()), japanese(&error)))
    }
}

fn japanese(error: &E) -> String {
    match error {
        E::Case(error) => case(error),
        E::Name(error) => name(error),
        E::NotFound(_) => "該当するものがありません。番号をご確認ください。".to_owned(),
        E::Taken(name) => {
            format!("「{name}」はすでに使われています。ほかの名前にしてください。")
        }
        E::LastAdministrator => {
            "最後の管理者は変更できません。先に別の管理者を登録してください。".to_owned()
        }
        E::Closed(month) => format!("{month} はすでに締め切られています。"),
        E::NotOver(month) => format!("{month} はまだ終わっていないため、締め切れません。"),
        E::Withdrawn(item) => {
            format!("受信物 {item} の中身は消去されており、取り出せません。")
        }
        E::Rule(_) => "その集計規則はありません。".to_owned(),
        E::Count(_) => "その月は集計できません。2005-05 のように書いてください。".to_owned(),
        E::TooLarge(bytes) => format!("{bytes} バイトは大きすぎます。分けてお送りください。"),
        E::Busy => "混み合っています。しばらくしてからもう一度お試しください。".to_owned(),
        _ => "処理できませんでした。".to_owned(),
    }
}

fn case(error: &CaseError) -> String {
    match error {
        CaseError::NoCase(id) => format!("案件 {id} はありません。"),
        CaseError::Taken(id) => format!("案件 {id} はすでにあります。"),
        CaseError::Within(id, into) => format!(
            "案件 {id} は案件 {into} に統合されています。そちらで作業するか、統合を取り消してください。"
        ),
        CaseError::Circle(id) => format!("案件 {id} をそれ自身に統合することはできません。"),
        CaseError::NoState(state, all) => {
            format!("「{state}」という状態はありません。次のいずれかにしてください：{all}")
        }
        CaseError::NoLink(filing, id) => format!("届出 {filing} は案件 {id} に属していません。"),
        CaseError::NoIncident(number, id) => {
            format!("案件 {id} にインシデント {number} はありません。")
        }
        CaseError::NotUndoable(event) => {
            format!("記録 {event} は、取り消せる統合・分割ではありません。")
        }
    }
}

fn name(error: &BadEntry) -> String {
    match error {
        BadEntry::Twice(family) => format!("「{family}」という系統はすでにあります。"),
        BadEntry::NoFamily(family) => {
            format!("「{family}」という系統はありません。先に追加してください。")
        }
        BadEntry::Stem(stem) => {
            format!("「{stem}」は名称の要素になりません。英小文字と数字で書いてください。")
        }
        BadEntry::Supersedes(number) => format!("取り消す対象の別名 {number} がありません。"),
        BadEntry::Text(_) => "名称一覧を読み取れません。".to_owned(),
    }
}

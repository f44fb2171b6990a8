//! Failures: a sentence that says who is at fault and what to do, as a page or as JSON.

mod book;

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use maud::html;

use crate::shell;
use crate::words::{Language, Sentence, Text};

/// What a form says that no page of ours sends.
pub(crate) const NO_FORM: Text<'_> =
    Text("This is no form of ours.", "この窓口の入力フォームではありません。");

/// Why a request is not done.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{words}")]
pub(crate) struct Failure {
    pub(crate) status: StatusCode,
    words: Sentence,
}

impl Failure {
    pub(crate) fn new(status: StatusCode, words: impl Into<Sentence>) -> Failure {
        Failure { status, words: words.into() }
    }

    pub(crate) fn usage(words: impl Into<Sentence>) -> Failure {
        Failure::new(StatusCode::BAD_REQUEST, words)
    }

    pub(crate) fn forbidden(words: impl Into<Sentence>) -> Failure {
        Failure::new(StatusCode::FORBIDDEN, words)
    }

    pub(crate) fn missing() -> Failure {
        let words = Text("There is nothing at this address.", "このアドレスにページはありません。");
        Failure::new(StatusCode::NOT_FOUND, words)
    }

    pub(crate) fn not_so() -> Failure {
        let words =
            Text("This is not done to this address.", "このアドレスではその操作はできません。");
        Failure::new(StatusCode::METHOD_NOT_ALLOWED, words)
    }

    pub(crate) fn gone() -> Failure {
        let words = Text("The book of reports was closed.", "届出簿が閉じられました。");
        Failure::new(StatusCode::SERVICE_UNAVAILABLE, words)
    }

    pub(crate) fn too_many() -> Failure {
        let words = Text(
            "Too much came from your network in a minute. Wait a minute and send it again.",
            "お使いのネットワークからの送信が多すぎます。1分ほど待ってから、もう一度お送りください。",
        );
        Failure::new(StatusCode::TOO_MANY_REQUESTS, words)
    }

    /// As JSON.
    pub(crate) fn json(&self) -> Response {
        let error = Json(serde_json::json!({ "error": self.words.to_string() }));
        self.with_headers((self.status, error).into_response())
    }

    /// As a page in a language. `staff`: whether the way on is theirs.
    pub(crate) fn page(&self, language: Language, staff: bool) -> Response {
        let title = language.of(&title(self.status));
        let body = html! {
            header { h1 { (title) } }
            p { (self.words.of(language)) }
            @if staff { p { a href="/staff" { (language.say("To the reports", "届出一覧へ")) } } }
            @else { p { a href={ "/" (language.tag()) } { (language.say("To the beginning", "最初のページへ")) } } }
        };
        let page = shell::public(language, title, &body);
        self.with_headers((self.status, page).into_response())
    }

    fn with_headers(&self, mut response: Response) -> Response {
        let busy = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE];
        if busy.contains(&self.status) {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("60"));
        }
        response
    }
}

/// A status as a title.
fn title(status: StatusCode) -> Text<'static> {
    match status {
        StatusCode::BAD_REQUEST | StatusCode::UNPROCESSABLE_ENTITY => {
            Text("This cannot be done", "入力内容をご確認ください")
        }
        StatusCode::FORBIDDEN => Text("Not allowed", "権限がありません"),
        StatusCode::NOT_FOUND => Text("Not found", "見つかりません"),
        StatusCode::METHOD_NOT_ALLOWED => Text("Not done so", "この操作はできません"),
        StatusCode::CONFLICT => Text("Not as things stand", "現在の状態ではできません"),
        StatusCode::PAYLOAD_TOO_LARGE => Text("Too large", "大きすぎます"),
        StatusCode::TOO_MANY_REQUESTS => Text("Too much at once", "送信が多すぎます"),
        StatusCode::REQUEST_TIMEOUT => Text("Too slow", "時間がかかりすぎました"),
        StatusCode::SERVICE_UNAVAILABLE => Text("Busy", "混み合っています"),
        _ => Text("This failed", "処理できませんでした"),
    }
}

/// The page is written by `gate::tongue`, which knows the language.
impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// A failure of the programming interface.
#[derive(Debug)]
pub(crate) struct JsonFailure(pub(crate) Failure);

impl<E: Into<Failure>> From<E> for JsonFailure {
    fn from(error: E) -> JsonFailure {
        JsonFailure(error.into())
    }
}

impl IntoResponse for JsonFailure {
    fn into_response(self) -> Response {
        self.0.json()
    }
}

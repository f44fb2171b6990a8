//! What is wrong with a form, as a sentence about its own fields.

use incident::record::{BadAccess, BadVirus};
use intake::Fault;

use super::fields::every_field;
use crate::words::{Language, Sentence, category};

/// The sentence; a general one where nobody knows.
pub(super) fn sentence(fault: Option<&Fault>) -> Sentence {
    match fault {
        Some(fault) => Sentence::new(english(fault), japanese(fault)),
        None => Sentence::new(
            "It is stored, but could not be read. Please write to us.",
            "内容は保管しましたが、読み取れませんでした。お手数ですがご連絡ください。",
        ),
    }
}

/// A field by its name, as its form labels it.
fn label(language: Language, name: &'static str) -> &'static str {
    every_field().find(|field| field.name == name).map_or(name, |field| language.of(&field.label))
}

/// The sentence of intake, with the form's own word for the field.
fn english(fault: &Fault) -> String {
    let text = fault.to_string();
    let named = fault.field().and_then(|name| Some((name, text.strip_prefix(name)?)));
    let text = match named {
        Some((name, rest)) => format!("{}{rest}", label(Language::En, name)),
        None => text,
    };
    let mut chars = text.chars();
    let begin = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    format!("{begin}{}.", chars.as_str())
}

fn japanese(fault: &Fault) -> String {
    let name = |field| label(Language::Ja, field);
    match fault {
        Fault::Nothing => {
            "届出の内容がありません。ウイルスの名称、分類、相談内容のいずれかを記入してください。"
                .to_owned()
        }
        Fault::Mixed => "ウイルス、不正アクセス、相談は、それぞれ別にお送りください。".to_owned(),
        Fault::Missing(field) | Fault::NoTick(field) => format!("「{}」は必須です。", name(field)),
        Fault::Twice(field) | Fault::Ticks(field) => {
            format!("「{}」には1つだけ記入してください。", name(field))
        }
        Fault::Choice(field, said) => {
            format!("「{}」の「{said}」は選択肢にありません。", name(field))
        }
        Fault::YesNo(field, said) => {
            format!("「{}」の「{said}」は、「はい」か「いいえ」にしてください。", name(field))
        }
        Fault::Day(field, said) => format!(
            "「{}」の「{said}」は日付として読み取れません。2005-05-12 のように書いてください。",
            name(field)
        ),
        Fault::Number(field, said) => {
            format!("「{}」の「{said}」は数として読み取れません。", name(field))
        }
        Fault::Each(field, given, names) => format!(
            "「{}」が{given}個、ウイルスの名称が{names}個あります。名称ごとに1つずつ記入してください。",
            name(field)
        ),
        Fault::Facet(_) => "RSIT の分類名が正しくありません。".to_owned(),
        Fault::About(_) => {
            format!("「{}」は 7K2M-0QX9-V4TD のような番号で記入してください。", name("about"))
        }
        Fault::Virus(bad) => virus(bad),
        Fault::Access(bad) => access(bad),
        _ => "内容を読み取れませんでした。".to_owned(),
    }
}

fn virus(bad: &BadVirus) -> String {
    match bad {
        BadVirus::NoLine | BadVirus::NoName => {
            "ウイルスの名称を、対策ソフトの表示のとおりに1つ以上記入してください。"
        }
        BadVirus::TooMany => "ウイルスの名称が多すぎます。CSV ファイルでお送りください。",
        BadVirus::Pieces => "検出数が多すぎます。対策ソフトの表示した数を記入してください。",
        BadVirus::Zone(_) => "時間帯の名前が正しくありません。Asia/Tokyo のように書いてください。",
    }
    .to_owned()
}

fn access(bad: &BadAccess) -> String {
    let named = |of| Language::Ja.of(&category(of));
    match bad {
        BadAccess::NoDamage(of) => format!(
            "「{}」は実害のない場合の分類です。実害があったときは、ほかの分類を選んでください。",
            named(*of)
        ),
        BadAccess::Damage(of) => format!(
            "「{}」は実害のあった場合の分類です。実害がなかったときは、アクセス形跡、ワーム形跡、その他のいずれかを選んでください。",
            named(*of)
        ),
        BadAccess::Note => {
            "分類が「その他」で実害があったときは、補足に内容を記入してください。".to_owned()
        }
        BadAccess::Facets => "RSIT の分類が多すぎます。主なものに絞ってください。".to_owned(),
        BadAccess::Twice(_) => "RSIT の分類が重複しています。".to_owned(),
    }
}

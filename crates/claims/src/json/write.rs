//! Writing JSON: compact, on one line, every number in full.

use std::fmt::{self, Write as _};

use super::Json;

impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(truth) => truth.fmt(f),
            Json::Number(number) => number.fmt(f),
            Json::Text(text) => quoted(f, text),
            Json::List(values) => {
                f.write_char('[')?;
                for (at, value) in values.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { "," })?;
                    value.fmt(f)?;
                }
                f.write_char(']')
            }
            Json::Object(entries) => {
                f.write_char('{')?;
                for (at, (name, value)) in entries.iter().enumerate() {
                    f.write_str(if at == 0 { "" } else { "," })?;
                    quoted(f, name)?;
                    f.write_char(':')?;
                    value.fmt(f)?;
                }
                f.write_char('}')
            }
        }
    }
}

/// A text in quotes. What a terminal or an old reader takes for a break or a command is escaped.
fn quoted(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for letter in text.chars() {
        match letter {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\u{2028}' | '\u{2029}' => write!(f, "\\u{:04x}", u32::from(letter))?,
            control if control.is_control() => write!(f, "\\u{:04x}", u32::from(control))?,
            plain => f.write_char(plain)?,
        }
    }
    f.write_char('"')
}

#[cfg(test)]
mod tests {
    use super::super::BadJson;
    use super::*;
    use crate::decimal::BadDecimal;

    fn again(text: &str) -> Result<String, BadJson> {
        text.parse::<Json>().map(|json| json.to_string())
    }

    #[test]
    fn read_and_written_again() {
        for (text, written) in [
            (" { \"a\" : [ 1.50 , -2e3 ] , \"a\" : null } ", r#"{"a":[1.5,-2000],"a":null}"#),
            (r#""\u65e5本 \ud83d\ude00 \/ \" \\ \n\u0007""#, r#""日本 😀 / \" \\ \n\u0007""#),
            ("[true,false,[],{}]", "[true,false,[],{}]"),
            ("0.1000000000000000055511151231257827", "0.1000000000000000055511151231257827"),
        ] {
            assert_eq!(again(text).as_deref(), Ok(written));
            assert_eq!(again(written).as_deref(), Ok(written));
        }
    }

    #[test]
    fn what_is_not_json() {
        for text in [
            "",
            " ",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "{\"a\" 1}",
            "[1 2]",
            "\"a",
            "\"\n\"",
            r#""\x""#,
            r#""\ud800""#,
            r#""\ud800\u0041""#,
            r#""\udc00\udc00""#,
            r#""\u+123""#,
            "tru",
            "nul",
            "1 2",
            "\u{feff}1",
            "'a'",
            "NaN",
        ] {
            assert!(matches!(again(text), Err(BadJson::Wanted { .. })), "{text}");
        }
        let number = BadJson::Number { at: 1, error: BadDecimal::Form };
        assert_eq!(again("[01]"), Err(number));
    }

    #[test]
    fn depth_is_bounded() {
        let nested = |floors: usize| again(&("[".repeat(floors) + &"]".repeat(floors)));
        assert!(nested(16).is_ok());
        assert_eq!(nested(17), Err(BadJson::Deep));
        assert_eq!(again(&"[".repeat(100_000)), Err(BadJson::Deep));
    }
}

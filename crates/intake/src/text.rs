//! Bytes as text, in the encodings that Japanese reporters use.

use std::borrow::Cow;

use encoding_rs::{EUC_JP, Encoding, ISO_2022_JP, SHIFT_JIS, UTF_8};

/// The escape sequences by which ISO-2022-JP (RFC 1468) goes over to Japanese.
const ESCAPES: [&str; 3] = ["\u{1b}$B", "\u{1b}$@", "\u{1b}(J"];

/// The text of some bytes: what their mark says, else UTF-8, else ISO-2022-JP where its escapes are
/// there, else EUC-JP or Shift_JIS if every byte fits, else UTF-8 with marks where it is none.
pub(crate) fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(mark..).unwrap_or_default();
        return encoding.decode_without_bom_handling(rest).0.into_owned();
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return undeclared(text.to_owned());
    }
    for encoding in [EUC_JP, SHIFT_JIS] {
        let (text, bad) = encoding.decode_without_bom_handling(bytes);
        if !bad {
            return text.into_owned();
        }
    }
    UTF_8.decode_without_bom_handling(bytes).0.into_owned()
}

/// Text that was read as ASCII or as another encoding that leaves ISO-2022-JP's seven bits as they are.
pub(crate) fn undeclared(text: String) -> String {
    if !ESCAPES.iter().any(|escape| text.contains(escape)) {
        return text;
    }
    let (decoded, _) = ISO_2022_JP.decode_without_bom_handling(text.as_bytes());
    match decoded {
        Cow::Borrowed(_) => text,
        Cow::Owned(decoded) => decoded,
    }
}

/// Wide letters, digits and signs as narrow ones; everything else as it is.
pub(crate) fn narrow(text: &str) -> String {
    let one = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' => ' ',
        c => c,
    };
    text.chars().map(one).collect()
}

/// At most so many characters of a text.
pub(crate) fn cut(text: &str, most: usize) -> String {
    text.chars().take(most).collect()
}

//! Reading JSON (RFC 8259), strictly.

use std::str::FromStr;

use super::{BadJson, Json, MAXIMUM_DEPTH};

impl FromStr for Json {
    type Err = BadJson;

    /// Reads one value, with white space around it and nothing else.
    fn from_str(text: &str) -> Result<Json, BadJson> {
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(0)?;
        reader.space();
        if reader.at == text.len() { Ok(value) } else { Err(reader.wanted("the end")) }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn wanted(&self, wanted: &'static str) -> BadJson {
        BadJson::Wanted { at: self.at, wanted }
    }

    fn space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    /// Passes over a byte if it is the next after white space.
    fn take(&mut self, byte: u8) -> bool {
        self.space();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Result<Json, BadJson> {
        self.space();
        match self.peek() {
            Some(b'{' | b'[') if depth == MAXIMUM_DEPTH => Err(BadJson::Deep),
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.string().map(Json::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Result<Json, BadJson> {
        let words =
            [("null", Json::Null), ("true", Json::Bool(true)), ("false", Json::Bool(false))];
        for (word, value) in words {
            if self.rest().starts_with(word) {
                self.at += word.len();
                return Ok(value);
            }
        }
        Err(self.wanted("a value"))
    }

    fn number(&mut self) -> Result<Json, BadJson> {
        let part = |byte: &u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
        let length = self.rest().bytes().take_while(part).count();
        let text = self.rest().get(..length).unwrap_or_default();
        let number = text.parse().map_err(|error| BadJson::Number { at: self.at, error })?;
        self.at += length;
        Ok(Json::Number(number))
    }

    fn list(&mut self, depth: usize) -> Result<Json, BadJson> {
        self.at += 1;
        let mut values = Vec::new();
        if self.take(b']') {
            return Ok(Json::List(values));
        }
        loop {
            values.push(self.value(depth + 1)?);
            if self.take(b']') {
                return Ok(Json::List(values));
            }
            if !self.take(b',') {
                return Err(self.wanted("a comma or the end of a list"));
            }
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json, BadJson> {
        self.at += 1;
        let mut entries = Vec::new();
        if self.take(b'}') {
            return Ok(Json::Object(entries));
        }
        loop {
            self.space();
            let name = self.string()?;
            if !self.take(b':') {
                return Err(self.wanted("a colon"));
            }
            entries.push((name, self.value(depth + 1)?));
            if self.take(b'}') {
                return Ok(Json::Object(entries));
            }
            if !self.take(b',') {
                return Err(self.wanted("a comma or the end of an object"));
            }
        }
    }

    fn string(&mut self) -> Result<String, BadJson> {
        if self.peek() != Some(b'"') {
            return Err(self.wanted("a quoted text"));
        }
        self.at += 1;
        let mut string = String::new();
        loop {
            let Some(next) = self.rest().chars().next() else {
                return Err(self.wanted("the closing quote"));
            };
            match next {
                '"' => {
                    self.at += 1;
                    return Ok(string);
                }
                '\\' => string.push(self.escape()?),
                '\0'..='\x1f' => return Err(self.wanted("an escaped control character")),
                plain => {
                    self.at += plain.len_utf8();
                    string.push(plain);
                }
            }
        }
    }

    fn escape(&mut self) -> Result<char, BadJson> {
        let known = match self.text.as_bytes().get(self.at + 1) {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => return self.unicode(),
            _ => return Err(self.wanted("a known escape")),
        };
        self.at += 2;
        Ok(known)
    }

    /// A character by its four digits, or two of them that are a surrogate pair (RFC 8259, section 7).
    fn unicode(&mut self) -> Result<char, BadJson> {
        let bad = self.wanted("an escape of a character");
        let first = self.hexadecimal().ok_or(bad)?;
        if let Some(single) = char::from_u32(first) {
            return Ok(single);
        }
        let second = self.hexadecimal().filter(|_| first < 0xdc00).ok_or(bad)?;
        let low = second.checked_sub(0xdc00).filter(|&low| low < 0x400).ok_or(bad)?;
        char::from_u32(0x1_0000 + ((first - 0xd800) << 10) + low).ok_or(bad)
    }

    fn hexadecimal(&mut self) -> Option<u32> {
        let digits = self.rest().strip_prefix("\\u")?.get(..4)?;
        let plain = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        let value = u32::from_str_radix(digits, 16).ok().filter(|_| plain)?;
        self.at += 6;
        Some(value)
    }
}

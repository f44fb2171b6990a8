//! What an operator carries from the hub to the point.

#![deny(clippy::indexing_slicing, clippy::arithmetic_side_effects)]

use std::fmt;
use std::str::FromStr;

use crate::hex;

const PREFIX: &str = "yagura1-";

/// An invitation, printable: `yagura1-` and 112 hexadecimal digits of its number (8 bytes), its secret
/// (16 bytes) and the SHA-256 of the CA's certificate. It names no host.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The invitation's number.
    pub invite: [u8; 8],
    /// Its secret.
    pub secret: [u8; 16],
    /// SHA-256 of the certificate of the hub's CA.
    pub pin: [u8; 32],
}

/// A text that is no token. Whoever typed it is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no token of `yagura point invite`: copy the whole of it, 120 characters")]
pub struct BadToken;

impl fmt::Display for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [&self.invite[..], &self.secret, &self.pin];
        f.write_str(PREFIX)?;
        parts.into_iter().try_for_each(|part| f.write_str(&hex::encode(part)))
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token({}, …)", hex::encode(&self.invite))
    }
}

impl FromStr for Token {
    type Err = BadToken;

    fn from_str(text: &str) -> Result<Self, BadToken> {
        let digits = text.trim().strip_prefix(PREFIX).ok_or(BadToken)?;
        let bytes: [u8; 56] = hex::array(digits).ok_or(BadToken)?;
        let (invite, rest) = bytes.split_first_chunk().ok_or(BadToken)?;
        let (secret, rest) = rest.split_first_chunk().ok_or(BadToken)?;
        let pin = rest.try_into().map_err(|_| BadToken)?;
        Ok(Token { invite: *invite, secret: *secret, pin })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_text_and_back() {
        let token = Token { invite: [1; 8], secret: [2; 16], pin: [3; 32] };
        let text = token.to_string();
        assert_eq!(text.len(), 120);
        assert_eq!(text.parse::<Token>().as_ref(), Ok(&token));
        assert!(!format!("{token:?}").contains("0202"));
        for bad in ["", "yagura1-", &text[..119], &format!("{text}0"), &text.replace("01", "0x")] {
            assert!(bad.parse::<Token>().is_err(), "{bad}");
        }
    }
}

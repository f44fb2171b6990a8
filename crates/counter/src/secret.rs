//! What is secret: tokens, passwords, one-time codes.

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash};
use data_encoding::{BASE32_NOPAD, BASE64URL_NOPAD};
use ring::hmac;
use ring::rand::{SecureRandom as _, SystemRandom};
use subtle::ConstantTimeEq as _;

use crate::Counter;
use crate::failure::Failure;
use crate::words::Text;

/// The fewest characters of a password (NIST SP 800-63B-4: 15 where it is the only factor; with a code, 8).
pub(crate) const FEWEST: usize = 12;
/// The most, as a longer one only costs time.
pub(crate) const MOST: usize = 200;

/// Seconds of a step of one-time codes (RFC 6238, section 4.1: the default).
const STEP: i64 = 30;

fn random<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    let filled = SystemRandom::new().fill(&mut bytes);
    filled.map_err(|_| {
        Failure::usage(Text("The system gives no random numbers.", "システムが乱数を返しません。"))
    })?;
    Ok(bytes)
}

/// 256 random bits, as a person or a browser keeps them.
pub(crate) fn token() -> Result<String, Failure> {
    Ok(BASE64URL_NOPAD.encode(&random::<32>()?))
}

/// The digest by which the book knows a token.
pub(crate) fn mark(token: &str) -> String {
    incident::Hash::of(token.as_bytes()).to_string()
}

/// Whether two tokens are the same, in a time that does not say where they part.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// A secret of one-time codes: 160 bits (RFC 4226, section 4), in base32 as programs take it.
pub(crate) fn code_secret() -> Result<String, Failure> {
    Ok(BASE32_NOPAD.encode(&random::<20>()?))
}

/// The code of a step (RFC 4226, section 5.3).
pub(crate) fn code(secret: &[u8], step: i64) -> u32 {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let bytes = tag.as_ref();
    let offset = usize::from(bytes.last().copied().unwrap_or(0) & 15);
    let four = bytes.get(offset..offset + 4).and_then(|four| <[u8; 4]>::try_from(four).ok());
    (u32::from_be_bytes(four.unwrap_or_default()) & 0x7fff_ffff) % 1_000_000
}

/// The step at which a code holds, of this one and its neighbours (RFC 6238, section 5.2), later than
/// `last`; none where it holds at none.
pub(crate) fn step_of(secret: &str, said: &str, seconds: i64, last: i64) -> Option<i64> {
    let secret = BASE32_NOPAD.decode(secret.as_bytes()).ok()?;
    let said: String = said.chars().filter(|c| !c.is_whitespace()).collect();
    let now = seconds.div_euclid(STEP);
    (now - 1..=now + 1)
        .find(|step| *step > last && same(&format!("{:06}", code(&secret, *step)), &said))
}

/// A password as the book keeps it: Argon2id with the crate's parameters, which are OWASP's (19 MiB, 2
/// passes, 1 lane).
pub(crate) async fn hash(counter: &Counter, password: String) -> Result<String, Failure> {
    let _permit = counter.hashing.acquire().await.map_err(|_| Failure::gone())?;
    let hashed = tokio::task::spawn_blocking(move || {
        Argon2::default().hash_password(password.as_bytes()).map(|hash| hash.to_string())
    });
    let hashed = hashed.await.map_err(|_| Failure::gone())?;
    let words = Text("The password cannot be used.", "そのパスワードは使えません。");
    hashed.map_err(|_| Failure::usage(words))
}

/// Whether a password is that of a hash. Without a hash it takes as long and is not.
pub(crate) async fn verify(
    counter: &Counter,
    password: String,
    hash: Option<String>,
) -> Result<bool, Failure> {
    let _permit = counter.hashing.acquire().await.map_err(|_| Failure::gone())?;
    let verified = tokio::task::spawn_blocking(move || {
        let Some(hash) = hash else {
            drop(Argon2::default().hash_password(password.as_bytes()));
            return false;
        };
        PasswordHash::new(&hash)
            .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
    });
    verified.await.map_err(|_| Failure::gone())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, the last six digits of its eight.
    #[test]
    fn codes_of_the_rfc() {
        let secret = BASE32_NOPAD.encode(b"12345678901234567890");
        for (seconds, wanted) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(step_of(&secret, wanted, seconds, 0), Some(seconds / STEP), "{seconds}");
            // A clock that is half a minute off will do, a code that was used will not.
            assert_eq!(step_of(&secret, wanted, seconds + STEP, 0), Some(seconds / STEP));
            assert_eq!(step_of(&secret, wanted, seconds + 2 * STEP, 0), None);
            assert_eq!(step_of(&secret, wanted, seconds, seconds / STEP), None);
        }
        assert_eq!(step_of(&secret, "28708", 59, 0), None);
        assert_eq!(step_of("no base32!", "287082", 59, 0), None);
        assert_eq!(step_of(&secret, " 287 082", 59, 0), Some(1));
    }

    #[test]
    fn tokens_are_long_and_new() {
        let (one, other) = (token().unwrap(), token().unwrap());
        assert_eq!(one.len(), 43);
        assert!(!same(&one, &other) && same(&one, &one.clone()));
        assert_eq!(code_secret().unwrap().len(), 32);
    }
}

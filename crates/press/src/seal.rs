//! The publisher's seal: a MANIFEST as a signed note (C2SP signed-note v1.0.0), by Ed25519 (RFC 8032).
//!
//! A note is a text, an empty line, and a line `— name base64(key id ‖ signature)`. The key id is the first
//! four bytes of SHA-256 over `name`, a line feed, 0x01 and the public key; a verifier's key is written
//! `name+id+base64(0x01 ‖ public key)`, so that other programs for notes can verify a bundle too.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use sha2::{Digest as _, Sha256};

/// The kind of key that notes call Ed25519.
const KIND: u8 = 0x01;

/// Why a key cannot be used. Whoever gave it is at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// The name has a space or a plus, or is empty.
    #[error("{0:?} is no name of a key: it must have neither spaces nor +")]
    Name(String),
    /// The text is no key of its kind.
    #[error("this is no key as yagura bulletin key writes it")]
    Form,
    /// The system gave no randomness.
    #[error("the system gave no randomness for a key")]
    Random,
}

/// A publisher's key. Its text is a secret.
#[derive(Debug)]
pub struct Sealer {
    name: String,
    pair: Ed25519KeyPair,
}

/// What a publisher's seals are verified with. It is public.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    public: Vec<u8>,
}

impl Sealer {
    /// A new key's text, for a file that nobody else reads.
    ///
    /// # Errors
    /// The name is none, or there is no randomness.
    pub fn generate(name: &str) -> Result<String, BadKey> {
        let bytes = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new());
        let bytes = bytes.map_err(|_| BadKey::Random)?;
        Ok(format!("{} {}\n", checked(name)?, STANDARD.encode(bytes.as_ref())))
    }

    /// The key of a text.
    ///
    /// # Errors
    /// The text is no key.
    pub fn read(text: &str) -> Result<Sealer, BadKey> {
        let (name, key) = text.trim_end().split_once(' ').ok_or(BadKey::Form)?;
        let key = STANDARD.decode(key).map_err(|_| BadKey::Form)?;
        let pair = Ed25519KeyPair::from_pkcs8(&key).map_err(|_| BadKey::Form)?;
        Ok(Sealer { name: checked(name)?.to_owned(), pair })
    }

    /// What its seals are verified with.
    pub fn verifier(&self) -> Verifier {
        Verifier { name: self.name.clone(), public: self.pair.public_key().as_ref().to_vec() }
    }

    /// A text that ends in a line feed, as a signed note.
    pub fn seal(&self, text: &str) -> String {
        let mut signed = self.verifier().id().to_vec();
        signed.extend_from_slice(self.pair.sign(text.as_bytes()).as_ref());
        format!("{text}\n\u{2014} {} {}\n", self.name, STANDARD.encode(signed))
    }
}

impl Verifier {
    fn id(&self) -> [u8; 4] {
        let mut hash = Sha256::new();
        hash.update(self.name.as_bytes());
        hash.update([b'\n', KIND]);
        hash.update(&self.public);
        let hash: [u8; 32] = hash.finalize().into();
        let [a, b, c, d, ..] = hash;
        [a, b, c, d]
    }

    /// Whether a note is this text under this key's seal.
    pub fn verifies(&self, note: &str, text: &str) -> bool {
        let Some(seals) = note.strip_prefix(text).and_then(|rest| rest.strip_prefix('\n')) else {
            return false;
        };
        let mine = |line: &str| {
            let (name, seal) = line.strip_prefix("\u{2014} ")?.split_once(' ')?;
            let seal = STANDARD.decode(seal).ok()?;
            let (id, signature) = seal.split_at_checked(4)?;
            (name == self.name && id == self.id()).then(|| signature.to_vec())
        };
        let key = UnparsedPublicKey::new(&ED25519, &self.public);
        seals.lines().filter_map(mine).any(|seal| key.verify(text.as_bytes(), &seal).is_ok())
    }
}

impl Verifier {
    /// Whose key it is, as it says.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl std::fmt::Display for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let id: String = self.id().iter().map(|byte| format!("{byte:02x}")).collect();
        let key = [&[KIND], self.public.as_slice()].concat();
        write!(f, "{}+{id}+{}", self.name, STANDARD.encode(key))
    }
}

impl std::str::FromStr for Verifier {
    type Err = BadKey;

    fn from_str(text: &str) -> Result<Verifier, BadKey> {
        let mut parts = text.trim().splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(BadKey::Form);
        };
        let key = STANDARD.decode(key).map_err(|_| BadKey::Form)?;
        let public = key.strip_prefix(&[KIND]).filter(|key| key.len() == 32).ok_or(BadKey::Form)?;
        let verifier = Verifier { name: checked(name)?.to_owned(), public: public.to_vec() };
        let known: String = verifier.id().iter().map(|byte| format!("{byte:02x}")).collect();
        if known == id { Ok(verifier) } else { Err(BadKey::Form) }
    }
}

/// Whether a note is over this text and bears a seal, whoever's.
pub(crate) fn is_over(note: &str, text: &str) -> bool {
    let seals = note.strip_prefix(text).and_then(|rest| rest.strip_prefix('\n'));
    let is_seal = |line: &str| line.starts_with("\u{2014} ");
    seals.is_some_and(|seals| {
        seals.ends_with('\n') && seals.lines().all(is_seal) && !seals.is_empty()
    })
}

fn checked(name: &str) -> Result<&str, BadKey> {
    let bad = name.is_empty() || name.contains('+') || name.contains(char::is_whitespace);
    if bad { Err(BadKey::Name(name.to_owned())) } else { Ok(name) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seal_is_of_one_text_and_one_key() {
        let text = "00  index.en.html\n";
        let [one, other] = ["example.jp", "example.jp"]
            .map(|name| Sealer::read(&Sealer::generate(name).unwrap()).unwrap());
        let note = one.seal(text);
        let verifier: Verifier = one.verifier().to_string().parse().unwrap();
        assert_eq!(verifier, one.verifier());
        assert!(verifier.verifies(&note, text));
        assert!(!other.verifier().verifies(&note, text), "another key of the same name");
        assert!(!verifier.verifies(&note, "01  index.en.html\n"));
        assert!(!verifier.verifies(text, text) && !verifier.verifies("", ""));
        let both = note.clone() + other.seal(text).lines().last().unwrap();
        assert!(verifier.verifies(&both, text) && other.verifier().verifies(&both, text));
        let changed = note.replacen("00", "01", 1);
        assert!(!verifier.verifies(&changed, "01  index.en.html\n"));
    }

    /// The example of C2SP's signed-note: a key that others made.
    #[test]
    fn keys_of_others_are_read() {
        let key = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
        let verifier: Verifier = key.parse().unwrap();
        assert_eq!(verifier.to_string(), key);
        let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
        let note = format!(
            "{text}\n\u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
        );
        assert!(verifier.verifies(&note, text));
        for bad in [
            "",
            "a+b",
            "a+00000000+ARpc",
            "a b+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        ] {
            assert!(bad.parse::<Verifier>().is_err(), "{bad}");
        }
        assert!(Sealer::generate("a b").is_err() && Sealer::read("a b c").is_err());
    }
}

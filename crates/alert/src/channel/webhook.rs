//! An HTTP request, signed as the Standard Webhooks specification (version 1.0.0) says: HMAC-SHA256 over
//! `id.timestamp.body`, so that whoever has the secret knows it is from us, and new.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use observation::SECOND;
use reqwest::redirect::Policy;
use ring::hmac;
use url::Url;

use super::{ChannelError, PATIENCE, Secret};
use crate::Message;
use crate::settings::{SettingsError, bad};

#[derive(Clone, Debug)]
pub(crate) struct Webhook {
    url: Url,
    secret: Secret,
}

impl Webhook {
    pub(crate) fn new(url: Url, secret: Secret) -> Result<Self, SettingsError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(bad("webhook.url", "write https://…, or http:// on a network of your own"));
        }
        Ok(Webhook { url, secret })
    }

    /// Without path and query, which are often secret.
    pub(crate) fn place(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    pub(crate) async fn send(&self, message: &Message) -> Result<(), ChannelError> {
        let body = message.json().to_string();
        let (id, at) = (format!("msg_{}", message.id), message.at / SECOND);
        let signature = sign(&self.secret.read()?, &format!("{id}.{at}.{body}"))?;
        // A redirect would carry what is signed for one place to another.
        let client = reqwest::Client::builder().redirect(Policy::none()).timeout(PATIENCE);
        let request = client.build()?.post(self.url.as_str());
        let request = request
            .header("content-type", "application/json")
            .header("user-agent", concat!("yagura/", env!("CARGO_PKG_VERSION")))
            .header("webhook-id", id)
            .header("webhook-timestamp", at)
            .header("webhook-signature", signature)
            .body(body);
        let answer = request.send().await.map_err(reqwest::Error::without_url)?;
        if answer.status().is_success() {
            Ok(())
        } else {
            Err(ChannelError::Refused(answer.status()))
        }
    }
}

/// `v1,` and the signature; the secret is `whsec_` and 24 to 64 bytes in Base64.
fn sign(secret: &str, text: &str) -> Result<String, ChannelError> {
    let wrong = || ChannelError::Secret("the secret is not whsec_ and Base64 of a key".to_owned());
    let key = STANDARD.decode(secret.strip_prefix("whsec_").ok_or_else(wrong)?);
    let key = key.ok().filter(|key| (24..=64).contains(&key.len())).ok_or_else(wrong)?;
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), text.as_bytes());
    Ok(format!("v1,{}", STANDARD.encode(tag.as_ref())))
}

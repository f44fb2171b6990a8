//! The table `[alerts]`.
//!
//! ```toml
//! [alerts]
//! kinds = ["surge", "campaign", "flood", "growth", "silence"]
//! confidence = 0.5              # and above
//! minutes_apart = 10            # between two messages of a channel
//! hourly = 4                    # messages of a channel
//! page = "https://yagura.example/finding/"
//! targets = false               # the addresses that are flooded
//!
//! [[alerts.mail]]
//! server = "smtp://127.0.0.1:25"        # or "smtps://…:465", "smtp+starttls://…:587"
//! user = "yagura"                       # with password_file; both may be left out
//! password_file = "/etc/yagura/smtp"
//! from = "yagura@example.jp"
//! to = ["csirt@example.jp"]
//!
//! [[alerts.webhook]]
//! url = "https://chat.example.jp/hook"
//! secret_file = "/etc/yagura/hook"      # whsec_… of the Standard Webhooks specification
//!
//! [[alerts.syslog]]
//! address = "udp://127.0.0.1:514"       # or "tcp://…"
//! facility = 16                         # local0 (RFC 5424, table 1)
//! ```

use std::path::PathBuf;

use observation::SECOND;
use serde::Deserialize;
use url::Url;

use crate::channel::{Mail, Secret, Syslog, Webhook};
use crate::{Channel, Notice, Pace};

/// Settings that cannot be understood. The operator is at fault.
#[derive(Debug, thiserror::Error)]
#[error("in [alerts], {key}: {why}")]
pub struct SettingsError {
    pub(crate) key: &'static str,
    pub(crate) why: String,
}

pub(crate) fn bad(key: &'static str, why: impl ToString) -> SettingsError {
    SettingsError { key, why: why.to_string() }
}

/// Which findings are told.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Of these kinds.
    pub kinds: Vec<String>,
    /// Of this confidence and above.
    pub confidence: f64,
}

impl Wanted {
    pub(crate) fn includes(&self, notice: &Notice) -> bool {
        self.kinds.contains(&notice.kind) && notice.confidence() >= self.confidence
    }
}

/// The settings as understood.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Which findings.
    pub wanted: Wanted,
    /// How often.
    pub pace: Pace,
    /// Where findings are shown.
    pub page: Option<String>,
    /// Whether flooded addresses are told.
    pub targets: bool,
    /// By what.
    pub channels: Vec<Channel>,
}

/// What the file may say.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    kinds: Option<Vec<String>>,
    confidence: Option<f64>,
    minutes_apart: Option<u32>,
    hourly: Option<usize>,
    page: Option<Url>,
    targets: bool,
    mail: Vec<MailFile>,
    webhook: Vec<WebhookFile>,
    syslog: Vec<SyslogFile>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MailFile {
    server: Url,
    user: Option<String>,
    password_file: Option<PathBuf>,
    from: String,
    to: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhookFile {
    url: Url,
    secret_file: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct SyslogFile {
    address: Url,
    facility: Option<u8>,
}

/// Kinds that are told unless the settings name others: what happens seldom, and asks for somebody.
/// Victims elsewhere and single sources that try passwords are hundreds a month.
const KINDS: [&str; 5] = ["surge", "campaign", "flood", "growth", "silence"];

impl<'de> Deserialize<'de> for Settings {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let file = File::deserialize(deserializer)?;
        Settings::understand(file).map_err(serde::de::Error::custom)
    }
}

impl Settings {
    fn understand(file: File) -> Result<Self, SettingsError> {
        let confidence = file.confidence.unwrap_or(0.5);
        if !(0.0..=1.0).contains(&confidence) {
            return Err(bad("confidence", "write a number from 0 to 1"));
        }
        let defaults = Pace::default();
        let apart = file.minutes_apart.map_or(defaults.apart, |n| i64::from(n) * 60 * SECOND);
        let hourly = file.hourly.unwrap_or(defaults.hourly);
        if !(1..=60).contains(&hourly) {
            return Err(bad("hourly", "write a number from 1 to 60"));
        }
        let mut channels = Vec::new();
        for mail in file.mail {
            let secret = match (mail.user, mail.password_file) {
                (Some(user), Some(path)) => Some((user, Secret(path))),
                (None, None) => None,
                _ => return Err(bad("mail", "write user and password_file, or neither")),
            };
            channels.push(Channel::Mail(Mail::new(mail.server, secret, mail.from, mail.to)?));
        }
        for hook in file.webhook {
            channels.push(Channel::Webhook(Webhook::new(hook.url, Secret(hook.secret_file))?));
        }
        for syslog in file.syslog {
            channels.push(Channel::Syslog(Syslog::new(&syslog.address, syslog.facility)?));
        }
        let kinds = file.kinds.unwrap_or_else(|| KINDS.map(str::to_owned).to_vec());
        Ok(Settings {
            wanted: Wanted { kinds, confidence },
            pace: Pace { apart, hourly },
            page: file.page.map(String::from),
            targets: file.targets,
            channels,
        })
    }
}

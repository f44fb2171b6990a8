//! Instances of damage that an editor tells, from a file of TOML.
//!
//! ```toml
//! [[narrative]]
//! en = "One of {access-damaged-intrusion} intruders came in by [[port 22]]."
//! ja = "侵入{access-damaged-intrusion}件のうち一件は、[[22番ポート]]からでした。"
//! consent = true          # whoever reported it agreed
//! tlp = "TLP:CLEAR"
//! ```

use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Deserialize;
use summary::{Both, Narrative, Tlp};

use crate::Usage;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    narrative: Vec<Told>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    en: String,
    ja: String,
    consent: bool,
    tlp: String,
}

/// The narratives of a file; those without consent or TLP:CLEAR are read too, and not published.
pub(crate) fn read(path: &Path) -> Result<Vec<Narrative>> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Usage(format!("{}: {error}", path.display())))?;
    let file: File = toml::from_str(&text).with_context(|| path.display().to_string())?;
    file.narrative.into_iter().map(Told::understood).collect()
}

impl Told {
    fn understood(self) -> Result<Narrative> {
        let Told { en, ja, consent, tlp } = self;
        let known = Tlp::ALL.into_iter().find(|label| label.as_str() == tlp);
        let tlp = known.ok_or_else(|| {
            let all: Vec<&str> = Tlp::ALL.iter().map(|label| label.as_str()).collect();
            Usage(format!("{tlp:?} is no label of TLP: write one of {}", all.join(", ")))
        })?;
        Ok(Narrative { text: Both { en, ja }, consent, tlp })
    }
}

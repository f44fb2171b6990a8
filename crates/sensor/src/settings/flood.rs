//! `[flood]`: whether floods are looked for, and whether their sources are blocked.

use std::fmt;
use std::net::IpAddr;

use capture::fold::Mode;
use guard::Policy;
use ipnet::IpNet;
use serde::Deserialize;

use super::{SettingsError, bad, each};

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FloodFile {
    find: Option<bool>,
    block: Option<String>,
    allow: Vec<String>,
    seconds: Option<u32>,
    at_most: Option<usize>,
}

/// What is done about sources of floods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Block {
    /// Nothing.
    #[default]
    Off,
    /// It is told whom one would block.
    DryRun,
    /// They are blocked.
    On,
}

impl Block {
    /// As in the settings.
    pub const fn as_str(self) -> &'static str {
        match self {
            Block::Off => "off",
            Block::DryRun => "dry-run",
            Block::On => "on",
        }
    }
}

/// The settings of floods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flood {
    /// Whether they are looked for.
    pub find: bool,
    /// What is done.
    pub block: Block,
    /// Whom, for how long, how many.
    pub policy: Policy,
}

impl Flood {
    pub(super) fn understand(file: &FloodFile, mode: Mode) -> Result<Self, SettingsError> {
        let block = match file.block.as_deref() {
            None | Some("off") => Block::Off,
            Some("dry-run") => Block::DryRun,
            Some("on") => Block::On,
            Some(other) => {
                return Err(bad("block", other, "write \"off\", \"dry-run\" or \"on\""));
            }
        };
        let find = file.find.unwrap_or(mode == Mode::Live);
        if !find && block != Block::Off {
            return Err(bad("block", block.as_str(), "only what is found is blocked: find = true"));
        }
        let allow = each("allow", &file.allow, |text| {
            let address = text.parse::<IpAddr>().map(IpNet::from);
            address.or_else(|_| text.parse()).map_err(|_| "no address and no network")
        })?;
        let defaults = Policy::default();
        let seconds = file.seconds.unwrap_or(defaults.seconds);
        if !(1..=Policy::LONGEST).contains(&seconds) {
            let why = format!("write a number from 1 to {}", Policy::LONGEST);
            return Err(bad("seconds", &seconds.to_string(), &why));
        }
        let at_most = file.at_most.unwrap_or(defaults.at_most);
        if !(1..=Policy::MOST).contains(&at_most) {
            let why = format!("write a number from 1 to {}", Policy::MOST);
            return Err(bad("at_most", &at_most.to_string(), &why));
        }
        let dry_run = block == Block::DryRun;
        Ok(Flood { find, block, policy: Policy { dry_run, allow, seconds, at_most } })
    }
}

/// As it would stand in a file.
impl fmt::Display for Flood {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let allow: Vec<String> = self.policy.allow.iter().map(ToString::to_string).collect();
        writeln!(f, "\n[flood]")?;
        writeln!(f, "find = {}", self.find)?;
        writeln!(f, "block = \"{}\"", self.block.as_str())?;
        writeln!(f, "allow = {allow:?}")?;
        writeln!(f, "seconds = {}", self.policy.seconds)?;
        writeln!(f, "at_most = {}", self.policy.at_most)
    }
}

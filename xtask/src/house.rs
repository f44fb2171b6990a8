//! Where things are: what `cargo metadata` says of the workspace.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde_json::Value;

use crate::commands::{cargo, output};

/// The workspace as cargo sees it.
pub(crate) struct House {
    metadata: Value,
}

impl House {
    /// Asks cargo about the workspace, or about the one that `manifest` belongs to.
    pub(crate) fn of(manifest: Option<&Path>) -> Result<Self> {
        let mut command = cargo();
        command.current_dir(root()).args(["metadata", "--format-version", "1"]);
        if let Some(manifest) = manifest {
            command.arg("--manifest-path").arg(manifest);
        }
        let metadata = serde_json::from_str(&output(&mut command)?)
            .context("cargo metadata did not print JSON: update cargo to 1.95")?;
        Ok(House { metadata })
    }

    /// Every package, ours and foreign, for every platform.
    pub(crate) fn packages(&self) -> &[Value] {
        array(&self.metadata, "packages")
    }

    /// The packages of the workspace itself.
    pub(crate) fn rooms(&self) -> impl Iterator<Item = &Value> {
        let members = array(&self.metadata, "workspace_members");
        self.packages().iter().filter(|package| members.contains(&package["id"]))
    }

    /// Where binaries that a person looks for are put.
    pub(crate) fn target(&self) -> PathBuf {
        text(&self.metadata, "target_directory").into()
    }

    /// A folder of ours that outlives a checkout.
    pub(crate) fn build(&self) -> PathBuf {
        let build = text(&self.metadata, "build_directory");
        let folder = if build.is_empty() { self.target() } else { build.into() };
        folder.join("xtask")
    }
}

/// The root of the checkout.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// A text member of a JSON object; empty where there is none.
pub(crate) fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// An array member of a JSON object; empty where there is none.
pub(crate) fn array<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map(Vec::as_slice).unwrap_or_default()
}

//! The fences: who may depend on what, checked on `cargo metadata`.
//!
//! deny.toml says much of this for those who have cargo-deny; this check needs nothing beside
//! cargo, and knows our own arrows too.

mod licence;
mod rooms;

use anyhow::{Result, bail};
use serde_json::Value;

use crate::house::{House, array, text};

/// Checks the fences of the workspace.
pub(crate) fn check() -> Result<()> {
    hold(&House::of(None)?)
}

/// Fails with every breach, one a line.
pub(crate) fn hold(house: &House) -> Result<()> {
    let names: Vec<&str> = house.rooms().map(|room| text(room, "name")).collect();
    let mut breaches: Vec<String> = house.rooms().flat_map(|room| arrows(room, &names)).collect();
    breaches.extend(house.packages().iter().filter_map(foreign));
    if !breaches.is_empty() {
        bail!("{} breaches of the fences:\n  {}", breaches.len(), breaches.join("\n  "));
    }
    println!("{} rooms and {} packages keep the fences", names.len(), house.packages().len());
    Ok(())
}

/// What is wrong with a room's dependencies.
fn arrows(room: &Value, rooms: &[&str]) -> Vec<String> {
    let name = text(room, "name");
    let dependencies = array(room, "dependencies").iter();
    let breach = |dependency: &Value| {
        let other = text(dependency, "name");
        let dev = text(dependency, "kind") == "dev";
        let allowed = if rooms.contains(&other) {
            rooms::may_import(name, other, dev)
        } else {
            rooms::may_open(name, other)
        };
        (!allowed).then(|| format!("{name} may not depend on {other}: see ARCHITECTURE.md"))
    };
    dependencies.filter_map(breach).collect()
}

/// What is wrong with a package: its source or its licence.
fn foreign(package: &Value) -> Option<String> {
    let name = text(package, "name");
    let source = text(package, "source");
    if !source.is_empty() && !source.starts_with("registry+") {
        return Some(format!("{name} comes from {source}: only the registry is allowed"));
    }
    let licence = text(package, "license");
    (!licence::allowed(licence))
        .then(|| format!("{name} is under {licence:?}: no licence of xtask/src/fences/licence.rs"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn breaches_are_named() {
        let room = json!({"name": "web", "dependencies": [
            {"name": "archive", "kind": null},
            {"name": "parquet", "kind": null},
            {"name": "capture", "kind": null},
            {"name": "testkit", "kind": "dev"},
        ]});
        let found = arrows(&room, &["archive", "capture", "testkit", "web"]);
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("parquet") && found[1].contains("capture"));
    }

    #[test]
    fn sources_and_licences() {
        let package = |source: &str, license: &str| {
            foreign(&json!({"name": "x", "source": source, "license": license})).is_some()
        };
        assert!(!package("registry+any", "MIT"));
        assert!(package("git+any", "MIT"));
        assert!(package("registry+any", "GPL-3.0"));
        assert!(
            foreign(&json!({"name": "x", "source": "registry+any", "license": null})).is_some()
        );
    }

    #[test]
    fn the_house_keeps_its_fences() {
        check().unwrap();
    }
}

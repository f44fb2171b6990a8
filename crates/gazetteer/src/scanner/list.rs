//! Reading lists of scanners.

use std::collections::HashSet;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;

use ipnet::IpNet;
use serde::Deserialize;

use super::{ScannersError, operator};

/// The widest networks that are taken, IPv4 and IPv6: no operator has a wider one to scan from.
const WIDEST: (u8, u8) = (8, 16);

/// A MISP warning list, as far as it is needed.
#[derive(Deserialize)]
struct WarningList {
    name: String,
    list: Vec<String>,
}

/// What a list holds.
pub(super) struct List {
    /// Networks and their operators.
    pub(super) rows: Vec<(IpNet, Arc<str>)>,
    /// Entries that should be a network and are none.
    pub(super) unread: usize,
}

/// Reads a list of either form.
pub(super) fn read(path: &Path, bytes: &[u8]) -> Result<List, ScannersError> {
    let list = if bytes.trim_ascii_start().first() == Some(&b'{') {
        json(path, bytes)?
    } else {
        text(path, &String::from_utf8_lossy(bytes))?
    };
    if list.rows.is_empty() {
        return Err(ScannersError::Nothing { path: path.to_path_buf() });
    }
    Ok(list)
}

fn text(path: &Path, text: &str) -> Result<List, ScannersError> {
    let mut names = HashSet::new();
    let mut list = List { rows: Vec::new(), unread: 0 };
    for (entry, line) in (1..).zip(text.lines()) {
        let Some((network, named)) = parts(line) else { continue };
        let Some(operator) = operator::of_comment(named) else { continue };
        list.add(path, entry, network, once(&mut names, operator))?;
    }
    Ok(list)
}

/// A line's network and what names its operator; none where the line has one of them only.
fn parts(line: &str) -> Option<(&str, &str)> {
    let (network, named) = line.split_once(['#', '\t'])?;
    let (network, named) = (network.trim(), named.trim_start_matches([' ', '\t', '#']).trim());
    (!network.is_empty() && !named.is_empty()).then_some((network, named))
}

fn json(path: &Path, bytes: &[u8]) -> Result<List, ScannersError> {
    let warning: WarningList = serde_json::from_slice(bytes).map_err(|error| {
        ScannersError::Json { path: path.to_path_buf(), reason: error.to_string() }
    })?;
    let operator: Arc<str> = operator::of_title(&warning.name).into();
    let mut list = List { rows: Vec::new(), unread: 0 };
    for (entry, text) in (1..).zip(&warning.list) {
        list.add(path, entry, text, Arc::clone(&operator))?;
    }
    Ok(list)
}

impl List {
    fn add(
        &mut self,
        path: &Path,
        entry: usize,
        text: &str,
        operator: Arc<str>,
    ) -> Result<(), ScannersError> {
        let Some(network) = network(text) else {
            self.unread += 1;
            return Ok(());
        };
        let widest = if network.addr().is_ipv4() { WIDEST.0 } else { WIDEST.1 };
        if network.prefix_len() < widest {
            let path = path.to_path_buf();
            return Err(ScannersError::TooWide { path, entry, network, widest });
        }
        self.rows.push((network, operator));
        Ok(())
    }
}

/// A network, or an address as a network of its own.
fn network(text: &str) -> Option<IpNet> {
    let address = || text.parse::<IpAddr>().ok().map(IpNet::from);
    text.parse::<IpNet>().ok().map(|network| network.trunc()).or_else(address)
}

/// One allocation for all networks of an operator.
fn once(names: &mut HashSet<Arc<str>>, name: String) -> Arc<str> {
    if let Some(name) = names.get(name.as_str()) {
        return Arc::clone(name);
    }
    let name: Arc<str> = name.into();
    names.insert(Arc::clone(&name));
    name
}

//! A folder of bundles: each in a folder named by its month, and beside it the file of its states.
//!
//! Invariant: what a shelf gives to the public is, byte for byte, what was published. A bundle that is no
//! longer the one whose MANIFEST was published is a draft, and a file that is not the MANIFEST's is refused.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::bundle::{MANIFEST, SEAL, digest, is_inside, take};
use crate::state::{Standing, standing};
use crate::{BundleError, Lang};

/// A folder of bundles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelf {
    folder: PathBuf,
}

/// A bundle on a shelf.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shelved {
    /// Its month, `2005-05`, by which its folder is named.
    pub month: String,
    /// How far it has come.
    pub standing: Standing,
    manifest: String,
}

/// Why a shelf gives no file.
#[derive(Debug, thiserror::Error)]
pub enum NotGiven {
    /// There is none of this name, or nobody published it.
    #[error("no file of this name is published")]
    Missing,
    /// Its bytes are not those that were published. Whoever changed it is at fault.
    #[error("{0} was changed since it was published")]
    Changed(String),
    /// The system did not give it.
    #[error(transparent)]
    Unread(#[from] BundleError),
}

impl Shelf {
    /// The shelf of a folder, which need not be there yet.
    pub fn new(folder: impl Into<PathBuf>) -> Shelf {
        Shelf { folder: folder.into() }
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The bundles, the newest month first; folders without a MANIFEST are none.
    ///
    /// # Errors
    /// The folder, a MANIFEST or a file of states cannot be read.
    pub fn all(&self) -> Result<Vec<Shelved>, BundleError> {
        let failed = |source| BundleError { path: self.folder.clone(), done: "read", source };
        let entries = match fs::read_dir(&self.folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed)?,
        };
        let mut all = Vec::new();
        for entry in entries {
            let name = entry.map_err(failed)?.file_name();
            all.extend(name.to_str().map(|name| self.one(name)).transpose()?.flatten());
        }
        all.sort_by(|one: &Shelved, other| other.month.cmp(&one.month));
        Ok(all)
    }

    /// The bundle of a month; none where there is no such folder with a MANIFEST.
    ///
    /// # Errors
    /// The MANIFEST or the file of states cannot be read.
    pub fn one(&self, month: &str) -> Result<Option<Shelved>, BundleError> {
        let folder = self.folder.join(month);
        if !is_month(month) || !folder.join(MANIFEST).exists() {
            return Ok(None);
        }
        let manifest = String::from_utf8_lossy(&take(&folder.join(MANIFEST))?).into_owned();
        let standing = standing(&states(&folder)?, &manifest);
        Ok(Some(Shelved { month: month.to_owned(), standing, manifest }))
    }

    /// A file of a published bundle: one that its MANIFEST names, the MANIFEST, or the seal.
    ///
    /// # Errors
    /// There is none, or it is not the published one.
    pub fn file(&self, month: &str, path: &str) -> Result<Vec<u8>, NotGiven> {
        let found = self.one(month)?.filter(|found| found.standing.state.is_public());
        let found = found.ok_or(NotGiven::Missing)?;
        let wanted = found.digest(path);
        if wanted.is_none() && path != MANIFEST && path != SEAL {
            return Err(NotGiven::Missing);
        }
        let bytes = match take(&self.folder.join(month).join(path)) {
            Err(error) if error.source.kind() == ErrorKind::NotFound => {
                return Err(NotGiven::Missing);
            }
            bytes => bytes?,
        };
        let is_it = match path {
            MANIFEST => bytes == found.manifest.as_bytes(),
            // The seal is over the MANIFEST; whether it holds is for whoever has the publisher's key.
            SEAL => true,
            _ => wanted.is_some_and(|wanted| digest(&bytes) == wanted),
        };
        if is_it { Ok(bytes) } else { Err(NotGiven::Changed(format!("{month}/{path}"))) }
    }

    /// What leads to bundles, as `front` wrote it: the feed, or a month as JSON.
    ///
    /// # Errors
    /// There is none of this name.
    pub fn lead(&self, name: &str) -> Result<Vec<u8>, NotGiven> {
        let of_month = name.strip_suffix(".json").is_some_and(is_month);
        if name != FEED && !of_month {
            return Err(NotGiven::Missing);
        }
        match take(&self.folder.join(name)) {
            Err(error) if error.source.kind() == ErrorKind::NotFound => Err(NotGiven::Missing),
            bytes => Ok(bytes?),
        }
    }
}

/// The feed's name.
pub const FEED: &str = "feed.atom";

impl Shelved {
    /// Whether it has a file.
    pub fn has(&self, path: &str) -> bool {
        self.digest(path).is_some()
    }

    /// The languages that it has a page in, by the pages' names.
    pub fn langs(&self) -> impl Iterator<Item = Lang> + '_ {
        Lang::ALL.into_iter().filter(|lang| self.has(&format!("index.{}.html", lang.as_str())))
    }

    fn digest(&self, path: &str) -> Option<&str> {
        let named = self.manifest.lines().filter_map(|line| line.split_once("  "));
        let mut of = named.filter(|(_, named)| *named == path && is_inside(named));
        of.next().map(|(digest, _)| digest)
    }
}

/// Whether a folder's name is a month's, `2005-05`.
fn is_month(name: &str) -> bool {
    let digits =
        |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
    name.split_once('-').is_some_and(|(year, month)| {
        digits(year, 4) && digits(month, 2) && ("01"..="12").contains(&month)
    })
}

/// The file of states beside a bundle: `2005-05.state` beside `2005-05`.
pub fn states_beside(bundle: &Path) -> PathBuf {
    let name = bundle.components().next_back();
    let mut name = name.map_or_else(Default::default, |name| name.as_os_str().to_owned());
    name.push(".state");
    bundle.with_file_name(name)
}

/// The lines of states beside a bundle; none where nothing was ever said of it.
///
/// # Errors
/// The file cannot be read.
pub fn states(bundle: &Path) -> Result<String, BundleError> {
    match take(&states_beside(bundle)) {
        Err(error) if error.source.kind() == ErrorKind::NotFound => Ok(String::new()),
        lines => Ok(String::from_utf8_lossy(&lines?).into_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Bundle, State, state_line};

    fn shelf(folder: &Path) -> Shelf {
        let mut bundle = Bundle::default();
        bundle.put("index.en.html", "94 reports");
        bundle.put("data/access.csv", "a,b\n");
        bundle.write(&folder.join("2005-05")).unwrap();
        let lines = |state| state_line(state, "2005-06-10T00:00:00Z", &bundle.manifest());
        fs::write(folder.join("2005-05.state"), lines(State::Published)).unwrap();
        bundle.write(&folder.join("2005-06")).unwrap();
        fs::write(folder.join("2005-06.state"), lines(State::Reviewed)).unwrap();
        fs::create_dir(folder.join("2005-07")).unwrap();
        fs::create_dir(folder.join("2005-13")).unwrap();
        Shelf::new(folder)
    }

    #[test]
    fn only_what_was_published_is_given() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = shelf(folder.path());
        let all = shelf.all().unwrap();
        let months: Vec<&str> = all.iter().map(|one| one.month.as_str()).collect();
        assert_eq!(months, ["2005-06", "2005-05"]);
        assert_eq!(all[1].langs().collect::<Vec<_>>(), [Lang::En]);
        assert_eq!(shelf.file("2005-05", "index.en.html").unwrap(), b"94 reports");
        assert_eq!(shelf.file("2005-05", "data/access.csv").unwrap(), b"a,b\n");
        assert!(shelf.file("2005-05", MANIFEST).unwrap().ends_with(b"  index.en.html\n"));
        let missing = |month, path| matches!(shelf.file(month, path), Err(NotGiven::Missing));
        for path in ["index.ja.html", "../2005-05.state", "/etc/passwd", "data", "", SEAL] {
            assert!(missing("2005-05", path), "{path}");
        }
        for month in ["2005-06", "2005-07", "2005-13", "..", ""] {
            assert!(missing(month, "index.en.html"), "{month}");
        }
        assert!(Shelf::new(folder.path().join("none")).all().unwrap().is_empty());
    }

    #[test]
    fn what_was_changed_since_is_not_given() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = shelf(folder.path());
        fs::write(folder.path().join("2005-05/index.en.html"), "95 reports").unwrap();
        let changed = shelf.file("2005-05", "index.en.html");
        assert!(matches!(changed, Err(NotGiven::Changed(path)) if path == "2005-05/index.en.html"));
        // With a MANIFEST made to fit it is another bundle, which nobody published.
        let mut other = Bundle::default();
        other.put("index.en.html", "95 reports");
        other.write(&folder.path().join("2005-05")).unwrap();
        assert!(matches!(shelf.file("2005-05", "index.en.html"), Err(NotGiven::Missing)));
    }

    #[test]
    fn leads_have_names_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let shelf = shelf(folder.path());
        fs::write(folder.path().join(FEED), "<feed/>").unwrap();
        assert_eq!(shelf.lead(FEED).unwrap(), b"<feed/>");
        for name in ["2005-05.json", "2005-05.state", "../x.json", "index.html"] {
            assert!(matches!(shelf.lead(name), Err(NotGiven::Missing)), "{name}");
        }
    }
}

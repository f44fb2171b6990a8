//! A bundle: the files of a publication, and the MANIFEST that names each with its SHA-256.
//!
//! The MANIFEST is what `sha256sum --check` reads: a digest, two spaces, a path, in order of the paths.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::seal::{Sealer, Verifier, is_over};

/// The MANIFEST's own name.
pub const MANIFEST: &str = "MANIFEST";

/// The MANIFEST under the publisher's seal, a signed note; bundles need not have it.
pub const SEAL: &str = "MANIFEST.note";

/// The publisher's public key, in bundles that are sealed: what shows that the seal was not changed since,
/// but not whose it is.
pub const KEY: &str = "publisher.key";

/// The largest file that is read: a page of some thousand tables has less.
const LARGEST: u64 = 64 << 20;

/// Files by their paths below the bundle's folder, the MANIFEST not among them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bundle {
    files: BTreeMap<String, Vec<u8>>,
}

/// What the printed files of a bundle are called.
#[derive(Clone, Copy, Debug)]
pub struct Names {
    /// The PDF of a language.
    pub pdf: fn(crate::Lang) -> String,
    /// The fonts in the PDFs, a line each.
    pub fonts: &'static str,
    /// The claims, which every page of a PDF names.
    pub claims: &'static str,
}

/// A file that cannot be read or written. The system, or whoever owns the folder, is at fault.
#[derive(Debug, thiserror::Error)]
#[error("{path} cannot be {done} ({source})", path = path.display())]
pub struct BundleError {
    /// The file or folder.
    pub path: PathBuf,
    /// `read`, `written` or `removed`.
    pub done: &'static str,
    /// What the system said.
    pub source: std::io::Error,
}

/// What is wrong with a bundle, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file, and the place in it.
    pub place: String,
    /// What is wrong.
    pub why: String,
}

impl Bundle {
    /// Adds a file; one of the same name is replaced.
    pub fn put(&mut self, path: &str, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.to_owned(), bytes.into());
    }

    /// A file.
    pub fn get(&self, path: &str) -> Option<&[u8]> {
        self.files.get(path).map(Vec::as_slice)
    }

    /// A file as text.
    pub fn text(&self, path: &str) -> Option<&str> {
        std::str::from_utf8(self.get(path)?).ok()
    }

    /// The paths, in order.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The MANIFEST.
    pub fn manifest(&self) -> String {
        self.files.iter().map(|(path, bytes)| format!("{}  {path}\n", digest(bytes))).collect()
    }

    /// Writes every file, then the MANIFEST, each at once; other files are left alone.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<(), BundleError> {
        let manifest = self.manifest();
        let files = self.files.iter().map(|(path, bytes)| (path.as_str(), bytes.as_slice()));
        for (path, bytes) in files.chain([(MANIFEST, manifest.as_bytes())]) {
            let path = folder.join(path);
            let failed = |source| BundleError { path: path.clone(), done: "written", source };
            at_once(&path, bytes).map_err(failed)?;
        }
        Ok(())
    }

    /// The files of a folder that are neither this bundle's nor of the one that is there already: `known`, of which
    /// the caller is sure that it is one. What a killed [`write`](Self::write) left is nobody's.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn strangers(
        &self,
        folder: &Path,
        known: Option<&Bundle>,
    ) -> Result<Vec<String>, BundleError> {
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let is_ours = |path: &str| {
            let path = unfinished(path).unwrap_or(path);
            let is_file = |bundle: &Bundle| bundle.get(path).is_some();
            [MANIFEST, SEAL].contains(&path) || is_file(self) || known.is_some_and(is_file)
        };
        let mut paths = below(folder, "")?;
        // A MANIFEST of other files is theirs.
        paths.retain(|path| !is_ours(path) || (known.is_none() && path == MANIFEST));
        Ok(paths)
    }

    /// Removes the files of a folder that are of a bundle before and not of this one, and what a killed write left.
    ///
    /// # Errors
    /// A file cannot be removed.
    pub fn clear(&self, folder: &Path, before: Option<&Bundle>) -> Result<(), BundleError> {
        if !folder.exists() {
            return Ok(());
        }
        let is_old = |path: &String| {
            let gone = before.is_some_and(|before| before.get(path).is_some());
            gone && self.get(path).is_none() || unfinished(path).is_some()
        };
        for path in below(folder, "")?.iter().filter(|path| is_old(path)) {
            let path = folder.join(path);
            fs::remove_file(&path).map_err(|source| BundleError {
                path: path.clone(),
                done: "removed",
                source,
            })?;
        }
        Ok(())
    }

    /// Names the key that the MANIFEST will be sealed with.
    pub fn name_key(&mut self, sealer: &Sealer) {
        self.put(KEY, format!("{}\n", sealer.verifier()));
    }

    /// The key that the bundle itself names; none where it names none.
    pub fn key(&self) -> Option<Verifier> {
        self.text(KEY)?.strip_suffix('\n')?.parse().ok()
    }

    /// Writes the MANIFEST under a seal.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn seal(&self, folder: &Path, sealer: &Sealer) -> Result<(), BundleError> {
        let path = folder.join(SEAL);
        let note = sealer.seal(&self.manifest());
        let failed = |source| BundleError { path: path.clone(), done: "written", source };
        at_once(&path, note.as_bytes()).map_err(failed)
    }

    /// What is wrong with the seal in a folder: it has to be over these files, by the key that the bundle
    /// names, and by `publisher`'s where one is asked for.
    pub fn sealed(&self, folder: &Path, publisher: Option<&Verifier>) -> Option<Fault> {
        let named = self.key();
        if named.is_none() && publisher.is_none() && !folder.join(SEAL).exists() {
            return None;
        }
        if named.is_none() && self.get(KEY).is_some() {
            return Some(fault(KEY, "it is no key as yagura bulletin key prints it"));
        }
        let note = match take(&folder.join(SEAL)) {
            Ok(note) => String::from_utf8(note).unwrap_or_default(),
            Err(error) => return Some(fault(SEAL, &error.source.to_string())),
        };
        let manifest = self.manifest();
        if !is_over(&note, &manifest) {
            return Some(fault(SEAL, "it is no seal over these files"));
        }
        if named.is_some_and(|named| !named.verifies(&note, &manifest)) {
            return Some(fault(SEAL, &format!("it is not the seal of the key in {KEY}")));
        }
        let holds = publisher.is_none_or(|publisher| publisher.verifies(&note, &manifest));
        (!holds).then(|| fault(SEAL, "it is not this publisher's seal over these files"))
    }

    /// Reads a folder by its MANIFEST, and says what does not agree with it: files that it names and
    /// that are missing or other, lines that name none, and files that it does not name.
    ///
    /// # Errors
    /// The MANIFEST or a file cannot be read.
    pub fn read(folder: &Path) -> Result<(Bundle, Vec<Fault>), BundleError> {
        let manifest = take(&folder.join(MANIFEST))?;
        let manifest = String::from_utf8_lossy(&manifest);
        let (mut bundle, mut faults) = (Bundle::default(), Vec::new());
        for (number, line) in (1..).zip(manifest.lines()) {
            let Some((wanted, path)) = line.split_once("  ").filter(|(_, path)| is_inside(path))
            else {
                let place = format!("{MANIFEST}, line {number}");
                faults.push(Fault { place, why: "it names no file of the bundle".to_owned() });
                continue;
            };
            match take(&folder.join(path)) {
                Ok(bytes) if digest(&bytes) == wanted => bundle.put(path, bytes),
                Ok(bytes) => {
                    bundle.put(path, bytes);
                    faults.push(fault(path, "its SHA-256 is not the MANIFEST's"));
                }
                Err(error) => faults.push(fault(path, &error.source.to_string())),
            }
        }
        for path in below(folder, "")? {
            if path != MANIFEST && path != SEAL && bundle.get(&path).is_none() {
                faults.push(fault(&path, "the MANIFEST does not name it"));
            }
        }
        Ok((bundle, faults))
    }
}

/// The path that a file is to have which is not written to its end: `a.4711.new` is `a`.
fn unfinished(path: &str) -> Option<&str> {
    let (path, process) = path.strip_suffix(".new")?.rsplit_once('.')?;
    process.bytes().all(|byte| byte.is_ascii_digit()).then_some(path)
}

fn fault(place: &str, why: &str) -> Fault {
    Fault { place: place.to_owned(), why: why.to_owned() }
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a path stays below its folder, and is one that bundles have.
pub(crate) fn is_inside(path: &str) -> bool {
    let good = |part: &str| !part.is_empty() && part != "." && part != ".." && !part.contains('\\');
    path != MANIFEST && path != SEAL && path.split('/').all(good)
}

/// A file's bytes. Links and pipes are none: what they lead to is not the bundle's.
pub(crate) fn take(path: &Path) -> Result<Vec<u8>, BundleError> {
    let failed = |source| BundleError { path: path.to_owned(), done: "read", source };
    if !fs::symlink_metadata(path).map_err(failed)?.is_file() {
        return Err(failed(std::io::Error::other("it is no regular file")));
    }
    let mut bytes = Vec::new();
    let file = fs::File::open(path).map_err(failed)?;
    file.take(LARGEST).read_to_end(&mut bytes).map_err(failed)?;
    Ok(bytes)
}

/// The files below a folder, by their paths in it.
fn below(folder: &Path, prefix: &str) -> Result<Vec<String>, BundleError> {
    let failed = |source| BundleError { path: folder.to_owned(), done: "read", source };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(failed)?.is_dir() {
            paths.extend(below(&entry.path(), &format!("{path}/"))?);
        } else {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Writes beside the file and renames over it: a reader sees the old one or the new one.
fn at_once(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = path.with_file_name(name);
    let done = fs::write(&new, bytes).and_then(|()| fs::rename(&new, path));
    if done.is_err() {
        // The first failure is the one to tell; the half-written file should not stay.
        let _ = fs::remove_file(&new);
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle() -> Bundle {
        let mut bundle = Bundle::default();
        bundle.put("index.en.html", "94 reports");
        bundle.put("data/access.csv", "a,b\n");
        bundle
    }

    #[test]
    fn what_was_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        bundle().write(folder.path()).unwrap();
        let (read, faults) = Bundle::read(folder.path()).unwrap();
        assert_eq!((read, faults), (bundle(), Vec::new()));
    }

    #[test]
    fn every_change_is_named() {
        let folder = tempfile::tempdir().unwrap();
        bundle().write(folder.path()).unwrap();
        let faults = || -> Vec<String> {
            let (_, faults) = Bundle::read(folder.path()).unwrap();
            faults.into_iter().map(|fault| fault.place).collect()
        };
        fs::write(folder.path().join("index.en.html"), "95 reports").unwrap();
        fs::write(folder.path().join("data/more.csv"), "").unwrap();
        assert_eq!(faults(), ["index.en.html", "data/more.csv"]);
        fs::remove_file(folder.path().join("data/access.csv")).unwrap();
        assert_eq!(faults(), ["data/access.csv", "index.en.html", "data/more.csv"]);
        fs::write(folder.path().join(MANIFEST), "00  ../../etc/passwd\nx\n").unwrap();
        assert_eq!(faults()[..2], ["MANIFEST, line 1", "MANIFEST, line 2"]);
    }
}

//! A bulletin's files, each written at once: a reader sees the old one or the new one.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{Error, Model, Result, chart, page, tables};

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// The page to open.
    pub page: PathBuf,
    /// Every file, the page first.
    pub files: Vec<PathBuf>,
    /// False: the archive has nothing of this month, and the page says so.
    pub has_data: bool,
}

/// Writes the bulletin of a model into a folder.
pub(crate) fn write(model: &Model, out: &Path) -> Result<Made> {
    let html = page::document(model)?.into_string();
    let mut files = vec![("index.en.html".to_owned(), html)];
    let tables = tables(model)?.into_iter();
    files.extend(tables.map(|table| (format!("data/{}", table.file), table.csv)));
    let charts = chart::of(model)?.into_iter();
    files.extend(charts.map(|chart| (format!("charts/{}.svg", chart.name), chart.file())));

    let mut written = Vec::with_capacity(files.len());
    for (name, text) in files {
        let path = out.join(name);
        at_once(&path, &text).map_err(|source| Error::Write { path: path.clone(), source })?;
        written.push(path);
    }
    Ok(Made { page: out.join("index.en.html"), files: written, has_data: model.now.has_data() })
}

/// Writes beside the file and renames over it.
fn at_once(path: &Path, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.new", std::process::id()));
    let new = path.with_file_name(name);
    let done = fs::write(&new, text).and_then(|()| fs::rename(&new, path));
    if done.is_err() {
        // The first failure is the one to tell; the half-written file should not stay.
        let _ = fs::remove_file(&new);
    }
    done
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::trial;

    fn bytes(made: &Made) -> BTreeMap<String, Vec<u8>> {
        let name = |path: &PathBuf| path.file_name().unwrap().to_string_lossy().into_owned();
        made.files.iter().map(|path| (name(path), fs::read(path).unwrap())).collect()
    }

    #[test]
    fn the_same_model_gives_the_same_files() {
        let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let first = write(&trial::model(), one.path()).unwrap();
        write(&trial::empty(), two.path()).unwrap();
        let second = write(&trial::model(), two.path()).unwrap();
        assert_eq!(bytes(&first), bytes(&second));
        assert_eq!(first.page, one.path().join("index.en.html"));
        let inside: Vec<_> =
            fs::read_dir(two.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(inside.len(), 3, "page, data, charts and nothing half-written: {inside:?}");
    }

    #[test]
    fn a_folder_that_cannot_be_made_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        let error = write(&trial::model(), &file).unwrap_err().to_string();
        assert!(error.contains("index.en.html could not be written"), "{error}");
    }
}

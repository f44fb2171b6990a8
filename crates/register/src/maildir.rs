//! A Maildir: mails are taken from `new` and put into `cur`, each only after it is stored.
//!
//! A mail that was stored and not moved when the power went is stored again as a duplicate, and counts
//! once. When it came is the seconds with which its name begins (cr.yp.to/proto/maildir.html); without
//! them, when it is collected.

use std::path::Path;

use incident::Micros;
use incident::record::Channel;
use intake::MOST_BYTES;
use serde::Serialize;

use crate::answer::Taken;
use crate::error::{Error, Result};
use crate::store::{Raw, Register};

/// Mails that are taken at once.
const BATCH: usize = 100;

/// What was collected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Collected {
    /// What became of each mail.
    pub taken: Vec<Taken>,
    /// Files that were left where they are, and why.
    pub left: Vec<String>,
}

impl Register {
    /// Takes in every mail in `new` of a Maildir.
    ///
    /// # Errors
    /// [`Error::File`] where the folder cannot be read or a mail not be moved.
    pub fn collect(&mut self, maildir: &Path, now: Micros) -> Result<Collected> {
        let new = maildir.join("new");
        let mut names: Vec<_> = std::fs::read_dir(&new)
            .and_then(|files| files.map(|file| file.map(|file| file.file_name())).collect())
            .map_err(|source| Error::File { path: new.clone(), source })?;
        names.sort();
        let mut collected = Collected::default();
        for some in names.chunks(BATCH) {
            let mut mails = Vec::new();
            for name in some {
                match mail(&new.join(name), now)? {
                    Ok(mail) => mails.push((name, mail)),
                    Err(why) => collected.left.push(format!("{}: {why}", name.to_string_lossy())),
                }
            }
            let raws: Vec<Raw<'_>> = mails
                .iter()
                .map(|(_, (bytes, received))| Raw {
                    bytes,
                    channel: Channel::Mail,
                    received: *received,
                    format: None,
                })
                .collect();
            collected.taken.extend(self.take_in(&raws, now)?);
            for (name, _) in &mails {
                put_away(maildir, name)?;
            }
        }
        Ok(collected)
    }
}

/// A mail's bytes and when it came, or why it is left.
fn mail(path: &Path, now: Micros) -> Result<std::result::Result<(Vec<u8>, Micros), String>> {
    let failed = |source| Error::File { path: path.to_owned(), source };
    // No link is followed: whoever can write into the folder could name any file.
    let about = std::fs::symlink_metadata(path).map_err(failed)?;
    if !about.is_file() {
        return Ok(Err("no file".to_owned()));
    }
    if about.len() > MOST_BYTES as u64 {
        return Ok(Err(format!("larger than {MOST_BYTES} bytes")));
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let seconds = name.split('.').next().and_then(|seconds| seconds.parse::<i64>().ok());
    let received = seconds.and_then(|seconds| seconds.checked_mul(1_000_000));
    Ok(Ok((bytes, received.filter(|received| (0..=now).contains(received)).unwrap_or(now))))
}

fn put_away(maildir: &Path, name: &std::ffi::OsStr) -> Result<()> {
    let (from, folder) = (maildir.join("new").join(name), maildir.join("cur"));
    let mut seen = name.to_owned();
    if !name.to_string_lossy().contains(":2,") {
        seen.push(":2,S");
    }
    std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::rename(&from, folder.join(seen)))
        .map_err(|source| Error::File { path: from, source })
}

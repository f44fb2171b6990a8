//! A local file system on which what was written stays written.
//!
//! Invariant: when a put or an upload has ended well, the bytes and the name would survive a loss of
//! power. So a log entry is durable only after the files that it names, and a delivery is acknowledged
//! only after both.
//!
//! `object_store` writes local files without waiting for the disk: after a loss of power a commit
//! could be there as a name without its bytes, and the table could not be read, or be gone although
//! it was acknowledged. Here bytes go to `NAME#NUMBER` (a name that `object_store` passes over), are synced,
//! and then get their name; then the folder is synced, and its own folders the first time.

use std::collections::HashSet;
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use async_trait::async_trait;
use bytes::Bytes;
use deltalake_core::Path;
use deltalake_core::logstore::object_store::local::LocalFileSystem;
use deltalake_core::logstore::object_store::{
    self, CopyOptions, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMode, PutMultipartOptions, PutOptions, PutPayload, PutResult, RenameOptions, UploadPart,
};
use futures::stream::BoxStream;
use object_store::Result;

/// The local file system, durably.
#[derive(Debug)]
pub(crate) struct Durable {
    inner: Arc<LocalFileSystem>,
    folders: Arc<Folders>,
}

/// Folders whose own names are known to be durable.
#[derive(Debug, Default)]
struct Folders(std::sync::Mutex<HashSet<PathBuf>>);

/// Names of drafts differ.
static NUMBER: AtomicU64 = AtomicU64::new(0);

impl Durable {
    pub(crate) fn new() -> Self {
        Durable { inner: Arc::new(LocalFileSystem::new()), folders: Arc::default() }
    }

    /// Waits for the disk on another thread.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folders) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let folders = self.folders.clone();
        tokio::task::spawn_blocking(move || work(&folders)).await.map_err(io::Error::other)?
    }
}

impl Folders {
    /// Makes the names in a file's folder durable, and the folder's own name.
    fn sync_around(&self, file: &FilePath) -> io::Result<()> {
        let Some(folder) = file.parent() else { return Ok(()) };
        File::open(folder)?.sync_all()?;
        let known = |folder: &FilePath| match self.0.lock() {
            Ok(mut known) => !known.insert(folder.to_owned()),
            Err(_) => false,
        };
        for (folder, above) in folder.ancestors().zip(folder.ancestors().skip(1)) {
            if known(folder) {
                break;
            }
            match File::open(above) {
                // Above what is ours we may not look, and there nothing of ours is new.
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => break,
                above => above?.sync_all()?,
            }
        }
        Ok(())
    }

    fn write(&self, path: &FilePath, payload: &PutPayload, create: bool) -> io::Result<()> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut draft = path.as_os_str().to_owned();
        // Two processes may write the same name: the number begins with who writes.
        let number = NUMBER.fetch_add(1, Relaxed);
        draft.push(format!("#{}{number:08}", std::process::id()));
        let draft = PathBuf::from(draft);
        let written = write_draft(&draft, payload).and_then(|()| {
            if create { fs::hard_link(&draft, path) } else { fs::rename(&draft, path) }
        });
        if create || written.is_err() {
            // A draft that stays is seen by nobody.
            let _ = fs::remove_file(&draft);
        }
        written?;
        self.sync_around(path)
    }
}

fn write_draft(draft: &FilePath, payload: &PutPayload) -> io::Result<()> {
    let mut file = File::create(draft)?;
    for bytes in payload {
        file.write_all(bytes)?;
    }
    file.sync_all()
}

fn failed(path: &Path, error: io::Error) -> object_store::Error {
    let (path, kind) = (path.to_string(), error.kind());
    let source = Box::new(error);
    match kind {
        io::ErrorKind::AlreadyExists => object_store::Error::AlreadyExists { path, source },
        io::ErrorKind::NotFound => object_store::Error::NotFound { path, source },
        _ => object_store::Error::Generic { store: "the local file system", source },
    }
}

impl fmt::Display for Durable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "durable {}", self.inner)
    }
}

#[async_trait]
impl ObjectStore for Durable {
    async fn put_opts(
        &self,
        location: &Path,
        payload: PutPayload,
        options: PutOptions,
    ) -> Result<PutResult> {
        let create = match options.mode {
            PutMode::Create => true,
            PutMode::Overwrite => false,
            // It says itself that it cannot.
            PutMode::Update(_) => return self.inner.put_opts(location, payload, options).await,
        };
        let path = self.inner.path_to_filesystem(location)?;
        let written = self.blocking(move |folders| folders.write(&path, &payload, create)).await;
        written.map_err(|error| failed(location, error))?;
        Ok(PutResult { e_tag: None, version: None })
    }

    async fn put_multipart_opts(
        &self,
        location: &Path,
        options: PutMultipartOptions,
    ) -> Result<Box<dyn MultipartUpload>> {
        let inner = self.inner.put_multipart_opts(location, options).await?;
        let path = self.inner.path_to_filesystem(location)?;
        let folders = self.folders.clone();
        Ok(Box::new(Upload { inner, location: location.clone(), path, folders }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.inner.get_ranges(location, ranges).await
    }

    fn delete_stream(
        &self,
        locations: BoxStream<'static, Result<Path>>,
    ) -> BoxStream<'static, Result<Path>> {
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    fn list_with_offset(
        &self,
        prefix: Option<&Path>,
        offset: &Path,
    ) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.inner.copy_opts(from, to, options).await?;
        self.sync(to).await
    }

    async fn rename_opts(&self, from: &Path, to: &Path, options: RenameOptions) -> Result<()> {
        self.inner.rename_opts(from, to, options).await?;
        self.sync(to).await
    }
}

impl Durable {
    async fn sync(&self, location: &Path) -> Result<()> {
        let path = self.inner.path_to_filesystem(location)?;
        let synced = self.blocking(move |folders| sync_file(&path, folders)).await;
        synced.map_err(|error| failed(location, error))
    }
}

fn sync_file(path: &FilePath, folders: &Folders) -> io::Result<()> {
    File::open(path)?.sync_all()?;
    folders.sync_around(path)
}

/// A file that is written in parts. It gets its name before it is synced: nothing that is committed
/// names it yet.
#[derive(Debug)]
struct Upload {
    inner: Box<dyn MultipartUpload>,
    location: Path,
    path: PathBuf,
    folders: Arc<Folders>,
}

#[async_trait]
impl MultipartUpload for Upload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.inner.put_part(data)
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let put = self.inner.complete().await?;
        let (path, folders) = (self.path.clone(), self.folders.clone());
        let synced = tokio::task::spawn_blocking(move || sync_file(&path, &folders)).await;
        let synced = synced.map_err(io::Error::other).and_then(|synced| synced);
        synced.map_err(|error| failed(&self.location, error))?;
        Ok(put)
    }

    async fn abort(&mut self) -> Result<()> {
        self.inner.abort().await
    }
}

#[cfg(test)]
mod tests {
    use deltalake_core::logstore::object_store::ObjectStoreExt as _;
    use futures::TryStreamExt as _;

    use super::*;

    #[tokio::test]
    async fn what_is_created_is_created_once_and_drafts_are_not_seen() {
        let folder = tempfile::tempdir().unwrap();
        let store = Durable::new();
        let at = |name: &str| Path::from_absolute_path(folder.path().join(name)).unwrap();
        let create = || PutOptions { mode: PutMode::Create, ..PutOptions::default() };
        store.put_opts(&at("a/b/0.json"), "first".into(), create()).await.unwrap();
        let again = store.put_opts(&at("a/b/0.json"), "second".into(), create()).await;
        assert!(matches!(again, Err(object_store::Error::AlreadyExists { .. })), "{again:?}");
        let read = store.get(&at("a/b/0.json")).await.unwrap().bytes().await.unwrap();
        assert_eq!(read, "first");
        store.put(&at("a/b/0.json"), "third".into()).await.unwrap();
        let mut upload = store.put_multipart(&at("a/c/1")).await.unwrap();
        upload.put_part("part".into()).await.unwrap();
        upload.complete().await.unwrap();
        fs::write(folder.path().join("a/b/0.json#100000001"), "a draft that stayed").unwrap();
        let prefix = at("a");
        let listed: Vec<ObjectMeta> = store.list(Some(&prefix)).try_collect().await.unwrap();
        let mut names: Vec<Path> = listed.into_iter().map(|meta| meta.location).collect();
        names.sort();
        assert_eq!(names, [at("a/b/0.json"), at("a/c/1")]);
        assert_eq!(fs::read_dir(folder.path().join("a/b")).unwrap().count(), 2);
    }
}

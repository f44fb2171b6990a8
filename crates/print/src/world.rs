//! What the typesetter may see: one template, the document's values, and the fonts. No file, no clock.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Dict, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _};

use crate::fonts::Fonts;

const TEMPLATE: &str = include_str!("bulletin.typ");

pub(crate) struct World {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
}

impl World {
    pub(crate) fn new(document: Dict, fonts: &Fonts) -> World {
        let path = VirtualPath::new("bulletin.typ")
            .map(|path| RootedPath::new(VirtualRoot::Project, path).intern());
        let template = match path {
            Ok(id) => Source::new(id, TEMPLATE.to_owned()),
            // The path is one; a source without a path is as good.
            Err(_) => Source::detached(TEMPLATE),
        };
        World {
            library: LazyHash::new(Library::builder().with_inputs(document).build()),
            book: LazyHash::new(FontBook::from_fonts(&fonts.faces)),
            fonts: fonts.faces.clone(),
            template,
        }
    }
}

impl typst::World for World {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() {
            Ok(self.template.clone())
        } else {
            Err(FileError::AccessDenied)
        }
    }

    fn file(&self, _: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

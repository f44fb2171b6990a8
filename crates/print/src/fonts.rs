//! Fonts: of Latin letters one that comes with the program, of Japanese ones what the system has.

use std::collections::HashMap;
use std::fmt;
use std::sync::Mutex;

use fontdb::{Database, Family, Query, Weight};
use press::Lang;
use sha2::{Digest as _, Sha256};
use typst::foundations::Bytes;
use typst::text::Font;

/// The font that comes with the typesetter: SIL Open Font License 1.1.
const LATIN: &str = "Libertinus Serif";

/// Japanese fonts, the best first: Noto and Source Han have a bold face, IPA's do not.
const JAPANESE: &[&str] = &[
    "Noto Sans CJK JP",
    "Noto Sans JP",
    "Source Han Sans JP",
    "Source Han Sans",
    "IPAexGothic",
    "IPAGothic",
    "Takao Gothic",
    "VL Gothic",
    "Hiragino Sans",
    "Yu Gothic",
];

/// There is no Japanese font. Whoever runs the program has to install one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "there is no Japanese font here to print with: install one, such as Debian's fonts-noto-cjk or fonts-ipaexfont-gothic, or leave ja out of --lang"
)]
pub struct NoFont;

/// A font in a PDF: its PostScript name, and the SHA-256 of its file, in hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Used {
    /// Its name.
    pub name: String,
    /// Of the whole file, which may hold other fonts too.
    pub sha256: String,
}

/// The fonts to print with.
#[derive(Clone)]
pub struct Fonts {
    pub(crate) faces: Vec<Font>,
    /// Families, the one to take first.
    pub(crate) families: Vec<String>,
}

impl Fonts {
    /// The fonts of a language: only Japanese has to be looked for.
    ///
    /// # Errors
    /// There is none.
    pub fn find(lang: Lang) -> Result<Fonts, NoFont> {
        match lang {
            Lang::En => Ok(Fonts::of(latin())),
            Lang::Ja => Ok(Fonts::of(japanese().ok_or(NoFont)?)),
        }
    }

    fn of(faces: Vec<Font>) -> Fonts {
        let mut families: Vec<String> = Vec::new();
        for face in &faces {
            if !families.contains(&face.info().family) {
                families.push(face.info().family.clone());
            }
        }
        Fonts { faces, families }
    }
}

impl fmt::Debug for Fonts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Fonts").field(&self.families).finish()
    }
}

fn latin() -> Vec<Font> {
    let all = typst_assets::fonts().flat_map(|bytes| Font::iter(Bytes::new(bytes)));
    all.filter(|font| font.info().family == LATIN).collect()
}

/// The regular and the bold face of the best family that there is.
fn japanese() -> Option<Vec<Font>> {
    let mut system = Database::new();
    system.load_system_fonts();
    JAPANESE.iter().find_map(|family| {
        let face = |weight| {
            let families = &[Family::Name(family)];
            system.query(&Query { families, weight, ..Query::default() })
        };
        let (regular, bold) = (face(Weight::NORMAL)?, face(Weight::BOLD)?);
        let read = |id| {
            let of = |data: &[u8], index| Font::new(Bytes::new(data.to_vec()), index);
            system.with_face_data(id, of).flatten()
        };
        let mut faces = vec![read(regular)?];
        if bold != regular {
            faces.extend(read(bold));
        }
        Some(faces)
    })
}

impl Used {
    pub(crate) fn of(font: &Font) -> Used {
        let name = font.post_script_name().unwrap_or_default();
        Used { name, sha256: digest(font.data()) }
    }
}

/// A font's file is large, and one is asked for again with every word.
fn digest(data: &Bytes) -> String {
    static KNOWN: Mutex<Option<HashMap<(usize, usize), String>>> = Mutex::new(None);
    let whole = || Sha256::digest(data).iter().map(|byte| format!("{byte:02x}")).collect();
    match KNOWN.lock() {
        Ok(mut known) => {
            let place = (data.as_ptr() as usize, data.len());
            known.get_or_insert_default().entry(place).or_insert_with(whole).clone()
        }
        Err(_) => whole(),
    }
}

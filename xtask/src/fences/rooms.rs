//! Which room may import which: arrows point down only.

/// A room, and the rooms that it may import.
const ARROWS: &[(&str, &[&str])] = &[
    ("observation", &[]),
    ("dissect", &["observation"]),
    ("gazetteer", &[]),
    ("spool", &[]),
    ("claims", &[]),
    ("press", &[]),
    ("print", &["press"]),
    ("summary", &["claims", "press"]),
    ("capture", &["dissect", "observation"]),
    ("interface", &["capture", "dissect", "observation"]),
    ("tables", &["dissect", "observation"]),
    ("delivery", &["observation"]),
    ("wire", &["delivery", "observation"]),
    ("detect", &["observation"]),
    ("guard", &["observation"]),
    ("alert", &["observation"]),
    (
        "sensor",
        &[
            "capture",
            "delivery",
            "detect",
            "dissect",
            "guard",
            "interface",
            "observation",
            "spool",
            "wire",
        ],
    ),
    ("yagura-point", &["delivery", "guard", "interface", "observation", "sensor", "wire"]),
    ("archive", &["gazetteer", "observation"]),
    ("hub", &["archive", "delivery", "gazetteer", "observation", "wire"]),
    ("ingest", &["archive", "capture", "dissect", "gazetteer", "observation", "tables"]),
    ("bulletin", &["archive", "claims", "observation", "summary"]),
    ("web", &["archive", "bulletin", "gazetteer", "observation", "press"]),
    ("incident", &[]),
    ("intake", &["incident"]),
    ("register", &["incident", "intake"]),
    ("mailbox", &[]),
    ("counter", &["incident", "intake", "register"]),
    ("testkit", &["dissect", "observation"]),
    ("xtask", &[]),
];

/// Families of heavy crates, by the beginning of their names, and the one room that opens them.
const DOORS: [(&str, &str); 15] = [
    ("ballista", "archive"),
    ("buoyant_kernel", "archive"),
    ("calamine", "intake"),
    ("datafusion", "archive"),
    ("delta_kernel", "archive"),
    ("deltalake", "archive"),
    ("async-smtp", "alert"),
    ("mail-builder", "alert"),
    ("fontdb", "print"),
    ("hayro", "print"),
    ("mail-parser", "intake"),
    ("parquet", "archive"),
    ("postgres", "register"),
    ("rusqlite", "register"),
    ("typst", "print"),
];

/// Whether `room` may import our room `other`; `dev`: only for its tests.
///
/// `testkit` is for tests alone; `detect` drives captures in its tests; the program wires everything.
pub(super) fn may_import(room: &str, other: &str, dev: bool) -> bool {
    match (room, other) {
        (_, "xtask" | "yagura" | "yagura-point") => false,
        (_, "testkit") => dev,
        ("yagura", _) => true,
        ("detect", "capture" | "dissect") => dev,
        _ => ARROWS.iter().any(|(name, below)| *name == room && below.contains(&other)),
    }
}

/// Whether `room` may depend on the foreign crate `other`.
pub(super) fn may_open(room: &str, other: &str) -> bool {
    DOORS.iter().all(|(family, door)| !other.starts_with(family) || *door == room)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_point_down() {
        for (room, below) in ARROWS.iter().copied() {
            for other in below {
                assert!(may_import(room, other, false), "{room} -> {other}");
                assert!(!may_import(other, room, false), "{other} -> {room}");
            }
        }
    }

    #[test]
    fn testkit_is_for_tests() {
        assert!(may_import("capture", "testkit", true));
        assert!(!may_import("capture", "testkit", false));
        assert!(!may_import("bulletin", "yagura", true));
        assert!(!may_import("a new room", "observation", false));
        assert!(may_import("detect", "capture", true) && !may_import("detect", "capture", false));
    }

    #[test]
    fn heavy_crates_have_one_door() {
        assert!(may_open("archive", "datafusion-common"));
        assert!(!may_open("web", "datafusion-common"));
        assert!(may_open("web", "axum"));
    }
}

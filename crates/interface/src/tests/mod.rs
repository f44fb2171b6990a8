//! Tests of what needs no kernel. Those that do are in `tests/live`.

// An overflow in a test fails the test.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing)]

mod block;
mod filter;
mod merge;
mod settings;

/// The lints of this room are the workspace's, but that unsafe code is denied, and so can be allowed
/// to `sys`, instead of forbidden.
#[test]
fn lints_are_the_workspaces() {
    let part = |manifest: &str, from: &str, to: &str| {
        let (_, rest) = manifest.split_once(&format!("[{from}]\n")).unwrap();
        let (part, _) = rest.split_once(to).unwrap();
        let lines = part.lines().filter(|line| !line.is_empty() && !line.contains("unsafe"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let (ours, theirs) = (include_str!("../../Cargo.toml"), include_str!("../../../../Cargo.toml"));
    for kind in ["rust", "clippy"] {
        let expected = part(theirs, &format!("workspace.lints.{kind}"), "\n[");
        assert_eq!(part(ours, &format!("lints.{kind}"), "\n["), expected);
        assert!(expected.len() > 2);
    }
    assert!(ours.contains("unsafe_code = \"deny\""));
    assert!(theirs.contains("unsafe_code = \"forbid\""));
}

/// Unsafe code is in `sys` alone.
#[test]
fn one_room_is_unsafe() {
    let sources = testkit::files_below(concat!(env!("CARGO_MANIFEST_DIR"), "/src").as_ref());
    for path in sources.unwrap() {
        let is_sys = path.parent().is_some_and(|folder| folder.ends_with("sys"));
        let source = std::fs::read_to_string(&path).unwrap();
        let allows = source.contains(concat!("allow(", "unsafe_code)"));
        assert_eq!(allows, path.ends_with("src/lib.rs"), "{}", path.display());
        assert!(is_sys || !source.contains(concat!("unsafe", " {")), "{}", path.display());
    }
}

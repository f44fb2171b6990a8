//! The whole way in network namespaces: packets on a wire, the points that watch it, a hub, SQL.
//!
//! Each test runs itself again in a namespace of its own: see [`testkit::host`].

mod faults;
mod local;
mod parts;
mod read;
mod scan;

use std::path::PathBuf;

use testkit::host::skip;

/// The point's program: the one beside the program under test, unless another is named; none, with a word,
/// where it was not built.
fn point_program() -> Option<PathBuf> {
    let beside =
        std::env::var_os("YAGURA_TEST_PROGRAM").unwrap_or(env!("CARGO_BIN_EXE_yagura").into());
    let beside = PathBuf::from(beside).with_file_name("yagura-point");
    let path = std::env::var_os("YAGURA_TEST_POINT").map_or(beside, PathBuf::from);
    if !path.exists() {
        skip(
            "yagura-point is not built: cargo build -p yagura-point, or name it by YAGURA_TEST_POINT",
        );
        return None;
    }
    Some(path)
}

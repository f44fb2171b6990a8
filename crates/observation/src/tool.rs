//! The tools that leave a mark in the packets they send.

/// A scanning tool or a worm that is known by a mark in its packets.
///
/// The marks themselves, with their sources, are in the room `dissect`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Tool {
    /// ZMap, the Internet-wide scanner.
    Zmap,
    /// masscan, the Internet-wide scanner.
    Masscan,
    /// The Mirai family of worms.
    Mirai,
}

impl Tool {
    /// Every tool, in the order of their names' first use.
    pub const ALL: [Tool; 3] = [Tool::Zmap, Tool::Masscan, Tool::Mirai];

    /// The name as stored in the column `tool`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Tool::Zmap => "zmap",
            Tool::Masscan => "masscan",
            Tool::Mirai => "mirai",
        }
    }
}

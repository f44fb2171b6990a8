//! How the archive writes Parquet: our own pages into the library's files.
//!
//! The library's writer hashes every value of a column for its dictionary, and has a compressor for
//! every column; on rows like ours, most of whose columns have few values, that is half the cost of
//! an import. Pages, dictionaries and their encodings are made here; headers, the file's end and all
//! reading are the library's.

mod bounds;
mod chunk;
mod codes;
mod column;
mod contents;
mod delta;
mod group;
mod hybrid;
#[cfg(test)]
mod tests;
mod writer;

pub(crate) use contents::Order;
pub(crate) use writer::Writer;

//! One column of a row group: its pages, and what the file's end says of them.
//!
//! Each batch of rows becomes a page: a bit for each row that says whether it has a value (for
//! columns that may be null), and the values. By default these are numbers of a dictionary, which
//! stands before the pages; when a dictionary does not pay, or is full, pages hold the values
//! themselves. Every page is compressed.

use std::io;

use arrow_array::Array;
use bytes::Bytes;
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{CompressedPage, Page, PageWriter as _};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::{ParquetError, Result};
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::writer::{SerializedPageWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use super::bounds::Bounds;
use super::codes::{Numbers, Texts};
use super::column::{Values, put_ints, put_longs, put_texts};
use super::{delta, hybrid};

/// How the values of a column are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// By a dictionary, where it pays.
    Dictionary,
    /// As they are.
    Plain,
    /// Texts: all lengths, then all bytes.
    Lengths,
    /// 64-bit numbers by their differences.
    Differences,
}

/// Distinct values from which on a dictionary has to pay.
const MANY: usize = 256;

/// What all columns share: places that are used again and again, and the compressor.
pub(super) struct Desk {
    zstd: zstd::bulk::Compressor<'static>,
    compression: Compression,
    numbers: Vec<i64>,
    codes: Vec<u16>,
    page: Vec<u8>,
    packed: Vec<u8>,
}

/// The pages of one column so far.
pub(super) struct Chunk {
    column: ColumnDescPtr,
    way: Way,
    numbers: Numbers,
    texts: Texts,
    /// Whether the values of the dictionary have 64 bits.
    long: bool,
    rows: u64,
    pages: TrackedWrite<Vec<u8>>,
    plain_bytes: usize,
    encodings: Vec<Encoding>,
    bounds: Option<Bounds>,
}

impl Desk {
    pub(super) fn new(level: i32, compression: Compression) -> io::Result<Self> {
        Ok(Desk {
            zstd: zstd::bulk::Compressor::new(level)?,
            compression,
            numbers: Vec::new(),
            codes: Vec::new(),
            page: Vec::new(),
            packed: Vec::new(),
        })
    }

    /// Compresses what is on the page. Gives it and the page's length.
    fn compress(&mut self) -> Result<(Bytes, usize)> {
        self.packed.clear();
        self.packed.reserve(zstd::zstd_safe::compress_bound(self.page.len()));
        self.zstd.compress_to_buffer(&self.page, &mut self.packed).map_err(failed)?;
        Ok((Bytes::copy_from_slice(&self.packed), self.page.len()))
    }
}

impl Chunk {
    pub(super) fn new(column: ColumnDescPtr, way: Way, bounded: bool) -> Self {
        Chunk {
            column,
            way,
            numbers: Numbers::default(),
            texts: Texts::default(),
            long: false,
            rows: 0,
            pages: TrackedWrite::new(Vec::new()),
            plain_bytes: 0,
            encodings: vec![Encoding::RLE],
            bounds: bounded.then(Bounds::default),
        }
    }

    /// Writes the rows as one page.
    pub(super) fn write(&mut self, column: &dyn Array, desk: &mut Desk) -> Result<()> {
        let values = Values::of(column, std::mem::take(&mut desk.numbers)).ok_or_else(|| {
            ParquetError::NYI(format!(
                "no table of ours has columns of type {}",
                column.data_type()
            ))
        })?;
        desk.page.clear();
        if self.column.max_def_level() > 0 {
            put_presence(column, &mut desk.page);
        }
        if let Some(bounds) = &mut self.bounds {
            bounds.add(&values, column.null_count());
        }
        let encoding = self.put_values(&values, desk);
        desk.numbers = values.into_numbers();
        self.rows += column.len() as u64;
        let (buf, length) = desk.compress()?;
        let page = Page::DataPage {
            buf,
            num_values: u32::try_from(column.len()).map_err(failed)?,
            encoding,
            def_level_encoding: Encoding::RLE,
            rep_level_encoding: Encoding::RLE,
            statistics: None,
        };
        self.put_page(page, length)
    }

    fn put_values(&mut self, values: &Values<'_>, desk: &mut Desk) -> Encoding {
        if values.len() == 0 {
            return Encoding::PLAIN;
        }
        match (self.way, values) {
            (Way::Dictionary, _) if self.put_codes(values, desk) => {
                return Encoding::RLE_DICTIONARY;
            }
            (Way::Lengths, Values::Texts(texts)) => {
                put_lengths(texts, &mut desk.page);
                return Encoding::DELTA_LENGTH_BYTE_ARRAY;
            }
            (Way::Differences, Values::Longs(numbers)) => {
                delta::pack(numbers, &mut desk.page);
                return Encoding::DELTA_BINARY_PACKED;
            }
            _ => {}
        }
        values.put(&mut desk.page);
        Encoding::PLAIN
    }

    /// Writes the values by their numbers in the dictionary. False: the page is to hold them as
    /// they are, and so are all after it.
    fn put_codes(&mut self, values: &Values<'_>, desk: &mut Desk) -> bool {
        let before = self.length_of_dictionary();
        let encoded = match values {
            Values::Ints(numbers) | Values::Longs(numbers) => {
                self.long = matches!(values, Values::Longs(_));
                self.numbers.encode(numbers, &mut desk.codes)
            }
            Values::Texts(texts) => self.texts.encode(texts, &mut desk.codes),
            Values::Coded(numbers, texts) => {
                self.texts.encode_coded(numbers, texts, &mut desk.codes)
            }
            Values::Truths(_) => false,
        };
        let after = self.length_of_dictionary();
        let pays = before > 0 || after < MANY || after * 2 <= values.len();
        if encoded && pays {
            let most = u16::try_from(after.saturating_sub(1)).unwrap_or(u16::MAX);
            let width = hybrid::width(most);
            desk.page.push(width);
            hybrid::pack(&desk.codes, width, &mut desk.page);
            return true;
        }
        self.way = Way::Plain;
        if before == 0 {
            (self.numbers, self.texts) = Default::default();
        }
        false
    }

    fn length_of_dictionary(&self) -> usize {
        self.numbers.values().len().max(self.texts.len())
    }

    fn put_page(&mut self, page: Page, length: usize) -> Result<()> {
        if !self.encodings.contains(&page.encoding()) {
            self.encodings.push(page.encoding());
        }
        let page = CompressedPage::new(page, length);
        let written = SerializedPageWriter::new(&mut self.pages).write_page(page)?;
        self.plain_bytes += written.uncompressed_size;
        Ok(())
    }

    /// The whole column: its dictionary, if any page needs one, and its pages.
    pub(super) fn close(mut self, desk: &mut Desk) -> Result<(Bytes, ColumnCloseResult)> {
        let pages = std::mem::replace(&mut self.pages, TrackedWrite::new(Vec::new()));
        let pages = pages.into_inner()?;
        if self.length_of_dictionary() > 0 {
            self.put_dictionary(desk)?;
        }
        let mut all =
            std::mem::replace(&mut self.pages, TrackedWrite::new(Vec::new())).into_inner()?;
        let dictionary = all.len();
        all.extend_from_slice(&pages);
        let metadata = self.metadata(desk.compression, dictionary, all.len())?;
        let closed = ColumnCloseResult {
            bytes_written: all.len() as u64,
            rows_written: self.rows,
            metadata,
            bloom_filter: None,
            column_index: None,
            offset_index: None,
        };
        Ok((all.into(), closed))
    }

    fn put_dictionary(&mut self, desk: &mut Desk) -> Result<()> {
        desk.page.clear();
        match self.numbers.values() {
            [] => put_texts(self.texts.values(), &mut desk.page),
            numbers if self.long => put_longs(numbers, &mut desk.page),
            numbers => put_ints(numbers, &mut desk.page),
        }
        let (buf, length) = desk.compress()?;
        let num_values = u32::try_from(self.length_of_dictionary()).map_err(failed)?;
        let encoding = Encoding::PLAIN;
        self.put_page(Page::DictionaryPage { buf, num_values, encoding, is_sorted: false }, length)
    }

    fn metadata(
        &self,
        by: Compression,
        dictionary: usize,
        length: usize,
    ) -> Result<ColumnChunkMetaData> {
        let long = |length: usize| i64::try_from(length).map_err(failed);
        let dictionary_page = (dictionary > 0).then_some(0);
        let mut metadata = ColumnChunkMetaData::builder(self.column.clone())
            .set_compression(by)
            .set_encodings(self.encodings.clone())
            .set_total_compressed_size(long(length)?)
            .set_total_uncompressed_size(long(self.plain_bytes)?)
            .set_num_values(i64::try_from(self.rows).map_err(failed)?)
            .set_data_page_offset(long(dictionary)?)
            .set_dictionary_page_offset(dictionary_page);
        if let Some(bounds) = &self.bounds {
            metadata = metadata.set_statistics(bounds.statistics(self.column.physical_type()));
        }
        metadata.build()
    }
}

/// Which rows have a value, one bit each, behind their length in bytes.
fn put_presence(column: &dyn Array, page: &mut Vec<u8>) {
    let at = page.len();
    page.extend([0; 4]);
    match column.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => hybrid::put_run(column.len(), 1, 1, page),
        Some(nulls) if nulls.null_count() == column.len() => {
            hybrid::put_run(column.len(), 0, 1, page);
        }
        Some(nulls) => hybrid::put_bits(nulls.inner(), page),
    }
    let length = page.len() - at - 4;
    if let Some(place) = page.get_mut(at..at + 4) {
        // A page has thousands of rows, not 2^32.
        place.copy_from_slice(&(length as u32).to_le_bytes());
    }
}

/// All lengths, by their differences, and all bytes.
fn put_lengths(texts: &[&[u8]], page: &mut Vec<u8>) {
    let lengths: Vec<i64> = texts.iter().map(|text| text.len() as i64).collect();
    delta::pack(&lengths, page);
    page.reserve(texts.iter().map(|text| text.len()).sum());
    for text in texts {
        page.extend_from_slice(text);
    }
}

fn failed(error: impl std::error::Error + Send + Sync + 'static) -> ParquetError {
    ParquetError::External(Box::new(error))
}

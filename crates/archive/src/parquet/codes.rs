//! Values by number: the dictionary of a column chunk.
//!
//! Numbers are given in the order in which values are first met, so that a file depends on its rows
//! alone. The hash is seeded: values come from strangers.

use std::hash::BuildHasher as _;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// Values that a dictionary holds at most: their numbers have 16 bits, and one stands for none.
const MOST: usize = 65_535;
/// Bytes of texts that a dictionary holds at most.
const MOST_BYTES: usize = 1 << 20;
/// Numbers below this find their code without a hash, and, once one of them is met, all below
/// [`MEDIUM`], such as ports.
const SMALL: usize = 256;
const MEDIUM: usize = 65_536;
/// Short texts whose codes are remembered beside the hash table.
const REMEMBERED: usize = 64;

/// No code.
const NONE: u16 = u16::MAX;

/// A dictionary of numbers.
pub(super) struct Numbers {
    /// The codes of small numbers.
    direct: Vec<u16>,
    index: HashTable<u16>,
    values: Vec<i64>,
    hasher: RandomState,
}

impl Default for Numbers {
    fn default() -> Self {
        Numbers {
            direct: vec![NONE; SMALL],
            index: HashTable::new(),
            values: Vec::new(),
            hasher: RandomState::default(),
        }
    }
}

impl Numbers {
    /// The values in the order of their codes.
    pub(super) fn values(&self) -> &[i64] {
        &self.values
    }

    /// Sets `codes` to those of the values. False: there are too many different ones; then the
    /// dictionary may hold some that nothing refers to.
    pub(super) fn encode(&mut self, values: &[i64], codes: &mut Vec<u16>) -> bool {
        codes.clear();
        if let Some((&first, rest)) = values.split_first()
            && rest.iter().all(|&value| value == first)
        {
            let Some(code) = self.code(first) else { return false };
            codes.resize(values.len(), code);
            return true;
        }
        codes.reserve(values.len());
        for &value in values {
            let Some(code) = self.code(value) else { return false };
            codes.push(code);
        }
        true
    }

    #[inline]
    fn code(&mut self, value: i64) -> Option<u16> {
        match self.direct.get(value as usize) {
            Some(&code) if code != NONE => Some(code),
            _ => self.find(value),
        }
    }

    fn find(&mut self, value: i64) -> Option<u16> {
        if !(0..MEDIUM as i64).contains(&value) {
            return self.find_large(value);
        }
        let at = value as usize;
        if at >= self.direct.len() {
            self.direct.resize(MEDIUM, NONE);
        }
        let code = next(self.values.len())?;
        *self.direct.get_mut(at)? = code;
        self.values.push(value);
        Some(code)
    }

    fn find_large(&mut self, value: i64) -> Option<u16> {
        let Numbers { index, values, hasher, .. } = self;
        let hash = hasher.hash_one(value);
        let same = |&code: &u16| values.get(usize::from(code)) == Some(&value);
        if let Some(&code) = index.find(hash, same) {
            return Some(code);
        }
        let code = next(values.len())?;
        values.push(value);
        let of =
            |&code: &u16| values.get(usize::from(code)).map_or(0, |value| hasher.hash_one(value));
        index.insert_unique(hash, code, of);
        Some(code)
    }
}

/// A dictionary of texts, or bytes.
pub(super) struct Texts {
    /// Short texts met last, and their codes.
    remembered: [(Short, u16); REMEMBERED],
    index: HashTable<u16>,
    /// All texts, one behind the other.
    bytes: Vec<u8>,
    /// Where each text ends.
    ends: Vec<u32>,
    hasher: RandomState,
}

impl Default for Texts {
    fn default() -> Self {
        Texts {
            remembered: [(Short::NONE, NONE); REMEMBERED],
            index: HashTable::new(),
            bytes: Vec::new(),
            ends: Vec::new(),
            hasher: RandomState::default(),
        }
    }
}

impl Texts {
    /// How many texts there are.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The texts in the order of their codes.
    pub(super) fn values(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len()).filter_map(|code| text(&self.bytes, &self.ends, code))
    }

    /// As [`Numbers::encode`].
    pub(super) fn encode(&mut self, texts: &[&[u8]], codes: &mut Vec<u16>) -> bool {
        codes.clear();
        codes.reserve(texts.len());
        for text in texts {
            let Some(code) = self.code(text) else { return false };
            codes.push(code);
        }
        true
    }

    /// The same for texts that have numbers already, which are places in `list`.
    pub(super) fn encode_coded(
        &mut self,
        numbers: &[i64],
        list: &[&[u8]],
        codes: &mut Vec<u16>,
    ) -> bool {
        codes.clear();
        codes.reserve(numbers.len());
        let mut known = vec![NONE; list.len()];
        for &number in numbers {
            let Some(code) = known.get_mut(number as usize) else { return false };
            if *code == NONE {
                let text = list.get(number as usize).copied().unwrap_or_default();
                let Some(found) = self.code(text) else { return false };
                *code = found;
            }
            codes.push(*code);
        }
        true
    }

    #[inline]
    fn code(&mut self, text: &[u8]) -> Option<u16> {
        let Some(short) = Short::new(text) else { return self.find(text) };
        let place = short.place();
        match self.remembered.get(place) {
            Some(&(other, code)) if other == short => Some(code),
            _ => {
                let code = self.find(text)?;
                *self.remembered.get_mut(place)? = (short, code);
                Some(code)
            }
        }
    }

    fn find(&mut self, value: &[u8]) -> Option<u16> {
        let Texts { index, bytes, ends, hasher, .. } = self;
        let hash = hasher.hash_one(value);
        let same = |&code: &u16| text(bytes, ends, code.into()) == Some(value);
        if let Some(&code) = index.find(hash, same) {
            return Some(code);
        }
        if bytes.len() + value.len() > MOST_BYTES {
            return None;
        }
        let code = next(ends.len())?;
        bytes.extend_from_slice(value);
        ends.push(u32::try_from(bytes.len()).ok()?);
        let of =
            |&code: &u16| text(bytes, ends, code.into()).map_or(0, |value| hasher.hash_one(value));
        index.insert_unique(hash, code, of);
        Some(code)
    }
}

/// A text of at most eight bytes as a number and its length.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Short(u64, usize);

impl Short {
    /// No text.
    const NONE: Short = Short(0, usize::MAX);

    #[inline]
    fn new(text: &[u8]) -> Option<Self> {
        let number = match *text {
            [] => 0,
            [a] => u64::from(a),
            [a, b] => u64::from(u16::from_le_bytes([a, b])),
            [a, b, c] => u64::from(u32::from_le_bytes([a, b, c, 0])),
            [a, b, c, d] => u64::from(u32::from_le_bytes([a, b, c, d])),
            [a, b, c, d, e] => u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]),
            [a, b, c, d, e, f] => u64::from_le_bytes([a, b, c, d, e, f, 0, 0]),
            [a, b, c, d, e, f, g] => u64::from_le_bytes([a, b, c, d, e, f, g, 0]),
            [a, b, c, d, e, f, g, h] => u64::from_le_bytes([a, b, c, d, e, f, g, h]),
            _ => return None,
        };
        Some(Short(number, text.len()))
    }

    /// Where its code is remembered. Texts that meet there only push each other out.
    fn place(self) -> usize {
        // Knuth's multiplicative hash, The Art of Computer Programming, vol. 3, 6.4.
        (self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 58) as usize
    }
}

fn text<'a>(bytes: &'a [u8], ends: &[u32], code: usize) -> Option<&'a [u8]> {
    let end = *ends.get(code)? as usize;
    let begin = code.checked_sub(1).map_or(Some(0), |before| ends.get(before).copied())? as usize;
    bytes.get(begin..end)
}

fn next(length: usize) -> Option<u16> {
    u16::try_from(length).ok().filter(|_| length < MOST)
}

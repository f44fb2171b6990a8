//! Where a source address was.

/// Where a source address was, as a database said on the day of its making.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origin<'a> {
    /// ISO 3166-1 alpha-2 code of the country.
    pub country: Option<&'a str>,
    /// The autonomous system that announced the address.
    pub asn: Option<u32>,
}

//! The country and the autonomous system of one record of an MMDB file.

use std::fmt;

use maxminddb::{LookupResult, MaxMindDbError};
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::Place;
use crate::Country;

/// A network of an MMDB file and its record.
pub(super) type Found<'a> = LookupResult<'a, Vec<u8>>;

/// Keys of a country, the surest first: a map of MaxMind and DB-IP, or a text of IPinfo; inside
/// that map; a text of ip-location-db and IPinfo; a map of MaxMind about the network's holder.
const COUNTRY: [&str; 4] = ["country", "iso_code", "country_code", "registered_country"];

/// Keys of an autonomous system: MaxMind, DB-IP and ip-location-db; IPinfo (`AS64500`); the map in
/// which MaxMind's enterprise files have it.
const ASN: [&str; 3] = ["autonomous_system_number", "asn", "traits"];

/// What a record says. A field of an unknown form says nothing; bytes that cannot be decoded are
/// an error of the whole file.
pub(super) fn place(record: &Found<'_>) -> Result<Place, MaxMindDbError> {
    let told = record.decode::<Told>()?.unwrap_or_default();
    Ok(Place { country: told.country, asn: told.number })
}

/// What a value tells, whatever its form: a text or a number of itself, a map of its fields.
#[derive(Debug, Default, PartialEq)]
struct Told {
    country: Option<Country>,
    number: Option<u32>,
}

impl Told {
    fn text(text: &str) -> Told {
        match text.strip_prefix("AS").unwrap_or(text).parse() {
            Ok(number) => Told::number(number),
            Err(_) => Told { country: Country::parse(text), number: None },
        }
    }

    /// Number 0 is reserved and says that none is known (RFC 7607).
    fn number(number: u64) -> Told {
        let number = u32::try_from(number).ok().filter(|number| *number != 0);
        Told { country: None, number }
    }
}

/// The fields of a map that told something, as far as they are ours.
#[derive(Default)]
struct Fields {
    country: Option<(usize, Country)>,
    number: Option<(usize, u32)>,
}

impl Fields {
    fn add(&mut self, key: &str, told: &Told) {
        keep(&mut self.country, &COUNTRY, key, told.country);
        keep(&mut self.number, &ASN, key, told.number);
    }
}

/// Keeps a value if its key is among `keys` and before that of the value kept.
fn keep<T>(kept: &mut Option<(usize, T)>, keys: &[&str], key: &str, value: Option<T>) {
    let rank = keys.iter().position(|known| *known == key);
    if let (Some(rank), Some(value)) = (rank, value)
        && kept.as_ref().is_none_or(|(before, _)| rank < *before)
    {
        *kept = Some((rank, value));
    }
}

impl<'de> Deserialize<'de> for Told {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Told, D::Error> {
        deserializer.deserialize_any(AnyForm)
    }
}

struct AnyForm;

impl<'de> Visitor<'de> for AnyForm {
    type Value = Told;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("any value")
    }

    fn visit_str<E>(self, text: &str) -> Result<Told, E> {
        Ok(Told::text(text))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Told, E> {
        Ok(Told::number(number))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Told, E> {
        Ok(u64::try_from(number).map_or_else(|_| Told::default(), Told::number))
    }

    fn visit_u128<E>(self, _: u128) -> Result<Told, E> {
        Ok(Told::default())
    }

    fn visit_f64<E>(self, _: f64) -> Result<Told, E> {
        Ok(Told::default())
    }

    fn visit_bool<E>(self, _: bool) -> Result<Told, E> {
        Ok(Told::default())
    }

    fn visit_bytes<E>(self, _: &[u8]) -> Result<Told, E> {
        Ok(Told::default())
    }

    /// Values of other keys are passed over unread; maps in maps go as deep as maxminddb lets
    /// them.
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Told, A::Error> {
        let mut fields = Fields::default();
        while let Some(key) = map.next_key::<String>()? {
            if COUNTRY.contains(&key.as_str()) || ASN.contains(&key.as_str()) {
                fields.add(&key, &map.next_value()?);
            } else {
                map.next_value::<IgnoredAny>()?;
            }
        }
        let country = fields.country.map(|(_, country)| country);
        Ok(Told { country, number: fields.number.map(|(_, number)| number) })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut sequence: A) -> Result<Told, A::Error> {
        while sequence.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Told::default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_makers() {
        assert_eq!(Told::text("AS64500").number, Some(64_500));
        assert_eq!(Told::text("64500").number, Some(64_500));
        assert_eq!(Told::text("us").country, Country::parse("US"));
        assert_eq!(Told::text("AS").country, Country::parse("AS"), "American Samoa");
        for nothing in ["", "ASx", "United States", "99999999999", "None", "A1", "0", "AS0"] {
            assert_eq!(Told::text(nothing), Told::default(), "{nothing}");
        }
    }

    #[test]
    fn the_surest_field_wins() {
        let told = |text: &str| serde_json::from_str::<Told>(text).unwrap();
        let both = r#"{"registered_country": {"iso_code": "US"}, "country": {"iso_code": "JP"}}"#;
        assert_eq!(told(both).country, Country::parse("JP"));
        let holder = r#"{"registered_country": {"iso_code": "US"}, "country": {"names": {}}}"#;
        assert_eq!(told(holder).country, Country::parse("US"));
        let traits = r#"{"traits": {"autonomous_system_number": 7}, "other": [1, {"asn": 8}]}"#;
        assert_eq!(told(traits), Told { country: None, number: Some(7) });
        for nothing in ["1.5", "true", "[\"US\"]", "-1", "{}"] {
            assert_eq!(told(nothing), Told::default(), "{nothing}");
        }
    }
}

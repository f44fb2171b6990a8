//! SQL functions for addresses: `ip('192.0.2.1')`, `ip_text(src)`, `in_cidr(src, '10.0.0.0/8')`,
//! `scanner(src)`.

use std::net::IpAddr;
use std::sync::Arc;

use datafusion::arrow::array::{
    Array as _, ArrayRef, AsArray as _, BinaryArray, BooleanArray, StringArray,
};
use datafusion::arrow::datatypes::DataType;
use datafusion::common::{Result, exec_err};
use datafusion::logical_expr::{ColumnarValue, ScalarUDF, Volatility, create_udf};
use ipnet::IpNet;

use crate::scanners::KnownScanners;

/// The functions that queries have beside the engine's, as they are called, and what they give.
/// An address is 4 or 16 bytes, as in the tables; of null they give null.
pub const FUNCTIONS: [(&str, &str); 4] = [
    ("ip('192.0.2.1')", "the bytes of an address that is written as text"),
    ("ip_text(src)", "an address as text"),
    ("in_cidr(src, '192.0.2.0/24')", "whether an address lies in a network"),
    (
        "scanner(src)",
        "the operator of the known research scanner, search engine or other declared scanner whose \
         network holds an address, by the list of today; null: none of them",
    ),
];

/// The functions that need nothing but their arguments, to be registered in every session.
pub(crate) fn all() -> [ScalarUDF; 3] {
    let (text, bytes) = (DataType::Utf8, DataType::Binary);
    let pure = Volatility::Immutable;
    [
        create_udf("ip", vec![text.clone()], bytes.clone(), pure, Arc::new(|args| apply(args, ip))),
        create_udf(
            "ip_text",
            vec![bytes.clone()],
            text.clone(),
            pure,
            Arc::new(|args| apply(args, ip_text)),
        ),
        create_udf(
            "in_cidr",
            vec![bytes, text],
            DataType::Boolean,
            pure,
            Arc::new(|args| apply(args, in_cidr)),
        ),
    ]
}

/// The function that tells an address's known scanner, to be registered where users or questions
/// may want it. The list is read when the first row is asked about.
pub(crate) fn scanner(known: &KnownScanners) -> ScalarUDF {
    let known = known.clone();
    let function = move |args: &[ColumnarValue]| apply(args, |args| scanners(args, &known));
    let (text, bytes) = (DataType::Utf8, DataType::Binary);
    create_udf("scanner", vec![bytes], text, Volatility::Immutable, Arc::new(function))
}

/// The text of an address held as 4 or 16 bytes.
pub(crate) fn address(bytes: &[u8]) -> Option<IpAddr> {
    match bytes.len() {
        4 => <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from),
        16 => <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from),
        _ => None,
    }
}

/// The bytes of an address: 4 or 16.
pub(crate) fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

fn apply(
    args: &[ColumnarValue],
    function: impl Fn(&[ArrayRef]) -> Result<ArrayRef>,
) -> Result<ColumnarValue> {
    let scalar = args.iter().all(|arg| matches!(arg, ColumnarValue::Scalar(_)));
    let answer = function(&ColumnarValue::values_to_arrays(args)?)?;
    if scalar {
        return Ok(ColumnarValue::Scalar(datafusion::common::ScalarValue::try_from_array(
            &answer, 0,
        )?));
    }
    Ok(ColumnarValue::Array(answer))
}

fn ip(args: &[ArrayRef]) -> Result<ArrayRef> {
    let [texts] = args else { return exec_err!("ip takes one address as text") };
    let parse = |text: &str| match text.parse() {
        Ok(address) => Ok(octets(address)),
        Err(_) => exec_err!("{text:?} is no IP address"),
    };
    let found: Result<Vec<Option<Vec<u8>>>> =
        texts.as_string::<i32>().iter().map(|text| text.map(parse).transpose()).collect();
    Ok(Arc::new(found?.iter().map(Option::as_deref).collect::<BinaryArray>()))
}

fn ip_text(args: &[ArrayRef]) -> Result<ArrayRef> {
    let [addresses] = args else { return exec_err!("ip_text takes one address as bytes") };
    let text = |bytes: &[u8]| address(bytes).map(|address| address.to_string());
    let texts = addresses.as_binary::<i32>().iter().map(|bytes| bytes.and_then(text));
    Ok(Arc::new(texts.collect::<StringArray>()))
}

fn scanners(args: &[ArrayRef], known: &KnownScanners) -> Result<ArrayRef> {
    let [addresses] = args else { return exec_err!("scanner takes one address as bytes") };
    let operator = |bytes: &[u8]| known.of(address(bytes)?);
    let operators = addresses.as_binary::<i32>().iter().map(|bytes| bytes.and_then(operator));
    Ok(Arc::new(operators.collect::<StringArray>()))
}

fn in_cidr(args: &[ArrayRef]) -> Result<ArrayRef> {
    let [addresses, nets] = args else {
        return exec_err!("in_cidr takes an address and a network");
    };
    let (addresses, nets) = (addresses.as_binary::<i32>(), nets.as_string::<i32>());
    let mut known: Option<(String, IpNet)> = None;
    let mut inside = Vec::with_capacity(addresses.len());
    for (bytes, net) in addresses.iter().zip(nets.iter()) {
        let (Some(bytes), Some(net)) = (bytes, net) else {
            inside.push(None);
            continue;
        };
        let parsed = match &known {
            Some((text, parsed)) if text == net => *parsed,
            _ => parse_net(net)?,
        };
        known.get_or_insert_with(|| (net.to_owned(), parsed));
        inside.push(address(bytes).map(|address| parsed.contains(&address)));
    }
    Ok(Arc::new(BooleanArray::from(inside)))
}

fn parse_net(text: &str) -> Result<IpNet> {
    let net = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    net.or_else(|_| {
        exec_err!("{text:?} is no network: write it like 192.0.2.0/24 or 2001:db8::/32")
    })
}

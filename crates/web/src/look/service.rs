//! Names of services and ICMP types. A name says what is registered, not what was asked for.

use archive::question::Service;

/// The registered name of a service or ICMP type; none where we know of none.
pub(crate) fn name(service: &Service) -> Option<&'static str> {
    let protocol = service.protocol?;
    match (service.port, service.icmp_type) {
        (Some(port), _) => gazetteer::service::name(protocol, port),
        (None, Some(icmp_type)) => gazetteer::icmp::name(protocol, icmp_type),
        (None, None) => gazetteer::protocol::name(protocol),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_scans_try_has_names() {
        let named = |protocol, port, icmp_type| {
            name(&Service { protocol: Some(protocol), port, icmp_type })
        };
        assert_eq!(named(6, Some(1433), None), Some("ms-sql-s"));
        assert_eq!(named(1, None, Some(8)), Some("echo request"));
        assert_eq!(named(47, None, None), Some("GRE"));
        assert_eq!(named(6, Some(37_215), None), None);
        assert_eq!(name(&Service { protocol: None, port: Some(80), icmp_type: None }), None);
    }
}

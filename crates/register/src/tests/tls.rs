//! TLS to a PostgreSQL of the test's own; psql beside it says what its words mean.

use std::net::TcpListener;
use std::path::Path;

use super::cluster::{Cluster, said};
use super::*;
use crate::Error;
use crate::link::Link;

struct Server {
    cluster: Cluster,
    port: u16,
}

fn certificate(name: &str) -> (String, String) {
    let key = rcgen::KeyPair::generate().unwrap();
    let params = rcgen::CertificateParams::new(vec![name.to_owned()]).unwrap();
    (params.self_signed(&key).unwrap().pem(), key.serialize_pem())
}

impl Server {
    /// A server whose certificate names localhost, or one without TLS.
    fn start(tls: bool) -> Option<Server> {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let cluster = Cluster::start_with(|folder: &Path, write: &dyn Fn(&str, &str)| {
            let (own, key) = certificate("localhost");
            write("own.pem", &own);
            write("key.pem", &key);
            write("other.pem", &certificate("localhost").0);
            write("empty.pem", "");
            let on = if tls { "on" } else { "off" };
            let at = folder.display();
            format!(
                "-c listen_addresses=127.0.0.1 -c port={port} -c ssl={on} \
                 -c ssl_cert_file={at}/own.pem -c ssl_key_file={at}/key.pem"
            )
        })?;
        Some(Server { cluster, port })
    }

    fn url(&self, host: &str, query: &str) -> String {
        let query = query.replace("@", &format!("{}/", self.cluster.folder().display()));
        format!("postgresql://postgres@{host}:{}/postgres?{query}", self.port)
    }

    /// Whether we are connected, and by TLS; or why not.
    fn ours(&self, host: &str, query: &str) -> Result<bool, Error> {
        let sql =
            "select case when ssl then 1 else 0 end from pg_stat_ssl where pid = pg_backend_pid()";
        Link::open(&self.url(host, query))?.number(sql, &[]).map(|on| on == 1)
    }

    /// The same by psql.
    fn psqls(&self, host: &str, query: &str) -> Result<bool, String> {
        let sql = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
        let mut psql = self.cluster.program("psql");
        let output = psql.arg(self.url(host, query)).args(["-XAtc", sql]).output().unwrap();
        if !output.status.success() {
            return Err(String::from_utf8_lossy(&output.stderr).into_owned());
        }
        Ok(said(output).trim() == "t")
    }
}

#[test]
fn words_mean_what_psql_means() {
    let Some(server) = Server::start(true) else { return };
    let (here, number) = ("localhost", "127.0.0.1");
    for (host, query, wanted) in [
        (here, "", Some(true)),
        (here, "sslmode=disable", Some(false)),
        (here, "sslmode=prefer", Some(true)),
        (number, "sslmode=require", Some(true)),
        (number, "sslmode=require&sslrootcert=@own.pem", Some(true)),
        (number, "sslmode=require&sslrootcert=@other.pem", None),
        (number, "sslmode=verify-ca&sslrootcert=@own.pem", Some(true)),
        (here, "sslmode=verify-ca&sslrootcert=@other.pem", None),
        (here, "sslmode=verify-full&sslrootcert=@own.pem", Some(true)),
        (number, "sslmode=verify-full&sslrootcert=@own.pem", None),
        (here, "sslmode=verify-full&sslrootcert=@other.pem", None),
        (here, "sslmode=verify-full&sslrootcert=@absent.pem", None),
        (here, "sslmode=verify-full&sslrootcert=@empty.pem", None),
        (here, "sslmode=nonsense", None),
    ] {
        let ours = server.ours(host, query);
        assert_eq!(ours.as_ref().ok().copied(), wanted, "{host} {query}: {ours:?}");
        let psqls = server.psqls(host, query);
        assert_eq!(psqls.as_ref().ok().copied(), wanted, "psql: {host} {query}: {psqls:?}");
        if let Err(error) = ours {
            assert!(matches!(error, Error::Open { .. }), "{error}");
        }
    }
    // The system's authorities know nothing of ours. psql before version 16 has no such word.
    for query in ["sslrootcert=system", "sslmode=verify-full", "sslmode=require&sslrootcert=system"]
    {
        assert!(server.ours(here, query).is_err(), "{query}");
    }
    // Why is told.
    let why = |query| server.ours(number, query).unwrap_err().to_string();
    let named = why("sslmode=verify-full&sslrootcert=@own.pem");
    assert!(named.contains("certificate") && named.contains("localhost"), "{named}");
    assert!(why("sslmode=verify-ca&sslrootcert=@other.pem").contains("certificate"));
    assert!(why("sslmode=verify-full&sslrootcert=@empty.pem").contains("no certificate in it"));

    // A book over it is a book.
    let place = server.url(here, "sslmode=verify-full&sslrootcert=@own.pem");
    let mut book = open(&place);
    take(&mut book, &virus_form("", "2005-05-12", &["W32/Netsky.P"]), Channel::Form, MAY);
    assert_eq!(total(&mut open(&place), "ipa-2005", "2005-05"), 1);
    book.audit().unwrap();
}

#[test]
fn a_server_without_tls() {
    let Some(server) = Server::start(false) else { return };
    for (query, wanted) in [
        ("", Some(false)),
        ("sslmode=prefer", Some(false)),
        ("sslmode=require", None),
        ("sslmode=verify-full&sslrootcert=@own.pem", None),
    ] {
        let ours = server.ours("localhost", query);
        assert_eq!(ours.as_ref().ok().copied(), wanted, "{query}: {ours:?}");
        let psqls = server.psqls("localhost", query);
        assert_eq!(psqls.as_ref().ok().copied(), wanted, "psql: {query}: {psqls:?}");
    }
    // A socket of this machine needs none.
    let socket = server.cluster.folder().display();
    let place = format!(
        "postgresql:///postgres?user=postgres&host={socket}&port={}&sslmode=require",
        server.port
    );
    Link::open(&place).unwrap();
}

#[test]
fn a_password_is_in_no_message() {
    for place in [
        "postgresql://ann:secret@127.0.0.1:1/y?sslmode=require",
        "postgresql://127.0.0.1:1/y?user=ann&password=secret&sslmode=disable",
        "postgresql://ann:secret@127.0.0.1:1/y?sslmode=nonsense",
    ] {
        let Err(error) = Link::open(place) else { panic!("{place}") };
        let said = format!("{error} {error:?}");
        assert!(said.contains("127.0.0.1") && !said.contains("secret"), "{said}");
    }
}

//! Against Debian's Dovecot, on loopback, over TLS.

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::*;

/// A Dovecot of the test's own.
struct Dovecot {
    child: Child,
    folder: tempfile::TempDir,
    port: u16,
}

impl Dovecot {
    /// Starts one; none, and a word about it, where there is no Dovecot.
    fn start() -> Option<Dovecot> {
        let found = Command::new("dovecot").arg("--version").output();
        let root = Command::new("id").arg("-u").output().is_ok_and(|id| id.stdout == b"0\n");
        if !found.is_ok_and(|found| found.status.success()) || !root {
            assert_ne!(
                std::env::var("CI").as_deref(),
                Ok("true"),
                "there is no Dovecot, or no root"
            );
            println!(
                "skipped: there is no Dovecot (Debian's package dovecot-imapd), or no root to start it"
            );
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let at = folder.path();
        open_to_all(at);
        let key = rcgen::KeyPair::generate().unwrap();
        let names = vec!["127.0.0.1".to_owned()];
        let certificate = rcgen::CertificateParams::new(names).unwrap().self_signed(&key).unwrap();
        std::fs::write(at.join("cert.pem"), certificate.pem()).unwrap();
        std::fs::write(at.join("key.pem"), key.serialize_pem()).unwrap();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let config = format!(
            "base_dir = {0}/run\nstate_dir = {0}/state\nlog_path = {0}/log\nprotocols = imap\n\
             listen = 127.0.0.1\nssl = required\nssl_cert = <{0}/cert.pem\nssl_key = <{0}/key.pem\n\
             mail_location = maildir:{0}/mail\nfirst_valid_uid = 1\n\
             passdb {{\n  driver = static\n  args = password=secret\n}}\n\
             userdb {{\n  driver = static\n  args = uid=nobody gid=nogroup home={0}/home\n}}\n\
             service imap-login {{\n  chroot =\n  inet_listener imap {{\n    port = 0\n  }}\n  \
             inet_listener imaps {{\n    port = {port}\n    ssl = yes\n  }}\n}}\n\
             service anvil {{\n  chroot =\n}}\n",
            at.display()
        );
        std::fs::write(at.join("conf"), config).unwrap();
        for name in ["mail/new", "mail/cur", "mail/tmp", "home", "run", "state"] {
            std::fs::create_dir_all(at.join(name)).unwrap();
        }
        let done = Command::new("chown")
            .args(["-R", "nobody:nogroup"])
            .arg(at.join("mail"))
            .arg(at.join("home"))
            .status();
        assert!(done.unwrap().success());
        let child = Command::new("dovecot")
            .arg("-F")
            .arg("-c")
            .arg(at.join("conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let dovecot = Dovecot { child, folder, port };
        let begun = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(60), "{}", dovecot.log());
            std::thread::sleep(Duration::from_millis(50));
        }
        Some(dovecot)
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn deliver(&self, name: &str, bytes: &[u8]) {
        let path = self.folder.path().join("mail/new").join(name);
        std::fs::write(&path, bytes).unwrap();
        assert!(Command::new("chown").arg("nobody:nogroup").arg(&path).status().unwrap().success());
    }

    fn account(&self, password: &str, authority: Option<PathBuf>) -> Account {
        let address = format!("imaps://reports%40example.org@127.0.0.1:{}/INBOX", self.port);
        Account::new(&address, password.to_owned(), authority).unwrap()
    }
}

fn open_to_all(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

#[test]
fn addresses() {
    let new = |address: &str| Account::new(address, "secret".to_owned(), None);
    let account = new("imaps://taro%40example.jp@mail.example.jp").unwrap();
    assert_eq!(format!("{account:?}"), "taro@example.jp@mail.example.jp:993/INBOX");
    let account = new("imaps://a+b@[::1]:9993/%E5%B1%8A/2005").unwrap();
    assert_eq!(format!("{account:?}"), "a+b@::1:9993/届/2005");
    for wrong in [
        "imap://a@b",
        "imaps://a:password@b",
        "https://a@b",
        "a@b",
        "imaps://a%0d%0a@b",
        "imaps://a@b/?x",
    ] {
        let said = new(wrong).unwrap_err().to_string();
        assert!(!said.contains("password@"), "{said}");
    }
    assert!(Account::new("imaps://a@b", String::new(), None).is_err());
}

#[tokio::test]
async fn dovecot_gives_each_mail_until_it_is_marked() {
    let Some(dovecot) = Dovecot::start() else { return };
    let authority = Some(dovecot.folder.path().join("cert.pem"));
    let account = dovecot.account("secret", authority.clone());
    let mail = |n: u32| {
        format!("From: a@example.jp\r\nSubject: {n}\r\n\r\nVirus: \x1b$BG\x1b(B\r\n").into_bytes()
    };
    for n in 0..30 {
        dovecot.deliver(&format!("{}.{n}.x", 1_115_823_600 + n), &mail(n));
    }
    dovecot.deliver("1115823700.large.x", &vec![b'x'; 200_000]);

    let mut mailbox =
        Mailbox::open(&account).await.unwrap_or_else(|e| panic!("{e} {}", dovecot.log()));
    let first = mailbox.next(20, 100_000).await.unwrap();
    assert_eq!(first.mails.len(), 20);
    let rest = mailbox.next(20, 100_000).await.unwrap();
    assert_eq!((rest.mails.len(), first.large.len() + rest.large.len()), (10, 1));
    let all: Vec<&Mail> = first.mails.iter().chain(&rest.mails).collect();
    let mut bytes: Vec<Vec<u8>> = all.iter().map(|mail| mail.bytes.clone()).collect();
    bytes.sort();
    let mut wanted: Vec<Vec<u8>> = (0..30).map(mail).collect();
    wanted.sort();
    assert_eq!(bytes, wanted);
    assert!(all.iter().all(|mail| mail.received.is_some()));
    // Twenty are stored; then the line is cut.
    let uids: Vec<u32> = first.mails.iter().map(|mail| mail.uid).collect();
    mailbox.done(&uids).await.unwrap();
    drop(mailbox);

    let mut mailbox = Mailbox::open(&account).await.unwrap();
    let again = mailbox.next(100, 1_000_000).await.unwrap();
    let mut left: Vec<u32> = again.mails.iter().map(|mail| mail.uid).collect();
    assert_eq!(left.len(), 11);
    assert!(left.iter().all(|uid| !uids.contains(uid)) && again.large.is_empty());
    left.extend(&uids);
    mailbox.done(&left).await.unwrap();
    mailbox.close().await.unwrap();

    dovecot.deliver("1115823800.new.x", &mail(99));
    let mut mailbox = Mailbox::open(&account).await.unwrap();
    assert_eq!(mailbox.next(100, 100_000).await.unwrap().mails.len(), 1);
    assert_eq!(mailbox.next(100, 100_000).await.unwrap(), Batch::default());
    mailbox.close().await.unwrap();
    // Nobody's mail was made seen: no name of a file ends in S.
    let files = std::fs::read_dir(dovecot.folder.path().join("mail/cur")).unwrap();
    let names: Vec<String> =
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().all(|name| !name.split(":2,").nth(1).unwrap_or_default().contains('S')));

    let refused = Mailbox::open(&dovecot.account("another", authority)).await.err().unwrap();
    assert!(matches!(refused, Error::Refused(_)), "{refused}");
    // A certificate of nobody whom the system knows.
    let refused = Mailbox::open(&dovecot.account("secret", None)).await.err().unwrap();
    assert!(matches!(refused, Error::Unreachable { .. }), "{refused}");
}

//! Mails, among them some that a standard mailer wrote.

use std::process::{Command, Stdio};

use incident::record::{Channel, Disposition, ReporterClass};

use super::{draft, of, virus};

const FORM: &str = "発見日：2005年5月12日\nウイルス名：W32/Netsky.P\n検出数：3\n";

fn plain(head: &str, text: &[u8]) -> Vec<u8> {
    [format!("From: a@example.jp\r\nMessage-ID: <1@example.jp>\r\n{head}\r\n").as_bytes(), text]
        .concat()
}

#[test]
fn iso_2022_jp_declared_or_not() {
    let bytes = encoding_rs::ISO_2022_JP.encode(FORM).0;
    for head in [
        "Content-Type: text/plain; charset=ISO-2022-JP\r\n",
        "Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n",
        "Content-Type: text/plain\r\n",
        "",
    ] {
        let draft = draft(&plain(head, &bytes), Channel::Mail);
        assert_eq!(virus(&draft).lines[0].pieces, Some(3), "{head}");
        assert_eq!(draft.reference.as_deref(), Some("1@example.jp"));
        assert_eq!(draft.reporter.unwrap().contact.mail.as_deref(), Some("a@example.jp"));
    }
}

/// What Japanese mail programs of Windows and of Unix declared.
#[test]
fn other_encodings_of_japanese() {
    for (charset, encoding) in [
        ("Shift_JIS", encoding_rs::SHIFT_JIS),
        ("windows-31j", encoding_rs::SHIFT_JIS),
        ("euc-jp", encoding_rs::EUC_JP),
        ("utf-8", encoding_rs::UTF_8),
    ] {
        let bytes = encoding.encode(FORM).0;
        let head = format!(
            "Content-Type: text/plain; charset=\"{charset}\"\r\nContent-Transfer-Encoding: 8bit\r\n"
        );
        let draft = draft(&plain(&head, &bytes), Channel::Mail);
        assert_eq!(virus(&draft).lines[0].pieces, Some(3), "{charset}");
    }
}

/// Python's email package is the mailer: base64 and encoded words as it likes them.
#[test]
fn what_a_standard_mailer_writes() {
    let program = r#"
import sys
from email.mime.text import MIMEText
from email.mime.multipart import MIMEMultipart
from email.mime.application import MIMEApplication
from email.header import Header
form = sys.stdin.buffer.read().decode()
for charset in ('iso-2022-jp', 'utf-8', 'shift_jis', 'euc-jp'):
    mail = MIMEMultipart()
    mail['From'] = Header('山田', charset).encode() + ' <a@example.jp>'
    mail['Subject'] = Header('ウイルス届出', charset)
    mail['Message-ID'] = '<%s@example.jp>' % charset
    mail.attach(MIMEText(form, 'plain', charset))
    mail.attach(MIMEApplication(b'PK\x03\x04 a worm', Name='worm.zip'))
    sys.stdout.buffer.write(mail.as_bytes() + b'\0')
"#;
    let child = Command::new("python3")
        .args(["-c", program])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "python3 is absent");
        eprintln!("skipped: python3 is absent");
        return;
    };
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), FORM.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap().stdout;
    let mails: Vec<&[u8]> =
        output.split(|byte| *byte == 0).filter(|mail| !mail.is_empty()).collect();
    assert_eq!(mails.len(), 4);
    for mail in mails {
        let reading = of(mail, Channel::Mail);
        assert_eq!(reading.disposition(), Disposition::Parsed, "{:?}", reading.faults());
        let contact = &reading.drafts[0].draft.reporter.as_ref().unwrap().contact;
        assert_eq!(contact.name.as_deref(), Some("山田"));
        assert_eq!(reading.sealed.len(), 1);
        assert_eq!(
            (reading.sealed[0].name.as_deref(), reading.sealed[0].size),
            (Some("worm.zip"), 11)
        );
    }
}

#[test]
fn what_is_no_report() {
    for head in [
        "Auto-Submitted: auto-replied\r\n",
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n",
    ] {
        let reading = of(&plain(head, FORM.as_bytes()), Channel::Mail);
        assert_eq!(reading.disposition(), Disposition::NotAReport);
    }
    let letter = of(&plain("Subject: hello\r\n", b"How are you?\r\n"), Channel::Mail);
    assert_eq!(letter.disposition(), Disposition::Unsupported);
    let answer =
        of(&plain("Subject: Re: [7K2M-0QX9-V4TD] more\r\n", b"It is back.\r\n"), Channel::Mail);
    assert_eq!(answer.disposition(), Disposition::Parsed);
    assert_eq!(answer.answers.unwrap().to_string(), "7K2M-0QX9-V4TD");
    assert_eq!(of(b"\x00\x01\x02", Channel::Mail).disposition(), Disposition::Unsupported);
}

#[test]
fn a_form_that_is_quoted_is_not_filed_again() {
    let quoted: String = FORM.lines().map(|line| format!("> {line}\n")).collect();
    let reading = of(&plain("", quoted.as_bytes()), Channel::Mail);
    assert_eq!(reading.disposition(), Disposition::Unsupported);
}

/// Who wrote it comes from the mail, what they are from the form.
#[test]
fn the_class_of_a_sender_is_that_of_the_form() {
    let form = format!("{FORM}区分：□個人 ■企業\n業種：製造\n");
    let who = draft(&plain("", form.as_bytes()), Channel::Mail).reporter.unwrap();
    assert_eq!(who.class, ReporterClass::Company);
    assert_eq!(who.sector.as_deref(), Some("製造"));
    assert_eq!(who.contact.mail.as_deref(), Some("a@example.jp"));
    let wrong = format!("{FORM}区分：■個人 ■企業\n");
    assert_eq!(of(&plain("", wrong.as_bytes()), Channel::Mail).disposition(), Disposition::Corrupt);
}

/// What is described comes out again, byte for byte: parts, mails within the mail, evidence of XARF.
#[test]
fn what_is_attached_comes_out_again() {
    let xarf = r#"{"xarf_version":"4.0.0","timestamp":"2026-05-12T10:00:00Z","category":"content","type":"malware",
        "reporter":{"org":"x"},"source_identifier":"192.0.2.7","evidence":[
        {"content_type":"application/octet-stream","description":"a sample","payload":"TVqQAAMA\nAAA="},
        {"content_type":"text/plain","payload":"no base64!"}]}"#;
    let inner = "From: b@example.jp\r\nSubject: within\r\n\r\nhello\r\n";
    let text = format!(
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\n{FORM}\r\n\
         --b\r\nContent-Type: application/zip; name=\"a.zip\"\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBAo=\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\n{inner}\r\n--b\r\nContent-Type: application/json; name=x.json\r\n\r\n\
         {xarf}\r\n--b--\r\n"
    );
    let mail = plain("", b"").strip_suffix(b"\r\n").unwrap().to_vec();
    let mail = [mail, text.into_bytes()].concat();
    for (bytes, channel, many) in
        [(mail.as_slice(), Channel::Mail, 5), (xarf.as_bytes(), Channel::Api, 2)]
    {
        let reading = of(bytes, channel);
        assert_eq!(reading.sealed.len(), many, "{:?}", reading.sealed);
        let arrival = crate::Arrival { bytes, channel, received: 0, format: None, zone: "UTC" };
        let out: Vec<Vec<u8>> =
            (0..many).map(|place| crate::attached(&arrival, place).unwrap()).collect();
        for (sealed, bytes) in reading.sealed.iter().zip(&out) {
            assert_eq!(sealed.sha256, incident::Hash::of(bytes), "{sealed:?}");
            assert_eq!(sealed.size, bytes.len() as u64);
        }
        assert!(out.iter().any(|bytes| bytes.starts_with(b"MZ\x90\0")));
        assert!(out.contains(&b"no base64!".to_vec()));
        assert_eq!(crate::attached(&arrival, many), None);
    }
    let form = crate::Arrival { bytes: b"Virus: x\n", ..none() };
    assert_eq!(crate::attached(&form, 0), None);
}

fn none() -> crate::Arrival<'static> {
    crate::Arrival { bytes: b"", channel: Channel::Form, received: 0, format: None, zone: "UTC" }
}

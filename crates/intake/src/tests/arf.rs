//! Feedback reports.

use incident::record::{Category, Channel, Disposition};

use super::{access, draft, of, virus};

fn report(fields: &str) -> Vec<u8> {
    format!(
        "From: <abuse@example.com>\r\nSubject: FW: Earn money\r\nMIME-Version: 1.0\r\nMessage-ID: <7@example.com>\r\n\
         Content-Type: multipart/report; report-type=feedback-report; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=US-ASCII\r\n\r\nThis is an abuse report.\r\n\
         --b\r\nContent-Type: message/feedback-report\r\n\r\n{fields}\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\nFrom: <x@example.net>\r\nSubject: Earn money\r\n\r\nSpam\r\n--b--\r\n"
    )
    .into_bytes()
}

#[test]
fn feedback_types() {
    let fields = |kind: &str| {
        format!(
            "Feedback-Type: {kind}\r\nUser-Agent: Gate/1.0\r\nVersion: 1\r\nArrival-Date: Thu, 12 May 2005\r\n 08:30:00 +0900\r\n"
        )
    };
    for (kind, label) in [
        ("abuse", "abusive-content:spam"),
        ("Fraud", "fraud:phishing"),
        ("auth-failure", "fraud:masquerade"),
        ("other", "other:other"),
    ] {
        let draft = draft(&report(&fields(kind)), Channel::Mail);
        let report = access(&draft);
        assert_eq!((report.category, report.damage), (Category::Other, false));
        assert_eq!(report.facets[0].as_str(), label);
        assert_eq!(draft.reference.as_deref(), Some("7@example.com"));
    }
    let named =
        draft(&report(&(fields("virus") + "X-Virus-Name: W32/Netsky.P\r\n")), Channel::Mail);
    // Half past eight in Tokyo is the day before in UTC.
    assert_eq!(virus(&named).discovered.to_string(), "2005-05-11");
    assert_eq!(virus(&named).lines[0].name, "W32/Netsky.P");
    assert_eq!(virus(&draft(&report(&fields("virus")), Channel::Mail)).lines[0].name, "unnamed");
    assert_eq!(
        of(&report(&fields("not-spam")), Channel::Mail).disposition(),
        Disposition::NotAReport
    );
    for bad in [
        "Version: 1\r\n",
        "Feedback-Type: virus\r\n",
        "Feedback-Type: virus\r\nVersion: 1\r\nArrival-Date: soon\r\n",
    ] {
        assert_eq!(of(&report(bad), Channel::Mail).disposition(), Disposition::Corrupt, "{bad}");
    }
}

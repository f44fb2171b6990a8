use observation::DAY;

use super::*;
use crate::ClientError;
use crate::client::join;

fn reason<T: std::fmt::Debug>(result: Result<T, ClientError>) -> Reason {
    match result {
        Err(ClientError::Refused(refusal)) => refusal.reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_point_joins_delivers_renews_and_is_revoked() {
    let hub = Hub::new(Limits::default()).await;
    let token: Token = hub.invite("tokyo").to_string().parse().unwrap();
    let identity = join(&hub.address, &token).await.unwrap();
    assert_eq!(identity.point.as_str(), "tokyo");
    assert_eq!(identity.until - identity.issued, crate::LIFE);

    let file = hub.folder.path().join("identity.json");
    identity.store(&file).unwrap();
    let identity = Identity::load(&file).unwrap().unwrap();
    let mode = std::os::unix::fs::PermissionsExt::mode(&file.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);

    let client = Client::connect(&identity).await.unwrap();
    let standing = client.status(&status(GENERATION)).await.unwrap();
    assert_eq!(standing.of(Table::Coverage), Position::START);
    let answer = client.deliver(a_body("tokyo")).await.unwrap();
    assert_eq!(answer, Answer::Committed(at(3)));
    let again = client.deliver(a_body("tokyo")).await.unwrap();
    assert_eq!(again, Answer::Committed(at(3)));
    assert_eq!(hub.book.held.lock().unwrap().rows.len(), 1);

    let renewed = client.renew(&identity).await.unwrap();
    assert_ne!(renewed.certificate, identity.certificate);
    let other = Client::connect(&renewed).await.unwrap();
    assert_eq!(other.status(&status(GENERATION)).await.unwrap().of(Table::Coverage), at(3));

    // Another process revokes: open connections, with the old and the new certificate, are refused
    // with their next request, and closed.
    let process = Registry::open(hub.folder.path()).unwrap();
    process.revoke(&"tokyo".parse().unwrap(), hub.now()).unwrap();
    for client in [&client, &other] {
        assert_eq!(reason(client.status(&status(GENERATION)).await), Reason::Revoked);
        for _ in 0..500 {
            if client.is_closed() {
                break;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        assert!(client.is_closed());
    }
    let back = Client::connect(&renewed).await.unwrap();
    assert_eq!(reason(back.renew(&renewed).await), Reason::Revoked);
    assert_eq!(hub.refused(Reason::Revoked), 3);
}

#[tokio::test]
async fn a_token_serves_one_key_once_and_for_a_time() {
    let hub = Hub::new(Limits::default()).await;
    let token = hub.invite("tokyo");
    let key = Key::generate().unwrap();
    join_with(&hub.address, &token, &key).await.unwrap();
    // The answer may have been lost: the same key may ask again.
    let identity = join_with(&hub.address, &token, &key).await.unwrap();
    assert_eq!(reason(join(&hub.address, &token).await), Reason::UsedToken);
    Client::connect(&identity).await.unwrap().status(&status(GENERATION)).await.unwrap();

    let late = hub.invite("osaka");
    hub.now.fetch_add(HOUR + 1, Relaxed);
    assert_eq!(reason(join(&hub.address, &late).await), Reason::ExpiredToken);

    let mut wrong = hub.invite("osaka");
    wrong.secret[0] ^= 1;
    assert_eq!(reason(join(&hub.address, &wrong).await), Reason::BadToken);
    wrong.invite[0] ^= 1;
    assert_eq!(reason(join(&hub.address, &wrong).await), Reason::BadToken);
    let names: Vec<String> =
        hub.registry.points().unwrap().into_iter().map(|(point, _)| point.to_string()).collect();
    assert_eq!(names, ["tokyo"]);
    for reason in [Reason::UsedToken, Reason::ExpiredToken] {
        assert_eq!(hub.refused(reason), 1);
    }
    assert_eq!(hub.refused(Reason::BadToken), 2);
}

#[tokio::test]
async fn the_secret_is_not_kept_and_goes_to_the_right_hub_only() {
    let hub = Hub::new(Limits::default()).await;
    let impostor = Hub::new(Limits::default()).await;
    let token = hub.invite("tokyo");
    let kept = std::fs::read_dir(hub.folder.path().join("invites")).unwrap();
    let kept: String =
        kept.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
    assert!(!kept.contains(&delivery::hex::encode(&token.secret)));

    let joined = join(&impostor.address, &token).await;
    assert!(matches!(joined, Err(ClientError::Untrusted(_))), "{joined:?}");
    assert_eq!(impostor.refused(Reason::BadToken), 0, "the secret never went out");
    // Nor does a point that has joined talk to another hub.
    let mut identity = hub.joined("tokyo").await;
    identity.hub = impostor.address.clone();
    assert!(matches!(Client::connect(&identity).await, Err(ClientError::Untrusted(_))));
}

#[tokio::test]
async fn a_stolen_proof_is_worth_nothing_with_another_key_or_hub() {
    let hub = Hub::new(Limits::default()).await;
    let key = Key::generate().unwrap();
    let pin = hub.authority().pin();
    let good = key.renewal(&pin).unwrap();
    assert!(good.verified(&pin).is_some());
    let mut other = good.clone();
    other.key = Key::generate().unwrap().renewal(&pin).unwrap().key;
    assert!(other.verified(&pin).is_none());
    assert!(good.verified(&[0; 32]).is_none());
    for (key, proof) in [
        ("00".repeat(65), "00".repeat(64)),
        (format!("04{}", "00".repeat(64)), "3006020100020100".into()),
    ] {
        assert!(crate::messages::Renewal { key, proof }.verified(&pin).is_none());
    }
}

#[tokio::test]
async fn joining_again_ends_the_older_certificates() {
    let hub = Hub::new(Limits::default()).await;
    let old = hub.joined("tokyo").await;
    let new = hub.joined("tokyo").await;
    let knows = |identity, now| hub.registry.knows(&hub.authority(), identity, now).unwrap();
    assert!(!knows(&old, hub.now()) && knows(&new, hub.now()));
    assert!(!knows(&new, new.renewal(0)), "it is to be renewed");
    let old = Client::connect(&old).await.unwrap();
    assert_eq!(reason(old.status(&status(GENERATION)).await), Reason::UnknownCertificate);
    Client::connect(&new).await.unwrap().status(&status(GENERATION)).await.unwrap();
}

#[tokio::test]
async fn a_revoked_point_comes_back_by_a_new_invitation_only() {
    let hub = Hub::new(Limits::default()).await;
    let (token, key) = (hub.invite("tokyo"), Key::generate().unwrap());
    join_with(&hub.address, &token, &key).await.unwrap();
    hub.registry.revoke(&"tokyo".parse().unwrap(), hub.now()).unwrap();
    assert_eq!(reason(join_with(&hub.address, &token, &key).await), Reason::Revoked);
    let back = hub.joined("tokyo").await;
    Client::connect(&back).await.unwrap().status(&status(GENERATION)).await.unwrap();
}

#[test]
fn revocations_and_new_journals_at_once_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let authority = Authority::open(folder.path()).unwrap();
    let registry = Registry::open(folder.path()).unwrap();
    let point: Point = "tokyo".parse().unwrap();
    let token = registry.invite(&authority, &point, HOUR, 0).unwrap();
    let join = crate::messages::Join {
        invite: delivery::hex::encode(&token.invite),
        secret: delivery::hex::encode(&token.secret),
        key: Key::generate().unwrap().renewal(&token.pin).unwrap(),
    };
    let joined = registry.join(&authority, &join, 0).unwrap();
    let certificate = delivery::hex::decode(&joined.certificate).unwrap();
    let peer = registry.peer(&certificate, 0).unwrap();
    std::thread::scope(|scope| {
        for number in 0..8 {
            let (registry, peer) = (&registry, &peer);
            scope.spawn(move || registry.begin(peer, Generation([number; 16])).unwrap());
        }
        scope.spawn(|| registry.revoke(&point, 1).unwrap());
    });
    assert_eq!(registry.entry(&point).unwrap().unwrap().revoked, Some(1));
    let old = (0..8).filter(|&number| registry.begin(&peer, Generation([number; 16])).is_err());
    assert_eq!(old.count(), 7, "each was seen, and one is the present one");
}

#[tokio::test]
async fn a_certificate_ends_on_an_open_connection_too() {
    let hub = Hub::new(Limits::default()).await;
    let client = hub.greeted("tokyo").await;
    hub.now.fetch_add(crate::LIFE + 1, Relaxed);
    assert_eq!(reason(client.status(&status(GENERATION)).await), Reason::UnknownCertificate);
    hub.registry.tidy(hub.now() + DAY).unwrap();
    let left = std::fs::read_dir(hub.folder.path().join("certificates")).unwrap().count();
    assert_eq!(left, 0);
}

#[tokio::test]
async fn a_replaced_journal_does_not_come_back() {
    let hub = Hub::new(Limits::default()).await;
    let client = hub.greeted("tokyo").await;
    client.status(&status(Generation([6; 16]))).await.unwrap();
    assert_eq!(reason(client.status(&status(GENERATION)).await), Reason::OldGeneration);
    let Answer::Refused(refusal) = client.deliver(a_body("tokyo")).await.unwrap() else {
        panic!("an old journal was accepted");
    };
    assert_eq!(refusal.reason, Reason::OldGeneration);
    assert!(hub.book.is_untouched());
}

#[test]
fn addresses() {
    for good in ["https://hub.example:4717", "https://192.0.2.1:1", "https://[2001:db8::1]:4717"] {
        assert_eq!(good.parse::<Address>().unwrap().to_string(), good);
    }
    for bad in
        ["hub:1", "https://hub", "https://:1", "https://a b:1", "https://[x]:1", "https://h:0x"]
    {
        assert!(bad.parse::<Address>().is_err(), "{bad}");
    }
}

#[test]
fn the_ca_is_kept_and_its_key_is_private() {
    let folder = tempfile::tempdir().unwrap();
    let first = Authority::open(folder.path()).unwrap();
    let key = folder.path().join("ca.key");
    let mode = std::os::unix::fs::PermissionsExt::mode(&key.metadata().unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    // Killed between the two files: the certificate comes back as it was.
    std::fs::remove_file(folder.path().join("ca.crt")).unwrap();
    assert_eq!(Authority::open(folder.path()).unwrap().pin(), first.pin());
    std::fs::remove_file(&key).unwrap();
    assert!(Authority::open(folder.path()).is_err());
}

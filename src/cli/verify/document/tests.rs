use super::*;
use crate::publish::sign;
use crate::vault::{Vault, jwk};

/// The smallest document of the layout; figures are empty.
fn document() -> Vec<u8> {
    let rules = serde_json::json!({"title": "t", "units": ["625"], "units_on": "2018-12-31"});
    let rules = crate::round::Rules::read(&rules.to_string()).unwrap();
    let group = serde_json::json!({
        "overall": serde_json::to_value(crate::round::Figure::default()).unwrap(),
        "factors": [], "units": [], "weighting": null,
    });
    let document = serde_json::json!({
        "schema": "khaosat.publication.v1", "round": "r", "number": 1, "supersedes": null, "correction": null,
        "published_at": "2026-11-24T00:00:00.000Z", "opened_at": "2026-11-01T00:00:00.000Z",
        "closed_at": "2026-11-20T00:00:00.000Z", "rules": rules, "rules_digest": "", "amendments": [],
        "form": {"code": "one-stop-shop", "version": 1, "digest": ""},
        "outcome": crate::round::Outcome::default(),
        "counts": [], "inputs": {"records": "", "margins": "", "bundle": "00"},
        "figures": {"official": group, "indicative": group},
    });
    canonical(&document).unwrap().bytes
}

#[test]
fn a_signed_publication_is_good_and_one_altered_letter_is_not() {
    let directory = tempfile::tempdir().unwrap();
    let vault = Vault::open(&directory.path().join("keys")).unwrap();
    let pair = vault.create_signing_pair().unwrap();
    let bytes = document();
    let jws = sign(&pair, &bytes).unwrap();
    let path = directory.path().join("jwks.json");
    let set =
        serde_json::json!({"keys": [{"kty": "RSA", "n": "x"}, jwk(pair.kid(), &pair.public())]});
    std::fs::write(&path, set.to_string()).unwrap();
    let keys = keys(&path).unwrap();

    let seen = look(&bytes, Some(&jws), Some(&keys), None);
    assert_eq!(seen.faults, Vec::<String>::new());
    assert_eq!(seen.told.last().unwrap(), &format!("signature by key {}: good", pair.kid()));

    let altered = String::from_utf8(bytes.clone()).unwrap().replace("\"stored\":0", "\"stored\":9");
    let faults = look(altered.as_bytes(), Some(&jws), Some(&keys), None).faults;
    assert_eq!(faults.len(), 1, "{faults:?}");
    assert!(faults[0].starts_with("the signature does not match"));

    let other = vault.create_signing_pair().unwrap();
    let others = [(other.kid().to_owned(), other.public().to_vec())];
    assert!(
        look(&bytes, Some(&jws), Some(&others), None).faults[0]
            .contains("not among the known ones")
    );
    assert!(look(&bytes, None, Some(&keys), None).faults[0].contains("no signature"));
}

#[test]
fn form_and_digest_are_each_told() {
    let mut bytes = document();
    let digest = data_encoding::HEXLOWER.encode(&crate::vault::sha256(&bytes));
    assert_eq!(look(&bytes, None, None, Some(&digest)).faults, Vec::<String>::new());
    bytes.push(b'\n');
    let faults = look(&bytes, None, None, Some(&digest)).faults;
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].contains("not canonical") && faults[1].starts_with("the digest is "));
    assert_eq!(look(b"{", None, None, None).faults.len(), 1);
}

#[test]
fn a_file_named_for_its_digest_is_held_to_it() {
    let name = "ab".repeat(32);
    assert_eq!(digest_in_name(Path::new(&format!("x/{name}.json"))), Some(name));
    assert_eq!(digest_in_name(Path::new("publication.json")), None);
}

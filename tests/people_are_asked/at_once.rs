//! Tickets at once: a key that is published by its digest decides, and the inspector sees it when the round is sealed.

use std::process::Command;

use super::office::{Office, answer, dossiers};
use crate::support::{on_each_engine, places};

/// The asked rule in the words of another language; prints the numbers that are asked.
const OUTSIDER: &str = r#"
import hashlib, hmac, sys, unicodedata
key, p = bytes.fromhex(sys.argv[1]), float(sys.argv[2])
print(hashlib.sha256(key).hexdigest())
for line in sys.stdin:
    number = unicodedata.normalize("NFC", line.strip())
    digest = hmac.new(key, number.encode(), hashlib.sha256).digest()
    if int.from_bytes(digest, "big") < p * 2**256:
        print(number)
"#;

#[test]
fn the_key_is_published_by_its_digest_and_shown_to_the_inspector_when_sealed() {
    on_each_engine(|engine| {
        let office = Office::open(engine, "ticket_share = 0.3\n");
        let opened = office.done("binh", &["round", "open", "kbang"]);
        let digest = office.status()["asked"]["key_sha256"].as_str().unwrap().to_owned();
        assert!(opened.contains(&digest), "{opened}");
        office.import(&dossiers(60));
        // Whoever exchanges the key to choose whom it asks is found out by its digest.
        let keys = office.at.directory().join("keys");
        let key = std::fs::read_dir(&keys)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .find(|path| path.extension().is_some_and(|e| e == "asked"))
            .unwrap();
        let own = std::fs::read(&key).unwrap();
        std::fs::write(&key, [7_u8; 32]).unwrap();
        let import = ["dossier", "import", "kbang", "dossiers.csv"];
        let told = office.refused("kim", &import);
        assert!(told.contains("not those whose digests were published"), "{told}");
        std::fs::write(&key, own).unwrap();
        let paths = office.tickets("ticket", "tickets");
        for who in ["hai", "binh"] {
            let early = office.refused(who, &["round", "asked", "kbang"]);
            assert!(early.contains("shown once it is sealed"), "{early}");
        }
        let service = office.at.serve();
        for (n, path) in paths.iter().enumerate() {
            assert_eq!(answer(&service.base, path, n), 303);
        }
        drop(service);
        let sealed = office.finish();
        let key = sealed.split_once("asked key ").unwrap().1.split(',').next().unwrap();
        let numbers: String =
            dossiers(60).iter().map(|l| format!("{}\n", l.split(',').next().unwrap())).collect();
        let file = office.at.directory().join("numbers.txt");
        std::fs::write(&file, &numbers).unwrap();
        let python = places::program("python3").unwrap();
        let run = Command::new(python)
            .args(["-c", OUTSIDER, key, "0.3"])
            .stdin(std::fs::File::open(&file).unwrap())
            .output()
            .unwrap();
        let told = String::from_utf8(run.stdout).unwrap();
        let mut lines = told.lines();
        assert_eq!(lines.next(), Some(digest.as_str()), "the key is the one that was published");
        let theirs: Vec<&str> = lines.collect();
        assert_eq!(theirs.len(), paths.len(), "as many as got a ticket");
        let ours = office.done("hai", &["round", "asked", "kbang", "--numbers", "numbers.txt"]);
        let ours: Vec<&str> = ours
            .lines()
            .filter(|line| line.ends_with(",ticket"))
            .map(|line| line.split(',').next().unwrap())
            .collect();
        assert_eq!(ours, theirs);
        assert!(office.trail().contains("asked.show"));
    });
}

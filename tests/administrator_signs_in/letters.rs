//! A forgotten password: a mail with a link that works once.

use super::house::{PASSWORD, Tab};
use crate::support::{Installation, MailServer, on_each_engine};

#[test]
fn a_forgotten_password_is_set_anew_by_mail_and_nobody_learns_who_has_an_account() {
    on_each_engine(|engine| {
        let Some(mail) = MailServer::start() else { return };
        let at = Installation::on(engine)
            .with("KHAOSAT_MAIL__HOST", "127.0.0.1")
            .with("KHAOSAT_MAIL__PORT", mail.port().to_string())
            .with("KHAOSAT_MAIL__SECURITY", "none")
            .with("KHAOSAT_MAIL__FROM", "khaosat@example.org")
            .with("KHAOSAT_MAIL__PER_MINUTE", "6000");
        let address = ["--email", "an@gialai.example"];
        at.run(&[&["user", "add", "an", "--role", "system_admin"], &address[..]].concat()).done();
        let service = at.serve();
        let tab = Tab::new(&service.base);
        let said = |name: &str| {
            let page = "/console/forgotten";
            let answer = tab.send(page, page, &[("name", name)]);
            assert_eq!(answer.status, 200);
            answer.text().replace(answer.input("csrf").unwrap_or("-"), "")
        };
        assert_eq!(said("nobody"), said("an"));
        let kept = mail.mails(1);
        assert_eq!(kept[0].to, "an@gialai.example");
        assert!(kept[0].subject.contains("Đặt lại mật khẩu"), "{}", kept[0].subject);
        let link = kept[0].text.split_whitespace().find(|word| word.contains("/console/link/"));
        let path = link.unwrap().strip_prefix(&service.base).unwrap().to_owned();
        let set = tab.send(&path, &path, &[("password", PASSWORD)]);
        assert_eq!(set.header("location"), "/console/sign-in?done=password", "{}", set.text());
        assert_eq!(tab.get(&path).status, 422);
        assert!(tab.password("an", PASSWORD).header("location").starts_with("/console/enrol"));
        // What is stored leads to no link: the row has the nonce, the key is not in the database.
        let token = path.rsplit('/').next().unwrap();
        let dump = std::fs::read(&engine.url).unwrap_or_default();
        assert!(!String::from_utf8_lossy(&dump).contains(token));
    });
}

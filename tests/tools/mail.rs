use lettre::message::header::ContentType;
use lettre::{Message, SmtpTransport, Transport};

use crate::support::MailServer;

fn send(
    server: &MailServer,
    subject: &str,
    text: &str,
) -> Result<(), lettre::transport::smtp::Error> {
    let mail = Message::builder()
        .from("khaosat@example.org".parse().unwrap())
        .to("publisher@example.org".parse().unwrap())
        .subject(subject)
        .header(ContentType::TEXT_PLAIN)
        .body(text.to_owned())
        .unwrap();
    SmtpTransport::builder_dangerous("127.0.0.1").port(server.port()).build().send(&mail).map(drop)
}

#[test]
fn mails_are_read_back_as_they_were_written() {
    let Some(server) = MailServer::start() else { return };
    send(&server, "Công bố kết quả đợt khảo sát", "Kbang: 78,19\n").unwrap();
    send(&server, "Second", "Two\n").unwrap();
    let mails = server.mails(2);
    assert_eq!(mails.len(), 2);
    assert_eq!(mails[0].subject, "Công bố kết quả đợt khảo sát");
    assert_eq!(mails[0].text, "Kbang: 78,19");
    assert_eq!(mails[0].from, "khaosat@example.org");
    assert_eq!(mails[1].to, "publisher@example.org");
}

#[test]
fn a_server_that_refuses_is_an_error_to_the_sender() {
    let Some(server) = MailServer::start_as("reject") else { return };
    let refused = send(&server, "No", "No\n").unwrap_err();
    assert!(refused.is_permanent(), "{refused}");
}

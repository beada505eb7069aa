//! The line to the mail server.
//!
//! It speaks SMTP through lettre's connection, not through its pooled transport: that one sets no limit of time after
//! the connection stands, may use a connection again whose last answer is still outstanding, and does not say whether
//! a failure came before or after the message was handed over. All three decide here whether a mail is sent twice or
//! lost. One connection is kept between mails, since the outbox sends one after the other.

use std::future::Future;
use std::time::Duration;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use lettre::address::Envelope;
use lettre::message::Mailbox;
use lettre::transport::smtp::Error as SmtpError;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Severity;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

use super::MailError;
use super::failure::{Failure, Reason, auth_code, code_of};
use super::settings::{Security, Settings};

/// How long a connection may lie idle before it is given up; servers close it after five minutes or less.
const IDLE_MAX: Duration = Duration::from_secs(30);
/// Steps that a server may take over its decision on a whole mail.
const DECISION_STEPS: u32 = 5;
/// Steps of the longest try: greeting, protection and sign-in share three; sender, recipient, data; the decision.
const TRY_STEPS: u32 = 3 + 3 + DECISION_STEPS;
/// Largest certificate file.
const CA_BYTES_MAX: u64 = 1024 * 1024;

/// Sends messages to one mail server.
pub struct Transport {
    host: String,
    port: u16,
    security: Security,
    tls: Option<TlsParameters>,
    login: Option<(String, SecretString)>,
    from: Mailbox,
    hello: ClientId,
    step: Duration,
    pace: DefaultDirectRateLimiter,
    idle: Mutex<Option<(AsyncSmtpConnection, Instant)>>,
}

impl std::fmt::Debug for Transport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Transport")
            .field("host", &self.host)
            .field("port", &self.port)
            .finish_non_exhaustive()
    }
}

/// A connection on which sender and recipient are agreed and the server waits for the message.
pub struct Agreed {
    connection: AsyncSmtpConnection,
}

impl Transport {
    /// Prepares the way to the server; connects only when something is sent.
    ///
    /// # Errors
    /// What [`Settings::check`] says, or a certificate file that cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, MailError> {
        settings.check()?;
        let from = settings.sender()?;
        let tls = match settings.security {
            Security::None => None,
            Security::Starttls | Security::Tls => Some(tls(settings)?),
        };
        let spacing = Duration::from_secs(60) / settings.per_minute.max(1);
        let quota = Quota::with_period(spacing).ok_or_else(|| MailError::Setting {
            key: "per_minute",
            reason: "it is too large".to_owned(),
        })?;
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port(),
            security: settings.security,
            tls,
            login: settings.user.clone().zip(settings.password.clone()),
            hello: ClientId::Domain(from.email.domain().to_owned()),
            from,
            step: settings.timeout(),
            pace: RateLimiter::direct(quota),
            idle: Mutex::new(None),
        })
    }

    /// The sender of all mail.
    #[must_use]
    pub fn from(&self) -> &Mailbox {
        &self.from
    }

    /// Longest time from [`Transport::agree`] to the end of [`Transport::hand_over`].
    pub(super) fn try_limit(&self) -> Duration {
        self.step * TRY_STEPS
    }

    /// Waits for the turn that the rate allows.
    pub(super) async fn turn(&self) {
        self.pace.until_ready().await;
    }

    /// Reaches the server and agrees on sender and recipient. Nothing has gone out when it fails or is dropped.
    pub(super) async fn agree(&self, envelope: &Envelope) -> Result<Agreed, Failure> {
        let idle = self.idle.lock().await.take();
        if let Some((connection, since)) = idle
            && since.elapsed() < IDLE_MAX
        {
            match self.agree_on(connection, envelope).await {
                // The server may have closed it meanwhile, which says nothing about the mail.
                Err(Failure::Server(_)) => {}
                done => return done,
            }
        }
        let connection = self.within(3, "did not get ready in time", self.connect()).await?;
        self.agree_on(connection, envelope).await
    }

    /// Hands the message over and waits for the server's decision.
    pub(super) async fn hand_over(&self, agreed: Agreed, bytes: &[u8]) -> Result<(), Failure> {
        let mut connection = agreed.connection;
        let decision = timeout(self.step * DECISION_STEPS, connection.message(bytes)).await;
        let reply = match decision {
            Err(_) => {
                return Err(Failure::Unknown(Reason::plain("the server did not decide in time")));
            }
            Ok(Err(error)) => {
                return Err(match code_of(&error) {
                    Some(code) if auth_code(code) => Failure::Server(self.told(&error)),
                    Some(500..) => Failure::Refused(self.told(&error)),
                    Some(400..) => Failure::Later(self.told(&error)),
                    _ => Failure::Unknown(self.told(&error)),
                });
            }
            Ok(Ok(reply)) => reply,
        };
        if reply.code().severity != Severity::PositiveCompletion {
            return Err(Failure::Unknown(Reason::plain("the server answered out of turn")));
        }
        *self.idle.lock().await = Some((connection, Instant::now()));
        Ok(())
    }

    /// Says goodbye on the idle connection.
    pub(super) async fn close(&self) {
        if let Some((mut connection, _)) = self.idle.lock().await.take() {
            // Politeness only: every mail on it is decided.
            let _ = timeout(Duration::from_secs(1), connection.quit()).await;
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let at_once = if self.security == Security::Tls { self.tls.clone() } else { None };
        let server = (self.host.as_str(), self.port);
        let server_failed = |error: SmtpError| Failure::Server(self.told(&error));
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            server,
            Some(self.step),
            &self.hello,
            at_once,
            None,
        )
        .await
        .map_err(server_failed)?;
        if let (Security::Starttls, Some(tls)) = (self.security, &self.tls) {
            if !connection.can_starttls() {
                let reason =
                    "the server offers no STARTTLS, so nothing was sent; see mail.security";
                return Err(Failure::Server(Reason::plain(reason)));
            }
            connection.starttls(tls.clone(), &self.hello).await.map_err(server_failed)?;
        }
        if let Some((user, password)) = &self.login {
            let credentials = Credentials::new(user.clone(), password.expose_secret().to_owned());
            connection
                .auth(&[Mechanism::Plain, Mechanism::Login], &credentials)
                .await
                .map_err(server_failed)?;
        }
        Ok(connection)
    }

    async fn agree_on(
        &self,
        mut connection: AsyncSmtpConnection,
        envelope: &Envelope,
    ) -> Result<Agreed, Failure> {
        let slow = "did not answer in time";
        let sender = Mail::new(envelope.from().cloned(), Vec::new());
        // Whatever it has against the sender concerns every mail, so it is the settings' fault, not this mail's.
        let asked =
            async { connection.command(sender).await.map_err(|e| Failure::Server(self.told(&e))) };
        self.within(1, slow, asked).await?;
        for to in envelope.to() {
            let asked = async {
                let to = Rcpt::new(to.clone(), Vec::new());
                connection.command(to).await.map_err(|error| self.judged(&error))
            };
            self.within(1, slow, asked).await?;
        }
        let asked = async { connection.command(Data).await.map_err(|error| self.judged(&error)) };
        let reply = self.within(1, slow, asked).await?;
        if !reply.has_code(354) {
            return Err(Failure::Server(Reason::plain("the server answered out of turn")));
        }
        Ok(Agreed { connection })
    }

    /// What an error before the handing over means for the mail.
    fn judged(&self, error: &SmtpError) -> Failure {
        let reason = self.told(error);
        match code_of(error) {
            Some(code) if auth_code(code) || code == 421 => Failure::Server(reason),
            Some(500..) => Failure::Refused(reason),
            Some(400..) => Failure::Later(reason),
            _ => Failure::Server(reason),
        }
    }

    async fn within<T>(
        &self,
        steps: u32,
        slow: &str,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        timeout(self.step * steps, work)
            .await
            .unwrap_or_else(|_| Err(Failure::Server(Reason::plain(&format!("the server {slow}")))))
    }

    /// The error in words, without what must not be stored.
    fn told(&self, error: &SmtpError) -> Reason {
        let secrets =
            self.login.as_ref().map(|(user, password)| [user.as_str(), password.expose_secret()]);
        Reason::of(error, secrets.as_ref().map_or(&[], |both| both.as_slice()))
    }
}

fn tls(settings: &Settings) -> Result<TlsParameters, MailError> {
    let failed = |cause| MailError::Tls { cause };
    let mut builder = TlsParameters::builder(settings.host.clone())
        .certificate_store(CertificateStore::WebpkiRoots);
    if let Some(path) = &settings.ca_file {
        let certificate = read_certificate(path)
            .map_err(|cause| MailError::Certificate { path: path.clone(), cause })?;
        builder =
            builder.add_root_certificate(Certificate::from_pem(&certificate).map_err(failed)?);
    }
    builder.build().map_err(failed)
}

fn read_certificate(path: &str) -> std::io::Result<Vec<u8>> {
    if std::fs::metadata(path)?.len() > CA_BYTES_MAX {
        return Err(std::io::Error::other("it is larger than 1 MiB"));
    }
    let bytes = std::fs::read(path)?;
    if !String::from_utf8_lossy(&bytes).contains("-----BEGIN CERTIFICATE-----") {
        return Err(std::io::Error::other("it holds no PEM certificate"));
    }
    Ok(bytes)
}

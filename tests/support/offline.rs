//! What our scripts do where there is no network: lock an answer for the round, sign it as a tablet.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use aws_lc_rs::agreement::{ECDH_P256, PrivateKey, UnparsedPublicKey, agree};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest;

/// An answer as it is locked on the phone: ECDH on P-256, SHA-256, AES-256-GCM.
pub fn locked(key: &str, clear: &str) -> [(&'static str, String); 2] {
    let own = PrivateKey::generate(&ECDH_P256).unwrap();
    let half = own.compute_public_key().unwrap();
    let round = STANDARD.decode(key).unwrap();
    let once = agree(&own, UnparsedPublicKey::new(&ECDH_P256, &round), (), |shared| {
        Ok(sha2::Sha256::digest([shared, half.as_ref()].concat()))
    });
    let once = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &once.unwrap()).unwrap());
    let mut bytes = clear.as_bytes().to_vec();
    once.seal_in_place_append_tag(Nonce::assume_unique_for_key([0; 12]), Aad::empty(), &mut bytes)
        .unwrap();
    [("half", STANDARD.encode(half.as_ref())), ("box", STANDARD.encode(bytes))]
}

/// The pair with which a tablet signs.
pub struct Signer(EcdsaKeyPair);

impl Signer {
    pub fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    /// The public half, base64.
    pub fn public(&self) -> String {
        STANDARD.encode(self.0.public_key())
    }

    /// What a tablet at `home` posts that signed the answer `clear` at `at`, milliseconds since the epoch.
    pub fn signed(
        &self,
        home: &str,
        key: &str,
        at: i64,
        clear: &str,
    ) -> Vec<(&'static str, String)> {
        let [half, boxed] = locked(key, clear);
        let message = format!("{home}\n{at}\n{}\n{}", half.1, boxed.1);
        let sign = self.0.sign(&SystemRandom::new(), message.as_bytes()).unwrap();
        vec![("at", at.to_string()), half, boxed, ("sign", STANDARD.encode(sign.as_ref()))]
    }
}

//! What a tablet signs while there is no network: ECDSA on P-256 with SHA-256, as browsers' WebCrypto makes it, by a pair
//! whose private half never leaves the tablet.

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

/// Bytes of a public half: an uncompressed point.
pub const TABLET_KEY_BYTES: usize = 65;

/// Whether the bytes have the form of a public half.
#[must_use]
pub fn is_tablet_key(public: &[u8]) -> bool {
    public.len() == TABLET_KEY_BYTES && public.first() == Some(&4)
}

/// Whether `signature` (64 bytes) over `message` was made by the private half of `public`.
#[must_use]
pub fn signed_by_tablet(public: &[u8], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, public).verify(message, signature).is_ok()
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};

    use super::*;

    #[test]
    fn only_the_tablet_that_signed_is_believed_and_only_what_it_signed() {
        let pair = || EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let (own, other) = (pair(), pair());
        let public = own.public_key().as_ref();
        assert!(is_tablet_key(public) && !is_tablet_key(&public[1..]));
        let signature = own.sign(&SystemRandom::new(), b"box").unwrap();
        assert!(signed_by_tablet(public, b"box", signature.as_ref()));
        assert!(!signed_by_tablet(public, b"bix", signature.as_ref()));
        assert!(!signed_by_tablet(other.public_key().as_ref(), b"box", signature.as_ref()));
        assert!(!signed_by_tablet(public, b"box", &signature.as_ref()[1..]));
        assert!(!signed_by_tablet(&[4; 65], b"box", signature.as_ref()));
    }
}

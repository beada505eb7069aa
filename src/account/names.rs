//! Names of accounts: what may stand in the audit trail, in a command and in an address.

/// Names under which the service itself stands in the audit log and beside verdicts.
const RESERVED: [&str; 7] = ["demo", "keys", "mail", "policy", "serve", "setup", "system"];

/// Whether an account may bear a name.
///
/// # Errors
/// Says what a name is made of.
pub fn check(text: &str) -> Result<(), &'static str> {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '@');
    let begins_well = text.starts_with(|c: char| c.is_ascii_alphabetic());
    if !begins_well || text.len() > 64 || !text.chars().all(good) {
        return Err("a name has 1 to 64 of A-Z, a-z, 0-9, '.', '_', '-' and '@', first a letter");
    }
    if RESERVED.contains(&text) {
        return Err("the service itself goes by this name; choose another");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_can_be_named_like_a_part_of_the_service() {
        assert!(check("policy").is_err() && check("an").is_ok() && check("an@kbang.vn").is_ok());
        for bad in ["", "1a", "a b", "à", "a/b"] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
    }
}

//! Codes and names that administrators give: to people, counters, services and API clients.

/// What a code may look like, as advice.
const CODE: &str = "a code has 1 to 32 of A-Z, a-z, 0-9, '.', '_' and '-', first a letter or digit";

/// Checks the code of a counter or service, which also stands in file names.
///
/// # Errors
/// Says what a code looks like.
pub fn code(text: &str) -> Result<(), &'static str> {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    let begins_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
    if begins_well && text.len() <= 32 && text.chars().all(good) { Ok(()) } else { Err(CODE) }
}

/// Checks a name of 1 to 200 characters on one line.
///
/// # Errors
/// Says what a name looks like.
pub fn name(text: &str) -> Result<(), &'static str> {
    let length = text.chars().count();
    if text.trim() == text && (1..=200).contains(&length) && !text.chars().any(char::is_control) {
        Ok(())
    } else {
        Err("a name has 1 to 200 characters, no control characters and no spaces around it")
    }
}

/// Checks an e-mail address.
///
/// # Errors
/// Says that it is none.
pub fn address(text: &str) -> Result<String, String> {
    match text.parse::<lettre::Address>() {
        Ok(_) if text.len() <= 254 => Ok(text.to_owned()),
        _ => Err("this is no e-mail address".to_owned()),
    }
}

/// A value parser of clap made of a check.
pub fn checked(
    check: fn(&str) -> Result<(), &'static str>,
) -> impl Fn(&str) -> Result<String, String> + Clone {
    move |text| check(text).map(|()| text.to_owned()).map_err(ToOwned::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_fit_for_file_names_and_names_for_signs() {
        for good in ["Q1", "quay-01", "1.A_b"] {
            assert_eq!(code(good), Ok(()), "{good}");
        }
        for bad in ["", ".a", "-a", "a/b", "a b", "quầy", &"a".repeat(33)] {
            assert!(code(bad).is_err(), "{bad:?}");
        }
        assert_eq!(name("Bộ phận Một cửa huyện Kbang"), Ok(()));
        for bad in ["", " a", "a\nb", &"a".repeat(201)] {
            assert!(name(bad).is_err(), "{bad:?}");
        }
        assert!(address("a@b.vn").is_ok() && address("a@").is_err());
    }
}

//! Where complaints go: the official channel, set by configuration, because a survey is no complaint.

/// The office that takes complaints.
#[derive(Debug, Clone, Copy)]
pub struct Complaint<'a> {
    /// What it is called.
    pub office: &'a str,
    /// Its telephone, as people write it.
    pub phone: Option<&'a str>,
    /// Where it is: a street, or the name of a site. Shown as text, so that a page of ours leads nowhere foreign.
    pub address: Option<&'a str>,
}

impl Complaint<'_> {
    /// The telephone as it is dialled: digits and a leading plus.
    pub(super) fn dialled(&self) -> String {
        let phone = self.phone.unwrap_or_default();
        phone
            .char_indices()
            .filter(|(at, sign)| sign.is_ascii_digit() || (*at == 0 && *sign == '+'))
            .map(|(_, sign)| sign)
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_telephone_is_dialled_by_its_digits_alone() {
        let dialled = |phone| Complaint { office: "", phone: Some(phone), address: None }.dialled();
        assert_eq!(dialled("+84 (269) 3.824-000"), "+842693824000");
        assert_eq!(dialled("1022\"><script>"), "1022");
    }
}

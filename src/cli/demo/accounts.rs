//! The people who may sign in to the demo's console: one for each role, each with a password and a working second factor.
//! Made anew at every run and good for that run alone.

use data_encoding::BASE32_NOPAD;
use secrecy::SecretString;
use serde::Serialize;

use super::setup::{at, districts, second_units};
use crate::account::factor::{SecondFactor, Totp};
use crate::account::password;
use crate::cli::Failure;
use crate::desk::Desk;
use crate::store::actor::{Act, Actor, Right, Role};
use crate::vault::random;

/// The district of 2018 whose officials have accounts.
const DISTRICT: &str = "Kbang";

/// Names and roles; the last three are held for one district of 2018 and one commune of today.
pub const ACCOUNTS: [(&str, Role); 10] = [
    ("admin", Role::SystemAdmin),
    ("province", Role::ProvinceAdmin),
    ("reviewer-1", Role::Reviewer),
    ("reviewer-2", Role::Reviewer),
    ("inspector", Role::Inspector),
    ("publisher-1", Role::Publisher),
    ("publisher-2", Role::Publisher),
    ("unit", Role::UnitAdmin),
    ("clerk", Role::Clerk),
    ("paper", Role::PaperClerk),
];

/// So many of them hold their roles for no unit in particular.
pub const EVERYWHERE: usize = 7;

/// How somebody signs in. For the demo only: real secrets are never printed.
#[derive(Debug, Serialize)]
pub struct SignIn {
    /// Account.
    pub name: &'static str,
    /// Role.
    pub role: &'static str,
    /// Units that it is held for; empty for all.
    pub units: Vec<String>,
    /// Password.
    pub password: String,
    /// Secret of the second factor, base32, for an authenticator app.
    pub totp: String,
    /// Where.
    pub url: String,
    /// Always true.
    pub demo_only: bool,
}

/// Whether a role is held for one unit.
fn is_bound(role: Role) -> bool {
    matches!(role, Role::UnitAdmin | Role::Clerk | Role::PaperClerk)
}

/// Gives everybody a password and a second factor, and those of one unit their roles.
pub fn sign_ins(desk: &Desk) -> Result<Vec<SignIn>, Failure> {
    let now = desk.clock.now();
    let first = Actor::Service("demo");
    let mut units = districts(desk)?;
    units.retain(|unit| unit.name.contains(DISTRICT));
    units.truncate(1);
    units.extend(second_units(desk)?.into_iter().take(1));
    let letters = BASE32_NOPAD.encode(&random::<10>().map_err(at("making a password"))?);
    let password = format!("demo-{}", letters.to_lowercase());
    let secret = SecretString::from(password.clone());
    let key = desk.vault.account_key().map_err(at("making the key of accounts"))?;
    let mut made = Vec::new();
    for (name, role) in ACCOUNTS {
        let act = |action| {
            Act::new(&first, Right::ManageAccounts, now, action, format!("account {name}"))
        };
        if is_bound(role) {
            for unit in &units {
                desk.store
                    .grant_role(&act("account.grant"), name, None, role, Some(unit.id))
                    .map_err(at("adding accounts"))?;
            }
        }
        let found = desk.store.credential(name).map_err(at("reading accounts"))?;
        let id = found.map(|found| found.account_id).ok_or_else(|| Failure::new(name))?;
        let hash = password::hash(&secret).map_err(at("hashing a password"))?;
        desk.store
            .put_password(&act("account.password"), id, &hash, None)
            .map_err(at("keeping a password"))?;
        let totp = Totp::random().map_err(at("making a second factor"))?;
        let sealed = key.seal_factor(id.0, &totp.kept()).map_err(at("keeping a second factor"))?;
        desk.store
            .put_factor(&act("account.factor"), id, &sealed, 0, &[])
            .map_err(at("keeping a second factor"))?;
        made.push(SignIn {
            name,
            role: role.word(),
            units: match is_bound(role) {
                true => units.iter().map(|unit| unit.name.clone()).collect(),
                false => Vec::new(),
            },
            password: password.clone(),
            totp: totp.by_hand(),
            url: format!("{}/console", desk.public_url),
            demo_only: true,
        });
    }
    Ok(made)
}

//! Who writes: every change names an actor, whose role and unit are checked before it is made.

use diesel::prelude::*;

use super::engine::Conn;
use super::id::UnitId;
use super::schema::unit;
use super::{Result, Store, StoreError};
use crate::clock::Millis;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name { $($(#[$vdoc])* #[serde(rename = $word)] $variant),+ }
        impl $name {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The word in columns, files and messages.
            #[must_use]
            pub fn word(self) -> &'static str { match self { $(Self::$variant => $word),+ } }
            /// Reads the word back.
            #[must_use]
            pub fn from_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.word() == word)
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.word()) }
        }
    };
}
pub(crate) use words;

words! {
    /// What a person is here for.
    Role {
        /// Runs the installation: accounts, clients, keys.
        SystemAdmin = "system_admin",
        /// Runs the rounds of the province.
        ProvinceAdmin = "province_admin",
        /// Runs one unit's subtree.
        UnitAdmin = "unit_admin",
        /// Hands out links at a counter.
        Clerk = "clerk",
        /// Keys in paper forms.
        PaperClerk = "paper_clerk",
        /// Decides on flags.
        Reviewer = "reviewer",
        /// Reads everything, changes nothing; second person for sealing.
        Inspector = "inspector",
        /// Seals and publishes.
        Publisher = "publisher",
    }
}

/// What may be done. One list: the table in [`Right::roles`] drives commands, routes and tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// Accounts, roles.
    ManageAccounts,
    /// API clients and signing keys.
    ManageKeys,
    /// Units, counters, services, margins, forms.
    ManageRegistry,
    /// Create, open, close a round.
    RunRound,
    /// Import dossiers and issue links.
    IssueLinks,
    /// Void or reprint links.
    VoidLinks,
    /// Key in paper forms.
    EnterPaper,
    /// Compute flags.
    ComputeFlags,
    /// Decide on flags.
    DecideVerdicts,
    /// Withdraw an answer by its second code.
    WithdrawResponse,
    /// Seal a round.
    Seal,
    /// Witness a seal.
    WitnessSeal,
    /// Weigh and index.
    Compute,
    /// Publish.
    Publish,
    /// Second person for closing early, extending, publishing again.
    Confirm,
    /// Enter appraised points.
    EditScorecard,
    /// Read the sealed records.
    ReadRecords,
    /// Hand out the call-back sheet, write down what people said.
    CallBack,
    /// Be signed in: one's own account and sessions.
    UseConsole,
    /// See rounds and their running counts, by unit.
    ReadCounts,
    /// See flags with the answers that they are about.
    ReadFlags,
    /// Search the audit trail.
    ReadAudit,
    /// See who has an account and which roles.
    ReadAccounts,
    /// See how mail, tablets, clients and keys are doing.
    ReadOperation,
    /// Try mails again that were given up.
    RetryMail,
}

impl Right {
    /// All rights.
    pub const ALL: &'static [Self] = &[
        Self::ManageAccounts,
        Self::ManageKeys,
        Self::ManageRegistry,
        Self::RunRound,
        Self::IssueLinks,
        Self::VoidLinks,
        Self::EnterPaper,
        Self::ComputeFlags,
        Self::DecideVerdicts,
        Self::WithdrawResponse,
        Self::Seal,
        Self::WitnessSeal,
        Self::Compute,
        Self::Publish,
        Self::Confirm,
        Self::EditScorecard,
        Self::ReadRecords,
        Self::CallBack,
        Self::UseConsole,
        Self::ReadCounts,
        Self::ReadFlags,
        Self::ReadAudit,
        Self::ReadAccounts,
        Self::ReadOperation,
        Self::RetryMail,
    ];

    /// Which roles hold it. Unit roles hold it for their own subtree only.
    #[must_use]
    pub fn roles(self) -> &'static [Role] {
        use Role::{
            Clerk, Inspector, PaperClerk, ProvinceAdmin, Publisher, Reviewer, SystemAdmin,
            UnitAdmin,
        };
        match self {
            Self::ManageAccounts | Self::ManageKeys => &[SystemAdmin],
            Self::ManageRegistry => &[SystemAdmin, ProvinceAdmin],
            Self::RunRound | Self::EditScorecard => &[ProvinceAdmin],
            Self::IssueLinks => &[ProvinceAdmin, UnitAdmin, Clerk],
            Self::VoidLinks => &[ProvinceAdmin, UnitAdmin],
            // Nobody who runs the counter: whoever is rated never sees a rating.
            Self::EnterPaper => &[ProvinceAdmin, PaperClerk],
            Self::ComputeFlags => &[ProvinceAdmin, Reviewer, Publisher],
            Self::DecideVerdicts => &[Reviewer],
            // The person who holds the code decides; whoever types it for him needs no answers and sees none.
            Self::WithdrawResponse => &[ProvinceAdmin, Reviewer, Publisher],
            Self::Seal | Self::Publish => &[Publisher],
            // Not those who are rated, nor those who run the round.
            Self::WitnessSeal | Self::ReadRecords | Self::CallBack => &[Inspector],
            Self::Compute => &[ProvinceAdmin, Publisher],
            Self::Confirm => &[ProvinceAdmin, Publisher],
            Self::UseConsole => Role::ALL,
            // Who runs the installation has no business with a round, and who keys in paper sees paper.
            Self::ReadCounts => &[ProvinceAdmin, UnitAdmin, Clerk, Reviewer, Inspector, Publisher],
            // Evidence holds answers: for those who decide and those who inspect.
            Self::ReadFlags => &[Reviewer, Inspector],
            Self::ReadAudit => &[SystemAdmin, ProvinceAdmin, Inspector],
            Self::ReadAccounts => &[SystemAdmin, Inspector],
            Self::ReadOperation => &[SystemAdmin, ProvinceAdmin, Inspector],
            Self::RetryMail => &[SystemAdmin, ProvinceAdmin],
        }
    }

    /// As words in a sentence: "may not …".
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::ManageAccounts => "manage accounts",
            Self::ManageKeys => "manage API clients and keys",
            Self::ManageRegistry => "change units, counters, services, forms or margins",
            Self::RunRound => "create, open or close rounds",
            Self::IssueLinks => "import dossiers or issue links",
            Self::VoidLinks => "void or reprint links",
            Self::EnterPaper => "key in paper forms",
            Self::ComputeFlags => "compute flags",
            Self::DecideVerdicts => "decide on flags",
            Self::WithdrawResponse => "withdraw an answer",
            Self::Seal => "seal a round",
            Self::WitnessSeal => "witness a sealing",
            Self::Compute => "weigh or index",
            Self::Publish => "publish",
            Self::Confirm => "be the second person",
            Self::EditScorecard => "enter points of a scorecard",
            Self::ReadRecords => "read the sealed records",
            Self::CallBack => "handle the call-back sheet",
            Self::UseConsole => "use the console",
            Self::ReadCounts => "see the counts of rounds",
            Self::ReadFlags => "see flags",
            Self::ReadAudit => "search the audit trail",
            Self::ReadAccounts => "see accounts",
            Self::ReadOperation => "see how the service is doing",
            Self::RetryMail => "try mails again",
        }
    }
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person with an account and its grants (`None` = everywhere).
    Person {
        /// Account name.
        name: String,
        /// Roles, each with the unit it is held for.
        grants: Vec<(Role, Option<i32>)>,
    },
    /// An API client, bound to units; it may report dossiers of these and what lies below them, nothing else.
    Client {
        /// `client ` and its id.
        name: String,
        /// Ids of its units.
        units: Vec<i32>,
    },
    /// The service itself, by the part that acts; it may do what its code does.
    Service(&'static str),
}

impl Actor {
    /// The name in the audit log.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Person { name, .. } | Self::Client { name, .. } => name,
            Self::Service(part) => part,
        }
    }
}

/// One change: who, with which right, where, when, what and why.
#[derive(Clone, Debug)]
pub struct Act {
    /// Who does it.
    pub actor: Actor,
    /// Second person, where two are needed; its right is checked by [`Act::witnessed`]'s second field.
    pub witness: Option<(Actor, Right)>,
    /// With which right.
    pub right: Right,
    /// On which unit; `None` = on no unit in particular, which unit roles may not.
    pub unit: Option<i32>,
    /// When.
    pub at: Millis,
    /// `verb.object`, e.g. `round.open`.
    pub action: &'static str,
    /// What it is done to, e.g. `round 2026-11`.
    pub subject: String,
    /// More facts, never answers or secrets.
    pub detail: serde_json::Value,
}

impl Act {
    /// An act by `actor` with `right`, on no unit in particular, with no further facts.
    #[must_use]
    pub fn new(
        actor: &Actor,
        right: Right,
        at: Millis,
        action: &'static str,
        subject: impl Into<String>,
    ) -> Self {
        Self {
            actor: actor.clone(),
            witness: None,
            right,
            unit: None,
            at,
            action,
            subject: subject.into(),
            detail: serde_json::Value::Object(serde_json::Map::new()),
        }
    }

    /// The same on one unit.
    #[must_use]
    pub fn on(mut self, unit_id: i32) -> Self {
        self.unit = Some(unit_id);
        self
    }

    /// The same with facts for the audit log.
    #[must_use]
    pub fn with(mut self, detail: serde_json::Value) -> Self {
        self.detail = detail;
        self
    }

    /// The same with a second person, who must be another and hold `right`.
    #[must_use]
    pub fn witnessed(mut self, witness: &Actor, right: Right) -> Self {
        self.witness = Some((witness.clone(), right));
        self
    }
}

/// Depth at which a chain of parents is taken for a cycle.
const DEPTH_MAX: usize = 16;

/// The unit and all its ancestors.
fn lineage(conn: &mut Conn, unit_id: i32) -> Result<Vec<i32>> {
    let mut chain = vec![unit_id];
    let mut next = Some(unit_id);
    while let Some(id) = next {
        if chain.len() > DEPTH_MAX {
            return Err(StoreError::Corrupt { what: "unit tree" });
        }
        next = unit::table
            .find(id)
            .select(unit::parent_id)
            .first::<Option<i32>>(conn)
            .optional()?
            .flatten();
        chain.extend(next);
    }
    Ok(chain)
}

fn may(conn: &mut Conn, actor: &Actor, right: Right, unit_id: Option<i32>) -> Result<bool> {
    let lineage = unit_id.map(|id| lineage(conn, id)).transpose()?.unwrap_or_default();
    let grants = match actor {
        Actor::Service(_) => return Ok(true),
        Actor::Client { units, .. } => {
            return Ok(right == Right::IssueLinks && units.iter().any(|id| lineage.contains(id)));
        }
        Actor::Person { grants, .. } => grants,
    };
    Ok(grants.iter().any(|(role, held_for)| {
        right.roles().contains(role)
            && match held_for {
                None => true,
                // One's own account belongs to no unit.
                Some(held) => right == Right::UseConsole || lineage.contains(held),
            }
    }))
}

impl Actor {
    /// Whether some grant gives `right`, for whatever unit: enough to see a page that shows one's own units only.
    #[must_use]
    pub fn holds_somewhere(&self, right: Right) -> bool {
        match self {
            Self::Service(_) => true,
            Self::Client { .. } => right == Right::IssueLinks,
            Self::Person { grants, .. } => {
                grants.iter().any(|(role, _)| right.roles().contains(role))
            }
        }
    }

    /// Whether some grant gives `right` for no unit in particular.
    #[must_use]
    pub fn holds_everywhere(&self, right: Right) -> bool {
        match self {
            Self::Service(_) => true,
            Self::Client { .. } => false,
            Self::Person { grants, .. } => {
                grants.iter().any(|(role, unit)| unit.is_none() && right.roles().contains(role))
            }
        }
    }
}

impl Store {
    /// Whether `actor` holds `right` on `unit`.
    ///
    /// # Errors
    /// What the database says.
    pub fn holds(&self, actor: &Actor, right: Right, unit: Option<UnitId>) -> Result<bool> {
        self.read(|conn| may(conn, actor, right, unit.map(|unit| unit.0)))
    }

    /// Those of `units` on which `actor` holds `right`, in their order.
    ///
    /// # Errors
    /// [`StoreError::Forbidden`] when there is none.
    pub fn permitted(&self, actor: &Actor, right: Right, units: &[UnitId]) -> Result<Vec<UnitId>> {
        self.read(|conn| {
            let mut permitted = Vec::new();
            for unit in units {
                if may(conn, actor, right, Some(unit.0))? {
                    permitted.push(*unit);
                }
            }
            if permitted.is_empty() { Err(forbidden(actor, right)) } else { Ok(permitted) }
        })
    }
}

fn forbidden(actor: &Actor, right: Right) -> StoreError {
    StoreError::Forbidden {
        actor: actor.name().to_owned(),
        right: right.words(),
        needed: right.roles().iter().map(|r| r.word()).collect::<Vec<_>>().join(" or "),
    }
}

/// Checks an act's right and its witness.
///
/// # Errors
/// [`StoreError::Forbidden`] names who, what for and which roles could.
pub(super) fn check(conn: &mut Conn, act: &Act) -> Result<()> {
    if !may(conn, &act.actor, act.right, act.unit)? {
        return Err(forbidden(&act.actor, act.right));
    }
    if let Some((witness, right)) = &act.witness {
        if witness.name() == act.actor.name() {
            return Err(StoreError::Refused(format!(
                "{} cannot be the second person to himself; name another with --with",
                witness.name()
            )));
        }
        if !may(conn, witness, *right, act.unit)? {
            return Err(forbidden(witness, *right));
        }
    }
    Ok(())
}

//! What an entry of the route table says.

use super::reply::Answer;
use super::visit::Visit;
use crate::store::Right;
use crate::web::text::Key;

/// How a page is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Shows and changes nothing.
    Get,
    /// Changes something; carries its session's token.
    Post,
}

/// Who may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Anybody: signing in.
    Nobody,
    /// Who gave the right password; the second factor may be missing still.
    Half,
    /// Who is signed in and holds this right.
    Right(Right),
}

/// How far the right must reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Over everything: a grant for no unit in particular.
    Everywhere,
    /// Over some unit; the page shows only that.
    Somewhere,
    /// Over the unit that the path names.
    Unit,
}

/// Where a page stands in the menu.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Menu {
    /// Among the pages of the house.
    House(Key),
    /// Among the pages of the round that one is in.
    Round(Key),
}

/// One page or change.
#[derive(Clone, Copy)]
pub struct Route {
    /// How.
    pub verb: Verb,
    /// Where; `{round}` and `{unit}` are looked up.
    pub path: &'static str,
    /// Who.
    pub need: Need,
    /// How far.
    pub reach: Reach,
    /// Whether the password must have been given just now.
    pub fresh: bool,
    /// Where it stands in the menu, if it does.
    pub menu: Option<Menu>,
    /// Largest body, bytes.
    pub body_bytes_max: usize,
    /// What it does.
    pub run: fn(&Visit) -> Answer,
}

/// Fields of a form of ours.
const BODY_BYTES: usize = 64 * 1024;

impl Route {
    const fn new(verb: Verb, path: &'static str, need: Need, run: fn(&Visit) -> Answer) -> Self {
        Self {
            verb,
            path,
            need,
            reach: Reach::Everywhere,
            fresh: false,
            menu: None,
            body_bytes_max: BODY_BYTES,
            run,
        }
    }

    /// A page.
    pub const fn get(path: &'static str, right: Right, run: fn(&Visit) -> Answer) -> Self {
        Self::new(Verb::Get, path, Need::Right(right), run)
    }

    /// A change.
    pub const fn post(path: &'static str, right: Right, run: fn(&Visit) -> Answer) -> Self {
        Self::new(Verb::Post, path, Need::Right(right), run)
    }

    /// A page or change on the way in.
    pub(super) const fn open(
        verb: Verb,
        path: &'static str,
        need: Need,
        run: fn(&Visit) -> Answer,
    ) -> Self {
        Self::new(verb, path, need, run)
    }

    /// Enough to hold the right for some unit; the page shows only those.
    #[must_use]
    pub const fn somewhere(mut self) -> Self {
        self.reach = Reach::Somewhere;
        self
    }

    /// The right must be held for the path's `{unit}`.
    #[must_use]
    pub const fn on_unit(mut self) -> Self {
        self.reach = Reach::Unit;
        self
    }

    /// The password must have been given within five minutes.
    #[must_use]
    pub const fn fresh(mut self) -> Self {
        self.fresh = true;
        self
    }

    /// Stands in the menu of the house.
    #[must_use]
    pub const fn in_menu(mut self, label: Key) -> Self {
        self.menu = Some(Menu::House(label));
        self
    }

    /// Stands in the menu of the round that one is in.
    #[must_use]
    pub const fn in_round_menu(mut self, label: Key) -> Self {
        self.menu = Some(Menu::Round(label));
        self
    }

    /// Takes a body of so many bytes.
    #[must_use]
    pub const fn body(mut self, bytes: usize) -> Self {
        self.body_bytes_max = bytes;
        self
    }
}

impl std::fmt::Debug for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {} ({:?}, {:?})", self.verb, self.path, self.need, self.reach)
    }
}

//! What people of a round do in the console: hand out links, bring dossiers, key in paper forms, give totals.

mod desk;
mod dossiers;
mod links;
mod margins;
mod paper;

//! All journeys, linked as one binary.
#![cfg(test)]

mod support;

mod author_checks_forms;
mod binary;
mod dedup_flags;
mod mail_reaches_people;
mod measured;
mod oracle;
mod scoring_system_reads;
mod tidy;
mod tools;

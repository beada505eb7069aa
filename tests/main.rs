//! All journeys, linked as one binary.
#![cfg(test)]

mod support;

mod administrator_runs_a_round;
mod administrator_signs_in;
mod anybody_checks;
mod author_checks_forms;
mod binary;
mod cheats_are_seen;
mod citizen_answers;
mod citizen_answers_step_by_step;
mod citizen_has_an_old_phone;
mod citizen_is_offline;
mod citizen_listens;
mod clerk_hands_out_links;
mod clerk_works_in_the_console;
mod coverage;
mod dedup_flags;
mod intake_loses_nothing;
mod mail_reaches_people;
mod measured;
mod operator_runs_the_service;
mod oracle;
mod people_are_asked;
mod round_goes_the_whole_way;
mod scoring_system_reads;
mod servers_work_in_the_background;
mod tidy;
mod tools;
mod weighing;
mod weighing_by_hand;
mod witnesses_keep_heads;

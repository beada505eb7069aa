//! All journeys, linked as one binary.
mod author_checks_forms;

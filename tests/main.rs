//! All journeys, linked as one binary.

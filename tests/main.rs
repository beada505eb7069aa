//! All journeys, linked as one binary.

#[cfg(test)]
mod oracle;

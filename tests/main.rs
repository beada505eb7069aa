//! All journeys, linked as one binary.

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod weighing;

//! All journeys, linked as one binary.

#[cfg(test)]
mod coverage;
#[cfg(test)]
mod oracle;
#[cfg(test)]
mod weighing;

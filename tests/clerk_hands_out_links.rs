//! Links reach people at a counter: on paper and on a tablet. What is printed can be scanned, and whoever bends it leaves
//! a trace.

mod expiry;
mod kiosk;
mod offline;
mod paper;
mod printing;
pub mod scan;
mod tablet;
mod trace;

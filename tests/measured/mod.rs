//! Measured on the release build with the instruments, one at a time: `tests/run instruments`.

mod citizen_pages;
mod contract;
mod demo;
mod every_page;
mod instruments;
mod intake;
mod kiosk;
mod lighthouse;
mod print;
mod results_pages;
mod scene;
mod start_page;

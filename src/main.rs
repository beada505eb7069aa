//! Parses the command line and hands it to [`khaosat::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    khaosat::cli::main()
}

//! The binary as it is shipped; `tests/run release` runs these on the release build.

use std::process::Command;

use crate::support::{Installation, on_each_engine, places};

/// The C library and the loader: what every Linux has.
const FOUND_EVERYWHERE: [&str; 7] =
    ["linux-vdso.", "ld-linux", "libc.so", "libm.so", "libgcc_s.so", "libpthread.so", "libdl.so"];

#[test]
fn it_needs_no_library_beyond_the_c_library() {
    let listed = Command::new("ldd").arg(places::binary()).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let libraries: Vec<_> =
        listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert!(libraries.iter().any(|library| library.starts_with("libc.so")), "ldd lists {listed:?}");
    for library in libraries {
        let name = library.rsplit('/').next().unwrap();
        assert!(
            FOUND_EVERYWHERE.iter().any(|known| name.starts_with(known)),
            "the binary needs {library}"
        );
    }
}

#[test]
fn the_release_stays_under_forty_megabytes() {
    let Some(release) = places::release_binary() else { return };
    let size_bytes = release.metadata().unwrap().len();
    assert!(size_bytes < 40_000_000, "{size_bytes} bytes");
}

#[test]
fn it_tells_its_version_and_its_commands() {
    on_each_engine(|engine| {
        let installation = Installation::on(engine);
        assert_eq!(
            installation.run(&["--version"]).done(),
            format!("khaosat {}\n", env!("CARGO_PKG_VERSION"))
        );
        assert!(installation.run(&["--help"]).done().contains("Usage: khaosat"));
    });
}

#[test]
fn an_unknown_command_is_a_mistake_of_usage() {
    on_each_engine(|engine| {
        let finished = Installation::on(engine).run(&["sruvey"]);
        assert_eq!(finished.code, Some(2), "{finished:?}");
        assert!(finished.stderr.contains("sruvey"), "{finished:?}");
    });
}

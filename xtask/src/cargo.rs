//! Running cargo, and other programs.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::Result;

/// The profile that tests are built with: `release`, so that dependencies as heavy as faer are compiled once for the
/// examples and the tests together; but redpoll itself, which changes and is compiled most, unoptimised and with every
/// assertion and overflow check on. Only redpoll may be named here: a setting that reached a dependency, or what
/// builds it, would compile all of them again.
pub(crate) const TEST_PROFILE: [&str; 5] = [
    "--release",
    "--config=profile.release.package.redpoll.opt-level=0",
    "--config=profile.release.package.redpoll.debug-assertions=true",
    "--config=profile.release.package.redpoll.overflow-checks=true",
    "--config=profile.release.package.redpoll.incremental=true",
];

/// A cargo command in the root of the repository.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments).current_dir(crate::root());
    command
}

/// Runs a command, its output going where ours goes.
pub(crate) fn run(command: &mut Command) -> Result {
    println!("{}", shown(command));
    let status = command.status().map_err(|error| format!("{}: {error}", shown(command)))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` ended with {status}", shown(command))) }
}

/// Runs a command and returns its standard output; its standard error goes where ours goes.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    println!("{}", shown(command));
    command.stderr(Stdio::inherit());
    let output = command.output().map_err(|error| format!("{}: {error}", shown(command)))?;
    let text =
        String::from_utf8(output.stdout).map_err(|error| format!("{}: {error}", shown(command)))?;
    if output.status.success() {
        Ok(text)
    } else {
        Err(format!("`{}` ended with {}; it printed\n{text}", shown(command), output.status))
    }
}

/// A command as it would be typed.
fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or(command.get_program());
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

//! `potts completions`: what a shell needs to complete commands and options.

use crate::error::{Error, Result};
use crate::io::files::output::write_output;
use clap::Command;
use clap_complete::Shell;
use std::path::Path;

/// Where each shell looks; below the options of `--help`.
const PLACES_HELP: &str = "\
Examples:
  potts completions bash > ~/.local/share/bash-completion/completions/potts
  potts completions zsh > ~/.zfunc/_potts      with fpath+=~/.zfunc before compinit in ~/.zshrc
  potts completions fish > ~/.config/fish/completions/potts.fish";

/// Arguments of `potts completions`.
#[derive(Debug, clap::Args)]
#[command(before_help = PLACES_HELP)]
pub struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    pub shell: Shell,
}

/// Prints the script by which the shell completes the arguments of `program`.
///
/// # Errors
/// [`Error::Io`] if standard output cannot be written. A reader that has seen enough is no error.
pub fn run(args: &CompletionsArgs, mut program: Command) -> Result<()> {
    let name = program.get_name().to_owned();
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut program, name, &mut script);
    write_output(None, false, |out| {
        let written = out.write_all(&script);
        written.map_err(Error::io("write", Path::new("standard output")))
    })
}

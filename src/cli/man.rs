//! `potts man`: the manual pages, made of the texts of `--help`.

use crate::error::{Error, Result};
use crate::io::files::output::{write_file, write_output};
use clap::Command;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Examples; below the options of `--help`.
const EXAMPLES: &str = "\
Examples:
  potts man fit | man -l -                           read one
  potts man --out-dir ~/.local/share/man/man1        then: man potts-fit";

/// Arguments of `potts man`.
#[derive(Debug, clap::Args)]
#[command(before_help = EXAMPLES)]
pub struct ManArgs {
    /// The command whose page is printed [default: the page of potts itself]
    #[arg(value_name = "COMMAND", conflicts_with = "out_dir")]
    pub of: Option<String>,
    /// Write all pages to this folder, which is made: potts.1, potts-fit.1, ...
    #[arg(long, value_name = "DIR")]
    pub out_dir: Option<PathBuf>,
    /// Overwrite pages that are there
    #[arg(long, requires = "out_dir")]
    pub force: bool,
}

/// Prints a page of `program`, or writes all of them.
///
/// # Errors
/// [`Error::Usage`] for a command that there is not; [`Error::Exists`] if there is a page already and not `force`; [`Error::Io`] if
/// writing fails.
pub fn run(args: &ManArgs, program: Command) -> Result<()> {
    // Commands get the names `potts-fit` and the common options only when the whole is built.
    let mut program = program.disable_help_subcommand(true);
    program.build();
    match &args.out_dir {
        Some(folder) => write_pages(&program, folder, args.force),
        None => {
            let command = match &args.of {
                Some(name) => find(&program, name)?,
                None => &program,
            };
            write_output(None, false, |out| {
                let rendered = render(command, out);
                rendered.map_err(Error::io("write", Path::new("standard output")))
            })
        }
    }
}

fn find<'a>(program: &'a Command, name: &str) -> Result<&'a Command> {
    program.find_subcommand(name).ok_or_else(|| {
        let names: Vec<&str> = program.get_subcommands().map(Command::get_name).collect();
        Error::Usage(format!(
            "there is no command {name}; the commands are {}",
            names.join(", ")
        ))
    })
}

fn write_pages(program: &Command, folder: &Path, force: bool) -> Result<()> {
    std::fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
    for command in std::iter::once(program).chain(program.get_subcommands()) {
        let path = folder.join(Man::new(command.clone()).get_filename());
        write_file(&path, force, |out| {
            render(command, out).map_err(Error::io("write", &path))
        })?;
    }
    Ok(())
}

/// One page. What stands below the options of `--help` keeps its lines, which are tables and examples.
fn render(command: &Command, out: &mut dyn Write) -> io::Result<()> {
    let page = Man::new(command.clone());
    page.render_title(out)?;
    page.render_name_section(out)?;
    page.render_synopsis_section(out)?;
    page.render_description_section(out)?;
    page.render_options_section(out)?;
    if command.has_subcommands() {
        page.render_subcommands_section(out)?;
    }
    let before = command.get_before_help();
    let examples = before.map(|text| text.to_string().replacen("Examples:\n", "", 1));
    section("EXAMPLES", examples, out)?;
    let after = command
        .get_after_long_help()
        .or_else(|| command.get_after_help());
    section("NOTES", after.map(ToString::to_string), out)
}

/// Lines as they are, under a heading.
fn section(heading: &str, text: Option<String>, out: &mut dyn Write) -> io::Result<()> {
    let Some(text) = text else {
        return Ok(());
    };
    let mut lines = Roff::new();
    lines.control("SH", [heading]).control("nf", []);
    for line in text.lines() {
        lines.text([roman(line)]);
    }
    lines.control("fi", []).to_writer(out)
}

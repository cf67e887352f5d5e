//! `potts merge`: parts of one model, fitted apart, put together.

use super::messages::Messages;
use crate::error::Result;
use crate::fit::Merger;
use crate::io::hdf5;
use crate::io::model_file::TargetFormat;
use crate::io::{check_apart, check_target};
use std::path::{Path, PathBuf};

/// Options of `potts merge`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  potts fit long.a2m --method plm-asymmetric --sites 1-400 -o part1.h5
  potts fit long.a2m --method plm-asymmetric --sites 401-812 -o part2.h5
  potts merge part1.h5 part2.h5 -o long.h5")]
pub struct MergeArgs {
    /// Parts, as `potts fit --sites` writes them, in any order
    #[arg(required = true, value_name = "PART.h5")]
    parts: Vec<PathBuf>,
    /// Model file to write
    #[arg(short, long, value_name = "MODEL.h5")]
    output: PathBuf,
    /// Overwrite an existing model file
    #[arg(long)]
    force: bool,
}

/// Runs the command.
///
/// # Errors
/// For parts that do not belong together or are not all, and what reading and writing give.
pub fn run(args: &MergeArgs, messages: &Messages) -> Result<()> {
    TargetFormat::Hdf5.check_name(&args.output)?;
    check_apart(&args.output, args.parts.iter().map(PathBuf::as_path))?;
    check_target(&args.output, args.force)?;
    messages.timings().begin("reading the parts");
    let mut merger = None;
    let mut seconds = 0.0;
    for path in &args.parts {
        let part = hdf5::read_part(path)?;
        seconds += part.frame.provenance.wall_seconds;
        let sites = (part.sites.start + 1, part.sites.end);
        messages.field(
            "part",
            format_args!("{}, sites {}-{}", path.display(), sites.0, sites.1),
        );
        merger = Some(added(merger, part, path)?);
    }
    let Some(merger) = merger else {
        return Ok(());
    };
    let mut fitted = merger.finish()?;
    fitted.provenance.command_line = std::env::args().collect::<Vec<_>>().join(" ");
    fitted.provenance.wall_seconds = seconds;
    messages.timings().begin("writing the model");
    hdf5::write(&fitted, &args.output, args.force)?;
    messages.field(
        "written",
        format_args!(
            "{}, {} sites; the parts took {seconds:.1} s together",
            args.output.display(),
            fitted.columns.sites()
        ),
    );
    Ok(())
}

fn added(merger: Option<Merger>, part: crate::fit::FittedPart, path: &Path) -> Result<Merger> {
    let name = path.display().to_string();
    match merger {
        None => Merger::new(part, &name),
        Some(mut merger) => {
            merger.add(part, &name)?;
            Ok(merger)
        }
    }
}

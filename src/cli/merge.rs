//! `potts merge`: parts of one model, fitted apart, put together.

use super::messages::Messages;
use crate::error::{Error, Result};
use crate::fit::{FittedPart, Merger, cost};
use crate::io::files::input::open_regular;
use crate::io::files::{check_apart, check_output};
use crate::io::models::OutputFormat;
use crate::io::models::hdf5;
use crate::machine::memory::available_memory;
use std::path::{Path, PathBuf};

/// Options of `potts merge`.
#[derive(Debug, clap::Args)]
#[command(before_help = "Examples:
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
    OutputFormat::Hdf5.check_name(&args.output)?;
    check_apart(&args.output, args.parts.iter().map(PathBuf::as_path))?;
    check_output(&args.output, args.force)?;
    check_memory(&args.parts, available_memory())?;
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
    if let Some(report) = fitted.record.as_ref().filter(|report| !report.converged()) {
        messages.warn(format_args!(
            "a part has not converged: {}",
            report.stop_reason.explain()
        ));
    }
    fitted.provenance.command_line = messages.command_line().into();
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

/// Refuses to begin what there is not enough memory for.
fn check_memory(parts: &[PathBuf], available: Option<u64>) -> Result<()> {
    let size = |path: &PathBuf| {
        let file = open_regular(path, "give the parts that `potts fit --sites` wrote")?;
        let found = file.metadata().map_err(Error::io("read", path))?;
        Ok(found.len())
    };
    let sizes = parts.iter().map(size).collect::<Result<Vec<u64>>>()?;
    let needed = cost::merge_memory(&sizes);
    match available {
        Some(available) if needed > available => Err(Error::Memory {
            needed,
            available,
            remedy: "merge on a machine with more; the model cannot be made in pieces".into(),
        }),
        _ => Ok(()),
    }
}

fn added(merger: Option<Merger>, part: FittedPart, path: &Path) -> Result<Merger> {
    let name = path.display().to_string();
    match merger {
        None => Merger::new(part, &name),
        Some(mut merger) => {
            merger.add(part, &name)?;
            Ok(merger)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_merge_that_does_not_fit_into_memory_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let parts: Vec<PathBuf> = (0..3).map(|k| folder.path().join(k.to_string())).collect();
        for path in &parts {
            let file = std::fs::File::create(path).unwrap();
            file.set_len(200_000_000).unwrap();
        }
        assert!(check_memory(&parts, Some(520_000_000)).is_ok());
        assert!(check_memory(&parts, None).is_ok());
        let refused = check_memory(&parts, Some(519_000_000)).unwrap_err();
        assert!(refused.to_string().contains("520 MB"), "{refused}");
    }
}

//! `potts contacts`: the pairs of positions that a model couples, ranked.

mod args;
mod evidence;
mod formats;
mod handing;
mod summary;

pub use args::{ContactsArgs, PairsChoice, ScoreChoice};
pub use formats::FormatChoice;
pub use summary::Summary;

use super::alignment_args::ReadOptions;
use super::fit::fit_in_place;
use super::input_format::InputFormatArg;
use super::json::print_json;
use super::messages::Messages;
use crate::alignment::{ColumnMap, FocusOptions};
use crate::contacts::evidence::LEAST_NEFF;
use crate::contacts::{self, Contact, PairKind, Preferences, Ranking, Selection};
use crate::conventions::Tool;
use crate::error::{Error, Result};
use crate::fit::FitOptions;
use crate::io::models;
use crate::io::tables::ContactRow;
use crate::io::tables::columns::{CONTACTS, chosen};
use crate::io::tables::contacts::{
    CASP_MIN_SEPARATION, CaspTarget, write_casp, write_ccmpred, write_csv, write_evcouplings,
    write_json, write_tsv,
};
use crate::machine::memory::available_memory;
use crate::model::{MethodName, Model};
use crate::position::Residue;
use crate::report::pairs::{IN_STRUCTURES, whole, word};
use crate::report::structures::Structures;
use std::io::{self, Write};

/// Pairs of residues that are told of each coupling, where they are wanted.
const PREFERENCES: usize = 4;

/// Ranks the contacts of a model and writes them; what they rest on goes to `messages`.
///
/// # Errors
/// If the model lacks what was asked of it, an option is out of range, or `output` fails.
pub fn write(
    fitted: &Model,
    args: &ContactsArgs,
    messages: &Messages,
    output: &mut dyn Write,
) -> Result<Summary> {
    let tool = args.tool(fitted);
    let options = args.options(fitted, tool)?;
    if args.pairs == PairsChoice::Inter && !fitted.columns.has_chains() {
        return Err(no_chains());
    }
    if let Some(positions) = &args.positions {
        positions.check(&fitted.columns)?;
    }
    handing::check(args, fitted)?;
    let structures = args.structures.read(fitted, messages)?;
    evidence::remark_on_tool((args, tool), messages);
    let scores = contacts::scores(fitted, &options)?;
    evidence::remark(fitted, args.format(), &scores, &options, messages);
    let ranking = Ranking::of(fitted, &options);
    let list = contacts::list_of(fitted, &scores, &options)?;
    warn_if_none_reaches(args, &list, messages);
    match args.format() {
        FormatChoice::Tsv | FormatChoice::Csv | FormatChoice::Json => {
            write_table(fitted, args, ranking, &list, structures.as_ref(), output)?;
        }
        FormatChoice::Evcouplings => put(args, output, |out| {
            write_evcouplings(&list, &fitted.columns, out)
        })?,
        FormatChoice::CaspRr => {
            let target = CaspTarget::new(fitted.target.as_deref(), &fitted.columns)?;
            check_probabilities(fitted, tool, &list)?;
            put(args, output, |out| {
                write_casp(&list, &target, word(ranking.score), out)
            })?;
        }
        FormatChoice::Ccmpred => {
            let values = scores.ranked_by(ranking.score)?;
            put(args, output, |out| {
                write_ccmpred(&values, scores.sites(), out)
            })?;
        }
        _ => {
            let handed = handing::hand_on(fitted, args, ranking, &list, structures.as_ref())?;
            handing::warn_if_empty(&handed, &list, messages);
            put(args, output, |out| {
                handing::write(&handed, fitted, args.format(), out)
            })?;
        }
    }
    let mut summary = Summary::new(&args.input, fitted, ranking, &list);
    if let Some(structures) = &structures {
        let ranked = contacts::list_of(fitted, &scores, &whole(options, ranking))?;
        summary.structures = structures.summaries(&ranked, ranking.score, fitted.sites())?;
    }
    summary.tell(messages);
    Ok(summary)
}

/// The list with all its numbers.
fn write_table(
    fitted: &Model,
    args: &ContactsArgs,
    ranking: Ranking,
    list: &[Contact],
    structures: Option<&Structures>,
    output: &mut dyn Write,
) -> Result<()> {
    let mut asked = Vec::new();
    if fitted.bootstrap.is_some() {
        asked.extend(["cn_se", "support"]);
    }
    let mut seen = Vec::new();
    if let Some(structures) = structures {
        asked.extend(IN_STRUCTURES);
        if structures.are_several() {
            asked.push("touches_in");
        }
        seen = structures.judge(list)?;
    }
    let mut preferences = Vec::new();
    if let (Some(_), Some(pairwise)) = (&args.positions, fitted.pairwise()) {
        asked.extend(["likes", "dislikes"]);
        let couplings = pairwise.all()?;
        let of = |contact: &Contact| {
            Preferences::of(&couplings, contact.sites, &fitted.alphabet, PREFERENCES)
        };
        preferences = list.iter().map(of).collect();
    }
    if args.format() == FormatChoice::Json {
        asked.push("ranked_by");
    }
    let row = |(k, contact)| ContactRow {
        contact,
        ranked_by: word(ranking.score),
        preferences: preferences.get(k),
        seen: seen.get(k),
    };
    let rows: Vec<ContactRow<'_>> = list.iter().enumerate().map(row).collect();
    let columns = chosen(CONTACTS, &asked);
    put(args, output, |out| match args.format() {
        FormatChoice::Json => write_json(&columns, &rows, out),
        FormatChoice::Csv => write_csv(&columns, &rows, out),
        _ => write_tsv(&columns, &rows, out),
    })
}

fn no_chains() -> Error {
    Error::Model(
        "there are no chains, so there are no pairs between them\n  \
         fit the alignment by potts fit with --chains, the lengths of its proteins, as in --chains 120,98"
            .into(),
    )
}

/// A CASP file is a list of probabilities.
fn check_probabilities(fitted: &Model, tool: Option<Tool>, list: &[Contact]) -> Result<()> {
    let calibrated = |contact: &Contact| {
        let (i, j) = contact.residues;
        i.separation(j) >= Some(CASP_MIN_SEPARATION)
    };
    let unknown = |contact: &&Contact| calibrated(contact) && contact.probability.is_none();
    if list.iter().find(unknown).is_none() {
        return Ok(());
    }
    if let Some(tool) = tool {
        return Err(Error::Model(format!(
            "a CASP file holds probabilities, which are calibrated on the scores of potts, not of {}\n  choose another --format",
            tool.as_str()
        )));
    }
    if let Some(neff) = fitted.neff().filter(|&neff| neff < LEAST_NEFF) {
        return Err(Error::Model(format!(
            "a CASP file holds probabilities, and {neff:.1} effective sequences are too few for any (from {LEAST_NEFF} on)\n  \
             choose another --format, or a deeper alignment"
        )));
    }
    Err(Error::Model(match fitted.alphabet.is_protein() {
        true => "a CASP file holds probabilities, and those need the family's Neff, which this model's file did not tell\n  \
                 choose another --format".into(),
        false => format!(
            "a CASP file holds probabilities of contacts in proteins; this model is of {}\n  choose another --format",
            fitted.alphabet.describe()
        ),
    }))
}

/// Runs the command: reads the model, or fits one to an alignment, and writes its contacts to standard output.
///
/// # Errors
/// As [`write()`], or if the model or alignment cannot be read or fitted.
pub fn run(args: &ContactsArgs, threads: usize, messages: &Messages) -> Result<()> {
    let structures = args.structures.inputs();
    args.file.check(structures.chain([args.input.as_path()]))?;
    messages.timings().begin("reading the model");
    let model = models::detect(&args.input);
    if model.is_some() && args.input_format != InputFormatArg::Auto {
        return Err(Error::Usage(format!(
            "--input-format is for alignments, and {} is a model: leave the option out",
            args.input.display()
        )));
    }
    if model.is_some() && args.query.is_some() {
        return Err(Error::Usage(format!(
            "--query is for alignments, and {} is a model: leave the option out",
            args.input.display()
        )));
    }
    let fitted = match model {
        Some(_) => models::read_without_sequences(&args.input)?,
        None if args.pairs == PairsChoice::Inter => return Err(no_chains()),
        None => fit_first(args, threads, messages)?,
    };
    messages.timings().begin("ranking and writing");
    warn_if_nothing_is_left(&fitted, args, messages);
    remark_on_chains(&fitted.columns, args, messages);
    let mut summary = None;
    let mut written = |output: &mut dyn Write| {
        write(&fitted, args, messages, output).map(|found| summary = Some(found))
    };
    match (&args.file.output, args.json) {
        (None, true) => written(&mut io::sink())?,
        _ => args.file.write(written)?,
    }
    match summary {
        Some(summary) if args.json => print_json(&summary),
        _ => Ok(()),
    }
}

/// A table without rows is a puzzle without a word.
fn warn_if_nothing_is_left(fitted: &Model, args: &ContactsArgs, messages: &Messages) {
    // Whether there are positions as asked for was looked at before.
    let selection = Selection {
        positions: None,
        ..args.selection(&fitted.columns)
    };
    let columns = &fitted.columns;
    let of_chain = columns.spans().iter().map(|span| span.sites.clone());
    // The ends of a chain are its widest pair, and no pair between chains is too near.
    let ends: Vec<Residue> = of_chain
        .filter(|sites| !sites.is_empty())
        .flat_map(|sites| [sites.start, sites.end - 1])
        .map(|site| columns.residue(site))
        .collect();
    let mut pairs = pairs_of(&ends);
    if args.format() == FormatChoice::Ccmpred || pairs.any(|(i, j)| selection.admits(i, j)) {
        return;
    }
    if selection.pairs == PairKind::Inter {
        messages.warn("only one chain has modelled positions, so there is no pair between chains");
        return;
    }
    let widest = pairs_of(&ends).filter_map(|(i, j)| i.separation(j)).max();
    messages.warn(format_args!(
        "no two modelled positions are {} or more apart (at most {}): choose a smaller --min-separation",
        selection.min_separation,
        widest.unwrap_or(0)
    ));
}

/// A limit may be higher than any pair, or ask for what no pair has.
fn warn_if_none_reaches(args: &ContactsArgs, list: &[Contact], messages: &Messages) {
    let limits = [
        ("--min-probability", args.min_probability),
        ("--min-z", args.min_z),
    ];
    let asked: Vec<String> = limits
        .iter()
        .filter_map(|(name, least)| Some(format!("{name} {}", (*least)?)))
        .collect();
    if list.is_empty() && !asked.is_empty() {
        messages.warn(format_args!(
            "no pair reaches {}: choose less",
            asked.join(" and ")
        ));
    }
}

fn pairs_of(residues: &[Residue]) -> impl Iterator<Item = (Residue, Residue)> {
    let with_later = |(k, &i): (usize, &Residue)| residues[k + 1..].iter().map(move |&j| (i, j));
    residues.iter().enumerate().flat_map(with_later)
}

/// What a format cannot say of a complex.
fn remark_on_chains(columns: &ColumnMap, args: &ContactsArgs, messages: &Messages) {
    if !columns.has_chains() {
        return;
    }
    match args.format() {
        FormatChoice::Evcouplings => {
            let mut last = 0;
            let numbers = columns.spans().iter().zip(columns.chains()).map(|(span, chain)| {
                let first = last + 1;
                last += span.len();
                format!("{chain} {first} to {last}")
            });
            let numbers: Vec<String> = numbers.collect();
            messages.say(format_args!(
                "note: this format knows no chains, so residues are counted through all of them: {}",
                numbers.join(", ")
            ));
        }
        FormatChoice::CaspRr if args.pairs != PairsChoice::Intra => messages.say(
            "note: pairs between chains have no calibrated probability, which this format needs: they stand last, with 0",
        ),
        _ => {}
    }
}

/// How an alignment is read and fitted: with the defaults of `potts fit`; by mean field where only that gives the score.
pub(super) fn fit_options(args: &ContactsArgs) -> Result<(ReadOptions, FitOptions)> {
    let method = match args.score {
        None | Some(ScoreChoice::Pattern | ScoreChoice::Apc | ScoreChoice::Fn) => MethodName::Plm,
        Some(ScoreChoice::Mi | ScoreChoice::Di) => MethodName::MeanField,
    };
    let tool = args.like.map(|like| like.0);
    let conventions = match tool {
        Some(tool) => tool.fit_options(method)?,
        None => FitOptions::with_method(method),
    };
    let options = FitOptions {
        max_memory: available_memory(),
        ..conventions
    };
    let reading = ReadOptions {
        format: args.input_format.format(),
        query: args.query,
        focus: tool.map_or_else(FocusOptions::default, Tool::focus_options),
        ..ReadOptions::default()
    };
    Ok((reading, options))
}

fn fit_first(args: &ContactsArgs, threads: usize, messages: &Messages) -> Result<Model> {
    let (reading, options) = fit_options(args)?;
    fit_in_place((&args.input, &reading, options), threads, messages)
}

fn put(
    args: &ContactsArgs,
    output: &mut dyn Write,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> Result<()> {
    write(output).map_err(args.file.error())
}

#[cfg(test)]
mod tests;

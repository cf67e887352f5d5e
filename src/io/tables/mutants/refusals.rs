//! Tables that cannot be read, and what to do about it.

use super::column_names;
use crate::error::{Error, Place};
use crate::io::alignments::foreign;

/// A file that is no text, named for what it is.
pub(super) fn binary(start: &[u8], file: &str) -> Option<Error> {
    let known = foreign::binary(start)?;
    let advice = match known.what {
        what if what.contains("UTF-") => {
            "save it as UTF-8 (in a spreadsheet: CSV UTF-8), or: iconv -f UTF-16 -t UTF-8 FILE > plain.csv"
        }
        what if what.contains("office") => {
            "unpack it first, and save a spreadsheet as CSV; plain files, gzip and zstd are read as they are"
        }
        what if what.contains("HDF5") => "the model comes first, then the table, a text file",
        what if what.contains("array") || what.contains("PDF") => {
            "a table of mutants is text: save it as CSV"
        }
        _ => "unpack it first; plain files, gzip and zstd are read as they are",
    };
    Some(Error::input(
        Place::file(file),
        format!("this is {}", known.what),
        advice,
    ))
}

/// A table of more columns than are read.
pub(super) fn too_wide(file: &str, line: usize, columns: usize) -> Error {
    Error::input(
        Place::file(file).line(line as u64),
        format!("this line has {columns} cells, and a table of mutants at most 100000 columns"),
        "give one mutant a line, or a table with one a row: leave out columns that are not needed",
    )
}

/// A file with nothing in it.
pub(super) fn nothing(file: &str) -> Error {
    Error::input(
        Place::file(file),
        "there is nothing in it but empty lines and comments",
        "a table has a header and a row for each mutant; a list has a mutant on each line",
    )
}

/// No column of this name.
pub(super) fn no_column(names: &[String], file: &str, name: &str) -> Error {
    Error::input(
        Place::file(file),
        format!("there is no column '{name}'; {}", listed(names)),
        "check the name; columns are separated by tabs, commas, semicolons or blanks",
    )
}

/// Several columns of this name.
pub(super) fn doubled(names: &[String], file: &str, name: &str) -> Error {
    let places = column_names::find(names, name);
    let places: Vec<String> = places.iter().map(|k| (k + 1).to_string()).collect();
    Error::input(
        Place::file(file),
        format!(
            "the columns {} are all called '{name}'",
            places.join(" and ")
        ),
        "which is meant? give them different names in the header",
    )
}

/// Two columns that hold different mutants, or parts of them.
pub(super) fn several(name: &str, other: &str, are_parts: bool, file: &str) -> Error {
    Error::input(
        Place::file(file),
        format!("the columns '{name}' and '{other}' both hold mutants, and not the same ones"),
        match are_parts {
            false => {
                "`column=NAME` says which is meant; put the substitutions of one mutant into one cell: A42G:L57V"
            }
            true => {
                "`column=POSITION,WILDTYPE,RESIDUE`, with the names of three columns, says which are meant; put the substitutions of one \
                 mutant into one cell: A42G:L57V"
            }
        },
    )
}

/// A column of changes of a gene.
pub(super) fn bases(name: &str, file: &str) -> Error {
    Error::input(
        Place::file(file),
        format!(
            "the changes in column '{name}' are all of A, C, G and T, and do not go with the target's residues: they are changes of DNA"
        ),
        "put the changes of the protein into a column, such as A42G; `column` says that these are some all the same",
    )
}

/// A file of Rosetta.
pub(super) fn mutfile(file: &str) -> Error {
    Error::input(
        Place::file(file),
        "this is a mutfile of Rosetta",
        "write each mutant on a line of its own: A24V:L25F",
    )
}

/// A table whose first row is data; a header for it would look like this.
pub(super) fn no_header(file: &str, header: &str) -> Error {
    Error::input(
        Place::file(file),
        "the first line holds a mutant, so the table has no header",
        format!("put the names of its columns in a first line, such as {header}"),
    )
}

/// What was seen in a table without mutants, for its refusal.
#[derive(Debug, Default)]
pub(super) struct Seen {
    /// A column of words of residues, most of this length.
    pub words: Option<(String, usize)>,
    /// The last comment.
    pub comment: Option<String>,
    /// Whether it seems to be a matrix with a cell for each mutant.
    pub is_matrix: bool,
}

/// A table in which no mutants were found.
pub(super) fn no_mutants(names: &[String], file: &str, seen: &Seen) -> Error {
    let mut problem = format!("no column with mutants was found; {}", listed(names));
    if let Some(comment) = &seen.comment {
        problem.push_str(&format!("; a line with # was left out: '{comment}'"));
    }
    let advice = match &seen.words {
        _ if seen.is_matrix => {
            "a matrix with positions along one side and residues along the other? give each mutant a row, with its position and residue, \
             as melt in Python and pivot_longer in R do"
                .into()
        }
        Some((name, length)) => format!(
            "cells of '{}' are words of {length} letters: are they the residues at {length} positions? then name these: `positions={}`",
            name.replace(char::is_control, " "),
            vec!["P"; *length].join(",")
        ),
        None => "name the column that holds the mutants with `column=NAME`; `layout` says what there are but mutants: whole sequences, \
                 residues at given positions, or columns of positions, wild types and residues (which `column=P,W,R` then names)"
            .into(),
    };
    Error::input(Place::file(file), problem, advice)
}

/// A layout that was asked for and is not there.
pub(super) fn not_there(what: &str, names: &[String], file: &str, advice: &str) -> Error {
    let problem = format!("no {what} found; {}", listed(names));
    Error::input(Place::file(file), problem, advice)
}

fn listed(names: &[String]) -> String {
    const SHOWN: usize = 30;
    let mut found: Vec<String> = names.iter().take(SHOWN).map(|n| format!("'{n}'")).collect();
    if names.len() > SHOWN {
        found.push(format!("and {} more", names.len() - SHOWN));
    }
    format!("the columns are {}", found.join(", "))
}

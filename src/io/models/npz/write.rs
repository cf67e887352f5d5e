//! Writing the arrays.

use crate::error::Result;
use crate::io::files::archive::{self, ArchiveWriter};
use crate::io::files::npy::{add, add_doubles, add_texts};
use crate::io::files::stream::write_numbers;
use crate::io::models::notes::{Holds, Numbers};
use crate::model::Couplings;
use crate::model::couplings::pairs;
use crate::model::{FamilyData, Model};
use ndarray::Array2;
use std::io;
use std::path::Path;

/// What the format holds.
pub const HOLDS: Holds = Holds {
    name: true,
    letters: true,
    positions: true,
    chains: true,
    family: true,
    gauge: true,
    independent: true,
    penalties: false,
};

/// Writes the file `path`.
///
/// # Errors
/// As [`archive::write_file`]; [`Error::Usage`](crate::Error::Usage) for a model without numbers.
pub fn write(fitted: &Model, path: &Path, force: bool) -> Result<()> {
    let numbers = Numbers::of(fitted)?;
    archive::write_file(path, force, |archive| put(fitted, &numbers, archive))
}

fn put(fitted: &Model, numbers: &Numbers, archive: &mut ArchiveWriter) -> io::Result<()> {
    put_matrix(archive, "h", numbers.fields)?;
    if let Some(couplings) = numbers.couplings() {
        put_pairs(archive, "J", couplings)?;
    }
    let letters = fitted.alphabet.model_letters(fitted.gaps);
    add_texts(archive, "alphabet", &[], &[&letters])?;
    add_texts(archive, "gauge", &[], &[fitted.gauge.as_str()])?;
    if let Some(target) = &fitted.target {
        add_texts(archive, "target", &[], &[target])?;
    }
    put_columns(fitted, archive)?;
    if let Some(fields) = &fitted.independent_fields {
        put_matrix(archive, "independent_fields", fields)?;
    }
    if let Some(identity) = fitted.provenance.identity {
        let rule = fitted.provenance.identity_rule.unwrap_or_default();
        add_doubles(archive, "identity", &[], &[identity])?;
        add_texts(archive, "identity_rule", &[], &[rule.as_str()])?;
    }
    match &fitted.family {
        Some(family) => put_family(family, archive),
        None => Ok(()),
    }
}

fn put_columns(fitted: &Model, archive: &mut ArchiveWriter) -> io::Result<()> {
    let columns = &fitted.columns;
    let sites = columns.sites();
    let positions = (0..sites).map(|site| columns.position(site).get());
    put_counts(archive, "position", positions.collect())?;
    let letters = (0..sites).map(|site| char::from(columns.letter(site)).to_string());
    let letters: Vec<String> = letters.collect();
    let letters: Vec<&str> = letters.iter().map(String::as_str).collect();
    add_texts(archive, "letter", &[sites], &letters)?;
    if columns.has_chains() {
        let chain = |site: usize| {
            columns
                .column(site)
                .chain
                .map_or('-', |c| c.letter().into())
        };
        let chains: Vec<String> = (0..sites).map(|site| chain(site).to_string()).collect();
        let chains: Vec<&str> = chains.iter().map(String::as_str).collect();
        add_texts(archive, "chain", &[sites], &chains)?;
    }
    let numbers = (0..sites).map(|site| columns.column(site).alignment_column);
    put_counts(archive, "alignment_column", numbers.collect())
}

fn put_family(family: &FamilyData, archive: &mut ArchiveWriter) -> io::Result<()> {
    let weights = family.weights.as_slice();
    add_doubles(archive, "weights", &[weights.len()], weights)?;
    let kept: Vec<u8> = family.kept.iter().map(|&kept| u8::from(kept)).collect();
    add(archive, "kept", "|b1", &[kept.len()], &mut |out| {
        out.write_all(&kept)
    })?;
    add_doubles(archive, "neff", &[], &[family.frequencies.neff()])?;
    let frequencies = family.frequencies.sites();
    let (sites, states) = frequencies.dim();
    let values: Vec<f64> = frequencies.iter().copied().collect();
    add_doubles(archive, "frequencies", &[sites, states], &values)?;
    match &family.pair_frequencies {
        Some(pairs) => put_pairs(archive, "pair_frequencies", pairs),
        None => Ok(()),
    }
}

fn put_counts(archive: &mut ArchiveWriter, name: &str, values: Vec<u64>) -> io::Result<()> {
    add(archive, name, "<i8", &[values.len()], &mut |out| {
        values
            .iter()
            .try_for_each(|value| out.write_all(&value.to_le_bytes()))
    })
}

fn put_matrix(archive: &mut ArchiveWriter, name: &str, matrix: &Array2<f32>) -> io::Result<()> {
    let values: Vec<f32> = matrix.iter().copied().collect();
    let (sites, states) = matrix.dim();
    add(archive, name, "<f4", &[sites, states], &mut |out| {
        write_numbers(out, &values)
    })
}

fn put_pairs(archive: &mut ArchiveWriter, name: &str, couplings: &Couplings) -> io::Result<()> {
    let states = couplings.states();
    let shape = [pairs(couplings.sites()), states, states];
    add(archive, name, "<f4", &shape, &mut |out| {
        write_numbers(out, couplings.as_slice())
    })
}

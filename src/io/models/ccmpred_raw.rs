//! The raw parameters of CCMpred (`-r`): a line of 20 fields a site, then a block of 21 x 21 couplings a pair.
//!
//! ```text
//! h*20                 states in the order ARNDCQEGHILKMFPSTWYV-; the gap has the field 0
//! # 0 1                the sites of a pair, counted from 0, in order
//! J*21                 21 lines, the state of the first site slow
//! ```
//!
//! Numbers are separated by tabs. CCMpred prints six digits of the fields; written here are as many as it takes.

use super::gremlin::{PROTEIN, canonical};
use super::notes::{Holds, Note, Numbers, note_on_gap};
use super::states::{StateMap, without_idle_gap};
use crate::alignment::ColumnMap;
use crate::alphabet::GapTreatment;
use crate::error::{Error, Place, Result};
use crate::io::files::numbers::{push_c_exponential, push_c_general};
use crate::io::files::stream::{FETCH_AGAIN, Lines, Stream};
use crate::model::Couplings;
use crate::model::couplings::{pair_sites, pairs};
use crate::model::{Model, Parameters};
use ndarray::Array2;
use std::io::{self, Write};
use std::path::Path;

/// What the format holds: parameters only.
pub const HOLDS: Holds = Holds::NOTHING;

/// States of a site, and of a site's fields.
const STATES: usize = 21;
const FIELDS: usize = 20;

/// Whether a file that begins like this is one of these: 20 numbers, and somewhere below the first pair. Without that it would be a
/// matrix of 20 sites.
pub fn looks_like(start: &[u8], all: impl FnOnce() -> Option<Lines>) -> bool {
    let line = start.split(|&b| b == b'\n').next().unwrap_or_default();
    let words = line.split(u8::is_ascii_whitespace);
    let words: Vec<&[u8]> = words.filter(|word| !word.is_empty()).collect();
    words.len() == FIELDS && words.iter().all(|word| is_number(word)) && all().is_some_and(has_pair)
}

fn is_number(word: &[u8]) -> bool {
    std::str::from_utf8(word).is_ok_and(|word| word.parse::<f32>().is_ok())
}

fn has_pair(mut lines: Lines) -> bool {
    while let Ok(true) = lines.advance() {
        if lines.line() == b"# 0 1" {
            return true;
        }
        if lines.words().count() != FIELDS {
            return false;
        }
    }
    false
}

/// Reads a file.
///
/// # Errors
/// [`Error::Input`] if a line is not as above.
pub fn read(stream: Stream) -> Result<Model> {
    let (alphabet, map) = canonical(PROTEIN);
    let mut lines = stream.lines();
    let fields = fields(&mut lines, &map)?;
    let couplings = couplings(&mut lines, fields.nrows(), &map)?;
    let couples = couplings.as_slice().iter().any(|&j| j != 0.0);
    let couplings = couples.then_some(couplings);
    let (fields, couplings, gaps) = without_idle_gap(fields, couplings, GapTreatment::State);
    let columns = ColumnMap::unnumbered(fields.nrows());
    let model = Parameters::of(fields, couplings)?;
    Ok(Model::of_parameters(model, alphabet, gaps, columns))
}

/// Reads up to the line of the first pair.
fn fields(lines: &mut Lines, map: &StateMap) -> Result<Array2<f32>> {
    let mut values = Vec::new();
    while lines.advance()? {
        if lines.line().starts_with(b"#") {
            let sites = values.len() / FIELDS;
            let mut fields = Array2::zeros((sites, STATES));
            for (file, mut row) in values.chunks_exact(FIELDS).zip(fields.rows_mut()) {
                if let Some(row) = row.as_slice_mut() {
                    map.row_to_model(file, row);
                }
            }
            return Ok(fields);
        }
        push_numbers(lines, FIELDS, &mut values)?;
    }
    let place = Place::file(lines.stream().name());
    Err(Error::input(
        place,
        "no pair follows the fields",
        FETCH_AGAIN,
    ))
}

/// Adds the numbers of a line, of which there must be `count`.
fn push_numbers(lines: &Lines, count: usize, values: &mut Vec<f32>) -> Result<()> {
    let before = values.len();
    for word in lines.words() {
        values.push(lines.number(word)?);
    }
    match values.len() - before {
        found if found == count => Ok(()),
        found => Err(lines.wrong(
            format!("{found} numbers, but {count} are expected"),
            FETCH_AGAIN,
        )),
    }
}

/// Reads all pairs, from the line of the first.
fn couplings(lines: &mut Lines, sites: usize, map: &StateMap) -> Result<Couplings> {
    // The shortest number and its tab take two bytes.
    let least = (pairs(sites) as u64).saturating_mul(2 * (STATES * STATES) as u64);
    if !lines.stream().can_hold(least) {
        let problem = format!(
            "{sites} sites, but too few lines for their {} pairs",
            pairs(sites)
        );
        return Err(Error::input(
            Place::file(lines.stream().name()),
            problem,
            FETCH_AGAIN,
        ));
    }
    let mut couplings = Couplings::zeros(sites, STATES);
    let mut file = Vec::new();
    let mut ended = false;
    for (i, j) in pair_sites(sites) {
        let expected = format!("# {i} {j}");
        if ended || lines.line() != expected.as_bytes() {
            return Err(lines.wrong(format!("'{expected}' is missing here"), FETCH_AGAIN));
        }
        file.clear();
        for _ in 0..STATES {
            lines.advance()?;
            push_numbers(lines, STATES, &mut file)?;
        }
        map.block_to_model(&file, couplings.block_mut(i, j));
        ended = !next_pair(lines)?;
    }
    match ended {
        true => Ok(couplings),
        false => Err(lines.wrong("there are more lines than pairs", FETCH_AGAIN)),
    }
}

/// Goes to the next line, but for blank ones and CCMpred's description of itself; `false` at the end.
fn next_pair(lines: &mut Lines) -> Result<bool> {
    while lines.advance()? {
        if !lines.line().is_empty() && !lines.line().starts_with(b"#>META>") {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What is made up or changed where `fitted` does not fit.
pub fn notes(fitted: &Model) -> Vec<Note> {
    let mut notes: Vec<Note> = note_on_gap(fitted).into_iter().collect();
    if gap_fields(fitted).iter().any(|&field| field != 0.0) {
        notes.push(Note::Changed(
            "fields: those of each site are shifted so that the gap's is 0, which changes no probability".into(),
        ));
    }
    if fitted.pairwise().is_none() {
        notes.push(Note::MadeUp(
            "couplings of 0, because sites are independent in this model".into(),
        ));
    }
    notes
}

/// The field of the gap at every site; empty if it is no state.
fn gap_fields(fitted: &Model) -> Vec<f32> {
    match fitted.gaps {
        GapTreatment::State => {
            let fields = fitted.parameters.fields();
            fields.map_or_else(Vec::new, |f| f.column(fitted.alphabet.residues()).to_vec())
        }
        GapTreatment::Missing => Vec::new(),
    }
}

/// Writes the file.
///
/// # Errors
/// [`Error::Usage`] for a model that is not of proteins, or of a single site; [`Error::Io`] if `output` fails.
pub fn write(fitted: &Model, output: &mut dyn Write) -> Result<()> {
    if !fitted.alphabet.is_protein() {
        return Err(Error::Usage(format!(
            "CCMpred's format is for proteins, but the states of this model are '{}'\n  choose another format: .dat, .npz and .plmc hold any letters",
            fitted.alphabet.model_letters(fitted.gaps)
        )));
    }
    if fitted.columns.sites() < 2 {
        return Err(Error::Usage(
            "CCMpred's format needs two sites or more".into(),
        ));
    }
    put(fitted, &Numbers::of(fitted)?, output)
        .map_err(Error::io("write", Path::new("the parameters")))
}

fn put(fitted: &Model, numbers: &Numbers, output: &mut dyn Write) -> io::Result<()> {
    let map = StateMap::new(PROTEIN, &fitted.alphabet, fitted.gaps);
    let gaps = gap_fields(fitted);
    let mut line = Vec::new();
    let mut file = vec![0.0; STATES * STATES];
    for (i, fields) in numbers.fields.rows().into_iter().enumerate() {
        map.row_to_file(&fields.to_vec(), &mut file[..FIELDS]);
        line.clear();
        for field in &file[..FIELDS] {
            push_c_general(field - gaps.get(i).unwrap_or(&0.0), &mut line);
            line.push(b'\t');
        }
        line.push(b'\n');
        output.write_all(&line)?;
    }
    file.fill(0.0);
    for (i, j) in pair_sites(fitted.columns.sites()) {
        if let Some(couplings) = numbers.couplings() {
            map.block_to_file(couplings.block(i, j), &mut file);
        }
        line.clear();
        writeln!(line, "# {i} {j}")?;
        for row in file.chunks_exact(STATES) {
            for &coupling in row {
                push_c_exponential(f64::from(coupling), &mut line);
                line.push(b'\t');
            }
            line.push(b'\n');
        }
        output.write_all(&line)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(text: &str) -> Stream {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(text.as_bytes()).unwrap();
        Stream::open(file.path()).unwrap()
    }

    /// Two sites whose numbers tell where they stand.
    fn pair() -> String {
        let numbers = |count: usize, scale: f64| {
            let numbers = (0..count).map(|k| (k as f64 * scale).to_string());
            numbers.collect::<Vec<_>>().join("\t")
        };
        let mut text = format!("{}\t\n{}\t\n# 0 1\n", numbers(20, 0.5), numbers(20, -0.25));
        for a in 0..21 {
            text.push_str(&format!("{}\t\n", numbers(21, a as f64)));
        }
        text
    }

    #[test]
    fn states_are_put_in_order() {
        let fitted = read(stream(&pair())).unwrap();
        assert_eq!(fitted.gaps, GapTreatment::State);
        // R is the second state there, the fifteenth here; V the last residue there.
        assert_eq!(fitted.fields().unwrap()[[0, 14]], 0.5);
        assert_eq!(fitted.fields().unwrap()[[1, 17]], -4.75);
        assert_eq!(fitted.fields().unwrap()[[1, 20]], 0.0);
        let couplings = fitted.couplings().unwrap();
        assert_eq!(couplings.get(0, 14, 1, 17), 19.0);
        assert_eq!(couplings.get(0, 20, 1, 14), 20.0);
        let mut bytes = Vec::new();
        write(&fitted, &mut bytes).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("0\t0.5\t1\t1.5\t"), "{text}");
        assert!(text.contains("# 0 1\n0.00000000000000000000e+00\t"));
        let back = read(stream(&text)).unwrap();
        assert_eq!(
            (back.fields(), back.couplings()),
            (fitted.fields(), fitted.couplings())
        );
    }

    #[test]
    fn a_gap_field_is_shifted_to_zero() {
        let mut fitted = read(stream(&pair())).unwrap();
        let shifted = fitted.fields().unwrap() + 1.5;
        fitted.parameters = Parameters::of(shifted, fitted.couplings().cloned()).unwrap();
        assert_eq!(notes(&fitted).len(), 1);
        let mut bytes = Vec::new();
        write(&fitted, &mut bytes).unwrap();
        assert!(bytes.starts_with(b"0\t0.5\t"));
    }

    #[test]
    fn a_matrix_of_scores_is_no_model() {
        let row = "0.5\t".repeat(20);
        let matrix = format!("{row}\n").repeat(20);
        let whole = |text: &str| looks_like(text.as_bytes(), || Some(stream(text).lines()));
        assert!(!whole(&matrix));
        assert!(whole(&pair()));
        assert!(!whole("1 2 3\n"));
    }

    #[test]
    fn errors_name_the_line() {
        for (from, to, words) in [
            ("# 0 1", "# 0 2", "line 3: '# 0 1' is missing"),
            ("# 0 1", "# x", "'# 0 1' is missing"),
            ("-0\t-0.25", "-0.25", "line 2: 19 numbers"),
            ("0\t1\t2", "0\tx\t2", "line 5: 'x' is not a finite number"),
            ("0\t1\t2", "0\t1\t2\t3", "line 5: 22 numbers"),
            ("# 0 1", "", "line 3: 0 numbers"),
        ] {
            let error = read(stream(&pair().replacen(from, to, 1))).unwrap_err();
            assert_eq!(error.exit_code(), 3);
            assert!(error.to_string().contains(words), "{words}: {error}");
        }
        let error = read(stream(&format!("{}# 0 2\n", pair()))).unwrap_err();
        assert!(
            error.to_string().contains("more lines than pairs"),
            "{error}"
        );
        let described = format!("{}#>META> {{\"version\": 1}}", pair());
        assert!(read(stream(&described)).is_ok());
    }

    #[test]
    fn too_many_sites_for_the_file_are_refused() {
        let text = format!("{}\n", "0\t".repeat(20)).repeat(10_000) + "# 0 1\n";
        let error = read(stream(&text)).unwrap_err();
        assert!(error.to_string().contains("too few lines"), "{error}");
    }
}

//! Every reader as a function of bytes, for tests that give it what it should refuse. What it accepts must be sound: each function
//! panics if not.
//!
//! Compiled twice: here, and into the fuzz targets (`tests/fuzz`), which know the library from outside. `potts` is whatever the module
//! above calls so.

use super::potts::alignment::AlignedRecords;
use super::potts::alignment::focus::focus;
use super::potts::alphabet::Alphabet;
use super::potts::error::{Error, Result};
use super::potts::io::alignments::fasta::Dialect;
use super::potts::io::alignments::{InputFormat, Reading, read_with};
use super::potts::io::files::source::Source;
use super::potts::io::files::stream::Stream;
use super::potts::io::models::{self, OutputFormat};
use super::potts::io::models::{adabmdca, ccmpred_raw, gremlin, npz, plmc};
use super::potts::io::structures;
use super::potts::io::tables::mutants::{self, Chunk, MutantTable, Target, Wish};
use super::potts::io::tables::weights::WeightsFile;
use super::potts::model::Model;
use super::potts::mutants::Mutant;
use std::io::Write;
use std::num::NonZeroUsize;
use std::path::Path;

/// What every file is called, or begins to be called.
pub const FILE: &str = "some-file";

/// A reader: `Ok` for input that it accepts.
pub type Reader = fn(&[u8]) -> Result<()>;

/// All of them. The name is that of the fuzz target.
pub const READERS: [(&str, Reader); 25] = [
    ("alignment", |bytes| alignment(bytes, None)),
    ("fasta", |bytes| {
        alignment(bytes, Some(InputFormat::Fasta(Some(Dialect::Fasta))))
    }),
    ("a2m", |bytes| {
        alignment(bytes, Some(InputFormat::Fasta(Some(Dialect::A2m))))
    }),
    ("a3m", |bytes| {
        alignment(bytes, Some(InputFormat::Fasta(Some(Dialect::A3m))))
    }),
    ("stockholm", |bytes| {
        alignment(bytes, Some(InputFormat::Stockholm))
    }),
    ("clustal", |bytes| {
        alignment(bytes, Some(InputFormat::Clustal))
    }),
    ("one_a_line", |bytes| {
        alignment(bytes, Some(InputFormat::OneALine))
    }),
    ("pir", |bytes| alignment(bytes, Some(InputFormat::Pir))),
    ("msf", |bytes| alignment(bytes, Some(InputFormat::Msf))),
    ("phylip", |bytes| {
        alignment(bytes, Some(InputFormat::Phylip))
    }),
    ("nexus", |bytes| alignment(bytes, Some(InputFormat::Nexus))),
    ("alignment_query", |bytes| {
        let reading = Reading {
            format: None,
            query: NonZeroUsize::new(2),
        };
        read_with(&source(bytes), reading).map(|records| check_records(&records))
    }),
    ("compression", |bytes| {
        source(bytes).text_within(1 << 28).map(drop)
    }),
    ("model", |bytes| model(bytes, models::read)),
    ("convert", |bytes| at_path(bytes, convert)),
    ("hdf5", |bytes| model(bytes, models::hdf5::read)),
    ("plmc", |bytes| {
        model(bytes, |path| plmc::read(Stream::open(path)?))
    }),
    ("adabmdca", |bytes| {
        model(bytes, |path| adabmdca::read(path, None))
    }),
    ("gremlin", |bytes| {
        model(bytes, |path| gremlin::read(Stream::open(path)?, None))
    }),
    ("ccmpred_raw", |bytes| {
        model(bytes, |path| ccmpred_raw::read(Stream::open(path)?))
    }),
    ("npz", |bytes| model(bytes, |path| npz::read(path, None))),
    ("weights", |bytes| {
        WeightsFile::read(&source(bytes)).map(drop)
    }),
    ("mutant_table", |bytes| at_path(bytes, mutants)),
    ("mutant", mutant),
    ("structure", structure),
];

/// Calls the reader of this name.
pub fn read(name: &str, bytes: &[u8]) -> Result<()> {
    let found = READERS.iter().find(|(known, _)| *known == name);
    found.expect("a reader of this name").1(bytes)
}

/// Panics unless an error is one that a user can do something with.
pub fn check_error(error: &Error) {
    let message = format!("{error}{}", cause(error));
    assert!(message.contains(FILE), "the file is not named: {message}");
    assert!(message.len() < 4000, "a message of {} bytes", message.len());
    let odd = |c: char| c.is_control() && c != '\n' && c != '\t';
    assert!(!message.contains(odd), "control characters: {message:?}");
    for word in [
        "index out of",
        "panick",
        "unwrap",
        "overflow",
        "capacity",
        "called `",
    ] {
        assert!(!message.contains(word), "{word}: {message}");
    }
    assert!(
        matches!(error, Error::Input { .. } | Error::Io { .. }),
        "{error:?}"
    );
}

fn cause(error: &Error) -> String {
    std::error::Error::source(error).map_or_else(String::new, |cause| format!(": {cause}"))
}

fn source(bytes: &[u8]) -> Source {
    Source::from_bytes(FILE, bytes.to_vec())
}

fn at_path(bytes: &[u8], read: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let mut file = tempfile::Builder::new().prefix(FILE).tempfile().unwrap();
    file.write_all(bytes).unwrap();
    read(file.path())
}

fn alignment(bytes: &[u8], format: Option<InputFormat>) -> Result<()> {
    let query = None;
    let records = read_with(&source(bytes), Reading { format, query })?;
    check_records(&records);
    let family = focus(&records, &Alphabet::protein(), &Default::default())?;
    assert!(family.columns().sites() > 0);
    Ok(())
}

fn check_records(records: &AlignedRecords) {
    assert!(records.len() > 1 && records.width() > 0);
    assert_eq!(records.names().len(), records.rows().len());
    let is_whole = |row: &[u8]| row.len() == records.width();
    assert!(records.rows().iter().all(is_whole));
    let reference = records.reference();
    assert!(reference.is_none_or(|letters| letters.len() == records.width()));
}

fn model(bytes: &[u8], read: fn(&Path) -> Result<Model>) -> Result<()> {
    at_path(bytes, |path| read(path).map(|fitted| check_model(&fitted)))
}

fn check_model(fitted: &Model) {
    let sites = fitted.columns.sites();
    assert!(sites > 0);
    assert_eq!(fitted.sites(), sites);
    assert_eq!(fitted.states(), fitted.alphabet.states(fitted.gaps));
    assert!(
        fitted
            .fields()
            .unwrap()
            .iter()
            .all(|field| field.is_finite())
    );
    assert!(
        fitted
            .energy_model()
            .unwrap()
            .energy(&vec![0; sites])
            .is_finite()
    );
    let independent = fitted.independent_fields.as_ref();
    assert!(independent.is_none_or(|fields| fields.iter().all(|field| field.is_finite())));
    let neff = fitted.neff();
    assert!(
        neff.is_none_or(|neff| neff.is_finite() && neff > 0.0),
        "{neff:?}"
    );
}

/// Into every format, and back from those that keep all numbers.
fn convert(path: &Path) -> Result<()> {
    let fitted = models::read(path)?;
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "m.h5", "m.plmc", "m.csv", "m.raw", "m.mat", "m.mrf", "m.dat", "m.npz",
    ] {
        let target = folder.path().join(name);
        let format = OutputFormat::of_name(&target).unwrap();
        let written = format.write(&fitted, &target, true);
        if written.is_ok() && ["m.h5", "m.npz"].contains(&name) {
            let back = models::read(&target).unwrap();
            let numbers = |model: &Model| (model.fields().cloned(), model.couplings().cloned());
            assert_eq!(numbers(&back), numbers(&fitted), "{name}");
        }
    }
    Ok(())
}

fn mutants(path: &Path) -> Result<()> {
    let target = Target::new(b"MKTAYIAKQRQISFVKSHFS".to_vec());
    let letters = Wish {
        positions: 4,
        ..Wish::default()
    };
    if let Err(error) = mutants_as(path, &letters) {
        check_error(&error);
    }
    let any = Wish {
        target,
        ..Wish::default()
    };
    mutants_as(path, &any)
}

fn mutants_as(path: &Path, wish: &Wish) -> Result<()> {
    let name = path.display().to_string();
    let mut table = MutantTable::new(mutants::open(path)?, &name, wish)?;
    let (mut batch, mut mutant) = (Chunk::default(), Mutant::default());
    loop {
        table.read(100, &mut batch)?;
        for row in batch.rows(table.layout(), 0..batch.len()) {
            if let Err(problem) = row.read(&mut mutant) {
                assert!(problem.to_string().len() < 200);
            }
        }
        if batch.is_empty() {
            return Ok(());
        }
    }
}

/// Every chain has residues, each with a place, and assemblies move chains that there are.
fn structure(bytes: &[u8]) -> Result<()> {
    let found = structures::read_source(&source(bytes))?;
    assert!(!found.chains.is_empty());
    for chain in &found.chains {
        assert!(!chain.residues.is_empty());
        for residue in &chain.residues {
            assert!(residue.backbone().is_some() && residue.letter.is_ascii_uppercase());
            let numbers = residue.atoms.iter().flat_map(|atom| atom.position);
            assert!(numbers.into_iter().all(f64::is_finite));
        }
    }
    for assembly in &found.assemblies {
        let members = assembly.members();
        assert!(members.iter().all(|member| member.0 < found.chains.len()));
    }
    Ok(())
}

/// One that is shown is read again as the same.
fn mutant(bytes: &[u8]) -> Result<()> {
    let Ok(mutant) = Mutant::parse(bytes) else {
        return Ok(());
    };
    for substitution in mutant.substitutions() {
        let again = Mutant::parse(substitution.to_string()).expect("what was shown");
        assert_eq!(again.substitutions(), [*substitution]);
    }
    Ok(())
}

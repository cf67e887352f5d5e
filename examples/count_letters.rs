//! Reads a FASTA file, plain or gzip, with noodles-fasta and nothing else: counts its records and letters.
//!
//! The least that a program which reads such a file has to do, for `workflows/measure/startup.py` to compare `potts` with.
//!
//! Run with `cargo run --release --example count_letters -- data/planted.a2m`.

use flate2::bufread::MultiGzDecoder;
use noodles_fasta::io::Reader;
use std::env::args_os;
use std::error::Error;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;

/// The first bytes of a gzip file.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// Bytes read at a time.
const BUFFER: usize = 1 << 16;

fn main() -> Result<(), Box<dyn Error>> {
    let path = args_os()
        .nth(1)
        .map(PathBuf::from)
        .ok_or("usage: count_letters FILE")?;
    let mut file = BufReader::with_capacity(BUFFER, File::open(path)?);
    let (records, letters) = match file.fill_buf()?.starts_with(&GZIP_MAGIC) {
        true => count(BufReader::with_capacity(BUFFER, MultiGzDecoder::new(file)))?,
        false => count(file)?,
    };
    println!("{records} records, {letters} letters");
    Ok(())
}

/// The number of records, and that of all letters in their sequences.
fn count(input: impl BufRead) -> Result<(usize, usize), Box<dyn Error>> {
    let (mut records, mut letters) = (0, 0);
    for record in Reader::new(input).records() {
        records += 1;
        letters += record?.sequence().len();
    }
    Ok((records, letters))
}

//! Clustal alignments, as Clustal, MUSCLE, MAFFT, T-Coffee, PROBCONS and others write them.

use super::blocks::Blocks;
use super::text::{Text, name};
use crate::alignment::AlignedRecords;
use crate::alignment::case::Case;
use crate::error::{Error, Place, Result};

/// Whether a text that begins like this is a Clustal alignment: its first line says so.
pub fn looks_like(start: &[u8]) -> bool {
    let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(&line[..line.len().min(200)]).to_lowercase();
    // "MUSCLE (3.8) multiple sequence alignment", "Kalign (2.0) alignment in ClustalW format"
    line.starts_with("clustal")
        || line.contains("multiple sequence alignment")
        || line.contains("alignment in clustal")
}

/// Reads it. Its first line may be missing; the lines that mark conserved columns are skipped, and so are counts of residues behind
/// the sequences.
///
/// # Errors
/// If a line has no sequence, or as [`AlignedRecords::new`].
pub fn read(text: &Text) -> Result<AlignedRecords> {
    let mut blocks = Blocks::new(text);
    let mut lines = text
        .lines()
        .skip_while(|line| is_mark(line.bytes))
        .peekable();
    lines.next_if(|line| looks_like(line.bytes.trim_ascii()));
    for line in lines {
        let bytes = line.bytes.trim_ascii();
        if is_mark(bytes) {
            // It ends a block, even if no blank line follows.
            blocks.end_block();
        } else {
            let (label, letters) = split(bytes).ok_or_else(|| {
                Error::input(
                    Place::file(&text.file).line(line.number).record(name(bytes)),
                    "there is no sequence behind the name",
                    "every line of a Clustal alignment is 'name sequence', a line of '*', ':' and '.', or blank",
                )
            })?;
            blocks.add(label, line.number, letters);
        }
    }
    let (records, _) = blocks.finish()?.aligned("Clustal", Case::Told)?;
    Ok(records)
}

/// Whether a line is blank, or marks conserved columns; PROMALS does it with digits.
fn is_mark(line: &[u8]) -> bool {
    line.starts_with(b"Conservation:") || line.iter().all(|byte| b"*:. \t\r".contains(byte))
}

/// The name and the letters of a line, without the number of residues that may follow.
fn split(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (label, rest) = line.split_at(line.iter().position(u8::is_ascii_whitespace)?);
    let digits = rest.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let letters = rest[..rest.len() - digits].trim_ascii();
    (!letters.is_empty()).then_some((label, letters))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::files::source::Source;

    fn parse(text: &str) -> Result<AlignedRecords> {
        read(&Source::from_bytes("x.aln", text.into()).text()?)
    }

    const TWO_BLOCKS: &str = "CLUSTAL O(1.2.4) multiple sequence alignment\n\n\n\
        sp|P1|A/1-6      ACD-\nb                A-DE\n                 * * \n\n\
        sp|P1|A/1-6      FGH\nb                FG-\n                 ** \n";

    #[test]
    fn blocks_are_joined_without_their_marks() {
        for text in [
            TWO_BLOCKS.to_owned(),
            TWO_BLOCKS.replace('\n', "\r\n"),
            TWO_BLOCKS.replace("CLUSTAL O(1.2.4)", "MUSCLE (3.8)"),
            TWO_BLOCKS.replace("CLUSTAL O(1.2.4) multiple sequence alignment", "\n\n"),
            TWO_BLOCKS.replace("* * \n\n", "* * \n"),
            TWO_BLOCKS
                .replace("ACD-", "ACD- 3")
                .replace("FGH", "FGH\t6"),
            TWO_BLOCKS
                .replace("                 * * \n", "")
                .replace("                 ** \n", ""),
            TWO_BLOCKS.replace("                 ", ""),
            TWO_BLOCKS
                .replace(
                    "                 * * ",
                    "Consensus_aa:    A. p\nConservation:    9  6",
                )
                .replace("                 ** ", "Consensus_aa:    .h."),
        ] {
            let records = parse(&text).unwrap();
            assert_eq!(records.names(), ["sp|P1|A/1-6", "b"], "{text}");
            assert_eq!(*records.rows(), ["ACD-FGH", "A-DEFG-"], "{text}");
            assert_eq!(records.format, "Clustal");
        }
    }

    #[test]
    fn the_first_line_tells() {
        for (line, expected) in [
            ("CLUSTAL W (1.83) multiple sequence alignment", true),
            ("CLUSTAL format alignment by MAFFT L-INS-i (v7)", true),
            ("PROBCONS version 1.12 multiple sequence alignment", true),
            ("Kalign (2.0) alignment in ClustalW format", true),
            ("ACDEF", false),
            ("", false),
        ] {
            assert_eq!(looks_like(line.as_bytes()), expected, "{line}");
        }
    }

    #[test]
    fn errors_name_the_line() {
        for (text, words) in [
            (
                "CLUSTAL\n\na ACD\nb AC\n",
                "line 4, record 'b': this row has 2",
            ),
            (
                "CLUSTAL\n\na ACD\nb\n",
                "line 4, record 'b': there is no sequence",
            ),
            ("CLUSTAL\n\na ACD\nb 3\n", "there is no sequence"),
            (
                "CLUSTAL\n\na ACD\nb ACD\n\na ACD\n",
                "line 4, record 'b': this row has 3",
            ),
            ("CLUSTAL\n", "no sequence"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}

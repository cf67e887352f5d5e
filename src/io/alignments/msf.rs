//! MSF files, as GCG, PileUp, Clustal, MUSCLE, T-Coffee and EMBOSS write them.

use super::blocks::Blocks;
use super::draft::Draft;
use super::text::{Text, name};
use crate::alignment::AlignedRecords;
use crate::alignment::case::Case;
use crate::alignment::notes::Note;
use crate::error::{Error, Place, Result};
use std::collections::{HashMap, HashSet};

/// Lines among which the one is that tells.
const LINES: usize = 100;

/// Whether a text is an MSF file: it says so, or a line such as ` MSF: 131  Type: P  Check: 3003 ..` does.
pub fn looks_like(text: &Text) -> bool {
    let mut lines = text.lines().take(LINES).map(|line| line.bytes.trim_ascii());
    let declares = |line: &[u8]| {
        let has = |word: &[u8]| memchr::memmem::find(line, word).is_some();
        line.ends_with(b"..") && has(b"MSF:") && has(b"Check:")
    };
    lines.any(|line| {
        line.starts_with(b"!!AA_MULTIPLE") || line.starts_with(b"!!NA_MULTIPLE") || declares(line)
    })
}

/// Reads it: the names of its head, and the blocks that follow `//`.
///
/// # Errors
/// If there is no `//`, a row is not among the names of the head, or as [`AlignedRecords::new`].
pub fn read(text: &Text) -> Result<AlignedRecords> {
    let mut lines = text.lines();
    let mut names: HashMap<&[u8], &[u8]> = HashMap::new();
    let (mut twice, mut ended) = (false, false);
    let mut longest = 0;
    for line in lines.by_ref() {
        let bytes = line.bytes.trim_ascii();
        if bytes == b"//" {
            ended = true;
            break;
        }
        if let Some(label) = label(bytes) {
            let first = first_word(label);
            twice |= names.insert(first, label).is_some();
            longest = longest.max(length(bytes));
        }
    }
    if !ended || names.is_empty() {
        return Err(no_head(text, ended));
    }
    let mut blocks = Blocks::new(text);
    let mut seen = HashSet::new();
    for line in lines {
        let bytes = line.bytes.trim_ascii();
        if bytes
            .iter()
            .all(|byte| byte.is_ascii_digit() || byte.is_ascii_whitespace())
        {
            blocks.end_block();
            seen.clear();
            continue;
        }
        let first = first_word(bytes);
        let label = names
            .get(first)
            .ok_or_else(|| unknown(text, line.number, first))?;
        let label = if bytes.starts_with(label) {
            label
        } else {
            first
        };
        if !seen.insert(first) && !twice {
            blocks.end_block();
            seen.clear();
            seen.insert(first);
        }
        blocks.add(label, line.number, &bytes[label.len()..]);
    }
    let said = (if twice { 0 } else { names.len() }, longest);
    let draft = as_the_head_says(blocks.finish()?, said)?;
    let (records, _) = draft.aligned("MSF", Case::Nothing)?;
    Ok(records)
}

/// The rows, if they are as many as the head says; shorter ones are told.
fn as_the_head_says(mut draft: Draft<'_>, said: (usize, usize)) -> Result<Draft<'_>> {
    let (rows, columns) = said;
    let found = draft.names.len();
    if found < rows {
        return Err(cut_off(draft.text, rows, found));
    }
    let width = draft.rows.get(0).map_or(0, <[u8]>::len);
    if width < columns {
        draft.notes.push(Note::Shorter {
            said: columns,
            found: width,
        });
    }
    Ok(draft)
}

/// The name in a line ` Name: NAME  Len: 131  Check: 9840  Weight: 1.0`.
fn label(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"Name:")?;
    let end = memchr::memmem::find(rest, b"Len:").unwrap_or(rest.len());
    let label = rest[..end].trim_ascii();
    // Clustal marks the end of names so.
    let label = label.strip_suffix(b" oo").unwrap_or(label).trim_ascii();
    (!label.is_empty()).then_some(label)
}

/// The number behind `Len:` in such a line; 0 without one.
fn length(line: &[u8]) -> usize {
    let Some(at) = memchr::memmem::find(line, b"Len:") else {
        return 0;
    };
    let number = first_word(line[at + 4..].trim_ascii_start());
    let number = std::str::from_utf8(number).ok();
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn cut_off(text: &Text, said: usize, found: usize) -> Error {
    Error::input(
        Place::file(&text.file),
        format!("the head names {said} sequences, but letters follow of {found}"),
        "the file was perhaps cut off: fetch it again, or take the lines 'Name: ...' out that have no sequence",
    )
}

fn first_word(line: &[u8]) -> &[u8] {
    line.split(u8::is_ascii_whitespace).next().unwrap_or(line)
}

fn no_head(text: &Text, ended: bool) -> Error {
    Error::input(
        Place::file(&text.file),
        match ended {
            true => "no line 'Name: ...' stands before '//'",
            false => "the line '//' is missing, which ends the head of an MSF file",
        },
        "an MSF file names its sequences in lines 'Name: NAME Len: N ...', and their letters follow the line '//'",
    )
}

fn unknown(text: &Text, line: u64, first: &[u8]) -> Error {
    Error::input(
        Place::file(&text.file).line(line).record(name(first)),
        "no line 'Name: ...' of the head has this name",
        "every line behind '//' begins with a name of the head: put a blank line between blocks, and take out what is no row",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn text(text: &str) -> Text {
        Text::new("x.msf", Arc::new(text.as_bytes().to_vec()))
    }

    const PILEUP: &str = "!!AA_MULTIPLE_ALIGNMENT 1.0\nPileUp of: @list\n\n x.msf  MSF: 7  Type: P  \
        January 1, 2000 12:00  Check: 3003 ..\n\n Name: a/1-6           Len:     7  Check: 9840  Weight:  1.00\n \
        Name: b               Len:     7  Check: 9840  Weight:  1.00\n\n//\n\n             1     5\n\
        a/1-6  AC.D E\n    b  ~CGD E\n\n             6  7\na/1-6  FG\n    b  F~\n";

    #[test]
    fn blocks_follow_the_head() {
        for file in [
            PILEUP.to_owned(),
            PILEUP.replace('\n', "\r\n"),
            PILEUP.replace("!!AA_MULTIPLE_ALIGNMENT 1.0\n", ""),
            PILEUP.replace(
                "!!AA_MULTIPLE_ALIGNMENT 1.0\nPileUp of: @list\n",
                "PileUp\n\n",
            ),
            PILEUP.replace(" Len:", " oo  Len:"),
            PILEUP.replace("\n             6  7\n", ""),
            PILEUP.replace("             1     5\n", ""),
        ] {
            assert!(looks_like(&text(&file)), "{file}");
            let records = read(&text(&file)).unwrap();
            assert_eq!(records.names(), ["a/1-6", "b"], "{file}");
            assert_eq!(*records.rows(), ["AC.DEFG", "~CGDEF~"], "{file}");
            assert_eq!(records.format, "MSF");
        }
    }

    #[test]
    fn a_block_that_is_missing_is_told() {
        let cut = &PILEUP[..PILEUP.find("             6  7").unwrap()];
        let records = read(&text(cut)).unwrap();
        assert_eq!(records.width(), 5);
        let note = records.notes()[0].to_string();
        assert!(note.contains("says 7 columns, but there are 5"), "{note}");
    }

    #[test]
    fn names_may_have_blanks_and_occur_twice() {
        let spaced = PILEUP.replace("a/1-6", "a one");
        assert_eq!(read(&text(&spaced)).unwrap().names(), ["a one", "b"]);
        let twice = PILEUP.replace("a/1-6", "b");
        let records = read(&text(&twice)).unwrap();
        assert_eq!(records.names(), ["b", "b"]);
        assert_eq!(*records.rows(), ["AC.DEFG", "~CGDEF~"]);
    }

    #[test]
    fn errors_name_the_line() {
        for (file, words) in [
            (PILEUP.replace("//", ""), "the line '//' is missing"),
            (PILEUP.replace("Name:", "No:"), "no line 'Name: ...'"),
            (
                PILEUP.replace("    b  F~", "    c  F~"),
                "line 17, record 'c': no line 'Name",
            ),
            (PILEUP.replace("F~", "F"), "record 'b': this row has 6"),
            (
                PILEUP
                    .replace("    b  ~CGD E\n", "")
                    .replace("    b  F~\n", ""),
                "names 2 sequences, but letters follow of 1",
            ),
        ] {
            let error = read(&text(&file)).unwrap_err().to_string();
            assert!(error.contains(words), "{error}");
        }
    }
}

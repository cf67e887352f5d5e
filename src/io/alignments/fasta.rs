//! FASTA, A2M and A3M alignments, lines wrapped or not.

pub use super::dialect::Dialect;
use super::draft::Draft;
use super::locate::Layout;
use super::text::{Text, name};
use crate::alignment::notes::Note;
use crate::alignment::rows::RowBuilder;
use crate::alignment::{AlignedRecords, DeclaredChains};
use crate::error::{Error, Place, Result};

/// Reads an aligned FASTA, A2M or A3M file; without a dialect it is A3M if that alone makes the rows equally long. Blanks within
/// sequences and before the `>` of a header are ignored; a header is everything after the `>`. Lines that begin with `#` or `;` are
/// comments.
///
/// # Errors
/// If it is not an alignment ([`AlignedRecords::new`]).
pub fn read(text: &Text, dialect: Option<Dialect>) -> Result<AlignedRecords> {
    let (mut names, mut lines) = (Vec::new(), Vec::new());
    let mut rows = RowBuilder::new(text.buffer().clone());
    let mut comments = Comments::default();
    for line in text.lines() {
        let bytes = line.bytes.trim_ascii_start();
        match bytes.first() {
            Some(b'>') => {
                names.push(name(&bytes[1..]));
                lines.push(line.number);
                rows.begin();
            }
            Some(b'#' | b';') => comments.add(line.number, !names.is_empty()),
            None => {}
            Some(_) if names.is_empty() => return Err(no_header(text, line.number)),
            Some(_) => rows.extend(line.place()),
        }
    }
    let draft = Draft {
        text,
        layout: Layout::Headers,
        names,
        rows: rows.finish(),
        lines,
        notes: comments.note().into_iter().collect(),
    };
    let records = draft.aligned_as(dialect)?;
    Ok(records.with_declared_chains(declared_chains(text)))
}

/// Lines of comments behind the first header; those before it are usual.
#[derive(Default)]
struct Comments {
    count: usize,
    line: u64,
}

impl Comments {
    fn add(&mut self, line: u64, within: bool) {
        if within && self.count == 0 {
            self.line = line;
        }
        self.count += usize::from(within);
    }

    fn note(self) -> Option<Note> {
        let Self { count, line } = self;
        (count > 0).then_some(Note::Comments { count, line })
    }
}

fn no_header(text: &Text, line: u64) -> Error {
    Error::input(
        Place::file(&text.file).line(line),
        "a header is expected here, a line that starts with '>'",
        "FASTA, A2M and A3M files are '>name' lines, each followed by its sequence",
    )
}

/// Those of the first line that is not blank, if it declares any.
fn declared_chains(text: &Text) -> Option<DeclaredChains> {
    let mut lines = text.lines().map(|line| line.bytes.trim_ascii());
    DeclaredChains::from_line(lines.find(|line| !line.is_empty())?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::io::files::source::Source;

    fn parse_as(text: &str, dialect: Option<Dialect>) -> Result<AlignedRecords> {
        read(&Source::from_bytes("x.fa", text.into()).text()?, dialect)
    }

    fn parse(text: &str) -> Result<AlignedRecords> {
        parse_as(text, None)
    }

    #[test]
    fn wrapped_lines_and_carriage_returns_are_joined() {
        let records = parse("\r\n>a one\r\nAC\r\nD-\r\n\r\n>b/1-3\r\nA C\tDE \r\n").unwrap();
        assert_eq!(records.names(), ["a one", "b/1-3"]);
        assert_eq!(*records.rows(), ["ACD-", "ACDE"]);
        assert_eq!(records.format, "FASTA/A2M");
    }

    #[test]
    fn a_header_keeps_later_signs_and_blanks() {
        let records = parse(">a > b  c\nAC\n> d\nAc\n>a > b  c\n.C").unwrap();
        assert_eq!(records.names(), ["a > b  c", "d", "a > b  c"]);
        assert_eq!(records.format, "A2M");
    }

    #[test]
    fn errors_name_the_line() {
        let error = parse(">a\nACD\nEF\n>b\nACDE\n").unwrap_err().to_string();
        assert!(error.contains("x.fa, line 4, record 'b'"), "{error}");
        assert!(
            error.contains("has 4 columns") && error.contains("has 5"),
            "{error}"
        );
        let error = parse(">a\nACD\n>b\n>c\nACD\n").unwrap_err().to_string();
        assert!(
            error.contains("line 3, record 'b': the sequence is empty"),
            "{error}"
        );
    }

    #[test]
    fn a3m_is_known_by_its_columns() {
        let records = parse("#A3M#\n>a\nAC-D\n>b\nAgtC\nED\n").unwrap();
        assert_eq!(records.format, "A3M");
        assert_eq!(*records.rows(), ["AC-D", "ACED"]);
        let error = parse(">a\nAC-D\n>b\nAgtCE\n").unwrap_err().to_string();
        assert!(error.contains("has 5 columns"), "{error}");
        let lower_case = parse(">a\nacd\n>b\nacde\n").unwrap_err().to_string();
        assert!(lower_case.contains("has 4 columns"), "{lower_case}");
    }

    #[test]
    fn a_dialect_overrides_the_rows() {
        let equally_long = ">a\nACgD-\n>b\nAC.DE\n";
        let records = parse_as(equally_long, Some(Dialect::A3m)).unwrap();
        assert_eq!(*records.rows(), ["ACD-", "ACDE"]);
        assert!(records.drops_insertions());
        assert_eq!(parse(equally_long).unwrap().width(), 5);
        for (dialect, format) in [(Dialect::A2m, "A2M"), (Dialect::Fasta, "FASTA")] {
            let records = parse_as(equally_long, Some(dialect)).unwrap();
            assert_eq!((records.format, records.width()), (format, 5));
        }
    }

    #[test]
    fn a_wrong_dialect_is_answered_with_the_right_one() {
        let a3m = ">a\nACD\n>b\nAggCD\n";
        let a2m = ">a\nACD\n>b\nA.D\n";
        for (text, dialect, words) in [
            (
                a3m,
                Dialect::Fasta,
                ["record 'b'", "has 5", "`input_format=a3m`"],
            ),
            (
                a3m,
                Dialect::A2m,
                ["record 'b'", "has 5", "`input_format=a3m`"],
            ),
            (
                a2m,
                Dialect::A3m,
                ["record 'b'", "has 2", "`input_format=a2m`"],
            ),
            (
                ">a\nACD\n>b\nAC\n",
                Dialect::A2m,
                ["record 'b'", "has 2", "align"],
            ),
            (
                ">a\nACD\n>b\nAcC\n",
                Dialect::A3m,
                ["record 'b'", "has 2", "a2m"],
            ),
            (
                ">a\nACD\n>b\nAcCe\n",
                Dialect::A3m,
                ["record 'b'", "has 2", "align"],
            ),
            (">a\nACD\n", Dialect::A3m, ["only one", "'a'", "homologues"]),
            (
                ">a\n>b\n",
                Dialect::A3m,
                ["record 'a'", "is empty", "remove"],
            ),
            (
                ">a\nacd\n>b\nacd\n",
                Dialect::A3m,
                ["record 'a'", "no column", "no upper-case letter"],
            ),
        ] {
            let error = parse_as(text, Some(dialect)).unwrap_err().to_string();
            for word in words {
                assert!(error.contains(word), "{dialect:?} {text}: {error}");
            }
        }
    }

    #[test]
    fn the_first_line_may_declare_chains() {
        let rows = ">101\t102\nACDEF\n>101\nACD--\n>b\nAagC---\n";
        let declared = |first: &str| {
            let records = parse(&format!("{first}{rows}")).unwrap();
            assert_eq!((records.format, records.width()), ("A3M", 5));
            let chains = records.declared_chains().cloned();
            chains.map(|chains| (chains.lengths, chains.copies))
        };
        let expected = Some((vec![3, 2], vec![1, 2]));
        assert_eq!(declared("#3,2\t1,2\n"), expected);
        assert_eq!(declared("\r\n#3,2\t1,2\r\n"), expected);
        for other in ["", "#A3M#\n", "#3,2\t1\n", "#A3M#\n#3,2\t1,2\n"] {
            assert_eq!(declared(other), None, "{other}");
        }
    }

    #[test]
    fn comments_do_not_hide_a_missing_header() {
        for (text, line) in [("# a\nfoo\nACD\n>b\nACD\n", "line 2"), ("ACD\n", "line 1")] {
            let error = parse(text).unwrap_err();
            assert_eq!(error.exit_code(), 3);
            assert!(error.to_string().contains(line), "{error}");
        }
        let error = parse("# only\n").unwrap_err().to_string();
        assert!(error.contains("no sequence"), "{error}");
    }
}

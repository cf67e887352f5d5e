//! Files that are no alignment, or none that is read, named for what they are.

use crate::io::files::compression::Compression;

/// What a file is, and what to do with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Foreign {
    /// As in "this is ...".
    pub what: &'static str,
    /// What to do next.
    pub advice: &'static str,
}

/// What a file that is no alignment should have been.
pub const EXPECTED: &str = "an alignment is expected, in FASTA, A2M, A3M, PIR, Stockholm, Clustal, MSF, PHYLIP or NEXUS format, or with \
     one sequence a line";

/// What to do with the others.
const CONVERT: &str =
    "convert it to FASTA or Stockholm first, with 'esl-reformat', 'seqmagick' or Biopython, say";
/// What to do with those that only their own program reads well.
const EXPORT: &str = "let the program that wrote it export FASTA";
const OF_HHBLITS: &str =
    "give the alignment that belongs to it, the .a3m that HHblits writes with the option 'oa3m'";
const OF_HMMER: &str = "give the alignment that belongs to it, the Stockholm file that HMMER writes with the option 'A'";
const OF_SEARCH: &str = "it names hits, without their aligned letters: let the search write an alignment (A3M of MMseqs2: result2msa)";
const OF_MUTANTS: &str = "an alignment is expected here; of mutants: potts score-mutants MODEL.h5 TABLE, with a model that `potts fit` makes from an alignment";
const FROM_TABLE: &str = "write each row as two lines, '>name' and its aligned sequence; where these are the first two columns, with a header above: \
     awk -F, 'NR > 1 {print \">\" $1 \"\\n\" $2}' FILE";
const FROM_TABS: &str = "write each row as two lines, '>name' and its aligned sequence; where these are the first two columns, with a header above: \
     awk -F'\\t' 'NR > 1 {print \">\" $1 \"\\n\" $2}' FILE";
const FROM_SEMICOLONS: &str = "write each row as two lines, '>name' and its aligned sequence; where these are the first two columns, with a header above: \
     awk -F';' 'NR > 1 {print \">\" $1 \"\\n\" $2}' FILE";
const NAME_AND_ROW: &str = "if each line is a name and its aligned row, `input_format=stockholm` reads it (SELEX writes gaps as '.' or '-' \
     for that)";
const NAME_ROW_AND_MARKS: &str =
    "it has marks of conservation as Clustal files have: `input_format=clustal` reads it";
const OF_FFINDEX: &str = "its alignments are in the .ffdata beside it; take one out: ffindex_get FAMILY.ffdata FAMILY.ffindex NAME > family.a3m";
const OF_PSIBLAST: &str =
    "it holds scores of residues, no sequences: give the alignment that it was made of";
const FROM_COLUMN: &str = "without its header it is one sequence a line, which is read: tail -n +2 FILE | tr -d '\"' > rows.aln";
const FROM_QUOTED: &str =
    "without the quotes it is one sequence a line, which is read: tr -d '\"' < FILE > rows.aln";
const UNPACK: &str = "unpack it first; plain files, gzip and zstd are read as they are";
const TO_UTF8: &str =
    "save it as plain text, or convert it: iconv -f UTF-16 -t UTF-8 FILE > plain.fa";
const NO_ALIGNMENT_YET: &str =
    "align its sequences first, or take the alignment that belongs to it";

/// Beginnings of packed and other files that are no plain text.
const BINARY: [(&[u8], &str, &str); 11] = [
    (b"\x89HDF", "an HDF5 file, perhaps a model", EXPECTED),
    (b"PK\x03\x04", "a zip archive or an office document", UNPACK),
    (b"\xfd7zXZ\0", "an xz file", UNPACK),
    (b"BZh", "a bzip2 file", UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", UNPACK),
    (b"\x04\x22\x4d\x18", "an lz4 file", UNPACK),
    (b"\x1f\x9d", "a file packed by 'compress'", UNPACK),
    (b"\x93NUMPY", "a NumPy array", EXPECTED),
    (b"%PDF", "a PDF document", EXPECTED),
    (b"\xff\xfe\0\0", "text in UTF-32", TO_UTF8),
    (
        b"\xd0\xcf\x11\xe0",
        "an old office document (.xls, .doc)",
        "save what it holds as plain text, as FASTA",
    ),
];

/// Beginnings of other text files, in capitals.
const TEXT: [(&str, &str, &str); 52] = [
    ("#MEGA", "a MEGA file", EXPORT),
    ("#=ID", SELEX, CONVERT),
    ("#=AU", SELEX, CONVERT),
    ("#=AC", SELEX, CONVERT),
    ("#=DE", SELEX, CONVERT),
    ("#=GA", SELEX, CONVERT),
    ("#=TC", SELEX, CONVERT),
    ("#=NC", SELEX, CONVERT),
    ("#=SQ", SELEX, CONVERT),
    ("#=RF", SELEX, CONVERT),
    ("#=CS", SELEX, CONVERT),
    ("#=MC", SELEX, CONVERT),
    (
        "QUERY  ",
        "a report of HHsearch or HHblits (.hhr)",
        OF_HHBLITS,
    ),
    ("#FORMATVERSION", "an XMFA file of aligned genomes", EXPORT),
    ("##MAF", "a MAF file of aligned genomes", EXPORT),
    ("##GFF", "a GFF file", EXPECTED),
    ("##FILEFORMAT=VCF", "a VCF file", EXPECTED),
    ("# HMMSEARCH ::", "a report of HMMER", OF_HMMER),
    ("# JACKHMMER ::", "a report of HMMER", OF_HMMER),
    ("# PHMMER ::", "a report of HMMER", OF_HMMER),
    ("# HMMSCAN ::", "a report of HMMER", OF_HMMER),
    ("# NHMMER ::", "a report of HMMER", OF_HMMER),
    ("# BLAST", M8, OF_SEARCH),
    ("# PSIBLAST", M8, OF_SEARCH),
    ("# TBLAST", M8, OF_SEARCH),
    ("# FIELDS:", M8, OF_SEARCH),
    ("# PSIPRED", "a prediction of PSIPRED", EXPECTED),
    ("! TC_LIB", "a library of T-Coffee", EXPECTED),
    (
        "!!AA_SEQUENCE",
        "a single sequence of GCG",
        NO_ALIGNMENT_YET,
    ),
    ("!!RICH_SEQUENCE", "an RSF file of GCG", CONVERT),
    ("LOCUS ", "a GenBank file", NO_ALIGNMENT_YET),
    ("ID  ", "an EMBL or UniProt file", NO_ALIGNMENT_YET),
    ("@", "a FASTQ or SAM file", NO_ALIGNMENT_YET),
    ("HEADER ", STRUCTURE, EXPECTED),
    ("ATOM ", STRUCTURE, EXPECTED),
    ("REMARK ", STRUCTURE, EXPECTED),
    ("CRYST1 ", STRUCTURE, EXPECTED),
    ("MODEL ", STRUCTURE, EXPECTED),
    ("DATA_", "an mmCIF file, a structure", EXPECTED),
    ("HMMER", "an HMMER profile", EXPECTED),
    ("INFERNAL", "an Infernal model", EXPECTED),
    ("HHSEARCH", "an HH-suite profile", EXPECTED),
    ("<!DOCTYPE", WEB_PAGE, EXPECTED),
    ("<HTML", WEB_PAGE, EXPECTED),
    ("<?XML", "an XML file", EXPECTED),
    (
        "{\\RTF",
        "a document of a word processor",
        "save it as plain text",
    ),
    ("{", "a JSON file", EXPECTED),
    ("(", "a tree in Newick format", EXPECTED),
    ("BLAST", "a report of BLAST", OF_SEARCH),
    ("PSIBLAST", "a report of BLAST", OF_SEARCH),
    ("LAST POSITION-SPECIF", PSSM, OF_PSIBLAST),
    ("PSSMWITHPARAMETERS", PSSM, OF_PSIBLAST),
];

const SELEX: &str = "a SELEX file";
const MATRIX: (&str, &str) = (
    "a matrix of numbers, such as scores of contacts",
    "give the alignment or the model that it was made of",
);
const M8: &str = "a table of search hits (.m8 of BLAST or MMseqs2)";
const PSSM: &str = "a matrix of PSI-BLAST (PSSM)";
const STRUCTURE: &str = "a PDB file, a structure";
const WEB_PAGE: &str = "a web page, perhaps an error message of a server";

/// A file that is no plain text, whatever it is said to be.
pub fn binary(start: &[u8]) -> Option<Foreign> {
    let known = BINARY.iter().find(|(magic, ..)| start.starts_with(magic));
    let (what, advice) = match known {
        Some((_, what, advice)) => (*what, *advice),
        None if Compression::of(start).is_some() => ("compressed twice", "unpack it once"),
        None if is_utf16(start) => ("text in UTF-16", TO_UTF8),
        None if start.get(257..262) == Some(b"ustar") => ("a tar archive", UNPACK),
        None => return None,
    };
    Some(Foreign { what, advice })
}

/// Text of another kind.
pub fn text(start: &[u8]) -> Option<Foreign> {
    let upper = start[..start.len().min(20)].to_ascii_uppercase();
    let known = TEXT.iter().find(|(s, ..)| upper.starts_with(s.as_bytes()));
    let (what, advice) = match known {
        Some((_, what, advice)) => (*what, *advice),
        None => by_lines(start)?,
    };
    Some(Foreign { what, advice })
}

/// Bytes that are looked at for lines.
const SHOWN: usize = 1 << 16;

/// Text that its first lines tell.
fn by_lines(start: &[u8]) -> Option<(&'static str, &'static str)> {
    let start = &start[..start.len().min(SHOWN)];
    let lines = start.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    let mut lines = lines.filter(|line| !line.is_empty());
    let first = lines.next()?;
    let has = |word: &[u8]| memchr::memmem::find(first, word).is_some();
    if first.starts_with(b"#") && (has(b"--- full sequence") || has(b"target name")) {
        return Some(("a table of HMMER", OF_HMMER));
    }
    if first.starts_with(b"####") && memchr::memmem::find(start, b"\n# Program:").is_some() {
        return Some(("a report of EMBOSS", NO_ALIGNMENT_YET));
    }
    if first.starts_with(b";") && !start.split(|b| *b == b'\n').any(super::locate::is_header) {
        return Some(("an IG (Stanford) file", CONVERT));
    }
    if is_all_numbers(first) {
        return Some(MATRIX);
    }
    if is_hits(first) {
        return Some((M8, OF_SEARCH));
    }
    let mut rows = std::iter::once(first).chain(lines);
    let mut rows = rows.by_ref().skip_while(|line| line.starts_with(b"#"));
    let (first, second) = (rows.next()?, rows.next()?);
    if is_ffindex(first) && is_ffindex(second) {
        return Some(("the index of an HH-suite database (.ffindex)", OF_FFINDEX));
    }
    if holds_mutant(first) && holds_mutant(second) {
        return Some(("a list of mutants", OF_MUTANTS));
    }
    if are_cells(first, second) {
        let advice = match () {
            () if holds_mutant(second) => OF_MUTANTS,
            () if first.contains(&b'\t') => FROM_TABS,
            () if first.contains(&b';') => FROM_SEMICOLONS,
            () => FROM_TABLE,
        };
        return Some(("a table, CSV or the like", advice));
    }
    if let Some(third) = rows.next()
        && let Some(advice) = of_one_column(first, second, third)
    {
        return Some(("a table of one column, CSV or the like", advice));
    }
    let named = is_named_row(first).zip(is_named_row(second));
    let equal = named.is_some_and(|(a, b)| a == b);
    let are_marks = |line: &[u8]| line.iter().all(|byte| b"*:. ".contains(byte));
    let has_marks = start.split(|byte| *byte == b'\n').any(|line| {
        let line = line.trim_ascii();
        !line.is_empty() && are_marks(line)
    });
    equal.then_some((
        "a list of names and rows, SELEX or a Stockholm or Clustal file without its first line",
        if has_marks {
            NAME_ROW_AND_MARKS
        } else {
            NAME_AND_ROW
        },
    ))
}

/// A line of three numbers at least.
fn is_all_numbers(line: &[u8]) -> bool {
    let text = std::str::from_utf8(line).unwrap_or_default();
    let mut cells = text.split_ascii_whitespace();
    cells.clone().count() >= 3 && cells.all(|cell| cell.parse::<f64>().is_ok())
}

/// A line of search hits: ten cells at least between tabs, the third a number; or the names of such columns.
fn is_hits(line: &[u8]) -> bool {
    let cells: Vec<&[u8]> = line.split(|byte| *byte == b'\t').collect();
    let number =
        |cell: &&[u8]| std::str::from_utf8(cell).is_ok_and(|c| c.trim().parse::<f64>().is_ok());
    let names = cells
        .first()
        .is_some_and(|cell| cell.eq_ignore_ascii_case(b"query"));
    cells.len() >= 10 && (cells.get(2).is_some_and(number) || names)
}

/// A line of an index: a name, and two numbers, where it begins and how long it is.
fn is_ffindex(line: &[u8]) -> bool {
    let cells: Vec<&[u8]> = line.split(|byte| *byte == b'\t').collect();
    let number = |cell: &&[u8]| !cell.is_empty() && cell.iter().all(u8::is_ascii_digit);
    cells.len() == 3 && cells.iter().skip(1).all(number)
}

/// What to do with one sequence a line, where the first is a header that says so, or all stand in quotes.
fn of_one_column(first: &[u8], second: &[u8], third: &[u8]) -> Option<&'static str> {
    let is_row = |row: &[u8]| {
        row.iter()
            .all(|b| b.is_ascii_alphabetic() || b"-.~*".contains(b))
    };
    let quoted = |line: &'_ [u8]| match line {
        [b'"', row @ .., b'"'] => is_row(row),
        _ => false,
    };
    let header = first.trim_ascii().to_ascii_lowercase();
    let says_so = |word: &[u8]| memchr::memmem::find(&header, word).is_some();
    let is_header = header.len() < 40 && (says_so(b"seq") || says_so(b"align") || says_so(b"msa"));
    let rows = second.len() == third.len() && second.len() != first.len();
    match (quoted(second), quoted(third)) {
        (true, true) if quoted(first) && first.len() == second.len() => Some(FROM_QUOTED),
        (true, true) if rows => Some(FROM_COLUMN),
        (false, false) if rows && is_header && is_row(second) && is_row(third) => Some(FROM_COLUMN),
        _ => None,
    }
}

/// Two lines with as many cells, between commas, semicolons or tabs.
fn are_cells(first: &[u8], second: &[u8]) -> bool {
    let count = |line: &[u8], separator| line.iter().filter(|byte| **byte == separator).count();
    let same = |separator| {
        let cells = count(first, separator);
        cells > 0 && cells == count(second, separator)
    };
    first.len() < 1 << 15 && [b',', b';', b'\t'].into_iter().any(same)
}

/// Whether a cell of a line is a mutant, such as A42G.
fn holds_mutant(line: &[u8]) -> bool {
    let mut cells = line.split(|byte| b",;\t\"".contains(byte));
    cells.any(|cell| match cell.trim_ascii() {
        [first, digits @ .., last] => {
            let letters = first.is_ascii_uppercase() && last.is_ascii_uppercase();
            letters && !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    })
}

/// The length of the row, if a line is a name and a row.
fn is_named_row(line: &[u8]) -> Option<usize> {
    let mut words = line
        .split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty());
    let (_, row) = (words.next()?, words.next()?);
    let is_letter = |byte: &u8| byte.is_ascii_alphabetic() || b"-._~*".contains(byte);
    let alone = words.next().is_none() && row.len() > 1 && row.iter().all(is_letter);
    alone.then_some(row.len())
}

/// A byte-order mark, or a zero beside each letter.
fn is_utf16(start: &[u8]) -> bool {
    let zeros = |from: usize| start.len() >= 4 && start[from..4].iter().step_by(2).all(|b| *b == 0);
    start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") || zeros(0) != zeros(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_for_what_they_are() {
        for (start, word) in [
            (&b"#MEGA\n!Title x;"[..], "MEGA"),
            (b"#mega\nTITLE: x", "MEGA"),
            (b"#=AU me\na AC\n", "SELEX"),
            (b"# me\n\na1 AC-D\nb2 AC.D\n", "SELEX"),
            (b"a AC_D\nb ACED\n", "SELEX"),
            (b"Query         T0001\nMatch_columns 10\n", ".hhr"),
            (b"q\ts1\t98.2\t40\t1\t0\t1\t40\t1\t40\t1e-9\t90\n", ".m8"),
            (b"query\ttarget\tfident\tb\tc\td\te\tf\tg\th\ti\tj\n", ".m8"),
            (b"# BLASTP 2.12.0+\n# Query: q\n", ".m8"),
            (b"0.0\t1e-3\t-0.5\n1e-3\t0.0\t2\n", "matrix of numbers"),
            (b"#      --- full sequence --- \n# target name", "HMMER"),
            (b"# hmmsearch :: search\n", "HMMER"),
            (b"name,sequence\na,ACD\n", "table"),
            (b"\"a\";\"ACD\"\n\"b\";\"ACD\"\n", "table"),
            (b"id\tseq\na\tACD\n", "table"),
            (b"sequence\nACD-\nACDE\n", "one column"),
            (b"\"aligned_seq\"\n\"AC-\"\n\"ACD\"\n", "one column"),
            (b"\"AC-\"\n\"ACD\"\n\"AC-\"\n", "one column"),
            (b"PF1\t0\t120\nPF2\t120\t80\n", ".ffindex"),
            (b"Last position-specific scoring matrix", "PSI-BLAST"),
            (b"PssmWithParameters ::= {", "PSI-BLAST"),
            (b"; remark\nNAME\nACDEF1\n", "IG"),
            (b"########\n# Program: needle\n", "EMBOSS"),
            (b"<!doctype html>", "web page"),
            (b"ATOM      1  N", "PDB"),
            (b"data_1ABC\n", "mmCIF"),
            (b"LOCUS       X", "GenBank"),
            (b"@read1\nACGT\n+\n", "FASTQ"),
            (b"{\\rtf1", "word processor"),
            (b"{\"a\"", "JSON"),
        ] {
            let foreign = text(start).expect(word);
            assert!(foreign.what.contains(word), "{}", foreign.what);
            assert_eq!(binary(start), None);
        }
        let mut tar = vec![b'x'; 512];
        tar[257..262].copy_from_slice(b"ustar");
        for (start, word) in [
            (&b"PK\x03\x04"[..], "zip"),
            (b"\x89HDF\r\n", "HDF5"),
            (b"\xff\xfe>\0a\0", "UTF-16"),
            (b"\xfe\xff\0>\0a", "UTF-16"),
            (b">\0a\0\n\0", "UTF-16"),
            (b"\0>\0a", "UTF-16"),
            (b"\xff\xfe\0\0", "UTF-32"),
            (b"\x1f\x8b\x08", "twice"),
            (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ".xls"),
            (&tar, "tar"),
        ] {
            let foreign = binary(start).expect(word);
            assert!(foreign.what.contains(word), "{}", foreign.what);
        }
    }

    #[test]
    fn alignments_are_not_foreign() {
        for start in [
            &b">a\nAC"[..],
            b"# STOCKHOLM 1.0",
            b"CLUSTAL",
            b"ATOMACD\n",
            b"a 3\n",
            b"# me\n>a\nAC\n",
            b"; me\n>a\nAC\n",
            b"ACDEF\nACD-EFGH\nACD-EFGH\n",
            b"#76,50\t1,1\n>101\t102\nACD\n",
            b"\0\0\0\0",
            b"",
            b"a",
        ] {
            assert_eq!((binary(start), text(start)), (None, None));
        }
    }
}

//! One family in every format, every way of ending lines and every packing.

use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::io::Write;

/// A name twice, a row twice, insertions in columns 4 and 9, unknown letters, a stop.
pub const NAMES: [&str; 6] = ["sp|P1|T/11-20", "b", "c/1-9", "b", "d", "e"];
const ROWS: [&str; 6] = [
    "ACD-EFGH-IKL",
    "ACDgEFGH-IKL",
    "-CD-EYGHw-KL",
    "ACDgEFGH-IKL",
    "ACU-EFGH-IO*",
    "ACD-E-GH-IKV",
];

/// The rows with another letter for the gap.
pub fn rows(gap: &str) -> Vec<String> {
    ROWS.iter().map(|row| row.replace('-', gap)).collect()
}

pub fn fasta(rows: &[String], width: usize) -> String {
    let mut text = String::new();
    for (name, row) in NAMES.iter().zip(rows) {
        text += &format!(">{name}\n");
        for line in row.as_bytes().chunks(width) {
            text += &format!("{}\n", String::from_utf8_lossy(line));
        }
    }
    text
}

fn a3m() -> String {
    let insertion = |row: &str| row[3..4].replace('-', "") + "|" + &row[8..9].replace('-', "");
    let mut text = "#A3M#\n".to_owned();
    for (name, row) in NAMES.iter().zip(ROWS) {
        let insertion = insertion(row);
        let (first, second) = insertion.split_once('|').unwrap();
        text += &format!(
            ">{name}\n{}{first}{}{second}{}\n",
            &row[..3],
            &row[4..8],
            &row[9..]
        );
    }
    text
}

fn blocks(
    rows: &[String],
    cuts: &[usize],
    line: impl Fn(&str, &str) -> String,
    end: &str,
) -> String {
    let mut text = String::new();
    for cut in cuts.windows(2) {
        for (name, row) in NAMES.iter().zip(rows) {
            text += &line(name, &row[cut[0]..cut[1]]);
        }
        text += end;
    }
    text
}

fn stockholm(rows: &[String], cuts: &[usize]) -> String {
    let line = |name: &str, row: &str| {
        format!(
            "#=GS {name} AC x\n{name:20} {row}\n#=GR {name} PP {}\n",
            row.replace(|c| c != '-', "9")
        )
    };
    let mut text = "# STOCKHOLM 1.0\n#=GF ID family\n#=GF CC //\n\n".to_owned();
    text += &blocks(rows, cuts, line, "#=GC SS_cons HHHH\n\n");
    text + "//\n"
}

fn clustal(rows: &[String], cuts: &[usize], counts: bool) -> String {
    let line = |name: &str, row: &str| match counts {
        true => format!("{name:20} {row} {}\n", row.len()),
        false => format!("{name:20}\t{row}\n"),
    };
    let mut text = "CLUSTAL W (1.83) multiple sequence alignment\n\n\n".to_owned();
    text += &blocks(rows, cuts, line, "                     **. : \n\n");
    text
}

fn pir(rows: &[String], width: usize) -> String {
    let mut text = "C; a remark\n\n".to_owned();
    for (name, row) in NAMES.iter().zip(rows) {
        text += &format!(">P1;{name}\na protein: 1 of 6\n");
        for line in format!("{row}*").as_bytes().chunks(width) {
            text += &format!("{}\n", String::from_utf8_lossy(line));
        }
        text += "C;Species: some\n\n";
    }
    text
}

fn msf(rows: &[String], cuts: &[usize]) -> String {
    let mut text = "PileUp\n\n   MSF:   12  Type: P    Check:  7736   ..\n\n".to_owned();
    for name in NAMES {
        text += &format!(" Name: {name} oo  Len:   12  Check:  9840  Weight:  1.0\n");
    }
    let line = |name: &str, row: &str| format!("{name:20} {}\n", spaced(row, 4));
    text + "\n//\n\n\n" + &blocks(rows, cuts, line, "\n          1    9\n\n")
}

/// Letters in groups.
fn spaced(row: &str, width: usize) -> String {
    let groups = row.as_bytes().chunks(width).map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(" ")
}

fn phylip(rows: &[String], cuts: &[usize]) -> String {
    let line = |name: &str, row: &str| format!("{name} {}\n", spaced(row, 4));
    format!(" 6 12\n{}", blocks(rows, cuts, line, "\n"))
}

fn nexus(rows: &[String], width: usize) -> String {
    let mut text =
        "#NEXUS\n[by a program]\nBEGIN DATA;\n  DIMENSIONS NTAX=6 NCHAR=12;\n".to_owned();
    text += "  FORMAT DATATYPE=PROTEIN GAP=- MISSING=?;\n  MATRIX\n";
    for (name, row) in NAMES.iter().zip(rows) {
        text += &format!("  '{name}' [a row]\n");
        for line in row.as_bytes().chunks(width) {
            text += &format!("    {}\n", String::from_utf8_lossy(line));
        }
    }
    text + "  ;\nEND;\nBEGIN TREES;\nEND;\n"
}

/// Every format in several shapes, with the format's name.
pub fn texts() -> Vec<(&'static str, String)> {
    let mut texts = vec![("A3M", a3m())];
    for gap in ["-", ".", "~"] {
        let rows = rows(gap);
        texts.extend([
            ("A2M", fasta(&rows, 100)),
            ("A2M", fasta(&rows, 5)),
            ("Stockholm", stockholm(&rows, &[0, 12])),
            ("Stockholm", stockholm(&rows, &[0, 5, 10, 12])),
            ("Clustal", clustal(&rows, &[0, 12], false)),
            ("Clustal", clustal(&rows, &[0, 5, 10, 12], true)),
            ("one sequence a line", rows.join("\n") + "\n"),
            ("PIR", pir(&rows, 100)),
            ("PIR", pir(&rows, 5)),
            ("MSF", msf(&rows, &[0, 12])),
            ("MSF", msf(&rows, &[0, 5, 10, 12])),
            ("PHYLIP", phylip(&rows, &[0, 12])),
            ("PHYLIP", phylip(&rows, &[0, 5, 10, 12])),
            ("NEXUS", nexus(&rows, 100)),
            ("NEXUS", nexus(&rows, 5)),
        ]);
    }
    texts
}

/// Ways to write the same lines.
pub fn spellings(text: &str) -> Vec<(&'static str, Vec<u8>)> {
    let with = |end: &str| text.replace('\n', end).into_bytes();
    vec![
        ("lf", with("\n")),
        ("crlf", with("\r\n")),
        ("cr", with("\r")),
        (
            "byte-order mark",
            with("\n")
                .into_iter()
                .fold(b"\xef\xbb\xbf".to_vec(), |mut all, b| {
                    all.push(b);
                    all
                }),
        ),
        ("trailing blanks", with(" \t\n")),
        (
            "blank lines around",
            format!("\n \n\t\r\n{text}\n\n  \n").into_bytes(),
        ),
        ("no last line end", text.trim_end().into()),
    ]
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A block of bgzip: a gzip member that says how long it is.
fn bgzip_block(bytes: &[u8]) -> Vec<u8> {
    let of_size = |size: u16| {
        let extra = [b"BC\x02\0", &size.to_le_bytes()[..]].concat();
        let mut encoder = GzBuilder::new()
            .extra(extra)
            .write(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let size = of_size(0).len() - 1;
    of_size(size as u16)
}

/// The packings of some bytes.
pub fn packings(bytes: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let zstd = |bytes: &[u8]| compress_to_vec(bytes, CompressionLevel::Fastest);
    let (first, second) = bytes.split_at(bytes.len() / 3);
    vec![
        ("plain", bytes.to_vec()),
        ("gzip", gzip(bytes)),
        ("two gzip members", [gzip(first), gzip(second)].concat()),
        (
            "bgzip",
            [bgzip_block(first), bgzip_block(second), bgzip_block(b"")].concat(),
        ),
        ("zstd", zstd(bytes)),
        ("two zstd frames", [zstd(first), zstd(second)].concat()),
    ]
}

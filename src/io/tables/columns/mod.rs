//! The columns of every table that this program makes, each listed once: name, unit, meaning and value. Tables, JSON, help and the book
//! take them from here.

mod contacts;
mod designs;
mod energies;
mod epistasis;
mod evaluation;
mod families;
mod partitions;
mod positions;
mod samples;
mod scores;
mod singles;
mod stream;
mod suggestions;

pub use contacts::{CONTACTS, Contacts};
pub use designs::{DESIGNS, DesignTable, ORDERS};
pub use energies::{Belongs, ENERGIES, EnergyOf};
pub use epistasis::{DOUBLES, DoubleRow, JOINT, JointRow, PARTNERS, PartnerRow};
pub use evaluation::MEASURES;
pub use families::{FAMILIES, FamilyRow};
pub use partitions::PARTITIONS;
pub use positions::POSITIONS;
pub use samples::{SAMPLES, Sampled, Samples};
pub use scores::{CALIBRATED, RESULTS, Results};
pub use singles::{ASSAY, AssayRow, SINGLES, SingleRow};
pub use stream::Stream;
pub use suggestions::{SUGGESTIONS, SuggestionRow};

use super::cells;
use super::numbers::{push_decimal, push_score, put};
use super::rows::{Depth, RowWeight};
use super::style::Style;
use std::io::{self, Write};

/// A table, by what its rows are made of.
pub trait Table {
    /// What a row is made of.
    type Row<'r>;
}

/// A column of a table.
pub struct Column<T: Table> {
    /// The heading, and the key in JSON.
    pub name: &'static str,
    /// The unit; empty for names, ranks and pure numbers.
    pub unit: &'static str,
    /// A sentence or two for users.
    pub meaning: &'static str,
    /// Whether it is there only where it was asked for: [`chosen`].
    pub on_request: bool,
    kind: Kind,
    push: Push<T>,
}

/// Appends a value of a row.
type Push<T> = for<'r> fn(&<T as Table>::Row<'r>, &mut Vec<u8>);

/// What a value is in JSON; nothing is null.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Number,
    Text,
    /// A word of this program's own, which as a cell needs no quotes.
    Word,
    /// A number, or text where it names a chain.
    Residue,
}

impl<T: Table> Column<T> {
    const fn number(
        name: &'static str,
        unit: &'static str,
        meaning: &'static str,
        push: Push<T>,
    ) -> Self {
        Self {
            name,
            unit,
            meaning,
            on_request: false,
            kind: Kind::Number,
            push,
        }
    }

    const fn text(name: &'static str, meaning: &'static str, push: Push<T>) -> Self {
        Self {
            kind: Kind::Text,
            ..Self::number(name, "", meaning, push)
        }
    }

    const fn word(name: &'static str, meaning: &'static str, push: Push<T>) -> Self {
        Self {
            kind: Kind::Word,
            ..Self::number(name, "", meaning, push)
        }
    }

    const fn residue(name: &'static str, meaning: &'static str, push: Push<T>) -> Self {
        Self {
            kind: Kind::Residue,
            ..Self::number(name, "", meaning, push)
        }
    }

    /// Appends the value in a row as text; nothing where there is none.
    #[inline]
    pub fn push(&self, row: &T::Row<'_>, line: &mut Vec<u8>) {
        (self.push)(row, line);
    }

    /// Appends the value as a cell, in quotes if it needs them.
    #[inline]
    pub fn push_cell(&self, row: &T::Row<'_>, separator: u8, line: &mut Vec<u8>) {
        let start = line.len();
        self.push(row, line);
        if self.kind == Kind::Text {
            cells::quote(line, start, separator);
        }
    }

    /// Whether it never holds text.
    pub fn is_number(&self) -> bool {
        self.kind == Kind::Number
    }

    /// Whether JSON has the text in quotes.
    fn is_text(&self, text: &[u8]) -> bool {
        match self.kind {
            Kind::Number => false,
            Kind::Text | Kind::Word => true,
            Kind::Residue => !text.iter().all(u8::is_ascii_digit),
        }
    }
}

/// Sequence weights (`potts weights`).
pub struct Weights;

impl Table for Weights {
    type Row<'r> = RowWeight<'r>;
}

/// Their columns.
pub const WEIGHTS: [Column<Weights>; 5] = [
    Column::number("row", "", "from 1, in the alignment file", |row, line| {
        put(line, row.row);
    }),
    Column::text("name", "the whole name of the sequence", |row, line| {
        line.extend_from_slice(row.name.as_bytes());
    }),
    Column::word(
        "kept",
        "yes, or the reason why the row was dropped: unknown_letters, low_coverage, copy",
        |row, line| line.extend_from_slice(row.kept.as_str().as_bytes()),
    ),
    Column::number(
        "neighbours",
        "sequences",
        "sequences at this identity, itself included; none for a dropped row",
        |row, line| {
            if let Some(count) = row.neighbours {
                put(line, count);
            }
        },
    ),
    Column::number(
        "weight",
        "sequences",
        "1 / neighbours; 0 for a dropped row",
        |row, line| put(line, row.weight),
    ),
];

/// Depth at several identities (`potts weights --sweep`).
pub struct Depths;

impl Table for Depths {
    type Row<'r> = Depth;
}

/// Their columns.
pub const DEPTHS: [Column<Depths>; 4] = [
    Column::number(
        "identity",
        "",
        "share of identical columns that makes two sequences neighbours",
        |depth, line| put(line, depth.identity),
    ),
    Column::word(
        "rule",
        "how columns are held against it: >=, >, or >ceil (CCMpred's)",
        |depth, line| line.extend_from_slice(depth.rule.as_str().as_bytes()),
    ),
    Column::number(
        "neff",
        "sequences",
        "effective number of sequences, the sum of all weights",
        |depth, line| push_decimal(line, depth.neff, 4),
    ),
    Column::number(
        "neff_per_site",
        "sequences",
        "neff / L, L the modelled length",
        |depth, line| push_decimal(line, depth.neff_per_site, 4),
    ),
];

/// The columns that a table always has, and of the others those whose names are in `asked`, in the order of `all`.
pub fn chosen<T: Table, const N: usize>(all: [Column<T>; N], asked: &[&str]) -> Vec<Column<T>> {
    let columns = all.into_iter();
    columns
        .filter(|column| !column.on_request || asked.contains(&column.name))
        .collect()
}

/// Names of columns, in order.
pub fn names<T: Table>(columns: &[Column<T>]) -> impl Iterator<Item = &'static str> + '_ {
    columns.iter().map(|column| column.name)
}

/// A header and a line a row.
///
/// # Errors
/// Those of `output`.
pub fn write_delimited<'r, T: Table>(
    columns: &[Column<T>],
    rows: &[T::Row<'r>],
    separator: u8,
    output: &mut dyn Write,
) -> io::Result<()> {
    let mut line = Vec::new();
    for (k, name) in names(columns).enumerate() {
        if k > 0 {
            line.push(separator);
        }
        line.extend_from_slice(name.as_bytes());
    }
    line.push(b'\n');
    for row in rows {
        for (k, column) in columns.iter().enumerate() {
            if k > 0 {
                line.push(separator);
            }
            column.push_cell(row, separator, &mut line);
        }
        line.push(b'\n');
        output.write_all(&line)?;
        line.clear();
    }
    output.write_all(&line)
}

/// A table in a layout.
///
/// # Errors
/// Those of `output`.
pub fn write_table<'r, T: Table>(
    columns: &[Column<T>],
    rows: &[T::Row<'r>],
    style: Style,
    output: &mut dyn Write,
) -> io::Result<()> {
    match style {
        Style::Tsv => write_delimited(columns, rows, b'\t', output),
        Style::Csv => write_delimited(columns, rows, b',', output),
        Style::Json => write_objects(columns, rows, output),
    }
}

/// An array of objects, one a line, whose keys are the columns of the tables and whose numbers are rounded as there.
///
/// # Errors
/// Those of `output`.
pub fn write_objects<'r, T: Table>(
    columns: &[Column<T>],
    rows: &[T::Row<'r>],
    output: &mut dyn Write,
) -> io::Result<()> {
    output.write_all(b"[")?;
    let mut line = Vec::new();
    for (n, row) in rows.iter().enumerate() {
        line.clear();
        line.extend_from_slice(if n == 0 { b"\n{" } else { b",\n{" });
        push_members(columns, row, &mut line);
        line.push(b'}');
        output.write_all(&line)?;
    }
    output.write_all(b"\n]\n")
}

/// Appends a JSON object of columns and rows, for a page: what each column is, and of each row the values in that order, rounded as in tables.
/// JSON's numbers forget the zeros at their ends: `decimals` says how many digits behind the point the tables give the numbers of each column,
/// and null where they are whole.
pub fn push_table<'r, T: Table>(columns: &[Column<T>], rows: &[T::Row<'r>], text: &mut Vec<u8>) {
    text.extend_from_slice(b"{\"columns\":[");
    for (k, column) in columns.iter().enumerate() {
        let described = serde_json::json!({
            "name": column.name, "unit": column.unit, "meaning": column.meaning, "number": column.is_number(),
        });
        put(
            text,
            format_args!("{}{described}", if k > 0 { "," } else { "" }),
        );
    }
    text.extend_from_slice(b"],\"rows\":[");
    let mut cell = Vec::new();
    let mut decimals = vec![None; columns.len()];
    for (n, row) in rows.iter().enumerate() {
        text.extend_from_slice(if n > 0 { b",\n[" } else { b"\n[" });
        for (k, column) in columns.iter().enumerate() {
            if k > 0 {
                text.push(b',');
            }
            push_value(column, row, (&mut cell, text));
            if column.is_number() {
                decimals[k] = decimals[k].max(decimals_of(&cell));
            }
        }
        text.push(b']');
    }
    let decimals = serde_json::json!(decimals);
    put(text, format_args!("],\"decimals\":{decimals}}}"));
}

/// Digits behind the point of a number as it is printed, its exponent left out; `None` where it has no point.
fn decimals_of(number: &[u8]) -> Option<usize> {
    let point = number.iter().position(|&byte| byte == b'.')?;
    let digits = &number[point + 1..];
    Some(
        digits
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count(),
    )
}

/// Appends keys and values of a row, with commas between.
pub fn push_members<T: Table>(columns: &[Column<T>], row: &T::Row<'_>, line: &mut Vec<u8>) {
    let mut cell = Vec::new();
    for (k, column) in columns.iter().enumerate() {
        if k > 0 {
            line.push(b',');
        }
        put(line, format_args!("\"{}\":", column.name));
        push_value(column, row, (&mut cell, line));
    }
}

/// Appends a value as JSON has it; the cell is room to write in.
fn push_value<T: Table>(
    column: &Column<T>,
    row: &T::Row<'_>,
    (cell, line): (&mut Vec<u8>, &mut Vec<u8>),
) {
    cell.clear();
    column.push(row, cell);
    if column.is_text(cell) {
        // Writing to memory cannot fail.
        let _ = serde_json::to_writer(&mut *line, &String::from_utf8_lossy(cell));
    } else if !cell.last().is_some_and(u8::is_ascii_digit) {
        // Nothing, or what JSON has no number for: NaN, inf.
        line.extend_from_slice(b"null");
    } else {
        line.extend_from_slice(cell);
    }
}

fn push_optional(line: &mut Vec<u8>, score: Option<f64>) {
    if let Some(score) = score {
        push_score(score, line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_says_what_it_is() {
        fn described<T: Table>(columns: &[Column<T>]) {
            for column in columns {
                assert!(
                    !column.name.is_empty() && column.meaning.len() > 10,
                    "{}",
                    column.name
                );
            }
        }
        described(&CONTACTS);
        described(&RESULTS);
        described(&WEIGHTS);
        described(&POSITIONS);
        described(&DEPTHS);
        described(&JOINT);
        described(&DOUBLES);
        described(&PARTNERS);
        described(&ORDERS);
        described(&DESIGNS);
        described(&SUGGESTIONS);
        described(&SINGLES);
        described(&ASSAY);
        described(&FAMILIES);
        described(&MEASURES);
        described(&ENERGIES);
        described(&PARTITIONS);
    }

    struct Pair;

    impl Table for Pair {
        type Row<'r> = (f64, Option<f64>);
    }

    const PAIR: [Column<Pair>; 3] = [
        Column::number("first", "", "what is always there", |row, line| {
            push_decimal(line, row.0, 1);
        }),
        Column {
            on_request: true,
            ..Column::number("second", "", "what must be asked for", |row, line| {
                push_optional(line, row.1);
            })
        },
        Column::text("word", "what is always there", |_, line| {
            line.extend_from_slice(b"a,b");
        }),
    ];

    #[test]
    fn columns_on_request_stand_in_their_place_where_they_were_asked_for() {
        let rows = [(0.25, Some(1.5)), (1.0, None)];
        let written = |asked: &[&str]| {
            let (columns, mut table, mut objects) = (chosen(PAIR, asked), Vec::new(), Vec::new());
            write_delimited(&columns, &rows, b',', &mut table).unwrap();
            write_objects(&columns, &rows, &mut objects).unwrap();
            let text = |bytes| String::from_utf8(bytes).unwrap();
            (text(table), text(objects))
        };
        let (table, objects) = written(&["second"]);
        assert_eq!(
            table,
            "first,second,word\n0.2,1.500000,\"a,b\"\n1.0,,\"a,b\"\n"
        );
        assert!(objects.contains(r#"{"first":1.0,"second":null,"word":"a,b"}"#));
        let (table, objects) = written(&[]);
        assert_eq!(table, "first,word\n0.2,\"a,b\"\n1.0,\"a,b\"\n");
        assert!(!objects.contains("second"));
    }

    #[test]
    fn a_table_for_a_page_tells_how_many_decimals_its_columns_have() {
        let mut text = Vec::new();
        push_table(
            &chosen(PAIR, &["second"]),
            &[(0.5, Some(1.5)), (1.0, None)],
            &mut text,
        );
        let table: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(table["decimals"], serde_json::json!([1, 6, null]));
        assert_eq!(table["rows"][1], serde_json::json!([1.0, null, "a,b"]));
        let mut text = Vec::new();
        push_table(&PAIR, &[(f64::NAN, Some(f64::NEG_INFINITY))], &mut text);
        let table: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(table["rows"][0], serde_json::json!([null, null, "a,b"]));
        let mut text = Vec::new();
        push_table(&PAIR, &[], &mut text);
        let table: serde_json::Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(table["decimals"], serde_json::json!([null, null, null]));
        for (number, expected) in [
            ("4.180000e-10", Some(6)),
            ("-1.50", Some(2)),
            ("12", None),
            ("", None),
        ] {
            assert_eq!(decimals_of(number.as_bytes()), expected, "{number}");
        }
    }
}

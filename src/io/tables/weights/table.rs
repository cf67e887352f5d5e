//! Tables with a header: ours, EVcouplings', or any with the right columns.

use super::{EXPECTED, GivenWeight, Line, foreign};
use crate::error::{Error, Place, Result};
use crate::io::tables::cells;

/// What the numbers of a table are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Quantity {
    Weight,
    /// 1 / weight.
    ClusterMembers,
}

/// Separator and columns of a table.
struct Columns {
    separator: u8,
    width: usize,
    quantity: Quantity,
    value: usize,
    row: Option<usize>,
    name: Option<usize>,
}

/// Bytes of the longest header: what describes a column takes more than its name.
const LONGEST_HEADER: usize = 1 << 20;

/// Reads a table; its first line is the header.
///
/// # Errors
/// If there is no column with weights, or a cell of it is no number.
pub(super) fn read(file: &str, lines: &[Line]) -> Result<(&'static str, Vec<GivenWeight>)> {
    let Some((header, rows)) = lines.split_first() else {
        return Ok(("table", Vec::new()));
    };
    if header.bytes.len() > LONGEST_HEADER {
        let problem = format!("a first line of {} bytes", header.bytes.len());
        return Err(foreign(file, Some(header.number), problem));
    }
    let layout = [b'\t', b',', b';']
        .into_iter()
        .find_map(|separator| Columns::of(header, separator))
        .ok_or_else(|| no_column(file, header))?;
    let entries = rows.iter().map(|line| layout.entry(file, line));
    let format = match layout.quantity {
        Quantity::Weight => "table",
        Quantity::ClusterMembers => "table of cluster members",
    };
    Ok((format, entries.collect::<Result<_>>()?))
}

/// The cells of a line, as text.
fn split(line: &Line, separator: u8) -> Vec<String> {
    let mut ranges = Vec::new();
    cells::split(line.bytes, separator, &mut ranges);
    let text = |range| String::from_utf8_lossy(&cells::text(&line.bytes[range])).into_owned();
    ranges.into_iter().map(text).collect()
}

impl Columns {
    /// The layout, if this separator gives a column with weights.
    fn of(header: &Line, separator: u8) -> Option<Self> {
        let names = split(header, separator);
        let find = |wanted: &str| names.iter().position(|n| n.eq_ignore_ascii_case(wanted));
        let weights = find("weight").map(|at| (at, Quantity::Weight));
        let members = || find("num_cluster_members").map(|at| (at, Quantity::ClusterMembers));
        let (value, quantity) = weights.or_else(members)?;
        Some(Self {
            separator,
            width: names.len(),
            quantity,
            value,
            row: find("row"),
            name: find("name").or_else(|| find("id")),
        })
    }

    fn entry(&self, file: &str, line: &Line) -> Result<GivenWeight> {
        let cells = split(line, self.separator);
        let place = || {
            let place = Place::file(file).line(line.number);
            match self.name.and_then(|at| cells.get(at)) {
                Some(name) => place.record(name),
                None => place,
            }
        };
        if cells.len() != self.width {
            return Err(Error::input(
                place(),
                format!("{} cells, but the header has {}", cells.len(), self.width),
                "complete the line, and put cells that hold the separator in double quotes",
            ));
        }
        let wrong = |at: usize, what: &str| {
            let problem = format!("'{}' is not {what}", cells[at].escape_debug());
            Error::input(place(), problem, EXPECTED)
        };
        let number: Option<f64> = cells[self.value].parse().ok();
        let number = number.ok_or_else(|| wrong(self.value, "a number"))?;
        let row = self.row.map(|at| {
            let row: Option<u64> = cells[at].parse().ok();
            row.ok_or_else(|| wrong(at, "the number of a row"))
        });
        Ok(GivenWeight {
            line: Some(line.number),
            row: row.transpose()?,
            name: self.name.map(|at| cells[at].clone()),
            weight: match self.quantity {
                Quantity::ClusterMembers if number != 0.0 => 1.0 / number,
                _ => number,
            },
        })
    }
}

fn no_column(file: &str, header: &Line) -> Error {
    let separator = [b'\t', b',', b';']
        .into_iter()
        .max_by_key(|separator| {
            header
                .bytes
                .iter()
                .filter(|byte| *byte == separator)
                .count()
        })
        .unwrap_or(b'\t');
    let mut columns = split(header, separator);
    columns.truncate(8);
    let columns: Vec<String> = columns
        .iter()
        .map(|name| name.chars().take(30).collect::<String>())
        .map(|name| format!("'{}'", name.escape_debug()))
        .collect();
    let problem = format!("the columns {} hold no weights", columns.join(", "));
    foreign(file, Some(header.number), problem)
}

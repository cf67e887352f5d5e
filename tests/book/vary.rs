//! What differs from run to run and from machine to machine in what the program prints, and is not compared.

/// Digits that are compared; a model's last ones differ between processors.
const DIGITS: usize = 5;

/// What follows a number that varies.
const UNITS: [&str; 7] = [" s", " ms", " kB", " MB", " GB", " threads", " thread"];

/// What says on which machine, by which build and how a model was made.
const ORIGINS: [&str; 2] = ["command line:", "created by:"];

/// Stands for anything within a line.
const ANY: &str = "[..]";
const TWO: &str = "[..][..]";

/// The line with `[..]` in place of all that varies. A line that has none is as it was.
pub fn mask(line: &str) -> String {
    if let Some(origin) = ORIGINS.iter().find(|origin| line.contains(**origin)) {
        let end = line.find(origin).unwrap() + origin.len();
        return format!("{}{ANY}", &line[..end]);
    }
    let mut masked = String::new();
    let mut rest = line;
    // Tables with semicolons may have decimal commas.
    let is_point = |c: char| c == '.' || (c == ',' && line.contains(';'));
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        masked.push_str(before);
        let end = from
            .find(|c: char| !c.is_ascii_digit() && !is_point(c))
            .unwrap_or(from.len());
        let (number, after) = from.split_at(end);
        rest = if is_part_of_a_word(&masked) {
            masked.push_str(number);
            after
        } else if let Some(unit) = unit_of(after) {
            masked.push_str(ANY);
            after_unit(after, unit, &mut masked)
        } else {
            masked.push_str(&shortened(number));
            after
        };
    }
    masked += rest;
    // trycmd does not match two in a row.
    while masked.contains(TWO) {
        masked = masked.replace(TWO, ANY);
    }
    masked
}

fn is_part_of_a_word(before: &str) -> bool {
    before
        .chars()
        .next_back()
        .is_some_and(|c| c.is_alphanumeric() || c == '_')
}

fn unit_of(after: &str) -> Option<&'static str> {
    UNITS.into_iter().find(|unit| {
        after
            .strip_prefix(unit)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
    })
}

/// In a table the width of a column goes with its longest number: what fills it varies as well.
fn after_unit<'l>(after: &'l str, unit: &str, masked: &mut String) -> &'l str {
    let behind = &after[unit.len()..];
    if behind.starts_with("  ") {
        return behind.trim_start();
    }
    masked.push_str(unit);
    behind
}

/// A decimal number without the digits that are not compared.
fn shortened(number: &str) -> String {
    if !number.contains(['.', ',']) {
        return number.to_owned();
    }
    let mut seen = 0;
    for (place, digit) in number.char_indices() {
        let leading_zero = seen == 0 && digit == '0';
        if digit.is_ascii_digit() && !leading_zero {
            seen += 1;
        }
        if seen > DIGITS {
            return format!("{}{ANY}", &number[..place]);
        }
    }
    number.to_owned()
}

#[test]
fn what_varies_is_masked_and_nothing_else() {
    for (line, masked) in [
        ("written  x.h5 in 0.5 s", "written  x.h5 in [..] s"),
        (
            "2 threads, about 61 MB of memory",
            "[..] threads, about [..] MB of memory",
        ),
        ("plm    61 MB     0.4 s", "plm    [..] s"),
        (
            "A24V\t-2.369232\t0.8885\tscored",
            "A24V\t-2.3692[..]\t0.8885\tscored",
        ),
        (
            "objective  99853.4020 after 16",
            "objective  99853.[..] after 16",
        ),
        ("0.034482758620689655", "0.034482[..]"),
        ("A24V;-2,369232;1", "A24V;-2,3692[..];1"),
        ("A24V,-2.369232,1", "A24V,-2.3692[..],1"),
        (
            "\"fn\":3.191039,\"z\":38.488",
            "\"fn\":3.1910[..],\"z\":38.488",
        ),
        ("2933 kept; L = 76 sites", "2933 kept; L = 76 sites"),
        ("  command line: potts fit x", "  command line:[..]"),
    ] {
        assert_eq!(mask(line), masked);
        assert_eq!(mask(masked), masked, "a second time");
    }
}

//! A measured column beside scores: over which rows Spearman is, and what is said of the others.

use super::correlation::Correlation;
use super::measured::correlated;
use super::tests::{Scored, arguments, fitted, scored};
use super::try_score;
use crate::mutants::Status;
use crate::statistics::spearman;
use proptest::prelude::*;

fn against(table: &str) -> Scored {
    scored(&["--file", "t.csv", "--against", "y"], table)
}

fn correlation(table: &str) -> Correlation {
    against(table).summary.unwrap().against.unwrap()
}

/// The correlation of numbers with the scores of these rows of a result, 1 for the first.
fn expected(result: &Scored, separator: char, column: usize, rows: &[(usize, f64)]) -> Option<f64> {
    let score = |row: usize| {
        let cell = result.table[row].split(separator).nth(column).unwrap();
        cell.replace(',', ".").parse::<f64>().unwrap()
    };
    let scores: Vec<f64> = rows.iter().map(|&(row, _)| score(row)).collect();
    let values: Vec<f64> = rows.iter().map(|&(_, value)| value).collect();
    spearman(&values, &scores)
}

fn is_close(found: Option<f64>, expected: Option<f64>) -> bool {
    let both = found.zip(expected);
    both.is_some_and(|(found, expected)| (found - expected).abs() < 1e-12)
}

#[test]
fn wild_types_and_synonymous_rows_are_counted_and_not_used() {
    let table = "mutant,y\nA11G,1\nwt,0\nC12D,2\nA11A,0.1\nD13V,0.5\nC12=,x\nE15W,3\nA12G,4\nE15=,\nwt,-9\n";
    let result = against(table);
    let found = result.summary.as_ref().unwrap();
    let against = found.against.as_ref().unwrap();
    let mutants = [(1, 1.0), (3, 2.0), (5, 0.5), (7, 3.0)];
    assert_eq!((against.used, against.wild_type_rows), (4, 3));
    assert_eq!((against.without_number, against.empty), (2, 1));
    let all = against.used + against.wild_type_rows + against.without_number;
    assert_eq!(all + against.not_scored["wt_mismatch"], found.rows);
    let alone = expected(&result, ',', 2, &mutants);
    assert!(is_close(against.potts_score, alone));
    let together = [&mutants[..], &[(2, 0.0), (4, 0.1), (10, -9.0)]].concat();
    let together = expected(&result, ',', 2, &together);
    assert!(is_close(against.with_wild_type.potts_score, together));
    assert_eq!(against.with_wild_type.used, 7);
    assert_ne!(alone, together);
    let words = format!(
        "; not used: 3 wild type or synonymous (with them {:.4} over 7), 1 wt_mismatch, 2 without a number (1 empty; row 6: 'x')",
        together.unwrap()
    );
    assert!(result.messages.contains(&words), "{}", result.messages);
}

#[test]
fn rows_of_the_same_mutant_are_told() {
    let table = "mutant,y\nA11G,1\nC12D:A11G,2\nD13V,0.5\nD13W,0.5\np.Ala11Gly:C12D,3\nA11G,4\nA11G,5\nA11A,1\nA11A,2\nD13W,\n";
    let result = against(table);
    let found = result.summary.unwrap().against.unwrap().duplicates.unwrap();
    assert_eq!((found.mutants, found.rows), (2, 5));
    assert_eq!((found.first.as_str(), found.first_rows), ("A11G", [1, 6]));
    let words =
        "note: 2 mutants stand in more than one row, A11G first (rows 1 and 6); all rows are used";
    assert!(result.messages.contains(words), "{}", result.messages);
    let once = correlation("mutant,y\nA11G,1\nC12D:A11G,2\nA11A,1\nA11A,2\n");
    assert_eq!(once.duplicates, None);
}

#[test]
fn rows_are_numbered_through_all_batches_of_a_long_table() {
    let mut table = "mutant,y\nC12D,0.5\n".to_string();
    for row in 2..=20_000 {
        table += match row {
            19_000 => "D13V,n.b\n",
            19_500 => "D13V,>5\n",
            _ => "A11A,0\n",
        };
    }
    table += "C12D,1\n";
    let found = correlation(&table);
    let duplicates = found.duplicates.unwrap();
    assert_eq!(
        (duplicates.first.as_str(), duplicates.first_rows),
        ("C12D", [1, 20_001])
    );
    let cell = found.first_without_number.unwrap();
    assert_eq!((cell.row, cell.text.as_str()), (19_000, "n.b"));
    assert_eq!((found.used, found.without_number), (2, 2));
    // Two rows are too few.
    assert_eq!(found.potts_score, None);
}

#[test]
fn points_may_group_thousands_where_something_says_so() {
    for (table, used, decimal) in [
        (
            "mutant;y\nA11G;2.500,5\nC12D;1\nD13V;1.234\nE15W;2\n",
            2,
            false,
        ),
        (
            "mutant;y\nA11G;2.500.000\nC12D;1\nD13V;1.234\nE15W;2\n",
            2,
            false,
        ),
        ("mutant;y\nA11G;0,5\nC12D;1\nD13V;1.234\nE15W;2\n", 3, true),
        ("mutant;y\nA11G;0.5\nC12D;1\nD13V;1.234\nE15W;2\n", 4, false),
    ] {
        let found = correlation(table);
        assert_eq!(
            (found.used, found.decimal_commas),
            (used, decimal),
            "{table}"
        );
        assert_eq!(found.used + found.without_number, 4, "{table}");
    }
}

#[test]
fn decimals_have_commas_by_the_column() {
    for (table, used, decimal) in [
        ("mutant;y\nA11G;0,5\nC12D;1\nD13V;0,25\nE15W;2\n", 4, true),
        ("mutant;y\nA11G;0,5\nC12D;1\nD13V;0.25\nE15W;2\n", 4, true),
        (
            "mutant\ty\nA11G\t0,5\nC12D\t1\nD13V\t2,5e-1\nE15W\t2\n",
            4,
            true,
        ),
        (
            "mutant,y\nA11G,\"0,5\"\nC12D,1\nD13V,0.25\nE15W,2\n",
            4,
            true,
        ),
        // Another column has points.
        (
            "mutant;y;z\nA11G;0,5;0.1\nC12D;1;0.2\nD13V;0,25;0.3\nE15W;2;0.4\n",
            4,
            true,
        ),
        (
            "mutant,y\nA11G,0.5\nC12D,\u{2212}1\nD13V,+2.5e-1\nE15W,2\n",
            4,
            false,
        ),
        (
            "mutant;y\nA11G;0,5\nC12D;1\nD13V;1,234.5\nE15W;2\n",
            2,
            false,
        ),
        (
            "mutant,y\nA11G,\"1,234\"\nC12D,1\nD13V,0.25\nE15W,2\n",
            3,
            false,
        ),
    ] {
        let found = correlation(table);
        assert_eq!(
            (found.used, found.decimal_commas),
            (used, decimal),
            "{table}"
        );
        assert_eq!(found.used + found.without_number, 4, "{table}");
        assert_eq!(found.doubtful_comma, None, "{table}");
    }
    let table = "mutant;y\nA11G;0,5\nC12D;1\nD13V;0.25\nE15W;2\n";
    let result = against(table);
    let rows = [(1, 0.5), (2, 1.0), (3, 0.25), (4, 2.0)];
    let rho = result
        .summary
        .as_ref()
        .unwrap()
        .against
        .as_ref()
        .unwrap()
        .potts_score;
    assert!(is_close(rho, expected(&result, ';', 2, &rows)));
}

#[test]
fn commas_that_may_group_thousands_are_said() {
    let result = against("mutant;y\nA11G;1,234\nC12D;999\nD13V;0.25\n");
    let words = "the commas of y are read as those of decimals, as in row 1: '1,234' is 1.234";
    assert!(result.messages.contains(words), "{}", result.messages);
    let result = against("mutant,y\nA11G,\"1,234\"\nC12D,999\nD13V,\"12,345\"\nE15W,>5\n");
    let words = "3 without a number (row 1: '1,234', a decimal comma?)";
    assert!(result.messages.contains(words), "{}", result.messages);
}

#[test]
fn a_column_without_numbers_is_a_mistake() {
    for (table, words) in [
        ("mutant,y\nA11G,>5\nC12D,low\n", "row 1: '>5'"),
        (
            "mutant,y\nA11G,\nC12D,NA\nD13V,low\n",
            "of 3 cells 2 are empty, and the first of the others is no number, row 3: 'low'",
        ),
        ("mutant,y\nA11G,\nC12D,NA\n", "all 2 cells are empty"),
        (
            "mutant,y\nA11G,\"1,234\"\n",
            "row 1: '1,234', a decimal comma?",
        ),
        ("mutant,y\nA11G,inf\nA99G,5\n", "row 1: 'inf'"),
    ] {
        let result = against(table);
        let error = result.summary.unwrap_err();
        assert_eq!(error.exit_code(), 3, "{table}");
        let said = error.to_string();
        assert!(
            said.contains(words) && said.contains("column 'y'"),
            "{said}"
        );
        assert!(result.table.is_empty(), "{table}: {:?}", result.table);
    }
    // Numbers of the wild type are numbers.
    let found = correlation("mutant,y\nwt,0\nA11G,x\n");
    assert_eq!((found.used, found.wild_type_rows), (0, 1));
    let alike = against("mutant,y\nA11G,1\nC12D,1\nD13V,1\n");
    assert!(alike.messages.contains("potts_score not defined"));
}

/// A table of singles whose column `name` rises with their scores, or falls.
fn ordered(name: &str, falls: bool) -> String {
    let mut singles: Vec<(f64, String)> = scored(&["--all-single"], "").table[1..]
        .iter()
        .map(|row| {
            let cells: Vec<&str> = row.split('\t').collect();
            (cells[1].parse().unwrap(), cells[0].to_owned())
        })
        .collect();
    singles.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut table = format!("mutant,{name}\n");
    for (k, (_, mutant)) in singles.iter().step_by(8).enumerate() {
        let value = if falls { -(k as f64) } else { k as f64 };
        table += &format!("{mutant},{value}\n");
    }
    table
}

#[test]
fn a_clearly_negative_correlation_may_be_agreement() {
    let said = |name: &str, falls: bool| {
        let line = ["--file", "t.csv", "--against", name];
        scored(&line, &ordered(name, falls)).messages
    };
    let words = "negative: if low values of ddG are the good ones, that is agreement, and of what is called ddG they mostly are\n";
    assert!(said("ddG", true).contains(words), "{}", said("ddG", true));
    let words = "negative: if low values of fitness are the good ones, that is agreement; if high ones are, the scores run against it\n";
    assert!(said("fitness", true).contains(words));
    assert!(!said("ddG", false).contains("negative"));
    // A few rows fall by chance.
    let few: String = ordered("ddG", true)
        .lines()
        .take(6)
        .map(|line| format!("{line}\n"))
        .collect();
    let result = scored(&["--file", "t.csv", "--against", "ddG"], &few);
    assert!(result.messages.contains("-1.0000") && !result.messages.contains("negative"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn the_order_of_rows_changes_no_number(rows in Just(vec![
        "A11G;1", "C12D;0,5", "D13V;-2", "E15W;0,5", "A11A;0", "wt;1,5", "C12D:A11G;3", "A11G:C12D;2,5", "A11G;x", "D13W;", "A99G;4",
        "C12=;n.b", "nonsense;7", "D13Y;1,234", "E15Y;1.5", "E15K;1.5", "E15K;-1",
    ]).prop_shuffle()) {
        let without_places = |rows: &[&str]| {
            let found = correlation(&format!("mutant;y\n{}\n", rows.join("\n")));
            let repeated = found.duplicates.as_ref().map(|d| (d.mutants, d.rows));
            (repeated, Correlation { first_without_number: None, duplicates: None, ..found })
        };
        let mut sorted = rows.clone();
        sorted.sort_unstable();
        let (repeated, found) = without_places(&rows);
        prop_assert_eq!(repeated, Some((2, 4)));
        prop_assert_eq!(found.used, 10);
        prop_assert_eq!((repeated, found), without_places(&sorted));
    }
}

#[test]
fn what_was_counted_of_a_refused_table_is_told() {
    let refused = |line: &[&str], table: &str| {
        let args = arguments(line).unwrap();
        let (model, mut input) = (fitted(), table.as_bytes());
        let mut output = Vec::new();
        let result = try_score(&model, &args, &mut input, &mut output, &mut std::io::sink());
        assert!(output.is_empty());
        result.unwrap_err().summary().unwrap()
    };
    let line = ["--file", "t.csv", "--against", "y"];
    let unscored = refused(&line, "mutant,y\nwt,0\nA12G,1\nC99D,2\n");
    assert_eq!((unscored.rows, unscored.of(Status::Scored)), (3, 0));
    assert!(unscored.refused.unwrap().contains("no mutant has a score"));
    let unmeasured = refused(&line, "mutant,y\nA11G,>5\nC12D,\n");
    assert_eq!((unmeasured.rows, unmeasured.of(Status::Scored)), (2, 2));
    assert_eq!(unmeasured.against.unwrap().empty, 1);
    assert!(unmeasured.refused.unwrap().contains("'>5'"));
    let unread = refused(&line, "mutant,y\nx,1\n");
    assert_eq!((unread.rows, unread.of(Status::Unparsable)), (1, 1));
}

#[test]
fn scores_that_differ_by_what_a_fit_leaves_open_are_ties() {
    let rows: Vec<usize> = (0..4).collect();
    let (values, noise) = (
        [1.0, 2.0, 3.0, 4.0],
        [-6.174_381, -6.174_383, -6.174_38, -6.174_382],
    );
    assert_eq!(correlated(&values, &noise, &rows), None);
    let scores = [-6.1743, -6.1741, -6.1742, -6.174];
    assert_eq!(correlated(&values, &scores, &rows), Some(0.8));
}

#[test]
fn what_the_commas_of_a_row_with_more_cells_than_the_header_mean_nobody_knows() {
    for (table, used) in [
        ("mutant,y\nA11G,0,5\nC12D,1\nD13V,0.25\nE15W,2\n", 3),
        ("mutant,y\nA11G,1,9\nC12D,1,5\nD13V,1,\nE15W,2\n", 2),
    ] {
        let found = correlation(table);
        assert_eq!((found.used, found.decimal_commas), (used, false), "{table}");
    }
}

use super::*;
use crate::alphabet::GapTreatment;
use crate::model::IndependentModel;
use crate::position::Position;
use ndarray::Array2;

/// The target has a gap in column 3 and an insertion in column 5.
const ROWS: [(&str, &str); 3] = [
    ("T/11-17", "AC-DaCAD"),
    ("b", "ACADaCAC"),
    ("c", "CCADaDAD"),
];

fn records() -> AlignedRecords {
    AlignedRecords::new(
        "x.a2m".into(),
        "A2M",
        ROWS.iter().map(|row| row.0.to_string()).collect(),
        ROWS.iter().map(|row| row.1).collect(),
        vec![1, 3, 5],
    )
    .unwrap()
}

/// A model whose sites have these numbers and, from `letters`, these letters of the target.
fn numbered(numbers: &[u64], letters: &str) -> Model {
    let mut letters = letters.bytes().chain(std::iter::repeat(GAP_LETTER));
    let columns = (1..)
        .zip(numbers)
        .map(|(alignment_column, &number)| Column {
            alignment_column,
            chain: None,
            position: Position::new(number).unwrap(),
            letter: letters.next().unwrap(),
            modelled: true,
        });
    let columns = ColumnMap::new(columns.collect()).unwrap();
    let model = IndependentModel::new(Array2::zeros((numbers.len(), 3))).unwrap();
    let alphabet = Alphabet::new("ACD").unwrap();
    Model::of_parameters(model, alphabet, GapTreatment::Missing, columns)
}

/// Column of the alignment, residue and letter of each site.
fn placed(fitted: &Model, completion: &Completion) -> Result<Vec<(u64, String, char)>> {
    let columns = place(fitted, &records(), completion)?.columns;
    let sites = (0..columns.sites()).map(|site| columns.column(site));
    Ok(sites
        .map(|column| {
            let residue = column.residue().to_string();
            (column.alignment_column, residue, char::from(column.letter))
        })
        .collect())
}

fn columns(fitted: &Model, completion: &Completion) -> Vec<u64> {
    let sites = placed(fitted, completion).unwrap();
    sites.into_iter().map(|site| site.0).collect()
}

fn problem(fitted: &Model, completion: &Completion) -> String {
    placed(fitted, completion).unwrap_err().to_string()
}

/// Of a file that numbers its sites.
fn gremlin(focus: Focus) -> Completion {
    Completion {
        focus,
        numbered: true,
        ..Completion::default()
    }
}

fn named() -> Focus {
    Focus::Named("T".into())
}

fn no_focus() -> Focus {
    Focus::None {
        target: Some("T".into()),
    }
}

#[test]
fn counted_sites_are_the_modelled_columns_in_order() {
    let sites = placed(&numbered(&[1, 2, 3, 4, 5, 6], ""), &Completion::default()).unwrap();
    assert_eq!(sites[2], (4, "13".into(), 'D'));
    assert_eq!(sites[5], (8, "17".into(), 'D'));
    let message = problem(&numbered(&[1, 2, 3], ""), &Completion::default());
    assert!(
        message.contains("6 columns, but the model has 3 sites"),
        "{message}"
    );
}

#[test]
fn numbers_are_positions_up_to_a_shift_and_stay() {
    for (numbers, shift) in [([11, 13, 15, 17], 0), ([101, 103, 105, 107], 90)] {
        let sites = placed(&numbered(&numbers, ""), &Completion::default()).unwrap();
        let expected = [(1, 11, 'A'), (4, 13, 'D'), (6, 15, 'C'), (8, 17, 'D')];
        let expected = expected.map(|(c, p, l)| (c, (p + shift).to_string(), l));
        assert_eq!(sites, expected);
    }
    let message = problem(&numbered(&[101, 102], ""), &Completion::default());
    assert!(
        message.contains("numbered 101 to 102, which are neither positions 11 to 17"),
        "several shifts would do: {message}"
    );
}

#[test]
fn numbers_that_are_no_positions_are_columns() {
    let fitted = numbered(&[1, 2, 3, 4, 6, 7, 8], "");
    let sites = placed(&fitted, &gremlin(Focus::First)).unwrap();
    assert_eq!(sites[2], (3, "3".into(), '-'));
    assert_eq!(sites[3], (4, "4".into(), 'D'));
    let fitted = numbered(&[1, 2, 4, 8], "");
    let sites = placed(&fitted, &gremlin(Focus::First)).unwrap();
    let by_target = (8, "17".into(), 'D');
    assert_eq!(sites[3], by_target, "it has a residue at all of them");
}

#[test]
fn numbers_that_can_be_both_need_a_word() {
    let fitted = numbered(&[1, 2, 3, 4, 5, 6, 7], "");
    let message = problem(&fitted, &gremlin(Focus::First));
    assert!(
        message.contains("positions of the target or columns"),
        "{message}"
    );
    assert!(message.contains("`no_focus` if they are columns"));
    let with = |focus| columns(&fitted, &gremlin(focus));
    assert_eq!(with(named()), [1, 2, 4, 5, 6, 7, 8]);
    assert_eq!(with(no_focus()), [1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn letters_decide() {
    let with = |letters| {
        let fitted = numbered(&[1, 2, 3, 4, 5, 6, 7], letters);
        columns(&fitted, &gremlin(Focus::First))
    };
    assert_eq!(with("ACDACAD"), [1, 2, 4, 5, 6, 7, 8]);
    assert_eq!(with("AC-DACA"), [1, 2, 3, 4, 5, 6, 7]);
    let message = problem(&numbered(&[11, 12, 13], "ACC"), &gremlin(Focus::First));
    assert!(
        message.contains("the target has D at position 13, but the model has C (1 of 3"),
        "{message}"
    );
}

#[test]
fn known_columns_are_taken_as_they_are() {
    let mut fitted = numbered(&[1, 2, 3], "");
    let mut own = fitted.columns.columns().to_vec();
    for (column, known) in own.iter_mut().zip([3, 4, 6]) {
        column.alignment_column = known;
    }
    fitted.columns = ColumnMap::new(own).unwrap();
    let sites = placed(&fitted, &Completion::default()).unwrap();
    let expected = [(3, 1, '-'), (4, 2, 'D'), (6, 3, 'C')];
    assert_eq!(sites, expected.map(|(c, p, l)| (c, p.to_string(), l)));
}

#[test]
fn chains_and_offsets_replace_the_numbers() {
    let mut completion = Completion {
        chains: "3,4".parse().ok(),
        ..Completion::default()
    };
    let fitted = numbered(&[1, 2, 3, 5, 7], "ACDCD");
    let residues = |completion: &Completion| -> Vec<String> {
        let sites = placed(&fitted, completion).unwrap();
        sites.into_iter().map(|site| site.1).collect()
    };
    assert_eq!(residues(&completion), ["A:1", "A:2", "A:3", "B:2", "B:4"]);
    completion.chains = None;
    completion.offsets = Some(4.into());
    assert_eq!(residues(&completion), ["5", "6", "7", "9", "11"]);
    let gap = numbered(&[1, 2, 3, 4, 6, 7, 8], "");
    let message = problem(&gap, &completion);
    assert!(
        message.contains("sites where the target has no residue"),
        "{message}"
    );
}

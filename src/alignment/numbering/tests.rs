use super::*;
use crate::alignment::focus::focus;

const ROWS: [&str; 3] = ["ACdEF-GHIK", "ACdEFLGHIK", "AC-DF-GHIR"];

fn map(name: &str, options: &FocusOptions) -> Result<ColumnMap> {
    let rows: Vec<Vec<u8>> = ROWS.iter().map(|row| row.as_bytes().to_vec()).collect();
    let names = vec![name.into(), "b".into(), "c".into()];
    let records = AlignedRecords::new("x.a2m".into(), "A2M", names, rows.into(), vec![1, 3, 5])?;
    Ok(focus(&records, &Alphabet::protein(), options)?
        .columns()
        .clone())
}

/// The map with these chains and offsets.
fn divided(name: &str, chains: &str, offsets: Option<&str>) -> Result<String> {
    let options = FocusOptions {
        chains: Some(chains.parse().unwrap()),
        offsets: offsets.map(|text| text.parse().unwrap()),
        ..FocusOptions::default()
    };
    map(name, &options).map(|map| map.ranges())
}

#[test]
fn every_residue_of_the_target_counts_in_its_chain() {
    let options = FocusOptions {
        chains: "4,5".parse().ok(),
        ..FocusOptions::default()
    };
    let map = map("T", &options).unwrap();
    assert_eq!(map.ranges(), "A 1 to 4, B 1 to 5");
    let residues: Vec<String> = (0..map.sites())
        .map(|s| map.residue(s).to_string())
        .collect();
    assert_eq!(
        residues,
        ["A:1", "A:2", "A:4", "B:1", "B:2", "B:3", "B:4", "B:5"]
    );
    assert_eq!(map.columns()[2].letter, b'D');
}

#[test]
fn lengths_are_residues_or_else_columns() {
    assert_eq!(divided("T", "6,3", None).unwrap(), "A 1 to 6, B 1 to 3");
    assert_eq!(divided("T", "6,4", None).unwrap(), "A 1 to 5, B 1 to 4");
    assert_eq!(
        divided("T", "H=5,L=2,A=3", None).unwrap(),
        "H 1 to 5, L 1 to 1, A 1 to 3"
    );
    let message = divided("T", "6,5", None).unwrap_err();
    assert_eq!(message.exit_code(), 2);
    for part in [
        "A=6,B=5",
        "11 residues",
        "'T' of x.a2m has 9",
        "in 10 columns",
    ] {
        assert!(message.to_string().contains(part), "{message}");
    }
    let message = divided("T", "5,1,4", None).unwrap_err().to_string();
    assert!(message.contains("no residue in chain B"), "{message}");
}

#[test]
fn a_target_is_letters_and_gaps() {
    for (letter, shown) in [
        ("*", "'*'"),
        ("?", "'?'"),
        ("_", "'_'"),
        ("\u{e9}", "'\\xc3'"),
    ] {
        let rows = [format!("ACd{letter}F"), "ACDEFG".into()];
        let rows: Vec<Vec<u8>> = rows.iter().map(|row| row.clone().into_bytes()).collect();
        let width = rows[0].len();
        let rows = vec![rows[0].clone(), b"ACDEFG"[..width].to_vec()];
        let names = vec!["T".into(), "b".into()];
        let records =
            AlignedRecords::new("x".into(), "A2M", names, rows.into(), vec![1, 3]).unwrap();
        for target in [
            Focus::First,
            Focus::EveryColumn,
            Focus::None {
                target: Some("T".into()),
            },
        ] {
            let options = FocusOptions {
                focus: target,
                ..FocusOptions::default()
            };
            let error = focus(&records, &Alphabet::protein(), &options).unwrap_err();
            let message = error.to_string();
            assert_eq!(error.exit_code(), 3);
            for part in ["line 1, record 'T'", shown, "column 4"] {
                assert!(message.contains(part), "{message}");
            }
        }
        let options = FocusOptions {
            focus: Focus::Named("b".into()),
            ..FocusOptions::default()
        };
        assert!(focus(&records, &Alphabet::protein(), &options).is_ok());
    }
}

#[test]
fn without_focus_columns_are_counted() {
    let options = |chains: &str| FocusOptions {
        focus: Focus::None {
            target: Some("T".into()),
        },
        chains: chains.parse().ok(),
        ..FocusOptions::default()
    };
    let map = |chains| map("T", &options(chains));
    assert_eq!(map("3,7").unwrap().ranges(), "A 1 to 3, B 1 to 7");
    let message = map("3,6").unwrap_err().to_string();
    assert!(
        message.contains("9 columns") && message.contains("has 10"),
        "{message}"
    );
}

#[test]
fn offsets_without_residues_to_number_are_refused() {
    for focus in [Focus::None { target: None }, Focus::EveryColumn] {
        let options = FocusOptions {
            focus,
            offsets: Some(5.into()),
            ..FocusOptions::default()
        };
        let message = map("T", &options).unwrap_err();
        assert_eq!(message.exit_code(), 2);
        assert!(message.to_string().contains("`offset`"), "{message}");
    }
}

#[test]
fn insertions_without_columns_are_of_the_chain_before() {
    let rows = ["ACdEFGHIK", "ACEFGHIK"].map(|row| row.as_bytes().to_vec());
    let names = vec!["T".into(), "b".into()];
    let records =
        AlignedRecords::from_a3m("x.a3m".into(), names, Vec::from(rows).into(), vec![1, 3]);
    let records = records.unwrap();
    let ranges = |chains: &str| {
        let options = FocusOptions {
            chains: chains.parse().ok(),
            ..FocusOptions::default()
        };
        let alignment = focus(&records, &Alphabet::protein(), &options).unwrap();
        alignment.columns().ranges()
    };
    assert_eq!(ranges("2,7"), "A 1 to 2, B 1 to 7");
    assert_eq!(ranges("2,6"), "A 1 to 3, B 1 to 6");
}

#[test]
fn chains_are_shifted_each_on_its_own() {
    let ranges = |name, offsets| divided(name, "4,5", offsets);
    assert_eq!(ranges("T", Some("10,-0")).unwrap(), "A 11 to 14, B 1 to 5");
    assert_eq!(ranges("T", Some("3")).unwrap(), "A 4 to 7, B 4 to 8");
    let message = ranges("T", Some("0,-1")).unwrap_err().to_string();
    assert!(
        message.contains("first residue of chain B the number 0"),
        "{message}"
    );
    assert!(ranges("T", Some("1,2,3")).is_err());
    let several = FocusOptions {
        offsets: "1,2".parse().ok(),
        ..FocusOptions::default()
    };
    assert!(matches!(map("T", &several), Err(Error::Usage(_))));
}

#[test]
fn a_name_numbers_chains_that_are_as_long() {
    let ranges = |name| divided(name, "4,5", None).unwrap();
    assert_eq!(ranges("P/5-8_Q/7-11 a pair"), "A 5 to 8, B 7 to 11");
    assert_eq!(ranges("P/5-8_Q/7-11 1/2-21"), "A 5 to 8, B 7 to 11");
    for other in [
        "P_Q/5-13",
        "P/5-8_Q/7-12",
        "P/5-8",
        "P/5-8_Q/7-11_R/1-2",
        "P/x_Q/7-11",
        "P_Q ranges/5-8_/7-11",
    ] {
        assert_eq!(ranges(other), "A 1 to 4, B 1 to 5", "{other}");
    }
}

#[test]
fn a_name_numbers_segments() {
    let ranges = |name| {
        let map = map(name, &FocusOptions::default()).unwrap();
        let numbers = map.columns().iter().map(|c| c.position.to_string());
        numbers.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(ranges("T/5-8_17-21"), "5 6 7 8 17 18 19 20 21");
    assert_eq!(
        ranges("T/101-180/5-13"),
        "105 106 107 108 109 110 111 112 113"
    );
    let from_1 = "1 2 3 4 5 6 7 8 9";
    assert_eq!(ranges("T/5-8_17-22"), from_1);
    assert_eq!(ranges("T/13-5"), from_1);
}

//! What a model file keeps besides the model: the sequences; and kinds of models that are not known.

use crate::support::{Bench, FAMILY, edit, look, same_numbers};
use hdf5::types::VarLenUnicode;

/// The letters of a stored sequence.
fn letters(bench: &Bench, name: &str, row: usize) -> String {
    let model = bench.model(name);
    let sequences = model.family.unwrap().sequences.unwrap();
    let letters = model.alphabet.letters();
    let letter = |&state: &u8| char::from(*letters.get(usize::from(state)).unwrap_or(&b'-'));
    sequences.row(row).iter().map(letter).collect()
}

#[test]
fn the_kept_rows_are_stored() {
    let bench = Bench::new();
    // The third row is dropped, the fourth has a gap; column 3 is not modelled.
    let rows = FAMILY.replacen("ACDDFGHK", "ACXDFGHK", 1);
    let rows = rows.replacen("TCDDYGHI", "TCDD-GHI", 1);
    let rows = rows.replacen("ACDEFGHI", "ACdEFGHI", 1);
    bench.write("family.fa", rows);
    for gaps in ["missing", "state"] {
        bench.works(&format!(
            "fit family.fa --force -q --gaps {gaps} --input-format a2m"
        ));
        let stored = |row| letters(&bench, "family.h5", row);
        let expected = ["ACEFGHI", "ACEFGHK", "TCD-GHI", "TCEYGHI", "TCEYGKI"];
        assert_eq!([0, 1, 2, 3, 4].map(stored), expected);
        look(&bench.path("family.h5"), |file| {
            let sequences = file.dataset("alignment/sequences").unwrap();
            assert_eq!(sequences.shape(), [5, 7]);
            assert_eq!(sequences.layout(), hdf5::dataset::Layout::Contiguous);
            assert_eq!(sequences.storage_size(), 5 * 7);
        });
    }
    let info = bench.json("info family.h5");
    assert_eq!(info["sequences_stored"], true);
    assert!(
        bench
            .works("info family.h5")
            .stdout
            .contains("sequences stored:   yes")
    );
}

#[test]
fn they_stay_with_the_model_and_can_be_left_out() {
    let bench = Bench::new();
    bench.works("fit family.fa -o with.h5 -q");
    bench.works("convert with.h5 again.h5 -q");
    let sequences = |name: &str| bench.model(name).family.unwrap().sequences;
    assert!(sequences("with.h5").is_some());
    assert_eq!(sequences("again.h5"), sequences("with.h5"));
    bench.works("fit family.fa -o without.h5 -q --no-sequences");
    assert!(sequences("without.h5").is_none());
    look(&bench.path("without.h5"), |file| {
        assert!(file.dataset("alignment/weights").is_ok());
        assert!(file.dataset("alignment/sequences").is_err());
    });
    let info = bench.json("info without.h5");
    assert_eq!(
        (&info["sequences_stored"], &info["sequences"]),
        (&false.into(), &6.into())
    );
    let (with, without) = (bench.model("with.h5"), bench.model("without.h5"));
    assert!(same_numbers(&with, &without));
}

#[test]
fn sequences_that_cannot_be_are_refused() {
    let bench = Bench::with_model();
    let whole = std::fs::read(bench.path("family.h5")).unwrap();
    let put = |values: ndarray::Array2<u8>| {
        bench.write("bad.h5", &whole);
        edit(&bench.path("bad.h5"), |file| {
            file.unlink("alignment/sequences").unwrap();
            let builder = file.new_dataset_builder().with_data(&values);
            builder.create("alignment/sequences").unwrap();
        });
    };
    // 20 is the gap.
    put(ndarray::Array2::from_elem((6, 8), 20));
    bench.works("info bad.h5");
    let out_of_range = ["bad.h5", "damaged", "the state 21, but 20 is the last"];
    let other_shape = ["bad.h5", "damaged", "alignment/sequences"];
    for (values, words) in [
        (ndarray::Array2::from_elem((6, 8), 21), out_of_range),
        (ndarray::Array2::from_elem((5, 8), 0), other_shape),
        (ndarray::Array2::from_elem((6, 9), 0), other_shape),
        (ndarray::Array2::from_elem((8, 6), 0), other_shape),
    ] {
        put(values);
        bench.fails("info bad.h5", 3, &words);
        // It reads no sequences, but looks at their shape.
        if words == out_of_range {
            bench.works("contacts bad.h5 -q");
        } else {
            bench.fails("contacts bad.h5", 3, &words);
        }
        bench.fails("convert bad.h5 x.npz", 3, &words);
    }
    // Scores of mutants do not look at sequences, but a shape is checked whatever is asked.
    bench.fails("score-mutants bad.h5 A10T", 3, &other_shape);
}

/// As a version to come would write it.
#[test]
fn an_unknown_kind_of_model_asks_for_an_update() {
    let bench = Bench::with_model();
    edit(&bench.path("family.h5"), |file| {
        file.delete_attr("model_kind").unwrap();
        let kind: VarLenUnicode = "rbm".parse().unwrap();
        let attribute = file.new_attr::<VarLenUnicode>().create("model_kind");
        attribute.unwrap().write_scalar(&kind).unwrap();
    });
    for command in [
        "info family.h5",
        "contacts family.h5",
        "score-mutants family.h5 A10T",
        "objective family.h5 family.fa",
        "convert family.h5 x.npz",
        "fit family.fa -o x.h5 --start family.h5",
    ] {
        bench.fails(command, 3, &["family.h5", "of the kind 'rbm'", "update"]);
    }
}

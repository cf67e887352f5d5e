//! Tables of measurements as people really have them, beside scores: what is compared, and what is said where it is not.

use crate::support::{Bench, Run, part_of_planted};

/// A folder with a model of a part of the planted family, and six of its single mutants, the lowest score first.
fn planted() -> (Bench, Vec<String>) {
    let bench = Bench::new();
    bench.write("planted.a2m", part_of_planted(10, 20));
    bench.works("fit planted.a2m -o m.h5 -q");
    let run = bench.works("score-mutants m.h5 --all-single -q");
    let scores = run.column("potts_score");
    let scores = scores.iter().map(|cell| cell.parse::<f64>().unwrap());
    let mut singles: Vec<(f64, &str)> = scores.zip(run.column("mutant")).collect();
    singles.sort_by(|a, b| a.0.total_cmp(&b.0));
    // Far apart, and all below the wild type's 0.
    let below = singles.iter().filter(|(score, _)| *score < 0.0).count();
    let chosen = singles.iter().step_by(below / 6).take(6);
    let mutants: Vec<String> = chosen.map(|(_, name)| (*name).to_owned()).collect();
    assert_eq!(mutants.len(), 6);
    (bench, mutants)
}

/// A table of mutants and cells.
fn table(header: &str, separator: char, mutants: &[String], cells: &[&str]) -> String {
    let rows = mutants.iter().zip(cells);
    let rows: Vec<String> = rows
        .map(|(m, cell)| format!("{m}{separator}{cell}\n"))
        .collect();
    format!("{header}\n{}", rows.concat())
}

fn says(run: &Run, words: &str) {
    assert!(
        run.stderr.contains(words),
        "'{words}' is not said:\n{}",
        run.stderr
    );
}

#[test]
fn decimal_commas_are_numbers_beside_semicolons() {
    let (bench, mutants) = planted();
    // Ranks 2, 4, 3, 6, 1, 5 beside 1 to 6: squares of differences are 1, 4, 0, 4, 16, 1,
    // so rho is 1 - 6 * 26 / (6 * 35).
    let cells = ["0,5", "1", "0,9", "2", "0", "1,2"];
    bench.write("commas.csv", table("mutant;score", ';', &mutants, &cells));
    let run = bench.works("score-mutants m.h5 -f commas.csv --against score");
    says(
        &run,
        "Spearman with score over 6 rows: potts_score 0.2571, ",
    );
    let mixed = ["0,5", "1", "0.9", "2", "0", "1,2"];
    bench.write("mixed.csv", table("mutant;score", ';', &mutants, &mixed));
    let run = bench.works("score-mutants m.h5 -f mixed.csv --against score");
    says(&run, "over 6 rows: potts_score 0.2571, ");
    let thousands = ["0,5", "1", "1,000.5", "2", "0", "1.2"];
    bench.write(
        "thousands.csv",
        table("mutant;score", ';', &mutants, &thousands),
    );
    let run = bench.works("score-mutants m.h5 -f thousands.csv --against score");
    says(&run, "over 4 rows: ");
    says(&run, "2 without a number (row 1: '0,5', a decimal comma?)");
}

#[test]
fn a_cell_that_is_no_number_is_quoted() {
    let (bench, mutants) = planted();
    let cells = [">5", "<-1", "1.5", "n.b", "0.3", "\u{2212}7e-1"];
    bench.write("censored.csv", table("mutant,dG", ',', &mutants, &cells));
    let run = bench.works("score-mutants m.h5 -f censored.csv --against dG");
    // Measured 3, 2, 1 beside 1, 2, 3.
    says(&run, "over 3 rows: potts_score -1.0000, independent_score");
    says(&run, "3 without a number (row 1: '>5')");
    assert!(!run.stderr.contains("negative"), "{}", run.stderr);
    let against = bench.json("score-mutants m.h5 -f censored.csv --against dG")["against"].clone();
    assert_eq!(against["first_without_number"]["text"], ">5");
    assert_eq!(
        (&against["without_number"], &against["empty"]),
        (&3.into(), &0.into())
    );
    let none = [">5", "<-1", "n.b", "", "NA", "low"];
    bench.write("none.csv", table("mutant,dG", ',', &mutants, &none));
    bench.fails(
        "score-mutants m.h5 -f none.csv --against dG -o scored.csv",
        3,
        &[
            "column 'dG' has no number",
            "of 6 cells 2 are empty",
            "row 1: '>5'",
        ],
    );
    bench.fails("score-mutants m.h5 -f none.csv --against dG", 3, &["'>5'"]);
}

#[test]
fn a_negative_correlation_may_be_agreement() {
    let (bench, mutants) = planted();
    // The last two change places.
    let cells = ["3.3", "3.1", "0.9", "0.5", "-0.3", "0.2"];
    for (column, more) in [
        ("ddG", ", and of what is called ddG they mostly are"),
        ("score", "; if high ones are, the scores run against it"),
    ] {
        bench.write(
            "t.csv",
            table(&format!("mutant,{column}"), ',', &mutants, &cells),
        );
        let run = bench.works(&format!("score-mutants m.h5 -f t.csv --against {column}"));
        says(&run, "over 6 rows: potts_score -0.9429, ");
        says(
            &run,
            &format!(
                "\nnegative: if low values of {column} are the good ones, that is agreement{more}\n"
            ),
        );
        let json = bench.json(&format!("score-mutants m.h5 -f t.csv --against {column}"));
        let against = &json["against"];
        assert_eq!(against["clearly_negative"], true);
        assert_eq!(against["low_is_good_by_name"], column == "ddG");
    }
}

#[test]
fn the_wild_type_is_no_evidence() {
    let (bench, mutants) = planted();
    // Ranks 2, 3, 4, 1 beside 1 to 4: -0.2.
    let mutants = &mutants[..4];
    let mut text = table(
        "mutant,score",
        ',',
        mutants,
        &["-0.8", "-0.4", "-0.1", "-1"],
    );
    for mutant in mutants {
        let synonymous = &mutant[..mutant.len() - 1];
        text += &format!("{synonymous}=,0\n");
    }
    text += "_wt,0.01\n";
    bench.write("t.csv", text);
    let run = bench.works("score-mutants m.h5 -f t.csv --against score");
    says(&run, "over 4 rows: potts_score -0.2000, ");
    let json = bench.json("score-mutants m.h5 -f t.csv --against score");
    let against = &json["against"];
    assert_eq!(
        (&against["used"], &against["wild_type_rows"]),
        (&4.into(), &5.into())
    );
    assert!((against["potts_score"].as_f64().unwrap() + 0.2).abs() < 1e-12);
    let with = &against["with_wild_type"];
    assert_eq!(with["used"], 9);
    let with = with["potts_score"].as_f64().unwrap();
    assert!(with > 0.5, "{with}");
    let words = format!("; not used: 5 wild type or synonymous (with them {with:.4} over 9)");
    says(&run, &words);
}

#[test]
fn rows_of_the_same_mutant_are_named() {
    let (bench, mutants) = planted();
    let mut text = table(
        "mutant,score",
        ',',
        &mutants,
        &["1", "2", "3", "4", "5", "6"],
    );
    let without_wild_type = &mutants[2][1..];
    text += &format!("{without_wild_type},9\n");
    bench.write("without.csv", &text);
    bench.write("t.csv", format!("{text}{},8\n", mutants[4]));
    let run = bench.works("score-mutants m.h5 -f t.csv --against score");
    says(
        &run,
        &format!(
            "note: 2 mutants stand in more than one row, {} first (rows 3 and 7); all rows are used",
            mutants[2]
        ),
    );
    let run = bench.works("score-mutants m.h5 -f without.csv --against score");
    says(
        &run,
        &format!(
            "1 mutant stands in more than one row, {} first (rows 3 and 7)",
            mutants[2]
        ),
    );
}

#[test]
fn what_a_comma_means_in_a_row_with_more_cells_than_the_header_is_not_guessed() {
    let bench = Bench::with_model();
    bench.write("more.csv", "mutant,y\nA10C,1,9\nC11A,1,5\nD12A,1,2\n");
    bench.fails(
        "score-mutants family.h5 -f more.csv --against y",
        3,
        &[
            "no number",
            "row 1: '1,9', of a row with more cells than the header",
        ],
    );
}

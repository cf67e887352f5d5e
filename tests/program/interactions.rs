//! How interactions are listed: sorted, as a matrix, and with what has none.

use super::support::{Bench, Run};

#[test]
fn rescues_may_be_sorted_by_what_they_do_together() {
    let bench = Bench::planted();
    let run = bench.works("epistasis m.h5 --rescue Q68P --top all");
    let other = bench.works("epistasis m.h5 --rescue Q68P --top all --by interaction");
    let interactions = other.numbers("interaction");
    assert!(interactions.windows(2).all(|w| w[0] >= w[1]));
    let sorted = |run: &Run| {
        let mut rows: Vec<String> = run.stdout.lines().map(str::to_owned).collect();
        rows.sort();
        rows
    };
    assert_eq!(sorted(&run), sorted(&other));
    let good = run
        .numbers("second_score")
        .iter()
        .filter(|s| **s > 0.0)
        .count();
    assert!(
        good > 0
            && run
                .stderr
                .contains(&format!("{good} of which are good without it"))
    );
    // Names are those of other tables: by position.
    for mutant in run.column("mutant") {
        let number = |part: &str| part[1..part.len() - 1].parse::<u64>().unwrap();
        let (one, other) = mutant.split_once(':').unwrap();
        assert!(number(one) < number(other), "{mutant}");
    }
    let good = bench.works("epistasis m.h5 --rescue W58I");
    assert!(
        good.stderr.contains("warning: W58I alone has"),
        "{}",
        good.stderr
    );
}

#[test]
fn a_matrix_has_the_rows_of_the_position_that_was_named_first() {
    let bench = Bench::planted();
    let cells = |text: &str, separator: char| -> Vec<Vec<String>> {
        let cells = |line: &str| line.split(separator).map(str::to_owned).collect();
        text.lines().map(cells).collect()
    };
    let matrix = |order: &str| {
        let run = bench.works(&format!(
            "epistasis m.h5 --positions {order} --format matrix"
        ));
        cells(&run.stdout, '\t')
    };
    let (one, other) = (matrix("24,57"), matrix("57,24"));
    assert_eq!((&*one[0][0], &*other[0][0]), ("A24\\R57", "R57\\A24"));
    for i in 1..one.len() {
        for j in 1..one.len() {
            assert_eq!(one[i][j], other[j][i]);
        }
    }
    bench.works("epistasis m.h5 --positions 57,24 --format matrix -o x.csv");
    assert_eq!(cells(&bench.read("x.csv"), ','), other);
    bench.fails(
        "epistasis m.h5 --positions 57,24 --format matrix -o x.json",
        2,
        &["a matrix is a table"],
    );
    let all = bench.works("epistasis m.h5 --positions 57,24,60");
    let top = bench.works("epistasis m.h5 --positions 57,24,60 --top 5");
    let mut strongest: Vec<f64> = all.numbers("interaction").iter().map(|e| e.abs()).collect();
    strongest.sort_by(|a, b| b.total_cmp(a));
    let found: Vec<f64> = top.numbers("interaction").iter().map(|e| e.abs()).collect();
    assert_eq!(found, strongest[..5]);
}

#[test]
fn a_model_of_one_site_has_no_partners() {
    let bench = Bench::new();
    bench.write("one.fa", ">a\nA\n>b\nC\n>c\nD\n>d\nE\n");
    bench.works("fit one.fa -o one.h5");
    for arguments in ["--rescue A1C", "--partners 1", "--partners A1C"] {
        let run = bench.works(&format!("epistasis one.h5 {arguments}"));
        assert_eq!(run.stdout.lines().count(), 1, "{arguments}");
    }
}

#[test]
fn pairs_name_the_mutants_that_have_none() {
    let bench = Bench::planted();
    let run = bench.works("epistasis m.h5 A24V:R57I A24L G24V:R57I xyz --pairs");
    assert_eq!(run.column("mutant"), ["A24V:R57I"]);
    for words in ["A24L: it has one substitution", "G24V:R57I: ", "xyz: "] {
        assert!(run.stderr.contains(words), "{words}: {}", run.stderr);
    }
}

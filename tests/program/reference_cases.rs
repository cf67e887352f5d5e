//! The tables of public reports, with models of the families that they are about, where these lie beside the checkout.

use crate::support::{Bench, Run, shared};

/// Scores are compared with those of the optimum, and a fit ends before it.
const EXACT: &str = "--tolerance 1e-7";

/// A folder with the model `m.h5` of a family, fitted with these options; `None` where the family is absent.
fn fitted(family: &str, options: &str) -> Option<Bench> {
    let alignment = shared(&format!("data/families/{family}/alignment.a2m.gz"))?;
    let bench = Bench::new();
    bench.works(&format!("fit {} -o m.h5 -q {options}", alignment.display()));
    Some(bench)
}

/// Scores a table of a case; its results have tabs between.
fn scored(bench: &Bench, file: &str, options: &str) -> Run {
    let table = shared(&format!("cases/mutants/{file}")).unwrap();
    bench.run(&format!(
        "score-mutants m.h5 --file {} --format tsv {options}",
        table.display()
    ))
}

/// The scores of some rows are these.
fn near(run: &Run, expected: &[(usize, f64)]) {
    let scores = run.column("potts_score");
    for &(row, score) in expected {
        let found: f64 = scores[row].parse().unwrap();
        assert!(
            (found - score).abs() < 1e-3,
            "row {row}: {found}, not {score}"
        );
    }
}

/// How many rows have each status.
fn count(run: &Run, status: &str) -> usize {
    let statuses = run.column("status");
    statuses.iter().filter(|found| **found == status).count()
}

fn says(run: &Run, code: i32, words: &[&str]) {
    assert_eq!(run.code, code, "{}", run.stderr);
    for word in words {
        assert!(
            run.stderr.contains(word),
            "'{word}' is not said:\n{}",
            run.stderr
        );
    }
}

const THREE: [(usize, f64); 3] = [(0, -6.757_734), (1, -6.760_695), (2, -2.367_178)];

#[test]
fn pten_and_its_tables() {
    let Some(bench) = fitted("PTEN_HUMAN", EXACT) else {
        return;
    };
    for (file, options) in [
        ("05/three.csv", "--against effect"),
        ("06/both.csv", "--against effect"),
        ("07/fitness_singles.txt", "--against fitness"),
        ("11/mac_list.txt", ""),
        ("25/demask.tsv", "--against score"),
    ] {
        let run = scored(&bench, file, options);
        says(&run, 0, &["3 of 3 mutants have a score"]);
        near(&run, &THREE);
    }
    says(&scored(&bench, "07/no_header.txt", ""), 3, &["no header"]);
    let run = scored(&bench, "03/round1.csv", "--against activity");
    near(
        &run,
        &[(0, 0.0), (1, THREE[0].1), (2, THREE[1].1), (3, THREE[2].1)],
    );
    assert!(run.column("note")[1].contains("A34V"));
    let run = scored(&bench, "03/round2.csv", "--against activity");
    assert_eq!(count(&run, "scored"), 3);
    for (file, words) in [
        ("04/assay.csv.zip", "zip archive or an office document"),
        ("04/assay.xlsx", "save a spreadsheet as CSV"),
        ("04/assay.csv.xz", "an xz file"),
    ] {
        says(&scored(&bench, file, ""), 3, &[words]);
    }
    for file in ["12/unquoted.csv", "12/unquoted_trailing.csv"] {
        let run = scored(&bench, file, "--against effect");
        assert_eq!(run.column("status"), ["scored", "unparsable"]);
        assert!(run.column("note")[1].contains("put quotes around it"));
    }
    let run = scored(&bench, "13/hgvs.csv", "--against score");
    let counts = ["unparsable", "indel", "no_substitution", "stop"].map(|s| count(&run, s));
    assert_eq!(counts, [2, 6, 6, 1]);
    assert!(run.column("note")[17].contains("empty"));
    let run = scored(&bench, "25/wt_column.csv", "--against score");
    near(&run, &THREE[..2]);
}

#[test]
fn pten_and_measured_columns() {
    let Some(bench) = fitted("PTEN_HUMAN", EXACT) else {
        return;
    };
    let run = scored(&bench, "10/comma_decimals.csv", "--against score");
    says(&run, 0, &["over 6 rows: potts_score -0.2571"]);
    says(
        &scored(&bench, "10/censored.csv", "--against dG"),
        0,
        &["'>5'"],
    );
    let run = scored(&bench, "20/ddg.csv", "--against ddG");
    says(
        &run,
        0,
        &[
            "potts_score -0.9429",
            "if low values of ddG are the good ones",
        ],
    );
    let run = scored(&bench, "21/with_synonymous.csv", "--against score");
    says(&run, 0, &["over 4 rows: potts_score -0.2000", "0.8076"]);
}

#[test]
fn yap1_and_its_tables() {
    let Some(bench) = fitted("YAP1_HUMAN", EXACT) else {
        return;
    };
    let single = scored(
        &bench,
        "02/sequences.csv",
        "--column sequence --against target",
    );
    assert_eq!(single.column("status"), ["wild_type", "scored", "indel"]);
    let fasta = scored(&bench, "02/variants.fa", "");
    assert_eq!(
        fasta.column("potts_score")[1],
        single.column("potts_score")[1]
    );
    assert_eq!(
        bench
            .works("score-mutants m.h5 Q195A")
            .column("potts_score")[0],
        single.column("potts_score")[1]
    );
    let column = "--column mavedb.post_mapped_hgvs_p --against scores.score";
    near(
        &scored(&bench, "14/accessions.csv", column),
        &[(0, -0.122_833), (1, -3.036_195)],
    );
    let run = scored(&bench, "16/vespa.txt", "--offset 171");
    near(&run, &[(0, -0.122_833)]);
    says(&run, 0, &["3 of 3", "behind 'YAP1_HUMAN_'"]);
    says(&scored(&bench, "16/vespa.txt", ""), 3, &["--offset 171"]);
    near(&scored(&bench, "16/dash.txt", ""), &[(0, -3.766_190)]);
    for (file, words) in [
        ("22/shifted.csv", ["--offset 170", "no mutant has a score"]),
        (
            "22/combo_unread.csv",
            ["outside the target", "no mutant has a score"],
        ),
    ] {
        says(&scored(&bench, file, "--against score"), 3, &words);
    }
}

#[test]
fn yap1_as_two_chains() {
    let Some(bench) = fitted("YAP1_HUMAN", "--chains 15,18 --offset 0,0") else {
        return;
    };
    let list = scored(&bench, "09/individual_list.txt", "");
    says(&list, 0, &["2 of 2 mutants have a score"]);
    let named = bench.works("score-mutants m.h5 A:V1L A:P2A:B:Q1A");
    assert_eq!(list.column("potts_score"), named.column("potts_score"));
    let options = "--column Mutation(s)_cleaned --against ddG";
    let table = scored(&bench, "09/hash_header.csv", options);
    assert_eq!(table.column("potts_score"), named.column("potts_score"));
}

#[test]
fn other_families_and_their_tables() {
    if let Some(bench) = fitted("SPG1_GB1", EXACT) {
        says(
            &scored(&bench, "01/combos.csv", "--against Fitness"),
            3,
            &["--positions P,P,P,P"],
        );
        let run = scored(&bench, "01/combos.csv", "--positions 39,40,41,54");
        assert_eq!(
            run.column("status"),
            ["wild_type", "scored", "scored", "scored"]
        );
        let named = bench.works("score-mutants m.h5 V39W:D40I:G41L:V54D");
        assert_eq!(run.column("potts_score")[2], named.column("potts_score")[0]);
        let run = scored(&bench, "26/wrong_protein.csv", "");
        says(
            &run,
            3,
            &[
                "no offset fits more than chance (4 of 25",
                "the same protein?",
            ],
        );
        assert!(!run.stderr.contains("--offset -"), "{}", run.stderr);
    }
    if let Some(bench) = fitted("PABP_YEAST", "--method independent") {
        let run = scored(&bench, "18/mostly_right.csv", "");
        says(&run, 0, &["5 of 7 mutants have a score"]);
        assert!(!format!("{}{}", run.stdout, run.stderr).contains("--offset"));
    }
}

#[test]
fn families_of_their_own_numbering_or_little_evidence() {
    if let Some(bench) = fitted("BLAT_ECOLX", "--method independent") {
        let run = scored(&bench, "19/ambler.csv", "--offset -2");
        says(
            &run,
            0,
            &[
                "-2 fits 6",
                "-3 fits 2",
                "-4 fits 1",
                "alone fits the other 1",
            ],
        );
        let numbers = shared("cases/mutants/19/numbering.tsv").unwrap();
        let options = format!("--numbering {}", numbers.display());
        says(&scored(&bench, "19/ambler.csv", &options), 0, &["10 of 10"]);
        says(
            &scored(&bench, "19/insertion_codes.txt", ""),
            3,
            &["plain list", "--numbering"],
        );
    }
    if let Some(bench) = fitted("GFP_AEQVI", "--method independent") {
        let run = scored(&bench, "27/unseen.csv", "--against score");
        says(
            &run,
            0,
            &["4 of 5 scored mutants have a residue that no sequence has"],
        );
        assert_eq!(
            run.column("note")
                .iter()
                .filter(|n| n.starts_with("unseen"))
                .count(),
            4
        );
        let all = bench.works("score-mutants m.h5 --all-single");
        let unseen = all
            .column("note")
            .iter()
            .filter(|n| n.contains("unseen"))
            .count();
        assert_eq!(
            unseen + all.column("note").iter().filter(|n| n.is_empty()).count(),
            4503
        );
    }
}

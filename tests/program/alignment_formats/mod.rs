//! Alignments as other programs hand them over: what is left out, chosen or understood, and what is said about it.

mod refused;

use crate::support::{Bench, FAMILY, Run};

/// Name and row of each record.
fn records() -> Vec<(&'static str, &'static str)> {
    let records = FAMILY.split('>').skip(1);
    let records = records.map(|record| record.split_once('\n').unwrap());
    records.map(|(name, row)| (name, row.trim())).collect()
}

/// The family with something done to each row, by its number.
fn with_rows(change: impl Fn(usize, &str) -> String) -> String {
    let rows = records().into_iter().enumerate();
    rows.map(|(n, (name, row))| format!(">{name}\n{}\n", change(n, row)))
        .collect()
}

/// Names up to the first blank, and rows, one a line.
fn named_rows(end: &str) -> String {
    let short = |name: &'static str| name.split(' ').next().unwrap();
    let rows = records().into_iter();
    rows.map(|(name, row)| format!("{:12} {row}{end}\n", short(name)))
        .collect()
}

/// The fit of a file succeeds, and its model has the numbers of that of `family.fa`.
fn same_model(bench: &Bench, file: &str, options: &str) -> Run {
    let run = bench.works(&format!("fit {file} {options} -o other.h5 --force"));
    let (one, other) = (bench.model("family.h5"), bench.model("other.h5"));
    assert!(
        crate::support::same_numbers(&one, &other),
        "{file}: other numbers\n{}",
        run.stderr
    );
    let map = |name: &str| bench.works(&format!("info {name} --map")).stdout;
    assert_eq!(map("other.h5"), map("family.h5"), "{file}");
    run
}

fn says(run: &Run, words: &[&str]) {
    for word in words {
        assert!(
            run.stderr.contains(word),
            "'{word}' is not said:\n{}",
            run.stderr
        );
    }
}

#[test]
fn rows_that_are_no_sequences_are_left_out_of_everything() {
    let bench = Bench::with_model();
    let annotation = ">ss_dssp\n-CEEEHHH\n>ss_pred PSIPRED\nCCEEEHHC\n>ss_conf PSIPRED\n98769876\n>sa_dssp\nABCDABCD\n\
        >aa_dssp\nACDEFGHI\n>Consensus\nACDEFGHI\n>TARGET_consensus\nACDEFGHI\n";
    bench.write(
        "annotated.a3m",
        format!("{annotation}{FAMILY}>dssp\n-CEEHHHC\n"),
    );
    let run = same_model(&bench, "annotated.a3m", "");
    says(
        &run,
        &[
            "left out, as no sequences: ss_dssp, ss_pred PSIPRED, ",
            "and 2 more",
            "6 sequences x 8",
        ],
    );
    let weights = |file: &str| bench.works(&format!("weights {file}")).stdout;
    assert_eq!(weights("annotated.a3m"), weights("family.fa"));
    let plan = bench.works("plan annotated.a3m");
    says(&plan, &["left out, as no sequences"]);
    // A protein may be called so.
    bench.write("protein.fa", FAMILY.replace(">TARGET/10-17", ">ss_adh"));
    let run = bench.works("fit protein.fa -o protein.h5");
    assert!(!run.stderr.contains("left out"), "{}", run.stderr);
}

#[test]
fn a_final_stop_is_dropped() {
    let bench = Bench::with_model();
    let all = with_rows(|_, row| format!("{row}*"));
    let some = with_rows(|n, row| format!("{row}{}", if n == 2 { "*" } else { "" }));
    let target = with_rows(|n, row| format!("{row}{}", if n == 0 { "*--" } else { "---" }));
    let a3m = with_rows(|n, row| match n {
        0 => format!("{row}*"),
        1 => format!("{row}gg-"),
        _ => format!("{row}-"),
    });
    for (name, text, count) in [
        ("all.fa", all, "6 sequences is dropped"),
        ("some.fa", some, "a sequence is dropped"),
        ("target.fa", target, "a sequence is dropped"),
        ("stop.a3m", a3m, "a sequence is dropped"),
        (
            "stop.sto",
            format!("# STOCKHOLM 1.0\n{}//\n", named_rows("*")),
            "6 sequences",
        ),
    ] {
        bench.write(name, &text);
        let options = if name.ends_with("sto") {
            "--offset 9"
        } else {
            ""
        };
        let run = same_model(&bench, name, options);
        says(&run, &[count, "dropped 0 with unknown letters"]);
    }
    let within = with_rows(|n, row| {
        if n == 1 {
            row.replacen('D', "*", 1)
        } else {
            row.into()
        }
    });
    bench.write("within.fa", within);
    says(
        &bench.works("fit within.fa -o w.h5"),
        &["unknown letters (* 1)"],
    );
}

#[test]
fn one_of_several_alignments_is_chosen() {
    let bench = Bench::with_model();
    let other = ">second\nACDE\n>b\nACDF\n>c\nAC-F\n";
    bench.write("nul.a3m", format!("{FAMILY}\0"));
    says(
        &same_model(&bench, "nul.a3m", ""),
        &["6 sequences x 8 columns"],
    );
    bench.write("two.a3m", format!("{FAMILY}\0{other}\0"));
    let sto = |rows: &str| format!("# STOCKHOLM 1.0\n{rows}//\n");
    bench.write(
        "two.sto",
        sto(&named_rows("")) + &sto("second ACDE\nb ACDF\nc AC-F\n"),
    );
    for file in ["two.a3m", "two.sto"] {
        bench.fails(
            &format!("fit {file} -o x.h5"),
            3,
            &[
                "record 'second'",
                "the file holds 2",
                "choose one with --query N",
            ],
        );
        says(
            &same_model(&bench, file, "--query 1"),
            &["alignment 1 of 2, from 'TARGET/10-17"],
        );
        let run = bench.works(&format!("fit {file} --query 2 -o second.h5 --force"));
        says(
            &run,
            &["alignment 2 of 2, from 'second' in line", "3 sequences x 4"],
        );
        let rows = bench.works(&format!("weights {file} --query 2")).stdout;
        assert_eq!(rows.lines().count(), 4, "{rows}");
        bench.works(&format!("plan {file} --query 2"));
        bench.works(&format!(
            "contacts {file} --query 2 --min-separation 1 --top all"
        ));
        bench.fails(
            &format!("fit {file} --query 3 -o x.h5"),
            3,
            &["no alignment 3", "holds 2"],
        );
    }
    bench.fails("fit two.a3m --query 0 -o x.h5", 2, &["--query"]);
    bench.fails("contacts family.h5 --query 1", 2, &["family.h5 is a model"]);
}

#[test]
fn case_that_says_nothing_is_recognised() {
    let bench = Bench::with_model();
    bench.write("lower.fa", with_rows(|_, row| row.to_lowercase()));
    says(
        &same_model(&bench, "lower.fa", ""),
        &["are residues, not insertions: no sequence has an upper-case letter"],
    );
    let masked = with_rows(|n, row| match n {
        0 => format!("{}{}", row[..4].to_lowercase(), &row[4..]),
        _ => row.into(),
    });
    bench.write("masked.fa", &masked);
    says(
        &same_model(&bench, "masked.fa", ""),
        &["are residues, not insertions: 5 of 5 other sequences"],
    );
    let inserting = masked.replace(">A/1-8\nA", ">A/1-8\nggA");
    if inserting != masked {
        bench.write("masked.a3m", inserting);
        says(
            &same_model(&bench, "masked.a3m", ""),
            &["lower-case letters of 'TARGET"],
        );
    }
    // The user knows better.
    let run = bench.works("fit masked.fa --input-format a2m -o asked.h5");
    says(&run, &["4 of its 8 residues modelled"]);
}

/// The family as other programs write it.
#[test]
fn other_formats_give_the_same_model() {
    let bench = Bench::with_model();
    let pir: String = records()
        .iter()
        .map(|(name, row)| format!(">P1;{name}\na protein - some species\n{row}*\n"))
        .collect();
    let names = |line: &dyn Fn(&str) -> String| -> String {
        let rows = records().into_iter();
        rows.map(|(name, _)| line(name.split(' ').next().unwrap()))
            .collect()
    };
    let head = names(&|name| format!(" Name: {name} Len: 8 Check: 1 Weight: 1.0\n"));
    let msf = format!(
        "PileUp\n\n MSF: 8 Type: P Check: 1 ..\n\n{head}\n//\n\n{}",
        named_rows("")
    );
    let nexus = format!(
        "#NEXUS\nbegin data;\ndimensions ntax=6 nchar=8;\nformat datatype=protein gap=-;\nmatrix\n{};\nend;\n",
        named_rows("")
    );
    for (name, text, format) in [
        ("a.pir", pir, "PIR"),
        ("a.msf", msf, "MSF"),
        ("a.phy", format!(" 6 8\n{}", named_rows("")), "PHYLIP"),
        ("a.nex", nexus, "NEXUS"),
    ] {
        bench.write(name, &text);
        says(
            &same_model(&bench, name, ""),
            &[&format!("({format}, 6 sequences x 8")],
        );
        same_model(
            &bench,
            name,
            &format!("--input-format {}", format.to_lowercase()),
        );
    }
}

#[test]
fn comments_and_blanks_between_records_are_skipped() {
    let bench = Bench::new();
    let commented = FAMILY.replacen(">", "; of a batch\n  >", 2) + "# the end\n";
    bench.write("commented.fa", commented);
    let run = bench.works("fit commented.fa -o commented.h5");
    says(
        &run,
        &[
            "2 lines of comments are skipped, from line 4 on",
            "6 sequences x 8",
        ],
    );
}

#[test]
fn trees_behind_a_phylip_alignment_are_left_out() {
    let bench = Bench::with_model();
    let trees = "(TARGET/10-17,((b,c),(d,e),f));\n";
    bench.write("trees.phy", format!(" 6 8\n{}1\n{trees}", named_rows("")));
    says(
        &same_model(&bench, "trees.phy", ""),
        &[
            "the trees behind the alignment, from line 8 on, are left out",
            "6 sequences x 8",
        ],
    );
}

//! Inputs that would take more memory than there may be taken.

use crate::support::{Bench, gzip};

/// Runs a line of bash in which no process may take so many megabytes of memory; the exit code and what was said.
fn within(bench: &Bench, megabytes: u32, line: &str) -> (Option<i32>, String) {
    // What is mapped counts, too: the libraries of the program take some 300 MB of addresses.
    let kilobytes = (megabytes + 700) * 1024;
    let output = bench.script(&format!(
        "ulimit -v {kilobytes}; export OPENBLAS_NUM_THREADS=1; potts {line}"
    ));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.code(), said)
}

#[test]
fn reading_and_unpacking_keep_to_the_memory_that_may_be_used() {
    let bench = Bench::new();
    let row = "A".repeat(120_000_000);
    let text = format!(">a\n{row}\n>b\nAAA\n");
    bench.write("bomb.fa.gz", gzip(&text));
    let (code, said) = within(&bench, 300, "fit bomb.fa.gz -o x.h5 -q --max-memory 100MB");
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("unpack to more than 50 MB"), "{said}");
    bench.write("plain.fa", &text);
    let (code, said) = within(&bench, 300, "fit plain.fa -o x.h5 -q --max-memory 100MB");
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("240 MB") && said.contains("100 MB"), "{said}");
    let (code, said) = within(
        &bench,
        300,
        "fit - -o x.h5 -q --max-memory 100MB < plain.fa",
    );
    assert_eq!(code, Some(1), "{said}");
    let (code, said) = within(
        &bench,
        300,
        "fit <(cat plain.fa) -o x.h5 -q --max-memory 100MB",
    );
    assert_eq!(code, Some(1), "{said}");
    bench.write("w.gz", gzip("1\n".repeat(60_000_000)));
    let weights = "fit family.fa -o x.h5 -q --weights w.gz --max-memory 100MB";
    let (code, said) = within(&bench, 300, weights);
    assert_eq!(code, Some(3), "{said}");
}

#[test]
fn rows_that_are_dropped_count_while_they_are_read() {
    let bench = Bench::new();
    let mut text = String::from(">a\n");
    text += &"ACDEFGHIKL".repeat(10);
    for k in 0..20_000 {
        // Most of them gaps: too little coverage.
        text += &format!("\n>b{k}\nWK{}", "-".repeat(98));
    }
    for k in 0..50 {
        text += &format!("\n>c{k}\n{}{}", "ACDEFGHIKV".repeat(9), "ACDEFGHIKL");
    }
    bench.write("dropped.fa", &text);
    let size = text.len() as u64;
    let fit = "fit dropped.fa -o x.h5 --method independent --timings";
    let run = bench.works(fit);
    let said = run.stderr.lines().find(|line| line.contains("of memory"));
    let expected = (18_000_000 + 2 * size) / 1_000_000;
    assert!(
        said.unwrap().contains(&format!("{expected} MB")),
        "{expected} {}",
        run.stderr
    );
    let refused = format!("{fit} --force --max-memory {}", 2 * size - 1);
    let (code, said) = within(&bench, 300, &refused);
    assert_eq!(code, Some(1), "{said}");
    // A batch gives its items what they need for it.
    bench.write("list", "dropped.fa\n");
    bench.works("fit --batch list --out-dir d --method independent --max-memory 30MB");
}

#[test]
fn a_line_of_too_many_cells_is_refused() {
    let bench = Bench::with_model();
    bench.write(
        "wide.csv",
        format!("mutant{}\nA10C\n", ",a".repeat(2_000_000)),
    );
    for command in [
        "score-mutants family.h5 --file wide.csv",
        "score-mutants family.h5 A10C --numbering wide.csv",
        "fit family.fa -o x.h5 --weights wide.csv",
    ] {
        let (code, said) = within(&bench, 300, command);
        assert_eq!(code, Some(3), "{command}: {said}");
        assert!(said.contains("wide.csv, line 1"), "{said}");
    }
}

#[test]
fn many_columns_are_refused_before_they_take_memory() {
    let bench = Bench::new();
    let row = "ACDEFGHIKL".repeat(300_000);
    bench.write("wide.fa", format!(">a\n{row}\n>b\n{row}\n>c\n{row}\n"));
    for method in ["plm", "plm-asymmetric", "mean-field", "independent"] {
        let fit = format!("fit wide.fa -o x.h5 -q --method {method} --max-memory 1GB");
        let (code, said) = within(&bench, 600, &fit);
        assert_eq!(code, Some(1), "{method}: {said}");
        assert!(
            said.contains("3000000 columns") && said.contains("6.0 GB"),
            "{said}"
        );
    }
}

#[test]
fn what_has_no_line_ends_is_no_table_and_no_list() {
    let bench = Bench::with_model();
    bench.write("long", "A10C,".repeat(4_000_000));
    for (line, words) in [
        (
            "score-mutants family.h5 --file long",
            "a line of more than 16 MB",
        ),
        ("fit --batch long --out-dir d", "a line of 20000000 bytes"),
        ("batch-status none long", "a line of 20000000 bytes"),
    ] {
        let (code, said) = within(&bench, 400, line);
        assert_eq!(code, Some(3), "{line}: {said}");
        assert!(said.contains(words), "{line}: {said}");
    }
    let sequence = format!(">a\n{}\n", "ACDEFGHIKL\n".repeat(3_000_000));
    bench.write("long.fa", sequence);
    let (code, said) = within(&bench, 400, "score-mutants family.h5 --file long.fa");
    assert_eq!(code, Some(3), "{said}");
}

#[test]
fn lists_that_unpack_to_what_no_list_is_are_refused() {
    let bench = Bench::with_model();
    bench.write("long.gz", gzip("a.fa\n".repeat(1_100_000)));
    bench.write("large.gz", gzip(vec![b'\n'; 80 << 20]));
    for (list, word) in [
        ("long.gz", "1100000 lines"),
        ("large.gz", "more than 67 MB"),
    ] {
        let (code, said) = within(&bench, 300, &format!("fit --batch {list} --out-dir d"));
        assert_eq!(code, Some(3), "{said}");
        assert!(said.contains(word), "{said}");
    }
    let numbered = "score-mutants family.h5 A10C --numbering large.gz";
    let (code, said) = within(&bench, 300, numbered);
    assert_eq!(code, Some(3), "{said}");
    assert!(said.contains("more than 17 MB"), "{said}");
}

//! Alignments as people really have them, after public reports: what is right for each is told here.

use crate::support::{Bench, Run, checkout, data};

/// A folder with the files of a case.
fn case(name: &str) -> Bench {
    let bench = Bench::new();
    for entry in std::fs::read_dir(checkout("tests/data/cases").join(name)).unwrap() {
        let path = entry.unwrap().path();
        bench.write(
            path.file_name().unwrap().to_str().unwrap(),
            std::fs::read(&path).unwrap(),
        );
    }
    bench
}

/// The fields of the log of a fit to `file`, and a model `m.h5`.
fn fitted(bench: &Bench, file: &str, options: &str) -> String {
    bench
        .works(&format!("fit {file} -o m.h5 --force {options}"))
        .stderr
}

/// The table of what was modelled: letters in a row, first and last number.
fn modelled(bench: &Bench) -> (String, String, String) {
    let run = bench.works("info m.h5 --map");
    let (letters, numbers) = (run.column("letter").concat(), run.column("position"));
    (
        letters,
        numbers[0].to_owned(),
        numbers[numbers.len() - 1].to_owned(),
    )
}

fn says(log: &str, words: &[&str]) {
    for word in words {
        assert!(log.contains(word), "'{word}' is not said:\n{log}");
    }
}

const TARGET: &str = "ALFGDCPVNTVELYVKTSDDASRIKGENDMAYRWRLTLTT";

#[test]
fn rows_that_are_no_sequences_are_left_out() {
    let bench = case("01");
    let log = fitted(&bench, "annotated.a3m", "");
    says(
        &log,
        &["target", "ss_dssp", "ss_pred", "ss_conf", "Consensus"],
    );
    assert_eq!(modelled(&bench), (TARGET.into(), "1".into(), "40".into()));
    let first = bench.model("m.h5");
    let text = bench.read("annotated.a3m");
    let bare: String = text.split_inclusive('>').collect::<String>();
    let records = bare.split('>').skip(1);
    let rows = records.filter(|record| {
        let name = record.split_whitespace().next().unwrap();
        !["ss_dssp", "ss_pred", "ss_conf", "Consensus"].contains(&name)
    });
    let rows: String = rows.map(|record| format!(">{record}")).collect();
    bench.write("bare.a3m", rows);
    fitted(&bench, "bare.a3m", "");
    assert!(crate::support::same_numbers(&bench.model("m.h5"), &first));
    let kept = |file: &str| bench.works(&format!("weights {file}")).column("name").len();
    assert_eq!(kept("annotated.a3m"), kept("bare.a3m"));
}

#[test]
fn a_final_stop_is_no_residue() {
    let bench = case("02");
    for (file, options) in [
        ("stop_in_target.fa", ""),
        ("stop_everywhere.fa", ""),
        ("stop_everywhere.fa", "--unknown gap"),
    ] {
        let log = fitted(&bench, file, options);
        says(&log, &["40 of its 40 residues modelled", "30 kept"]);
        assert_eq!(modelled(&bench).0, TARGET);
        bench.works("info m.h5");
        bench.works("contacts m.h5 --min-separation 1");
        bench.works("score-mutants m.h5 L2A");
    }
}

#[test]
fn a_nul_at_the_end_is_nothing() {
    let bench = case("03");
    let log = fitted(&bench, "nul_at_end.a3m", "");
    says(&log, &["A3M, 30 sequences x 40 columns"]);
    let mut two = std::fs::read(bench.path("nul_at_end.a3m")).unwrap();
    let second: Vec<u8> = bench
        .read("family.fa")
        .replace("TARGET", "query2")
        .into_bytes();
    two.extend(&second);
    two.push(0);
    bench.write("two.a3m", &two);
    bench.fails("fit two.a3m -o x.h5", 3, &["query2", "--query"]);
    says(
        &fitted(&bench, "two.a3m", "--query 2"),
        &["query2", "6 sequences x 8 columns"],
    );
    says(
        &fitted(&bench, "two.a3m", "--query 1"),
        &["30 sequences x 40 columns"],
    );
}

#[test]
fn the_first_line_of_colabfold_declares_the_chains() {
    let bench = case("04");
    let log = fitted(&bench, "paired.a3m", "");
    says(&log, &["chains A 1 to 40, B 1 to 20", "--chains none"]);
    let contacts = bench.works("contacts m.h5 --top all");
    let (i, j) = (contacts.column("i"), contacts.column("j"));
    let pairs = i.iter().zip(&j).zip(contacts.column("probability"));
    for ((i, j), probability) in pairs {
        let is_between = i.starts_with("A:") && j.starts_with("B:");
        assert_eq!(probability.is_empty(), is_between, "{i} {j}");
    }
    let declared = bench.model("m.h5");
    fitted(&bench, "paired.a3m", "--chains 40,20");
    assert!(crate::support::same_numbers(
        &bench.model("m.h5"),
        &declared
    ));
    let log = fitted(&bench, "paired.a3m", "--chains none");
    says(&log, &["positions 1 to 60"]);
}

/// Rows, by their names, and their weights.
fn weights<'r>(run: &'r Run, begins: &str) -> Vec<f64> {
    let names = run.column("name");
    let all = names.iter().zip(run.column("weight"));
    let own = all.filter(|(name, _)| name.starts_with(begins));
    own.map(|(_, weight): (&&'r str, &'r str)| weight.parse().unwrap())
        .collect()
}

#[test]
fn rows_of_one_chain_count_by_their_chain() {
    let bench = case("05");
    let log = fitted(&bench, "paired_and_unpaired.a3m", "");
    says(&log, &["142 kept", "60.0 with A and B"]);
    let log = fitted(&bench, "short_chain.fa", "--chains 76,19");
    says(&log, &["340 kept", "39.0 with A and B"]);
    let run = bench.works("weights short_chain.fa --chains 76,19");
    let kept = run.column("kept");
    assert!(kept.iter().all(|word| *word == "yes"));
    let text = bench.read("short_chain.fa");
    let of_b = text.split('>').filter(|record| {
        record
            .split_once('\n')
            .is_some_and(|(_, row)| row.starts_with(&"-".repeat(76)))
    });
    let names: Vec<&str> = of_b
        .map(|record| record.split_whitespace().next().unwrap())
        .collect();
    assert_eq!(names.len(), 150);
    let votes: f64 = names.iter().map(|name| weights(&run, name)[0]).sum();
    assert!((votes - 139.0).abs() < 1.0, "{votes}");
    let info = bench.json("info m.h5");
    let chains = info["chain_neff"].as_array().unwrap();
    assert_eq!(chains.len(), 3);
    let of_b = chains
        .iter()
        .find(|entry| entry["chains"] == serde_json::json!(["B"]))
        .unwrap();
    assert!((of_b["neff"].as_f64().unwrap() - votes - 39.0).abs() < 1.0);
}

#[test]
fn case_that_says_nothing_is_not_asked() {
    let bench = case("06");
    let log = fitted(&bench, "lower_protein.fa", "");
    says(&log, &["40 of its 40 residues modelled", "lower"]);
    assert_eq!(modelled(&bench), (TARGET.into(), "1".into(), "40".into()));
    let lower = bench.model("m.h5");
    let text = bench.read("lower_protein.fa");
    let upper = text.lines().map(|line| match line.starts_with('>') {
        true => line.to_owned(),
        false => line.to_ascii_uppercase(),
    });
    bench.write("upper.fa", upper.collect::<Vec<_>>().join("\n"));
    fitted(&bench, "upper.fa", "");
    assert!(crate::support::same_numbers(&bench.model("m.h5"), &lower));
}

#[test]
fn titles_of_pir_files_are_no_residues() {
    let bench = case("08");
    for options in ["", "--unknown gap"] {
        let log = fitted(&bench, "nbrf.pir", options);
        says(&log, &["PIR", "30 sequences x 40 columns"]);
        assert_eq!(modelled(&bench).0, TARGET);
    }
}

#[test]
fn without_evidence_no_pair_is_likelier_than_any_other() {
    let bench = case("09");
    for (file, neff) in [("copies.fa", "1.0"), ("two_sequences.fa", "2.0")] {
        fitted(&bench, file, "");
        let contacts = bench.works("contacts m.h5 --top all");
        assert!(!contacts.column("z").is_empty());
        assert!(contacts.column("z").iter().all(|cell| cell.is_empty()));
        // That of any pair of a chain of 76: exp(1.08578 - .924756 ln 76).
        let found = contacts.column("probability");
        assert!(found.iter().all(|cell| *cell == "0.0540"), "{file}");
        assert_eq!(contacts.stderr.matches("warning").count(), 1);
        let depth = format!("Neff = {neff} is below the 30");
        says(
            &contacts.stderr,
            &[&depth, "z is left empty", "calibrated from Neff = 5 on"],
        );
        let alone = bench.works("contacts m.h5 --top all --score apc");
        assert!(
            alone
                .column("probability")
                .iter()
                .all(|cell| cell.is_empty())
        );
        says(&alone.stderr, &["z and probability are left empty"]);
    }
    fitted(&bench, "copies.fa", "--no-reweighting");
    let contacts = bench.works("contacts m.h5 --top all");
    says(&contacts.stderr, &["couplings differ by rounding only"]);
    assert!(contacts.column("z").iter().all(|cell| cell.is_empty()));
}

#[test]
fn a_range_of_the_other_strand_numbers_nothing() {
    let bench = case("11");
    let log = fitted(&bench, "minus_strand.fa", "");
    says(&log, &["123462-123361", "backwards", "positions 1 to 102"]);
    assert_eq!(log.matches("warning").count(), 1);
}

#[test]
fn fields_between_pipes_are_names() {
    let bench = case("13");
    for name in [
        "P12345",
        "DYR_ECOLI",
        "sp|P12345|DYR_ECOLI",
        "sp|P12345|DYR_ECOLI/1-40",
    ] {
        let log = fitted(&bench, "pipes.fa", &format!("--focus {name}"));
        says(
            &log,
            &["target  sp|P12345|DYR_ECOLI/1-40", "positions 1 to 40"],
        );
    }
    bench.fails(
        "fit pipes.fa --focus DYR -o x.h5",
        3,
        &[
            "no sequence is called 'DYR'",
            "nearest names are 'sp|P12345|DYR_ECOLI/1-40",
        ],
    );
}

#[test]
fn comments_and_blanks_between_records_are_no_sequences() {
    let bench = case("14");
    for file in ["blank_before_header.fa", "semicolon.fa"] {
        let run = bench.run(&format!("fit {file} -o m.h5 --force"));
        assert!(
            !run.stderr.contains("align the sequences first"),
            "{}",
            run.stderr
        );
        match run.code {
            0 => says(&run.stderr, &["30 sequences x 40 columns"]),
            code => {
                assert_eq!(code, 3);
                says(&run.stderr, &["line"]);
            }
        }
    }
}

#[test]
fn a_log_without_a_reader_ends_no_fit() {
    let bench = case("04");
    let script = "(potts fit paired.a3m -o m.h5; echo \"rc $?\" > rc) 2>&1 | head -1; cat rc";
    let output = bench.script(script);
    assert!(String::from_utf8_lossy(&output.stdout).ends_with("rc 0\n"));
    bench.works("info m.h5");
}

#[test]
fn a_structure_chooses_the_target() {
    let bench = Bench::new();
    let structure = data("planted.cif").display().to_string();
    let family = std::fs::read_to_string(data("planted.a2m")).unwrap();
    let records: Vec<&str> = family[1..].split("\n>").collect();
    // The target of the planted family stands behind the others, of which some are copies of it.
    let letters = |record: &str| {
        let row = record.split_once('\n').unwrap().1.bytes();
        row.filter(u8::is_ascii_uppercase).collect::<Vec<_>>()
    };
    let target = letters(records[0]);
    let others = records[1..200].iter().filter(|r| letters(r) != target);
    let rows: Vec<&&str> = others.chain(&records[..1]).collect();
    let text: Vec<String> = rows
        .iter()
        .map(|row| format!(">{}\n", row.trim()))
        .collect();
    bench.write("db.fa", text.concat());
    let fitted = bench.works(&format!(
        "weights db.fa -o w.txt --focus-structure {structure}:A"
    ));
    let name = records[0].split_whitespace().next().unwrap();
    let said = format!(
        "target: {name}, sequence {}, 100 % identical to chain A",
        rows.len()
    );
    assert!(fitted.stderr.contains(&said), "{}", fitted.stderr);

    let wrong = bench.run(&format!(
        "weights db.fa -o v.txt --focus-structure {structure}:Q"
    ));
    assert_eq!(wrong.code, 2, "{}", wrong.stderr);
    assert!(
        wrong.stderr.contains("--focus-structure"),
        "{}",
        wrong.stderr
    );
    bench.write(
        "other.fa",
        ">a\nWWWWHHHHPPPPGGGGWWWW\n>b\nWWWWHHHHPPPPGGGGWWWH\n",
    );
    let unlike = bench.run(&format!(
        "weights other.fa -o v.txt --focus-structure {structure}"
    ));
    assert_eq!(unlike.code, 3, "{}", unlike.stderr);
    assert!(unlike.stderr.contains("planted.cif"), "{}", unlike.stderr);
    bench.fails(
        &format!("weights db.fa --focus-structure {structure} --target foo"),
        2,
        &["--target"],
    );
    // Three residues are alike by chance.
    bench.write("short.fa", ">a\nALF\n>b\nALG\n");
    let short = bench.run(&format!("weights short.fa --focus-structure {structure}"));
    assert_eq!(short.code, 3, "{}", short.stderr);
}

#[test]
fn a_stray_character_in_an_a3m_with_insertions_is_named() {
    let bench = Bench::new();
    for (name, stray) in [
        ("dash", "\u{2013}".as_bytes()),
        ("dot", "\u{2022}".as_bytes()),
    ] {
        let mut text = b">t\nACDEFGHIKL\n>a\nACDkkEFGHIKL\n>b\nAC".to_vec();
        text.extend_from_slice(stray);
        text.extend_from_slice(b"EFGHIKL\n>c\nACDEFGHqIKL\n");
        let file = format!("{name}.a3m");
        bench.write(&file, text);
        bench.fails(&format!("fit {file} -o x.h5"), 3, &["line 6", "'b'"]);
    }
}

#[test]
fn an_archive_is_no_model() {
    let bench = Bench::new();
    let mut zip = b"PK\x03\x04".to_vec();
    zip.extend_from_slice(&[0; 22]);
    zip.extend_from_slice(&[6, 0, 0, 0]);
    zip.extend_from_slice(b"al.csv and so on");
    bench.write("al.csv.zip", zip);
    bench.fails("fit al.csv.zip -o x.h5", 3, &["zip archive", "unpack"]);
    bench.fails("info al.csv.zip", 3, &["zip archive", "unpack"]);
}

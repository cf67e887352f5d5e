//! Alignments in every format and packing, their names and their columns.

use crate::support::{Bench, FAMILY, gzip};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};
use std::fs;

#[test]
fn gzip_standard_input_and_names() {
    let bench = Bench::new();
    bench.write("packed.a2m.gz", gzip(FAMILY));
    assert_eq!(bench.run("fit packed.a2m.gz -q").code, 0);
    assert!(bench.path("packed.h5").exists());
    let run = bench.run_with_input("fit - -o piped.h5 -q", FAMILY);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(bench.path("piped.h5").exists());
    bench.fails("fit -", 2, &["-o MODEL.h5"]);
}

#[test]
fn what_looks_wrong_is_said() {
    let bench = Bench::new();
    bench.write("range.fa", FAMILY.replace("10-17", "10-30"));
    bench.write("target_x.fa", FAMILY.replacen("ACDEFGHI", "ACXEFGHI", 1));
    bench.write("dna.fa", ">a\nACGTACGT\n>b\nACGTACGA\n>c\nACCTACGA\n");
    for (arguments, words) in [
        (
            "fit range.fa",
            &["10-30, 21 residues", "has 8", "--offset"][..],
        ),
        (
            "fit target_x.fa",
            &[
                "dropped 1 with unknown letters (X 1)",
                "the target itself was dropped",
            ],
        ),
        (
            "fit target_x.fa --unknown gap",
            &["letters counted as gaps: X 1"],
        ),
        ("fit dna.fa", &["DNA, L = 8 sites, q = 4 states"]),
        ("fit dna.fa --alphabet protein", &["protein, L = 8"]),
        ("fit family.fa --lambda-j 0.01", &["0.01x is that multiple"]),
        (
            "contacts family.fa --min-separation 50",
            &["50 or more apart (at most 7)"],
        ),
    ] {
        let run = bench.run(&format!(
            "{arguments}{}",
            if arguments.starts_with("fit") {
                " --force"
            } else {
                ""
            }
        ));
        assert_eq!(run.code, 0, "{}", run.stderr);
        for word in words {
            assert!(
                run.stderr.contains(word),
                "potts {arguments} does not say '{word}':\n{}",
                run.stderr
            );
        }
    }
    for arguments in ["family.fa", "range.fa --offset 9"] {
        let run = bench.run(&format!("fit {arguments} --force"));
        assert!(!run.stderr.contains("warning"), "{}", run.stderr);
    }
}

/// The numbering is in the first word of a name; what follows is a description.
#[test]
fn a_slash_in_a_description_numbers_nothing() {
    let bench = Bench::new();
    for description in ["domain 1/2-9", "[subseq from] Serine/threonine kinase"] {
        let name = format!("TARGET/10-17 {description}");
        bench.write("a.fa", FAMILY.replace("TARGET/10-17 the target", &name));
        let run = bench.run("fit a.fa --force --write-alignment a.a2m");
        assert!(run.stderr.contains("positions 10 to 17"), "{}", run.stderr);
        let run = bench.run("fit a.a2m --force --offset 4 --write-alignment b.a2m");
        assert!(run.stderr.contains("positions 5 to 12"), "{}", run.stderr);
        let again = fs::read_to_string(bench.path("b.a2m")).unwrap();
        assert!(again.starts_with(">TARGET/5-12\n"), "{again}");
        for focus in ["TARGET", "TARGET/10-17"] {
            let run = bench.run(&format!("fit a.fa --force --focus {focus}"));
            assert_eq!(run.code, 0, "{}", run.stderr);
        }
    }
    bench.fails(
        "fit a.fa --force --no-focus --target OTHER",
        3,
        &["no sequence is called 'OTHER'", "up to its first blank"],
    );
}

/// The same family in every format gives the same contacts.
#[test]
fn every_format_gives_the_same_model() {
    let bench = Bench::new();
    let records: Vec<(String, String)> = FAMILY
        .split('>')
        .skip(1)
        .map(|record| record.split_once('\n').unwrap())
        .map(|(name, row)| (name.to_owned(), row.trim().to_owned()))
        .collect();
    let joined = |line: &dyn Fn(&str, &str) -> String| -> String {
        records.iter().map(|(name, row)| line(name, row)).collect()
    };
    let short = |name: &str| name.split(' ').next().unwrap().to_owned();
    let insert = |row: &str| row.replacen("CD", "CggD", 1);
    bench.write(
        "a.a3m",
        joined(&|name, row| {
            format!(
                ">{name}\n{}\n",
                if name.len() > 3 {
                    row.into()
                } else {
                    insert(row)
                }
            )
        }),
    );
    let blocks = |from: usize, to: usize| {
        joined(&|name, row| format!("{:20} {}\n", short(name), &row[from..to]))
    };
    bench.write(
        "a.sto",
        format!("# STOCKHOLM 1.0\n\n{}\n{}//\n", blocks(0, 5), blocks(5, 8)),
    );
    bench.write("a.aln", joined(&|_, row| format!("{row}\n")));
    bench.write(
        "a.clustal",
        format!("CLUSTAL\n\n{}\n{}", blocks(0, 5), blocks(5, 8)),
    );
    let contacts = |arguments: &str| {
        let run = bench.run(&format!(
            "contacts {arguments} --min-separation 1 --top all"
        ));
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stdout
    };
    let expected = contacts("family.fa");
    assert_eq!(contacts("a.a3m"), expected);
    assert_eq!(contacts("a.sto"), expected);
    assert_eq!(contacts("a.clustal"), expected);
    assert_eq!(contacts("a.clustal --input-format clustal"), expected);
    assert_eq!(contacts("a.a3m --input-format a3m"), expected);
    // Without names there is no numbering: the first row is the target, counted from 1.
    let columns = |table: &str| -> Vec<String> {
        table
            .lines()
            .map(|line| line.split('\t').skip(5).collect::<Vec<_>>().join(" "))
            .collect()
    };
    assert_eq!(columns(&contacts("a.aln")), columns(&expected));
}

#[test]
fn the_format_may_be_named() {
    let bench = Bench::new();
    let with_insertion = FAMILY.replace("CD", "CgD").replace("CN", "C.N");
    bench.write("family.a3m", with_insertion.as_bytes());
    let fit = |arguments: &str| {
        let run = bench.run(&format!("fit {arguments} -o m.h5 --force"));
        assert_eq!(run.code, 0, "{}", run.stderr);
        run.stderr
    };
    assert!(fit("family.a3m").contains("(A2M, 6 sequences x 9 columns)"));
    assert!(fit("family.a3m --input-format a3m").contains("(A3M, 6 sequences x 8 columns)"));
    assert!(fit("family.fa --input-format fasta").contains("(FASTA, 6"));
    bench.write("bare.txt", "AC-D\nACED\nACEE\n");
    for name in ["one-a-line", "aln"] {
        assert!(fit(&format!("bare.txt --input-format {name}")).contains("one sequence a line"));
    }
    bench.fails(
        "fit family.fa --input-format stockholm",
        3,
        &[
            "read as Stockholm, but it begins like FASTA",
            "--input-format",
        ],
    );
    bench.write("ragged.a3m", ">a\nACD\n>b\nAggCD\n");
    bench.fails(
        "contacts ragged.a3m --input-format a2m",
        3,
        &["line 3, record 'b'", "--input-format a3m"],
    );
    bench.fails("fit family.fa --input-format mega", 2, &["clustal"]);
    assert_eq!(bench.run("fit family.fa -q").code, 0);
    bench.fails(
        "contacts family.h5 --input-format fasta",
        2,
        &["family.h5 is a model"],
    );
}

/// A family in Stockholm format: `marked.sto` with a reference line, `plain.sto` without, `short.sto` with one that is too short.
fn with_reference_lines() -> Bench {
    let bench = Bench::new();
    let rows = [
        "ACDe-FGHI",
        "ACDEyFGHK",
        "AC-DyFGHK",
        "TCDD.YGHI",
        "TCDE.YGHI",
    ];
    let names = ["T/10-17", "b", "c", "d", "e"];
    let lines: String = names
        .iter()
        .zip(rows)
        .map(|(n, r)| format!("{n:8} {r}\n"))
        .collect();
    bench.write(
        "marked.sto",
        format!("# STOCKHOLM 1.0\n{lines}#=GC RF  xxxx.xxx.\n//\n"),
    );
    bench.write("plain.sto", format!("# STOCKHOLM 1.0\n{lines}//\n"));
    bench.write(
        "short.sto",
        format!("# STOCKHOLM 1.0\n{lines}#=GC RF xx\n//\n"),
    );
    bench
}

#[test]
fn match_columns_of_a_reference_line() {
    let bench = with_reference_lines();
    let says = |arguments: &str, words: &str| {
        let run = bench.run(&format!("fit marked.sto -o m.h5 --force {arguments}"));
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stderr.contains(words), "{arguments}:\n{}", run.stderr);
    };
    // The other sequences have upper-case letters or '-' where the target has a lower-case one: it is no insertion.
    says("", "positions 10 to 17, 8 of its 8 residues modelled\n");
    says(
        "--columns reference",
        "7 of its 8 residues modelled (match columns of #=GC RF)",
    );
    let map = bench.run("info m.h5 --map").stdout;
    assert_eq!(map.lines().nth(4), Some("4\t13\tE\t1"));
    assert_eq!(map.lines().last(), Some("9\t17\tI\t0"));
    says(
        "--columns reference --no-focus",
        "every match column of #=GC RF is modelled, numbered 1 to 7",
    );
    says(
        "--no-focus",
        "2 columns are insertions by the reference line",
    );
    says("--columns reference --no-focus --target b", "mutants of b");
    says(
        "--columns reference --no-focus --max-column-gap 0.1",
        "6 of 7 match columns of #=GC RF are modelled, numbered 1 to 7",
    );
    says(
        "--no-focus --target b --max-column-gap 0.5",
        "8 of 9 columns are modelled, numbered 1 to 9; mutants of b",
    );
    let run = bench.run("fit marked.sto -o m.h5 --force -q --json --columns reference");
    let summary: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(
        (&summary["columns"], &summary["sites"]),
        (&"reference".into(), &7.into())
    );
}

#[test]
fn reference_lines_that_are_not_there_or_too_short() {
    let bench = with_reference_lines();
    for file in ["plain.sto", "family.fa"] {
        bench.fails(
            &format!("fit {file} -o x.h5 --columns reference"),
            3,
            &[file, "no reference line (#=GC RF)", "--columns reference"],
        );
    }
    bench.fails("fit short.sto", 3, &["line 7", "has 2 columns", "have 9"]);
}

#[test]
fn zstd_and_odd_names() {
    let bench = Bench::new();
    let packed = compress_to_vec(FAMILY.as_bytes(), CompressionLevel::Fastest);
    bench.write("packed.fa.zst", &packed);
    assert_eq!(bench.run("fit packed.fa.zst -q").code, 0);
    assert!(bench.path("packed.h5").exists());
    let list = "A10C\nC11D\n";
    bench.write("list", list);
    let packed_list = compress_to_vec(list.as_bytes(), CompressionLevel::Fastest);
    bench.write("list.zst", packed_list);
    let scores = |file: &str| bench.run(&format!("score-mutants packed.h5 --file {file}"));
    assert_eq!(scores("list.zst").code, 0);
    assert_eq!(scores("list.zst").stdout, scores("list").stdout);
    bench.write("cut.zst", &packed[..packed.len() - 9]);
    bench.fails(
        "fit cut.zst",
        3,
        &["zstd data are broken or end too early", "zstd -t"],
    );
    bench.write("more.gz", [gzip(FAMILY), b"more".to_vec()].concat());
    bench.fails("fit more.gz", 3, &["more.gz", "something else follows"]);
    let mut odd = FAMILY.as_bytes().to_vec();
    odd.splice(1..7, b"caf\xe9\0\x1b[31m".iter().copied());
    bench.write("odd.fa", odd);
    let run = bench.run("fit odd.fa");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains(r"caf\xe9\x00\x1b[31m/10-17 the target"),
        "{}",
        run.stderr
    );
    bench.write(
        "long.fa",
        FAMILY.replacen("TARGET", &"n".repeat(100_000), 1),
    );
    let run = bench.run("fit long.fa");
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stderr.len() < 5000, "{}", run.stderr.len());
    for model in ["odd.h5", "long.h5"] {
        assert_eq!(bench.run(&format!("info {model}")).code, 0);
    }
}

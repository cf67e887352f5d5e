//! Tables of mutants as people really have them, after public reports: the score of each row is that of the mutant that is meant, or none.

mod evidence;
mod parts;

use crate::support::{Bench, Run, data};

/// With a model of the planted family.
fn bench() -> Bench {
    let bench = Bench::new();
    let family = data("planted.a2m");
    bench.works(&format!(
        "fit {} --method independent -o m.h5 -q",
        family.display()
    ));
    bench
}

/// The target, from 24 to 101.
fn target() -> String {
    let text = std::fs::read_to_string(data("planted.a2m")).unwrap();
    let first = text.split('>').nth(1).unwrap();
    let rows = first.lines().skip(1).collect::<String>();
    let letters = rows.chars().filter(char::is_ascii_alphabetic);
    letters.map(|c| c.to_ascii_uppercase()).collect()
}

/// The target with other residues at some positions.
fn with(changes: &[(usize, char)]) -> String {
    let mut letters: Vec<char> = target().chars().collect();
    for &(position, letter) in changes {
        letters[position - 24] = letter;
    }
    letters.into_iter().collect()
}

/// Scores of mutants of the command line.
fn scores(bench: &Bench, mutants: &str) -> Vec<String> {
    let run = bench.works(&format!("score-mutants m.h5 {mutants}"));
    run.column("potts_score")
        .iter()
        .map(|s| s.to_string())
        .collect()
}

/// What became of a table, with tabs.
fn scored(bench: &Bench, contents: impl AsRef<[u8]>, options: &str) -> Run {
    bench.write("t.txt", contents);
    let run = bench.run(&format!(
        "score-mutants m.h5 --file t.txt --format tsv {options}"
    ));
    assert_eq!(run.code, 0, "{}", run.stderr);
    run
}

/// All rows have the scores of these mutants.
fn all_are(bench: &Bench, contents: impl AsRef<[u8]>, options: &str, mutants: &str) -> Run {
    let run = scored(bench, &contents, options);
    let text = String::from_utf8_lossy(contents.as_ref()).into_owned();
    assert_eq!(
        run.column("potts_score"),
        scores(bench, mutants),
        "{text}\n{}",
        run.stderr
    );
    run
}

/// Refused with these words, and without any character that a terminal might obey.
fn refused(bench: &Bench, contents: impl AsRef<[u8]>, options: &str, words: &[&str]) {
    bench.write("t.txt", contents);
    let run = bench.run(&format!("score-mutants m.h5 --file t.txt {options}"));
    assert_eq!((run.code, run.stdout.as_str()), (3, ""), "{}", run.stderr);
    for word in words {
        assert!(
            run.stderr.contains(word),
            "'{word}' is not said:\n{}",
            run.stderr
        );
    }
    let odd = |c: char| c.is_control() && c != '\n';
    assert!(!run.stderr.contains(odd), "{:?}", run.stderr);
}

#[test]
fn residues_at_given_positions_are_never_words_for_the_wild_type() {
    let bench = bench();
    let table = "Variants,Fitness\nALFP,1\nVLFP,0.06\nWILD,0.15\nALF,1\n";
    let run = scored(&bench, table, "--positions 24-26,30 --against Fitness");
    assert_eq!(
        run.column("status"),
        ["wild_type", "scored", "scored", "unparsable"]
    );
    let expected = scores(&bench, "A24V A24W:L25I:F26L:P30D");
    assert_eq!(run.column("potts_score")[1..3], expected);
    assert!(run.column("note")[2].starts_with("read as A24W:L25I:F26L:P30D"));
    assert!(
        run.stderr
            .contains("the target has ALFP at the given positions")
    );
    refused(
        &bench,
        table,
        "",
        &["words of 4 letters", "--positions P,P,P,P"],
    );
    refused(
        &bench,
        "v,x\nVLFP,1\nWILD,2\n",
        "--column v",
        &["no row holds a mutant"],
    );
    bench.fails(
        "score-mutants m.h5 ALFP --positions 24-26,3",
        2,
        &["24 to 101"],
    );
    bench.fails(
        "score-mutants m.h5 ALFP --positions 24 --offset 3",
        2,
        &["--offset"],
    );
    let run = bench.works("score-mutants m.h5 VLFP WILD --positions 24-26,30");
    assert_eq!(run.column("potts_score"), expected);
}

#[test]
fn whole_sequences_are_compared_with_the_target() {
    let bench = bench();
    let (wild, single) = (target(), with(&[(35, 'A')]));
    let double = with(&[(35, 'A'), (36, 'G')]);
    let shorter = format!("{}{}", &wild[..20], &wild[21..]);
    let table = format!("sequence,target\n{wild},1\n{single},0.4\n{double},0.2\n{shorter},0.1\n");
    for options in ["", "--column sequence", "--layout sequences"] {
        let run = scored(&bench, &table, options);
        let statuses = ["wild_type", "scored", "scored", "indel"];
        assert_eq!(run.column("status"), statuses, "{}", run.stderr);
        assert_eq!(
            run.column("potts_score")[1..3],
            scores(&bench, "E35A E35A:L36G")
        );
        assert!(run.column("note")[3].contains("0 residues are inserted, 1 deleted"));
    }
    let fasta = format!(
        ">wt\n{wild}\n>v1 first\n{}\n{}\n>v2\n{double}*\n",
        &single[..30],
        &single[30..]
    );
    let run = scored(&bench, &fasta, "");
    assert_eq!(run.column("name"), ["wt", "v1 first", "v2"]);
    assert_eq!(
        run.column("potts_score")[1..],
        scores(&bench, "E35A E35A:L36G")
    );
    bench.write("t.txt", &fasta);
    bench.fails(
        "score-mutants m.h5 -f t.txt --offset 3",
        2,
        &["--offset", "FASTA"],
    );

    // A construct has more than the target, the same in all rows.
    let tagged =
        format!("seq,y\nGSH{wild}LE,1\nGSH{single}LE,2\nGSH{double}LE,3\nGAH{double}LE,3\n");
    let run = scored(&bench, &tagged, "");
    assert_eq!(
        run.column("status"),
        ["wild_type", "scored", "scored", "indel"]
    );
    assert!(
        run.stderr.contains("3 residues before the target"),
        "{}",
        run.stderr
    );
}

#[test]
fn files_that_are_no_text_are_named_as_fit_names_them() {
    let bench = bench();
    let utf_16: Vec<u8> = "mutant\nA24V\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    for (contents, words) in [
        (
            &b"PK\x03\x04\x14\0\x08\0\x1b[2J"[..],
            ["zip archive or an office document", "CSV"],
        ),
        (b"\xfd7zXZ\0\0\x04\xe6", ["an xz file", "unpack"]),
        (b"BZh91AY&SY\x01", ["a bzip2 file", "unpack"]),
        (&utf_16, ["text in UTF-16", "UTF-8"]),
        (b"\x89HDF\r\n\x1a\n", ["HDF5", "model comes first"]),
    ] {
        refused(&bench, contents, "", &words);
    }
    refused(
        &bench,
        b"mutant\n\x1b[31mx\x07\n",
        "",
        &["no row holds a mutant"],
    );
}

#[test]
fn positions_wild_types_and_residues_may_have_columns_of_their_own() {
    let bench = bench();
    let expected = "A24V L25A F26R";
    for (table, options) in [
        (
            "site,wildtype,mutant,effect\n24,A,V,0.3\n25,L,A,0.1\n26,F,R,0.9\n",
            "",
        ),
        (
            "pos\tWT\tvar\tscore\n24\tA\tV\t-0.3\n25\tL\tA\t-0.5\n26\tF\tR\t-0.1\n",
            "",
        ),
        (
            "position wt mt\n24.0 Ala Val\n25.0 Leu Ala\n26.0 Phe Arg\n",
            "",
        ),
        ("pos,mut,score\n24,V,1\n25,A,2\n26,R,3\n", ""),
        (
            "x,y,z\n24,A,V\n25,L,A\n26,F,R\n",
            "--layout three-columns --column x,y,z",
        ),
        (
            "site,wildtype,mutant,variant\n24,A,V,A24V\n25,L,A,L25A\n26,F,R,F26R\n",
            "",
        ),
        (
            "id,wt,aa_change,score\n1,A,A24V,-0.3\n2,L,L25A,-0.5\n3,F,F26R,1\n",
            "",
        ),
        ("site,mutation,y\nA24,V,1\nL25,A,2\nF26,R,3\n", ""),
        ("WT_pos;AA\nAla24;Val\nLeu25;Ala\nPhe26;Arg\n", ""),
        ("residue,aa,mut\n24,A,V\n25,L,A\n26,F,R\n", ""),
        (
            "chrom,pos,ref,alt,aapos,aaref,aaalt\n11,101981594,G,C,24,A,V\n11,101981597,C,G,25,L,A\n11,101981600,C,G,26,F,R\n",
            "",
        ),
        (
            "condition\tA\tA\nvalue\tSE\tscore\np.Ala24Val\t1\t2\np.Leu25Ala\t1\t2\np.Phe26Arg\t1\t2\n",
            "--against score",
        ),
        (
            "hgvs,score\n\"c.70G>T (p.Ala24Val), c.71C>T (p.Ala24Val)\",1\nc.73C>G (p.Leu25Ala),2\nc.76T>C (p.Phe26Arg),3\n",
            "",
        ),
    ] {
        all_are(&bench, table, options, expected);
    }
    let run = scored(
        &bench,
        "pos,wt,mut\n\"24;25\",\"A;L\",\"V;A\"\n24,L,V\n25,x1,A\n26,F,R\n",
        "",
    );
    assert_eq!(
        run.column("status"),
        ["scored", "wt_mismatch", "unparsable", "scored"]
    );
    assert_eq!(run.column("potts_score")[0], scores(&bench, "A24V:L25A")[0]);
}

#[test]
fn tables_are_read_as_spreadsheets_and_programs_write_them() {
    let bench = bench();
    let expected = "A24V L25A F26R";
    for (table, words) in [
        (
            "variant fitness sigma\nA24V -0.14 0.2\nL25A -0.9 0.1\nF26R 0.05 0.1\n",
            "blanks",
        ),
        ("A24V\rL25A\rF26R", "plain list"),
        ("mutant,score\rA24V,1\rL25A,2\rF26R,3\r", "commas"),
        (
            "\u{feff}sep=;\r\nmutant;score\r\nA24V;0,5\r\nL25A;1\r\nF26R;2\r\n;;\r\n;\r\n",
            "empty cells left out: 2",
        ),
        (
            "Table S1. Effects\n\nmutant,score\nA24V,1\nL25A,2\nF26R,3\n",
            "header in line 3",
        ),
        (
            ",mutant,score\n0,A24V,1\n1,L25A,2\n2,F26R,3\n",
            "column 'mutant'",
        ),
        (
            "#Pdb;Mutation(s)_cleaned;ddG\n1ABC;A24V;0.3\n1ABC;L25A;1.2\n1ABC;F26R;1\n",
            "cleaned",
        ),
        ("A24V;\nL25A;\nF26R;\n", "plain list"),
        (
            "PLANT_DEMO_A24V\nPLANT_DEMO_L25A\nPLANT_DEMO_F26R\n",
            "behind 'PLANT_DEMO_'",
        ),
        (
            "name\tscore\nPLANT_A24V\t1\nPLANT_L25A\t2\nPLANT_F26R\t3\n",
            "behind 'PLANT_'",
        ),
        (
            "\"mutant\" \"score\"\n\"1\" \"A24V\" 1\n\"2\" \"L25A\" 2\n\"3\" \"F26R\" 3\n",
            "column 'mutant'",
        ),
    ] {
        let run = all_are(&bench, table, "", expected);
        assert!(run.stderr.contains(words), "{table}: {}", run.stderr);
    }
    for table in [
        "A24V 1.0\nL25A 2.0\n",
        "A24V\t1.0\nL25A\t2.0\n",
        "A24V,1.0\nL25A,2.0\n",
    ] {
        refused(&bench, table, "", &["the table has no header"]);
    }
}

#[test]
fn a_mutant_that_commas_spread_over_cells_is_never_another() {
    let bench = bench();
    for table in [
        "mutant,effect\nA24V,0.5\nA24V,L25A,0.7\n",
        "mutant,effect,comment\nA24V,0.5,\nA24V,L25A,0.7,\n",
        "effect,mutant\n0.5,A24V\n0.7,A24V,L25A\n",
    ] {
        let run = scored(&bench, table, "");
        assert_eq!(run.column("status"), ["scored", "unparsable"], "{table}");
        assert!(run.column("note")[1].contains("put quotes around it"));
    }
    // Two columns of mutants are no spread.
    all_are(&bench, "mutant,hgvs\nA24V,p.Ala24Val\n", "", "A24V");
}

#[test]
fn a_matrix_of_scores_is_named() {
    let bench = bench();
    for table in [
        "pos,A,C,D,E\n24,0.1,0.2,0.3,0.4\n25,0.1,0.2,0.3,0.4\n26,1,2,3,4\n",
        "aa,24,25,26\nA,0.1,0.2,0.3\nC,0.1,0.2,0.3\nD,1,2,3\n",
        ",A24,L25,F26\nA,0.1,0.2,0.3\nC,0.1,0.2,0.3\nD,1,2,3\n",
    ] {
        refused(
            &bench,
            table,
            "",
            &["a matrix with positions along one side"],
        );
    }
}

#[test]
fn a_table_that_is_not_there_is_what_is_wrong() {
    let bench = bench();
    bench.fails("score-mutants m.h5 asay.csv", 1, &["asay.csv"]);
    bench.write("t.csv", "mutant,score,score\nA24V,1,2\n");
    bench.fails(
        "score-mutants m.h5 t.csv --against score",
        3,
        &["2 and 3", "'score'"],
    );
}

#[test]
fn a_shift_within_sequences_is_no_missing_end() {
    let bench = bench();
    let wild = target();
    let without = |place: usize| format!("{}{}", &wild[..place], &wild[place + 1..]);
    let longer = |place: usize| format!("{}G{}", &wild[..place], &wild[place..]);
    let single = with(&[(35, 'A')]);
    for rows in [
        [without(16), without(17), without(18)],
        [without(0), without(30), without(60)],
        [longer(16), longer(20), longer(40)],
    ] {
        for more in [&[][..], &[wild.clone(), single.clone()]] {
            let all: Vec<&str> = rows.iter().chain(more).map(String::as_str).collect();
            bench.write("t.txt", format!("seq\n{}\n", all.join("\n")));
            let run = bench.run("score-mutants m.h5 --file t.txt --format tsv");
            match more.len() {
                0 => assert_eq!(run.code, 3, "{}", run.stdout),
                _ => {
                    let expected = ["indel", "indel", "indel", "wild_type", "scored"];
                    assert_eq!(run.column("status"), expected, "{}", run.stderr);
                }
            }
        }
    }
    let table = format!("one,two,s\n{wild},{single},1\n{single},{wild},2\n");
    refused(&bench, table, "", &["--column NAME"]);
}

#[test]
fn a_first_row_is_never_taken_for_a_header() {
    let bench = bench();
    let (wild, single) = (target(), with(&[(35, 'A')]));
    for (table, options) in [
        (format!("{wild}\n{single}\n"), ""),
        (format!("{wild},0.0\n{single},1\n"), ""),
        ("PLANT_A24V,0.5\nPLANT_L25F,1\n".into(), ""),
        (
            "24,A,V,0.0\n25,L,G,1\n25,L,A,1\n26,F,G,2\n".into(),
            "--layout three-columns",
        ),
        ("wt,0.0\nA24V,1\nL25F,2\n".into(), ""),
        ("A24V (best),0.3\nL25A,0.2\n".into(), ""),
        ("A24->V,0.3\nL25A,0.2\n".into(), ""),
        ("A24,0.3\nL25A,0.2\n".into(), ""),
        ("ALFP\nVLFP\nWLFP\n".into(), "--positions 24-26,30"),
    ] {
        bench.write("t.txt", &table);
        let run = bench.run(&format!("score-mutants m.h5 --file t.txt {options}"));
        assert_eq!(run.code, 3, "{table}{}{}", run.stdout, run.stderr);
    }
    // With a header, all of them are read.
    all_are(&bench, ",0\nA24V,-0.1\nL25A,1\n", "", "A24V L25A");
}

#[test]
fn what_may_be_two_things_is_refused() {
    let bench = bench();
    for (table, options, words) in [
        (
            "mut1,mut2,y\nA24V,L25F,0.1\nL25F,F26A,1\n",
            "",
            ["'mut1' and 'mut2'", "--column NAME"],
        ),
        (
            "mutant,mutant,y\nA24V,L25F,0.1\n",
            "",
            ["1 and 2", "all called 'mutant'"],
        ),
        (
            "class,lib\nWEAK,VLFP\nHIGH,WLFP\n",
            "--positions 24-26,30",
            ["no single column", "'lib'"],
        ),
        (
            "total 3\n2\nA 24 V\nL 25 F\n1\nF 26 L\n",
            "",
            ["mutfile of Rosetta", "A24V:L25F"],
        ),
        (
            "a\u{1b}[31mb,s\nabc,1\nabd,2\n",
            "",
            ["words of 3 letters", "--positions P,P,P"],
        ),
    ] {
        refused(&bench, table, options, &words);
    }
    for mutant in [
        "K39AA:A24V",
        "A24V2:L25F",
        "A24V:wt",
        "A24V-L25F:p.=",
        "WT:A24V",
        "V34T1_A24V",
    ] {
        let run = bench.run(&format!("score-mutants m.h5 {mutant} L25A"));
        assert_eq!(run.column("status"), ["unparsable", "scored"], "{mutant}");
    }
    // What stands before `:p.` is no name where it is a mutant.
    let whole = scores(&bench, "A24V:L25F:F26L");
    assert_eq!(scores(&bench, "A24V_L25F:p.F26L"), whole);
}

#[test]
fn rows_are_read_whatever_surrounds_them() {
    let bench = bench();
    let expected = "A24V L25A F26R";
    for table in [
        "mutant,y\nA24V\u{a0},1\n\u{200b}L25A,2\nF26R,3\n",
        "pos\twt\tmut\tscore\n1\t24\tA\tV\t1\n2\t25\tL\tA\t1\n3\t26\tF\tR\t2\n",
        "pos;wt;mut;y\n24,0;A;V;0,5\n25,0;L;A;1\n26,0;F;R;2\n",
    ] {
        all_are(&bench, table, "", expected);
    }
    // A header that a spreadsheet broke into lines stays one.
    let table = "\"Mutant\nname\",\"y\n(a.u.)\"\nA24V,1\nL25A,2\nF26R,3\n";
    bench.write("t.txt", table);
    let run = bench.works("score-mutants m.h5 --file t.txt");
    assert!(
        run.stdout
            .starts_with("\"Mutant\nname\",\"y\n(a.u.)\",potts_score,")
    );
    let found: Vec<&str> = run
        .stdout
        .lines()
        .skip(3)
        .map(|row| row.split(',').nth(2).unwrap())
        .collect();
    assert_eq!(found, scores(&bench, expected));
    let many = "bc,wt\n".repeat(1200);
    let run = scored(&bench, format!("barcode,variant\n{many}x,A24V\n"), "");
    let statuses = run.column("status");
    assert_eq!((statuses[0], statuses[1200]), ("wild_type", "scored"));
    let run = scored(&bench, "pos,wt,mut\n24,A,Stop\nWT,,\n25,L,A\n26,F,R\n", "");
    assert_eq!(
        run.column("status"),
        ["stop", "wild_type", "scored", "scored"]
    );
}

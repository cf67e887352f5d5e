//! Mutants of which a part stands elsewhere, and files that are something else: never scored by what is left.

use super::{all_are, bench, refused, scored, scores};

#[test]
fn blanks_within_cells_separate_nothing() {
    let bench = bench();
    for table in [
        "id,name,ddG\n1,P1 A24V,0.2\n2,P1 L25A,0.4\n3,P1 L25A F26R,0.1\n",
        "ID of row,mutation (count),ddG\n1,A24V L25A (2),0.2\n2,L25A F26R (2),0.3\n",
        "PROTEIN;MUTATION OF;ddG\nP1;A24V (by X);0.2\nP1;L25A F26R (by X and Y);0.2\n",
    ] {
        bench.write("t.txt", table);
        let run = bench.run("score-mutants m.h5 --file t.txt --format tsv");
        if run.code == 0 {
            assert!(
                run.column("status").iter().all(|s| *s == "unparsable"),
                "{}",
                run.stdout
            );
        }
        assert!(!run.stderr.contains("by blanks"), "{}", run.stderr);
    }
}

#[test]
fn a_part_of_a_mutant_is_never_scored_alone() {
    let bench = bench();
    let several = |table: &str, row: usize| {
        let run = scored(&bench, table, "");
        assert_eq!(
            run.column("status")[row],
            "unparsable",
            "{table}\n{}",
            run.stdout
        );
        assert!(
            run.column("note")[row].contains("spread over several cells"),
            "{table}"
        );
    };
    for sign in ["+", "and", "/", "&", ";", "|", "-", ""] {
        several(
            &format!("Variant Act SD\nA24V 80 3\nL25A {sign} F26R 20 1\nF26R 20 2\n"),
            1,
        );
    }
    several("Variant Act SD\nA24V 80 3\nL25A +F26R 20 1\nF26R 20 2\n", 1);
    // Singles first, then doubles, more than are looked at to know the table.
    let singles = "A24V,,0\n".repeat(1100);
    for header in ["mut1,mut2,y", "mutant,mutant2,y"] {
        several(&format!("{header}\n{singles}A24V,L25A,1\n"), 1100);
    }
    for table in [
        "background,mutation,f\nWT,A24V,1\nWT,F26R,2\nL25A,F26R,2\n",
        "parent,mutation,s\nA24V,L25A,1\nA24V,F26R,2\n",
        "Mutation,Background,s\nA24V,L25A,1\nF26R,L25A,2\n",
    ] {
        refused(&bench, table, "", &["both hold mutants"]);
    }
    let run = scored(
        &bench,
        "pos wt mut y\n24 A V 1\n25 L A 2\n24, 26 A, F V, R 3\n",
        "",
    );
    assert_eq!(run.column("status"), ["scored", "scored", "unparsable"]);
    for table in [
        "m,s\nP1(A24V)-L25A,1\nP1(A24V)-F26R,2\n",
        "m,s\n\u{394}A24_L25A,1\n\u{394}A24_F26R,2\n",
    ] {
        refused(&bench, table, "", &["no"]);
    }
    let run = scored(&bench, "Gene\tProtein change\nP\tA24V, A44V\nP\tF26R\n", "");
    assert_eq!(run.column("status"), ["unparsable", "scored"]);
    assert!(run.column("note")[0].contains("isoforms"));
}

#[test]
fn columns_beside_those_of_a_mutant_do_not_change_it() {
    let bench = bench();
    let expected = "A24V L25A F26R";
    for table in [
        "pos,wt,mut,contact\n24,A,V,L25\n25,L,A,F26\n26,F,R,A24\n",
        "well,pos,wt,mut\nA1,24,A,V\nB2,25,L,A\nC3,26,F,R\n",
        "pos,mut,well\n24,V,A24\n25,A,L25\n26,R,F26\n",
        "pos wt mut ddG\n24 A V 0,5\n25 L A 1,5\n26 F R 1,2\n",
        "mutant ddG\nA24V 0,5\nL25A 1,5\nF26R 1,2\n",
        "mutant,24\nA24V,0.2\nL25A,0.3\nF26R,0.1\n",
        ",0\n0,A24V\n1,L25A\n2,F26R\n",
        "#mutant ddG\nA24V 0,5\nL25A 1,5\nF26R 1,2\n",
        "mutant ddG(kcal/mol,298K)\nA24V 0,5\nL25A 1,5\nF26R 1,2\n",
        "pos,wt,mut,pdb_pos,pdb_wt,pdb_mut\n24,A,V,4,A,V\n25,L,A,5,L,A\n26,F,R,6,F,R\n",
        "pos,wt,mut,strain\n24,A,V,S288C\n25,L,A,S288C\n26,F,R,S288C\n",
        "chr,pos,ref,alt,prot_pos,wt_aa,mt_aa\n1,4,C,G,24,A,V\n1,7,T,G,25,L,A\n1,9,A,G,26,F,R\n",
        "ref,alt,aa_pos,aa_ref,aa_new\nC,G,24,A,V\nT,G,25,L,A\nA,G,26,F,R\n",
        "chr,pos,ref,alt,residue_number,wt,mut\n1,4,C,G,24,A,V\n1,7,T,G,25,L,A\n1,9,A,G,26,F,R\n",
        "id;mutant;mutated\n1;A24V;A24V\n2;L25A;L25A\n3;F26R;F26R\n",
    ] {
        all_are(&bench, table, "", expected);
    }
    all_are(
        &bench,
        "mutant ddG\nA24V,L25A 0.5\nL25A,F26R 1.5\n",
        "",
        "A24V:L25A L25A:F26R",
    );
    all_are(
        &bench,
        "Gene,Protein change\nP,A24V; L25A\nP,F26R\n",
        "",
        "A24V:L25A F26R",
    );
    let primers = "mutant,primer\nA24V,P1F\nL25A,P2R\nF26R,P3F\n";
    all_are(&bench, primers, "--column mutant", expected);
}

#[test]
fn columns_of_a_second_mutant_are_not_left_out() {
    let bench = bench();
    for table in [
        "pos,wt,mut,pos2,wt2,mut2\n24,A,V,25,L,A\n",
        "pos,wt,mut,pos.1,wt.1,mut.1\n24,A,V,25,L,A\n",
        "pos,wt,mut,background\n24,A,V,WT\n25,L,A,F26R\n",
        "parent,pos,mut\nA24V,25,A\n",
    ] {
        refused(&bench, table, "", &["both hold mutants"]);
    }
    for (header, cells) in [
        ("pos,wt,mut,background", "24,A,V,WT\n"),
        ("pos,wt,mut,pos2,wt2,mut2", "24,A,V,,,\n"),
    ] {
        let last = match header.contains("back") {
            true => "25,L,A,F26R",
            false => "25,L,A,26,F,R",
        };
        let run = scored(
            &bench,
            format!("{header}\n{}{last}\n", cells.repeat(1100)),
            "",
        );
        assert_eq!(run.column("status")[1100], "unparsable", "{header}");
    }
    let named = "pos,wt,mut,background\n24,A,V,WT\n25,L,A,F26R\n";
    all_are(&bench, named, "--column pos,wt,mut", "A24V L25A");
    let groups = "mutant,rep,rep\nmock,a,b\nA24V,a,a\n";
    assert_eq!(
        scored(&bench, groups, "").column("status"),
        ["unparsable", "scored"]
    );
    let late = format!(
        "first,second,mutant\n{}L25A,,F26R\n",
        ",,A24V\n".repeat(1100)
    );
    let run = scored(&bench, late, "");
    assert_eq!(run.column("status")[1100], "unparsable");
    let coded = "mutation,icode\nA24V,\nL25A,A\n";
    let run = scored(&bench, coded, "");
    assert_eq!(run.column("status"), ["scored", "unparsable"]);
}

#[test]
fn insertion_codes_have_a_column_of_their_own() {
    let bench = bench();
    let table = "pos,ins_code,wt,mut\n24,,A,V\n24,a,L,A\n";
    let run = scored(&bench, table, "");
    assert_eq!(run.column("status"), ["scored", "unparsable"]);
    assert!(run.column("note")[1].contains("insertion code"));
    bench.write("n.tsv", "reference\tposition\n24\t24\n24a\t25\n");
    let run = scored(&bench, table, "--numbering n.tsv");
    assert_eq!(run.column("potts_score"), scores(&bench, "A24V L25A"));
    let chains = "pos,chain,mut\n24,A,V\n25,A,A\n26,A,R\n";
    all_are(&bench, chains, "", "A24V L25A F26R");
}

#[test]
fn files_in_each_other_s_place_are_named() {
    let bench = bench();
    bench.write("t.csv", "mutant,score\nA24V,1\n");
    bench.write("list.txt", "A24V\nL25A\n");
    for command in [
        "score-mutants t.csv m.h5",
        "info t.csv",
        "contacts list.txt",
    ] {
        let table = command
            .split_whitespace()
            .find(|w| w.contains(".t") || w.contains(".c"));
        bench.fails(command, 3, &[table.unwrap(), "mutants"]);
    }
    for table in ["t.csv", "list.txt"] {
        bench.fails(
            &format!("fit {table} -o x.h5"),
            3,
            &[table, "potts score-mutants"],
        );
    }
    bench.fails(
        "score-mutants m.h5 t.csv -o none/x.tsv",
        1,
        &["no folder none"],
    );
    refused(&bench, "A:A24V\nA:L25A\n", "", &["leave out the chain"]);
    refused(&bench, "AA24V\n", "", &["without a chain it is A24V"]);
}

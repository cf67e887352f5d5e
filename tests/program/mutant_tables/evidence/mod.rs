//! Several places in a table that may say what its mutants are: the one that goes with the target's residues does.

mod contradicted;
mod ends;

use super::{all_are, bench, refused, scored, scores, target, with};

#[test]
fn changes_of_dna_are_none_of_the_protein() {
    let bench = bench();
    let run = all_are(
        &bench,
        "position,wt,mut,nt_change\n30,P,L,C89T\n25,L,R,T74G\n27,G,D,G80A\n29,C,R,T85C\n",
        "",
        "P30L L25R G27D C29R",
    );
    assert!(run.stderr.contains("columns 'position', 'wt' and 'mut'"));
    let [one, two, three] = ['A', 'C', 'W'].map(|letter| with(&[(27, letter)]));
    let table = format!("sequence,nt_change\n{one},C89T\n{two},G80A\n{three},T85C\n");
    all_are(&bench, table, "", "G27A G27C G27W");
    let alone = "nt_change,y\nC89T,1\nT74G,1\nG80A,2\nT85C,1\n";
    refused(&bench, alone, "", &["changes of DNA", "'nt_change'"]);
    let bases = "position,mut,ref_nt,score\n33,H,C,1\n29,K,G,2\n92,Q,A,3\n";
    let run = all_are(&bench, bases, "", "T33H C29K A92Q");
    assert!(
        run.stderr
            .contains("'ref_nt' does not go with the target's residues")
    );
}

#[test]
fn two_mutants_that_both_go_with_the_target_are_for_the_user() {
    let bench = bench();
    let second = "wt_aa,position,mut_aa,second,ddG\nD,53,A,A92W,1\nE,73,A,L62N,0.7\n";
    refused(&bench, second, "", &["'second' and 'mut_aa'", "--column"]);
    let named = all_are(
        &bench,
        second,
        "--column position,wt_aa,mut_aa",
        "D53A E73A",
    );
    assert_eq!(named.code, 0);
    for table in [
        "Table S3\nMut1 WT AA\tMut1 Position\tMut1 Mutation\tMut2 WT AA\tMut2 Position\tMut2 Mutation\n\
         V\t34\tL\tY\t81\tG\nF\t26\tL\tL\t84\tA\n",
        "wt1 pos1 aa1 wt2 pos2 aa2 ddG\nV   34   L   Y   81   G   1  \nF   26   L   L   84   A   2  \n",
        "pos,wt,aa1,aa2\n26,F,G,A\n27,G,A,V\n",
        "pos,wt,mut,mut2\n26,F,G,A\n27,G,A,V\n",
    ] {
        refused(&bench, table, "", &["both hold mutants", "--column"]);
    }
    // Whole sequences, and mutants of something else.
    let sequences = [with(&[(35, 'A')]), with(&[(36, 'G')])];
    let table = format!("seq,second\n{},A24V\n{},L25F\n", sequences[0], sequences[1]);
    refused(&bench, table, "", &["'second' and 'seq'"]);
}

#[test]
fn an_odd_cell_spoils_no_column() {
    let bench = bench();
    let good = "26,F,G,50\n27,G,A,97\n28,D,A,90\n";
    let mutants = "F26G G27A D28A";
    for (table, bad) in [
        (format!("pos,wt,mut,activity\n{good}Total,,,\n"), 3),
        (format!("pos,wt,mut,activity\n{good}?,D,A,90\n"), 3),
        (format!("pos,wt,mut,activity\n{good}28-29,D,A,90\n"), 3),
        (format!("pos,wt,mut,activity\n26.5,F,G,50\n{good}"), 0),
        (format!("i,wt,mut,activity\n{good}Total,,,\n"), 3),
        (format!("pos,wt,mut,activity\n24,A,VL,1\n{good}"), 0),
        (format!("pos,wt,mut,activity\n0,,WT,1\n{good}"), 0),
    ] {
        let run = scored(&bench, &table, "");
        let mut found = run.column("potts_score");
        assert_eq!(found.remove(bad), "", "{table}{}", run.stdout);
        assert_eq!(run.column("status")[bad], "unparsable", "{table}");
        assert_eq!(found, scores(&bench, mutants), "{table}");
    }
}

#[test]
fn a_title_is_no_row_of_words() {
    let bench = bench();
    let letters = "Table S1. Fitness of variants\ry AAs\r3.2 WGC\r6 LSA\r";
    let run = all_are(
        &bench,
        letters,
        "--positions 61,64,92",
        "T61W:T64G:A92C T61L:T64S",
    );
    assert!(run.stderr.contains("header in line 2"), "{}", run.stderr);
    all_are(
        &bench,
        "Table S3. All\nvariant ddG\nA24V 1\nL25F 2\n",
        "",
        "A24V L25F",
    );
}

#[test]
fn names_of_clones_and_other_numbers_are_no_mutants_of_the_target() {
    let bench = bench();
    for (table, misfit) in [
        (
            "variant,clone,score\nA24V,A8D,1\nL25F,H11C,2\nF26G,C1A,3\n",
            "clone",
        ),
        ("mutant,old\nA24V,A1V\nL25F,L2F\nF26G,F3G\n", "old"),
        ("old,new\nA1V,A24V\nL2F,L25F\nF3G,F26G\n", "old"),
        (
            "Mutation(s)_PDB;Mutation(s)_cleaned;y\nAA4V;AA24V;1\nLA5F;LA25F;2\nFA6G;FA26G;3\n",
            "Mutation(s)_PDB",
        ),
    ] {
        let run = all_are(&bench, table, "", "A24V L25F F26G");
        let words = format!("'{misfit}' does not go with the target's residues");
        assert!(run.stderr.contains(&words), "{}", run.stderr);
    }
    // Where neither does, nobody speaks of quotes.
    let neither = "mutant,old\nA27V,A1V\nL28F,L2F\n";
    refused(&bench, neither, "", &["'mutant' and 'old'", "--column"]);
    let isoforms = "Name\tProtein change\nNM_000314.8(PTEN):c.70G>T (p.Ala24Cys)\tA24C, A197C\n\
                    NM_000314.8(PTEN):c.73G>T (p.Leu25Cys)\tL25C\n";
    all_are(&bench, isoforms, "", "A24C L25C");
    // An offset is looked at, too.
    all_are(
        &bench,
        "mutant,old\nA1V,A24V\nL2F,L25F\n",
        "--offset 23",
        "A24V L25F",
    );
}

#[test]
fn columns_are_known_by_what_they_hold() {
    let bench = bench();
    for table in [
        "#aapos,aaref,aaalt\n24,A,V\n25,L,F\n",
        "o_acc\to_pos\to_aa1\to_aa2\nP12345\t24\tA\tV\nP12345\t25\tL\tF\n",
        "a,i,b,DMS_score\nA,24,V,0.2\nL,25,F,-0.8\n",
        "codon,wt,mutant,percent\n24,A,V,50\n25,L,F,40\n",
        "residue;wtres;mutant;score\nA24;A;V;-0,382\nL25;L;F;0,337\n",
        "aa_substitutions,n_aa_substitutions\nA24V,1\nL25F,1\n",
    ] {
        all_are(&bench, table, "", "A24V L25F");
    }
    let (wild, single) = (target(), with(&[(35, 'A')]));
    let run = scored(&bench, format!("#seq,y\n{wild},1\n{single},2\n"), "");
    assert_eq!(run.column("status"), ["wild_type", "scored"]);
    let counted = "aa_substitutions,n_aa_substitutions,y\n,0,1\nL25F,1,2\n";
    let run = scored(&bench, counted, "");
    assert_eq!(run.column("status"), ["wild_type", "scored"]);
    // An empty cell without a count is nothing.
    let run = scored(&bench, "aa_substitutions,y\n,0\nL25F,5\n", "");
    assert_eq!(run.column("status"), ["unparsable", "scored"]);
}

#[test]
fn what_stands_in_brackets_behind_a_mutant_is_no_second_one() {
    let bench = bench();
    let run = scored(&bench, "AA change,y\nV31L (V34L),1\nA24V,2\n", "");
    assert_eq!(run.column("status"), ["unparsable", "scored"]);
    assert!(run.column("note")[0].contains("in brackets"));
}

#[test]
fn lists_may_have_separators_at_the_ends_of_lines() {
    let bench = bench();
    for (list, mutants) in [
        ("WT;\nA24V;\nL25F,F26G;\n", "A24V L25F:F26G"),
        ("WT,\nA24V,\nL25F,\n", "A24V L25F"),
    ] {
        let run = scored(&bench, list, "");
        assert_eq!(run.column("status"), ["wild_type", "scored", "scored"]);
        assert_eq!(run.column("potts_score")[1..], scores(&bench, mutants));
    }
    let chains = all_are(&bench, "AA24V;\nLA25A,FA26G;\n", "", "A24V L25A:F26G");
    assert!(chains.stderr.contains("the chain A before each number"));
    // Neither where letters differ, nor where the target does not have what they say.
    for list in ["AA24V\nLB25A\n", "AA25V\nLA26A\n"] {
        refused(&bench, list, "", &["no row holds a mutant"]);
    }
}

#[test]
fn a_column_of_chains_is_named_where_chains_are_missing() {
    let bench = bench();
    let family = crate::support::data("planted.a2m");
    bench.works(&format!(
        "fit {} --method independent --chains 40,38 -o c.h5 -q",
        family.display()
    ));
    bench.write("t.txt", "chain\tsite\twt\tmut\nA\t1\tA\tV\n");
    bench.fails(
        "score-mutants c.h5 t.txt",
        3,
        &["'chain' may name it", "--chain-column"],
    );
    let run = bench.works("score-mutants c.h5 t.txt --chain-column chain");
    assert_eq!(run.column("status"), ["scored"]);
}

"""Tables that the program is asked for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Mapping, Optional, Sequence, Union, overload

import pandas as pd

from ._borrowed import CalibrationLike, calibration_file
from ._columns import option_of
from ._evaluation import Given, evaluate
from ._positions import Position, Positions, listed
from ._pictures import Pairs, Picture, picture, plot_arguments, report
from ._program import PathLike, options, run, structure_options
from ._tables import cells, typed


class Tables:
    """What `potts` prints of a model, as DataFrames; the part of `Model` that is not read from its arrays."""

    path: str

    def contacts(
        self,
        *,
        top: Union[int, str, None] = None,
        min_separation: Optional[int] = None,
        pairs: Optional[str] = None,
        score: Optional[str] = None,
        apc: Optional[float] = None,
        like: Optional[str] = None,
        positions: Optional[Positions] = None,
        min_probability: Optional[float] = None,
        min_z: Optional[float] = None,
        spread: Union[int, str, None] = None,
        structure: Union[PathLike, Sequence[PathLike], None] = None,
        structure_chain: Optional[str] = None,
        distance: Optional[str] = None,
        cutoff: Optional[float] = None,
        assembly: Optional[str] = None,
        plddt: bool = False,
        threads: Optional[int] = None,
    ) -> pd.DataFrame:
        """The table of `potts contacts`, which takes the same options and says what its columns mean.

        `top` is a number of pairs, a multiple of L such as "2L" (the default), or "all"; `score` "pattern", "apc", "fn", "mi" or "di".
        `positions` are numbers or such as "A:70", or text such as "68,A:70,75-80": the pairs of these alone. `structure` is a PDB or mmCIF file, or several:
        the table then says which pairs touch, within a chain or between chains.
        """
        chosen = options(
            top=top,
            min_separation=min_separation,
            pairs=pairs,
            score=score,
            apc=apc,
            like=like,
            positions=None if positions is None else listed(positions),
            min_probability=min_probability,
            min_z=min_z,
            spread=spread,
            structure_chain=structure_chain,
            distance=distance,
            cutoff=cutoff,
            assembly=assembly,
            plddt=plddt,
            threads=threads,
        )
        return typed(cells(run(["contacts", self.path, "--quiet", *chosen, *structure_options(structure)])))

    def evaluate(
        self,
        *,
        samples: Optional[Given] = None,
        natural: Optional[PathLike] = None,
        no_reweighting: bool = False,
        number: Optional[int] = None,
        temperature: Union[float, str, None] = None,
        no_temperature: bool = False,
        triples: Optional[int] = None,
        word_sets: Optional[int] = None,
        max_sweeps: Optional[int] = None,
        seed: Optional[int] = None,
        threads: Optional[int] = None,
    ) -> pd.DataFrame:
        """How well samples of the model are like natural sequences, by `potts evaluate`, which takes the same options.

        A row a quantity, such as "connected_pair_pearson" or "energy_mean": `value`, `natural`, `ceiling`, NaN where there is none. In
        `.attrs` are "verdict", a list of sentences, "temperature", what was found of it, "likelihood" and what the numbers are of.
        `samples` is a file, or sequences aligned as the model is; without them `number` are drawn at `temperature`, which may be "auto".
        `natural` is a file of natural sequences, aligned alike; without it they are those that the model holds.
        """
        chosen = options(
            no_reweighting=no_reweighting,
            number=number,
            temperature=temperature,
            no_temperature=no_temperature,
            triples=triples,
            word_sets=word_sets,
            max_sweeps=max_sweeps,
            seed=seed,
            threads=threads,
        )
        return evaluate(self.path, samples, natural, chosen)

    def position_table(self, *, threads: Optional[int] = None) -> pd.DataFrame:
        """What `potts positions` says of each position: conservation, rate, burial, mean effect, tolerated residues, coupling, partners."""
        return typed(cells(run(["positions", self.path, "--quiet", *options(threads=threads)])))

    def sample(
        self,
        number: int = 1000,
        *,
        temperature: Union[float, str, None] = None,
        anneal: Optional[str] = None,
        sweeps: Optional[int] = None,
        tempering: Optional[int] = None,
        hottest: Optional[float] = None,
        sampler: Optional[str] = None,
        start: Optional[str] = None,
        burn_in: Optional[int] = None,
        thin: Optional[int] = None,
        max_sweeps: Optional[int] = None,
        max_mutations: Optional[int] = None,
        keep: Optional[str] = None,
        mutate: Optional[str] = None,
        allow: Optional[str] = None,
        seed: Optional[int] = None,
        threads: Optional[int] = None,
    ) -> pd.DataFrame:
        """Sequences drawn from the model, by `potts sample`, which takes the same options: energy, identity to the nearest natural sequence, letters.

        `temperature` may be "auto"; `anneal` is such as "1:0.3"; `keep`, `mutate` and `allow` are as on the command line, and with one of them or
        `max_mutations` sequences are made of the target. Chains that do not mix raise a PottsError.
        """
        chosen = options(
            number=number,
            temperature=temperature,
            anneal=anneal,
            sweeps=sweeps,
            tempering=tempering,
            hottest=hottest,
            sampler=sampler,
            start=start,
            burn_in=burn_in,
            thin=thin,
            max_sweeps=max_sweeps,
            max_mutations=max_mutations,
            keep=keep,
            mutate=mutate,
            allow=allow,
            seed=seed,
            threads=threads,
        )
        return typed(cells(run(["sample", self.path, "--quiet", "--format=tsv", *chosen])))

    def partition(
        self,
        *,
        estimator: Union[str, Sequence[str], None] = None,
        temperature: Optional[float] = None,
        temperature_curve: Optional[str] = None,
        steps: Optional[int] = None,
        chains: Optional[int] = None,
        seed: Optional[int] = None,
        threads: Optional[int] = None,
    ) -> pd.DataFrame:
        """The table of `potts partition`: log Z, its error, mean energy, specific heat, entropy.

        `estimator` is a way or several, such as "annealing", or "all"; `temperature_curve` such as "0.5:2:16".
        """
        ways = None if estimator is None else estimator if isinstance(estimator, str) else ",".join(estimator)
        chosen = options(
            estimator=ways,
            temperature=temperature,
            temperature_curve=temperature_curve,
            steps=steps,
            chains=chains,
            seed=seed,
            threads=threads,
        )
        return typed(cells(run(["partition", self.path, "--quiet", *chosen])))

    def log_z(
        self,
        *,
        temperature: Optional[float] = None,
        steps: Optional[int] = None,
        chains: Optional[int] = None,
        seed: Optional[int] = None,
        threads: Optional[int] = None,
    ) -> float:
        """log of the sum of exp(-E(x) / T) over all sequences, in nats, in the best way there is; `partition` tells its error as well."""
        table = self.partition(temperature=temperature, steps=steps, chains=chains, seed=seed, threads=threads)
        return float(table["log_z"].iloc[0])

    def energies(
        self,
        sequences: Union[PathLike, Sequence[str], Mapping[str, str]],
        *,
        aligned: bool = False,
        unaligned: bool = False,
        verdict: bool = False,
        false_alarm: Optional[float] = None,
        temperature: Optional[float] = None,
        threads: Optional[int] = None,
    ) -> pd.DataFrame:
        """The table of `potts energy`: energies, log P, perplexity, nearest natural identity, coverage and percentile of any sequences.

        `sequences` are a file (FASTA or an alignment), a list of texts, or a dict of texts by name. Those as wide as the model's sites, its target or its
        alignment are taken as aligned, all others are aligned to the profile of the family; `aligned` and `unaligned` say so of all.
        With `verdict` the columns `p_value` and `verdict` say whether each belongs to the family, at a share `false_alarm` (0.05 if
        None) of false alarms; that takes up to five fits. (`energy` gives energies alone, of sequences over the sites, without the program.)
        """
        chosen = options(
            aligned=aligned, unaligned=unaligned, verdict=verdict, false_alarm=false_alarm, temperature=temperature, threads=threads
        )
        if isinstance(sequences, (str, os.PathLike)):
            return typed(cells(run(["energy", self.path, "--quiet", *options(file=sequences), *chosen])))
        pairs = sequences.items() if isinstance(sequences, Mapping) else enumerate(sequences, 1)
        text = "".join(f">{name}\n{sequence}\n" for name, sequence in pairs)
        return typed(cells(run(["energy", self.path, "--quiet", "--file=-", *chosen], text)))

    def score_mutants(
        self,
        mutants: Union[str, Sequence[str], pd.DataFrame],
        *,
        column: Optional[str] = None,
        offset: Union[int, str, None] = None,
        chain: Optional[str] = None,
        chain_column: Optional[str] = None,
        background: Optional[PathLike] = None,
        calibration: Optional[CalibrationLike] = None,
        temperature: Optional[float] = None,
        threads: Optional[int] = None,
    ) -> pd.DataFrame:
        """Scores of mutants such as "A24V" or "A24V:R57I" as `potts score-mutants` gives them, which takes the same options.

        A table comes back as a copy with the added columns `potts_score`, ..., `status`, `note`; its mutants are in `column`, else in
        one named mutant, mutation, variant, ... Rows keep their order and their index; one without a score says why.
        `background` is what mutants are made in, if not the target: a mutant of the target such as "A24V:R57I", a whole sequence of its
        length, or a FASTA file of one. Mutants are then written against it (V24L, not A24L), and all scores are against it: it has 0.
        `calibration` is a Calibration, or a file of `potts calibrate` or `Calibration.save`: the columns `calibrated`, ... come with it.
        One of another model is refused; with a `background` there is none. With a `temperature` scores in nats are over it.
        """
        chosen = options(offset=offset, chain=chain, background=background, temperature=temperature, threads=threads)
        if not isinstance(mutants, pd.DataFrame):
            names = [mutants] if isinstance(mutants, str) else list(mutants)
            mutants = pd.DataFrame({"mutant": pd.Series(names, dtype=object)})
            column = "mutant"
        chosen += options(column=column, chain_column=chain_column)
        table = mutants.to_csv(index=False, sep="\t")
        with calibration_file(calibration) as file:
            chosen += options(calibration=file)
            scored = cells(run(["score-mutants", self.path, "--quiet", "--file=-", *chosen], table))
        added = typed(scored.loc[:, "potts_score":])
        result = mutants.drop(columns=[name for name in mutants.columns if name in added.columns])
        return result.assign(**{name: added[name].to_numpy() for name in added.columns})

    def single_mutants(
        self,
        *,
        background: Optional[PathLike] = None,
        calibration: Optional[CalibrationLike] = None,
        threads: Optional[int] = None,
    ) -> pd.DataFrame:
        """Scores of all single substitutions of the target, or of a `background`, as `potts score-mutants --all-single`.

        `background` and `calibration` are as for `score_mutants`.
        """
        with calibration_file(calibration) as file:
            chosen = options(background=background, calibration=file, threads=threads)
            return typed(cells(run(["score-mutants", self.path, "--quiet", "--all-single", *chosen])))

    def partners(
        self,
        partner: Position,
        *,
        top: Union[int, str, None] = None,
        by: Optional[str] = None,
        background: Optional[PathLike] = None,
        structure: Optional[PathLike] = None,
        structure_chain: Optional[str] = None,
        threads: Optional[int] = None,
    ) -> pd.DataFrame:
        """What a position or a substitution depends on most: the table of `potts epistasis --partners`.

        Of a position, 24 or "A:24", the other positions, by the interactions of all pairs of substitutions at the two: columns `position`,
        `partner`, `residue`, `rms`, `highest`, `highest_pair`, `lowest`, `lowest_pair`, sorted by "rms" or, with `by`, by the "largest"
        interaction of either sign. Of a substitution such as "A24V" the substitutions elsewhere whose interaction with it is the
        strongest: columns `mutant`, `first`, `second`, `first_score`, ..., `interaction`. All in nats.

        `top` is a number of rows, 20 if None, or "all"; `background` as for `score_mutants`; with `structure`, a PDB or mmCIF file, the
        table has the distance of the two positions, in angstrom.
        """
        chosen = options(
            partners=partner, top=top, by=by, background=background, structure=structure, structure_chain=structure_chain, threads=threads
        )
        return self._epistasis(chosen)

    def combine(
        self,
        substitutions: Positions,
        *,
        order: Union[int, str, None] = None,
        top: Union[int, str, None] = None,
        background: Optional[PathLike] = None,
        threads: Optional[int] = None,
    ) -> pd.DataFrame:
        """The best of all combinations of some substitutions, the table of `potts epistasis --combine`.

        `substitutions` are such as ["A24V", "A24L", 57, "66-69"] or one text with commas; a position or a range stands for all
        substitutions there. `order` says how many at once, 2 if None, or a range such as "2-4"; `top` and `background` are as for
        `partners`.
        """
        return self._epistasis(options(combine=listed(substitutions), order=order, top=top, background=background, threads=threads))

    def rescue(
        self,
        mutant: str,
        *,
        top: Union[int, str, None] = None,
        by: Optional[str] = None,
        background: Optional[PathLike] = None,
        structure: Optional[PathLike] = None,
        structure_chain: Optional[str] = None,
        threads: Optional[int] = None,
    ) -> pd.DataFrame:
        """Second substitutions that make up for a harmful one such as "A24D", best first: the table of `potts epistasis --rescue`.

        `by` "interaction" sorts by how much the two help one another, in place of "recovery", how much better both are than the first alone;
        `top`, `background` and `structure` are as for `partners`.
        """
        chosen = options(
            rescue=mutant, top=top, by=by, background=background, structure=structure, structure_chain=structure_chain, threads=threads
        )
        return self._epistasis(chosen)

    def _epistasis(self, chosen: Sequence[str]) -> pd.DataFrame:
        return typed(cells(run(["epistasis", self.path, "--quiet", *chosen])))

    def design(
        self,
        number: Optional[int] = None,
        *,
        singles: Optional[int] = None,
        doubles: Optional[int] = None,
        per_position: Optional[int] = None,
        max_mutations: Optional[int] = None,
        min_mutations: Optional[int] = None,
        distance: Optional[int] = None,
        prove: bool = False,
        seed: Optional[int] = None,
        score: Optional[str] = None,
        calibration: Optional[CalibrationLike] = None,
        background: Optional[PathLike] = None,
        exclude: Optional[PathLike] = None,
        keep: Optional[Positions] = None,
        mutate: Optional[Positions] = None,
        allow: Optional[PathLike] = None,
        only_seen: Optional[float] = None,
        min_coverage: Optional[float] = None,
        full_length: Optional[PathLike] = None,
        threads: Optional[int] = None,
    ) -> pd.DataFrame:
        """What to make, the table of `potts design`, which takes the same options and says what its columns mean.

        Without `number` singles and doubles to order, 20 of each if neither is told; with it so many designs of at most `max_mutations`
        substitutions. `score` is "effect", "potts" or, with a `calibration`, "calibrated", which it then is if None; `calibration` and `background`
        are as for `score_mutants`; `exclude` is a table of mutants that are left out, such as those that were made; `keep` and `mutate` are positions
        as for `contacts`; `allow` and `full_length` are files.
        """
        chosen = options(
            number=number,
            singles=singles,
            doubles=doubles,
            per_position=per_position,
            max_mutations=max_mutations,
            min_mutations=min_mutations,
            distance=distance,
            prove=prove,
            seed=seed,
            score=None if score is None else option_of(score),
            background=background,
            exclude=exclude,
            keep=None if keep is None else listed(keep),
            mutate=None if mutate is None else listed(mutate),
            allow=allow,
            only_seen=only_seen,
            min_coverage=min_coverage,
            full_length=full_length,
            threads=threads,
        )
        with calibration_file(calibration) as file:
            chosen += options(calibration=file)
            return typed(cells(run(["design", self.path, "--quiet", *chosen])))

    def report(
        self,
        path: PathLike,
        *,
        structure: Union[PathLike, Sequence[PathLike], None] = None,
        structure_chain: Optional[str] = None,
        distance: Optional[str] = None,
        cutoff: Optional[float] = None,
        assembly: Optional[str] = None,
        plddt: bool = False,
        mutants: Union[PathLike, pd.DataFrame, None] = None,
        against: Optional[str] = None,
        offset: Union[int, str, None] = None,
        title: Optional[str] = None,
        evaluate: bool = False,
        samples: Optional[PathLike] = None,
        interactions: Optional[Pairs] = None,
        keep: Optional[Positions] = None,
        mutate: Optional[Positions] = None,
        allow: Optional[PathLike] = None,
        only_seen: Optional[float] = None,
        min_coverage: Optional[float] = None,
        force: bool = False,
        threads: Optional[int] = None,
    ) -> Path:
        """Writes one HTML page of all that the model says, by `potts report`, and returns its path.

        The page opens in any browser and asks no other computer for anything: contacts, all single mutants, what to order, interactions, logo,
        the alignment, the fit; its numbers are those of `contacts`, `single_mutants`, `position_table` and `design`. `structure` and the five
        after it are as for `contacts`. `mutants` are measured ones, a file or a DataFrame as for `score_mutants`, with their values in the column
        `against`, which need not be told if its name does. `interactions` are pairs of positions to draw, ``[(24, 57)]`` or
        ``[("A:24", "B:57")]``, in place of the strongest. `keep` and the four after it say which mutants may be ordered, as for `design`.
        `title` is the heading, the target's name if None. With `evaluate`, or a file of `samples`, there is a chapter on samples, as `evaluate` says.

        Raises ValueError for a pair that is none, and PottsError where the program fails, if the file is there and not to be overwritten
        (`force`), say.
        """
        return report(
            self.path,
            path,
            mutants,
            interactions,
            structure=structure,
            structure_chain=structure_chain,
            distance=distance,
            cutoff=cutoff,
            assembly=assembly,
            plddt=plddt,
            against=against,
            offset=offset,
            title=title,
            keep=keep,
            mutate=mutate,
            allow=allow,
            only_seen=only_seen,
            evaluate=evaluate,
            samples=samples,
            min_coverage=min_coverage,
            force=force,
            threads=threads,
        )

    @overload
    def plot(
        self,
        what: str,
        path: None = ...,
        *,
        structure: Union[PathLike, Sequence[PathLike], None] = ...,
        structure_chain: Optional[str] = ...,
        distance: Optional[str] = ...,
        cutoff: Optional[float] = ...,
        assembly: Optional[str] = ...,
        plddt: bool = ...,
        top: Union[int, str, None] = ...,
        min_separation: Optional[int] = ...,
        positions: Optional[Positions] = ...,
        score: Optional[str] = ...,
        samples: Optional[PathLike] = ...,
        width: Optional[float] = ...,
        font_size: Optional[float] = ...,
        dpi: Optional[float] = ...,
        title: Union[str, bool, None] = ...,
        force: bool = ...,
        threads: Optional[int] = ...,
    ) -> Picture: ...

    @overload
    def plot(
        self,
        what: str,
        path: PathLike,
        *,
        structure: Union[PathLike, Sequence[PathLike], None] = ...,
        structure_chain: Optional[str] = ...,
        distance: Optional[str] = ...,
        cutoff: Optional[float] = ...,
        assembly: Optional[str] = ...,
        plddt: bool = ...,
        top: Union[int, str, None] = ...,
        min_separation: Optional[int] = ...,
        positions: Optional[Positions] = ...,
        score: Optional[str] = ...,
        samples: Optional[PathLike] = ...,
        width: Optional[float] = ...,
        font_size: Optional[float] = ...,
        dpi: Optional[float] = ...,
        title: Union[str, bool, None] = ...,
        force: bool = ...,
        threads: Optional[int] = ...,
    ) -> Path: ...

    def plot(
        self,
        what: str,
        path: Optional[PathLike] = None,
        *,
        structure: Union[PathLike, Sequence[PathLike], None] = None,
        structure_chain: Optional[str] = None,
        distance: Optional[str] = None,
        cutoff: Optional[float] = None,
        assembly: Optional[str] = None,
        plddt: bool = False,
        top: Union[int, str, None] = None,
        min_separation: Optional[int] = None,
        positions: Optional[Positions] = None,
        score: Optional[str] = None,
        samples: Optional[PathLike] = None,
        width: Optional[float] = None,
        font_size: Optional[float] = None,
        dpi: Optional[float] = None,
        title: Union[str, bool, None] = None,
        force: bool = False,
        threads: Optional[int] = None,
    ) -> Union[Picture, Path]:
        """A picture by `potts plot`, for papers and notebooks; nothing else need be installed for it.

        `what` is "contacts" (a contact map), "mutants" (all single mutants), "convergence" (of the fit), "logo" (of the family), "arcs" (the
        strongest pairs over the sequence), "precision" (of the first pairs, in a structure), "epistasis" (of two positions), or samples beside
        natural sequences: "correlations", "energies", "components" (`samples` is a file; some are drawn if it is None). With a `path`,
        which ends in .svg, .pdf or .png, the file is written, and its path returned; without one a `Picture`, which a notebook shows and which
        has `.svg`, its text, and `.save(path)`.

        `structure` and the five after it are as for `contacts`, `top` and `min_separation` too: of "contacts" and "arcs" how many pairs, L and
        L/2 if None, and of what distance along the chain. `positions`: of "mutants" and "logo" those from the first to the last of them, of
        "epistasis" two. `score`: of "mutants", "effect", "potts" or "independent". `width` is in millimetres, `font_size` in points, `dpi` of a
        .png in dots an inch. `title` is the line above, the program's if None; False for no line.

        Raises ValueError for another `what` or another ending, and PottsError where the program fails: if the file is there and not to be
        overwritten (`force`), or of an option that has no effect on what is drawn.
        """
        arguments = plot_arguments(
            self.path,
            what,
            score,
            positions,
            title,
            structure=structure,
            structure_chain=structure_chain,
            distance=distance,
            cutoff=cutoff,
            assembly=assembly,
            plddt=plddt,
            top=top,
            min_separation=min_separation,
            samples=samples,
            width=width,
            font_size=font_size,
            threads=threads,
        )
        return picture(arguments, path, dpi, force)

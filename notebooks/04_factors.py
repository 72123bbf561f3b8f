# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # From answers to needs: factor analysis, step by step
#
# **The question.** Somebody asked people 25 or 54 questions. Which few things stand behind the answers, how sure is that,
# and may one compare people, groups and years on them?
#
# **The answer at the end of this page.** Part A takes 25 statements about personality, answered by 2,800 people: the
# textbook case, where the five factors are known beforehand, so that every tool can be seen at work. Part B takes a
# consultant's case: a battery on financial well-being that was built elsewhere is used again, with survey weights.
#
# Nothing here needs a formula. Where a number is read, the page says what it means and when it misleads.

# %%
# needs: bfi, financial_wellbeing (SEGKIT_DATA names the folder they lie in)
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from segkit import datasets, factors

# %% [markdown]
# # Part A: five factors that everybody knows
#
# ## A1. The answers
#
# People say how well each statement describes them, from 1 (very inaccurate) to 6 (very accurate). Five statements were
# written for each of five traits. Some are worded against their trait ("Waste my time" for conscientiousness): `clean`
# turns them, so that high is always high on the trait.

# %%
bfi = datasets.fetch_bfi()
book = bfi.codebook
answers = book.clean(bfi.answers)
items = book.names(role="item")
X = answers[items]
shares = X.apply(lambda column: column.value_counts(normalize=True)).T.loc[["A3", "C5", "N4", "O5"]]
shares.columns = shares.columns.astype(int)
shares.plot.barh(stacked=True, colormap="Blues", figsize=(8, 2.4), width=0.8)
said = [("Not: " if book[i].reversed else "") + book[i].wording for i in shares.index]
plt.yticks(range(4), said)
plt.xlabel("share of the respondents")
plt.legend(title="answer", ncols=6, loc="upper left", bbox_to_anchor=(0, -0.3), fontsize=8)
plt.title("Answers are steps, and they pile up at one end", loc="left")
plt.show()

# %% [markdown]
# ## A2. What goes with what? Correlations of steps
#
# Pearson's correlation takes the steps 1 to 6 as if they were inches. They are not: two people with nearly the same opinion
# may tick 5 and 6, and nobody can tick 7. The **polychoric** correlation asks what the opinions behind the steps must be like
# to give such a table of answers.

# %%
pearson = factors.correlation(X, method="pearson")
polychoric = factors.correlation(X, method="polychoric")
pair = np.triu_indices(len(items), 1)
plt.figure(figsize=(4.2, 4.2))
plt.plot([-0.8, 0.8], [-0.8, 0.8], color="grey", linewidth=0.8)
plt.scatter(pearson.matrix[pair], polychoric.matrix[pair], s=8, color="#0072b2")
plt.xlabel("Pearson")
plt.ylabel("polychoric")
ratio = np.polyfit(pearson.matrix[pair], polychoric.matrix[pair], 1)[0]
plt.title(f"The steps hide {1 - 1 / ratio:.0%} of each correlation", loc="left")
plt.show()
print(polychoric.summary())

# %% [markdown]
# Every later step takes the same matrix, so that nothing is computed or decided twice.
#
# **What could mislead.** Polychoric correlations suppose that the opinion behind an item is bell-shaped. Where that is
# plainly wrong (an opinion with two camps), they exaggerate. With few people or rare answers they are unsteady: `intervals`
# shows how far each can be trusted.

# %%
widest = polychoric.intervals().sort_values("correlation", key=abs, ascending=False)
widest.head(5).round(3)

# %% [markdown]
# ## A3. Do the items hang together at all?
#
# The **KMO** compares what items share with everybody with what two of them share alone. From .6 on a factor analysis makes
# sense, from .8 it is a pleasure.

# %%
adequacy = factors.factorability(polychoric)
adequacy.plot()
plt.show()
print(adequacy.summary())

# %% [markdown]
# ## A4. How many factors?
#
# The best-known rule shuffles each column, so that nothing goes with anything any more, and counts the factors that beat the
# shuffled answers: **parallel analysis**. Other rules look at other things. A single number hides where they disagree, so all are shown.

# %%
count = factors.n_factors(X, correlation=polychoric, random_state=0)
count.plot()
plt.show()
count.frame()

# %%
print(count.summary())

# %% [markdown]
# Four rules of different kinds say five; the two that are known to be generous say six. Where they had disagreed, one would
# look at the loadings with one factor more and one less, and keep what can be named.
#
# **What could mislead.** Two statements that say the same in other words are a "factor" to every rule. And with tens
# of thousands of people every rule finds trifles.
#
# ## A5. The factors
#
# A **loading** says how strongly a statement moves with a factor. *Rotation* turns the factors so that each statement
# belongs to few of them; **oblimin** lets the factors go together, as traits do.

# %%
model = factors.FactorModel(n_factors=count.suggested, random_state=0).fit(X)
model.plot(wordings=book.wordings())
plt.show()
print(model.summary())

# %%
traits = ["neuroticism", "extraversion", "conscientiousness", "agreeableness", "openness"]
pd.DataFrame(model.factor_correlations_, traits, traits).round(2)

# %% [markdown]
# The five traits come back, every statement on its own. People who worry less go out more (the two are turned the same way
# here, so the sign is negative), and everything else goes together a little.
#
# ### How good is the fit?
#
# The figures in the summary answer: would five factors give these correlations? For steps the usual ones are wrong, since
# they take polychoric correlations for correlations of inches. The **scaled** ones (in `fit_`) know how unsteady each correlation is;
# the usual ones stand beside them in `fit_naive_`.

# %%
fit = pd.DataFrame(
    {
        name: {k: indices[k] for k in ("chi2", "df", "rmsea", "cfi", "tli", "rmsr")}
        for name, indices in {"scaled": model.fit_, "usual": model.fit_naive_}.items()
    }
)
fit.round(3)

# %% [markdown]
# **What could mislead.** The chi-square refuses nearly every model when thousands were asked, and this one too. An RMSEA of
# about .06 and a small RMSR (the average correlation that is left) say: what is left over is small, though real.
#
# ### How sure are the loadings?
#
# Draw people anew, with replacement, and do everything again: correlations, factors, rotation. The intervals show where
# the loadings land.

# %%
intervals = model.loading_intervals(n_boot=200, random_state=0)
intervals.plot()
plt.show()
print(intervals.summary())

# %% [markdown]
# With 2,800 people the intervals are short. The same five factors from 150 people:

# %%
few = X.sample(150, random_state=1)
small = factors.FactorModel(n_factors=5, random_state=0).fit(few)
small_intervals = small.loading_intervals(n_boot=200, random_state=0)
small_intervals.plot()
plt.show()
print(small_intervals.summary())

# %% [markdown]
# Some statements change their factor from draw to draw. A story told about them would be a story about chance.
#
# ### Other ways to turn
#
# Does the answer depend on the rotation? **Tucker's congruence** compares factors of two solutions: from .95 they count as equal.

# %%
rows = []
for rotation in ("oblimin", "geomin", "promax", "varimax"):
    other = factors.FactorModel(n_factors=5, rotation=rotation, random_state=0).fit_correlation(
        polychoric, n_respondents=len(X)
    )
    same = factors.congruence(model.loadings_, other.loadings_).query("matched")
    rows.append(
        {"rotation": rotation, "optima found": other.n_optima_, **same.set_index("a")["congruence"]}
    )
pd.DataFrame(rows).round(3)

# %% [markdown]
# All tell the same story. Each search was started from several places; more than one optimum would be a warning that the
# rotation has several answers.
#
# ## A6. Can a trait be measured with these five statements?
#
# **Alpha** and **omega** say which share of the differences in a sum score are differences in the trait; the rest is
# the accident of which statements were asked. Omega does not suppose that all statements are equally good.

# %%
scales = {trait: book.names(role="item", block=trait) for trait in traits}
reliability = factors.reliability(X, scales, random_state=0)
reliability.plot()
plt.show()
print(reliability.summary())

# %%
dropped = reliability.alpha_if_dropped.merge(
    reliability.frame()[["scale", "alpha"]], on="scale", suffixes=("_without", "_all")
)
dropped[dropped["alpha_without"] > dropped["alpha_all"]].round(3)

# %% [markdown]
# **What could mislead.** A high alpha does not show that there is one trait: twenty mixed statements have a high alpha too. And
# a statement worded against its scale lowers alpha when nobody turns it. `reliability` says so, rather than turning it in silence:

# %%
raw = factors.reliability(bfi.answers[scales["conscientiousness"]], random_state=0)
print(raw.summary())

# %% [markdown]
# ## A7. A score for every person, also with gaps
#
# The score is the best guess of a factor from what a person answered. Somebody who skipped half of the statements gets a guess
# nearer to the middle, with a larger error.

# %%
scores = model.transform(X)
errors = model.score_errors(X)
gaps = X.isna().sum(axis=1)
table = pd.DataFrame({"gaps": gaps.clip(upper=3), "error": np.asarray(errors)[:, 0]})
table.groupby("gaps")["error"].agg(["size", "mean", "max"]).round(3)

# %% [markdown]
# ## A8. Do the factors mean the same to everybody?
#
# Women and men may differ on a trait. Or they may read the statements differently; then their scores cannot be compared. The
# steps, each stricter than the one before: the same statements belong together (**configural**), as strongly (**metric**), and
# with the same starting point (**scalar**). Only the last allows to compare means.

# %%
invariance = factors.invariance(X, answers["gender"], structure=scales)
invariance.plot()
plt.show()
print(invariance.summary())

# %%
invariance.frame()[
    ["step", "chi2", "df", "cfi", "rmsea", "delta_cfi", "delta_rmsea", "difference_p", "holds"]
].round(3)

# %% [markdown]
# Read it from the top. Already the first step falls short: a structure in which every statement belongs to *one* trait only does
# not describe these answers well, in either group (A5 showed four statements that lean on two). Taken strictly, one stops here.
#
# The steps below tell something all the same. Statements belong to their traits as strongly for men as for women (the metric step costs
# nothing). The scalar step fails, and one statement is named: "Panic easily". Women tick it more often than their neuroticism
# explains. Leave it free, or out, and the rest of the scale can be compared.
#
# **What could mislead.** With thousands of people the p value refuses every step. That is why the verdict rests on how much the fit falls,
# by cuts that are customs of the field.
#
# ## A9. Next year's factors, in this year's order
#
# Fit again, and the factors may come in another order or with the other sign. `align` puts them where they were, and says
# how alike they are. Two halves of the people play two years:

# %%
half = np.random.default_rng(0).random(len(X)) < 0.5
last_year = factors.FactorModel(n_factors=5, random_state=0).fit(X[half])
this_year = factors.FactorModel(n_factors=5, random_state=0).fit(X[~half])
aligned = factors.align(this_year, to=last_year)
print(aligned.summary())
aligned.frame().round(3)

# %% [markdown]
# # Part B: a battery from elsewhere, with weights
#
# ## B1. Does it work here?
#
# The ten statements on financial well-being were developed and tested by the survey's authors, and so were the ten on financial skill. Who
# uses them again need not search for factors: the question is whether the *given* structure holds with these people.

# %%
wellbeing = datasets.fetch_financial_wellbeing()
money = wellbeing.codebook
table = money.clean(wellbeing.answers)
w = table["finalwt"].to_numpy()
given = {
    block: money.names(role="item", block=block)
    for block in ("financial well-being", "financial skill")
}
Z = table[[item for names in given.values() for item in names]]
check = factors.confirmation(Z, given, sample_weight=w)
check.plot()
plt.show()
print(check.summary())

# %% [markdown]
# Each statement carries its factor, and yet the fit is poor: two factors do not give these answers. Where the structure strains is in
# the list of hints: pairs that share more than their factor explains.

# %%
hints = check.modifications.head(6)
hints.assign(
    wording=[money[i].wording for i in hints["item"]],
    other_wording=[money[i].wording for i in hints["other"]],
)[["wording", "other_wording", "chi2_drop", "change"]].round(2)

# %% [markdown]
# The pairs are worded alike: knowing when one lacks information, knowing when one needs advice. What they share is the wording, beside
# the skill. If the two worst pairs are allowed to do so, how much better is the fit?

# %%
worst = [tuple(pair) for pair in hints[["item", "other"]].head(2).to_numpy()]
relaxed = factors.confirmation(Z, given, sample_weight=w, residuals=worst)
pd.DataFrame(
    {
        name: {k: found.fit[k] for k in ("rmsea_robust", "cfi_robust", "srmr")}
        for name, found in {"as given": check, "two pairs allowed": relaxed}.items()
    }
).round(3)

# %% [markdown]
# Better, still not good. **What could mislead**: each further pair improves the fit, and after ten of them the model describes this
# sample rather than the battery. An honest report gives the fit as given, names the pairs, and does not count them twice in a short form.
#
# ## B2. What weights do, and what they cost
#
# Weights make the answers speak for the country rather than for the sample. They cost precision: the **effective n** is the
# number of people who would tell as much without weights.

# %%
weighted = factors.reliability(Z, given, sample_weight=w, random_state=0)
plain = factors.reliability(Z, given, random_state=0)
compared = pd.concat({"weighted": weighted.frame(), "unweighted": plain.frame()})
compared[["scale", "n", "alpha", "low", "high", "omega_total", "omega_hierarchical"]].round(3)

# %% [markdown]
# The warning is about the pair of B1 again: omega looks for small groups of statements inside a scale, and one of them is
# that pair alone. **Omega hierarchical** is the share of the one thing that all ten statements measure; the gap to omega total is what
# such small groups add.

# %% [markdown]
# ## B3. Gaps
#
# What if every person had been asked only some of the questions? Take 30 % of the answers away at random, and look
# whether the loadings come back.

# %%
rng = np.random.default_rng(0)
holes = Z.mask(rng.random(Z.shape) < 0.3)
full = factors.FactorModel(n_factors=2, random_state=0).fit(Z, sample_weight=w)
gappy = factors.FactorModel(n_factors=2, random_state=0).fit(holes, sample_weight=w)
a, b = (m.loadings_.set_index("item").to_numpy().ravel() for m in (full, gappy))
plt.figure(figsize=(4, 4))
plt.plot([-0.2, 0.9], [-0.2, 0.9], color="grey", linewidth=0.8)
plt.scatter(a, b, s=12, color="#0072b2")
plt.xlabel("loading, all answers")
plt.ylabel("loading, 30 % taken away")
plt.title(f"Largest difference {np.abs(a - b).max():.2f}", loc="left")
plt.show()

# %% [markdown]
# So a long list of needs can be split: each person rates a part, and the factors are found all the same. It holds where the
# gaps have nothing to do with the answers. Where people skip what they dislike, no method repairs it fully.
#
# ## What to take home
#
# * Treat steps as steps, compute one matrix, and use it throughout.
# * Ask several rules how many factors, and let them disagree in public.
# * Look at the intervals of loadings before you name a factor; with few people some statements wander.
# * Fit for steps is the scaled one. Chi-square refuses everything in large samples.
# * Before comparing groups or years on a score, ask whether it means the same in both.
# * A battery that exists is checked, not discovered again.

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
# # From answers to a tagged customer base
#
# **The question.** A payments provider is used by nearly every adult, yet it knows little of them. What do
# people try to get done when they pay, which groups want different things, and which group does *each
# customer* belong to?
#
# **The answer at the end of this page.** A booklet on four segments, and a table in which every one of
# 100,000 customers carries a segment, a probability and, where it is weak, a warning.
#
# No method is taken for granted. Each step asks one question, gives an answer, draws it, and says what could
# mislead. The people are invented, by `make_payments_study`: so the truth is known, and at the end we can
# check what a real study never can.

# %%
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.cluster import KMeans

from segkit import datasets, diagnostics, factors, segments, survey, typing_tool

made = datasets.make_payments_study(
    n_respondents=3000, n_customers=100_000, n_segments=4, random_state=0
)
made.answers.iloc[:4, :8]

# %% [markdown]
# ## 1. The answers: can they be trusted?
#
# Each respondent rated 24 statements twice, from 1 to 5: how *important* it is (`imp_...`) and how *satisfied*
# they are today (`sat_...`). The **codebook** says what each column means. `clean` applies it: codes for "no
# answer" become missing, and a value outside the scale is an error that names the item and the row.

# %%
answers = made.codebook.clean(made.answers)
made.codebook.frame().iloc[:6, :4]

# %% [markdown]
# Some people click without reading. `response_quality` measures how each respondent answered (the longest run of
# equal answers, how unlike everybody else, how inconsistent with themselves, how fast) and flags who looks
# careless. Nothing is dropped until we say so.

# %%
seconds = made.answers["seconds"].to_numpy()
quality = survey.response_quality(made.answers, made.codebook, seconds=seconds)
quality.plot()
plt.show()
print(quality.summary())

# %% [markdown]
# **What could mislead.** A flag is a suspicion. An honest person with strong opinions can give long runs of
# equal answers. Rerun the study with everybody kept (`drop_careless = false`) and see whether the segments move.

# %%
kept = quality.keep(answers)
weight = kept["weight"].to_numpy()
items = made.codebook.names(role="importance")
importance = kept[items]
print(f"{len(kept):,} of {len(answers):,} respondents are kept")

# %% [markdown]
# ## 2. The needs: what stands behind 24 answers?
#
# People who want one thing often want another too: who wants to see every payment in one place also wants to
# know what is due. **Factor analysis** finds such families of items. Each family is a *need* that nobody can
# ask about directly.
#
# First: do the items hang together at all? KMO says how much of each item the others share (above 0.8 is good).
# Answers from 1 to 5 are steps, not measurements, so the correlations are *polychoric*: those of the opinions
# behind the steps.

# %%
correlation = factors.correlation(importance, method="polychoric", sample_weight=weight)
factors.factorability(correlation).plot()
plt.show()
print(correlation.summary())

# %% [markdown]
# How many needs? **Parallel analysis** shuffles each item's answers among the people. Shuffled answers have no
# needs behind them, so a need is counted only where the real answers beat 95 % of the shuffled ones.

# %%
count = factors.n_factors(
    importance, correlation="polychoric", sample_weight=weight, random_state=0
)
count.plot()
plt.show()
print(count.summary())

# %% [markdown]
# The model says how strongly each item belongs to each need (its *loading*). Needs may go together
# (`rotation="oblimin"`), because in people they do.

# %%
needs = factors.FactorModel(n_factors=count.suggested, correlation="polychoric", random_state=0)
needs.fit(importance, sample_weight=weight)
needs.plot()
plt.show()
print(needs.summary())

# %%
wording = made.codebook.wordings()
loadings = needs.loadings_.set_index("item")
names = {}
for factor in loadings.columns:
    top = loadings[factor].abs().nlargest(3).index
    names[factor] = wording[top[0]]
    print(f"{factor}:")
    for item in top:
        print(f"    {loadings.loc[item, factor]:+.2f}  {wording[item]}")

# %% [markdown]
# **What could mislead.** A need is as good as its items: what was never asked cannot be found. And the name of a
# need is ours, read off its leading items.

# %% [markdown]
# ## 3. The segments: who wants what?
#
# Every respondent now has one score a need. **k-means** puts people with similar scores together, so that groups are
# as different as possible. Segments are numbered by size: 0 is the largest.

# %%
scores = needs.transform(importance)
found = KMeans(n_clusters=4, n_init=20, random_state=0).fit(scores, sample_weight=weight)
labels = segments.order_by_size(found.labels_, sample_weight=weight)
scheme = segments.Scheme(labels, sample_weight=weight)
scheme.plot()
plt.show()
print(scheme.summary())

# %% [markdown]
# What does each segment want? The picture shows how far each stands from everybody else on each need.

# %%
needs_profile = segments.profile(
    scores.rename(columns=names), labels, used_items=list(names.values()), sample_weight=weight
)
needs_profile.plot()
plt.show()

# %% [markdown]
# **A second opinion.** A *latent class* model goes another way: it supposes groups with different averages, and says
# how probable each is for each person. Where two ways agree, the segments are not an accident of one of them.
# `match` pairs the segments; the adjusted Rand index (ARI) is 1 for the same division and 0 for unrelated ones.

# %%
latent = segments.LatentClass(n_segments=4, items="ordinal", random_state=0).fit(
    importance, sample_weight=weight
)
agreement = segments.match(labels, latent.labels_, sample_weight=weight)
print(agreement.summary())

# %% [markdown]
# **How many?** We take four here. BIC weighs fit against complexity (lower is better) and is one voice among several:
# whether segments come back in other samples, and whether fields can tell them apart, are others.

# %%
bic = [
    segments.LatentClass(n_segments=k, items="ordinal", n_init=10, random_state=0)
    .fit(importance, sample_weight=weight)
    .bic_
    for k in range(2, 7)
]
pd.DataFrame({"n_segments": range(2, 7), "bic": np.round(bic).astype(int)})

# %% [markdown]
# Who are they? Fields and satisfaction did not make the segments, so here differences may be tested: `p_adjusted`
# is corrected for the number of comparisons.

# %%
fields = made.fields[~quality.flags]
outside = segments.profile(fields, labels, sample_weight=weight)
table = outside.frame()
telling = table["effect"].abs() > 0.35
table.loc[
    telling, ["item", "level", "segment", "value", "overall", "index", "effect", "p_adjusted"]
].round(3)

# %% [markdown]
# Where is each segment served badly? The **opportunity** score (0-20) is high where many find a thing important
# and few are satisfied.

# %%
satisfaction = kept[made.codebook.names(role="satisfaction")].set_axis(items, axis=1)
opportunity = survey.opportunity(importance, satisfaction, segments=labels, sample_weight=weight)
opportunity.plot()
plt.show()
unmet = opportunity.frame().sort_values("opportunity", ascending=False)
unmet = unmet[unmet["segment"] != "all"].groupby("segment").head(2).sort_values("segment")
unmet = unmet.assign(wording=unmet["item"].map(wording))
unmet[["segment", "wording", "importance", "satisfaction", "opportunity", "low", "high"]].round(1)

# %% [markdown]
# ## 4. Would we find them again?
#
# Draw the respondents anew, with replacement, and segment again, 50 times. **Jaccard** is the share of a segment
# that comes back: above 0.75 is valid, above 0.85 stable.

# %%
stability = diagnostics.stability(
    KMeans(n_clusters=4, n_init=10, random_state=0),
    scores,
    n_boot=50,
    sample_weight=weight,
    random_state=0,
)
stability.plot()
plt.show()
print(stability.summary())

# %% [markdown]
# **What could mislead.** A stable answer can be stably wrong: stability says that the method gives the same cut
# again, not that people come in groups.

# %% [markdown]
# ## 5. The customers: carrying segments to people who were never asked
#
# The base holds no opinions, only a few **fields**: age, region, payment method, ... The **typing tool** is a
# random forest that learns the segment from these fields. Its honest quality is measured on respondents it had
# not seen (nested cross-validation), against two yardsticks: naming the largest segment, and chance.

# %%
tool = typing_tool.TypingTool(random_state=0).fit(fields, labels, sample_weight=weight)
tool.evaluation_.plot()
plt.show()
print(tool.evaluation_.summary())

# %%
tool.importance_.plot()
plt.show()

# %% [markdown]
# **What could mislead.** Fields know less than answers. The tag of one customer is a likelihood: good for choosing
# what to say first, never for refusing somebody something. The control: with shuffled segments, the same procedure
# must find nothing.

# %%
rng = np.random.default_rng(0)
shuffled = typing_tool.TypingTool(n_trees=50, random_state=0).fit(fields, rng.permutation(labels))
print(
    f"kappa with the true segments {tool.evaluation_.kappa:.2f}, with shuffled ones {shuffled.evaluation_.kappa:.2f}"
)

# %% [markdown]
# Now tag the whole base. Counted tags are biased (a weak tool gives large segments too many), so the sizes are
# corrected with the known errors of the tool.

# %%
tagged = tool.tag(made.base)
mix = tool.segment_mix(made.base)
mix.plot()
plt.show()
tagged[["customer_id", "segment", "probability", "second"]].head()

# %% [markdown]
# Is the base like the survey at all? **Drift** compares each field; the population stability index is shown beside
# the value that chance alone would give at these sample sizes.

# %%
drift = diagnostics.drift(fields, made.base[fields.columns], tool=tool, sample_weight=weight)
drift.plot()
plt.show()
print(drift.summary())

# %% [markdown]
# ## 6. What a real study never sees: the truth
#
# The people were made, so we can look. Even somebody who knew how they were made could place at most about nine in ten
# by their answers and six in ten by their fields: nobody can do better, so neither can we.

# %%
truth = made.truth.respondents[~quality.flags]
matching = segments.match(truth, labels, sample_weight=weight)
print(f"respondents: ARI {matching.agreement:.2f} between the true segments and ours")
matching.frame()

# %%
as_true = {ours: true for true, ours in matching.mapping.items()}
right = np.mean(
    [as_true.get(s) == t for s, t in zip(tagged["segment"], made.truth.customers, strict=True)]
)
true_sizes = np.bincount(made.truth.customers) / len(made.truth.customers)
print(f"customers: {right:.0%} carry the tag of their true segment")
mix.frame().assign(
    truth=[true_sizes[as_true[s]] for s in mix.frame()["segment"].astype(int)]
).round(3)

# %% [markdown]
# ## 7. The same in one command
#
# `segkit new acme` makes a folder, `segkit run acme` does all of the above and writes the booklet, the tagged base,
# the figures and the tables behind them.

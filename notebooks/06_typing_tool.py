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
# # The typing tool: how much can a customer record know of a segment?
#
# **The question.** A survey asked a few thousand people what they need, and found segments. The business has millions of
# customers and knows of each a handful of fields: age, region, products held. Which segment is each of them in, how often is
# that right, and what may be done with an answer that is often wrong?
#
# **The answer at the end of this page.** Part A is a made bank whose truth we know: the tool promises an accuracy, and we check
# the promise on customers it never met. Part B is real: 6,394 adults and their answers on money. The fields know much less
# there. We see what such a weak tool is still good for, and what not.

# %%
# needs: financial_wellbeing (SEGKIT_DATA names the folder it lies in)
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.cluster import KMeans
from sklearn.naive_bayes import BernoulliNB

from segkit import datasets, typing_tool

# %% [markdown]
# # Part A: a made bank, where the promise can be checked
#
# ## A1. What is given
#
# 1,500 respondents with a segment each, and a base of 20,000 customers who were never asked. Both share these fields.

# %%
made = datasets.make_payments_study(n_respondents=1500, n_customers=20_000, random_state=0)
labels, w = made.truth.respondents, made.answers["weight"].to_numpy()
made.fields.head()

# %% [markdown]
# ## A2. Fit, and read the honest figures
#
# `fit` does two things. It learns a **random forest** (many small decision trees that vote), and it tests the whole recipe
# on people it did not learn from: the respondents are dealt into five parts, each part is typed by a tool that learned from the other
# four. Everything that is learned is learned anew there, so the figures are not flattered.

# %%
tool = typing_tool.TypingTool(control=True, random_state=0)
tool.fit(made.fields, labels, sample_weight=w)
print(tool.evaluation_.summary())

# %% [markdown]
# Read three numbers. **Accuracy** alone says little: naming the largest segment for everybody is right quite often too. **Kappa**
# takes that out: 0 is guessing, 1 is perfect. The **shuffled control** repeats everything on labels that were dealt out at random; its
# kappa has to be about zero, or something leaks.

# %%
figures = tool.evaluation_.frame()
figures[figures["segment"] == "all"].round(3)

# %% [markdown]
# Does the promise hold? We made this bank, so we know the segment of all 20,000 customers.

# %%
right = (tool.predict(made.base) == made.truth.customers).mean()
row = figures[figures["metric"] == "accuracy"].iloc[0]
print(f"promised {row['value']:.1%} [{row['low']:.1%}, {row['high']:.1%}], found {right:.1%}")

# %% [markdown]
# ## A3. Where is it wrong, and does it know when?

# %%
figure, (left, right_side) = plt.subplots(1, 2, figsize=(12, 4.2))
tool.evaluation_.confusion.plot(ax=left)
tool.evaluation_.reliability.plot(ax=right_side)
figure.tight_layout()
plt.show()
print(tool.evaluation_.reliability.summary())

# %% [markdown]
# On the left, where each segment's people end up. On the right, whether stated probabilities come true: of people tagged with 60 %,
# about 60 % should be right. A tool that knows when it is unsure can keep silent: leave the unsure untagged, and the rest is
# right more often. The price is the share of people that get no tag.

# %%
tool.evaluation_.coverage.plot()
plt.show()
print(tool.evaluation_.coverage.summary())

# %% [markdown]
# ## A4. Which fields carry it?
#
# A field is shuffled among people the tool had not seen, and the loss is measured. Two readings stand side by side. *On its own*:
# shuffled among everybody; fields that say the same share the credit. *Beside the others*: shuffled only among people who are alike
# in the fields it goes with; this is what the field adds, and what would be lost if the base did not have it.

# %%
tool.importance_.plot()
plt.show()
print(tool.importance_.summary())

# %% [markdown]
# ## A5. Tag the base, and count the segments
#
# `tag` adds the segment, its probability, the runner-up, and a reason where somebody stays untagged.

# %%
tagged = tool.tag(made.base, sets=0.9)
tagged[["customer_id", "segment", "probability", "second", "set", "reason"]].head()

# %% [markdown]
# **What could mislead.** Counting tags is not counting segments: a tool that is unsure gives large segments too many. `segment_mix` puts
# the sizes right by what it knows of the tool's own errors, three ways, with intervals. The last column is the truth, which only a made
# bank can show.

# %%
mix = tool.segment_mix(made.base)
axes = mix.plot()
truth = np.bincount(made.truth.customers) / len(made.base)
table = mix.frame()
table["truth"] = truth
plt.show()
table[["segment", "counted", "corrected", "low", "high", "truth"]].round(3)

# %% [markdown]
# ## A6. A scorecard: the same tool for paper
#
# A forest cannot be read. A **scorecard** gives whole points to each answer; a person adds them up, and the segment with the most points
# wins. Where fields simply add up, it is as good.

# %%
card = typing_tool.TypingTool(model="scorecard", random_state=0)
card.fit(made.fields, labels, sample_weight=w)
card.points().plot()
plt.show()

# %%
compared = typing_tool.compare_models(
    made.fields, labels, models=("forest", "scorecard", BernoulliNB()), sample_weight=w
)
compared.frame().round(3)

# %%
print(compared.summary())

# %% [markdown]
# # Part B: real people, weak fields
#
# ## B1. Four segments of adults, by their answers on money
#
# The Consumer Financial Protection Bureau asked adults of the United States about money. We divide them by their answers (a plain
# recipe: standardised answers, k-means with four groups), then ask what a bank could know of that from its records.

# %%
survey = datasets.fetch_financial_wellbeing()
items = survey.codebook.clean(survey.answers)[survey.codebook.names("item")].astype(float)
filled = items.fillna(items.median())
z = (filled - filled.mean()) / filled.std(ddof=0)
found = KMeans(4, n_init=20, random_state=0).fit_predict(z.loc[:, filled.std() > 0])
fields = survey.answers[survey.codebook.names(role="field")]
weight = survey.answers["finalwt"].to_numpy(dtype=float)
real = typing_tool.TypingTool(random_state=0).fit(fields, found, sample_weight=weight)
print(real.evaluation_.summary())

# %% [markdown]
# Much weaker than the made bank, and that is the normal case: who people are and what they hold says only a little of how they
# think about money. Here are both tools in one table.

# %%
names = ["accuracy", "majority", "kappa", "log_loss", "brier_skill", "calibration_error"]
pd.DataFrame(
    {
        "made bank": [tool.evaluation_.value(m) for m in names],
        "real survey": [real.evaluation_.value(m) for m in names],
    },
    index=names,
).round(3)

# %% [markdown]
# ## B2. What it is still good for: lists
#
# Nobody has to tag everybody. Sort customers by their probability of a segment and call the first tenth: how much of the segment is
# there?

# %%
real.evaluation_.lift.plot()
plt.show()
print(real.evaluation_.lift.summary())

# %% [markdown]
# ## B3. What it is not good for: one person
#
# For one person the tool often knows only that two or three segments are possible. The **set** that holds the right segment for nine people in
# ten shows it: a set of one segment would be an answer, a set of all four says "we do not know".

# %%
sets = real.set_sizes(fields, coverage=0.9)
sets.plot()
plt.show()
print(sets.summary())

# %% [markdown]
# Asking for an accuracy shows the same from the other side: how many people could be tagged if 60 % of the tags were to be right?

# %%
cut = real.evaluation_.coverage.cut_for(0.6)
curve = real.evaluation_.coverage.frame()
share = curve.loc[curve["cut"] == cut, "tagged"].iloc[0]
print(f"60 % of tags right: tag from a probability of {cut:.2f} on, which is {share:.0%} of people")

# %% [markdown]
# ## B4. Whom does it treat differently?
#
# Being wrong more often about some people than about others is a harm of its own, and a field can stand in for a trait that nobody wanted to
# use. We look at groups by race and ethnicity, which the tool does not use. The warning is part of the answer.

# %%
groups = survey.answers["PPETHM"]
without = [name for name in fields.columns if name != "PPETHM"]
blind = typing_tool.TypingTool(random_state=0).fit(fields[without], found, sample_weight=weight)
judged = blind.evaluate_groups(fields[without], found, groups, sample_weight=weight)
judged.plot()
plt.show()
print(judged.summary())

# %% [markdown]
# The picture looks fair: no group is typed right more or less often. The sentences say what it hides: people of a group are put into some
# segments more often than belongs there, because fields such as income and savings know much of who they are. Whoever uses the tags has to
# look at this, and to ask whether the use is fair.
#
# ## B5. Would more respondents help?

# %%
learning = typing_tool.learning_curve(
    fields, found, sample_weight=weight, tool=typing_tool.TypingTool(n_trees=100), n_repeats=1
)
learning.plot()
plt.show()
print(learning.summary())

# %% [markdown]
# ## B6. The page to hand out with the tool

# %%
print(real.card(groups=None))

# %% [markdown]
# **What to take away**
#
# - Read kappa and lift, not accuracy. Real fields carry little of what people think; a kappa of .2 is common.
# - Use a weak tool for lists and for what is said first, with a hand on the door: never to refuse one person something.
# - Count segments with `segment_mix`, never by counting tags.
# - "Right" means: the segment that the survey would give. Where segments themselves are shaky, no tool can be sure.

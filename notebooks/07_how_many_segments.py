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
# # How many segments?
#
# **The question.** Ask a method for three segments and it returns three; ask for eight and it returns eight. It never says no.
# How many should one take, and how does one notice that there were none to find?
#
# **The answer at the end of this page.** No number is read off one curve. Three questions are asked of every candidate: *do its segments come
# back* when other people are asked, *do other methods find them too*, and *would a world without segments have given the same*? Part A asks them
# of a published case, part B of ratings that can be read in several ways, part C of made people among whom there are no segments at
# all. At the end: how many respondents it takes.

# %%
# needs: mcdonalds, payment_choice (SEGKIT_DATA names the folder they lie in)
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.cluster import KMeans

from segkit import choose, datasets, diagnostics, factors, segments, survey
from segkit.plots import segment_color

pd.set_option("display.max_colwidth", 90)

# %% [markdown]
# # Part A: eleven words about hamburgers
#
# ## A1. Which segments come back?
#
# 1,453 people in Australia said yes or no to eleven words: is this chain *tasty, cheap, greasy, healthy, ...*? The idea of **stability**: had we
# asked other people, would we have found the same segments? We cannot ask others, but we can draw people anew from those we have, with
# replacement (a *bootstrap sample*), segment again, and look how far each segment overlaps with its nearest relative. The
# overlap (**Jaccard**) is 1 when the same people come back together. .85 is called stable, .75 valid, less doubtful. We try 2 to 8 segments, on the
# same (at most 50) samples.

# %%
data = datasets.fetch_mcdonalds()
book = data.codebook
X = book.clean(data.answers)[book.names(role="item")]
again = diagnostics.stability(
    KMeans(n_init=10, random_state=0), X, n_boot=50, n_segments=range(2, 9), warm=False
)
again.plot()
plt.show()

# %% [markdown]
# Each dot is a segment. Up to four, all of them come back surely. Of five, two lie on the line: their intervals cross it. From six on some
# segments still come back, but at least one is lost: five good segments and a sixth of changing people are not six segments.
#
# ## A2. Where does each segment come from?
#
# The same people, followed from few segments to many. A segment whose people come all from one segment before it is a *split*; one that
# takes people from several is a *mixture*, and mixtures seldom last.

# %%
again.across.plot()
plt.show()
origins = again.across.frame()
origins.query("n_segments <= 5").round(2)

# %% [markdown]
# Colours and numbers go by size within each column; follow the lines rather than the colours. `slsa` is 1 when all people of a segment come from one
# segment before. Segment 2 of three runs through nearly untouched, up to segment 1 of seven: whatever number is chosen, most of those people
# stay together. Segment 1 of five is a mixture (0.33): it takes people from three segments of the solution with four. It is one of the two
# that lay on the line.
#
# **What could mislead.** Stable is not natural. A knife cuts a loaf in the same places every time, and the loaf has no joints. A3 and A4 ask
# further.
#
# ## A3. Do other methods find them?
#
# `compare` lays candidates side by side: here **k-means** (people near a centre) and **latent classes** (kinds of people with their own
# share of yes for each word), with 2 to 6 segments. All are fitted to the same 50 samples.

# %%
found = choose.compare(
    X,
    [KMeans(n_init=10, random_state=0), segments.LatentClass(n_init=10, random_state=0)],
    n_segments=range(2, 7),
    n_boot=50,
)
found.plot()
plt.show()
shown = ["model", "n_segments", "stability", "weakest", "smallest", "bic", "front", "suggested"]
found.frame()[shown].round(2)

# %%
print(found.summary())

# %% [markdown]
# The rule of the suggestion can be said in a sentence: *the most segments of which every one comes back*. Fewer would hide a difference that is there, more
# would promise one that the next survey does not show. Five segments of k-means lay just above the line in A1, where each fit had ten starts, and
# lie just below it here, where it has five: a number on the line is a reason for the smaller one. `front` marks candidates that no
# other one beats in everything. Note that BIC (lower is better), which asks only how well the answers are described, wants the
# most kinds.
#
# How far do the candidates agree? 1 is the same division of the people, 0 is unrelated.

# %%
found.plot_agreement()
plt.show()
found.survivors().round(2)

# %% [markdown]
# `survivors` takes the suggested segments one by one: how many of the other models with the same number have a segment that overlaps by at least
# .75 (`found_by`), and what the least overlap is.
#
# **What could mislead.** Both methods look at the same eleven words. If two words ask for the same thing, both methods see it twice.
#
# ## A4. Are they there, or did we make them?
#
# The hardest question. `structure` draws **worlds without segments**: made people whose answers have the same share of yes for each word and the same
# correlations between words, and nothing else. If the method's segments come back as surely there, then coming back proves nothing.

# %%
k = found.suggested.n_segments
verdict = choose.structure(
    segments.LatentClass(n_segments=k, random_state=0), X, n_null=99, random_state=0
)
verdict.plot()
plt.show()
print(verdict.summary())

# %% [markdown]
# A sober verdict on a famous case. The segments come back, two methods agree, and still: that taste goes with taste and cheap with cheap is
# enough to produce such segments. They are good *shorthand* for how opinions on the chain combine, and may be used as that. Nobody should say that there
# are "four kinds of Australians".
#
# **What could mislead.** "Constructive" means *not shown to be more*, as always with a test. With yes-or-no answers the made worlds bring
# lumps of their own, since eleven words leave few places to stand. More people, or finer scales, could show more.

# %% [markdown]
# # Part B: one survey, three readings
#
# ## B1. Which answers should make the segments?
#
# In the payments survey of 2017 people rate eight ways to pay on six attributes, 1 to 5. Notebook 02 found a **person effect**: some
# people rate everything high. So what should make the segments?
#
# * the **raw ratings**, 48 of them;
# * **relative ratings**: each rating less the same person's mean over the eight ways to pay on that attribute;
# * **needs**: four factor scores of the relative ratings.
#
# We let `compare` judge, and give it two more things. `fields` are what a provider knows of a customer (age, work, income, what
# somebody has): *typability* says how well they tell the segments. `outcomes` holds each person's general level of rating: *effect* says how
# much of it lies between the segments. Here a large effect is bad news.

# %%
payment = datasets.fetch_payment_choice(wave=2017)
book = payment.codebook
items = book.names(role="item")
clean = book.clean(payment.answers)
good = ~survey.response_quality(clean, book, cleaned=True).flags
good &= (clean["weight"] > 0).to_numpy() & clean[items].notna().all(axis=1).to_numpy()
people = clean[good].reset_index(drop=True)
w = people["weight"].to_numpy()
raw = people[items]
relative = survey.relative_ratings(people, book, cleaned=True)
needs = factors.FactorModel(n_factors=4, correlation="pearson", random_state=0)
scores = needs.fit(relative, sample_weight=w).transform(relative)
readings = choose.compare(
    {"raw ratings": raw, "relative ratings": relative, "needs": scores},
    KMeans(n_init=10, random_state=0),
    n_segments=range(2, 6),
    fields=people[book.names(role="field")],
    outcomes=pd.DataFrame({"level": raw.mean(axis=1)}),
    sample_weight=w,
    space="own",
    n_boot=50,
)
readings.plot()
plt.show()
shown = ["input", "n_segments", "stability", "weakest", "typability", "effect_level", "suggested"]
readings.frame()[shown].round(2)

# %%
print(readings.summary())

# %% [markdown]
# Read the rows from the left. Two segments of raw ratings come back splendidly, and `effect_level` says what they are: people who tick high
# and people who tick low. That is the trap of stability: **a habit comes back every time**. With the person taken out, four segments come
# back, and the level is no longer what divides them.
#
# *Typability* is a kappa: 0 is guessing, 1 is certain. About .2 everywhere: what a provider knows tells a little of each of these segments, of none
# much. Notebook 06 says what such a tool is good for.
#
# ## B2. Do the readings agree?

# %%
readings.plot_agreement()
plt.show()
readings.survivors().round(2)

# %% [markdown]
# Hardly, with one exception: *two* segments of relative ratings and of needs are nearly the same division. With four, no segment of the needs is found by
# another reading (`found_by` is 0). The choice of what to segment on weighs more than the choice of a method or of a number, and it is made by
# the question that the business asks, not by a figure.
#
# ## B3. Are they there?

# %%
k = readings.suggested.n_segments
verdict = choose.structure(
    KMeans(k, random_state=0), scores, n_null=99, sample_weight=w, random_state=0
)
verdict.plot()
plt.show()
print(verdict.summary())

# %% [markdown]
# More than in part A, on both counts: these segments come back more surely than nearly all worlds without segments do, and the valleys between them are
# deeper than nearly everywhere. But it is a close thing: the diamonds stand only a little beyond the bars. Two things were done before this
# verdict was given, since **a verdict that depends on the seed is no verdict**.
#
# * Halves of the same people agree to very different degrees, here from .3 to .8. So the answers were halved two thousand times, and the mean is
#   steady.
# * How many of 99 worlds have as much is a matter of luck when the true share is near one in twenty. So `structure` went on drawing
#   worlds until the interval of p left .05, or up to 799 of them. A verdict that is open even then is called *borderline*, and should be read as:
#   do not build on it.
#
# **What could mislead.** We tested the candidate that looked best of twelve, and looking is not free. `compare(..., structure=True)` puts
# all candidates into one test. It is used in part C.

# %% [markdown]
# # Part C: a world without segments
#
# ## C1. Made people, one line
#
# 1,000 made people answer ten questions, 1 to 5. Behind the answers is **one thing**, say how content somebody is, spread evenly like body height: most in
# the middle, fewer at the ends. There are no groups. What does the method return?

# %%
rng = np.random.default_rng(0)


def answers(factors_behind, n_people=1000, n_items=10):
    """Return made answers from 1 to 5: items share factors in turn, and nobody is in a group."""
    factor = rng.normal(size=(n_people, factors_behind))[:, np.arange(n_items) % factors_behind]
    latent = 0.7 * factor + 0.7 * rng.normal(size=(n_people, n_items))
    names = [f"q{i + 1}" for i in range(n_items)]
    return pd.DataFrame(np.clip(np.round(3 + latent), 1, 5), columns=names)


one_line = answers(factors_behind=1)
nothing = choose.compare(
    one_line, KMeans(n_init=10, random_state=0), n_segments=range(2, 6), n_boot=50, structure=True
)
nothing.plot()
plt.show()

# %% [markdown]
# Seen alone, this picture would convince anybody: up to four segments come back, the weakest well above the line. Now look at who is in them.

# %%
content = one_line.mean(axis=1)
groups = [content[nothing.labels == s] for s in range(nothing.suggested.n_segments)]
colors = [segment_color(s) for s in range(len(groups))]
names = [f"segment {s}" for s in range(len(groups))]
plt.figure(figsize=(7, 3.2))
plt.hist(groups, bins=np.arange(1, 5.01, 0.2), stacked=True, color=colors, label=names)
plt.xlabel("mean of the ten answers")
plt.ylabel("people")
plt.title("One hill, cut into pieces", loc="left")
plt.legend()
plt.show()

# %% [markdown]
# One hill without a valley. The method cut it, and cuts at about the same places each time. `compare` was asked with `structure=True`, and says so:

# %%
print(nothing.why)
nothing.frame()[["n_segments", "weakest", "structure", "structure_p"]].round(2)

# %% [markdown]
# ## C2. Five things at once, and a check that the test can say yes
#
# Is it only so with one line? Here are ten questions about **five** unrelated things, again without groups. And since a test that always says
# no would be worthless: 1,000 people in four groups, each of which likes two or three of the questions more, by two points.

# %%
five = answers(factors_behind=5)
likes = 2 * (np.arange(10) % 4 == np.arange(4)[:, None])
member = rng.integers(4, size=1000)
grouped = (answers(factors_behind=5) - 0.5 + likes[member]).clip(1, 5)
for name, made in {"one thing": one_line, "five things": five, "four groups": grouped}.items():
    said = choose.structure(KMeans(4, random_state=0), made, n_null=99, random_state=0)
    halves, valleys = said.observed["stability"], said.observed["separation"]
    print(f"{name}: {said.verdict} (halves agree at {halves:.2f}, valleys {valleys:.2f} deep)")

# %% [markdown]
# **What could mislead.** One verdict in twenty may be wrong where there are no segments: that is the price agreed on. And segments that
# lie close together, or few people, look like a construction even where groups are real.
#
# A construction is no disaster. Clothes come in sizes though height has no gaps. It only forbids some sentences: "we discovered four types", "the true
# number is four". And it suggests another tool: where one line is behind everything, give people their place on the line.

# %% [markdown]
# # How many respondents?
#
# All this rests on enough people. `sample_size` says how many, one number a purpose. Say four segments from eleven questions, the smallest with 10 % of the
# people, and weights that cost a third of the sample (a *design effect* of 1.5):

# %%
choose.sample_size(4, 11, smallest=0.1, design_effect=1.5)

# %% [markdown]
# Take the largest row that you need. The smallest segment decides more than one thinks: in a sample of 500, only 50 people stand for it.
#
# **What could mislead.** These numbers take the segments as known. Whether they come back depends on how far apart they lie, and no rule of thumb knows
# that: run `stability` on the first part of the field and look.

# %% [markdown]
# ## What to take home
#
# * Ask for a range of numbers, and look segment by segment: an average hides the one that does not come back.
# * Stable is not natural. Habits of rating come back, and so do cuts through a hill.
# * Compare what goes in before how many come out: the input mattered more than the method.
# * Say which it is: natural, reproducible or a construction. All three may be used; they allow different sentences.

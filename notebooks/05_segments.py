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
# # Segments: found, doubted, described
#
# **The question.** A method always returns segments. When are they worth naming, and how does one tell others what they are?
#
# **The answer at the end of this page.** Part A is a case that was published: 1,453 people in Australia say which of eleven
# words describe a hamburger chain. Four segments were found; we find them by other routes and ask what holds. Part B is
# the payments survey: ratings, habits of rating, and portraits that a team can work with.

# %%
# needs: mcdonalds, payment_choice (SEGKIT_DATA names the folder they lie in)
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.cluster import KMeans

from segkit import datasets, diagnostics, factors, segments, survey
from segkit.plots import segment_color

# %% [markdown]
# # Part A: eleven words about hamburgers
#
# ## A1. What people said
#
# For each word people said yes or no. What do most say, and what divides them? A word that everybody agrees on cannot make segments.

# %%
data = datasets.fetch_mcdonalds()
book = data.codebook
answers = book.clean(data.answers)
items = book.names(role="item")
X = answers[items]
X.mean().sort_values().plot.barh(color="#0072b2", figsize=(6, 3.2), xlim=(0, 1))
plt.xlabel("share who say yes")
plt.title("Nearly everybody finds it fast and convenient; taste and price divide", loc="left")
plt.show()

# %% [markdown]
# ## A2. How many segments?
#
# A **latent class** model says: there are K kinds of people, and within a kind the answers have nothing more to do with each other.
# More kinds always fit better. **BIC** asks whether they fit better than the added complexity allows: lower is better.

# %%
fits = {k: segments.LatentClass(n_segments=k, random_state=0).fit(X) for k in range(1, 9)}
table = pd.DataFrame(
    {
        k: {
            "log-likelihood": model.log_likelihood_,
            "BIC": model.bic_,
            "entropy": model.entropy_,
            "smallest share": model.sizes_.min(),
        }
        for k, model in fits.items()
    }
).T
table["BIC"].plot(marker="o", color="#0072b2", figsize=(6, 2.8))
plt.xlabel("segments")
plt.ylabel("BIC, lower is better")
plt.title(f"BIC is lowest at {table['BIC'].idxmin()}, and nearly as low from 5 on", loc="left")
plt.show()
table.round(3)

# %% [markdown]
# **What could mislead.** BIC counts kinds that a model needs, not segments that a business can serve. With more people it
# asks for more kinds. A second voice: draw people anew and segment again. Which number of segments comes back?

# %%
voices = []
for k in range(2, 9):
    again = diagnostics.stability(
        KMeans(n_clusters=k, n_init=10, random_state=0), X, n_boot=30, random_state=0
    )
    per_segment = again.frame()["jaccard"].astype(float)
    voices.append({"segments": k, "ARI": again.ari, "weakest Jaccard": per_segment.min()})
voices = pd.DataFrame(voices).set_index("segments")
voices.plot(marker="o", figsize=(6, 2.8), ylim=(0, 1), color=["#0072b2", "#d55e00"])
plt.axhline(0.75, color="grey", linestyle="--", linewidth=0.8)
plt.title("Up to five segments come back; from six on one is lost", loc="left")
plt.show()
voices.round(2)

# %% [markdown]
# BIC asks for seven kinds. But from six segments on, the weakest one does not come back in other samples (a *Jaccard* similarity below .5
# means: dissolved). Between two and five both voices leave the choice to those who have to serve the segments.
#
# ## A3. Four segments
#
# We take four, as the published study did. The picture says what each is: colours are differences to everybody, figures are the shares who say yes.

# %%
model = fits[4]
labels = model.labels_
profile = segments.profile(X, labels, used_items=items)
profile.plot()
plt.show()

# %%
segments.Scheme(labels).plot()
plt.show()
print(
    f"entropy {model.entropy_:.2f}; the best solution was reached by {model.n_reached_best_} of {len(model.restarts_)} runs"
)

# %% [markdown]
# One finds it tasty and cheap; one finds it tasty though expensive; one finds it cheap but does not like it; and one finds it neither tasty nor
# cheap. No test stands beside these figures: the words *made* the segments, so of course they differ on them.
#
# Which segments are alike?

# %%
profile.dendrogram()
plt.show()

# %% [markdown]
# ## A4. Other routes to the same place?
#
# Four ways to divide the same people: latent classes, k-means, **reduced k-means** (it looks for segments and for the few dimensions
# on which they differ at the same time), and a **consensus** of many segmentations. The *adjusted Rand index* is 1 where
# two agree fully, 0 where they agree by chance.

# %%
routes = {
    "latent classes": labels,
    "k-means": segments.order_by_size(
        KMeans(n_clusters=4, n_init=20, random_state=0).fit(X).labels_
    ),
    "reduced k-means": segments.ReducedKMeans(n_segments=4, n_dimensions=2, random_state=0)
    .fit(X)
    .labels_,
    "consensus": segments.ConsensusSegments(n_segments=4, random_state=0).fit(X).labels_,
}
names = list(routes)
agree = pd.DataFrame(
    [[segments.match(routes[a], routes[b]).agreement for b in names] for a in names], names, names
)
plt.imshow(agree, cmap="Blues", vmin=0, vmax=1)
for (i, j), value in np.ndenumerate(agree.to_numpy()):
    plt.text(
        j, i, f"{value:.2f}", ha="center", va="center", color="white" if value > 0.6 else "black"
    )
plt.xticks(range(4), names, rotation=25, ha="right")
plt.yticks(range(4), names)
plt.title("How far four routes agree", loc="left")
plt.show()

# %%
who = segments.match(labels, routes["k-means"])
who.plot()
plt.show()
print(who.summary())

# %% [markdown]
# **What could mislead.** Agreement between methods is no proof that there are kinds of people; all of them cut the same cloud. It does
# say that the story does not hang on the choice of method.
#
# ## A5. Would other people have given the same segments?

# %%
stability = diagnostics.stability(
    KMeans(n_clusters=4, n_init=10, random_state=0), X, n_boot=100, random_state=0
)
stability.plot()
plt.show()
print(stability.summary())

# %% [markdown]
# ## A6. Who are they?
#
# Age, gender, visits and liking did not make the segments, so here one may test. In a **crosstab** each column has a letter; a
# figure carries the letters of the columns that it is significantly larger than.

# %%
visits = pd.CategoricalDtype(list(book["VisitFrequency"].labels.values()), ordered=True)
people = answers.assign(segment=labels, VisitFrequency=answers["VisitFrequency"].astype(visits))
cross = segments.crosstab(people, ["Age", "Like", "Gender", "VisitFrequency"], "segment")
cross

# %%
print(cross.summary())

# %% [markdown]
# Liking sets the segments apart most, as one would hope: words and liking tell the same story.
#
# In plain sentences: who falls where? **Rules** are a small decision tree, judged on people it has not seen.

# %%
rules = segments.rules(people[["Age", "Like", "Gender", "VisitFrequency"]], labels, random_state=0)
rules.plot()
plt.show()
for sentence in rules.sentences():
    print("-", sentence)
print(rules.summary())

# %% [markdown]
# **What could mislead.** Rules describe; they are not a typing tool. Compare their accuracy with naming the largest segment for everybody.
#
# # Part B: payment methods, and portraits
#
# ## B1. First the habit, then the segments
#
# The same people rate eight payment methods on six attributes. Notebook 02 shows that much of each rating is a habit: some tick high
# everywhere. `relative_ratings` takes it out. Now two ways to four segments: first factors and then k-means (the usual *tandem*), or
# both at once.

# %%
payments = datasets.fetch_payment_choice(wave=2017)
codebook = payments.codebook
clean = codebook.clean(payments.answers)
good = ~survey.response_quality(clean, codebook, cleaned=True).flags
good &= (clean["weight"] > 0).to_numpy()
used = clean[good].reset_index(drop=True)
w = used["weight"].to_numpy()
R = survey.relative_ratings(used, codebook, cleaned=True)

tandem_scores = (
    factors.FactorModel(4, correlation="pearson", random_state=0)
    .fit(R, sample_weight=w)
    .transform(R)
)
answered = tandem_scores.notna().all(axis=1).to_numpy()
used, w, R = used[answered].reset_index(drop=True), w[answered], R[answered].reset_index(drop=True)
tandem_scores = tandem_scores[answered].reset_index(drop=True)
tandem = segments.order_by_size(
    KMeans(n_clusters=4, n_init=20, random_state=0).fit(tandem_scores, sample_weight=w).labels_,
    sample_weight=w,
)
joint = segments.ReducedKMeans(n_segments=4, n_dimensions=3, random_state=0).fit(R, sample_weight=w)
both = segments.match(tandem, joint.labels_, sample_weight=w)
both.plot()
plt.show()
print(both.summary())

# %%
space = joint.transform(R)
for k in range(4):
    here = joint.labels_ == k
    plt.scatter(
        space.to_numpy()[here, 0],
        space.to_numpy()[here, 1],
        s=5,
        color=segment_color(k),
        label=f"segment {k}",
    )
plt.legend(markerscale=3, fontsize=8)
plt.xlabel("first dimension")
plt.ylabel("second dimension")
plt.title("One cloud, cut in four: the segments are a map, not islands", loc="left")
plt.show()

# %%
leading = joint.loadings_.set_index("item")
for dimension in leading.columns:
    print(dimension)
    ends = leading[dimension].sort_values()
    for item in [*ends.index[:2], *ends.index[-2:]]:
        print(f"    {ends[item]:+.2f}  {codebook[item].wording}")

# %% [markdown]
# ## B2. Who they are, and a portrait of each
#
# A **persona** gathers what was found of a segment: what stands out for its people, what falls behind, what they lack, how they can be
# recognised. It is a draft that an analyst edits (`write_personas` makes a YAML file of it); figures on fewer than ten people are left out.

# %%
fields = used[codebook.names(role="field")]
shown = segments.profile(R, joint.labels_, used_items=list(R.columns), sample_weight=w)
outside = segments.profile(fields, joint.labels_, sample_weight=w)
portraits = segments.personas([shown, outside], codebook=codebook, sample_weight=w)
print(portraits[0].summary())

# %%
outside.plot(most=14)
plt.show()

# %% [markdown]
# ## What to take home
#
# * Ask several voices how many segments: fit, return in new samples, and later whether fields can tell them apart.
# * What made the segments is described; only what did not may be tested.
# * Let another method divide the same people, and say how far the two agree.
# * Take habits of answering out before you segment ratings of many things.
# * Most segments are useful cuts through a cloud. Say so, and they will not be mistaken for kinds of people.

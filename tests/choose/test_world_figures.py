import numpy as np
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.datasets import make_blobs
from sklearn.pipeline import make_pipeline

from segkit.choose.world_figures import Recipe, with_starts

X = make_blobs([60, 40], centers=[[0, 0], [9, 0]], random_state=0)[0]
CLOUD = np.random.default_rng(0).normal(size=(100, 2))
MODELS = (KMeans(2, n_init=2), KMeans(5, n_init=1, init="random"), AgglomerativeClustering(2))


def test_separated_segments_are_stable_and_a_cloud_is_not():
    recipe = Recipe(MODELS, np.ones(100), False)
    two, five, tree = recipe.figures(X, X, 3, 0)
    assert two.stability == tree.stability == 1.0
    assert two.separation > 0.9
    assert five.stability < 0.8
    assert recipe.figures(CLOUD, CLOUD, 3, 0)[1].stability < 0.7


def test_the_same_recipe_gives_the_same_figures():
    recipe = Recipe(MODELS[:1], np.ones(100), False)
    (one,), (two,) = (recipe.figures(CLOUD, CLOUD, 2, 5) for _ in range(2))
    assert one.ari.tolist() == two.ari.tolist()
    assert one.separation == two.separation


def test_separations_are_the_same_without_halves():
    recipe = Recipe(MODELS, np.ones(100), False)
    found = [f.separation for f in recipe.figures(CLOUD, CLOUD, 2, 5)]
    assert recipe.separations(CLOUD, CLOUD, 5).tolist() == found


def test_starts_are_set_where_there_are_any():
    assert with_starts(make_pipeline(KMeans(n_init=9)), 2)[-1].n_init == 2
    tree = AgglomerativeClustering()
    assert with_starts(tree, 3) is tree
    assert with_starts(MODELS[0], None).n_init == 2

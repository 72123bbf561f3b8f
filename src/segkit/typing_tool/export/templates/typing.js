"use strict";

// Follows the steps of the document of a tool (export/document.py), in whole numbers up to the
// last division: the same tag, the same probability as in Python.

function codeOf(field, value) {
  if (value === null || value === undefined || value === "") return field.missing;
  if (field.kind === "number") {
    const at = field.edges.findIndex((edge) => value <= edge);
    return field.codes[at < 0 ? field.edges.length : at];
  }
  const text = value === true ? "True" : value === false ? "False" : String(value);
  const at = field.levels.indexOf(text);
  return at < 0 ? field.unseen : field.codes[at];
}

function leafOf(tree, codes) {
  let node = 0;
  while (tree.field[node] >= 0) {
    const left = codes[tree.field[node]] <= tree.threshold[node];
    node = left ? tree.left[node] : tree.right[node];
  }
  return tree.votes[node];
}

function votesOf(voter, codes) {
  const rows = voter.kind === "forest"
    ? voter.trees.map((tree) => leafOf(tree, codes))
    : [voter.everyone, ...codes.map((code, f) => voter.points[f][code])];
  return rows.reduce((sum, row) => sum.map((votes, k) => votes + row[k]));
}

// shares can leave the whole numbers that a double holds, hence BigInt
function byShares(rule, votes) {
  const product = votes.map((v, k) => BigInt(v) * BigInt(rule.multipliers[k]));
  const total = product.reduce((a, b) => a + b);
  const steps = BigInt(rule.steps);
  return { votes: product, weights: product.map((p) => rule.table[Number(p * steps / total)]) };
}

function byOdds(rule, votes) {
  const best = votes.reduce((a, b) => (b > a ? b : a));
  const last = rule.table.length - 1;
  return { votes, weights: votes.map((v) => rule.table[Math.min(best - v, last)]) };
}

// the first of equals, leaving out one position
function mostAt(votes, leftOut) {
  let most = -1;
  votes.forEach((v, k) => {
    if (k !== leftOut && (most < 0 || v > votes[most])) most = k;
  });
  return most;
}

function reasonOf(tool, codes) {
  const limits = tool.abstention;
  const odd = tool.fields.some((f, j) => codes[j] === f.unseen && !f.pooled);
  const gaps = tool.fields.filter((f, j) => codes[j] === f.missing).length;
  return limits.reasons[odd ? 1 : gaps / codes.length > limits.mostly ? 2 : 0];
}

function answerOf(tool, values) {
  const codes = tool.fields.map((field, j) => codeOf(field, values[j]));
  const rule = tool.weights;
  const { votes, weights } = (rule.kind === "shares" ? byShares : byOdds)(
    rule, votesOf(tool.voter, codes));
  const first = mostAt(votes, -1);
  const second = mostAt(votes, first);
  const total = weights.reduce((a, b) => a + b);
  const { bits, cut } = tool.abstention;
  const kept = BigInt(weights[first]) << BigInt(bits) >= BigInt(cut) * BigInt(total);
  return {
    first,
    segment: kept ? tool.segments[first] : null,
    probability: weights[first] / total,
    second: tool.segments[second],
    probabilities: weights.map((w) => w / total),
    reason: kept ? null : reasonOf(tool, codes),
  };
}

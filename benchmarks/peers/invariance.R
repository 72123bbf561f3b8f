# CPU seconds of lavaan's four steps of invariance between two groups, complete answers, five
# factors of five items with the scaled test (MLM), without the start of R and of lavaan.
# Rscript invariance.R answers.csv repeats result.csv
arguments <- commandArgs(trailingOnly = TRUE)
answers <- read.csv(arguments[1])
repeats <- as.integer(arguments[2])
suppressPackageStartupMessages(library(lavaan))

sets <- split(setdiff(names(answers), "group"), rep(1:5, each = 5))
model <- paste(sprintf("f%d =~ %s", 1:5, sapply(sets, paste, collapse = " + ")), collapse = "\n")
shared <- list("", "loadings", c("loadings", "intercepts"), c("loadings", "intercepts", "residuals"))
seconds <- replicate(repeats, {
  before <- proc.time()
  fits <<- lapply(shared, function(same) {
    cfa(model, answers, std.lv = TRUE, estimator = "MLM", group = "group", group.equal = same)
  })
  spent <- proc.time() - before
  sum(spent[c(1, 2, 4, 5)], na.rm = TRUE)
})
found <- t(sapply(fits, function(fit) unclass(fitMeasures(fit))[c("chisq", "chisq.scaled")]))
write.csv(format(as.data.frame(found), digits = 15), arguments[3], row.names = FALSE, quote = FALSE)
cat("seconds", paste(format(seconds, digits = 6), collapse = " "), "\n")
cat("R", R.version.string, "\n")
cat("lavaan", as.character(packageVersion("lavaan")), "\n")
cat("BLAS", basename(extSoftVersion()[["BLAS"]]), "\n")

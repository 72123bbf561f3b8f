# CPU seconds of lavaan's confirmatory factor analysis of complete answers, five factors of five
# items with the scaled test (MLM), without the start of R and of lavaan.
# Rscript confirmatory.R answers.csv repeats result.csv
arguments <- commandArgs(trailingOnly = TRUE)
answers <- read.csv(arguments[1])
repeats <- as.integer(arguments[2])
suppressPackageStartupMessages(library(lavaan))

sets <- split(setdiff(names(answers), "group"), rep(1:5, each = 5))
model <- paste(sprintf("f%d =~ %s", 1:5, sapply(sets, paste, collapse = " + ")), collapse = "\n")
seconds <- replicate(repeats, {
  before <- proc.time()
  fit <<- cfa(model, answers, std.lv = TRUE, estimator = "MLM")
  spent <- proc.time() - before
  sum(spent[c(1, 2, 4, 5)], na.rm = TRUE)
})
found <- as.list(format(unclass(fitMeasures(fit))[c("chisq", "chisq.scaled")], digits = 15))
write.csv(as.data.frame(found), arguments[3], row.names = FALSE, quote = FALSE)
cat("seconds", paste(format(seconds, digits = 6), collapse = " "), "\n")
cat("R", R.version.string, "\n")
cat("lavaan", as.character(packageVersion("lavaan")), "\n")
cat("BLAS", basename(extSoftVersion()[["BLAS"]]), "\n")

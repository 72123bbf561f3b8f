# CPU seconds of lavaan's exploratory factor analysis of ordinal answers with scaled fit (ULSMV),
# five factors, unrotated, without the start of R and of lavaan.
# Rscript ordinal_fit.R answers.csv repeats result.csv
arguments <- commandArgs(trailingOnly = TRUE)
answers <- read.csv(arguments[1])
repeats <- as.integer(arguments[2])
suppressPackageStartupMessages(library(lavaan))

seconds <- replicate(repeats, {
  before <- proc.time()
  fit <<- suppressWarnings(efa(
    answers,
    nfactors = 5, ordered = names(answers), estimator = "ULSMV", missing = "pairwise",
    rotation = "none", output = "lavaan"
  ))
  spent <- proc.time() - before
  sum(spent[c(1, 2, 4, 5)], na.rm = TRUE)
})
wanted <- c("chisq.scaled", "rmsea.scaled", "cfi.scaled", "tli.scaled")
found <- as.list(format(unclass(fitMeasures(fit))[wanted], digits = 15))
write.csv(as.data.frame(found), arguments[3], row.names = FALSE, quote = FALSE)
cat("seconds", paste(format(seconds, digits = 6), collapse = " "), "\n")
cat("R", R.version.string, "\n")
cat("lavaan", as.character(packageVersion("lavaan")), "\n")
cat("BLAS", basename(extSoftVersion()[["BLAS"]]), "\n")

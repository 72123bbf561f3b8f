# CPU seconds of psych::fa, minres and oblimin, on a table of answers, without the start of R.
# Rscript factor_model.R answers.csv repeats loadings.csv
arguments <- commandArgs(trailingOnly = TRUE)
answers <- read.csv(arguments[1])
repeats <- as.integer(arguments[2])
options(mc.cores = 1)
suppressPackageStartupMessages(library(psych))
suppressPackageStartupMessages(library(GPArotation))

fit <- function() suppressMessages(suppressWarnings(
  fa(answers, nfactors = 5, fm = "minres", rotate = "oblimin")
))
found <- fit()
seconds <- replicate(repeats, {
  before <- proc.time()
  # ten calls a repeat: the clock counts in hundredths of a second
  for (i in 1:10) fit()
  spent <- proc.time() - before
  # user and system time of this process and of its children
  sum(spent[c(1, 2, 4, 5)], na.rm = TRUE) / 10
})
write.csv(format(unclass(found$loadings), digits = 15), arguments[3], row.names = FALSE, quote = FALSE)
cat("seconds", paste(format(seconds, digits = 6), collapse = " "), "\n")
cat("R", R.version.string, "\n")
cat("psych", as.character(packageVersion("psych")), "\n")
cat("GPArotation", as.character(packageVersion("GPArotation")), "\n")
cat("BLAS", basename(extSoftVersion()[["BLAS"]]), "\n")

# CPU seconds that psych::fa takes for one more bootstrap sample (pearson correlations).
# Rscript loading_intervals_pearson.R answers.csv repeats unused.csv
arguments <- commandArgs(trailingOnly = TRUE)
answers <- read.csv(arguments[1])
repeats <- as.integer(arguments[2])
options(mc.cores = 1)
suppressPackageStartupMessages(library(psych))
suppressPackageStartupMessages(library(GPArotation))

spent <- function(n_samples) {
  before <- proc.time()
  suppressMessages(suppressWarnings(fa(answers, 5, cor = "cor", n.iter = n_samples)))
  # user and system time of this process and of its children
  sum((proc.time() - before)[c(1, 2, 4, 5)], na.rm = TRUE)
}
seconds <- replicate(repeats, (spent(20) - spent(1)) / 20)
cat("seconds", paste(format(seconds, digits = 6), collapse = " "), "\n")
cat("R", R.version.string, "\n")
cat("psych", as.character(packageVersion("psych")), "\n")
cat("BLAS", basename(extSoftVersion()[["BLAS"]]), "\n")

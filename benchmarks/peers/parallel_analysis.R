# CPU seconds of psych::fa.parallel with Pearson correlations, 20 iterations, without the start of R.
# Rscript parallel_analysis.R answers.csv repeats eigenvalues.csv
arguments <- commandArgs(trailingOnly = TRUE)
answers <- read.csv(arguments[1])
repeats <- as.integer(arguments[2])
options(mc.cores = 1)
suppressPackageStartupMessages(library(psych))
set.seed(1)

timed <- function(fa) {
  before <- proc.time()
  sink(nullfile()) # it prints its finding
  found <<- suppressMessages(suppressWarnings(
    fa.parallel(answers, fm = "minres", fa = fa, n.iter = 20, plot = FALSE)
  ))
  sink()
  spent <- proc.time() - before
  # user and system time of this process and of its children
  sum(spent[c(1, 2, 4, 5)], na.rm = TRUE)
}
both <- replicate(repeats, timed("both"))
components <- replicate(repeats, timed("pc"))
write.csv(
  data.frame(observed = found$pc.values, null_mean = found$pc.simr),
  arguments[3], row.names = FALSE, quote = FALSE
)
cat("seconds", paste(format(both, digits = 6), collapse = " "), "\n")
cat("components_seconds", median(components), "\n")
cat("components", found$ncomp, "\n")
cat("R", R.version.string, "\n")
cat("psych", as.character(packageVersion("psych")), "\n")
cat("BLAS", basename(extSoftVersion()[["BLAS"]]), "\n")

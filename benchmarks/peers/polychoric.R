# CPU seconds of psych::polychoric on a table of answers, without the start of R and of psych.
# Rscript polychoric.R answers.csv repeats matrix.csv
arguments <- commandArgs(trailingOnly = TRUE)
answers <- read.csv(arguments[1])
repeats <- as.integer(arguments[2])
options(mc.cores = 1)
suppressPackageStartupMessages(library(psych))

seconds <- replicate(repeats, {
  before <- proc.time()
  found <<- suppressMessages(suppressWarnings(polychoric(answers, progress = FALSE)))
  spent <- proc.time() - before
  # user and system time of this process and of its children
  sum(spent[c(1, 2, 4, 5)], na.rm = TRUE)
})
write.csv(format(found$rho, digits = 15), arguments[3], row.names = FALSE, quote = FALSE)
cat("seconds", paste(format(seconds, digits = 6), collapse = " "), "\n")
cat("R", R.version.string, "\n")
cat("psych", as.character(packageVersion("psych")), "\n")
cat("BLAS", basename(extSoftVersion()[["BLAS"]]), "\n")

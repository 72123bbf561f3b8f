"""The same tool elsewhere: what a program that is not Python needs to type people alike."""

"""台账: the paper registers, each a name, columns and one question; screen, file, print and the year's archive all come from it."""

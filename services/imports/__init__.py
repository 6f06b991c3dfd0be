"""What others have written down already: tables and catalogue records, read, checked, shown, and only then entered."""
